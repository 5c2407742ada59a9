"""Lua's `for` loops as Python iterables. Lua manual: 3.3.5 (the for statement), 6.1 (pairs, ipairs, next)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from .accelerator import accelerated
from .calls import adjust
from .errors import calls_iterator, library, library_name, object_type_name, operation_error
from .numbers import MAX_INTEGER, MIN_INTEGER, to_number
from .tables import index
from .values import BooleanKey, LuaTable, TableWithMetatable, type_name


@accelerated
def numeric_for(first: Any, limit: Any, step: Any = 1) -> Iterable[Any]:
    """The values of `for v = first, limit, step`: integers when first and step are, floats otherwise; never
    overflows."""
    if type(first) is int and type(step) is int:
        if step == 0:
            raise operation_error("'for' step is zero")
        if type(limit) is int:
            return range(first, limit + 1 if step > 0 else limit - 1, step)
        return _integer_range(first, _for_number(limit, "limit"), step)
    limit = _for_number(limit, "limit")
    step = _for_number(step, "step")
    first = _for_number(first, "initial value")
    if step == 0:
        raise operation_error("'for' step is zero")
    return _float_range(float(first), float(limit), float(step))


def _integer_range(first: int, limit: int | float, step: int) -> range:
    # lvm.c, forlimit: a float limit is clipped to the integers and rounded towards the first value.
    if not -9223372036854775808.0 <= limit < 9223372036854775808.0:
        # NaN is not positive, so it counts as below all integers. No integer is on the far side of the limit.
        if (limit > 0) != (step > 0):
            return range(0)
        last = MAX_INTEGER if limit > 0 else MIN_INTEGER
    else:
        whole = int(limit // 1)
        last = whole if step > 0 or whole == limit else whole + 1
    return range(first, last + 1 if step > 0 else last - 1, step)


def _float_range(value: float, limit: float, step: float) -> Iterator[float]:
    # lvm.c, forprep: whether the loop runs at all is asked the other way round, which differs for NaN.
    if not (limit < value if step > 0 else value < limit):
        yield value
        value += step
    if step > 0:
        while value <= limit:
            yield value
            value += step
    else:
        while value >= limit:
            yield value
            value += step


def _for_number(value: Any, role: str) -> int | float:
    number = to_number(value)
    if number is not None:
        return number
    raise operation_error(f"bad 'for' {role} (number expected, got {type_name(value)})")


@accelerated
def pairs(table: Any) -> Iterable[tuple[Any, Any]]:
    """The loop `for key, value in pairs(table)`: in insertion order, over the keys that were there when it began.

    Fields assigned nil on the way are skipped, as are fields added. A `__pairs` metamethod is honoured.
    """
    if type(table) is LuaTable:
        return _entries(table)
    if isinstance(table, TableWithMetatable):
        handler = table.metatable.get("__pairs")
        if handler is None:
            return _entries(table)
        return iterate(*adjust(handler(table), 3), count=2)
    raise operation_error(
        f"bad argument #1 to 'for iterator' (table expected, got {type_name(table)})"
    )


def _entries(table: LuaTable) -> Iterator[tuple[Any, Any]]:
    get = table.get
    for key in list(table):
        value = get(key)
        if value is not None:
            yield (key if type(key) is not BooleanKey else key.value, value)


@accelerated
@library("for iterator")
def ipairs(table: Any) -> Iterator[tuple[int, Any]]:
    """The loop `for i, value in ipairs(table)`: 1, 2, ... up to the first nil, seeing changes on the way."""
    position = 1
    if type(table) is LuaTable:
        get = table.get
        while (value := get(position)) is not None:
            yield (position, value)
            position += 1
        return
    while (value := index(table, position)) is not None:
        yield (position, value)
        position += 1


@accelerated
@calls_iterator
def iterate(
    function: Any, state: Any = None, control: Any = None, closing: Any = None, *, count: int
) -> Iterator[Any]:
    """The loop `for v1, ..., vn in function, state, control`: yields v1 alone when `count` is 1, else a tuple of
    `count`."""
    if not _is_callable(function):
        kind = object_type_name(function)
        raise operation_error(f"attempt to call a {kind} value (for iterator 'for iterator')")
    if count == 2 and control is None and isinstance(state, LuaTable) and _is_next(function):
        yield from _entries(state)
        return
    if count == 1:
        while True:
            control = function(state, control)
            if type(control) is tuple:
                control = control[0] if control else None
            if control is None:
                return
            yield control
    while True:
        found = adjust(function(state, control), count)
        control = found[0]
        if control is None:
            return
        yield found


@calls_iterator
def call_in_loop(function: Any, *arguments: Any) -> Any:
    """`function(...)` by the loop, for those who look at the stack."""
    return function(*arguments)


def _is_next(function: Any) -> bool:
    return library_name(function) == "next"


def _is_callable(value: Any) -> bool:
    if isinstance(value, TableWithMetatable):
        return value.metatable.get("__call") is not None
    return callable(value)


__all__ = ["ipairs", "iterate", "numeric_for", "pairs"]
