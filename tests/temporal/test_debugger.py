"""Python's debugger on the generated files: breakpoints, stepping, and variables under the names they have in Lua."""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from assay.runtime.temporal.worker import worker_settings
from temporalio.client import Client
from workers import TIME_LIMIT, on_loop, unique

_SOURCE = """
local function total(items)
  local sum = 0
  for _, item in ipairs(items) do
    sum = sum + item.price
  end
  return sum
end

temporal.worker({
  url = "localhost:7233",
  task_queue = "orders",
  activities = {
    charge = function(input)
      local receipt = "R-" .. input.amount
      return { receipt = receipt }
    end,
  },
  workflows = {
    Order = function(ctx, input)
      local amount = total(input.items)
      local class = amount > 100 and "big" or "small"
      local paid = ctx:execute_activity("charge", { amount = amount })
      return { receipt = paid.receipt, class = class }
    end,
  },
})
"""


def _line(file: Path, start: str) -> str:
    """`file:LINE` of the line that begins so."""
    lines = file.read_text(encoding="utf-8").splitlines()
    (number,) = (n for n, line in enumerate(lines, 1) if line.strip().startswith(start))
    return f"{file}:{number}"


def _debugged(folder: Path, commands: list[str], address: str) -> tuple[Any, int, str]:
    """Runs one workflow on a worker inside pdb: its result, the number of its events, what pdb wrote."""
    queue = unique("debugger")
    options = ["--debug", "--address", address, "--task-queue", queue]
    debugger = subprocess.Popen(
        [sys.executable, "-m", "pdb", "-m", "order.worker", *options],
        cwd=folder,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
    )

    async def run() -> tuple[Any, int]:
        client = await Client.connect(address)
        handle = await client.start_workflow(
            "Order", {"items": [{"price": 120}]}, id=queue, task_queue=queue
        )
        result = await asyncio.wait_for(handle.result(), TIME_LIMIT)
        return result, len([event async for event in handle.fetch_history_events()])

    try:
        assert debugger.stdin is not None
        debugger.stdin.write("".join(f"{command}\n" for command in commands))
        debugger.stdin.flush()
        result, events = on_loop(run)
        debugger.terminate()  # drains the worker; pdb would then start it again
        return result, events, debugger.communicate("q\n", timeout=TIME_LIMIT)[0]
    finally:
        debugger.kill()


def test_pdb_on_a_worker(tmp_path: Path, address: str) -> None:
    """One session with breakpoints in a helper, a workflow and an activity; the workflow stands still for longer than it may."""
    (tmp_path / "order.lua").write_text(_SOURCE, encoding="utf-8")
    compiler = [sys.executable, "-m", "assay.transpiler.cli", "-q", "-o", str(tmp_path)]
    subprocess.run([*compiler, str(tmp_path / "order.lua")], check=True)
    workflows, activities = (
        tmp_path / "order" / "workflows.py",
        tmp_path / "order" / "activities.py",
    )
    commands = [
        f"b {_line(workflows, 'sum = add(')}",
        f"b {_line(workflows, 'class_ =')}",
        f"b {_line(workflows, 'return {')}",
        f"b {_line(activities, 'return {')}",
        "c",
        *("p 'helper', item, sum", "n", "p 'next', sum", "c"),
        # Longer than the SDK lets a workflow compute without --debug.
        *("import time; time.sleep(2.5)", "p 'workflow', amount", "n", "p 'step', class_", "c"),
        *("p 'activity', receipt", "c"),
        *("p 'end', paid", "c"),
    ]
    result, events, shown = _debugged(tmp_path, commands, address)
    assert result == {"receipt": "R-120", "class": "big"}
    assert events == 11, "a workflow task failed or was tried again"
    found = re.findall(
        r"\('(helper|next|workflow|step|activity|end)', (.*)\)$", shown, re.MULTILINE
    )
    assert found == [
        ("helper", "LuaTable({'price': 120}), 0"),
        ("next", "120"),
        ("workflow", "120"),
        ("step", "'big'"),
        ("activity", "'R-120'"),
        ("end", "LuaTable({'receipt': 'R-120'})"),
    ], shown


def test_the_variable_of_the_sdk_asks_for_it_too(monkeypatch: Any) -> None:
    assert worker_settings("a:1", "n", "q", ["--debug"]).debug
    assert not worker_settings("a:1", "n", "q", []).debug
    monkeypatch.setenv("TEMPORAL_DEBUG", "1")
    assert worker_settings("a:1", "n", "q", []).debug
