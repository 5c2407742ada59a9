"""Numbers as Lua sees them: 64-bit wrap, conversion between integer, float and text.

Lua manual: 3.1 (numerals), 3.3.1 to 3.3.3 (arithmetic and conversions).
"""

from __future__ import annotations

import math
import re
from typing import Final

MIN_INTEGER: Final = -(1 << 63)
MAX_INTEGER: Final = (1 << 63) - 1
_MODULUS: Final = 1 << 64

NOT_A_NUMBER: Final = -math.nan
"""What 0/0 gives on the machines Lua's users have: a NaN with the sign bit set, printed as `-nan`."""

_DECIMAL = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_INTEGER = re.compile(r"[+-]?0*([0-9]+)")
_HEX_INTEGER = re.compile(r"([+-]?)0[xX]([0-9a-fA-F]+)")
_HEX_FLOAT = re.compile(
    r"[+-]?0[xX](?:[0-9a-fA-F]+\.?[0-9a-fA-F]*|\.[0-9a-fA-F]+)(?:[pP][+-]?[0-9]+)?"
)
_SPACE = " \t\n\v\f\r"


def wrap(value: int) -> int:
    """`value` in two's complement 64 bits (manual 3.3.1: integer arithmetic wraps around)."""
    return (value - MIN_INTEGER) % _MODULUS + MIN_INTEGER


def float_to_integer(value: float) -> int | None:
    """The integer equal to `value`, or None when there is none in 64 bits (manual 3.3.3)."""
    if value.is_integer() and -9223372036854775808.0 <= value < 9223372036854775808.0:
        return int(value)
    return None


_SURE_DIGITS: Final = 18
"""So many digits are an integer of 64 bits."""


def parse_number(text: str) -> int | float | None:
    """The number that `text` denotes by the rules of Lua's lexer, surrounding space allowed, or None (manual
    3.4.3)."""
    if text.isdecimal() and len(text) <= _SURE_DIGITS:
        return int(text)
    text = text.strip(_SPACE)
    match = _INTEGER.fullmatch(text)
    if match:
        # A numeral too long for an integer is a float; so long a one would also be slow to read as an int.
        if len(match[1]) <= 19:
            value = int(text)
            if MIN_INTEGER <= value <= MAX_INTEGER:
                return value
        return float(text)
    if _DECIMAL.fullmatch(text):
        return float(text)
    match = _HEX_INTEGER.fullmatch(text)
    if match:
        value = int(match[2], 16)
        return wrap(-value if match[1] == "-" else value)
    return _hex_float(text) if _HEX_FLOAT.fullmatch(text) else None


def _hex_float(text: str) -> float:
    try:
        return float.fromhex(text)
    except OverflowError:
        return -math.inf if text.startswith("-") else math.inf


def format_float(value: float) -> str:
    """A float as `tostring` shows it: `%.14g`, with `.0` when it looks like an integer (lobject.c,
    tostringbuff)."""
    if value != value:
        return "-nan" if math.copysign(1.0, value) < 0 else "nan"
    text = f"{value:.14g}"
    if text.lstrip("-").isdigit():
        text += ".0"
    return text


def format_number(value: int | float) -> str:
    """A number as `tostring` and `..` show it."""
    return format_float(value) if type(value) is float else str(value)


def to_number(value: object) -> int | float | None:
    """`value` as an arithmetic operand: a number, or a string that denotes one; None otherwise (manual 3.4.3)."""
    kind = type(value)
    if kind is int or kind is float:
        return value  # type: ignore[return-value]  # narrowed by its exact type, which keeps bool out
    return parse_number(value) if kind is str else None  # type: ignore[arg-type]  # as above


def to_integer(value: object) -> int | None:
    """`value` as an integer: numbers and numeric strings with an integer value, None otherwise (lua_tointegerx)."""
    number = to_number(value)
    return float_to_integer(number) if type(number) is float else number  # type: ignore[return-value]  # as above
