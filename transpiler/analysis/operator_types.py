"""The types that operators give, from those of their operands. Lua manual: 3.4.1 to 3.4.7, 2.4."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..syntax import nodes
from . import intervals, metatables
from .constants import constant_number
from .kinds import (
    ANY,
    BOOLEAN,
    COUNT,
    FLOAT,
    INTEGER,
    NIL,
    NUMBER,
    STRING,
    TABLE,
    integers,
    is_only,
)

if TYPE_CHECKING:
    from .types import TypeInference


def unary(inference: TypeInference, expression: nodes.Unary) -> int:
    """The type of `-x`, `#x`, `~x` or `not x`."""
    if expression.operator == "not":
        return BOOLEAN
    operand = inference.of(expression.operand)
    operand = operand & ~NIL
    if operand == 0:
        return 0
    handlers = metatables.handlers_of_unary(inference.contents, expression)
    if expression.operator == "#":
        if not inference.uses_metatables:
            return COUNT
        plain = is_only(operand, STRING | TABLE | NIL) and handlers is not None
        return COUNT | inference.returned_by(handlers or ()) if plain else ANY
    if operand & TABLE and handlers is not None:
        result = inference.returned_by(handlers)
        return result | _number_of_unary(inference, expression, operand & ~TABLE)
    if not inference.uses_metatables:
        operand = _operand(operand)
    return _number_of_unary(inference, expression, operand)


def _number_of_unary(inference: TypeInference, expression: nodes.Unary, operand: int) -> int:
    if operand == 0:
        return 0
    if expression.operator == "-":
        if not is_only(operand, NUMBER):
            return ANY
        return operand & FLOAT | intervals.result(inference, expression)
    if is_only(operand, INTEGER):
        return intervals.result(inference, expression)
    return ANY if inference.uses_metatables else INTEGER


def binary(inference: TypeInference, expression: nodes.Binary) -> int:
    """The type of `x + y`, `x < y`, `x .. y` and so on."""
    operator = expression.operator
    if operator in metatables.COMPARISONS:
        return BOOLEAN
    constant = constant_number(expression)
    if constant is not None:
        return FLOAT if isinstance(constant, float) else integers((constant, constant))
    left, right = inference.of(expression.left), inference.of(expression.right)
    # An operation on nil has no result.
    left, right = left & ~NIL, right & ~NIL
    if not inference.uses_metatables:
        left, right = _operand(left), _operand(right)
    elif (left | right) & TABLE:
        handlers = metatables.handlers_of_binary(inference.contents, expression)
        if handlers is not None:
            result = inference.returned_by(handlers)
            return result | _without_metamethods(
                inference, expression, left & ~TABLE, right & ~TABLE
            )
    return _without_metamethods(inference, expression, left, right)


def _without_metamethods(
    inference: TypeInference, expression: nodes.Binary, left: int, right: int
) -> int:
    operator = expression.operator
    if left == 0 or right == 0:
        return 0
    if operator == "..":
        return STRING if is_only(left, STRING | NUMBER) and is_only(right, STRING | NUMBER) else ANY
    if not (is_only(left, NUMBER) and is_only(right, NUMBER)):
        return ANY if left and right else 0
    if operator in ("/", "^"):
        return FLOAT
    if operator in ("+", "-", "*", "//", "%"):
        if is_only(left, FLOAT) or is_only(right, FLOAT):
            return FLOAT
        return (left | right) & FLOAT | intervals.result(inference, expression)
    if is_only(left | right, INTEGER):
        return intervals.result(inference, expression)
    return ANY if inference.uses_metatables else INTEGER


def _operand(kind: int) -> int:
    """The type of the number that an arithmetic operation makes of its operand, if it succeeds."""
    return kind if kind == 0 or not kind & ~NUMBER else kind & NUMBER | NUMBER
