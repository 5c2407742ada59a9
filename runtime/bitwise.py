"""Lua's bitwise operators on 64-bit integers. Lua manual: 3.4.2."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from .accelerator import accelerated
from .calls import first
from .errors import named_operand_error, operand_error
from .numbers import to_integer, wrap
from .values import metamethod


@accelerated
def band(left: Any, right: Any) -> Any:
    """`left & right`"""
    if type(left) is int and type(right) is int:
        return left & right
    return _fallback("__band", operator.and_, left, right)


@accelerated
def bor(left: Any, right: Any) -> Any:
    """`left | right`"""
    if type(left) is int and type(right) is int:
        return left | right
    return _fallback("__bor", operator.or_, left, right)


@accelerated
def bxor(left: Any, right: Any) -> Any:
    """`left ~ right`"""
    if type(left) is int and type(right) is int:
        return left ^ right
    return _fallback("__bxor", operator.xor, left, right)


@accelerated
def shl(left: Any, right: Any) -> Any:
    """`left << right`: a logical shift; a negative count shifts the other way."""
    if type(left) is int and type(right) is int:
        return shift_left(left, right)
    return _fallback("__shl", shift_left, left, right)


@accelerated
def shr(left: Any, right: Any) -> Any:
    """`left >> right`: a logical shift, zeros come in from the left."""
    if type(left) is int and type(right) is int:
        return shift_left(left, -right)
    return _fallback("__shr", lambda value, count: shift_left(value, -count), left, right)


def bnot(operand: Any) -> Any:
    """`~operand`"""
    if type(operand) is int:
        return ~operand
    return _fallback("__bnot", lambda value, _: ~value, operand, operand)


def shift_left(value: int, count: int) -> int:
    """`value` shifted left by `count` bits (right when negative), filled with zeros, in 64 bits."""
    if count <= -64 or count >= 64:
        return 0
    if count >= 0:
        return wrap(value << count)
    return wrap((value & 0xFFFFFFFFFFFFFFFF) >> -count)


def _fallback(event: str, operation: Callable[[int, int], int], left: Any, right: Any) -> Any:
    for value in (left, right):
        handler = None if type(value) is str else metamethod(value, event)
        if handler is not None:
            return first(handler(left, right))
    # Unlike in arithmetic, strings are not converted (lvm.c, luaV_tointegerns; ltm.c, luaT_trybinTM).
    for operand, value in enumerate((left, right)):
        if type(value) is not int and type(value) is not float:
            raise operand_error("perform bitwise operation on", value, operand)
    first_integer, second_integer = to_integer(left), to_integer(right)
    if first_integer is None or second_integer is None:
        culprit = 0 if first_integer is None else 1
        raise named_operand_error("number", " has no integer representation", culprit)
    return operation(first_integer, second_integer)
