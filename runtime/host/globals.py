"""The host globals as Lua tables: what `http`, `json`, ... are where Lua code uses them as values."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from ..values import LuaTable
from .registry import CONSTANTS, FUNCTIONS

_PACKAGE = __package__.rpartition(".")[0]


def add_host_globals(scope: LuaTable) -> LuaTable:
    """Puts fresh tables with the host functions into `scope`, a table of globals; returns it.

    Functions for which `scope` has a table already (`assert`, when it was made callable) are added to that one.
    """
    for row in FUNCTIONS:
        if row.available:
            _store(scope, row.lua_name, row.module, row.attribute)
    for constant in CONSTANTS:
        _store(scope, constant.lua_name, constant.module, constant.attribute)
    return scope


def _store(scope: LuaTable, lua_name: str, module: str, attribute: str) -> None:
    table_name, _, name = lua_name.rpartition(".")
    value: Any = getattr(import_module(f"{_PACKAGE}.{module}"), attribute)
    if not table_name:
        scope[name] = value
        return
    table = scope[table_name]
    if table_name == "assert" and table is not None and not isinstance(table, LuaTable):
        from .asserts import new_assert

        scope[table_name] = new_assert(table)
        return
    if not isinstance(table, LuaTable):
        table = scope[table_name] = LuaTable()
    table[name] = value
