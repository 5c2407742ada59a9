"""The functions of the math library (manual 6.7): integers stay integers where real Lua keeps them, and where C's functions
have no answer it is NaN or infinite.

`random` and `randomseed` have one generator for the process, as a Lua state has; workflow code uses the SDK's instead.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Final

from ..comparison import lt
from ..errors import argument_error, library, library_error
from ..numbers import NOT_A_NUMBER, float_to_integer, to_integer, wrap
from .arguments import ABSENT, check_any, check_float, check_integer, opt_integer
from .random import Generator

_generator: Final = Generator()


def _whole(value: float) -> int | float:
    """A float without fraction as an integer if that fits."""
    integer = float_to_integer(value)
    return value if integer is None else integer


@library("math.floor")
def floor(value: Any = ABSENT, *_: Any) -> int | float:
    """`math.floor(x)`: the largest integer that is not greater."""
    if type(value) is int:
        return value
    number = check_float(1, value)
    return _whole(float(math.floor(number))) if math.isfinite(number) else number


@library("math.ceil")
def ceil(value: Any = ABSENT, *_: Any) -> int | float:
    """`math.ceil(x)`: the smallest integer that is not less."""
    if type(value) is int:
        return value
    number = check_float(1, value)
    return _whole(float(math.ceil(number))) if math.isfinite(number) else number


@library("math.abs")
def lua_abs(value: Any = ABSENT, *_: Any) -> int | float:
    """`math.abs(x)`: the absolute value; that of the least integer is itself."""
    if type(value) is int:
        return wrap(abs(value))
    return math.fabs(check_float(1, value))


@library("math.fmod")
def fmod(left: Any = ABSENT, right: Any = ABSENT, *_: Any) -> int | float:
    """`math.fmod(x, y)`: the remainder of the division that rounds towards zero."""
    if type(left) is int and type(right) is int:
        if right == 0:
            raise argument_error(2, "zero")
        remainder = abs(left) % abs(right)
        return -remainder if left < 0 else remainder
    divisor = check_float(2, right)  # real Lua checks this one first
    dividend = check_float(1, left)
    try:
        return math.fmod(dividend, divisor)
    except ValueError:
        return NOT_A_NUMBER


@library("math.modf")
def modf(value: Any = ABSENT, *_: Any) -> tuple[int | float, float]:
    """`math.modf(x)`: the integral part, rounded towards zero, and the fraction."""
    if type(value) is int:
        return (value, 0.0)
    number = check_float(1, value)
    if not math.isfinite(number):
        return (number, 0.0 if number == number else number)
    integral = float(math.ceil(number) if number < 0 else math.floor(number))
    return (_whole(integral), 0.0 if integral == number else number - integral)


@library("math.tointeger")
def tointeger(value: Any = ABSENT, *_: Any) -> int | None:
    """`math.tointeger(x)`: `x` as an integer, nil when it has no such value."""
    return to_integer(check_any(1, value))


@library("math.type")
def lua_type(value: Any = ABSENT, *_: Any) -> str | None:
    """`math.type(x)`: "integer", "float", or nil for what is no number."""
    kind = type(check_any(1, value))
    return "integer" if kind is int else "float" if kind is float else None


@library("math.ult")
def ult(left: Any = ABSENT, right: Any = ABSENT, *_: Any) -> bool:
    """`math.ult(m, n)`: whether `m < n` when both are taken as unsigned."""
    mask = (1 << 64) - 1
    return check_integer(1, left) & mask < check_integer(2, right) & mask


def _extreme(values: tuple[Any, ...], better: Callable[[Any, Any], bool]) -> Any:
    best = check_any(1, values[0] if values else ABSENT)
    for value in values[1:]:
        if better(value, best):
            best = value
    return best


@library("math.max")
def lua_max(*values: Any) -> Any:
    """`math.max(x, ...)`: the greatest argument, of equal ones the first."""
    return _extreme(values, lambda value, best: lt(best, value))


@library("math.min")
def lua_min(*values: Any) -> Any:
    """`math.min(x, ...)`: the least argument, of equal ones the first."""
    return _extreme(values, lt)


# -------------------------------------------------------------------------------------------- powers, logarithms, angles


@library("math.sqrt")
def sqrt(value: Any = ABSENT, *_: Any) -> float:
    """`math.sqrt(x)`"""
    number = check_float(1, value)
    return NOT_A_NUMBER if number < 0 else math.sqrt(number)


@library("math.exp")
def exp(value: Any = ABSENT, *_: Any) -> float:
    """`math.exp(x)`"""
    number = check_float(1, value)
    try:
        return math.exp(number)
    except OverflowError:
        return math.inf


@library("math.log")
def log(value: Any = ABSENT, base: Any = None, *_: Any) -> float:
    """`math.log(x, base?)`: the logarithm, natural by default."""
    number = check_float(1, value)
    if base is None:
        return _logarithm(math.log, number)
    radix = check_float(2, base)
    if radix == 2.0:
        return _logarithm(math.log2, number)
    if radix == 10.0:
        return _logarithm(math.log10, number)
    dividend, divisor = _logarithm(math.log, number), _logarithm(math.log, radix)
    if divisor != 0.0:
        return dividend / divisor
    if dividend == 0.0 or dividend != dividend:
        return dividend if dividend != dividend else NOT_A_NUMBER
    return math.copysign(math.inf, dividend) * math.copysign(1.0, divisor)


def _logarithm(function: Callable[[float], float], value: float) -> float:
    if value == 0.0:
        return -math.inf
    return math.nan if value < 0.0 else function(value)


def _angle_function(function: Callable[[float], float], value: Any) -> float:
    number = check_float(1, value)
    return NOT_A_NUMBER if math.isinf(number) else function(number)


@library("math.sin")
def sin(value: Any = ABSENT, *_: Any) -> float:
    """`math.sin(x)`, `x` in radians."""
    return _angle_function(math.sin, value)


@library("math.cos")
def cos(value: Any = ABSENT, *_: Any) -> float:
    """`math.cos(x)`, `x` in radians."""
    return _angle_function(math.cos, value)


@library("math.tan")
def tan(value: Any = ABSENT, *_: Any) -> float:
    """`math.tan(x)`, `x` in radians."""
    return _angle_function(math.tan, value)


@library("math.asin")
def asin(value: Any = ABSENT, *_: Any) -> float:
    """`math.asin(x)` in radians."""
    number = check_float(1, value)
    return math.nan if abs(number) > 1 else math.asin(number)


@library("math.acos")
def acos(value: Any = ABSENT, *_: Any) -> float:
    """`math.acos(x)` in radians."""
    number = check_float(1, value)
    return math.nan if abs(number) > 1 else math.acos(number)


@library("math.atan")
def atan(y: Any = ABSENT, x: Any = None, *_: Any) -> float:
    """`math.atan(y, x?)`: the angle of the point (`x`, `y`), `x` being 1 by default."""
    rise, run = check_float(1, y), 1.0 if x is None else check_float(2, x)
    if rise != rise or run != run:
        return run + rise  # Python's own loses the sign of a NaN
    return math.atan2(rise, run)


@library("math.deg")
def deg(value: Any = ABSENT, *_: Any) -> float:
    """`math.deg(x)`: radians in degrees."""
    return check_float(1, value) * (180.0 / math.pi)


@library("math.rad")
def rad(value: Any = ABSENT, *_: Any) -> float:
    """`math.rad(x)`: degrees in radians."""
    return check_float(1, value) * (math.pi / 180.0)


# --------------------------------------------------------------------------------------------------------- random numbers


@library("math.random")
def random(*bounds: Any) -> int | float:
    """`math.random()`: a float from 0 to 1; `random(n)`, `random(m, n)`: an integer; `random(0)`: 64 random bits."""
    return draw(_generator, bounds)


def draw(generator: Generator, bounds: tuple[Any, ...]) -> int | float:
    """What `math.random(...)` gives with the arguments `bounds`; the next number of `generator`."""
    if not bounds:
        return generator.next_float()
    if len(bounds) > 2:
        raise library_error("wrong number of arguments")
    low, high = 1, check_integer(1, bounds[0])
    if len(bounds) == 2:
        low, high = high, check_integer(2, bounds[1])
    elif high == 0:
        return wrap(generator.next_bits())
    if low > high:
        raise argument_error(1, "interval is empty")
    return generator.next_integer(low, high)


@library("math.randomseed")
def randomseed(*seeds: Any) -> tuple[int, int]:
    """`math.randomseed(x?, y?)`: starts the stream of `x` and `y`, a random one without arguments; returns both seeds."""
    if seeds:
        first = check_integer(1, seeds[0])
        second = opt_integer(2, seeds[1] if len(seeds) > 1 else None, 0)
    else:
        first, second = wrap(_generator.next_bits()), wrap(Generator().next_bits())
    _generator.seed(first, second)
    return (first, second)
