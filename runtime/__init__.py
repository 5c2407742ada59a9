"""The runtime of compiled Lua: what generated modules import. Small, typed, and without any dependency on the
compiler.

This package's own names are the operators and helpers of the value model; the standard library is in `stdlib/`, the
host globals in `host/`, everything about Temporal in `temporal/`.
"""

from .arithmetic import add, div, idiv, mod, mul, neg, pow_, sub
from .arrays import array
from .bitwise import band, bnot, bor, bxor, shl, shr
from .calls import adjust, first, pack, values
from .comparison import eq, ge, gt, le, lt, ne
from .errors import LuaError
from .iteration import ipairs, iterate, numeric_for, pairs
from .strings import concat, from_text
from .tables import (
    Keyed,
    append,
    index,
    index_string,
    length,
    new_table,
    sequence,
    setindex,
    table_of,
)
from .values import Cell, LuaTable, truthy

__all__ = [
    "Cell",
    "Keyed",
    "LuaError",
    "LuaTable",
    "add",
    "adjust",
    "append",
    "array",
    "band",
    "bnot",
    "bor",
    "bxor",
    "concat",
    "div",
    "eq",
    "first",
    "from_text",
    "ge",
    "gt",
    "idiv",
    "index",
    "index_string",
    "ipairs",
    "iterate",
    "le",
    "length",
    "lt",
    "mod",
    "mul",
    "ne",
    "neg",
    "new_table",
    "numeric_for",
    "pack",
    "pairs",
    "pow_",
    "sequence",
    "setindex",
    "shl",
    "shr",
    "sub",
    "table_of",
    "truthy",
    "values",
]
