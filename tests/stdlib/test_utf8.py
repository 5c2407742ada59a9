"""The utf8 library against real Lua."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import product

from .oracle import Call, assert_same, define_loop

define_loop("utf8.codes")

_CODES = (0, 1, 0x7F, 0x80, 0x7FF, 0x800, 0xD7FF, 0xD800, 0xDFFF, 0xE000, 0xFFFF, 0x10000,
    0x10FFFF, 0x110000, 0x1FFFFF, 0x200000, 0x3FFFFFF, 0x4000000, 0x7FFFFFFF)  # fmt: skip
_TEXTS = (
    *("", "a", "abc", "a\xc3\xb1\xe2\x82\xac", "\xf0\x9f\x98\x80", "a\xff", "\xff", "\x80",
        "\xc3", "\xc3a", "\xe2\x82", "a\xc3\xb1\x80"),
    *("\xc0\x80", "\xc1\xbf", "\xe0\x80\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80",
        "\xf8\x88\x80\x80\x80", "\xfd\xbf\xbf\xbf\xbf\xbf", "\xfe", "a\0b"),
)  # fmt: skip
_POSITIONS = (
    None,
    0,
    1,
    2,
    3,
    4,
    5,
    7,
    9,
    -1,
    -2,
    -4,
    -9,
    "1",
    1.0,
    1.5,
    "x",
    [],
    2**63 - 1,
    -(2**63),
)


def _calls() -> Iterator[Call]:
    for name in ("char", "codepoint", "len", "offset", "codes"):
        yield (f"utf8.{name}",)
        for value in (None, True, [], 5, "a"):
            yield (f"utf8.{name}", value)
    for code in (*_CODES, -1, 2**31, 65.0, "65", 1.5, "x", None):
        yield ("utf8.char", code)
        yield ("utf8.char", 65, code, code)
    for text in _TEXTS:
        for lax in (None, True):
            yield ("codes_all", text, lax)
            for first, last in product(_POSITIONS, (None, 1, 2, 4, 9, -1, 1.5)):
                yield ("utf8.len", text, first, last, lax)
                yield ("utf8.codepoint", text, first, last, lax)
        for count, start in product(
            (0, 1, 2, 3, 4, 9, -1, -2, -3, -9, "1", 1.5, None, 2**63 - 1, -(2**63)), _POSITIONS
        ):
            yield ("utf8.offset", text, count, start)
            yield ("utf8.offset", text, count)


def test_calls() -> None:
    assert_same(_calls())


def _random_calls() -> Iterator[Call]:
    chance = random.Random(7)
    for _ in range(3000):
        pieces = [
            chr(chance.randint(0, 0x10FFFF)).encode("utf-8", "surrogatepass")
            for _ in range(chance.randint(0, 5))
        ]
        if chance.random() < 0.5:
            pieces.insert(chance.randint(0, len(pieces)), chance.randbytes(chance.randint(1, 3)))
        text = b"".join(pieces).decode("latin-1")
        lax = chance.choice((None, True))
        yield ("utf8.len", text, 1, -1, lax)
        yield ("utf8.codepoint", text, 1, -1, lax)
        yield ("codes_all", text, lax)
        yield ("utf8.offset", text, chance.randint(-6, 6))
        yield ("string.find", text, "[\0-\x7f\xc2-\xfd][\x80-\xbf]*")


def test_random_texts() -> None:
    assert_same(_random_calls())


def test_iterator_called_with_anything() -> None:
    from .oracle import define

    define(
        "codes_step",
        "function(...) local step = utf8.codes('') return step(...) end",
        lambda *arguments: __import__("assay.runtime.stdlib.utf8", fromlist=["codes"]).codes("")[0](
            *arguments
        ),
    )
    assert_same(
        ("codes_step", text, position)
        for text in ("", "ab", "\xc3\xb1b")
        for position in (None, 0, 1, 2, 3, 9, -1, "1", 1.5, "x")
    )
