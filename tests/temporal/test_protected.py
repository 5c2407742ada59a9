"""pcall and xpcall for functions that may wait; error values made of failures. No server."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from assay.runtime import LuaError, concat, index
from assay.runtime.errors import as_lua_error, error_text
from assay.runtime.temporal.failures import stands_for_cancellation
from assay.runtime.temporal.protected import pcall_async, xpcall_async
from temporalio.exceptions import (
    ActivityError,
    ApplicationError,
    CancelledError,
    FailureError,
    RetryState,
    TerminatedError,
    TimeoutError,
    TimeoutType,
)


async def waiting(*results: Any) -> tuple[Any, ...]:
    await asyncio.sleep(0)
    return results


def throwing(value: Any) -> Any:
    raise LuaError(value)


async def throwing_later(value: Any) -> Any:
    await asyncio.sleep(0)
    raise LuaError(value)


def bug(*_: Any) -> Any:
    raise ZeroDivisionError


def run(call: Any) -> Any:
    return asyncio.run(call)


def test_results_of_plain_and_async_functions() -> None:
    assert run(pcall_async(lambda a, b: a + b, 1, 2)) == (True, 3)
    assert run(pcall_async(waiting, 1, 2)) == (True, 1, 2)
    assert run(pcall_async(waiting)) == (True,)
    assert run(xpcall_async(waiting, error_text, 1)) == (True, 1)


@pytest.mark.parametrize("function", [throwing, throwing_later])
def test_errors(function: Any) -> None:
    value = object()
    assert run(pcall_async(function, value)) == (False, value)
    assert run(pcall_async(function, None)) == (False, None)
    # Real Lua takes one value of the handler (luaG_errormsg).
    assert run(xpcall_async(function, lambda error: (error, 2), "x")) == (False, "x")
    assert run(xpcall_async(function, waiting, "x")) == (False, "x")


def test_what_cannot_be_called() -> None:
    assert run(pcall_async(5)) == (False, "attempt to call a number value")
    with pytest.raises(LuaError, match="bad argument #1 to 'pcall' \\(value expected\\)"):
        run(pcall_async())
    with pytest.raises(
        LuaError, match="bad argument #2 to 'xpcall' \\(function expected, got number\\)"
    ):
        run(xpcall_async(throwing, 5))


def test_errors_in_the_handler_do_not_go_on_for_ever() -> None:
    seen: list[Any] = []

    def handler(error: Any) -> Any:
        seen.append(error)
        raise LuaError(len(seen))

    assert run(xpcall_async(throwing, handler, "x")) == (False, "10")
    assert seen[:3] == ["x", 1, 2]


def test_bugs_of_ours_pass() -> None:
    with pytest.raises(ZeroDivisionError):
        run(pcall_async(bug))
    with pytest.raises(ZeroDivisionError):
        run(xpcall_async(bug, error_text))
    with pytest.raises(ZeroDivisionError):
        run(xpcall_async(throwing, bug, "x"))


def test_cancellation_outside_of_temporal_passes() -> None:
    async def canceled() -> None:
        raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        run(pcall_async(canceled))


def failed_activity(cause: BaseException) -> ActivityError:
    error = ActivityError(
        "Activity task failed",
        scheduled_event_id=1,
        started_event_id=2,
        identity="",
        activity_type="charge",
        activity_id="1",
        retry_state=RetryState.MAXIMUM_ATTEMPTS_REACHED,
    )
    error.__cause__ = cause
    return error


def lua_value(exception: BaseException) -> Any:
    error = as_lua_error(exception)
    assert error is not None
    assert error.__cause__ is exception
    return error.value


def test_text_of_a_failed_activity() -> None:
    value = lua_value(failed_activity(ApplicationError("größe", type="X")))
    assert value == "activity 'charge' failed: größe".encode().decode("latin-1")


def test_details_of_an_activity_written_in_python() -> None:
    value = lua_value(failed_activity(ApplicationError("m", {"a": 1}, type="X")))
    assert (index(value, "message"), index(value, "type")) == ("m", "X")
    assert index(index(value, "details"), "a") == 1
    both = lua_value(failed_activity(ApplicationError("m", 1, 2)))
    assert [index(index(both, "details"), position) for position in (1, 2)] == [1, 2]


def test_an_error_table_joins_like_a_string() -> None:
    value = lua_value(failed_activity(ApplicationError("m", 1)))
    assert concat("so: ", value, "!") == "so: activity 'charge' failed: m!"


def test_timeouts() -> None:
    timeout = TimeoutError("t", type=TimeoutType.HEARTBEAT, last_heartbeat_details=[{"n": 1}])
    timeout.__cause__ = ApplicationError("first")
    value = lua_value(failed_activity(timeout))
    assert index(value, "type") == "TIMEOUT"
    assert error_text(value) == (
        "activity 'charge' failed: timeout: heartbeat_timeout exceeded (last failure: first)"
    )
    assert index(index(value, "details"), "n") == 1


def test_cancellation_is_marked_and_nothing_else_is() -> None:
    value = lua_value(failed_activity(CancelledError()))
    assert error_text(value) == "activity 'charge' failed: canceled"
    assert index(value, "type") == "CANCELED"
    assert stands_for_cancellation(value)
    assert not stands_for_cancellation(lua_value(TerminatedError("x")))
    assert not stands_for_cancellation("canceled")


def test_other_failures() -> None:
    assert lua_value(FailureError("odd")) == "odd"
    assert as_lua_error(ValueError("x")) is None
