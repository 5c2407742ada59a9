"""Side effects: run once, recorded, the same on replay, after a restart and after the worker was killed."""

from __future__ import annotations

import asyncio
import logging
import signal
import types
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from assay.runtime.temporal import side_effects
from cases.activities import calls
from compiled import compile_package
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.workflowservice.v1 import ResetStickyTaskQueueRequest
from temporalio.client import Client, WorkflowFailureError, WorkflowHandle
from temporalio.converter import DataConverter
from temporalio.exceptions import ApplicationError
from workers import (
    TIME_LIMIT,
    UNCACHED,
    Mode,
    WorkerProcess,
    all_modes,
    bench,
    on_loop,
    running,
    unique,
)

LOGGER = "temporalio.workflow"


@pytest.fixture(scope="module")
def helped(tmp_path_factory: pytest.TempPathFactory) -> types.ModuleType:
    return compile_package("helped", tmp_path_factory.mktemp("helped"))


async def recorded(handle: WorkflowHandle[Any, Any]) -> list[Any]:
    """What the markers in the history hold, in order."""
    history = await handle.fetch_history()
    found = []
    for event in history.events:
        details = event.marker_recorded_event_attributes.details
        if "result" in details:
            found += await DataConverter.default.decode(details["result"].payloads)
    return found


@all_modes
def test_recorded_once(address: str, mode: Mode) -> None:
    calls.clear()

    async def scenario() -> tuple[Any, list[Any]]:
        async with running(address, mode, "SideEffects") as at:
            handle = await at.start("SideEffects")
            await at.until_waiting(handle, 6)
            await handle.signal("go", 1)
            result = await handle.result()
            await at.check_replay(handle)
            return result, await recorded(handle)

    result, markers = asyncio.run(asyncio.wait_for(scenario(), 3 * TIME_LIMIT))
    assert calls == [("draw", True), "throw", "begin", "end", "begin", "end"]
    first, error, both, none = result
    assert first == markers[0]["value"]
    assert markers[1] == {"error": {"code": 7}}
    assert error == {"ok": False, "code": 7}
    assert both == [markers[2]["value"], markers[3]["value"]]
    assert none is True
    assert markers[4] == {"value": None}
    assert len({first, *both}) == 3
    assert not side_effects._waiting


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        (
            "large",
            "side_effect: the result is too large to record (1500012 bytes, at most 1000000)",
        ),
        ("function", "side_effect is a function, which JSON cannot hold"),
        ("ctx", "side_effect: the function must not use ctx"),
        ("large error", "x" * 1000),
    ],
)
def test_what_cannot_be_recorded_is_a_lua_error(address: str, kind: str, message: str) -> None:
    assert on_loop(_failure, address, kind) == message


def test_a_bug_in_the_function_ends_the_workflow(address: str) -> None:
    assert on_loop(_failure, address, "bug").startswith("side_effect: ZeroDivisionError")


async def _failure(address: str, kind: str) -> str:
    async with running(address, UNCACHED, "BadSideEffect") as at:
        handle = await at.start("BadSideEffect", kind)
        with pytest.raises(WorkflowFailureError) as failure:
            await handle.result()
        await at.check_replay(handle)
        assert isinstance(failure.value.cause, ApplicationError)
        return failure.value.cause.message


@pytest.mark.parametrize("options", [(), ("--sandbox", "--max-cached-workflows", "0")], ids=str)
def test_worker_killed_while_waiting_and_between_two_side_effects(
    address: str, options: tuple[str, ...], tmp_path: Path
) -> None:
    """SIGKILL after the first side effect, while the workflow waits for the signal; the next worker finishes it."""
    queue = unique("killed")
    file = tmp_path / "notes"

    async def scenario() -> tuple[Any, list[Any]]:
        client = await Client.connect(address)
        first = await asyncio.to_thread(WorkerProcess, address, queue, *options)
        try:
            # The server may hand the next task to the killed worker, before it knows, and gives it this long.
            handle = await client.start_workflow(
                "KilledBetween",
                {"file": str(file)},
                id=queue,
                task_queue=queue,
                task_timeout=timedelta(seconds=5),
            )
            while (await handle.describe()).history_length < 5:
                await asyncio.sleep(0.01)
        finally:
            await asyncio.to_thread(first.end, signal.SIGKILL)
        # Not to the killed worker, which has the workflow in its cache.
        await client.workflow_service.reset_sticky_task_queue(
            ResetStickyTaskQueueRequest(
                namespace=client.namespace, execution=WorkflowExecution(workflow_id=queue)
            )
        )
        await handle.signal("go", "on")
        second = await asyncio.to_thread(WorkerProcess, address, queue, *options)
        try:
            return await handle.result(), await recorded(handle)
        finally:
            await asyncio.to_thread(second.end, signal.SIGTERM)

    result, markers = on_loop(scenario)
    assert markers == [{"value": result["first"]}, {"value": result["second"]}]
    assert result["signal"] == "on"
    assert file.read_text() == f"first {result['first']}\nsecond {result['second']}\n"


@all_modes
def test_functions_of_the_workflow_in_a_side_effect(
    helped: types.ModuleType, address: str, mode: Mode, caplog: pytest.LogCaptureFixture
) -> None:
    """They run outside of the workflow there: the real clock, and a log that is not the replay-safe one."""

    async def scenario() -> Any:
        async with bench(address, mode, helped.WORKFLOWS, helped.ACTIVITIES) as at:
            return await at.run("Helped")

    seen = ["integer", True, 4, True]
    with caplog.at_level(logging.INFO):
        found = on_loop(scenario)
    assert found == {"in_order": True, "inside": seen, "own": seen, "same": True}
    told = [record.message.partition(" ")[0] for record in caplog.records if record.name == LOGGER]
    assert told == ["side", "workflow"]


@all_modes
def test_functions_that_only_side_effects_call(
    helped: types.ModuleType, address: str, mode: Mode
) -> None:
    """They draw random bytes and read the environment, and those that a table holds read the clock where they are called."""

    async def scenario() -> Any:
        async with bench(address, mode, helped.WORKFLOWS, helped.ACTIVITIES) as at:
            return await at.run("Tickets")

    assert on_loop(scenario) == {
        "sizes": [16, 16, 16, 16],
        "differ": True,
        "home": True,
        "in_order": True,
        "whole": "integer",
        "own": True,
    }
