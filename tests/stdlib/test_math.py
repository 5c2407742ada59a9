"""The math library against real Lua, the numbers of `math.random` included."""

from __future__ import annotations

import random
import struct
from collections.abc import Iterator
from itertools import product

from assay.runtime.stdlib import math
from assay.runtime.stdlib.numeric import draw
from assay.runtime.stdlib.random import Generator
from assay.runtime.values import LuaTable

from .oracle import Call, assert_same, define

_NUMBERS = (
    *(0, 1, -1, 2, 3, -3, 7, 10, 1000, 2**53, 2**53 + 1, 2**63 - 1, -(2**63), -(2**63) + 1),
    *(0.0, -0.0, 0.5, -0.5, 1.0, -1.0, 1.5, -1.5, 2.0, 2.5, 3.7, -3.7, 10.0, 0.1, 1e15, 1e16,
        2.0**53, 2.0**63, -(2.0**63), 1e100, 1e308, 5e-324),
    *(float("inf"), float("-inf"), float("nan"), -float("nan")),
)  # fmt: skip
_OTHERS = ("10", "0x10", "1.5", " 3 ", "1e1", "x", "", None, True, [])
_ONE = ("abs", "acos", "asin", "atan", "ceil", "cos", "deg", "exp", "floor", "log", "modf",
    "rad", "sin", "sqrt", "tan", "tointeger", "type", "max", "min")  # fmt: skip
_TWO = ("atan", "fmod", "log", "max", "min", "ult")


def _calls() -> Iterator[Call]:
    for name in (*_ONE, *_TWO, "random", "randomseed"):
        if not name.startswith("random"):
            yield (f"math.{name}",)
        for value in _OTHERS:
            if name not in ("random", "randomseed") or type(value) is not str:
                yield (f"math.{name}", value)
                yield (f"math.{name}", value, value)
    for name, value in product(_ONE, (*_NUMBERS, *_OTHERS)):
        yield (f"math.{name}", value)
    for name, left, right in product(_TWO, (*_NUMBERS, *_OTHERS), (*_NUMBERS, *_OTHERS)):
        if (
            left == left or right == right
        ):  # which of two NaNs comes out is a matter of the processor's registers
            yield (f"math.{name}", left, right)
    for values in product((1, 1.0, 2, -0.0, 0, float("nan")), repeat=3):
        yield ("math.max", *values)
        yield ("math.min", *values)
    chance = random.Random(6)
    for _ in range(1500):
        value = struct.unpack("<d", chance.randbytes(8))[0]
        small = chance.uniform(-10, 10)
        for name in ("floor", "ceil", "abs", "modf", "tointeger", "sqrt", "deg", "rad"):
            yield (f"math.{name}", value)
        for name in ("sin", "cos", "tan", "asin", "acos", "atan", "exp", "log", "modf"):
            yield (f"math.{name}", small)
        yield ("math.fmod", value, small)
        yield ("math.fmod", chance.randint(-(2**63), 2**63 - 1), chance.randint(-100, 100))
        yield ("math.log", abs(small), chance.choice((2, 10, 3, 2.0, 0.5)))


def test_functions() -> None:
    assert_same(_calls())


def _seeded(*arguments: object) -> object:
    """Seeds with the first two arguments, then makes the same random numbers many times."""
    math.randomseed(*arguments[:2])
    made = LuaTable()
    for number in range(1, 21):
        made[number] = math.random(*arguments[2:])
    return made


define(
    "seeded",
    """function(first, second, ...)
      math.randomseed(first, second)
      local made = {}
      for number = 1, 20 do made[number] = math.random(...) end
      return made
    end""",
    _seeded,
)


def _random_calls() -> Iterator[Call]:
    edges = (0, 1, 2, 6, 10, 100, 255, 256, 2**32, 2**62, 2**63 - 1)
    for seed in (0, 1, 42, -1, 2**63 - 1, -(2**63), 7.0, "9"):
        yield ("seeded", seed, None)
        for high in edges:
            yield ("seeded", seed, None, high)
            yield ("seeded", seed, 5, -high, high)
            yield ("seeded", seed, None, high, high)
        yield ("seeded", seed, None, -(2**63), 2**63 - 1)
        yield ("seeded", seed, None, -(2**63), -1)
    for arguments in (
        (1, 2, 3),
        (2, 1),
        (-1,),
        (1.5,),
        (1, 1.5),
        ([],),
        (1, []),
        (None,),
        (1, None),
        (2**63 - 1, -(2**63)),
    ):
        yield ("math.random", *arguments)
    for arguments in (
        (42,),
        (1, 2),
        (1.5,),
        (1, 1.5),
        (2.0, 3),
        (float("nan"),),
        ([],),
        (1, []),
        (-(2**63), 2**63 - 1),
    ):
        yield ("math.randomseed", *arguments)


def test_random_numbers() -> None:
    assert_same(_random_calls())


def test_a_fresh_seed_differs() -> None:
    first = math.randomseed()
    numbers = [math.random(0) for _ in range(3)]
    second = math.randomseed()
    assert first != second
    assert numbers != [math.random(0) for _ in range(3)]
    math.randomseed(*first)
    assert numbers == [math.random(0) for _ in range(3)]


def test_generators_are_independent() -> None:
    one, other = Generator(), Generator()
    one.seed(42, 0)
    other.seed(42, 0)
    assert draw(one, (1, 100)) == 50
    assert draw(one, (1, 100)) == 76
    assert draw(other, (1, 100)) == 50
