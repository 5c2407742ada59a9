"""Any Lua value as text: what `tostring`, `print` and `%s` show (manual 6.1, tostring; luaL_tolstring)."""

from __future__ import annotations

from typing import Any

from ..calls import first
from ..errors import library_error, object_type_name
from ..numbers import format_float, format_number
from ..values import HostObject, LuaTable, metamethod


def to_string(value: Any) -> str:
    """`value` as a Lua string; honours `__tostring` and `__name`."""
    kind = type(value)
    if kind is str:
        return str(value)
    if kind is int:
        return str(value)
    if kind is float:
        return format_float(value)
    if value is None:
        return "nil"
    if kind is bool:
        return "true" if value else "false"
    if isinstance(value, HostObject):
        return value.lua_tostring()
    handler = metamethod(value, "__tostring")
    if handler is None:
        return f"{object_type_name(value)}: {address(value)}"
    shown = first(handler(value))
    if type(shown) is str:
        return shown
    if type(shown) is int or type(shown) is float:
        return format_number(shown)
    raise library_error("'__tostring' must return a string")


def address(value: Any) -> str:
    """Something like the address real Lua shows: the same for the same object as long as that lives."""
    return f"{id(value):#014x}"


def has_address(value: Any) -> bool:
    """Whether `%p` shows an address for `value`: tables, functions, userdata and strings (lua_topointer)."""
    return isinstance(value, LuaTable | HostObject | str) or callable(value)
