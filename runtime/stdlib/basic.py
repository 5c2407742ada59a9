"""The basic functions (manual 6.1): Lua values in, Lua values out.

Not here: `load`, `loadfile`, `dofile` and `require`, which need the compiler. Names that Python has too begin with `lua_`.
"""

from __future__ import annotations

import gc
import sys
from typing import Any, Final

from ..accelerator import accelerated
from ..calls import adjust, first
from ..comparison import raw_equal
from ..errors import (
    LuaError,
    argument_error,
    as_lua_error,
    caller_position,
    library,
    library_error,
)
from ..numbers import parse_number, wrap
from ..string_library import loaded_string_metatable
from ..suspending import waits_as
from ..tables import border, index, raw_get, raw_set
from ..traceback import call_handler
from ..traceback_text import position_at_level
from ..values import (
    LuaTable,
    get_metatable,
    metamethod,
    set_metatable,
    truthy,
    type_name,
)
from .arguments import (
    ABSENT,
    check_any,
    check_integer,
    check_option,
    check_string,
    check_table,
    opt_integer,
    type_error,
)
from .conversion import to_string
from .streams import write_error, write_output
from .traversal import next_entry

VERSION: Final = "Lua 5.4"

# ----------------------------------------------------------------------------------------------------------------- errors


@library("assert")
def lua_assert(*values: Any) -> Any:
    """`assert(v, message?, ...)`: all its arguments, or the error `message` when `v` is nil or false."""
    if not values:
        raise argument_error(1, "value expected")
    if truthy(values[0]):
        return values[0] if len(values) == 1 else values
    message = values[1] if len(values) > 1 else "assertion failed!"
    raise LuaError(caller_position() + message if type(message) is str else message)


@library("error")
def error(value: Any = None, level: Any = None, *_: Any) -> Any:
    """`error(message, level?)`: raises `message`; a string gets the position of the function at `level` in front."""
    depth = opt_integer(2, level, 1)
    if type(value) is str and depth > 0:
        position = caller_position() if depth == 1 else position_at_level(depth, sys._getframe())
        value = position + value
    raise LuaError(value)


@waits_as("assay.runtime.temporal.protected:pcall_async")
@library("pcall")
def pcall(function: Any = ABSENT, *arguments: Any) -> Any:
    """`pcall(f, ...)`: true and the results of `f(...)`, or false and the error object."""
    check_any(1, function)
    try:
        result = function(*arguments)
    except BaseException as exception:  # cancellation too may be a Lua error: as_lua_error decides
        failure = as_lua_error(exception)
        if failure is None:
            raise
        return (False, failure.value)
    return (True, *result) if type(result) is tuple else (True, result)


@waits_as("assay.runtime.temporal.protected:xpcall_async")
@library("xpcall")
def xpcall(function: Any = ABSENT, handler: Any = ABSENT, *arguments: Any) -> Any:
    """`xpcall(f, handler, ...)`: as `pcall`, with the results of `handler(error object)` after false.

    Unlike real Lua's, the handler runs when the stack is already unwound, up to the first variable to be closed; `debug` shows
    it the frames of the error all the same.
    """
    if type_name(handler) != "function":
        raise type_error(2, "function", handler)
    try:
        result = function(*arguments)
    except BaseException as exception:  # cancellation too may be a Lua error: as_lua_error decides
        failure = as_lua_error(exception)
        if failure is None:
            raise
        if failure.is_handled:
            return (False, failure.value)
        return (False, handle_error(handler, failure.value, exception))
    return (True, *result) if type(result) is tuple else (True, result)


def handle_error(handler: Any, value: Any, failure: BaseException) -> Any:
    """What the message handler makes of the error object `value` of `failure`."""
    try:
        return first(call_handler(handler, value, failure))
    except BaseException as exception:  # cancellation too may be a Lua error: as_lua_error decides
        if as_lua_error(exception) is None:
            raise
        return "error in error handling"


@library("warn")
def warn(*parts: Any) -> Any:
    """`warn(text, ...)`: off until `warn("@on")`, like the `lua` program without -W; control messages are ignored here."""
    for number, part in enumerate(parts or (ABSENT,), 1):
        check_string(number, part)
    text = "".join(check_string(1, part) for part in parts)
    if len(parts) == 1 and text.startswith("@"):
        _warnings.enabled = {"@on": True, "@off": False}.get(text, _warnings.enabled)
    elif _warnings.enabled:
        write_error(f"Lua warning: {text}\n".encode("latin-1"))
    return ()


class _Warnings:
    """Whether `warn` shows anything; one switch for the process, as for a Lua state."""

    enabled = False


_warnings = _Warnings()


# ----------------------------------------------------------------------------------------------------- values and their types


@accelerated
@library("type")
def lua_type(value: Any = ABSENT, *_: Any) -> str:
    """`type(v)`: the name of the type of `v`."""
    return type_name(check_any(1, value))


@accelerated
@library("tostring")
def tostring(value: Any = ABSENT, *_: Any) -> str:
    """`tostring(v)`: `v` in human-readable form."""
    return to_string(check_any(1, value))


@accelerated
@library("tonumber")
def tonumber(value: Any = ABSENT, base: Any = None, *_: Any) -> int | float | None:
    """`tonumber(v, base?)`: `v` as a number, nil when it does not denote one."""
    if base is None:
        kind = type(value)
        if kind is int or kind is float:
            return value  # type: ignore[no-any-return]  # narrowed by its exact type
        if kind is str:
            return parse_number(value)
        check_any(1, value)
        return None
    radix = check_integer(2, base)
    if type(value) is not str:
        raise type_error(1, "string", value)
    if not 2 <= radix <= 36:
        raise argument_error(2, "base out of range")
    return _integer_in_base(value.strip(" \t\n\v\f\r"), radix)


_PREFIXES: Final = {2: "b", 8: "o", 16: "x"}


def _integer_in_base(text: str, radix: int) -> int | None:
    digits = text[1:] if text.startswith(("-", "+")) else text
    # Python's int() takes more than Lua does: a second sign, underscores, other scripts' digits, and the prefix of a base.
    if not (digits.isascii() and digits.isalnum()) or _PREFIXES.get(radix, " ") in digits.lower():
        return None
    try:
        value = int(digits, radix)
    except ValueError:
        return None
    return wrap(-value if text.startswith("-") else value)


@library("rawequal")
def rawequal(left: Any = ABSENT, right: Any = ABSENT, *_: Any) -> bool:
    """`rawequal(a, b)`: equality without metamethods."""
    return raw_equal(check_any(1, left), check_any(2, right))


@library("rawlen")
def rawlen(value: Any = ABSENT, *_: Any) -> int:
    """`rawlen(v)`: the length of a table or string without metamethods."""
    if isinstance(value, LuaTable):
        return border(value)
    if type(value) is not str:
        raise type_error(1, "table or string", value)
    return len(value)


@library("rawget")
def rawget(table: Any = ABSENT, key: Any = ABSENT, *_: Any) -> Any:
    """`rawget(t, k)`: `t[k]` without metamethods."""
    return raw_get(check_table(1, table), check_any(2, key))


@library("rawset")
def rawset(table: Any = ABSENT, key: Any = ABSENT, value: Any = ABSENT, *_: Any) -> LuaTable:
    """`rawset(t, k, v)`: `t[k] = v` without metamethods; returns `t`."""
    target = check_table(1, table)
    check_any(2, key)
    raw_set(target, key, check_any(3, value))
    return target


@library("getmetatable")
def getmetatable(value: Any = ABSENT, *_: Any) -> Any:
    """`getmetatable(v)`: its metatable, or that one's `__metatable` field."""
    if type(check_any(1, value)) is str:
        loaded_string_metatable()
    metatable = get_metatable(value)
    if metatable is None:
        return None
    protected = metatable.get("__metatable")
    return metatable if protected is None else protected


@accelerated
@library("setmetatable")
def setmetatable(table: Any = ABSENT, metatable: Any = ABSENT, *_: Any) -> LuaTable:
    """`setmetatable(t, metatable)`: sets it, or takes it away with nil; returns `t`."""
    if type(table) is LuaTable and isinstance(metatable, LuaTable):
        set_metatable(table, metatable)
        return table
    target = check_table(1, table)
    if metatable is not None and not isinstance(metatable, LuaTable):
        raise type_error(2, "nil or table", metatable)
    if metamethod(target, "__metatable") is not None:
        raise library_error("cannot change a protected metatable")
    set_metatable(target, metatable)
    return target


# -------------------------------------------------------------------------------------------------------------- iteration


@accelerated
@library("next")
def lua_next(table: Any = ABSENT, key: Any = None, *_: Any) -> Any:
    """`next(t, k?)`: the key after `k` and its value; nil alone at the end."""
    return next_entry(check_table(1, table), key)


@library("pairs")
def pairs(table: Any = ABSENT, *_: Any) -> Any:
    """`pairs(t)`: the three values for a generic `for`; honours `__pairs`."""
    handler = metamethod(check_any(1, table), "__pairs")
    if handler is not None:
        return adjust(handler(table), 3)
    return (lua_next, table, None)


@library("ipairs")
def ipairs(table: Any = ABSENT, *_: Any) -> Any:
    """`ipairs(t)`: the three values for a generic `for` over 1, 2, ... up to the first nil."""
    return (_ipairs_step, check_any(1, table), 0)


@library("for iterator")
def _ipairs_step(table: Any = ABSENT, position: Any = ABSENT, *_: Any) -> Any:
    following = wrap(check_integer(2, position) + 1)
    value = index(table, following)
    return None if value is None else (following, value)


@library("select")
def select(selector: Any = ABSENT, *values: Any) -> Any:
    """`select(n, ...)`: the arguments from number `n` on, from the end when negative; their count for "#"."""
    if type(selector) is str and selector.startswith("#"):
        return len(values)
    position = check_integer(1, selector)
    if position < 0:
        position += len(values) + 1
    if position < 1:
        raise argument_error(1, "index out of range")
    selected = values[position - 1 :]
    return selected[0] if len(selected) == 1 else selected


# ----------------------------------------------------------------------------------------------------------------- the rest


@library("print")
def lua_print(*values: Any) -> Any:
    """`print(...)`: the values as text with tabs between, to standard output."""
    texts = [value if type(value) is str else to_string(value) for value in values]
    write_output(("\t".join(texts) + "\n").encode("latin-1"))
    return ()


_COLLECTOR_OPTIONS = (
    "stop",
    "restart",
    "collect",
    "count",
    "step",
    "setpause",
    "setstepmul",
    "isrunning",
    "generational",
    "incremental",
)

_BLOCK_SIZE = 64
"""Bytes assumed for each block of Python's allocator, for `collectgarbage("count")`."""


@library("collectgarbage")
def collectgarbage(option: Any = None, *_: Any) -> Any:
    """`collectgarbage(option?)`: a full collection, or the memory in use in KiB for "count" (an estimate).

    Tuning options are accepted, do nothing, and answer what a fresh Lua state would.
    """
    name = check_option(1, option, _COLLECTOR_OPTIONS, "collect")
    if name == "count":
        return sys.getallocatedblocks() * _BLOCK_SIZE / 1024
    if name == "collect":
        gc.collect()
        return 0
    if name in ("step", "isrunning"):
        return True
    if name in ("generational", "incremental"):
        return "incremental"
    return {"setpause": 200, "setstepmul": 100}.get(name, 0)
