"""A fresh table of globals, `_G`, with the whole standard library in it, built from the registry (manual 6).

Each call makes new library tables, so that programs in one process do not see each other's changes. The exception is `string`: it
is the table through which strings find their methods, and real Lua programs add methods by adding fields to it.
"""

from __future__ import annotations

from functools import lru_cache
from importlib import import_module
from typing import Any

from ..library import LibraryConstant, LibraryFunction
from ..values import LuaTable, string_metatable
from .package import add_package
from .registry import CONSTANTS, FUNCTIONS


def new_globals() -> LuaTable:
    """A new `_G`."""
    made = LuaTable()
    for table, name, value in _entries():
        if not table:
            made[name] = value
            continue
        library = made.get(table)
        if library is None:
            library = string_metatable["__index"] if table == "string" else LuaTable()
            made[table] = library
        if table != "string":
            library[name] = value
    made["_G"] = made
    add_package(made)
    return made


@lru_cache(maxsize=1)
def _entries() -> tuple[tuple[str, str, Any], ...]:
    """Library table ("" for a global), name and value of every row."""
    package = __package__.rpartition(".")[0]
    found = []
    rows: tuple[LibraryFunction | LibraryConstant, ...] = (*FUNCTIONS, *CONSTANTS)
    for row in rows:
        if isinstance(row, LibraryFunction) and not row.available:
            continue
        module = import_module(f"{package}.{row.module}")
        table, _, name = row.lua_name.rpartition(".")
        found.append((table, name, getattr(module, row.attribute)))
    return tuple(found)
