"""The worker's command line: settings and their order, one-line errors, draining on a signal."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from typing import Any

import pytest
from assay.runtime.temporal.activity import record_side_effect
from assay.runtime.temporal.connection import ConnectionProblem, checked_address
from assay.runtime.temporal.worker import WorkerProblem, worker_settings
from cases import ACTIVITIES, WORKFLOWS
from temporalio.api.enums.v1 import PendingActivityState
from temporalio.client import Client
from workers import FIXTURES, WorkerProcess, on_loop, unique

VARIABLES = ("TEMPORAL_ADDRESS", "TEMPORAL_NAMESPACE", "TEMPORAL_API_KEY", "TEMPORAL_TASK_QUEUE")


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("TEMPORAL_")]:
        monkeypatch.delenv(name)


def _settings(*arguments: str) -> tuple[str, str, str | None, str]:
    found = worker_settings("lua:1", "lua-ns", "lua-queue", arguments)
    connection = found.connection
    return (connection.address, connection.namespace, connection.api_key, found.task_queue)


def test_command_line_before_environment_before_source(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _settings() == ("lua:1", "lua-ns", None, "lua-queue")
    for name, value in zip(VARIABLES, ("env:2", "env-ns", "key", "env-queue"), strict=True):
        monkeypatch.setenv(name, value)
    assert _settings() == ("env:2", "env-ns", "key", "env-queue")
    line = ("--address", "line:3", "--namespace", "line-ns", "--task-queue", "line-queue")
    assert _settings(*line) == ("line:3", "line-ns", "key", "line-queue")


def test_sandbox_and_cache_options() -> None:
    assert not worker_settings("a:1", "n", "q", []).sandbox
    given = worker_settings("a:1", "n", "q", ["--sandbox", "--max-cached-workflows", "0"])
    assert (given.sandbox, given.max_cached_workflows) == (True, 0)


def test_a_worker_for_workflows_leaves_activities_to_others(address: str) -> None:
    queue = unique("only")

    async def scenario() -> str:
        client = await Client.connect(address)
        for_workflows = await asyncio.to_thread(
            WorkerProcess, address, queue, "--only", "workflows"
        )
        for_activities = None
        try:
            handle = await client.start_workflow(
                "OneActivity", {"activity": "echo", "input": "x"}, id=queue, task_queue=queue
            )
            description = await handle.describe()
            while not description.raw_description.pending_activities:
                await asyncio.sleep(0.01)
                description = await handle.describe()
            pending = description.raw_description.pending_activities[0]
            assert pending.state == PendingActivityState.PENDING_ACTIVITY_STATE_SCHEDULED
            for_activities = await asyncio.to_thread(
                WorkerProcess, address, queue, "--only", "activities"
            )
            result: str = await handle.result()
            return result
        finally:
            for process in (for_workflows, for_activities):
                if process is not None:
                    await asyncio.to_thread(process.end, signal.SIGTERM)

    assert on_loop(scenario) == "x"


def test_api_key_turns_tls_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEMPORAL_API_KEY", "key")
    assert worker_settings("a:1", "n", "q", []).connection.tls is True


def test_configuration_file_counts_only_when_asked_for(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    file = tmp_path / "temporal.toml"
    file.write_text('[profile.default]\naddress = "file:4"\n')
    assert _settings()[0] == "lua:1"
    monkeypatch.setenv("TEMPORAL_CONFIG_FILE", str(file))
    assert _settings()[0] == "file:4"
    file.write_text("not toml")
    with pytest.raises(ConnectionProblem, match=r"TEMPORAL_\* settings"):
        _settings()


def test_a_task_queue_is_needed() -> None:
    with pytest.raises(WorkerProblem, match="no task queue"):
        worker_settings("a:1", "n", "", [])


@pytest.mark.parametrize(
    "address", ["localhost", "localhost:", ":7233", "a:b", "a:99999", "a:0", "a b:1", "a/b:1", ""]
)
def test_addresses_that_are_none(address: str) -> None:
    with pytest.raises(ConnectionProblem, match="must be host:port"):
        checked_address(address)


@pytest.mark.parametrize("address", ["localhost:7233", "127.0.0.1:1", "[::1]:7233", "a.b-c.d:443"])
def test_addresses(address: str) -> None:
    assert checked_address(address) == address


def _problem(*arguments: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-m", "cases.worker", *arguments],
        cwd=FIXTURES,
        capture_output=True,
        text=True,
        timeout=30,
    )
    return done.returncode, done.stderr.strip()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ("--address", "http://localhost:7233"),
            "error: the address must be host:port without http://, such as localhost:7233",
        ),
        (
            ("--address", "127.0.0.1:9"),
            "error: no Temporal server answers at 127.0.0.1:9: connection refused "
            "(is it running, and is this its gRPC port?)",
        ),
        (
            ("--address", "no-such-host.invalid:7233"),
            "error: no Temporal server answers at no-such-host.invalid:7233: the host name is unknown",
        ),
    ],
)
def test_problems_are_one_line_and_exit_code_1(arguments: tuple[str, ...], message: str) -> None:
    assert _problem(*arguments) == (1, message)


def test_unknown_namespace(address: str) -> None:
    code, text = _problem("--address", address, "--namespace", "nowhere")
    assert (code, text) == (1, f"error: there is no namespace 'nowhere' at {address}")


def test_wrong_arguments_are_exit_code_2() -> None:
    code, text = _problem("--max-cached-workflows", "-1")
    assert code == 2
    assert "max_cached_workflows must be an integer, 0 or more, got -1" in text


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_drains_what_is_in_flight(address: str, number: signal.Signals) -> None:
    queue = unique("drain")

    async def scenario() -> tuple[str, int, list[bytes]]:
        client = await Client.connect(address)
        worker = await asyncio.to_thread(WorkerProcess, address, queue)
        try:
            handle = await client.start_workflow(
                "OneActivity", {"activity": "rest", "input": 1.5}, id=queue, task_queue=queue
            )
            while not (await handle.describe()).raw_description.pending_activities:
                await asyncio.sleep(0.01)
            await asyncio.sleep(0.3)
        finally:
            code = await asyncio.to_thread(worker.end, number)
        history = await handle.fetch_history()
        completed = [
            event.activity_task_completed_event_attributes.result.payloads[0].data
            for event in history.events
            if event.HasField("activity_task_completed_event_attributes")
        ]
        await handle.terminate()
        return worker.ready_line, code, completed

    ready, code, completed = on_loop(scenario)
    assert ready == (
        f"worker ready: task queue {queue} on {address}, namespace default, "
        f"{len(WORKFLOWS)} workflows, {len(set(ACTIVITIES) - {record_side_effect})} activities"
    )
    # The activity's own answer: it was not asked to stop.
    assert (code, completed) == (0, [b"false"])


def test_a_process_that_only_connects_ends_in_order(address: str) -> None:
    """The SDK's native threads may still be busy when the interpreter goes: the process must not crash then."""
    code = (
        "import asyncio, sys\n"
        "from assay.runtime.temporal.connection import ConnectionSettings, connect\n"
        "asyncio.run(connect(ConnectionSettings(sys.argv[1])))"
    )
    processes = [
        subprocess.Popen([sys.executable, "-c", code, address], stderr=subprocess.DEVNULL)
        for _ in range(8)
    ]
    assert [process.wait(30) for process in processes] == [0] * 8


def test_an_idle_worker_ends_at_once(address: str) -> None:
    worker = WorkerProcess(address, unique("idle"))
    started = time.monotonic()
    assert worker.end(signal.SIGTERM) == 0
    assert time.monotonic() - started < 5
