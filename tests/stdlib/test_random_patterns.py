"""Random patterns on random subjects, formats on random values, numbers in random spellings: all must give what real Lua gives."""

from __future__ import annotations

import random
import struct
from collections.abc import Iterator

from .oracle import Call, assert_same, define_loop

define_loop("string.gmatch")

_SINGLES = (
    "a",
    "b",
    "c",
    ".",
    "%a",
    "%w",
    "%s",
    "%d",
    "%W",
    "[ab]",
    "[^a]",
    "[a-c]",
    "[%w_]",
    "%.",
    "x",
    "\xe9",
    "-",
    "]",
)
_SUFFIXES = ("", "", "", "*", "+", "-", "?")
_OTHERS = (
    "%b()",
    "%bab",
    "%f[a]",
    "%f[%W]",
    "%f[^a]",
    "()",
    "%1",
    "%2",
    "$",
    "^",
    "(",
    ")",
    "%",
    "[",
    "[]",
    "[^",
)
_LETTERS = "aabbcc  ()x1_.\xe9-]"


def _pattern(chance: random.Random) -> str:
    parts = ["^"] if chance.random() < 0.1 else []
    open_captures = 0
    for _ in range(chance.randint(1, 6)):
        kind = chance.random()
        if kind < 0.12:
            parts.append("(")
            open_captures += 1
        elif kind < 0.24 and open_captures:
            parts.append(")")
            open_captures -= 1
        elif kind < 0.36:
            parts.append(chance.choice(_OTHERS))
        else:
            parts.append(chance.choice(_SINGLES) + chance.choice(_SUFFIXES))
    if chance.random() < 0.9:
        parts.append(")" * open_captures)
    if chance.random() < 0.1:
        parts.append("$")
    return "".join(parts)


def _subject(chance: random.Random) -> str:
    return "".join(chance.choice(_LETTERS) for _ in range(chance.randint(0, 14)))


def _matching_calls(seed: int, count: int) -> Iterator[Call]:
    chance = random.Random(seed)
    for _ in range(count):
        pattern, subject = _pattern(chance), _subject(chance)
        init = chance.choice((1, 1, 2, -3, 0, 8))
        yield ("string.find", subject, pattern, init)
        yield ("string.match", subject, pattern, init)
        yield ("gmatch_all", subject, pattern, init)
        replacement = chance.choice(("<%0>", "", "%1", "[%2%1]", {"a": "A", "b": False}))
        yield ("string.gsub", subject, pattern, replacement)
        yield ("string.gsub", subject, pattern, replacement, chance.randint(0, 4))


def test_patterns() -> None:
    assert_same(_matching_calls(1, 8000))


def _value(chance: random.Random) -> object:
    kind = chance.randrange(5)
    if kind == 0:
        return chance.randint(-200, 200)
    if kind == 1:
        return chance.randint(-(2**63), 2**63 - 1)
    if kind == 2:
        return chance.uniform(-1000, 1000)
    if kind == 3:
        return struct.unpack("<d", chance.randbytes(8))[0]
    return chance.choice(("text", "12", "0x1F", " 3.5 ", "", "a\nb", True, None))


def _format_calls(seed: int, count: int) -> Iterator[Call]:
    chance = random.Random(seed)
    for _ in range(count):
        template, values = "", []
        for _ in range(chance.randint(1, 3)):
            letter = chance.choice("diuoxXcsqaAeEfgG")
            modifiers = ""
            if letter not in "q":
                modifiers += "".join(chance.sample("-+ #0", chance.choice((0, 0, 1, 2))))
                modifiers += chance.choice(("", "", "3", "15"))
                modifiers += chance.choice(("", "", ".", ".0", ".2", ".17"))
            template += f"{chance.choice(('', ' ', '%%'))}%{modifiers}{letter}"
            values.append(_value(chance))
        yield ("string.format", template, *values)


def test_formats() -> None:
    assert_same(_format_calls(2, 20000))


def _number_calls(seed: int, count: int) -> Iterator[Call]:
    chance = random.Random(seed)
    for _ in range(count):
        size = chance.randint(1, 9)
        text = "".join(chance.choice("00112789.eEpPxXabf+- \t_n") for _ in range(size))
        yield ("tonumber", text)
        yield ("tonumber", "0x" + text)
        yield ("tonumber", text, chance.randint(2, 36))
        yield ("math.tointeger", text)
        digits = str(chance.randint(0, 10**25))[: chance.randint(1, 25)]
        yield (
            "tonumber",
            "0" * chance.randint(0, 5)
            + digits
            + chance.choice(("", ".", ".0", "e3", "e-5", "e400")),
        )
        yield (
            "tonumber",
            f"-0x{chance.randbytes(chance.randint(1, 10)).hex()}{chance.choice(('', '.8', 'p4', '.8p-1080', 'p2000'))}",
        )
        yield ("tostring", _value(chance))


def test_numbers() -> None:
    assert_same(_number_calls(3, 3000))


def test_gmatch_examples() -> None:
    patterns = (
        "%a+",
        "(%w+)=(%w+)",
        "()",
        "",
        "a*",
        "^a",
        ".-,",
        "%f[%w]%w+",
        "(",
        "%b()",
        "[^,]*",
        "()a()",
    )
    subjects = ("", "one two", "a=1, b=2", "aaa", "x,,y,", "(a)(b)", "^a^a")
    assert_same(
        ("gmatch_all", subject, pattern, init)
        for pattern in patterns
        for subject in subjects
        for init in (None, 1, 2, -2, 0, 100, "1", 1.5, 2**63 - 1)
    )
