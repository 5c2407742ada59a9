"""Deep recursion in the worker that is compiled along: Lua's own depth, and a catchable error past it."""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from assay.runtime.positions import place_of_frame
from assay.runtime.temporal import application_errors
from compiled import LUA
from temporalio.client import Client, WorkflowFailureError
from workers import TIME_LIMIT, lua_levels, unique

_UNHURRIED = """
import runpy
from temporalio.worker import _workflow as sdk

sdk._WorkflowWorker._deadlock_timeout_seconds = property(lambda worker: 60, lambda worker, seconds: None)
runpy.run_module("depth.worker", run_name="__main__")
"""
"""Runs the worker with another limit for a workflow task than the SDK's two seconds: the deepest one computes for most of a
second, which is more than two on a busy machine; it would fail, and so would each retry. (The SDK's debug mode has no limit,
but runs workflows in another thread.)"""

_TASK_TIMEOUT = timedelta(seconds=60)
"""The server's limit for a workflow task; by itself it would give the deepest one to another worker after ten seconds."""

_SECONDS = 120.0
"""How long the test may take at most."""


def test_recursion_as_deep_as_lua_allows(tmp_path: Path, address: str) -> None:
    compiler = [sys.executable, "-m", "assay.transpiler.cli", "-q", "-o", str(tmp_path)]
    subprocess.run([*compiler, str(LUA / "depth.lua")], check=True)
    queue = unique("depth")
    options = ["--address", address, "--task-queue", queue, "--max-cached-workflows", "0"]
    worker = subprocess.Popen([sys.executable, "-c", _UNHURRIED, *options], cwd=tmp_path)

    async def run() -> Any:
        client = await Client.connect(address)
        with pytest.raises(WorkflowFailureError) as failure:
            await client.execute_workflow(
                "Runaway", id=unique("runaway"), task_queue=queue, task_timeout=_TASK_TIMEOUT
            )
        failures.append(failure.value.cause)
        handle = await client.start_workflow(
            "Depth", id=queue, task_queue=queue, task_timeout=_TASK_TIMEOUT
        )
        return await handle.result()

    failures: list[Any] = []
    try:
        found = asyncio.run(asyncio.wait_for(run(), _SECONDS))
    finally:
        worker.terminate()
        assert worker.wait(timeout=TIME_LIMIT) == 0
    total = 150000 * 150001 // 2
    overflow = "depth.lua:8: stack overflow"
    assert found == {
        "activity": {"sum": total, "message": overflow, "count": 400000},
        "sum": total,
        "waited": 100000,
        "message": overflow,
        "inside": total,
    }
    (runaway,) = failures
    assert re.fullmatch(r"LuaError: depth\.lua:\d+: stack overflow", str(runaway))
    levels = lua_levels(runaway.failure.stack_trace)
    assert len(levels) == 22
    assert re.fullmatch(r"\.\.\.\t\(skipping \d{5,6} levels\)", levels[10])
    assert levels[-1].endswith("in workflow 'Runaway'")


def test_only_the_shown_levels_of_a_stack_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    looked_at = []
    namespace = {"__lua_positions__": "deep.lua 1=1"}
    exec("def down(n):\n    return 1 // n if n == 0 else down(n - 1)\n", namespace)
    monkeypatch.setattr(
        application_errors,
        "place_of_frame",
        lambda *given: looked_at.append(given) or place_of_frame(*given),
    )
    with pytest.raises(ZeroDivisionError) as problem:
        namespace["down"](500)
    shown = application_errors.lua_stack_trace(problem.value).splitlines()
    assert (len(shown), shown[10]) == (22, "...\t(skipping 480 levels)")
    assert len(looked_at) == 21
