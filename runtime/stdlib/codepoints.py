"""The functions of the utf8 library (manual 6.5): UTF-8 sequences inside Lua strings, whose characters are bytes.

Like real Lua's, it also knows the sequences of up to six bytes of the original UTF-8, which `lax` lets pass.
"""

from __future__ import annotations

from typing import Any, Final

from ..errors import argument_error, library, library_error
from ..numbers import to_integer
from ..values import truthy
from .arguments import ABSENT, check_integer, check_string, opt_integer

CHARACTER_PATTERN: Final = "[\0-\x7f\xc2-\xfd][\x80-\xbf]*"
"""A pattern that matches one UTF-8 sequence."""

_MAX_CODE: Final = 0x7FFFFFFF
_MAX_UNICODE: Final = 0x10FFFF
_LEAST: Final = (0, 0x80, 0x800, 0x10000, 0x200000, 0x4000000)
"""The least code that needs a given number of continuation bytes: anything less is an overlong form."""


def _is_continuation(text: str, at: int) -> bool:
    return at < len(text) and "\x80" <= text[at] <= "\xbf"


def _decode(text: str, at: int, strict: bool) -> tuple[int, int] | None:
    """The code at index `at` and the index after it; None when there is no valid sequence."""
    lead = ord(text[at])
    if lead < 0x80:
        return (lead, at + 1)
    if lead < 0xC0 or lead >= 0xFE:
        return None
    count = 1
    while lead & (0x40 >> count):
        count += 1
    code = lead & (0x3F >> count)
    for place in range(at + 1, at + count + 1):
        if not _is_continuation(text, place):
            return None
        code = code << 6 | ord(text[place]) & 0x3F
    if code < _LEAST[count] or (strict and (code > _MAX_UNICODE or 0xD800 <= code <= 0xDFFF)):
        return None
    return (code, at + count + 1)


def _encode(code: int) -> str:
    if code < 0x80:
        return chr(code)
    trail = []
    first_limit = 0x3F  # the largest value that the lead byte has room for
    while code > first_limit:
        trail.append(chr(0x80 | code & 0x3F))
        code >>= 6
        first_limit >>= 1
    trail.append(chr((~first_limit << 1) & 0xFF | code))
    return "".join(reversed(trail))


def _position(position: int, size: int) -> int:
    """A position where negative ones count from the end; 0 for one before the start."""
    if position >= 0:
        return position
    return 0 if -position > size else size + position + 1


@library("utf8.char")
def char(*codes: Any) -> str:
    """`utf8.char(...)`: the UTF-8 sequences of these codes."""
    parts = []
    for number, value in enumerate(codes, 1):
        code = check_integer(number, value)
        if not 0 <= code <= _MAX_CODE:
            raise argument_error(number, "value out of range")
        parts.append(_encode(code))
    return "".join(parts)


@library("utf8.codepoint")
def codepoint(
    string: Any = ABSENT, first: Any = None, last: Any = None, lax: Any = None, *_: Any
) -> Any:
    """`utf8.codepoint(s, i?, j?, lax?)`: the codes of the characters that begin between `i` (1) and `j` (`i`)."""
    text = check_string(1, string)
    begin = _position(opt_integer(2, first, 1), len(text))
    end = _position(opt_integer(3, last, begin), len(text))
    if begin < 1:
        raise argument_error(2, "out of bounds")
    if end > len(text):
        raise argument_error(3, "out of bounds")
    codes = []
    at = begin - 1
    while at < end:
        decoded = _decode(text, at, not truthy(lax))
        if decoded is None:
            raise library_error("invalid UTF-8 code")
        codes.append(decoded[0])
        at = decoded[1]
    return codes[0] if len(codes) == 1 else tuple(codes)


@library("utf8.len")
def lua_len(
    string: Any = ABSENT, first: Any = None, last: Any = None, lax: Any = None, *_: Any
) -> Any:
    """`utf8.len(s, i?, j?, lax?)`: how many characters begin between `i` and `j`; nil and a position when one is invalid."""
    text = check_string(1, string)
    at = _position(opt_integer(2, first, 1), len(text)) - 1
    end = _position(opt_integer(3, last, -1), len(text))
    if not 0 <= at <= len(text):
        raise argument_error(2, "initial position out of bounds")
    if end > len(text):
        raise argument_error(3, "final position out of bounds")
    count = 0
    while at < end:
        decoded = _decode(text, at, not truthy(lax))
        if decoded is None:
            return (None, at + 1)
        at = decoded[1]
        count += 1
    return count


@library("utf8.offset")
def offset(string: Any = ABSENT, count: Any = ABSENT, start: Any = None, *_: Any) -> int | None:
    """`utf8.offset(s, n, i?)`: where the `n`-th character counted from position `i` begins, nil when there is none.

    0 finds the beginning of the character that has a byte at `i`."""
    text, wanted = check_string(1, string), check_integer(2, count)
    size = len(text)
    position = opt_integer(3, start, 1 if wanted >= 0 else size + 1)
    at = _position(position, size) - 1
    if not 0 <= at <= size:
        raise argument_error(3, "position out of bounds")
    if wanted == 0:
        while at > 0 and _is_continuation(text, at):
            at -= 1
        return at + 1
    if _is_continuation(text, at):
        raise library_error("initial position is a continuation byte")
    found = _step_back(text, at, -wanted) if wanted < 0 else _step_on(text, at, wanted - 1)
    return None if found is None else found + 1


def _step_back(text: str, at: int, count: int) -> int | None:
    while count > 0 and at > 0:
        at -= 1
        while at > 0 and _is_continuation(text, at):
            at -= 1
        count -= 1
    return at if count == 0 else None


def _step_on(text: str, at: int, count: int) -> int | None:
    while count > 0 and at < len(text):
        at += 1
        while _is_continuation(text, at):
            at += 1
        count -= 1
    return at if count == 0 else None


@library("utf8.codes")
def codes(string: Any = ABSENT, lax: Any = None, *_: Any) -> Any:
    """`utf8.codes(s, lax?)`: for a generic `for` over the positions and codes of the characters."""
    text = check_string(1, string)
    if _is_continuation(text, 0):
        raise argument_error(1, "invalid UTF-8 code")
    return (_next_lax if truthy(lax) else _next_strict, text, 0)


@library("for iterator")
def _next_strict(string: Any = ABSENT, position: Any = None, *_: Any) -> Any:
    return _next_code(string, position, strict=True)


@library("for iterator")
def _next_lax(string: Any = ABSENT, position: Any = None, *_: Any) -> Any:
    return _next_code(string, position, strict=False)


def _next_code(string: Any, position: Any, strict: bool) -> Any:
    text = check_string(1, string)
    at = to_integer(position) or 0
    if at < 0:  # taken as unsigned: far behind the end
        return ()
    while _is_continuation(text, at):
        at += 1
    if at >= len(text):
        return ()
    decoded = _decode(text, at, strict)
    if decoded is None or _is_continuation(text, decoded[1]):
        raise library_error("invalid UTF-8 code")
    return (at + 1, decoded[0])
