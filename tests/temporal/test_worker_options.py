"""The options of temporal.worker: from the source, the environment and the command line, to the SDK and the server."""

from __future__ import annotations

import asyncio
import dataclasses
import inspect
import socket
import urllib.request
from datetime import timedelta
from typing import Any

import pytest
from assay.runtime import new_table
from assay.runtime.temporal.connection import ConnectionSettings
from assay.runtime.temporal.worker import WorkerSettings, connected_client, run_worker
from assay.runtime.temporal.worker_options import TUNING_OPTIONS
from assay.runtime.temporal.worker_settings import (
    WorkerProblem,
    data_converter,
    sdk_arguments,
    settings_of_options,
    worker_settings,
)
from cases import ACTIVITIES, WORKFLOWS
from converters import ENCODING
from temporalio.api.workflowservice.v1 import (
    DescribeWorkerDeploymentRequest,
    SetWorkerDeploymentCurrentVersionRequest,
)
from temporalio.client import Client
from temporalio.service import RPCError
from temporalio.worker import Worker
from workers import on_loop, pick, unique

VALUES: dict[str, tuple[Any, str, Any]] = {
    "identity": ("worker-1", "worker-2", "worker-2"),
    "max_concurrent_activities": (3, "4", 4),
    "max_concurrent_workflow_tasks": (5.0, "6", 6),
    "max_concurrent_local_activities": (7, "8", 8),
    "max_activities_per_second": (0.5, "2.5", 2.5),
    "max_task_queue_activities_per_second": (10, "11", 11.0),
    "max_cached_workflows": (12, "0", 0),
    "graceful_shutdown_timeout": (1.5, "30", timedelta(seconds=30)),
    "deployment_name": ("shop", "store", "store"),
    "build_id": ("1.0", "2.0", "2.0"),
    "versioning_behavior": ("pinned", "auto_upgrade", "auto_upgrade"),
    "data_converter": ("converters:Reversing", "a:b", "a:b"),
    "log_level": ("info", "debug", "debug"),
    "metrics_address": ("127.0.0.1:1", "127.0.0.1:2", "127.0.0.1:2"),
}
"""Option: its value in Lua, another as text, and that as the settings hold it."""


def _of(settings: WorkerSettings, name: str) -> Any:
    return getattr(settings.connection if name == "identity" else settings, name)


def test_each_option_from_the_source_a_variable_and_a_flag(monkeypatch: pytest.MonkeyPatch) -> None:
    assert set(VALUES) == set(TUNING_OPTIONS)
    source = {name: value for name, (value, _, _) in VALUES.items()}
    lua = worker_settings("a:1", "n", "q", [], source)
    assert _of(lua, "graceful_shutdown_timeout") == timedelta(seconds=1.5)
    assert _of(lua, "max_concurrent_workflow_tasks") == 5
    flags: list[str] = []
    for name, (_, text, _) in VALUES.items():
        flags += ["--" + name.replace("_", "-"), text]
        monkeypatch.setenv(f"TEMPORAL_{name.upper()}", text)
    for found in (
        worker_settings("a:1", "n", "q", [], source),
        worker_settings("a:1", "n", "q", flags),
    ):
        assert {name: _of(found, name) for name in VALUES} == {
            name: value for name, (_, _, value) in VALUES.items()
        }


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"max_concurrent_activites": 1},
            "unknown option 'max_concurrent_activites'; did you mean 'max_concurrent_activities'?",
        ),
        (
            {"max_concurrent_activities": 0},
            "max_concurrent_activities must be an integer, 1 or more, got 0",
        ),
        (
            {"max_activities_per_second": 0},
            "max_activities_per_second must be a number greater than 0, got 0",
        ),
        ({"graceful_shutdown_timeout": -1}, "graceful_shutdown_timeout must not be negative"),
        ({"log_level": "warning"}, "log_level must be one of 'debug', 'info', 'warn', 'error'"),
        ({"build_id": "1"}, "deployment_name is missing"),
        ({"deployment_name": "shop"}, "build_id is missing"),
        (
            {"versioning_behavior": "pinned"},
            "versioning_behavior needs deployment_name and build_id",
        ),
        ({"max_concurrent_workflow_tasks": 1}, "max_concurrent_workflow_tasks must be 2 or more"),
        ({"metrics_address": "9090"}, "metrics_address: the address must be host:port"),
        ({"tls": "yes"}, "tls must be true or a table with ca, cert, key, server_name"),
        ({"tls": new_table({"cert": "a.pem"})}, "needs both cert and key"),
        ({"tls": new_table({"ca": "/no/such.pem"})}, "tls.ca: the file /no/such.pem cannot be"),
        ({"tls": new_table({"certs": "a"})}, "unknown option 'certs'; did you mean 'cert'?"),
        ({"api_key": 5}, "api_key must be a string, got 5"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else None,
)
def test_what_is_wrong_with_an_option(options: dict[str, Any], message: str) -> None:
    with pytest.raises(WorkerProblem) as problem:
        settings_of_options({"url": "a:1", "task_queue": "q", **options})
    assert message in str(problem.value)


def test_a_variable_is_named_when_it_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEMPORAL_MAX_CONCURRENT_ACTIVITIES", "many")
    with pytest.raises(WorkerProblem, match=r"TEMPORAL_MAX_CONCURRENT_ACTIVITIES: .* got 'many'"):
        worker_settings("a:1", "n", "q", [])


@pytest.mark.parametrize(
    ("reference", "message"),
    [
        ("converters", "must be module:attribute"),
        ("no_such_module:x", "No module named 'no_such_module'"),
        ("converters:nothing", "has no attribute 'nothing'"),
        ("converters:neither", "is neither a DataConverter nor a PayloadCodec"),
    ],
)
def test_what_is_wrong_with_a_data_converter(reference: str, message: str) -> None:
    with pytest.raises(WorkerProblem, match=message):
        data_converter(reference)


async def _run_one(settings: WorkerSettings, client: Client, **options: Any) -> Any:
    """The history of one workflow with an activity and a side effect, run by a worker with `settings`."""
    stop = asyncio.Event()
    own = await connected_client(settings)
    worker = asyncio.ensure_future(
        run_worker(own, settings, pick(WORKFLOWS, "OneActivity"), ACTIVITIES, stop=stop)
    )
    try:
        handle = await client.start_workflow(
            "OneActivity",
            {"activity": "echo", "input": "secret"},
            id=unique("options"),
            task_queue=settings.task_queue,
            **options,
        )
        assert await handle.result() == "secret"
        return await handle.fetch_history()
    finally:
        stop.set()
        await worker


def _settings(address: str, **options: Any) -> WorkerSettings:
    return WorkerSettings(ConnectionSettings(address), unique("options"), **options)


def test_a_codec_sees_every_payload(address: str) -> None:
    async def scenario() -> Any:
        converter = data_converter("converters:Reversing")
        client = await Client.connect(address, data_converter=converter)
        return await _run_one(_settings(address, data_converter="converters:Reversing"), client)

    history = on_loop(scenario)
    assert "secret" not in str(history.to_json())
    started = history.events[0].workflow_execution_started_event_attributes
    assert started.input.payloads[0].metadata["encoding"] == ENCODING


def test_limits_reach_the_worker(address: str) -> None:
    """All limits at their smallest, and workflows still run; the metrics tell that they do."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = _settings(
        address,
        max_concurrent_activities=1,
        max_concurrent_workflow_tasks=2,
        max_concurrent_local_activities=1,
        max_activities_per_second=50.0,
        max_task_queue_activities_per_second=50.0,
        metrics_address=f"127.0.0.1:{port}",
    )

    def scraped() -> str:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5) as answer:
            return str(answer.read().decode())

    async def scenario() -> str:
        await _run_one(settings, await Client.connect(address))
        return await asyncio.to_thread(scraped)

    assert "temporal_workflow_completed" in on_loop(scenario)


def test_each_limit_is_an_argument_of_the_sdk() -> None:
    source = {name: value for name, (value, _, _) in VALUES.items()}
    arguments = sdk_arguments(worker_settings("a:1", "n", "q", [], source))
    limits = [name for name in VALUES if name.startswith("max_")]
    assert {name: arguments[name] for name in limits} == {
        "max_concurrent_activities": 3,
        "max_concurrent_workflow_tasks": 5,
        "max_concurrent_local_activities": 7,
        "max_activities_per_second": 0.5,
        "max_task_queue_activities_per_second": 10,
        "max_cached_workflows": 12,
    }
    assert arguments.keys() <= inspect.signature(Worker).parameters.keys()


@pytest.mark.parametrize("behavior", ["pinned", "auto_upgrade"])
def test_a_worker_of_a_deployment(address: str, behavior: str) -> None:
    """The server gives workflows to the version that is current, and pins them where asked."""
    name = unique("shop")
    settings = _settings(
        address, deployment_name=name, build_id="1.0", versioning_behavior=behavior
    )

    async def make_current(client: Client) -> None:
        while True:
            try:
                await client.workflow_service.describe_worker_deployment(
                    DescribeWorkerDeploymentRequest(namespace="default", deployment_name=name)
                )
                await client.workflow_service.set_worker_deployment_current_version(
                    SetWorkerDeploymentCurrentVersionRequest(
                        namespace="default", deployment_name=name, build_id="1.0"
                    )
                )
                return
            except RPCError:  # the worker has not told the server of itself yet
                await asyncio.sleep(0.05)

    async def scenario() -> Any:
        client = await Client.connect(address)
        current = asyncio.ensure_future(make_current(client))
        history = await _run_one(settings, client)
        await current
        return history

    history = on_loop(scenario)
    completed = next(
        event.workflow_task_completed_event_attributes
        for event in history.events
        if event.HasField("workflow_task_completed_event_attributes")
    )
    assert completed.deployment_version.build_id == "1.0"
    assert completed.versioning_behavior == {"pinned": 1, "auto_upgrade": 2}[behavior]


def test_only_the_version_is_told_without_a_behavior() -> None:
    settings = WorkerSettings(
        ConnectionSettings("a:1"), "q", deployment_name="shop", build_id="1.0"
    )
    config = sdk_arguments(settings)["deployment_config"]
    assert (config.version.build_id, config.use_worker_versioning) == ("1.0", False)
    plain = dataclasses.replace(settings, deployment_name=None, build_id=None)
    assert "deployment_config" not in sdk_arguments(plain)
