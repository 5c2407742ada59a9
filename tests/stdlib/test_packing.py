"""string.pack, packsize and unpack against real Lua."""

from __future__ import annotations

import random
from collections.abc import Iterator

from .oracle import Call, assert_same

_OPTIONS = (
    *"bBhHiIlLjJTfdnszx <>=!",
    *("i1", "i2", "i3", "i7", "i8", "i9", "i16", "I1", "I3", "I8", "I12", "I16", "s1", "s2", "s4", "s16", "c0", "c1", "c5"),
    *("!1", "!2", "!4", "!8", "!16", "Xi4", "Xd", "Xh", "Xi3", "X", "Xz", "Xc1", "X ", "c",
        "i17", "i0", "!3", "!17", "q", "9", "\0"),
)  # fmt: skip
_VALUES = (0, 1, -1, 127, 128, -128, 255, 256, 2**31, -(2**31), 2**63 - 1, -(2**63), 1.5, 2.0,
    1e300, float("inf"), float("nan"), -0.0, "7", "0x10", "x", "", "abc", "a\0b", None, True, [])  # fmt: skip


def _single() -> Iterator[Call]:
    for option in _OPTIONS:
        yield ("string.packsize", option)
        yield ("string.pack", option)
        for prefix in ("", "<", ">", "!", "!4 b", "!2 "):
            for value in _VALUES:
                yield ("string.pack", prefix + option, *((1,) if "b" in prefix else ()), value)
        for data in (
            "",
            "\0",
            "\xff" * 3,
            "\x01\0\0\0\0\0\0\0",
            "\xff" * 16,
            "abc\0def" * 3,
            "\0" * 15 + "\x80",
        ):
            for prefix in ("<", ">", "!4 b"):
                yield ("string.unpack", prefix + option, data)
            for position in (2, -1, 0, 4, -9, 100, "2", 1.5, None, 2**63 - 1, -(2**63)):
                yield ("string.unpack", option, data, position)


def test_single_options() -> None:
    assert_same(_single())


def _combined(seed: int, count: int) -> Iterator[Call]:
    chance = random.Random(seed)
    for _ in range(count):
        template = "".join(chance.choice(_OPTIONS[:50]) for _ in range(chance.randint(1, 6)))
        values = [chance.choice(_VALUES[:22]) for _ in range(6)]
        yield ("string.pack", template, *values)
        yield ("string.packsize", template)
        yield (
            "string.unpack",
            template,
            chance.randbytes(40).decode("latin-1"),
            chance.randint(-3, 5),
        )


def test_combinations() -> None:
    assert_same(_combined(4, 6000))


def test_wrong_calls() -> None:
    assert_same(
        [
            ("string.pack",),
            ("string.pack", []),
            ("string.unpack",),
            ("string.unpack", "b"),
            ("string.unpack", "b", []),
            ("string.packsize",),
            ("string.packsize", "c2147483647"),
            ("string.packsize", "c214748364" * 9),
            ("string.packsize", "c214748364" * 11),
            ("string.pack", "i100000000000", 1),
        ]
    )
