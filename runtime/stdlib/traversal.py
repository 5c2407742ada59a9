"""Table traversal key by key: `next`, which has to find the key after a given one (manual 6.1).

A Python dict gives its keys only in one go. So a traversal that uses `next` keeps the list of keys in the table's `_traversal`
slot, made by the second call: the first one, `next(t)`, is how programs ask whether a table is empty, and stays cheap.
Keys assigned nil on the way are skipped, and are still good as the key to go on from.
"""

from __future__ import annotations

from typing import Any, Final

from ..accelerator import know_traversals
from ..errors import LuaError
from ..tables import store_key
from ..values import TRAVERSAL_SLOT, LuaTable, loaded_key

_MOST_NESTED: Final = 8
"""How many traversals of one table are remembered: loops left by `break` must not pile up."""


class _Traversal:
    """A traversal of one table: where the last `next` stood, and the keys, which are listed when it goes past the first."""

    __slots__ = ("cursor", "keys", "outer", "places")

    def __init__(self, first: Any, outer: _Traversal | None) -> None:
        self.keys = [first]
        self.cursor = 0
        self.places: dict[Any, int] | None = None
        self.outer = outer
        """The traversal under way when this one began, as in nested loops over the same table."""

    def is_listed(self) -> bool:
        """Whether the keys after the first are there."""
        return len(self.keys) > 1

    def place(self, key: Any) -> int:
        """The position of `key`, -1 when it is not there."""
        # Identity first: this is the key handed out last, whatever its type.
        if self.keys[self.cursor] is key:
            return self.cursor
        if not self.is_listed():
            return 0 if self.keys[0] == key else -1
        if self.places is None:
            self.places = {found: at for at, found in enumerate(self.keys)}
        return self.places.get(key, -1)

    def list_keys(self, table: LuaTable) -> None:
        """Lists the keys, the first one first even if it has been removed meanwhile."""
        first = self.keys[0]
        self.keys += [key for key in table if key is not first and key != first]


def next_entry(table: LuaTable, key: Any) -> tuple[Any, Any] | None:
    """The entry after `key` (the first one after nil), None at the end.

    Raises a Lua error when `key` is neither in the table nor was handed out by a traversal of it.
    """
    if key is None:
        return _first_entry(table)
    stored = store_key(key)
    traversal: _Traversal | None = getattr(table, "_traversal", None)
    while traversal is not None:
        place = traversal.place(stored)
        if place >= 0:
            break
        traversal = traversal.outer
    else:
        if stored not in table:
            raise LuaError("invalid key to 'next'")
        # Nobody began with nil, or the key was added after the keys were listed.
        traversal = _Traversal(next(iter(table)), None)
        traversal.list_keys(table)
        place = traversal.place(stored)
    if not traversal.is_listed():
        traversal.list_keys(table)
    entry = _entry_after(table, traversal, place)
    # Traversals begun after this one are over: it goes on.
    table._traversal = traversal if entry is not None else traversal.outer
    return entry


def _first_entry(table: LuaTable) -> tuple[Any, Any] | None:
    for first in table:
        outer: _Traversal | None = getattr(table, "_traversal", None)
        # `next(t)` again and again is one traversal.
        if outer is None or outer.is_listed() or outer.keys[0] is not first:
            table._traversal = _Traversal(first, outer)
            _forget_oldest(table._traversal)
        return (loaded_key(first), table.get(first))
    return None


def _forget_oldest(traversal: _Traversal) -> None:
    remembered: _Traversal | None = traversal
    for _ in range(_MOST_NESTED):
        if remembered is None:
            return
        remembered = remembered.outer
    if remembered is not None:
        remembered.outer = None


def _entry_after(table: LuaTable, traversal: _Traversal, place: int) -> tuple[Any, Any] | None:
    keys = traversal.keys
    for at in range(place + 1, len(keys)):
        key = keys[at]
        value = table.get(key)
        if value is not None:
            traversal.cursor = at
            return (loaded_key(key), value)
    return None


_slots: Any = vars(_Traversal)
know_traversals(_Traversal, TRAVERSAL_SLOT, _slots["keys"], _slots["cursor"])
