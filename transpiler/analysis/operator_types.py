"""The types that operators give, from those of their operands. Lua manual: 3.4.1 to 3.4.7, 2.4."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..syntax import nodes
from . import metatables
from .constants import constant_number
from .kinds import ANY, BOOLEAN, FLOAT, INTEGER, NIL, NUMBER, SMALL, STRING, TABLE, is_only

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
        plain = is_only(operand, STRING | TABLE | NIL) and handlers is not None
        return SMALL | inference.returned_by(handlers or ()) if plain else ANY
    if operand & TABLE and handlers is not None:
        result = inference.returned_by(handlers)
        return result | _number_of_unary(inference, expression.operator, operand & ~TABLE)
    if not inference.uses_metatables:
        operand = _operand(operand)
    return _number_of_unary(inference, expression.operator, operand)


def _number_of_unary(inference: TypeInference, operator: str, operand: int) -> int:
    if operand == 0:
        return 0
    if operator == "-":
        return operand if is_only(operand, NUMBER) else ANY
    return INTEGER if not inference.uses_metatables or is_only(operand, INTEGER) else ANY


def binary(inference: TypeInference, expression: nodes.Binary) -> int:
    """The type of `x + y`, `x < y`, `x .. y` and so on."""
    operator = expression.operator
    if operator in metatables.COMPARISONS:
        return BOOLEAN
    constant = constant_number(expression)
    if constant is not None:
        return FLOAT if isinstance(constant, float) else SMALL
    left, right = inference.of(expression.left), inference.of(expression.right)
    # An operation on nil has no result.
    left, right = left & ~NIL, right & ~NIL
    if not inference.uses_metatables:
        left, right = _operand(left), _operand(right)
    elif (left | right) & TABLE:
        handlers = metatables.handlers_of_binary(inference.contents, expression)
        if handlers is not None:
            result = inference.returned_by(handlers)
            return result | _without_metamethods(inference, operator, left & ~TABLE, right & ~TABLE)
    return _without_metamethods(inference, operator, left, right)


def _without_metamethods(inference: TypeInference, operator: str, left: int, right: int) -> int:
    if left == 0 or right == 0:
        return 0
    if operator == "..":
        return STRING if is_only(left, STRING | NUMBER) and is_only(right, STRING | NUMBER) else ANY
    if not (is_only(left, NUMBER) and is_only(right, NUMBER)):
        return ANY if left and right else 0
    if operator in ("/", "^"):
        return FLOAT
    if operator in ("+", "-", "*", "//", "%"):
        return _arithmetic(operator, left, right)
    return INTEGER if not inference.uses_metatables or is_only(left | right, INTEGER) else ANY


def _arithmetic(operator: str, left: int, right: int) -> int:
    if is_only(left | right, INTEGER):
        # A remainder is smaller than its divisor, a quotient not larger than its dividend (but for minint // -1).
        if operator == "%" and is_only(right, SMALL):
            return SMALL
        return SMALL if operator == "//" and is_only(left, SMALL) else INTEGER
    return FLOAT if is_only(left, FLOAT) or is_only(right, FLOAT) else NUMBER


def _operand(kind: int) -> int:
    """The type of the number that an arithmetic operation makes of its operand, if it succeeds."""
    return kind if kind == 0 or not kind & ~NUMBER else kind & NUMBER | NUMBER
