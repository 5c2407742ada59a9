"""`pcall` and `xpcall` for workflow code, where the protected function may wait (an activity, a timer, a signal).

The plain forms are in `stdlib/basic.py`. These accept plain and async functions alike. What is not a Lua error passes through:
the exceptions by which the SDK evicts a workflow, continues it as new or reports nondeterminism, and bugs of ours.
Lua manual: 6.1 (pcall, xpcall).
"""

from __future__ import annotations

from typing import Any, Final

from ..calls import first, values
from ..errors import LuaError, as_lua_error, library
from ..numbers import format_number
from ..stdlib.arguments import ABSENT, check_any, type_error
from ..suspending import call
from ..traceback import calls_handler
from ..values import type_name

_HANDLER_ATTEMPTS: Final = 10


async def _call(function: Any, arguments: tuple[Any, ...]) -> Any:
    if not callable(function):
        raise LuaError(f"attempt to call a {type_name(function)} value")
    return await call(function, *arguments)


@library("pcall")
async def pcall_async(function: Any = ABSENT, *arguments: Any) -> tuple[Any, ...]:
    """`pcall(function, ...)`: true and the results, or false and the error value."""
    check_any(1, function)
    try:
        result = await _call(function, arguments)
    # Cancellation is no Exception; as_lua_error decides what Lua code may see.
    except BaseException as exception:
        error = as_lua_error(exception)
        if error is None:
            raise
        return (False, error.value)
    return (True, *values(result))


@library("xpcall")
async def xpcall_async(
    function: Any = ABSENT, handler: Any = ABSENT, *arguments: Any
) -> tuple[Any, ...]:
    """`xpcall(function, handler, ...)`: as pcall, with the error value passed through `handler` first."""
    if type_name(handler) != "function":
        raise type_error(2, "function", handler)
    try:
        result = await _call(function, arguments)
    except BaseException as exception:
        error = as_lua_error(exception)
        if error is None:
            raise
        if error.is_handled:
            return (False, error.value)
        return (False, first(await _handled(handler, error.value, exception)))
    return (True, *values(result))


@calls_handler
async def _handled(handler: Any, value: Any, failure: BaseException) -> Any:
    """The handler's answer. An error in the handler is given to the handler again, as real Lua does, but not for ever."""
    for _ in range(_HANDLER_ATTEMPTS):
        try:
            return await _call(handler, (value,))
        except BaseException as exception:
            error = as_lua_error(exception)
            if error is None:
                raise
            value = error.value
    shown = format_number(value) if type(value) in (int, float) else value
    return shown if isinstance(shown, str) else "error in error handling"
