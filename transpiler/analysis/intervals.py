"""Which integers an expression can be: the least and the greatest.

In: an expression and the types known so far. Out: an interval, from which follows where Python's operators need no wrap to 64
bits. Intervals are exact within an expression; variables and fields keep only the classes of sizes of their type (see kinds.py).
Lua manual: 3.4.1, 3.4.2.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from ..syntax import nodes
from .kinds import (
    EVERY_INTEGER,
    INTEGER,
    MAX_INTEGER,
    MIN_INTEGER,
    NIL,
    NUMBER,
    Interval,
    integers,
    interval_of,
    is_only,
)
from .walk import strip_parentheses

if TYPE_CHECKING:
    from .types import TypeInference

_TOO_LARGE: Final[Interval] = (MIN_INTEGER * 2, MAX_INTEGER * 2)
_MOST_SHIFTED: Final = 63
_BITWISE: Final = frozenset({"&", "|", "~", "<<", ">>"})


def interval(inference: TypeInference, node: nodes.Expression) -> Interval | None:
    """The integers that `node` can be, None when it is none."""
    node = strip_parentheses(node)
    if isinstance(node, nodes.Number):
        return (node.value, node.value) if isinstance(node.value, int) else None
    if isinstance(node, nodes.Binary | nodes.Unary):
        known = inference.intervals.get(node, _UNKNOWN)
        if known is not _UNKNOWN:
            return known
        found = unwrapped(inference, node)
        if found is _UNKNOWN:
            found = interval_of(inference.of(node))
        elif found is not None and not _fits(found):
            found = EVERY_INTEGER
        inference.intervals[node] = found
        return found
    return interval_of(inference.of(node))


_UNKNOWN: Final[Interval] = (1, 0)


def fits(inference: TypeInference, node: nodes.Binary | nodes.Unary) -> bool:
    """Is the result of an operator on numbers, where it is an integer, certainly one of 64 bits before it is wrapped?"""
    found = unwrapped(inference, node)
    return found is None or (found is not _UNKNOWN and _fits(found))


def _fits(found: Interval) -> bool:
    return found[0] >= MIN_INTEGER and found[1] <= MAX_INTEGER


def unwrapped(inference: TypeInference, node: nodes.Binary | nodes.Unary) -> Interval | None:
    """The integers that an operator on numbers would give without a wrap; `_UNKNOWN` for other operators and operands."""
    if isinstance(node, nodes.Unary):
        allowed = {"-": NUMBER, "~": INTEGER}.get(node.operator)
        if allowed is None or not is_only(inference.of(node.operand) & ~NIL, allowed):
            return _UNKNOWN
        operand = interval(inference, node.operand)
        if operand is None:
            return None
        low, high = operand
        return (-high, -low) if node.operator == "-" else (-1 - high, -1 - low)
    rule = _RULES.get(node.operator)
    # A float that is an integer can be an operand of a bitwise operator, as any integer then.
    allowed = INTEGER if node.operator in _BITWISE else NUMBER
    kinds = [inference.of(operand) & ~NIL for operand in (node.left, node.right)]
    if rule is None or not all(is_only(kind, allowed) for kind in kinds):
        return _UNKNOWN
    left, right = interval(inference, node.left), interval(inference, node.right)
    return None if left is None or right is None else rule(left, right)


def result(inference: TypeInference, node: nodes.Binary | nodes.Unary) -> int:
    """The type of the integers that an operator on numbers gives."""
    found = unwrapped(inference, node)
    if found is None:
        return 0
    return integers(found) if found is not _UNKNOWN and _fits(found) else INTEGER


def _add(left: Interval, right: Interval) -> Interval:
    return left[0] + right[0], left[1] + right[1]


def _subtract(left: Interval, right: Interval) -> Interval:
    return left[0] - right[1], left[1] - right[0]


def _multiply(left: Interval, right: Interval) -> Interval:
    return _corners(left, right, lambda one, other: one * other)


def _corners(left: Interval, right: Interval, operation: Callable[[int, int], int]) -> Interval:
    found = [operation(one, other) for one in left for other in right]
    return min(found), max(found)


def _quotient(left: Interval, right: Interval) -> Interval:
    if right[0] > 0:
        return _corners(left, right, lambda one, other: one // other)
    largest = max(abs(left[0]), abs(left[1]))
    return -largest, largest


def _remainder(left: Interval, right: Interval) -> Interval:
    """It has the sign of the divisor and is smaller."""
    low, high = min(right[0] + 1, 0), max(right[1] - 1, 0)
    return (low, min(high, left[1])) if left[0] >= 0 and right[0] > 0 else (low, high)


def _both(left: Interval, right: Interval) -> Interval:
    highest = [operand[1] for operand in (left, right) if operand[0] >= 0]
    return (0, min(highest)) if highest else EVERY_INTEGER


def _either(left: Interval, right: Interval) -> Interval:
    if left[0] < 0 or right[0] < 0:
        return EVERY_INTEGER
    return 0, (1 << max(left[1], right[1]).bit_length()) - 1


def _shift_left(left: Interval, right: Interval) -> Interval:
    if left[0] < 0 or right[0] < 0 or right[1] > _MOST_SHIFTED:
        return _TOO_LARGE
    return left[0] << right[0], left[1] << right[1]


def _shift_right(left: Interval, right: Interval) -> Interval:
    """Lua shifts in zeros."""
    if left[0] < 0 or right[0] < 0:
        return _TOO_LARGE
    return 0, left[1] >> min(right[0], _MOST_SHIFTED)


_RULES: Final[dict[str, Callable[[Interval, Interval], Interval]]] = {
    "+": _add,
    "-": _subtract,
    "*": _multiply,
    "//": _quotient,
    "%": _remainder,
    "&": _both,
    "|": _either,
    "~": _either,
    "<<": _shift_left,
    ">>": _shift_right,
}
