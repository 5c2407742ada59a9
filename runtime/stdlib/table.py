"""The table library (manual 6.6). Tables without metatable take short cuts; with one, every access may run a metamethod."""

from __future__ import annotations

from typing import Any, Final

from ..accelerator import accelerated
from ..errors import argument_error, library, library_error
from ..numbers import MAX_INTEGER, format_number, wrap
from ..tables import border, index, sequence, setindex
from ..values import LuaTable, type_name
from .arguments import (
    ABSENT,
    check_integer,
    check_table,
    list_length,
    opt_integer,
    opt_string,
    type_error,
)
from .sorting import sort_items

_MOST_RESULTS: Final = 1_000_000
"""How many values `unpack` may return: real Lua's stack has about this size (luaconf.h, LUAI_MAXSTACK)."""

_UNSIGNED: Final = (1 << 64) - 1
"""Positions are compared as C's unsigned integers: a negative one is too large, and so is the length that a metamethod made up."""

_MOST_SORTED: Final = 2147483647


@accelerated
@library("table.insert")
def insert(*arguments: Any) -> Any:
    """`table.insert(t, value)` at the end, `table.insert(t, position, value)` before the one at `position`."""
    count = len(arguments)
    target = check_table(1, arguments[0] if count else ABSENT)
    if count == 2 and type(target) is LuaTable and arguments[1] is not None:
        target[border(target) + 1] = arguments[1]
        return ()
    end = wrap(list_length(target) + 1)
    if count == 2:
        setindex(target, end, arguments[1])
        return ()
    if count != 3:
        raise library_error("wrong number of arguments to 'insert'")
    position = check_integer(2, arguments[1])
    if (position - 1) & _UNSIGNED >= end & _UNSIGNED:
        raise argument_error(2, "position out of bounds")
    for place in range(end, position, -1):
        _copy(target, place - 1, place)
    setindex(target, position, arguments[2])
    return ()


@accelerated
@library("table.remove")
def remove(table: Any = ABSENT, *rest: Any) -> Any:
    """`table.remove(t, position?)`: takes out the element at `position` (the last one), closing the gap; returns it."""
    target = check_table(1, table)
    size = list_length(target)
    position = opt_integer(2, rest[0], size) if rest else size
    # An empty list lets 0 and 1 pass, any list the place after its end.
    if rest and position != size and (position - 1) & _UNSIGNED > size & _UNSIGNED:
        raise argument_error(2, "position out of bounds")
    removed = index(target, position)
    for place in range(position, size):
        _copy(target, place + 1, place)
    setindex(target, max(position, size), None)
    return removed


def _copy(table: LuaTable, origin: int, place: int) -> None:
    """`table[place] = table[origin]`"""
    if type(table) is LuaTable:
        item = table[origin]
        if item is not None:
            table[place] = item
            return
    setindex(table, place, index(table, origin))


@accelerated
@library("table.concat")
def concat(
    table: Any = ABSENT, separator: Any = None, first: Any = None, last: Any = None, *_: Any
) -> str:
    """`table.concat(t, separator?, i?, j?)`: the strings and numbers `t[i]` to `t[j]` joined."""
    source = check_table(1, table)
    size = list_length(source)
    between = opt_string(2, separator, "")
    begin, end = opt_integer(3, first, 1), opt_integer(4, last, size)
    if type(source) is LuaTable:
        # A longer range than that has an item that is missing, which is an error.
        items: list[Any] = [
            source.get(place) for place in range(begin, min(end, begin + len(source)) + 1)
        ]
    else:
        items = []
        for place in range(begin, end + 1):
            items.append(index(source, place))
            if type(items[-1]) not in _JOINABLE:
                break
    try:
        return between.join(items)
    except TypeError:
        return between.join([_joinable(item, place) for place, item in enumerate(items, begin)])


_JOINABLE: Final = (str, int, float)


def _joinable(item: Any, place: int) -> str:
    kind = type(item)
    if kind is str:
        return str(item)
    if kind is int or kind is float:
        return format_number(item)
    raise library_error(f"invalid value ({type_name(item)}) at index {place} in table for 'concat'")


@library("table.pack")
def pack(*values: Any) -> LuaTable:
    """`table.pack(...)`: a table of the values, with their number in field `n`."""
    packed = sequence(*values)
    packed["n"] = len(values)
    if None in values:
        packed._constructed = (len(values), len(packed))
    return packed


@accelerated
@library("table.unpack")
def unpack(table: Any = ABSENT, first: Any = None, last: Any = None, *_: Any) -> Any:
    """`table.unpack(t, i?, j?)`: the values `t[i]` to `t[j]`; any value that can be indexed will do for `t`."""
    source = None if table is ABSENT else table
    begin = opt_integer(2, first, 1)
    end = opt_integer(3, last, 0) if last is not None else list_length(source)
    if end - begin >= _MOST_RESULTS:
        raise library_error("too many results to unpack")
    if type(source) is LuaTable:
        results = tuple(map(source.get, range(begin, end + 1)))
    else:
        results = tuple(index(source, place) for place in range(begin, end + 1))
    return results[0] if len(results) == 1 else results


@library("table.move")
def move(
    source: Any = ABSENT,
    first: Any = ABSENT,
    last: Any = ABSENT,
    target: Any = ABSENT,
    destination: Any = None,
    *_: Any,
) -> Any:
    """`table.move(a, first, last, target, b?)`: copies `a[first..last]` to `b[target..]` (`b` is `a` by default); returns `b`."""
    begin, end, to = check_integer(2, first), check_integer(3, last), check_integer(4, target)
    origin = check_table(1, source)
    into = origin if destination is None else check_table(5, destination)
    if end < begin:
        return into
    if not (begin > 0 or end < MAX_INTEGER + begin):
        raise argument_error(3, "too many elements to move")
    count = end - begin + 1
    if to > MAX_INTEGER - count + 1:
        raise argument_error(4, "destination wrap around")
    offsets = range(count)
    if begin < to <= end and into is origin:  # overlapping: from the end
        offsets = range(count - 1, -1, -1)
    for offset in offsets:
        setindex(into, to + offset, index(origin, begin + offset))
    return into


@library("table.sort")
def sort(table: Any = ABSENT, comparison: Any = None, *_: Any) -> Any:
    """`table.sort(t, less?)`: sorts in place by `<` or by `less(a, b)`, in exactly the steps real Lua takes."""
    target = check_table(1, table)
    size = list_length(target)
    if size < 2:
        return ()
    if size >= _MOST_SORTED:
        raise argument_error(1, "array too big")
    if comparison is not None and type_name(comparison) != "function":
        raise type_error(2, "function", comparison)
    if type(target) is LuaTable:
        items = list(map(target.get, range(1, size + 1)))
    else:
        items = [index(target, place) for place in range(1, size + 1)]
    before = items.copy()
    try:
        sort_items(items, comparison)
    finally:  # an error leaves the table as far as sorting got
        for place, item in enumerate(items, 1):
            if item is not before[place - 1]:
                setindex(target, place, item)
    return ()


__all__ = ["concat", "insert", "move", "pack", "remove", "sort", "unpack"]
