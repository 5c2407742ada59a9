"""Lua coroutines as Python coroutines driven by hand. Lua manual: 2.6, 6.2.

The body of a Lua coroutine is a compiled function. If it may yield it is `async def`, and its `yield` awaits a
`Yield` that `resume` catches; anything else it awaits (a timer of a workflow) is passed on to the event loop, which
needs the `_async` forms below. One that yields by itself only, and is called by nobody, is a generator of what it yields.
"""

from __future__ import annotations

from collections.abc import Awaitable, Generator
from types import CoroutineType, GeneratorType
from typing import Any, Final, TypeAlias

from ..accelerator import YIELD_TYPE, accelerated, know_coroutines, wrapped_coroutine
from ..calls import pack, values
from ..closing import close_left_open
from ..errors import LuaError, as_lua_error, caller_position, library
from ..iteration import call_in_loop
from ..suspending import (
    ACROSS_C_CALL,
    OUTSIDE,
    CoroutineClosed,
    SuspendingFunction,
    Yield,
    enter_coroutine,
    entered_coroutines,
    leave_coroutine,
    running_coroutine,
    starts_coroutine,
)
from ..values import type_name
from .arguments import ABSENT, type_error

_Body: TypeAlias = "CoroutineType[Any, Any, Any] | GeneratorType[Any, Any, Any]"


class LuaThread:
    """A value of Lua type thread. `status` is what coroutine.status says, but for a thread that resumed another."""

    __slots__ = ("body", "function", "left_open", "status")

    lua_type_name = "thread"

    def __init__(self, function: Any) -> None:
        self.function = function
        self.body: _Body | None = None
        self.status = "suspended"
        self.left_open: list[Any] | None = []
        """What an error that ended the coroutine left for `coroutine.close` to close; None for a wrapped one, which closes
        at once."""


_MAIN: Final = LuaThread(None)

MOST_ENTERED: Final = 197
"""How many coroutines can be resumed one in another: as many as real Lua has room for (LUAI_MAXCCALLS, less what runs them)."""


def _current() -> LuaThread:
    return running_coroutine() or _MAIN


@library("coroutine.create")
def create(function: Any = ABSENT, *_: Any) -> LuaThread:
    """`coroutine.create(f)`"""
    return LuaThread(_checked_function(function))


@accelerated
@library("coroutine.resume")
def resume(thread: Any = ABSENT, *arguments: Any) -> tuple[Any, ...]:
    """`coroutine.resume(co, ...)`: true and what the body yields or returns, or false and the error value."""
    return _resume(_checked_thread(thread), arguments)


@library("coroutine.resume")
async def resume_async(thread: Any = ABSENT, *arguments: Any) -> tuple[Any, ...]:
    """The same in a workflow, whose coroutines may wait for Temporal."""
    return await _resume_async(_checked_thread(thread), arguments)


@library("coroutine.wrap")
def wrap(function: Any = ABSENT, *_: Any) -> Any:
    """`coroutine.wrap(f)`: a function that resumes the coroutine and passes its errors on."""
    thread = LuaThread(_checked_function(function))
    thread.left_open = None

    @wrapped_coroutine
    @library("coroutine.wrap")
    def resume_wrapped(*arguments: Any) -> Any:
        return _passed_on(_resume(thread, arguments))

    return resume_wrapped


@library("coroutine.wrap")
def wrap_async(function: Any = ABSENT, *_: Any) -> SuspendingFunction:
    """The same in a workflow, whose coroutines may wait for Temporal."""
    thread = LuaThread(_checked_function(function))
    thread.left_open = None

    @library("coroutine.wrap")
    async def resume_wrapped(*arguments: Any) -> Any:
        return _passed_on(await _resume_async(thread, arguments))

    return SuspendingFunction(resume_wrapped)


@accelerated
@library("coroutine.yield")
def yield_(*results: Any) -> Yield:
    """`coroutine.yield(...)`: what to await, which gives the values of the next resume."""
    if running_coroutine() is None:
        raise LuaError(OUTSIDE)
    return Yield(pack(*results))


async def _yield_as_value(*results: Any) -> Any:
    return await yield_(*results)


yield_value: Final = SuspendingFunction(_yield_as_value)
"""`coroutine.yield` as a Lua value."""


@accelerated
@library("coroutine.status")
def status(thread: Any = ABSENT, *_: Any) -> str:
    """`coroutine.status(co)`: "suspended", "running", "normal" or "dead"."""
    return (
        _checked_thread(thread).status if thread is not _MAIN or _current() is _MAIN else "normal"
    )


@library("coroutine.running")
def running(*_: Any) -> tuple[LuaThread, bool]:
    """`coroutine.running()`: the running coroutine, and whether it is the main one."""
    thread = _current()
    return thread, thread is _MAIN


@library("coroutine.isyieldable")
def isyieldable(thread: Any = ABSENT, *_: Any) -> bool:
    """`coroutine.isyieldable(co?)`: whether it is no main coroutine."""
    return (_current() if thread is ABSENT else _checked_thread(thread)) is not _MAIN


@library("coroutine.close")
def close(thread: Any = ABSENT, *_: Any) -> Any:
    """`coroutine.close(co)`: true, or false and the error the coroutine ended with or a `__close` raised."""
    found = _checked_thread(thread)
    if found.status not in ("suspended", "dead") or found is _MAIN:
        word = "running" if found is _current() else "normal"
        raise _library_error(f"cannot close a {word} coroutine")
    was_dead, found.status = found.status == "dead", "dead"
    body, found.body = found.body, None
    if was_dead or body is None:
        failed = found.function if isinstance(found.function, LuaError) else None
        found.function = None
        if failed is None:
            return True
        left_open, found.left_open = found.left_open or [], []
        return (False, close_left_open(left_open, failed).value)
    ending: BaseException = CoroutineClosed()
    while True:
        try:
            body.throw(ending)
        except (CoroutineClosed, StopIteration):
            return True
        except BaseException as exception:
            error = as_lua_error(exception)
            if error is None:
                raise
            return (False, error.value)
        ending = LuaError(ACROSS_C_CALL)  # a `__close` waits, for which nobody can wait here


def _library_error(message: str) -> LuaError:
    return LuaError(caller_position() + message)


def _checked_function(function: Any) -> Any:
    if type_name(function) != "function":
        raise type_error(1, "function", function)
    return function


def _checked_thread(thread: Any) -> LuaThread:
    if type(thread) is not LuaThread:
        raise type_error(1, "thread", thread)
    return thread


def _passed_on(outcome: tuple[Any, ...]) -> Any:
    """The results of a resume for a wrapped coroutine: its error is raised, with the caller's position when it is a
    string."""
    if outcome[0]:
        return outcome[1] if len(outcome) == 2 else outcome[1:]
    value = outcome[1]
    raise LuaError(caller_position() + value if type(value) is str else value)


@library("coroutine.wrap")
def _pass_error_on(outcome: tuple[Any, ...]) -> Any:
    return _passed_on(outcome)


def _refusal(thread: LuaThread) -> tuple[Any, ...] | None:
    if thread.status == "suspended" and thread is not _MAIN:
        if entered_coroutines() < MOST_ENTERED:
            return None
        if thread.body is None:
            thread.status = "dead"
        return (False, "C stack overflow")
    word = "dead" if thread.status == "dead" else "non-suspended"
    return (False, f"cannot resume {word} coroutine")


def _resume(thread: LuaThread, arguments: tuple[Any, ...]) -> tuple[Any, ...]:
    refused = _refusal(thread)
    if refused is not None:
        return refused
    outcome, waits = _step(thread, pack(*arguments))
    if waits is not None:
        raise TypeError(f"a coroutine of a plain program waits for {waits!r}")
    return outcome


async def _resume_async(thread: LuaThread, arguments: tuple[Any, ...]) -> tuple[Any, ...]:
    refused = _refusal(thread)
    if refused is not None:
        return refused
    outcome, waits = _step(thread, pack(*arguments))
    while waits is not None:
        try:
            sent = await _Passed(waits)
        except BaseException as exception:  # noqa: BLE001 - the body's to see
            outcome, waits = _step(thread, (), exception)
        else:
            outcome, waits = _step(thread, sent)
    return outcome


class _Passed(Awaitable[Any]):
    """What a body awaits of the event loop, passed on to it."""

    __slots__ = ("future",)

    def __init__(self, future: Any) -> None:
        self.future = future

    def __await__(self) -> Generator[Any, Any, Any]:
        return (yield self.future)


_YIELDS: Final = (Yield, YIELD_TYPE)


@accelerated
@starts_coroutine
def _step(
    thread: LuaThread, sent: Any, thrown: BaseException | None = None
) -> tuple[tuple[Any, ...], Any]:
    """Runs the body until it yields, waits or ends: the outcome of resume, and what it waits for (None when it does
    not). `sent` is packed as the results of a function are."""
    before = enter_coroutine(thread)
    previous = before or _MAIN
    previous.status, thread.status = "normal", "running"
    body = thread.body
    try:
        if body is None:
            yielded = _start(thread, values(sent))
        elif thrown is None:
            yielded = body.send(sent)
        else:
            yielded = body.throw(thrown)
        if type(thread.body) is not GeneratorType:
            if type(yielded) not in _YIELDS:
                return (), yielded
            yielded = yielded.take()
        thread.status = "suspended"
        return (True, *values(yielded)), None
    except StopIteration as end:
        thread.status, thread.body = "dead", None
        return (True, *values(end.value)), None
    except _Ended as end:
        thread.status, thread.body = "dead", None
        return (True, *values(end.result)), None
    except BaseException as exception:
        outcome = _ended_by(thread, exception)
        if outcome is None:
            raise
        return outcome, None
    finally:
        previous.status = "running"
        leave_coroutine(before)


@starts_coroutine
def _end_by_error(thread: LuaThread, exception: BaseException) -> tuple[Any, ...]:
    """The outcome of `exception`, which ended the body: this frame is the one that caught it."""
    try:
        raise exception
    except BaseException:
        outcome = _ended_by(thread, exception)
        if outcome is None:
            raise
        return outcome


def _ended_by(thread: LuaThread, exception: BaseException) -> tuple[Any, ...] | None:
    thread.status, thread.body = "dead", None
    error = as_lua_error(exception)
    if error is None:
        return None
    thread.function = error
    return (False, error.value)


class _Ended(Exception):
    """The body returned `result`."""

    def __init__(self, result: Any) -> None:
        self.result = result


def _start(thread: LuaThread, arguments: tuple[Any, ...]) -> Any:
    function, thread.function = thread.function, None
    start = function.start if type(function) is SuspendingFunction else function
    result = start(*arguments)
    if type(result) is not CoroutineType and type(result) is not GeneratorType:
        raise _Ended(result)
    thread.body = result
    return result.send(None)


know_coroutines(
    LuaThread, SuspendingFunction, _MAIN, MOST_ENTERED, _end_by_error, _pass_error_on, call_in_loop
)
