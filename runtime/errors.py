"""Lua errors in Python: the exception, where it was raised, and Lua's words for what went wrong.

`LuaError` carries any Lua value. Two kinds of Python exceptions are Lua errors too, recognised only when somebody
catches them so that the normal path costs nothing: a TypeError for calling what cannot be called, raised by a
generated module itself, and a RecursionError (stack overflow) or MemoryError. `as_lua_error` converts; everything else that is not
a Lua error is a bug of ours and passes.

Lua manual: 2.3 (error handling), 6.1 (error).
"""

from __future__ import annotations

import re
import sys
from collections import deque
from collections.abc import Callable
from types import CodeType, FrameType, TracebackType
from typing import Any, Final, TypeVar

from .accelerator import pure
from .numbers import format_number
from .positions import OperandName, Place, place_of_frame
from .values import HostObject, LuaTable, TableWithMetatable, type_name

_Function = TypeVar("_Function", bound=Callable[..., Any])


class LuaError(Exception):
    """An error whose error object is the Lua value `value` (manual 2.3)."""

    is_handled = False
    """Has the message handler of the `xpcall` around seen it? So it is once a variable is to be closed (closing.py)."""

    def __init__(self, value: Any) -> None:
        super().__init__(value)
        self.value = value

    def __str__(self) -> str:
        return error_text(self.value)


def error_text(value: object) -> str:
    """What the `lua` program would print for the error object `value` (lua.c, msghandler)."""
    if isinstance(value, str):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return format_number(value)
    if isinstance(value, TableWithMetatable):
        handler = value.metatable.get("__tostring")
        if handler is not None:
            shown = handler(value)
            shown = shown[0] if type(shown) is tuple and shown else shown
            if isinstance(shown, str):
                return shown
    if isinstance(value, LuaTable) and isinstance(value.get("message"), str):
        # Beyond lua.c: a table with a message is how this API's sources throw structured errors.
        return str(value["message"])
    return f"(error object is a {type_name(value)} value)"


# ------------------------------------------------------------------------------------------------------ library functions

_LIBRARY_NAMES: dict[CodeType, str] = {}


def library(name: str) -> Callable[[_Function], _Function]:
    """Marks a Python function as the Lua library function `name` ("table.insert"), what real Lua would write in C.

    Errors raised inside it, however deep, are then reported at the place that called it (`luaL_error`, level 1).
    """

    def mark(function: _Function) -> _Function:
        _LIBRARY_NAMES[function.__code__] = name
        return function

    return mark


_NAMED_CODES: dict[tuple[CodeType, str], CodeType] = {}


def named_library(function: _Function, name: str) -> _Function:
    """`function`, one of several made from the same `def`, marked as the library function `name` by itself."""
    key = (function.__code__, name)
    code = _NAMED_CODES.get(key)
    if code is None:
        code = _NAMED_CODES[key] = function.__code__.replace(co_name=name)
        _LIBRARY_NAMES[code] = name
    function.__code__ = code
    return function


_LOOPS: set[CodeType] = set()


def calls_iterator(function: _Function) -> _Function:
    """Marks the Python function that runs generic `for` loops: what it calls is named "for iterator" in errors
    (ldebug.c, funcnamefromcode)."""
    _LOOPS.add(function.__code__)
    return function


def library_name_of_code(code: CodeType) -> str | None:
    """The name under which the function with the Python code `code` was registered with `library`, or None."""
    return _LIBRARY_NAMES.get(code)


def is_iterator_loop(code: CodeType) -> bool:
    """Is `code` that of a function marked with `calls_iterator`?"""
    return code in _LOOPS


def library_name(function: object) -> str | None:
    """The name under which `function` was registered with `library`, or None."""
    return _LIBRARY_NAMES.get(getattr(pure(function), "__code__", None))  # type: ignore[arg-type]  # None is never a key


def _library_frame(frame: FrameType | None) -> FrameType | None:
    """The innermost library function at or above `frame`, stopping at the first generated frame."""
    while frame is not None and frame.f_code not in _LIBRARY_NAMES:
        if place_of_frame(frame) is not None:
            return None
        frame = frame.f_back
    return frame


def _caller(frame: FrameType | None) -> FrameType | None:
    """The frame that called `frame` as far as Lua sees it: generated or a library function."""
    while frame is not None:
        frame = frame.f_back
        if frame is None or frame.f_code in _LIBRARY_NAMES or place_of_frame(frame) is not None:
            return frame
    return None


def _prefix(frame: FrameType | None) -> str:
    place = None if frame is None else place_of_frame(frame)
    return "" if place is None else f"{place.chunk}:{place.line}: "


def library_error(message: str) -> LuaError:
    """The error a library function raises for `message`: with the position of its caller (luaL_error).

    A helper of the runtime that generated code calls by itself is a library function here too.
    """
    raised = sys._getframe(1)
    return LuaError(_prefix(_caller(_library_frame(raised) or raised)) + message)


def argument_error(number: int, message: str) -> LuaError:
    """`bad argument #NUMBER to 'NAME' (MESSAGE)`, named as the call names the function (luaL_argerror)."""
    frame = _library_frame(sys._getframe(1))
    registered = _LIBRARY_NAMES[frame.f_code] if frame is not None else "?"
    caller = _caller(frame)
    place = None if caller is None else place_of_frame(caller)
    called: OperandName | None = place.names[0] if place is not None and place.names else None
    if frame is not None and frame.f_back is not None and frame.f_back.f_code in _LOOPS:
        called = OperandName("for iterator", "for iterator")
    if called is not None and called.kind == "method":
        number -= 1
        if number == 0:
            text = f"calling '{called.name}' on bad self ({message})"
            return LuaError(_prefix(caller) + text)
    if called is not None:
        name = called.name
    else:
        name = (
            registered.rpartition(".")[2] if place is not None else registered.removeprefix("_G.")
        )
    return LuaError(f"{_prefix(caller)}bad argument #{number} to '{name}' ({message})")


def caller_position() -> str:
    """`file.lua:LINE: ` of who called the library function that is running; "" if that is no Lua function (luaL_where, level 1).

    `traceback_text.position_at_level` knows the levels above.
    """
    return _prefix(_caller(_library_frame(sys._getframe(1))))


# -------------------------------------------------------------------------------------------------------------- operators


def _operation() -> tuple[str, tuple[OperandName | None, ...]]:
    """Position and operand names of the operation whose helper is running: of the innermost generated frame.

    Like real Lua, an operation done by a library function (a comparison inside table.sort) has neither.
    """
    frame: FrameType | None = sys._getframe(2)
    while frame is not None and frame.f_code not in _LIBRARY_NAMES:
        place = place_of_frame(frame)
        if place is not None:
            return f"{place.chunk}:{place.line}: ", place.names
        frame = frame.f_back
    return "", ()


def operation_error(message: str) -> LuaError:
    """An error of an operator, with the position of the code that uses it (luaG_runerror)."""
    return LuaError(_operation()[0] + message)


def operand_error(action: str, value: object, operand: int = 0) -> LuaError:
    """`attempt to ACTION a TYPE value (local 'x')` about the operation's operand number `operand`
    (luaG_typeerror)."""
    prefix, names = _operation()
    name = names[operand] if operand < len(names) else None
    return LuaError(f"{prefix}attempt to {action} a {object_type_name(value)} value{_suffix(name)}")


def named_operand_error(before: str, after: str, operand: int) -> LuaError:
    """`before`, the name of the operation's operand number `operand` if it has one, and `after` (varinfo of
    ldebug.c)."""
    prefix, names = _operation()
    name = names[operand] if operand < len(names) else None
    return LuaError(f"{prefix}{before}{_suffix(name)}{after}")


def _suffix(name: OperandName | None) -> str:
    return "" if name is None else f" ({name})"


def object_type_name(value: object) -> str:
    """The type name used in errors: a metatable's `__name` if it has one (luaT_objtypename)."""
    if isinstance(value, TableWithMetatable):
        name = value.metatable.get("__name")
        if isinstance(name, str):
            return name
    if isinstance(value, HostObject) and value.lua_object_name is not None:
        return value.lua_object_name
    return type_name(value)


# ------------------------------------------------------------------------------------------------- from Python exceptions

_Conversion = Callable[[BaseException], LuaError | None]

_conversions: list[_Conversion] = []


def register_conversion(conversion: _Conversion) -> None:
    """Lets `as_lua_error` know more kinds of exceptions, such as a failed activity. Filled at import, never by Lua
    code.

    `conversion` answers None for an exception it does not know. Registering a second time changes nothing.
    """
    if conversion not in _conversions:
        _conversions.append(conversion)


_NOT_CALLABLE = re.compile(r"'(\w+)' object is not callable")
_PYTHON_TYPE_NAMES = {
    "NoneType": "nil",
    "bool": "boolean",
    "int": "number",
    "float": "number",
    "str": "string",
    "LuaTable": "table",
    "TableWithMetatable": "table",
    "function": "function",
    "builtin_function_or_method": "function",
    "method": "function",
    "LuaThread": "thread",
}


def as_lua_error(exception: BaseException) -> LuaError | None:
    """`exception` as a Lua error, or None when it is none: then it is not for Lua code to see."""
    if isinstance(exception, LuaError):
        return exception
    if isinstance(exception, RecursionError):
        return _overflow(exception)
    if isinstance(exception, MemoryError):
        return LuaError("not enough memory")
    if isinstance(exception, TypeError):
        return _call_error(exception) or _plain_operation_error(exception)
    for conversion in _conversions:
        converted = conversion(exception)
        if converted is not None:
            return converted
    return None


_INNERMOST = 200


def _overflow(exception: RecursionError) -> LuaError:
    """Lua's words for recursion that is too deep: those of its C stack when it goes through metamethods or library functions
    (luaD_growstack, luaE_checkcstack), with the position of the innermost function when that is Lua's.

    Where library functions call back, real Lua finds the end in one of them, which has no position; here it is whoever calls next.
    """
    innermost: deque[TracebackType] = deque(maxlen=_INNERMOST)
    traceback = exception.__traceback__
    while traceback is not None:
        innermost.append(traceback)
        traceback = traceback.tb_next
    prefix, inside, in_metamethods, calls_back = "", True, False, False
    for entry in reversed(innermost):
        place = place_of_frame(entry.tb_frame, entry.tb_lasti)
        is_library = entry.tb_frame.f_code in _LIBRARY_NAMES
        if inside and place is not None:
            prefix = f"{place.chunk}:{place.line}: "
        calls_back |= is_library and not inside
        in_metamethods |= place is None and not inside and not is_library
        inside = inside and place is None
    shown = "" if calls_back else prefix
    return LuaError(f"{shown}{'C ' if calls_back or in_metamethods else ''}stack overflow")


def _call_error(exception: TypeError) -> LuaError | None:
    match = _NOT_CALLABLE.fullmatch(str(exception))
    if match is None:
        return None
    place = _innermost_place(exception.__traceback__, skip_values=True)
    kind = _PYTHON_TYPE_NAMES.get(match[1], "userdata")
    innermost = _innermost_frame(exception.__traceback__)
    if innermost is not None and innermost.f_code is TableWithMetatable.__call__.__code__:
        kind = object_type_name(innermost.f_locals["self"])
    if place is None:
        return LuaError(f"attempt to call a {kind} value")
    name = place.names[0] if place.names else None
    return LuaError(f"{place.chunk}:{place.line}: attempt to call a {kind} value{_suffix(name)}")


_PLAIN_OPERATIONS: Final = re.compile(
    r"""'(?P<indexed>\w+)'\ object\ (?:is\ not\ subscriptable|does\ not\ support\ item\ assignment)
    |unsupported\ operand\ type\(s\)\ for\ (?P<operator>[^:]+):\ '(?P<left>\w+)'\ and\ '(?P<right>\w+)'
    |bad\ operand\ type\ for\ unary\ (?P<unary>[-~]):\ '(?P<only>\w+)'
    |'(?P<order>[<>])=?'\ not\ supported\ between\ instances\ of\ '(?P<one>\w+)'\ and\ '(?P<other>\w+)'""",
    re.VERBOSE,
)
"""What Python says when an operation that was written plainly meets nil after all."""


def _plain_operation_error(exception: TypeError) -> LuaError | None:
    match = _PLAIN_OPERATIONS.fullmatch(str(exception))
    place = None if match is None else _innermost_place(exception.__traceback__)
    if match is None or place is None:
        return None
    kinds = {
        key: _PYTHON_TYPE_NAMES.get(name, "userdata") for key, name in match.groupdict("").items()
    }
    prefix = f"{place.chunk}:{place.line}: attempt to "
    if match["order"] is not None:
        one, other = kinds["one"], kinds["other"]
        if match["order"] == ">":  # Lua compares the other way round
            one, other = other, one
        message = f"two {one} values" if one == other else f"{one} with {other}"
        return LuaError(f"{prefix}compare {message}")
    operand = 0
    if match["indexed"] is not None:
        action, kind = "index", kinds["indexed"]
    else:
        operator = (match["operator"] or "").removesuffix("=")  # of `a += b`
        bitwise = match["unary"] == "~" or operator in ("&", "|", "^", "<<", ">>")
        action = "perform bitwise operation on" if bitwise else "perform arithmetic on"
        # Real Lua blames the second operand when the first is a number (luaG_opinterror).
        operand = 1 if kinds["left"] == "number" else 0
        kind = kinds["only"] if match["unary"] else kinds["right" if operand else "left"]
    name = place.names[operand] if operand < len(place.names) else None
    return LuaError(f"{prefix}{action} a {kind} value{_suffix(name)}")


def _innermost_frame(traceback: TracebackType | None) -> FrameType | None:
    frame = None
    while traceback is not None:
        frame, traceback = traceback.tb_frame, traceback.tb_next
    return frame


def _innermost_place(traceback: TracebackType | None, skip_values: bool = False) -> Place | None:
    """The Lua place of the innermost frame of `traceback`, None when that frame is not generated.

    `skip_values` passes over a table's own `__call__`, which raises in the name of the call that reached it.
    """
    if traceback is None:
        return None
    last = previous = traceback
    while last.tb_next is not None:
        previous, last = last, last.tb_next
    if skip_values and last.tb_frame.f_code is TableWithMetatable.__call__.__code__:
        last = previous
    return place_of_frame(last.tb_frame, last.tb_lasti)
