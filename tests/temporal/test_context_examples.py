"""docs/ctx.md is true: every example runs, as the body of a workflow, and does what the page says.

All are workflows of one worker. What waits for an hour or a day runs on the time-skipping server, the rest on the real one.
"""

from __future__ import annotations

import asyncio
import importlib
import re
import sys
import types
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from assay.runtime.testing import AsyncWorkflowBench, time_skipping_available
from assay.transpiler import cli
from search_attributes import register_search_attributes
from temporalio.client import WorkflowFailureError, WorkflowHandle, WorkflowUpdateFailedError
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.exceptions import CancelledError
from workers import Bench, Mode, bench, on_loop, unique

_PAGE = (Path(__file__).parent.parent.parent / "docs" / "ctx.md").read_text(encoding="utf-8")
_PARTS = re.split(r"^#{2,3} (?:ctx:)?(\w+).*\n", _PAGE, flags=re.MULTILINE)
_EXAMPLES = {
    title: found[1]
    for title, text in zip(_PARTS[1::2], _PARTS[2::2], strict=True)
    if (found := re.search(r"^```lua\n(.*?)^```", text, re.MULTILINE | re.DOTALL))
}
_WORKER = """
local function echo(input) return input end
local function target(input) return type(input) == "table" and input.target or input end
temporal.worker({{
  url = "localhost:7233",
  task_queue = "examples",
  activities = {{
    update_gitops = function(input) return {{ id = "commit for " .. input.target }} end,
    build = target, echo = echo, notify = echo, clean_up = echo, reserve = echo, book = echo,
  }},
  workflows = {{
    Child = function(ctx, input)
      if type(input) == "table" and input.wait then return ctx:wait_signal(input.name or "go") end
      return input
    end,
    {workflows}
  }},
}})
"""


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> types.ModuleType:
    folder = tmp_path_factory.mktemp("context_examples")
    bodies = [
        f"example_{name} = function(ctx, input)\n{text}\nend" for name, text in _EXAMPLES.items()
    ]
    source = folder / "context_examples.lua"
    source.write_text(_WORKER.format(workflows=",\n".join(bodies)), encoding="utf-8")
    assert cli.main([str(source), "-o", str(folder), "-q"]) == 0
    sys.path.insert(0, str(folder))
    return importlib.import_module("context_examples")


Handle = WorkflowHandle[Any, Any]
Check = Callable[[Bench, Handle], Awaitable[None]]


def _gives(*expected: Any) -> Check:
    """The result is one of these."""

    async def check(at: Bench, handle: Handle) -> None:
        assert await handle.result() in expected

    return check


def _matches(pattern: str) -> Check:
    async def check(at: Bench, handle: Handle) -> None:
        assert re.fullmatch(pattern, await handle.result())

    return check


def _has_events(*kinds: str) -> Check:
    """Closes well, with these events in its history, in this order."""

    async def check(at: Bench, handle: Handle) -> None:
        assert await handle.result() is None
        events = iter(await at.event_types(handle))
        assert all(kind in events for kind in kinds)

    return check


async def _is_approved(at: Bench, handle: Handle) -> None:
    await handle.signal("approve", {"user": "jane"})
    assert await handle.result() is None


async def _is_closed_by_an_update(at: Bench, handle: Handle) -> None:
    await handle.execute_update("close")
    assert await handle.result() is None


async def _child_has_a_signal(at: Bench, handle: Handle) -> None:
    result = await handle.result()
    assert result["result"] == {"from": handle.id}
    child = at.client.get_workflow_handle(result["id"])
    assert await child.result() == {"from": handle.id}


async def _reaches_the_release(at: Bench, handle: Handle) -> None:
    assert await handle.result() is None
    release = at.client.get_workflow_handle("release-7")
    assert await release.result() == {"user": "jane"}


async def _cancels_the_release(at: Bench, handle: Handle) -> None:
    assert await handle.result() is None
    with pytest.raises(WorkflowFailureError) as failure:
        await at.client.get_workflow_handle("release-7").result()
    assert isinstance(failure.value.cause, CancelledError)


async def _answers_a_query(at: Bench, handle: Handle) -> None:
    assert await handle.query("stage") in ("build", "done")
    assert await handle.result() is None
    assert await handle.query("stage") == "done"


async def _counts_updates(at: Bench, handle: Handle) -> None:
    with pytest.raises(WorkflowUpdateFailedError) as refused:
        await handle.execute_update("add", 5)
    assert "a table expected" in str(refused.value.cause)
    assert [await handle.execute_update("add", {"n": n}) for n in (1, 2, 3)] == [1, 2, 3]
    assert await handle.result() is None


async def _sets_search_attributes(at: Bench, handle: Handle) -> None:
    assert await handle.result() is None
    found = (await handle.describe()).typed_search_attributes
    assert {pair.key.name for pair in found} >= {"Stage", "Tries", "Due"}


async def _sets_the_memo(at: Bench, handle: Handle) -> None:
    assert await handle.result() is None
    assert await (await handle.describe()).memo() == {"stage": "build", "tries": 3}


async def _cleans_up(at: Bench, handle: Handle) -> None:
    await at.until_waiting(handle, 5)
    await handle.cancel()
    with pytest.raises(WorkflowFailureError) as failure:
        await handle.result()
    assert isinstance(failure.value.cause, CancelledError)
    assert "ACTIVITY_TASK_COMPLETED" in await at.event_types(handle)


_CHECKS: dict[str, Check] = {
    "execute_activity": _gives("commit for prod"),
    "start_activity": _gives(["linux", "mac"]),
    "execute_local_activity": _gives({"n": 7}),
    "side_effect": _matches("[0-9a-f]{32}"),
    "start_timer": _has_events("ACTIVITY_TASK_SCHEDULED", "ACTIVITY_TASK_COMPLETED"),
    "wait_signal": _is_approved,
    "wait_until": _is_closed_by_an_update,
    "all": _gives("linux"),
    "any": _gives([1, 1], [2, 2]),
    "spawn": _gives(["eu", "us"]),
    "execute_child_workflow": _gives({"n": 1}),
    "start_child_workflow": _child_has_a_signal,
    "signal_workflow": _reaches_the_release,
    "cancel_workflow": _cancels_the_release,
    "register_query": _answers_a_query,
    "register_update": _counts_updates,
    "workflow_info": _gives(None),
    "continue_as_new": _gives(None),
    "uuid": _matches("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
    "upsert_search_attributes": _sets_search_attributes,
    "upsert_memo": _sets_the_memo,
    "patched": _has_events("MARKER_RECORDED", "ACTIVITY_TASK_COMPLETED"),
    "deprecate_patch": _has_events("MARKER_RECORDED", "ACTIVITY_TASK_COMPLETED"),
    "cancellation_requested": _cleans_up,
    "shielded": _has_events("ACTIVITY_TASK_COMPLETED", "ACTIVITY_TASK_COMPLETED"),
    "Errors": _gives(None),
}
_LONG = {
    "sleep": {"timers": 1, "seconds": 60},
    "now": {"timers": 6, "seconds": 3600},
    "random": {"timers": 1, "seconds": 1},
    "wait_signal": {"timers": 1, "seconds": 86400},
    "wait_until": {"timers": 1, "seconds": 3600},
}
"""Timers that fire, and how many seconds they last at least."""
_OF_AN_EARLIER_RELEASE = {"signal_workflow": "approve", "cancel_workflow": "never"}
"""Examples about a workflow `release-7`, and the signal that it waits for."""


def test_every_example_is_run() -> None:
    assert _CHECKS.keys() | _LONG.keys() == _EXAMPLES.keys()


async def _play(at: Bench, name: str) -> None:
    if name in _OF_AN_EARLIER_RELEASE:
        awaited = {"wait": True, "name": _OF_AN_EARLIER_RELEASE[name]}
        await at.client.start_workflow(
            "Child",
            awaited,
            id="release-7",
            task_queue=at.queue,
            id_conflict_policy=WorkflowIDConflictPolicy.TERMINATE_EXISTING,
        )
    given: dict[str, Any] = {"count": 1} if name == "continue_as_new" else {"n": 7}
    handle = await at.client.start_workflow(
        f"example_{name}",
        None if name == "Errors" else given,
        id=unique("example"),
        task_queue=at.queue,
    )
    try:
        await _CHECKS[name](at, handle)
    except AssertionError as problem:
        raise AssertionError(f"the example of {name}") from problem


def test_the_examples_do_what_the_page_says(package: types.ModuleType, address: str) -> None:
    async def scenario() -> None:
        mode = Mode(sandboxed=False, cached=True)
        async with bench(address, mode, package.WORKFLOWS, package.ACTIVITIES) as at:
            await register_search_attributes(at.client, Owner="KEYWORD")
            others = [name for name in _CHECKS if name not in _OF_AN_EARLIER_RELEASE]
            await asyncio.gather(*(_play(at, name) for name in others))
            for name in _OF_AN_EARLIER_RELEASE:
                await _play(at, name)

    on_loop(scenario)


def test_what_waits_for_long_is_over_at_once(package: types.ModuleType) -> None:
    reason = time_skipping_available()
    if reason is not None:
        pytest.skip(reason)

    async def scenario() -> None:
        async with AsyncWorkflowBench(package, skip_time=True) as skipping:
            for name, expected in _LONG.items():
                handle = await skipping.start(f"example_{name}", {"n": 7})
                try:
                    result = await handle.result()
                except WorkflowFailureError as failure:
                    assert name == "wait_until" and "nobody closed it" in str(failure.cause)
                else:
                    assert result == ({"status": "timed_out"} if name == "wait_signal" else None)
                started, fired = [], 0
                async for event in handle.fetch_history_events():
                    fired += event.HasField("timer_fired_event_attributes")
                    if event.HasField("timer_started_event_attributes"):
                        timer = event.timer_started_event_attributes
                        started.append(timer.start_to_fire_timeout.ToSeconds())
                assert (name, fired) == (name, expected["timers"])
                assert sum(started) >= expected["seconds"]

    on_loop(scenario)
