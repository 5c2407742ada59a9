"""The string library (manual 6.4) under Lua's names; the functions themselves are in the modules imported here.

Importing this module also gives strings their methods: the library's table becomes `__index` of their shared metatable, so that
`("x"):upper()` works, and `function string.trim(s) ... end` adds a method.
"""

from __future__ import annotations

from ..values import LuaTable, string_metatable
from .formatting import lua_format as format
from .matching import find, gmatch, gsub, match
from .packing import pack, packsize, unpack
from .text import byte, char, dump, lower, rep, reverse, sub, upper
from .text import lua_len as len

__all__ = [
    "byte",
    "char",
    "dump",
    "find",
    "format",
    "gmatch",
    "gsub",
    "len",
    "lower",
    "match",
    "pack",
    "packsize",
    "rep",
    "reverse",
    "sub",
    "unpack",
    "upper",
]


def reset() -> None:
    """Gives strings the metatable that a program finds when it starts: what an earlier program in this process added is gone."""
    string_metatable.clear()
    string_metatable["__index"] = LuaTable({name: globals()[name] for name in __all__})


reset()
