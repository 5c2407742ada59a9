"""Metamethods that wait for activities, timers and signals, compiled. On a real server in every mode, each history replayed."""

from __future__ import annotations

import types
from typing import Any

import pytest
from compiled import compile_package
from temporalio.client import WorkflowHandle
from workers import Mode, all_modes, bench, on_loop, pick


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> types.ModuleType:
    return compile_package("metamethods", tmp_path_factory.mktemp("metamethods"))


def _run(
    package: types.ModuleType, address: str, mode: Mode, name: str, given: Any
) -> tuple[Any, list[str]]:
    """The result of a run, and the activities in the order in which they were started."""

    async def go() -> tuple[Any, list[str]]:
        workflows = pick(package.WORKFLOWS, name)
        async with bench(address, mode, workflows, package.ACTIVITIES) as worker:
            handle = await worker.start(name, given)
            result = await handle.result()
            await worker.check_replay(handle)
            return result, await _activities(handle)

    return on_loop(go)


async def _activities(handle: WorkflowHandle[Any, Any]) -> list[str]:
    history = await handle.fetch_history()
    scheduled = [
        event.activity_task_scheduled_event_attributes
        for event in history.events
        if event.HasField("activity_task_scheduled_event_attributes")
    ]
    return [f"{s.activity_type.name} {s.input.payloads[0].data.decode()}" for s in scheduled]


@all_modes
def test_operators_and_fields(package: types.ModuleType, address: str, mode: Mode) -> None:
    result, activities = _run(package, address, mode, "Lazy", {"a": 1, "b": 2})
    assert result == ["hello ann", "color!color!", "ab", "slept 0.2", True]
    assert activities == ['greet "ann"', 'setting "color"']


@all_modes
def test_what_was_booked_is_given_back(package: types.ModuleType, address: str, mode: Mode) -> None:
    result, activities = _run(package, address, mode, "Saga", None)
    assert result == [False, "no seats"]
    assert activities == ['cancel "flight"', 'cancel "hotel"']
