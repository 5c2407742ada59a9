"""Deep recursion in the worker that is compiled along: Lua's own depth, and a catchable error past it."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path
from typing import Any

from compiled import LUA
from temporalio.client import Client
from workers import TIME_LIMIT, on_loop, unique


def test_recursion_as_deep_as_lua_allows(tmp_path: Path, address: str) -> None:
    compiler = [sys.executable, "-m", "assay.transpiler.cli", "-q", "-o", str(tmp_path)]
    subprocess.run([*compiler, str(LUA / "depth.lua")], check=True)
    queue = unique("depth")
    options = ["--address", address, "--task-queue", queue, "--max-cached-workflows", "0"]
    worker = subprocess.Popen([sys.executable, "-m", "depth.worker", *options], cwd=tmp_path)

    async def run() -> Any:
        client = await Client.connect(address)
        handle = await client.start_workflow("Depth", id=queue, task_queue=queue)
        return await asyncio.wait_for(handle.result(), TIME_LIMIT * 2)

    try:
        found = on_loop(run)
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
