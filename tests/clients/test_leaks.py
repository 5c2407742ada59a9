"""Nothing is left behind: a slice of what `make bench-clients` does with 10,000 calls, and how a process ends."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import threading
import types
from pathlib import Path

import pytest
from assay.runtime.client import Client, TemporalClientError
from assay.runtime.client.background import THREAD_NAME, Background
from assay.runtime.json_values import from_json
from assay.runtime.tables import index
from assay.runtime.temporal import client as lua
from assay.runtime.temporal.dev_server import DevServer

_BENCHMARK = Path(__file__).parent.parent / "benchmarks" / "clients.py"


@pytest.fixture(scope="module")
def benchmark() -> types.ModuleType:
    specification = importlib.util.spec_from_file_location("benchmark_of_clients", _BENCHMARK)
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def test_calls_leave_nothing(server: DevServer, benchmark: types.ModuleType) -> None:
    *kept, (closed,) = benchmark.soak(server, 200).values()
    assert closed["sockets"] < kept[0][0]["sockets"]
    for early, late in kept:
        assert late["sockets"] <= early["sockets"]
        assert late["descriptors"] <= early["descriptors"]
        assert late["threads"] <= early["threads"] + 2  # the SDK's own pool
        assert late["memory"] < early["memory"] + 20_000


@pytest.mark.parametrize("kind", ["own", "lua"])
def test_connections_leave_nothing(
    server: DevServer, benchmark: types.ModuleType, kind: str
) -> None:
    """After 200 as after 100. The first ones fill the SDK's own pools (see `make bench-clients`)."""
    early, late = benchmark.cycles_apart(server.address, kind, (100, 200)).values()
    assert late["sockets"] <= early["sockets"]
    assert late["descriptors"] <= early["descriptors"]
    assert late["threads"] <= early["threads"] + 2  # the SDK's own pool
    assert late["memory"] < early["memory"] + 10_000


def test_lua_connections_close(server: DevServer, benchmark: types.ModuleType) -> None:
    """One-shot starts close theirs, and so does a client that is closed or forgotten."""
    options = {"url": server.address, "task_queue": "nobody", "workflow_type": "x"}
    lua.connect(from_json({"url": server.address}))
    before = benchmark.state()
    for number in range(5):
        lua.start(from_json({**options, "workflow_id": f"one-shot-{number}"}))
        client = lua.connect(from_json({"url": server.address}))
        index(client, "close")(client)
        lua.connect(from_json({"url": server.address}))
    assert benchmark.settled(before, 20)["sockets"] <= before["sockets"]


def test_the_thread_ends(server: DevServer) -> None:
    own = Background()
    waiting = own.submit(threading_wait())
    own.close()
    assert waiting.cancelled()
    own.close()
    assert own.submit(answer()).result(10) == 1
    own.close()
    with Client.connect(server.address):
        assert THREAD_NAME in [thread.name for thread in threading.enumerate()]


async def threading_wait() -> None:
    import asyncio

    await asyncio.Event().wait()


async def answer() -> int:
    return 1


_PROGRAM = """
import sys, threading
from assay.runtime.client import Client
client = Client.connect(sys.argv[1])
run = client.start_workflow("x", workflow_id="ends", task_queue="nobody", id_conflict_policy="use_existing")
waiting = threading.Thread(target=client.get_result, args=(run.workflow_id,), daemon=True)
waiting.start()
waiting.join(0.3)
print("end")
"""


def test_a_process_with_a_call_under_way_ends(server: DevServer) -> None:
    for _ in range(3):
        found = subprocess.run(
            [sys.executable, "-c", _PROGRAM, server.address],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert (found.returncode, found.stdout) == (0, "end\n"), found.stderr
        assert "Task was destroyed" not in found.stderr


def test_a_forked_child_starts_its_own() -> None:
    own = Background()
    assert own.submit(answer()).result(10) == 1
    own.forget()
    assert own.submit(answer()).result(10) == 1
    own.close()


def test_workflow_code_is_refused(monkeypatch: pytest.MonkeyPatch, server: DevServer) -> None:
    from temporalio import workflow

    with Client.connect(server.address) as client:
        monkeypatch.setattr(workflow, "in_workflow", lambda: True)
        with pytest.raises(TemporalClientError, match="cannot be used in workflow code"):
            client.count_workflows()
