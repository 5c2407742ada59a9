"""The math library (manual 6.7) under Lua's names."""

from __future__ import annotations

from math import inf as huge
from math import pi

from ..numbers import MAX_INTEGER as maxinteger
from ..numbers import MIN_INTEGER as mininteger
from .numeric import (
    acos,
    asin,
    atan,
    ceil,
    cos,
    deg,
    exp,
    floor,
    fmod,
    log,
    modf,
    rad,
    random,
    randomseed,
    sin,
    sqrt,
    tan,
    tointeger,
    ult,
)
from .numeric import lua_abs as abs
from .numeric import lua_max as max
from .numeric import lua_min as min
from .numeric import lua_type as type

__all__ = [
    "abs",
    "acos",
    "asin",
    "atan",
    "ceil",
    "cos",
    "deg",
    "exp",
    "floor",
    "fmod",
    "huge",
    "log",
    "max",
    "maxinteger",
    "min",
    "mininteger",
    "modf",
    "pi",
    "rad",
    "random",
    "randomseed",
    "sin",
    "sqrt",
    "tan",
    "tointeger",
    "type",
    "ult",
]
