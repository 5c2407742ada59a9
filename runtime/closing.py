"""To-be-closed variables: `with closing(value):` for the scope of a `local x <close>`, or of a generic `for` with a closing
value.

In: the value, and how the block ends. Out: a call of its `__close` metamethod, with the error object when the block ends by an
error. What is no Lua error (a workflow that is evicted, the end of the program but for
`os.exit(code, true)`) passes without running Lua code.
Lua manual: 3.3.8 (to-be-closed variables), 3.3.5 (the closing value of a loop).
"""

from __future__ import annotations

import sys
from types import FrameType, TracebackType
from typing import Any

from .errors import LuaError, as_lua_error
from .positions import place_of_frame
from .suspending import SuspendingFunction, running_coroutine
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
        self.value = value

    def __enter__(self) -> Any:
        return self.value

    def __exit__(
        self,
        kind: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if not truthy(self.value):
            return
        error: LuaError | None = None
        if exception is not None:
            if isinstance(exception, ProgramExit):
                _close_for_exit(self.value, exception)
                return
            error = as_lua_error(exception)
            if error is None and not _closes_coroutine(exception):
                return
            if error is not None and not error.is_handled:
                error = _handled(error, exception, sys._getframe(1))
        _close(self.value, None if error is None else error.value)
        if error is not None and error.is_handled and error is not exception:
            raise error from None


def _handled(error: LuaError, exception: BaseException, frame: FrameType | None) -> LuaError:
    """The error after the message handler of the protected call around, which runs before anything is closed (luaG_errormsg)."""
    from .stdlib.basic import handle_error
    from .traceback import is_protected_call

    while frame is not None and not is_protected_call(frame.f_code):
        frame = frame.f_back
    handler = None if frame is None else frame.f_locals.get("handler")
    if handler is None or type(handler) is SuspendingFunction:
        return error
    made = LuaError(handle_error(handler, error.value, exception))
    made.is_handled = True
    return made


def _can_close(value: Any) -> bool:
    if isinstance(value, HostObject):
        return hasattr(value, "lua_close")
    return metamethod(value, "__close") is not None


def _close(value: Any, error: Any) -> None:
    if isinstance(value, HostObject):
        value.lua_close()  # type: ignore[attr-defined]  # _can_close has looked
        return
    handler = metamethod(value, "__close")
    if not callable(handler) or (
        isinstance(handler, LuaTable) and metamethod(handler, "__call") is None
    ):
        # Taken away, or never a function (lfunc.c, callclosemethod).
        problem = f"attempt to call a {type_name(handler)} value"
        in_error = error is not None  # then no Lua code is running
        raise LuaError(problem if in_error else f"{_position(2)}{problem} (metamethod 'close')")
    handler(value, error)


def _close_for_exit(value: Any, request: ProgramExit) -> None:
    if running_coroutine.get() is not None:
        return  # real Lua closes the variables of the main program only
    try:
        _close(value, request.error)
    except LuaError as error:
        request.error = error.value


def _closes_coroutine(exception: BaseException) -> bool:
    """Is this how coroutine.close ends the body of a coroutine? Then there is no error object."""
    from .stdlib.coroutine import CoroutineClosed

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
