"""Reading a number from a stream as `file:read("n")` does: character by character, never further than the number can go.

Manual 6.8 (file:read); the characters accepted and the limit are those of liolib.c (l_getn).
"""

from __future__ import annotations

from typing import Any, Final

from ..numbers import parse_number

_MOST_CHARACTERS: Final = 200
_SPACE: Final = b" \t\n\v\f\r"
_DECIMAL: Final = b"0123456789"
_HEXADECIMAL: Final = b"0123456789abcdefABCDEF"


class _Reader:
    """What was accepted so far of the number that begins at a stream's position."""

    def __init__(self, stream: Any) -> None:
        self.stream = stream
        self.text = bytearray()
        self.too_long = False

    def accept(self, wanted: bytes) -> bool:
        """Takes the next character if it is one of `wanted`."""
        character = self.stream.peek(1)[:1]
        if not character or character not in wanted or self.too_long:
            return False
        if len(self.text) >= _MOST_CHARACTERS:
            self.too_long = True
            return False
        self.text += self.stream.read(1)
        return True

    def digits(self, wanted: bytes) -> int:
        """Takes all following digits; returns how many."""
        count = 0
        while self.accept(wanted):
            count += 1
        return count


def read_number(stream: Any) -> int | float | None:
    """The number at the stream's position, leading space skipped; None when there is none, with its beginning consumed."""
    while (character := stream.peek(1)[:1]) and character in _SPACE:
        stream.read(1)
    reader = _Reader(stream)
    reader.accept(b"+-")
    count, digits = 0, _DECIMAL
    if reader.accept(b"0"):
        if reader.accept(b"xX"):
            digits = _HEXADECIMAL
        else:
            count = 1
    count += reader.digits(digits)
    if reader.accept(b"."):
        count += reader.digits(digits)
    if count > 0 and reader.accept(b"eE" if digits is _DECIMAL else b"pP"):
        reader.accept(b"+-")
        reader.digits(_DECIMAL)
    return None if reader.too_long else parse_number(reader.text.decode("latin-1"))
