"""Checking the arguments of library functions: Lua values in, converted Python values out, Lua's own errors otherwise.

Every function takes the argument's number as Lua counts it (from 1) and its value, `ABSENT` when the call did not give it:
real Lua tells "no value" from nil in its messages. The conversions are those of the C library's auxiliary functions
(manual 5.1, luaL_checkinteger and its relatives): strings that denote numbers are numbers, numbers are strings.
"""

from __future__ import annotations

from typing import Any, Final

from ..errors import argument_error, library_error, object_type_name
from ..numbers import float_to_integer, format_number, to_integer, to_number
from ..tables import length
from ..values import LuaTable


class _Absent:
    """The type of `ABSENT`; `type_name` calls it what real Lua does."""

    __slots__ = ()

    lua_type_name = "no value"


ABSENT: Final = _Absent()
"""The default of a parameter where "not given" is not the same as nil."""


def type_error(number: int, expected: str, value: object) -> Exception:
    """The error "EXPECTED expected, got TYPE" about argument `number` (luaL_typeerror)."""
    return argument_error(number, f"{expected} expected, got {object_type_name(value)}")


def check_any(number: int, value: Any) -> Any:
    """The argument itself; an error when it is not there at all (luaL_checkany)."""
    if value is ABSENT:
        raise argument_error(number, "value expected")
    return value


def check_integer(number: int, value: Any) -> int:
    """The argument as an integer; floats and numeric strings are converted when they have an integer value."""
    kind = type(value)
    if kind is int:
        return value  # type: ignore[no-any-return]  # narrowed by its exact type, which keeps bool out
    if kind is float:
        integer = float_to_integer(value)
    elif kind is str:
        if to_number(value) is None:
            raise type_error(number, "number", value)
        integer = to_integer(value)
    else:
        raise type_error(number, "number", value)
    if integer is None:
        raise argument_error(number, "number has no integer representation")
    return integer


def opt_integer(number: int, value: Any, default: int) -> int:
    """The argument as an integer, `default` when it is nil or absent."""
    if type(value) is int:
        return value
    return default if value is None or value is ABSENT else check_integer(number, value)


def check_number(number: int, value: Any) -> int | float:
    """The argument as a number; numeric strings are converted."""
    converted = to_number(value)
    if converted is None:
        raise type_error(number, "number", value)
    return converted


def check_float(number: int, value: Any) -> float:
    """The argument as a float."""
    return value if type(value) is float else float(check_number(number, value))


def check_string(number: int, value: Any) -> str:
    """The argument as a string; numbers are converted."""
    kind = type(value)
    if kind is str:
        return value  # type: ignore[no-any-return]  # narrowed by its exact type
    if kind is int or kind is float:
        return format_number(value)
    raise type_error(number, "string", value)


def opt_string(number: int, value: Any, default: str) -> str:
    """The argument as a string, `default` when it is nil or absent."""
    return default if value is None or value is ABSENT else check_string(number, value)


def check_table(number: int, value: Any) -> LuaTable:
    """The argument, which must be a table."""
    if not isinstance(value, LuaTable):
        raise type_error(number, "table", value)
    return value


def check_option(number: int, value: Any, options: tuple[str, ...], default: str | None) -> str:
    """The argument, which must be one of `options` (luaL_checkoption)."""
    name = check_string(number, value) if default is None else opt_string(number, value, default)
    if name not in options:
        raise argument_error(number, f"invalid option '{name}'")
    return name


def list_length(value: Any) -> int:
    """`#value` as a library function needs it: an integer (luaL_len)."""
    found = length(value)
    if type(found) is int:
        return found
    integer = to_integer(found)
    if integer is None:
        raise library_error("object length is not an integer")
    return integer
