"""What test_beyond_the_page.py plays: each scenario starts workflows of lua/beyond.lua and gives what is to be looked at."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from temporalio.client import WorkflowFailureError, WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError
from workers import Bench, unique

Scenario = Callable[[Bench], Awaitable[Any]]
SCENARIOS: dict[str, Scenario] = {}


def scenario(function: Scenario) -> Scenario:
    SCENARIOS[function.__name__.removeprefix("_")] = function
    return function


def _plain(name: str) -> None:
    async def run(at: Bench) -> Any:
        return await at.run(name)

    SCENARIOS[name] = run


for _name in (
    "Futures", "FailingFutures", "Spawned", "Local", "Parent", "ChildFailures", "Conditions",
    "Visible", "Patched", "Deterministic", "Lost",
):  # fmt: skip
    _plain(_name)


@scenario
async def _others(at: Bench) -> Any:
    waits = await at.start("Child", {"wait": True})
    doomed = await at.start("Child", {"wait": True})
    result = await at.run("Others", {"id": waits.id, "cancel": doomed.id})
    with pytest.raises(WorkflowFailureError):
        await doomed.result()
    status = (await doomed.describe()).status
    assert status is not None
    return result, await _child_result(waits), status.name


async def _child_result(handle: Any) -> Any:
    """The result of a child that has no parent here: it asks for its parent's id, and fails."""
    with pytest.raises(WorkflowFailureError) as failure:
        await handle.result()
    assert isinstance(failure.value.cause, ApplicationError)
    return failure.value.cause.message


@scenario
async def _counts(at: Bench) -> Any:
    handle = await at.start("Counts", start_signal="add", start_signal_args=[{"by": 1}])
    first_run = handle.first_execution_run_id
    with_signals = at.client.get_workflow_handle(handle.id)
    for by in (10, 100, 1000):
        await with_signals.signal("add", {"by": by})
    result = await handle.result()
    await at.check_replay(at.client.get_workflow_handle(handle.id, run_id=first_run))
    await at.check_replay(at.client.get_workflow_handle(handle.id))
    return result


@scenario
async def _kept_signals(at: Bench) -> Any:
    """Four signals before the first line: each run takes one and hands the others on, in order."""
    queue = unique("later")
    handle = await at.client.start_workflow(
        "Counts", id=unique("Counts"), task_queue=queue, start_signal="add",
        start_signal_args=[{"by": 1}],
    )  # fmt: skip
    for by in (10, 100, 1000):
        await handle.signal("add", {"by": by})
    async with at.another(queue):
        return await handle.result()


@scenario
async def _updated(at: Bench) -> Any:
    handle = await at.start("Updated")
    sizes = [await handle.execute_update("add", {"name": name}) for name in ("a", "b")]
    refused = []
    for name, argument in (("add", {}), ("fail", 7), ("unknown", None), ("again", None)):
        with pytest.raises(WorkflowUpdateFailedError) as failure:
            await handle.execute_update(name, argument)
        cause = failure.value.cause
        assert isinstance(cause, ApplicationError)
        refused.append((cause.type, cause.message))
    await handle.execute_update("close")
    result = await handle.result()
    await at.check_replay(handle)
    return sizes, refused, result


@scenario
async def _update_before_the_first_line(at: Bench) -> Any:
    queue = unique("later")
    handle = await at.client.start_workflow("Updated", id=unique("Updated"), task_queue=queue)
    early = asyncio.ensure_future(handle.execute_update("add", {"name": "early"}))
    bad = asyncio.ensure_future(handle.execute_update("add", "nameless"))
    # So that both are there when the worker comes; if not, they come later.
    await asyncio.sleep(0.2)
    async with at.another(queue):
        size = await early
        with pytest.raises(WorkflowUpdateFailedError) as failure:
            await bad
        await handle.execute_update("close")
        result = await handle.result()
        await at.check_replay(handle)
        assert isinstance(failure.value.cause, ApplicationError)
        return size, failure.value.cause.type, result["items"]


@scenario
async def _shielded(at: Bench) -> Any:
    handle = await at.start("Shielded")
    await at.until_waiting(handle, 4)
    await handle.cancel()
    await at.until_waiting(handle, 7)
    await handle.signal("finish")
    result = await handle.result()
    await at.check_replay(handle)
    return result


@scenario
async def _canceled_futures(at: Bench) -> Any:
    handle = await at.start("CanceledFutures")
    await at.until_waiting(handle, 6)
    await handle.cancel()
    result = await handle.result()
    await at.check_replay(handle)
    return result


@scenario
async def _cancels_itself(at: Bench) -> Any:
    handle = await at.start("CancelsItself")
    with pytest.raises(WorkflowFailureError) as failure:
        await handle.result()
    await at.check_replay(handle)
    assert isinstance(failure.value.cause, ApplicationError)
    return failure.value.cause.type, failure.value.cause.message
