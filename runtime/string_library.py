"""The string library, loaded when a program first needs its table: nothing in, the metatable of strings out, filled.

Most programs call `string.format` and the like by name and never look at that table, and the library takes longer to load than all
that it is needed for here. It stands above the modules that ask for it (`("x").field` and `getmetatable("")` are operations of the
value model), so the import is inside the function: the one place in this package where a lower module loads a higher one.
Lua manual: 6.4.
"""

from __future__ import annotations

from .values import LuaTable, string_metatable


def loaded_string_metatable() -> LuaTable:
    """The metatable all strings share, with the library's table as `__index` unless the program took it out."""
    from .stdlib import string  # noqa: F401  # fills in the metatable when it is imported

    return string_metatable
