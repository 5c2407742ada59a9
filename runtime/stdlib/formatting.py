"""`string.format` (manual 6.4): a format and Lua values in, text out, as C's `sprintf` would write it.

A format is translated once into literal texts and functions, one for each conversion, and kept.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any, Final, NamedTuple, TypeAlias

from ..accelerator import accelerated, called_by_extension
from ..errors import argument_error, library, library_error
from .arguments import ABSENT, check_float, check_integer, check_string
from .conversion import address, has_address, to_string
from .number_text import Form, float_text, hexadecimal_float, integer_text, pad, quote

_Conversion: TypeAlias = Callable[[int, Any], str]
"""From the number of an argument and its value to text."""

_MODIFIERS = re.compile(r"[-+ #0-9.]*")

_MAX_MODIFIERS: Final = 20
"""Flags, width and precision may not be longer together (lstrlib.c, MAX_FORMAT)."""


class _Rule(NamedTuple):
    """Which modifiers a conversion takes."""

    flags: str
    precision: bool


_SIGNED = _Rule("-+0 ", True)
_RADIX = _Rule("-#0", True)
_FLOAT = _Rule("-+#0 ", True)

_RULES: Final = {
    "c": _Rule("-", False),
    "d": _SIGNED,
    "i": _SIGNED,
    "u": _Rule("-0", True),
    "o": _RADIX,
    "x": _RADIX,
    "X": _RADIX,
    "a": _FLOAT,
    "A": _FLOAT,
    "e": _FLOAT,
    "E": _FLOAT,
    "f": _FLOAT,
    "g": _FLOAT,
    "G": _FLOAT,
    "p": _Rule("-", False),
    "s": _Rule("-", True),
}


@accelerated
@library("string.format")
def lua_format(template: Any = ABSENT, *values: Any) -> str:
    """`string.format(template, ...)`: the values in the places and forms that the template asks for."""
    literals, conversions = _compile(check_string(1, template))
    shown = [literals[0]]
    number = 1
    for conversion, literal in zip(conversions, literals[1:], strict=True):
        number += 1
        if number - 2 >= len(values):
            raise argument_error(number, "no value")
        shown.append(conversion(number, values[number - 2]))
        shown.append(literal)
    return "".join(shown)


@lru_cache(maxsize=512)
def _compile(template: str) -> tuple[tuple[str, ...], tuple[_Conversion, ...]]:
    """The literal texts of a template, and between each two of them a conversion.

    A malformed conversion becomes a function that raises: real Lua looks at the arguments before it first.
    """
    literals = [""]
    conversions: list[_Conversion] = []
    for literal, modifiers, letter in _parts(template):
        literals[-1] += literal
        if letter is not None:
            conversions.append(_conversion(modifiers, letter))
            literals.append("")
    return (tuple(literals), tuple(conversions))


def _parts(template: str) -> Iterator[tuple[str, str, str | None]]:
    """The parts of a template: literal text, then the modifiers and the letter of a conversion, None when there is none."""
    at = 0
    while (percent := template.find("%", at)) >= 0:
        literal = template[at:percent]
        at = percent + 1
        if template.startswith("%", at):
            yield literal + "%", "", None
            at += 1
            continue
        modifiers = _MODIFIERS.match(template, at)
        assert modifiers is not None  # it matches nothing at all as well
        letter = template[modifiers.end() : modifiers.end() + 1]
        at = modifiers.end() + len(letter)
        yield literal, modifiers[0], letter
    yield template[at:], "", None


_PYTHON_LETTERS: Final = {
    **dict.fromkeys("di", "d"),
    **dict.fromkeys("oxX", "x"),
    **dict.fromkeys("eEfgG", "f"),
}


@called_by_extension
def python_format(template: str) -> tuple[str, bytes] | None:
    """The template for Python's `%`, with a letter for what each value has to be: "d" an integer, "x" one without sign, "f" a
    finite float, "s" text, "S" text without zeros. None where C and Python differ (alternative forms, precision of integers).
    """
    text, letters = "", ""
    for literal, modifiers, letter in _parts(template):
        text += literal.replace("%", "%%")
        if letter is None:
            continue
        kind = ("S" if modifiers else "s") if letter == "s" else _PYTHON_LETTERS.get(letter, "")
        form = _form(modifiers, _RULES[letter]) if kind else None
        if form is None or len(modifiers) > _MAX_MODIFIERS or "#" in form.flags:
            return None
        if form.precision is not None and kind in "dx":
            return None
        text += f"%{modifiers}{letter}"
        letters += kind
    return text, letters.encode("ascii")


def _conversion(modifiers: str, letter: str) -> _Conversion:
    if len(modifiers) > _MAX_MODIFIERS:
        return _refusal("invalid format (too long)")
    if letter == "q":
        return _refusal("specifier '%q' cannot have modifiers") if modifiers else _quoted
    if letter not in _RULES:
        shown = letter if letter != "\0" else ""  # a C string ends there
        return _refusal(f"invalid conversion '%{modifiers}{shown}' to 'format'")
    form = _form(modifiers, _RULES[letter])
    specification = f"%{modifiers}{letter}"
    refuse = _refusal(f"invalid conversion specification: '{specification}'")
    if letter == "s":
        return _string_conversion(form, refuse) if modifiers else _string
    if letter == "c":
        return refuse if form is None else _character_conversion(form)
    if letter == "p":
        return refuse if form is None else _pointer_conversion(form)
    if letter in "aA":
        return refuse if form is None else _hexadecimal_conversion(form, letter)
    if letter in "diuoxX":
        if letter in "di" and not modifiers:
            return _decimal
        return _integer_conversion(form, letter, refuse)
    return _float_conversion(form, specification, refuse)


def _form(modifiers: str, rule: _Rule) -> Form | None:
    """The modifiers of a conversion taken apart; None when it does not take them."""
    rest = modifiers.lstrip(rule.flags)
    flags = modifiers[: len(modifiers) - len(rest)]
    match = re.fullmatch(r"([1-9][0-9]?)?(?:(\.)([0-9]{0,2}))?", rest)
    if match is None or (match[2] and not rule.precision):
        return None
    precision = int(match[3] or 0) if match[2] else None
    return Form(flags, int(match[1] or 0), precision)


def _refusal(message: str) -> _Conversion:
    def refuse(number: int, value: Any) -> str:
        raise library_error(message)

    return refuse


def _string(number: int, value: Any) -> str:
    return value if type(value) is str else to_string(value)


def _string_conversion(form: Form | None, refuse: _Conversion) -> _Conversion:
    def convert(number: int, value: Any) -> str:
        text = to_string(value)
        if "\0" in text:
            raise argument_error(number, "string contains zeros")
        return refuse(number, value) if form is None else pad(text[: form.precision], form)

    return convert


def _quoted(number: int, value: Any) -> str:
    text = quote(value)
    if text is None:
        raise argument_error(number, "value has no literal form")
    return text


def _character_conversion(form: Form) -> _Conversion:
    return lambda number, value: pad(chr(check_integer(number, value) & 0xFF), form)


def _pointer_conversion(form: Form) -> _Conversion:
    return lambda number, value: pad(address(value) if has_address(value) else "(null)", form)


def _decimal(number: int, value: Any) -> str:
    return str(value if type(value) is int else check_integer(number, value))


def _integer_conversion(form: Form | None, letter: str, refuse: _Conversion) -> _Conversion:
    def convert(number: int, value: Any) -> str:
        integer = check_integer(number, value)
        return refuse(number, value) if form is None else integer_text(integer, form, letter)

    return convert


def _float_conversion(form: Form | None, specification: str, refuse: _Conversion) -> _Conversion:
    def convert(number: int, value: Any) -> str:
        converted = check_float(number, value)
        if form is None:
            return refuse(number, value)
        return float_text(converted, form, specification)

    return convert


def _hexadecimal_conversion(form: Form, letter: str) -> _Conversion:
    def convert(number: int, value: Any) -> str:
        text = hexadecimal_float(check_float(number, value), form)
        return text.upper() if letter == "A" else text

    return convert
