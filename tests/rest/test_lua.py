"""`require("assay.temporal")` compiled and run on a real server: in a script, and in the activities of a worker."""

from __future__ import annotations

import asyncio
import importlib
import os
import shutil
import subprocess
import sys
import time
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from rest_server import Starter, unique
from temporalio.client import WorkflowFailureError
from temporalio.worker import UnsandboxedWorkflowRunner, Worker
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner

_HERE = Path(__file__).parent


def _compile(name: str, folder: Path) -> None:
    shutil.copy(_HERE / name, folder)
    command = [sys.executable, "-m", "assay.transpiler.cli", name, "-o", ".", "-q"]
    subprocess.run(command, cwd=folder, check=True, timeout=60)


# --------------------------------------------------------------------------------------------------------------- script


def test_every_call_from_a_script(tmp_path: Path, url: str, starter: Starter) -> None:
    running, _ = starter.start("", b"\x00\xff", task_queue="nobody")
    finished, _ = starter.start(task_queue="nobody")
    handle = starter.client.get_workflow_handle(finished)
    starter.run(handle.terminate())
    _compile("script.lua", tmp_path)
    found = subprocess.run(
        [sys.executable, "script.py", url, running, finished],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert found.stderr == ""
    shown = found.stdout.replace(url, "URL").replace(running, "RUNNING")
    assert shown == (_HERE / "script.expected").read_text()
    assert found.returncode == 0


# ----------------------------------------------------------------------------------------------------------- activities


@pytest.fixture(scope="module")
def monitor(tmp_path_factory: pytest.TempPathFactory, url: str) -> Iterator[types.ModuleType]:
    """The package that monitor.lua compiles to, imported."""
    folder = tmp_path_factory.mktemp("compiled")
    _compile("monitor.lua", folder)
    sys.path.insert(0, str(folder))
    os.environ["TEMPORAL_HTTP"] = url
    yield importlib.import_module("monitor")
    del os.environ["TEMPORAL_HTTP"]
    sys.path.remove(str(folder))


@pytest.mark.parametrize("runner", [SandboxedWorkflowRunner, UnsandboxedWorkflowRunner])
def test_activities_use_the_client(
    monitor: types.ModuleType, url: str, starter: Starter, runner: Any
) -> None:
    watched, _ = starter.start(task_queue="nobody")

    async def go() -> tuple[Any, Any]:
        async with Worker(
            starter.client,
            task_queue=unique("monitors"),
            workflows=monitor.WORKFLOWS,
            activities=monitor.ACTIVITIES,
            workflow_runner=runner(),
        ) as worker:
            options = {"id": unique("monitor"), "task_queue": worker.task_queue}
            query = f'WorkflowId="{watched}"'
            seen = await starter.client.execute_workflow("Monitor", {"query": query}, **options)
            waiting = await starter.client.start_workflow("Waits", watched, **options)
            # Longer than the heartbeat timeout: the worker heartbeats while the client waits.
            await asyncio.sleep(1.5)
            await starter.client.get_workflow_handle(watched).terminate()
            return seen, await waiting.result()

    seen, waited = starter.run(go())
    assert seen["count"] == 1
    wrong = (
        f"activity 'fails' failed: monitor.lua:16: workflow: GET {url}/api/v1/namespaces/default/workflows/none: "
        "HTTP 404 (NOT_FOUND): workflow not found for ID: none "
        "(check the workflow id, the run id and the namespace)"
    )
    assert seen["err"] == wrong
    assert waited["workflowExecutionInfo"]["status"] == "WORKFLOW_EXECUTION_STATUS_TERMINATED"


def test_canceling_the_activity_ends_its_wait(monitor: types.ModuleType, starter: Starter) -> None:
    watched, _ = starter.start(task_queue="nobody")

    async def go() -> float:
        async with Worker(
            starter.client,
            task_queue=unique("monitors"),
            workflows=monitor.WORKFLOWS,
            activities=monitor.ACTIVITIES,
        ) as worker:
            handle = await starter.client.start_workflow(
                "Waits", watched, id=unique(), task_queue=worker.task_queue
            )
            await asyncio.sleep(0.7)
            await handle.cancel()
            with pytest.raises(WorkflowFailureError):
                await handle.result()
            return time.monotonic()

    canceled = starter.run(go())
    # The worker is gone, so the thread of the activity is free: it did not sit out its long poll.
    assert time.monotonic() - canceled < 3.0
    starter.run(starter.client.get_workflow_handle(watched).terminate())
