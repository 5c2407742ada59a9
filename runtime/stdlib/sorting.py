"""Sorting as real Lua does it: a list of Lua values in, the same list reordered out (manual 6.6, table.sort).

Real Lua's sort is not stable, but deterministic for nearly all inputs: programs print what it makes of elements that compare
equal. So this is the same quicksort (ltablib.c: median of three, smaller part first), comparison by comparison. Where elements
that compare equal are the same value, nobody can tell, and Python's own sort does it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FunctionType
from typing import Any, Final, TypeAlias

from ..accelerator import accelerated
from ..calls import first
from ..comparison import gt, lt
from ..errors import library_error
from ..values import truthy

_Less: TypeAlias = Callable[[Any, Any], bool]

_LARGE: Final = 100
"""Parts of at least this size choose another pivot after a very unequal partition (ltablib.c, RANLIMIT)."""

_SPREAD: Final = 0x9E3779B9
"""Chooses that pivot. Real Lua takes the clock, on which no program can depend; replay needs a constant."""


def sort_items(items: list[Any], comparison: Any) -> None:
    """Sorts `items` by the Lua function `comparison`, by `<` when that is nil.

    Raises what the comparison raises, and "invalid order function for sorting" when it contradicts itself.
    """
    order = "<" if comparison is None else _plain_order(comparison)
    if order is not None and _has_no_visible_ties(items):
        items.sort(reverse=order == ">")
    elif not _quicksort(items, lt if comparison is None else comparison):
        raise library_error("invalid order function for sorting")


def _body(function: Any) -> tuple[Any, ...]:
    code = function.__code__
    return code.co_code, code.co_argcount, code.co_names, code.co_freevars


_PLAIN_ORDERS: Final = {
    _body(lambda a, b: a < b): "<",
    _body(lambda a, b: a > b): ">",
    _body(lambda a, b: lt(a, b)): "<",
    _body(lambda a, b: gt(a, b)): ">",
}
"""What comparisons are compiled to that do nothing but compare."""


def _plain_order(comparison: Any) -> str | None:
    """The operator, if `comparison` is `function(a, b) return a > b end`. Nobody sees whether that is called, but a debugger."""
    if type(comparison) is not FunctionType or sys.gettrace() is not None:
        return None
    known = comparison.__globals__
    for name, operator in (("lt", lt), ("gt", gt)):
        if name in comparison.__code__.co_names and known.get(name) is not operator:
            return None
    return _PLAIN_ORDERS.get(_body(comparison))


def _has_no_visible_ties(items: list[Any]) -> bool:
    kinds = set(map(type, items))
    if kinds == {float}:
        # A NaN makes the sum one (so may infinities, which only costs time); 0.0 and -0.0 are equal and print differently.
        total = sum(items)
        return bool(total == total) and 0.0 not in items
    return kinds == {int} or kinds == {str}


def _less_by(comparison: Any) -> _Less:
    def less(left: Any, right: Any) -> bool:
        result = comparison(left, right)
        return result if type(result) is bool else truthy(first(result))

    return less


class _Contradiction(Exception):
    """The comparison says of one item that it belongs before all others."""


@accelerated
def _quicksort(items: list[Any], comparison: Any) -> bool:
    """Sorts with an explicit stack: a part given last is sorted first, as in the recursion of the original.

    False when the comparison contradicts itself; then the items are sorted as far as it got."""
    less = lt if comparison is lt else _less_by(comparison)
    try:
        _sort_parts(items, less)
    except _Contradiction:
        return False
    return True


def _sort_parts(items: list[Any], less: _Less) -> None:
    waiting = [(0, len(items) - 1, False)]
    while waiting:
        low, high, spread = waiting.pop()
        while low < high:
            pivot_place = _median(items, low, high, less, spread)
            if high - low <= 2:
                break
            items[pivot_place], items[high - 1] = items[high - 1], items[pivot_place]
            middle = _partition(items, low, high, less)
            if middle - low < high - middle:
                smaller, larger = (low, middle - 1), (middle + 1, high)
                size = middle - low
            else:
                smaller, larger = (middle + 1, high), (low, middle - 1)
                size = high - middle
            unequal = (larger[1] - larger[0]) // 128 > size
            waiting.append((*larger, spread or unequal))
            low, high = smaller


def _median(items: list[Any], low: int, high: int, less: _Less, spread: bool) -> int:
    """Orders the first, a middle and the last item of a part; returns the place of the middle one."""
    if less(items[high], items[low]):
        items[low], items[high] = items[high], items[low]
    if high - low == 1:
        return low
    if spread and high - low >= _LARGE:
        quarter = (high - low) // 4
        middle = _SPREAD % (quarter * 2) + low + quarter
    else:
        # Places count from 1 in the original: (low + 1 + high + 1) // 2 - 1.
        middle = (low + high) // 2
    if less(items[middle], items[low]):
        items[middle], items[low] = items[low], items[middle]
    elif less(items[high], items[middle]):
        items[middle], items[high] = items[high], items[middle]
    return middle


def _partition(items: list[Any], low: int, high: int, less: _Less) -> int:
    """Moves what is less than the pivot, which stands before the last item, to its left; returns the pivot's new place."""
    pivot = items[high - 1]
    left, right = low, high - 1
    while True:
        left += 1
        while less(items[left], pivot):
            if left == high - 1:
                raise _Contradiction
            left += 1
        right -= 1
        while less(pivot, items[right]):
            if right < left:
                raise _Contradiction
            right -= 1
        if right < left:
            items[high - 1], items[left] = items[left], items[high - 1]
            return left
        items[left], items[right] = items[right], items[left]
