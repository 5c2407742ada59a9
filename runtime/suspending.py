"""Functions that may wait, as Lua values: called like any other function, or awaited where the caller can wait too.

A Lua function that yields (or calls a `ctx` method) compiles to `async def`. As a value it becomes a `SuspendingFunction`:
code that knows nothing of waiting (a sort, a metamethod) calls it and gets its result, or the error real Lua gives when such a
function tries to yield across a C function; compiled code that can wait awaits `call(function, ...)`.
Lua manual: 2.6 (coroutines).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Generator
from contextvars import ContextVar
from types import CodeType
from typing import Any, TypeVar

from .errors import LuaError, library, operand_error
from .values import LuaTable, metamethod

ACROSS_C_CALL = "attempt to yield across a C-call boundary"
OUTSIDE = "attempt to yield from outside a coroutine"


class SuspendingFunction:
    """An `async def` as a Lua function value."""

    __slots__ = ("start",)

    lua_type_name = "function"

    def __init__(self, start: Callable[..., Coroutine[Any, Any, Any]]) -> None:
        self.start = start
        """The function itself: gives a coroutine to await."""

    def __call__(self, *arguments: Any) -> Any:
        return run_to_end(self.start(*arguments))


def suspending(function: Callable[..., Coroutine[Any, Any, Any]]) -> SuspendingFunction:
    """Decorator for an `async def` that is used as a Lua value."""
    return SuspendingFunction(function)


async def call(function: Any, *arguments: Any) -> Any:
    """The result of calling any Lua value, waiting for it when it waits."""
    while isinstance(function, LuaTable):
        handler = metamethod(function, "__call")
        if handler is None:
            break
        function, arguments = handler, (function, *arguments)
    if type(function) is SuspendingFunction:
        return await function.start(*arguments)
    if isinstance(function, LuaTable) or not callable(function):
        raise operand_error("call", function)
    result = function(*arguments)
    return await result if isinstance(result, Coroutine) else result


running_coroutine: ContextVar[Any] = ContextVar("assay_running_coroutine", default=None)
"""The Lua coroutine that runs, None for the main one."""


class CoroutineClosed(BaseException):
    """Thrown into a suspended body by coroutine.close, so that its `<close>` variables are closed."""


_coroutine_starts: set[CodeType] = set()

_Function = TypeVar("_Function", bound=Callable[..., Any])


def starts_coroutine(function: _Function) -> _Function:
    """Decorator for what runs the body of a coroutine."""
    _coroutine_starts.add(function.__code__)
    return function


def is_coroutine_start(code: CodeType) -> bool:
    """Does a frame of `code` run the body of a coroutine, so that what called it is another thread's stack?"""
    return code in _coroutine_starts


def run_to_end(coroutine: Coroutine[Any, Any, Any]) -> Any:
    """The result of a coroutine that must not wait, because nothing can wait for it: waiting raises Lua's error inside it."""
    message = OUTSIDE if running_coroutine.get() is None else ACROSS_C_CALL
    try:
        coroutine.send(None)
        while True:
            coroutine.throw(LuaError(message))
    except StopIteration as end:
        return end.value


class Yield(Awaitable[Any]):
    """What `await` passes up to whoever resumes the running Lua coroutine; gives back the values of the next resume."""

    __slots__ = ("values",)

    def __init__(self, values: tuple[Any, ...]) -> None:
        self.values = values

    @library("coroutine.yield")
    def __await__(self) -> Generator[Any, Any, Any]:
        if running_coroutine.get() is None:
            raise LuaError(OUTSIDE)
        return (yield self)
