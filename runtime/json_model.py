"""What `json_values` and `json_refusals` share: json.null, the mark of arrays, limits and errors."""

from __future__ import annotations

from typing import Any, Final

from .errors import LuaError
from .numbers import format_float
from .values import HostObject, LuaTable

MAX_DEPTH: Final = 200
"""How many tables may stand in each other when written: what fits into Python's stack and the stack of its JSON
writer, with room for the callers. (Reading goes as deep as the stack does.)"""

MAX_HOLES: Final = 100_000
"""How many nulls an array is filled up with; `t[1000000000] = 1` is a slip, not a wish for gigabytes of nulls."""


class JsonError(LuaError):
    """A value that JSON cannot hold, or text that is no JSON. The message names the place in it; it has no Lua
    position."""


class Refusal(Exception):
    """Something in the value cannot be JSON; `json_refusals.explain` finds out what and where."""


class JsonNull(HostObject):
    """The type of `NULL`, a userdata for Lua."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "null"


NULL: Final = JsonNull()
"""json.null: a value of its own, unlike nil, that is written as null."""


# ----------------------------------------------------------------------------------------------------------------- arrays

ARRAY_MARK: Any = vars(LuaTable.__base__)["_json_array"]
"""The slot of a table that marks it as an array when it is set: to None, or, for an array that was read with nulls
at its end, to (its length, how many of its elements were not null)."""

UNMARKED: Final = object()
"""What reading the slot gives for a table that is not marked, where a default has to be named."""


def mark_array(table: LuaTable) -> LuaTable:
    """Marks `table` as a JSON array, which it then stays even when empty; returns it."""
    ARRAY_MARK.__set__(table, None)
    return table


def is_marked_array(table: LuaTable) -> bool:
    """Whether `table` came from a JSON array or was marked with `mark_array`."""
    return hasattr(table, "_json_array")


def array_size(table: LuaTable) -> int | None:
    """How many elements a marked array has, None when it has become something else."""
    read = ARRAY_MARK.__get__(table)
    if read is not None and read[1] == len(table):
        size: int = read[0]
    else:
        size = 0
    for key in table:
        if type(key) is not int or key < 1:
            return None
        if key > size:
            size = key
    return size


def key_text(key: Any) -> str:
    """A key of a table as the key of a JSON object, as Python text.

    Raises `Refusal` for a key that is neither string nor number, UnicodeDecodeError for one that is not UTF-8.
    """
    kind = type(key)
    if kind is str:
        return str(key.encode("latin-1").decode("utf-8"))
    if kind is int:
        return str(key)
    if kind is float:
        return format_float(key)
    raise Refusal
