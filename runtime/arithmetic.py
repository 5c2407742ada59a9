"""Lua's arithmetic operators, for operands whose types the compiler could not prove.

Integers wrap to 64 bits, strings that denote numbers are converted, everything else goes through metamethods.
Lua manual: 3.4.1 (arithmetic operators), 2.4 (metamethods).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from .accelerator import accelerated
from .calls import first
from .errors import LuaError, operand_error, operation_error
from .numbers import MAX_INTEGER, MIN_INTEGER, NOT_A_NUMBER, parse_number, wrap
from .values import TableWithMetatable, type_name

_Number = int | float


@accelerated
def add(left: Any, right: Any) -> Any:
    """`left + right`"""
    kind, other = type(left), type(right)
    if kind is int and other is int:
        result = left + right
        return result if MIN_INTEGER <= result <= MAX_INTEGER else wrap(result)
    if (kind is float and (other is float or other is int)) or (kind is int and other is float):
        return left + right
    return _fallback("__add", add, left, right)


@accelerated
def sub(left: Any, right: Any) -> Any:
    """`left - right`"""
    kind, other = type(left), type(right)
    if kind is int and other is int:
        result = left - right
        return result if MIN_INTEGER <= result <= MAX_INTEGER else wrap(result)
    if (kind is float and (other is float or other is int)) or (kind is int and other is float):
        return left - right
    return _fallback("__sub", sub, left, right)


@accelerated
def mul(left: Any, right: Any) -> Any:
    """`left * right`"""
    kind, other = type(left), type(right)
    if kind is int and other is int:
        result = left * right
        return result if MIN_INTEGER <= result <= MAX_INTEGER else wrap(result)
    if (kind is float and (other is float or other is int)) or (kind is int and other is float):
        return left * right
    return _fallback("__mul", mul, left, right)


@accelerated
def div(left: Any, right: Any) -> Any:
    """`left / right`: always a float; division by zero gives an infinity or NaN."""
    kind, other = type(left), type(right)
    if (kind is float or kind is int) and (other is float or other is int):
        # As floats: Python divides large integers more exactly than Lua does.
        return float(left) / float(right) if right else _divide(float(left), float(right))
    return _fallback("__div", div, left, right)


@accelerated
def idiv(left: Any, right: Any) -> Any:
    """`left // right`: rounds towards minus infinity; an integer for integers."""
    kind, other = type(left), type(right)
    if kind is int and other is int:
        if right == 0:
            raise operation_error("attempt to divide by zero")
        return left // right if right > 0 else wrap(left // right)
    if (kind is float or kind is int) and (other is float or other is int):
        return _floor(_divide(float(left), float(right)))
    return _fallback("__idiv", idiv, left, right)


@accelerated
def mod(left: Any, right: Any) -> Any:
    """`left % right`: the result has the sign of `right`."""
    kind, other = type(left), type(right)
    if kind is int and other is int:
        if right == 0:
            raise operation_error("attempt to perform 'n%0'")
        return left % right
    if (kind is float or kind is int) and (other is float or other is int):
        return _float_modulo(float(left), float(right))
    return _fallback("__mod", mod, left, right)


def pow_(left: Any, right: Any) -> Any:
    """`left ^ right`: always a float, as C's `pow`."""
    kind, other = type(left), type(right)
    if (kind is float or kind is int) and (other is float or other is int):
        return _power(float(left), float(right))
    return _fallback("__pow", pow_, left, right)


@accelerated
def neg(operand: Any) -> Any:
    """`-operand`"""
    kind = type(operand)
    if kind is int:
        return -operand if operand != MIN_INTEGER else operand
    if kind is float:
        return -operand
    return _fallback("__unm", lambda value, _: neg(value), operand, operand)


def _divide(left: float, right: float) -> float:
    if right != 0.0:
        return left / right
    if left == 0.0 or left != left:
        return NOT_A_NUMBER if left == left else left
    return math.copysign(math.inf, left) * math.copysign(1.0, right)


def _floor(value: float) -> float:
    if value - value != 0.0:  # an infinity or NaN has no floor in Python
        return value
    result = float(math.floor(value))
    return math.copysign(result, value) if result == 0.0 else result


def _float_modulo(left: float, right: float) -> float:
    # lvm.c, luaV_modf: C's fmod, moved to the sign of the divisor.
    if left - left != 0.0 or right == 0.0 or right != right:
        if left != left or right != right:
            return left if left != left else right
        return NOT_A_NUMBER
    result = math.fmod(left, right)
    if (result < 0.0) if right > 0.0 else (result > 0.0 or (right < 0.0 and result != result)):
        result += right
    return result


def _power(left: float, right: float) -> float:
    try:
        return math.pow(left, right)
    except OverflowError:
        odd = right == math.floor(right) and math.fmod(right, 2.0) != 0.0
        return -math.inf if left < 0.0 and odd else math.inf
    except ValueError:
        if left == 0.0:  # zero to a negative power
            odd = right == math.floor(right) and math.fmod(right, 2.0) != 0.0
            return math.copysign(math.inf, left) if odd else math.inf
        return NOT_A_NUMBER


_DIVISIONS = {"__idiv": "divide by zero", "__mod": "perform 'n%0'"}


def _fallback(event: str, operator: Callable[[Any, Any], Any], left: Any, right: Any) -> Any:
    """The operation on operands that are not both numbers: metamethods first, then strings that denote numbers.

    The order is real Lua's: strings take part in arithmetic through their own metatable (lstrlib.c, trymt), which is also
    where the words of the error come from when one operand is a string.
    """
    handler = left.metatable.get(event) if type(left) is TableWithMetatable else None
    if handler is None and type(right) is TableWithMetatable:
        handler = right.metatable.get(event)
    if handler is not None:
        result = handler(left, right)
        return first(result) if type(result) is tuple else result
    left_number, right_number = _operand(left), _operand(right)
    if left_number is not None and right_number is not None:
        integers = type(left_number) is int and type(right_number) is int
        if integers and right_number == 0 and event in _DIVISIONS:
            # It is the string library that raises this, which has no position.
            raise LuaError(f"attempt to {_DIVISIONS[event]}")
        return operator(left_number, right_number)
    if type(left) is str or type(right) is str:
        names = type_name(left), type_name(right)
        raise operation_error(f"attempt to {event[2:]} a '{names[0]}' with a '{names[1]}'")
    # Real Lua blames the second operand when the first is a number (luaG_opinterror).
    culprit = 1 if left_number is not None else 0
    raise operand_error("perform arithmetic on", (left, right)[culprit], culprit)


def _operand(value: Any) -> _Number | None:
    if type(value) is str:
        return parse_number(value)
    return value if type(value) in (int, float) else None
