"""The bits of a type (see types.py): which Lua values an expression can have.

Integers have one bit for each class of sizes, so that sums and products that cannot leave 64 bits are known. An interval is the
least and the greatest integer that a value can be.
"""

from __future__ import annotations

from typing import Final

NIL: Final = 1
BOOLEAN: Final = 2
FLOAT: Final = 4
STRING: Final = 8
TABLE: Final = 16
FUNCTION: Final = 32
OTHER: Final = 64

_FIRST: Final = 128
EXACT_LIMIT: Final = 1 << 53
MAX_INTEGER: Final = (1 << 63) - 1
MIN_INTEGER: Final = -(1 << 63)

_CLASSES: Final = (
    (MIN_INTEGER, -EXACT_LIMIT - 1),
    (-EXACT_LIMIT, -(1 << 32) - 1),
    (-(1 << 32), -(1 << 16) - 1),
    (-(1 << 16), -(1 << 8) - 1),
    (-(1 << 8), -1),
    (0, 0),
    (1, (1 << 8) - 1),
    (1 << 8, (1 << 16) - 1),
    (1 << 16, (1 << 32) - 1),
    (1 << 32, EXACT_LIMIT),
    (EXACT_LIMIT + 1, MAX_INTEGER),
)
"""The integers of each class, whose bits follow each other."""

INTEGER: Final = sum(_FIRST << number for number in range(len(_CLASSES)))
WIDE: Final = _FIRST | _FIRST << len(_CLASSES) - 1
SMALL: Final = INTEGER & ~WIDE
"""Integers within 2^53: floats hold them exactly."""

NUMBER: Final = INTEGER | FLOAT
ANY: Final = (_FIRST << len(_CLASSES)) - 1

Interval = tuple[int, int]
EVERY_INTEGER: Final[Interval] = (MIN_INTEGER, MAX_INTEGER)


def is_only(kind: int, allowed: int) -> bool:
    """Is `kind` known to lie within `allowed`? (A type with no bits is that of unreachable code: nothing is
    known.)"""
    return kind != 0 and not kind & ~allowed


def integers(interval: Interval) -> int:
    """The type of the integers in `interval`."""
    low, high = interval
    kind = 0
    for number, (first, last) in enumerate(_CLASSES):
        if first <= high and low <= last:
            kind |= _FIRST << number
    return kind


def interval_of(kind: int) -> Interval | None:
    """The least and the greatest integer of a type, None when it has none."""
    found = [bounds for number, bounds in enumerate(_CLASSES) if kind & _FIRST << number]
    return (found[0][0], found[-1][1]) if found else None


COUNT: Final = integers((0, EXACT_LIMIT))
"""What counts something: not negative, and it would take a century to leave 2^53."""

POSITION: Final = integers((1, EXACT_LIMIT))
"""What counts from 1."""

BYTE: Final = integers((0, 255))


COUNTING_STEP: Final = 16
"""The largest step of counting."""


def counted(kind: int, operator: str) -> int:
    """The type of a variable of the type `kind`, all within 2^53, that also counts up ("+") or down ("-") in small steps."""
    interval = interval_of(kind)
    if interval is None:
        return kind
    if operator == "+" and interval[0] >= 0:
        return kind | (COUNT if interval[0] == 0 else POSITION)
    return kind | SMALL
