"""Numbers and strings in the forms of C's `printf` and of Lua's literals: what `string.format` is made of.

C11 7.21.6.1 (fprintf), and glibc where C leaves a choice (`%a`); Lua manual 6.4 for `%q`.
"""

from __future__ import annotations

import math
import re
from typing import Any, Final, NamedTuple

from ..numbers import MIN_INTEGER

_UNSIGNED_MASK: Final = (1 << 64) - 1
_FRACTION_DIGITS: Final = 13
"""Hexadecimal digits of a float after the point."""


class Form(NamedTuple):
    """The modifiers of a conversion: flag characters, least width (0: any), precision (None: not given)."""

    flags: str
    width: int
    precision: int | None


def pad(text: str, form: Form) -> str:
    """`text` in the width of `form`, filled with blanks."""
    return text.ljust(form.width) if "-" in form.flags else text.rjust(form.width)


def _pad_number(prefix: str, digits: str, form: Form, zeros: bool) -> str:
    """A number in the width of `form`: `zeros` may go between its sign or prefix and its digits."""
    if zeros and "0" in form.flags and "-" not in form.flags:
        digits = digits.rjust(form.width - len(prefix), "0")
    return pad(prefix + digits, form)


def _sign(negative: bool, flags: str) -> str:
    if negative:
        return "-"
    return "+" if "+" in flags else " " if " " in flags else ""


def integer_text(value: int, form: Form, letter: str) -> str:
    """`value` for one of the conversions d, i, u, o, x and X; all but the first two show 64 bits without sign."""
    prefix = ""
    if letter in "di":
        prefix = _sign(value < 0, form.flags)
        digits = str(abs(value))
    else:
        digits = format(value & _UNSIGNED_MASK, "d" if letter == "u" else letter)
    if form.precision is not None:
        digits = "" if value == 0 and form.precision == 0 else digits.rjust(form.precision, "0")
    if "#" in form.flags:
        if letter == "o" and not digits.startswith("0"):
            digits = "0" + digits
        elif letter in "xX" and value != 0:
            prefix = "0" + letter
    return _pad_number(prefix, digits, form, zeros=form.precision is None)


def float_text(value: float, form: Form, specification: str) -> str:
    """`value` for one of the conversions e, E, f, g and G; `specification` is the whole conversion, as `%5.1f`."""
    if value - value == 0.0:
        return specification % value
    text = _not_finite(value, form)
    return text.upper() if specification[-1] in "EG" else text


def _not_finite(value: float, form: Form) -> str:
    sign = _sign(math.copysign(1.0, value) < 0, form.flags)
    return pad(sign + ("nan" if value != value else "inf"), form)


def hexadecimal_float(value: float, form: Form) -> str:
    """`value` for the conversion a."""
    if value - value != 0.0:
        return _not_finite(value, form)
    match = re.fullmatch(r"-?0x([01])\.([0-9a-f]+)p([-+][0-9]+)", value.hex())
    assert match is not None  # that is the only form float.hex writes
    lead, fraction, exponent = match.groups()
    if value == 0.0:
        fraction = ""
    if form.precision is None:
        fraction = fraction.rstrip("0")
    else:
        lead, fraction = _rounded(lead, fraction, form.precision)
    point = "." if fraction or "#" in form.flags else ""
    digits = f"{lead}{point}{fraction}p{exponent}"
    sign = _sign(math.copysign(1.0, value) < 0, form.flags)
    return _pad_number(f"{sign}0x", digits, form, zeros=True)


def _rounded(lead: str, fraction: str, precision: int) -> tuple[str, str]:
    """The hexadecimal digits before and after the point, rounded to `precision` digits; half goes to even."""
    if precision >= _FRACTION_DIGITS:
        return lead, fraction.ljust(precision, "0")
    mantissa = int(lead + fraction.ljust(_FRACTION_DIGITS, "0"), 16)
    unit = 1 << (4 * (_FRACTION_DIGITS - precision))
    quotient, remainder = divmod(mantissa, unit)
    if remainder * 2 > unit or (remainder * 2 == unit and quotient % 2):
        quotient += 1
    digits = format(quotient, "x").rjust(precision + 1, "0")
    return digits[: len(digits) - precision], digits[len(digits) - precision :]


# ------------------------------------------------------------------------------------------------------------- Lua literals


def quote(value: Any) -> str | None:
    """`value` as a Lua literal, for the conversion q; None when it has no literal form."""
    kind = type(value)
    if kind is str:
        return f'"{_QUOTED.sub(_escape, value)}"'
    if kind is int:
        return str(value) if value != MIN_INTEGER else "0x8000000000000000"
    if kind is float:
        return _float_literal(value)
    if value is None:
        return "nil"
    return ("true" if value else "false") if kind is bool else None


_QUOTED = re.compile(r'["\\\n]|[\x00-\x1f\x7f](?=([0-9])?)')


def _escape(match: re.Match[str]) -> str:
    character = match[0]
    if character in '"\\\n':
        return "\\" + character
    # Three digits when another digit follows, which would otherwise be read as part of the escape.
    return f"\\{ord(character):03d}" if match[1] else f"\\{ord(character)}"


def _float_literal(value: float) -> str:
    if value != value:
        return "(0/0)"
    if value in (math.inf, -math.inf):
        return "1e9999" if value > 0 else "-1e9999"
    return hexadecimal_float(value, Form("", 0, None))
