"""Functions that may wait, as Lua values: called like any other function, or awaited where the caller can wait too.

A Lua function that yields (or calls a `ctx` method) compiles to `async def`. As a value it becomes a `SuspendingFunction`:
code that knows nothing of waiting (a sort, a metamethod) calls it and gets its result, or the error real Lua gives when such a
function tries to yield across a C function; compiled code that can wait awaits `call(function, ...)`.
Lua manual: 2.6 (coroutines).
"""

from __future__ import annotations

import threading
from collections.abc import Awaitable, Callable, Coroutine, Generator, Iterator
from importlib import import_module
from types import CodeType, CoroutineType, FrameType
from typing import Any, TypeVar

from .accelerator import accelerated
from .errors import LuaError, operand_error
from .values import LuaTable, metamethod

_Function = TypeVar("_Function", bound=Callable[..., Any])

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


_waiting_forms: dict[Callable[..., Any], str] = {}


def waits_as(place: str) -> Callable[[_Function], _Function]:
    """Decorator for a library function that calls what it is given: `place`, "package.module:function", is the form of it that
    waits for what it calls. It is loaded when it is needed."""

    def mark(function: _Function) -> _Function:
        _waiting_forms[function] = place
        return function

    return mark


def _waiting_form(function: Callable[..., Any]) -> Callable[..., Any]:
    place = _waiting_forms.get(function)
    if place is None:
        return function
    module, _, name = place.partition(":")
    form: Callable[..., Any] = getattr(import_module(module), name)
    return form


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
    result = _waiting_form(function)(*arguments)
    return await result if isinstance(result, Coroutine) else result


class _Running(threading.local):
    coroutine: Any = None
    depth = 0


_running = _Running()


@accelerated
def running_coroutine() -> Any:
    """The Lua coroutine that runs, None for the main one.

    One for each thread is enough, whatever tasks take turns in it: a coroutine that waits for the event loop does not run.
    """
    return _running.coroutine


@accelerated
def enter_coroutine(coroutine: Any) -> Any:
    """Makes `coroutine` the one that runs; gives the one that ran before."""
    before, _running.coroutine = _running.coroutine, coroutine
    _running.depth += 1
    return before


@accelerated
def leave_coroutine(before: Any) -> None:
    """Makes `before` the one that runs again."""
    _running.coroutine = before
    _running.depth -= 1


@accelerated
def entered_coroutines() -> int:
    """How many coroutines were entered and not left: the running one, the one that resumed it, and so on."""
    return _running.depth


class CoroutineClosed(BaseException):
    """Thrown into a suspended body by coroutine.close, so that its `<close>` variables are closed."""


_coroutine_starts: set[CodeType] = set()


def starts_coroutine(function: _Function) -> _Function:
    """Decorator for what runs the body of a coroutine."""
    _coroutine_starts.add(function.__code__)
    return function


def frames_of_coroutine(frame: FrameType | None) -> Iterator[FrameType]:
    """`frame` and those that called it, up to where the running coroutine begins: below is the stack of another one."""
    thread = running_coroutine()
    lowest = None if thread is None else frame_of_body(thread.body)
    while frame is not None and frame.f_code not in _coroutine_starts:
        yield frame
        if frame is lowest:
            return
        frame = frame.f_back


def frame_of_body(body: Any) -> FrameType | None:
    """The frame of the function that is the body of a coroutine; None where that is no Python coroutine, or has ended."""
    frame: FrameType | None
    frame = body.cr_frame if type(body) is CoroutineType else getattr(body, "gi_frame", None)
    return frame


def run_to_end(coroutine: Coroutine[Any, Any, Any]) -> Any:
    """The result of a coroutine that must not wait, because nothing can wait for it: waiting raises Lua's error inside it."""
    message = OUTSIDE if running_coroutine() is None else ACROSS_C_CALL
    try:
        coroutine.send(None)
        while True:
            coroutine.throw(LuaError(message))
    except StopIteration as end:
        return end.value


class Yield(Awaitable[Any]):
    """What `await` passes up to whoever resumes the running Lua coroutine; gives back what that is resumed with."""

    __slots__ = ("_values",)

    def __init__(self, values: Any) -> None:
        self._values = values

    def __await__(self) -> Generator[Any, Any, Any]:
        return (yield self)

    def take(self) -> Any:
        """The values, as the result of a function; they can be taken once."""
        return self._values
