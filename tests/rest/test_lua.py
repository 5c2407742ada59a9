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
from conftest import Starter, unique
from temporalio.client import WorkflowFailureError
from temporalio.worker import UnsandboxedWorkflowRunner, Worker
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner

_HERE = Path(__file__).parent


def _compile(name: str, folder: Path) -> None:
    shutil.copy(_HERE / name, folder)
    command = [sys.executable, "-m", "assay.transpiler.cli", name, "-o", ".", "-q"]
    subprocess.run(command, cwd=folder, check=True, timeout=60)


# --------------------------------------------------------------------------------------------------------------- script

_RESOURCE = "GET URL/api/v1/namespaces/default"
_EXPECTED = """\
module	true	true
types	function	userdata	userdata	userdata: 
health	true	true	string
namespaces	true	1
namespace	default	default
list	1	1
search	1	0
page	1	string
get	Waits
signal	nil
signal	nil	nil
history	true	true
decoded	true	true	nil
started	true
running	true	false
wait	WORKFLOW_EXECUTION_STATUS_TERMINATED
wait	workflows:wait_complete: GET URL: workflow 'RUNNING' (run ID) did not complete within 0 s, its last status is RUNNING
queue	table	table
schedules	table	table
schedule	false	script.lua:51: schedules:get: {resource}/schedules/none: HTTP 404 (NOT_FOUND): workflow not found for ID: temporal-sys-scheduler:none
schedule	false	script.lua:52: schedule: {resource}/schedules/none: HTTP 404 (NOT_FOUND): workflow not found for ID: temporal-sys-scheduler:none
option	false	script.lua:53: workflows:list: unknown option 'page_sise'; did you mean 'page_size'?
option	false	script.lua:54: system_info: unknown option 'namespace'; there are none
option	false	script.lua:55: workflows: page_size must be an integer, 0 or more, got string
options	false	script.lua:56: workflows:list: options must be a table, got string
argument	false	script.lua:57: workflows:get: workflow_id must be a string, got nil
argument	false	script.lua:58: workflows:get: run_id must be a string, got table
argument	false	script.lua:59: signal_workflow: input: input.f is a function, which has no JSON form
argument	false	script.lua:60: workflows:get: workflow_id must be text in UTF-8
slash	false	script.lua:61: workflows:get: {resource}/workflows: 'a/b' cannot be sent: Temporal's HTTP API cannot address a name with a slash or of dots only; use the gRPC client: temporal.connect
wrong run	false	script.lua:62: workflows:terminate: POST URL/api/v1/namespaces/default/workflows/RUNNING/terminate: HTTP 404 (NOT_FOUND): workflow not found for ID: RUNNING
method	false	script.lua:63: attempt to call a nil value (method 'nothing')
called	false	script.lua:64: attempt to call a userdata value (upvalue 'c')
called	false	script.lua:65: attempt to call a userdata value (field 'task_queues')
url	false	script.lua:66: client: the url must start with http:// or https://, such as "http://localhost:7243" (host:port alone is for gRPC: temporal.connect)
url	false	script.lua:67: client: url must be a string, got nil
client	false	script.lua:68: client: unknown option 'api_kei'; did you mean 'api_key'?
client	false	script.lua:69: client: api_key has characters that a header cannot hold, such as a line break
cancel	nil	nil
terminate	nil
closed	WORKFLOW_EXECUTION_STATUS_TERMINATED
terminate	false	script.lua:74: workflows:terminate: POST URL/api/v1/namespaces/default/workflows/RUNNING/terminate: HTTP 404 (NOT_FOUND): workflow execution already completed
close	false	script.lua:76: system_info: GET URL/api/v1/system-info: the client is closed
"""  # fmt: skip


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
    assert shown.splitlines() == _EXPECTED.replace("{resource}", _RESOURCE).splitlines()
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
        "HTTP 404 (NOT_FOUND): workflow not found for ID: none"
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
