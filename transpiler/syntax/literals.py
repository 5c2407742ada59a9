"""Spelling of a Lua literal in, its exact value out (Lua 5.4 manual, section 3.1).

luaparser decodes literals wrongly in several ways, so the raw text is decoded here. Strings are `str` whose characters are
bytes. A literal that real Lua refuses raises `BadEscape` or `ValueError`.
"""

from __future__ import annotations

import re

_INTEGER_MODULUS = 1 << 64
_LARGEST_INTEGER = (1 << 63) - 1
_LARGEST_CODE_POINT = 0x7FFFFFFF

_NUMBER = re.compile(
    r"0[xX](?:(?P<hexadecimal>[0-9a-fA-F]+)"
    r"|(?P<hexadecimal_float>(?:[0-9a-fA-F]+\.?[0-9a-fA-F]*|\.[0-9a-fA-F]+)(?:[pP][+-]?[0-9]+)?))"
    r"|(?P<decimal>[0-9]+)"
    r"|(?P<decimal_float>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)"
)
_HEXADECIMAL_FLOAT = re.compile(r"0[xX]([0-9a-fA-F]*)\.?([0-9a-fA-F]*)(?:[pP]([+-]?[0-9]+))?")
_LINE_BREAK = re.compile(r"\r\n|\n\r|\r")
_ESCAPE = re.compile(r"\\(?:\r\n|\n\r|z[ \t\n\v\f\r]*|.)?", re.DOTALL)
_DECIMAL_ESCAPE = re.compile(r"[0-9]{1,3}")
_HEXADECIMAL_DIGITS = re.compile(r"[0-9a-fA-F]*")
_SIMPLE_ESCAPES = {
    "a": "\a",
    "b": "\b",
    "f": "\f",
    "n": "\n",
    "r": "\r",
    "t": "\t",
    "v": "\v",
    "\\": "\\",
    '"': '"',
    "'": "'",
    "\n": "\n",
    "\r": "\n",
}


class BadEscape(Exception):
    """`reason` is real Lua's message; the escape stands at `start`, and Lua stopped reading before `stop`."""

    def __init__(self, reason: str, start: int, stop: int) -> None:
        super().__init__(reason)
        self.reason = reason
        self.start = start
        self.stop = stop


def decode_number(spelling: str) -> int | float:
    """The value with Lua's subtype; raises `ValueError` for a malformed number.

    Hexadecimal integers wrap around 2^64; decimal integers that do not fit become floats (manual, section 3.1).
    """
    match = _NUMBER.fullmatch(spelling)
    if match is None:
        raise ValueError(f"malformed number near '{spelling}'")
    group = match.lastgroup
    if group == "decimal":
        # Nineteen digits are enough for 64 bits, and int() refuses more than 4,300.
        digits = spelling.lstrip("0") or "0"
        if len(digits) > 19:
            return float(spelling)
        value = int(digits)
        return value if value <= _LARGEST_INTEGER else float(spelling)
    if group == "decimal_float":
        return float(spelling)
    if group == "hexadecimal":
        value = int(spelling, 16) % _INTEGER_MODULUS
        return value - _INTEGER_MODULUS if value > _LARGEST_INTEGER else value
    return _hexadecimal_float(spelling)


def _hexadecimal_float(spelling: str) -> float:
    match = _HEXADECIMAL_FLOAT.fullmatch(spelling)
    assert match is not None, spelling
    whole, fraction, exponent = match.groups()
    try:
        return float.fromhex(f"0x{whole or '0'}.{fraction or '0'}p{exponent or '0'}")
    except OverflowError:
        return float("inf")


def decode_long_string(spelling: str) -> str:
    """The value of `[[...]]` at any level: line breaks become `\\n`, one at the start is dropped."""
    delimiter = spelling.index("[", 1) + 1
    content = spelling[delimiter:-delimiter]
    if "\r" in content:
        content = _LINE_BREAK.sub("\n", content)
    return content[1:] if content.startswith("\n") else content


def decode_string(spelling: str) -> str:
    """The value of a quoted string, given with its quotes; raises `BadEscape` (offsets are relative to `spelling`)."""
    if "\\" not in spelling:
        return spelling[1:-1]
    content_end = len(spelling) - 1
    parts = []
    position = 1
    while True:
        escape = spelling.find("\\", position, content_end)
        if escape < 0:
            parts.append(spelling[position:content_end])
            return "".join(parts)
        parts.append(spelling[position:escape])
        value, position = _decode_escape(spelling, escape)
        parts.append(value)


def _decode_escape(spelling: str, start: int) -> tuple[str, int]:
    """The value of the escape sequence whose backslash is at `start`, and the offset after it."""
    letter = spelling[start + 1]
    if letter == "x":
        return _decode_hexadecimal_escape(spelling, start)
    if letter == "u":
        return _decode_code_point_escape(spelling, start)
    digits = _DECIMAL_ESCAPE.match(spelling, start + 1)
    if digits is not None:
        if int(digits.group()) > 255:
            raise BadEscape("decimal escape too large", start, digits.end() + 1)
        return chr(int(digits.group())), digits.end()
    match = _ESCAPE.match(spelling, start)
    assert match is not None
    if letter == "z":
        return "", match.end()
    value = _SIMPLE_ESCAPES.get(letter)
    if value is None:
        raise BadEscape("invalid escape sequence", start, start + 2)
    return value, match.end()


def _decode_hexadecimal_escape(spelling: str, start: int) -> tuple[str, int]:
    digits = _HEXADECIMAL_DIGITS.match(spelling, start + 2, start + 4)
    assert digits is not None
    if len(digits.group()) < 2:
        raise BadEscape("hexadecimal digit expected", start, digits.end() + 1)
    return chr(int(digits.group(), 16)), digits.end()


def _decode_code_point_escape(spelling: str, start: int) -> tuple[str, int]:
    if spelling[start + 2] != "{":
        raise BadEscape("missing '{'", start, start + 3)
    digits = _HEXADECIMAL_DIGITS.match(spelling, start + 3)
    assert digits is not None
    if not digits.group():
        raise BadEscape("hexadecimal digit expected", start, digits.end() + 1)
    code_point = 0
    for offset in range(digits.start(), digits.end()):
        code_point = code_point * 16 + int(spelling[offset], 16)
        if code_point > _LARGEST_CODE_POINT:
            raise BadEscape("UTF-8 value too large", start, offset + 1)
    if spelling[digits.end()] != "}":
        raise BadEscape("missing '}'", start, digits.end() + 1)
    return encode_code_point(code_point), digits.end() + 1


def encode_code_point(code_point: int) -> str:
    """The bytes of a code point up to 2^31 in UTF-8 as first defined, with up to six bytes (`luaO_utf8esc`)."""
    if code_point < 0x80:
        return chr(code_point)
    continuation: list[int] = []
    largest_in_first_byte = 0x3F
    while code_point > largest_in_first_byte:
        continuation.append(0x80 | (code_point & 0x3F))
        code_point >>= 6
        largest_in_first_byte >>= 1
    first = ((~largest_in_first_byte << 1) & 0xFF) | code_point
    return "".join(map(chr, [first, *reversed(continuation)]))
