"""The gRPC part of the specification's page, compiled, on a real server: each call and each status, in a script and in an
activity."""

from __future__ import annotations

import asyncio
import importlib
import json
import subprocess
import sys
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from assay.runtime.temporal.dev_server import DevServer
from temporalio import workflow
from temporalio.client import Client
from temporalio.exceptions import ApplicationError
from temporalio.worker import UnsandboxedWorkflowRunner, Worker
from thread_worker import in_thread

_LUA = Path(__file__).parent / "lua"
_ENDS = {
    "COMPLETED": "jane",
    "FAILED": "failed: out of widgets",
    "CANCELED": "was canceled",
    "TERMINATED": "was terminated",
    "CONTINUED_AS_NEW": "continued as new: the next run is",
    "TIMED_OUT": "timed out",
}
_FIELDS = {"status", "workflow_type", "run_id", "start_time", "history_length"}


@workflow.defn(name="ProcessOrder")
class ProcessOrder:
    """Waits for its approval, unless it is to end in another way."""

    def __init__(self) -> None:
        self.approval: Any = None

    @workflow.run
    async def run(self, input: Any = None) -> Any:
        asked = input or {}
        if asked.get("fails"):
            raise ApplicationError("out of widgets")
        if asked.get("again"):
            workflow.continue_as_new({})
        await workflow.wait_condition(lambda: self.approval is not None)
        return {"item": asked.get("item"), "approved_by": self.approval["user"]}

    @workflow.signal
    def approve(self, approval: Any) -> None:
        self.approval = approval

    @workflow.query
    def state(self, asked: Any = None) -> Any:
        return {"approved": self.approval is not None, "asked": asked}


@pytest.fixture(scope="module")
def queue(server: DevServer) -> Iterator[str]:
    name = f"orders-{uuid.uuid4().hex}"

    @asynccontextmanager
    async def worker() -> AsyncIterator[Worker]:
        client = await Client.connect(server.address)
        runner = UnsandboxedWorkflowRunner()
        async with Worker(
            client, task_queue=name, workflows=[ProcessOrder], workflow_runner=runner
        ) as running:
            yield running

    with in_thread(worker):
        yield name


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("page")
    sources = [str(_LUA / name) for name in ("page_script.lua", "page_worker.lua")]
    command = [sys.executable, "-m", "assay.transpiler.cli", *sources, "-o", str(folder), "-q"]
    subprocess.run(command, check=True, timeout=60)
    return folder


def check(server: DevServer, found: dict[str, Any], prefix: str) -> None:
    """What the calls gave is what the page says, and what the SDK's client sees."""
    assert found["statuses"] == {status: status for status in ("RUNNING", *_ENDS)}
    assert set(found["ends"]) == set(_ENDS)
    for status, said in _ENDS.items():
        text = found["ends"][status]
        assert text == said or text.startswith(f"workflow '{prefix}{status}' {said}"), text
    assert set(found["handle"]) == {"workflow_id", "run_id"}
    assert found["queried"] == {"approved": False, "asked": {"more": True}}
    assert found["open"] is True
    assert found["result"] == {"item": "gadget", "approved_by": "joe"}
    assert found["canceled"] == "CANCELED"
    asyncio.run(compare(server.address, found["described"]))


async def compare(address: str, described: dict[str, dict[str, Any]]) -> None:
    client = await Client.connect(address)
    for workflow_id, description in described.items():
        handle = client.get_workflow_handle(workflow_id, run_id=description["run_id"])
        seen = await handle.describe()
        was_open = description["status"] == "RUNNING"
        assert set(description) >= _FIELDS | (set() if was_open else {"close_time"})
        assert ("close_time" in description) != was_open
        assert description["workflow_type"] == seen.workflow_type == "ProcessOrder"
        assert description["start_time"] == pytest.approx(seen.start_time.timestamp(), abs=1e-6)
        if was_open:
            continue
        assert seen.status is not None
        assert seen.close_time is not None
        assert description["status"] == seen.status.name
        assert description["close_time"] == pytest.approx(seen.close_time.timestamp(), abs=1e-6)
        assert description["history_length"] == seen.history_length


def test_in_a_script(server: DevServer, queue: str, compiled: Path) -> None:
    prefix = f"script-{uuid.uuid4().hex}-"
    found = subprocess.run(
        [sys.executable, str(compiled / "page_script.py"), server.address, queue, prefix],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert found.stderr == ""
    check(server, json.loads(found.stdout), prefix)


def test_in_an_activity(
    server: DevServer, queue: str, compiled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(compiled))
    package = importlib.import_module("page_worker")
    prefix = f"activity-{uuid.uuid4().hex}-"

    async def go() -> Any:
        client = await Client.connect(server.address)
        async with Worker(
            client,
            task_queue=prefix,
            workflows=package.WORKFLOWS,
            activities=package.ACTIVITIES,
        ):
            given = {"url": server.address, "queue": queue, "prefix": prefix}
            return await client.execute_workflow("Steers", given, id=prefix, task_queue=prefix)

    check(server, asyncio.run(go()), prefix)
