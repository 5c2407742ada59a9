"""To-be-closed variables: `with closing(value):` for the scope of a `local x <close>`, or of a generic `for` with a closing
value; `async with closing(value):` where the `__close` metamethod may wait.

In: the value, and how the block ends. Out: a call of its `__close` metamethod, with the error object when the block ends by an
error. What is no Lua error (a workflow that is evicted, the end of the program but for
`os.exit(code, true)`) passes without running Lua code.
Lua manual: 3.3.8 (to-be-closed variables), 3.3.5 (the closing value of a loop).
"""

from __future__ import annotations

import sys
from functools import partial
from inspect import iscoroutinefunction
from types import FrameType, TracebackType
from typing import Any

from .errors import LuaError, as_lua_error
from .positions import place_of_frame
from .suspending import (
    CoroutineClosed,
    SuspendingFunction,
    call,
    frames_of_coroutine,
    run_to_end,
    running_coroutine,
)
from .values import HostObject, LuaTable, metamethod, truthy, type_name


class ProgramExit(SystemExit):
    """The end of the program that `os.exit(code, true)` asks for: the variables of the main program are closed (lstate.c,
    close_state), an error in one `__close` is handed to the next."""

    error: Any = None


class closing:  # a context manager that generated code uses like a function
    """`with closing(value) as name:` closes `value` when the block ends, in whatever way.

    Raises LuaError when `value` is neither nil nor false and has no `__close` metamethod; an error in the metamethod takes
    the place of the one that ends the block.
    """

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        if truthy(value) and not _can_close(value):
            raise _not_closable()
        self.value: Any = value

    def __enter__(self) -> Any:
        return self.value

    def __exit__(
        self,
        kind: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        closed = _closed_by(self.value, exception)
        if closed is None:
            return
        handler, error = closed
        handler(self.value, None if error is None else error.value)
        if error is not None and error.is_handled and error is not exception:
            raise error from None

    async def __aenter__(self) -> Any:
        return self.value

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        closed = _closed_by(self.value, exception)
        if closed is None:
            return
        handler, error = closed
        await call(handler, self.value, None if error is None else error.value)
        if error is not None and error.is_handled and error is not exception:
            raise error from None


def _closed_by(value: Any, exception: BaseException | None) -> tuple[Any, LuaError | None] | None:
    """What closes `value` where the block of its scope ends by `exception`, and the error that it is given; None when nothing is
    closed now."""
    if not _ends_in_lua(value, exception):
        return None
    block = sys._getframe(2)
    error = _error_of_block(exception, block)
    if error is not None and _is_left_open(value, block):
        return None
    return _handler(value, error), error


def _ends_in_lua(value: Any, exception: BaseException | None) -> bool:
    """Is there something to close at an end of the block that Lua code sees? At the end of the program it is closed here."""
    if not truthy(value):
        return False
    if isinstance(exception, ProgramExit):
        _close_for_exit(value, exception)
        return False
    if exception is None or _closes_coroutine(exception):
        return True
    return as_lua_error(exception) is not None


def _error_of_block(exception: BaseException | None, frame: FrameType) -> LuaError | None:
    """The error that ends the block of `frame`, None when it ends well or its coroutine is closed."""
    error = None if exception is None else as_lua_error(exception)
    if error is None or exception is None or error.is_handled:
        return error
    return _handled(error, exception, frame)


def _is_left_open(value: Any, frame: FrameType) -> bool:
    """Does the error in `frame` end a coroutine? Then `value` is closed by `coroutine.close`, if ever (lua_resume)."""
    thread = running_coroutine()
    if thread is None or thread.left_open is None or _protected_call(frame) is not None:
        return False
    thread.left_open.append(value)
    return True


def close_left_open(found: list[Any], error: LuaError) -> LuaError:
    """Closes what an error left open in a coroutine; the error, or that of the last `__close` that raised one."""
    for value in found:
        try:
            _handler(value, error)(value, error.value)
        except BaseException as exception:
            raised = as_lua_error(exception)
            if raised is None:
                raise
            error = raised
    return error


def _protected_call(frame: FrameType | None) -> FrameType | None:
    """The protected call around `frame` in its own coroutine."""
    from .traceback import is_protected_call

    found = (one for one in frames_of_coroutine(frame) if is_protected_call(one.f_code))
    return next(found, None)


def _handled(error: LuaError, exception: BaseException, frame: FrameType) -> LuaError:
    """The error after the message handler of the protected call around, which runs before anything is closed (luaG_errormsg)."""
    from .stdlib.basic import handle_error

    caller = _protected_call(frame)
    handler = None if caller is None else caller.f_locals.get("handler")
    if handler is None:
        return error
    if type(handler) is SuspendingFunction or iscoroutinefunction(handler):
        if _in_event_loop():  # the handler may wait for Temporal: it runs later
            return error
        handler = partial(_run_handler, handler)
    made = LuaError(handle_error(handler, error.value, exception))
    made.is_handled = True
    return made


def _in_event_loop() -> bool:
    import asyncio  # which takes longer to load than a short program to run

    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


def _run_handler(handler: Any, value: Any) -> Any:
    """A handler that may yield, run where nothing can wait for it (luaD_callnoyield)."""
    return run_to_end(call(handler, value))


def _can_close(value: Any) -> bool:
    if isinstance(value, HostObject):
        return hasattr(value, "lua_close")
    return metamethod(value, "__close") is not None


def _handler(value: Any, error: LuaError | None) -> Any:
    """What closes `value`, called with it and the value of `error`."""
    if isinstance(value, HostObject):
        return _close_host_object
    handler = metamethod(value, "__close")
    if not callable(handler) or (
        isinstance(handler, LuaTable) and metamethod(handler, "__call") is None
    ):
        # Taken away, or never a function (lfunc.c, callclosemethod).
        problem = f"attempt to call a {type_name(handler)} value"
        if error is not None:  # then no Lua code is running
            raise LuaError(problem)
        raise LuaError(f"{_position(3)}{problem} (metamethod 'close')")
    return handler


def _close_host_object(value: Any, _: Any) -> None:
    value.lua_close()  # _can_close has looked


def _close_for_exit(value: Any, request: ProgramExit) -> None:
    if running_coroutine() is not None:
        return  # real Lua closes the variables of the main program only
    try:
        error = None if request.error is None else LuaError(request.error)
        _handler(value, error)(value, request.error)
    except LuaError as error:
        request.error = error.value


def _closes_coroutine(exception: BaseException) -> bool:
    """Is this how coroutine.close ends the body of a coroutine? Then there is no error object."""
    return isinstance(exception, CoroutineClosed)


def _not_closable() -> LuaError:
    """The error of a declaration (lfunc.c, checkclosemth), at the place of the `with` statement."""
    place = place_of_frame(sys._getframe(2))
    name = place.names[0] if place is not None and place.names else None
    shown = "?" if name is None else name.name
    return LuaError(f"{_position(2)}variable '{shown}' got a non-closable value")


def _position(level: int) -> str:
    place = place_of_frame(sys._getframe(level + 1))
    return "" if place is None else f"{place.chunk}:{place.line}: "
