"""The global `base64`: bytes to ASCII text and back (RFC 4648)."""

from __future__ import annotations

import base64
import binascii
import re
from typing import Any

from ..errors import library, library_error
from ..stdlib.arguments import ABSENT, check_string
from ..strings import from_bytes, to_bytes

_SPACE = re.compile(r"[ \t\r\n]+")
_OUTSIDE_ALPHABET = re.compile(r"[^A-Za-z0-9+/]")
_TO_STANDARD = str.maketrans("-_", "+/")


@library("base64.encode")
def encode(data: Any = ABSENT, *_: Any) -> str:
    """`base64.encode(data)`: the standard alphabet, padded, on one line."""
    return from_bytes(base64.b64encode(to_bytes(check_string(1, data))))


@library("base64.decode")
def decode(text: Any = ABSENT, *_: Any) -> str:
    """`base64.decode(text)`: the bytes.

    Takes what is met in practice: the standard and the URL-safe alphabet, with and without padding, broken into lines.
    """
    digits = _SPACE.sub("", check_string(1, text)).translate(_TO_STANDARD)
    try:
        return from_bytes(decode_digits(digits))
    except ValueError as error:
        raise library_error(f"base64.decode: {error}") from None


def decode_digits(digits: str) -> bytes:
    """The bytes of base64 text in the standard alphabet. Raises ValueError."""
    bare = digits.rstrip("=")
    outside = _OUTSIDE_ALPHABET.search(bare)
    if outside:
        raise ValueError(
            f"the text has a character outside of base64 at position {outside.start() + 1}"
        )
    padding = len(digits) - len(bare)
    if len(bare) % 4 == 1 or padding > 2 or (padding and len(digits) % 4):
        raise ValueError("the text is cut short")
    try:
        return base64.b64decode(bare + "=" * (-len(bare) % 4), validate=True)
    except binascii.Error:
        raise ValueError("the text is not base64") from None
