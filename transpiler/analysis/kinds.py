"""The bits of a type (see types.py): which Lua values an expression can have."""

from __future__ import annotations

from typing import Final

NIL: Final = 1
BOOLEAN: Final = 2
SMALL: Final = 4
WIDE: Final = 8
FLOAT: Final = 16
STRING: Final = 32
TABLE: Final = 64
FUNCTION: Final = 128
OTHER: Final = 256
INTEGER: Final = SMALL | WIDE
NUMBER: Final = INTEGER | FLOAT
ANY: Final = 511


def is_only(kind: int, allowed: int) -> bool:
    """Is `kind` known to lie within `allowed`? (A type with no bits is that of unreachable code: nothing is
    known.)"""
    return kind != 0 and not kind & ~allowed
