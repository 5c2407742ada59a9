"""Lua errors across activities and workflows: message, type, details and stack arrive, retries match, bugs stay
visible."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from cases.activities import calls
from temporalio.client import WorkflowFailureError, WorkflowHandle
from temporalio.exceptions import ApplicationError
from workers import UNCACHED, Bench, Mode, all_modes, lua_levels, on_loop, running, unique


@pytest.fixture(autouse=True)
def _depth_of_a_users_worker() -> Iterator[None]:
    """A worker of one's own has Python's limit of calls. Tests of our worker raise it for the process, and running into that
    one may take longer than an activation is given.
    """
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(1000)
    yield
    sys.setrecursionlimit(limit)


async def _failure(address: str, mode: Mode, workflow: str, input: Any) -> ApplicationError:
    async with running(address, mode, workflow) as at:
        handle = await at.start(workflow, input)
        with pytest.raises(WorkflowFailureError) as failure:
            await handle.result()
        await at.check_replay(handle)
        assert isinstance(failure.value.cause, ApplicationError)
        return failure.value.cause


THROWN = [
    ("cases.lua:53: boom", "cases.lua:53: boom", "LuaError"),
    ("cases.lua:53: NOT_FOUND: boom", "cases.lua:53: NOT_FOUND: boom", "NOT_FOUND"),
    ("NOT_FOUND: x", "NOT_FOUND: x", "NOT_FOUND"),
    ("Not_found: x", "Not_found: x", "LuaError"),
    ("we saw NOT_FOUND: x", "we saw NOT_FOUND: x", "LuaError"),
    ("größe", "größe", "LuaError"),
    (42, "42", "LuaError"),
    (True, "(error object is a boolean value)", "LuaError"),
    ({"type": "FATAL", "message": "broken"}, "broken", "FATAL"),
    ({"message": "no type"}, "no type", "LuaError"),
    ({"code": 5}, "(error object is a table value)", "LuaError"),
]


@pytest.mark.parametrize(("thrown", "message", "kind"), THROWN, ids=repr)
def test_message_and_type_of_a_workflow_failure(
    address: str, thrown: Any, message: str, kind: str
) -> None:
    cause = on_loop(_failure, address, UNCACHED, "Fails", {"error": thrown})
    assert (cause.message, cause.type) == (message, kind)
    assert cause.failure is not None
    assert lua_levels(cause.failure.stack_trace) == ["cases.lua:53: in workflow 'Fails'"]


def test_details_of_a_thrown_table_reach_the_client(address: str) -> None:
    thrown = {"type": "X", "message": "m", "details": {"a": [1]}, "code": 5}
    cause = on_loop(_failure, address, UNCACHED, "Fails", {"error": thrown})
    assert list(cause.details) == [
        {"a": [1]},
        {"lua_error_fields": {"message": "m", "code": 5}},
    ]


@all_modes
def test_stack_goes_through_helpers_and_activities(address: str, mode: Mode) -> None:
    input = {"activity": "fail", "error": "cases.lua:7: FATAL: no", "case": unique("case")}
    cause = on_loop(_failure, address, mode, "Fails", input)
    assert cause.message == "activity 'fail' failed: cases.lua:7: FATAL: no"
    assert cause.type == "FATAL"
    assert cause.failure is not None
    assert lua_levels(cause.failure.stack_trace) == [
        "cases.lua:57: in function 'throw_from_activity'",
        "cases.lua:52: in workflow 'Fails'",
    ]
    assert lua_levels(cause.failure.cause.cause.stack_trace) == [
        "cases.lua:7: in function 'fail_again'",
        "cases.lua:3: in function 'fail'",
    ]


@pytest.mark.parametrize(
    ("error", "attempts"),
    [
        ("cases.lua:7: PERMISSION_DENIED: no", 1),
        ({"type": "FATAL", "message": "no"}, 1),
        ("cases.lua:7: UNAVAILABLE: try again", 3),
        ("plain", 3),
    ],
    ids=repr,
)
def test_non_retryable_errors_match(address: str, error: Any, attempts: int) -> None:
    case = unique("case")
    input = {"activity": "fail", "error": error, "case": case}
    on_loop(_failure, address, UNCACHED, "Fails", input)
    assert calls.count(("fail", case)) == attempts


@all_modes
def test_pcall_sees_a_thrown_table(address: str, mode: Mode) -> None:
    error = {"type": "X", "message": "m", "details": {"a": 1}, "code": 5, "list": [1, 2]}
    input = {"activity": "fail", "input": {"error": error, "case": 0}}

    async def scenario() -> Any:
        async with running(address, mode, "Catches") as at:
            return await at.run("Catches", input)

    seen = on_loop(scenario)
    text = "activity 'fail' failed: m"
    assert seen == {"ok": False, "text": text, "handled": text, "error": error, "joined": "m"}


@all_modes
def test_pcall_sees_a_timeout(address: str, mode: Mode) -> None:
    async def scenario() -> Any:
        async with running(address, mode, "Catches") as at:
            return await at.run("Catches", {"activity": "rest", "input": 0.4, "limit": 0.1})

    seen = on_loop(scenario)
    message = "timeout: start_to_close_timeout exceeded"
    assert seen["error"] == {
        "message": message,
        "type": "TIMEOUT",
        "timeout": "start_to_close",
        "activity": "rest",
    }
    assert seen["text"] == f"activity 'rest' failed: {message}"


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        ("nan", "result.value is NaN, which JSON cannot hold"),
        ("function", "result.items[2] is a function, which JSON cannot hold"),
        ("large", "the result is too large (3000002 bytes, at most 2000000)"),
        ("overflow", "cases.lua:70: stack overflow"),
    ],
)
def test_unfit_results_fail_the_workflow_once(address: str, kind: str, message: str) -> None:
    cause = on_loop(_failure, address, UNCACHED, "BadResult", kind)
    assert cause.message == message
    assert cause.type == "LuaError"


def test_a_deep_stack_is_shortened_as_in_lua(address: str) -> None:
    cause = on_loop(_failure, address, UNCACHED, "BadResult", "overflow")
    assert cause.failure is not None
    lines = lua_levels(cause.failure.stack_trace)
    assert len(lines) == 22
    assert lines[0] == "cases.lua:70: in function '_recurse'"
    assert lines[10].startswith("...\t(skipping ")


def test_unfit_result_of_an_activity(address: str) -> None:
    async def scenario() -> Any:
        async with running(address, UNCACHED, "Catches") as at:
            return await at.run("Catches", {"activity": "fail_with_function"})

    assert on_loop(scenario)["text"] == (
        "activity 'fail_with_function' failed: result.callback is a function, which JSON cannot hold"
    )


def test_first_of_several_results_counts(address: str) -> None:
    async def scenario() -> Any:
        async with running(address, UNCACHED, "BadResult") as at:
            return await at.run("BadResult", "several")

    assert on_loop(scenario) == 1


async def _until_a_task_has_failed(at: Bench, handle: WorkflowHandle[Any, Any]) -> list[str]:
    """The events up to then."""
    while "WORKFLOW_TASK_FAILED" not in (types := await at.event_types(handle)):
        await asyncio.sleep(0.02)
    return types


def test_a_bug_of_ours_fails_the_task_and_not_the_workflow(address: str) -> None:
    async def scenario() -> list[str]:
        async with running(address, UNCACHED, "BadResult") as at:
            handle = await at.start("BadResult", "bug")
            types = await _until_a_task_has_failed(at, handle)
            await handle.terminate()
            return types

    assert "WORKFLOW_EXECUTION_FAILED" not in on_loop(scenario)


@pytest.mark.parametrize("mode", [UNCACHED, Mode(sandboxed=False, cached=True)], ids=str)
def test_a_bug_in_a_spawned_function_fails_the_task_too(address: str, mode: Mode) -> None:
    """Though nobody asks for its outcome, and at the place where it happens."""

    async def scenario() -> tuple[list[str], str]:
        async with running(address, mode, "SpawnsBug") as at:
            handle = await at.start("SpawnsBug")
            types = await _until_a_task_has_failed(at, handle)
            failed = [
                event.workflow_task_failed_event_attributes.failure.message
                async for event in handle.fetch_history_events()
                if event.HasField("workflow_task_failed_event_attributes")
            ]
            await handle.terminate()
            return types, failed[0]

    types, message = on_loop(scenario)
    assert "WORKFLOW_EXECUTION_COMPLETED" not in types
    assert "a bug of ours" in message


@all_modes
def test_input_and_result(address: str, mode: Mode) -> None:
    values: list[Any] = [
        None,
        1,
        1.0,
        "é\x00",
        True,
        [],
        {},
        [1, None, 2],
        {"a": {"b": [{}]}},
        2**62,
        [[]],
    ]

    async def scenario() -> Any:
        async with running(address, mode, "Echo") as at:
            assert await at.run("Echo") is None
            assert await at.run("Echo", "first", "second", 3) == "first"
            return await asyncio.gather(*(at.run("Echo", value) for value in values))

    results = on_loop(scenario)
    assert results == values
    assert [type(result) for result in results] == [type(value) for value in values]
