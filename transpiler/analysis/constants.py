"""Arithmetic on literals: `2 * 24 * 3600`.

In: an expression. Out: its number, when the source alone says which. Authors write durations so; they are checked and compiled
like the number that they are.
"""

from __future__ import annotations

from typing import Final

from ..syntax import nodes
from .walk import strip_parentheses

EXACT_LIMIT: Final = 1 << 53
"""Integers up to this size never wrap and are exact as floats."""

_DEPTH = 8
"""Deeper expressions are not looked at: nobody writes a constant so, and the question is asked at every level."""


def constant_number(node: nodes.Expression, depth: int = _DEPTH) -> int | float | None:
    """The value of literals under `+`, `-`, `*` and `/` (manual 3.4.1); None for anything else, and past the exact limit."""
    node = strip_parentheses(node)
    if isinstance(node, nodes.Number):
        return node.value
    if depth == 0:
        return None
    if isinstance(node, nodes.Unary) and node.operator == "-":
        value = constant_number(node.operand, depth - 1)
        return None if value is None else -value
    if not isinstance(node, nodes.Binary) or node.operator not in {"+", "-", "*", "/"}:
        return None
    left = constant_number(node.left, depth - 1)
    right = constant_number(node.right, depth - 1)
    if left is None or right is None:
        return None
    result = _result(node.operator, left, right)
    return result if result is not None and abs(result) <= EXACT_LIMIT else None


def _result(operator: str, left: int | float, right: int | float) -> int | float | None:
    match operator:
        case "+":
            return left + right
        case "-":
            return left - right
        case "*":
            return left * right
        case "/" if right != 0:
            return left / right
    return None
