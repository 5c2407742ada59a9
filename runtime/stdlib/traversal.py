"""Table traversal key by key: `next`, which has to find the key after a given one (manual 6.1).

A Python dict gives its keys only in one go. So a traversal that uses `next` keeps the list of keys in the table's `_traversal`
slot, made by the second call: the first one, `next(t)`, is how programs ask whether a table is empty, and stays cheap.
Keys assigned nil on the way are skipped, and are still good as the key to go on from.
"""

from __future__ import annotations

from typing import Any

from ..errors import LuaError
from ..tables import loaded_key, store_key
from ..values import LuaTable


class _Traversal:
    """The keys of a table when the traversal went past its first key, and where the last `next` stood."""

    __slots__ = ("cursor", "keys", "outer", "places")

    def __init__(self, keys: list[Any], outer: _Traversal | None) -> None:
        self.keys = keys
        self.cursor = 0
        self.places: dict[Any, int] | None = None
        self.outer = outer
        """The traversal under way when this one began, as in nested loops over the same table."""

    def place(self, key: Any) -> int:
        """The position of `key`, -1 when it is not there."""
        cursor = self.cursor
        # Identity first: this is the key handed out last, whatever its type.
        if cursor < len(self.keys) and self.keys[cursor] is key:
            return cursor
        if self.places is None:
            self.places = {found: at for at, found in enumerate(self.keys)}
        return self.places.get(key, -1)


class _Begun:
    """A traversal whose first key was handed out: no list of keys yet."""

    __slots__ = ("first", "outer")

    def __init__(self, first: Any, outer: _Traversal | None) -> None:
        self.first = first
        self.outer = outer


def next_entry(table: LuaTable, key: Any) -> tuple[Any, Any] | None:
    """The entry after `key` (the first one after nil), None at the end.

    Raises a Lua error when `key` is neither in the table nor was handed out by a traversal of it.
    """
    if key is None:
        return _first_entry(table)
    stored = store_key(key)
    begun = getattr(table, "_traversal", None)
    traversal = _listed(table, stored, begun)
    candidate: _Traversal | None = traversal
    while candidate is not None:
        place = candidate.place(stored)
        if place >= 0:
            entry = _entry_after(table, candidate, place)
            if entry is None:
                table._traversal = candidate.outer
            return entry
        candidate = candidate.outer
    if stored not in table:
        raise LuaError("invalid key to 'next'")
    # A key that was added after the list was made.
    traversal = _Traversal(list(table), None)
    table._traversal = traversal
    return _entry_after(table, traversal, traversal.place(stored))


def _first_entry(table: LuaTable) -> tuple[Any, Any] | None:
    for first in table:
        outer = getattr(table, "_traversal", None)
        if type(outer) is _Begun:
            outer = outer.outer
        if outer is not None and outer.outer is not None:
            outer.outer = None  # loops left by `break` must not pile up
        table._traversal = _Begun(first, outer)
        return (loaded_key(first), table.get(first))
    return None


def _listed(table: LuaTable, key: Any, begun: _Begun | _Traversal | None) -> _Traversal | None:
    """The list of keys to go on with, made now when `key` is the first one that was handed out."""
    if not isinstance(begun, _Begun):
        return begun
    outer = begun.outer
    if outer is not None and key != begun.first and outer.place(key) >= 0:
        # `next(t)` only asked whether the table is empty, in the middle of a traversal.
        table._traversal = outer
        return outer
    keys = list(table)
    if begun.first not in table:
        keys.insert(0, begun.first)
    traversal = _Traversal(keys, outer)
    table._traversal = traversal
    return traversal


def _entry_after(table: LuaTable, traversal: _Traversal, place: int) -> tuple[Any, Any] | None:
    keys = traversal.keys
    for at in range(place + 1, len(keys)):
        key = keys[at]
        value = table.get(key)
        if value is not None:
            traversal.cursor = at
            return (loaded_key(key), value)
    return None
