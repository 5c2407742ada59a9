"""`continue_as_new_suggested`: a server that finds a history long enough says so, and the workflow goes on in a new run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from assay.runtime.temporal.dev_server import DevServer
from compiled import compile_package
from temporalio.worker import Replayer
from workers import Mode, bench, on_loop

_EVENTS = 30
_TIMERS = 15


def test_the_server_suggests_to_continue_as_new(tmp_path: Path) -> None:
    """Without the worker's cache: each replay must see what the server said then, not what it says now."""
    package = compile_package("rolling", tmp_path)
    limit = {"limit.historyCount.suggestContinueAsNew": str(_EVENTS)}

    async def scenario(address: str) -> Any:
        mode = Mode(sandboxed=False, cached=False)
        async with bench(address, mode, package.WORKFLOWS, package.ACTIVITIES) as at:
            handle = await at.start("Rolling", {"wanted": _TIMERS})
            result = await handle.result()
            first = at.client.get_workflow_handle(handle.id, run_id=handle.first_execution_run_id)
            history = await first.fetch_history()
            await Replayer(workflows=package.WORKFLOWS).replay_workflow(history)
            return result, history.events[-1]

    with DevServer(dynamic_config=limit) as server:
        result, last = on_loop(scenario, server.address)
    assert result["done"] == _TIMERS
    assert len(result["lengths"]) >= 2
    assert all(_EVENTS <= length < _EVENTS + 10 for length in result["lengths"])
    assert last.HasField("workflow_execution_continued_as_new_event_attributes")
