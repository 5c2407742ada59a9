"""What random programs about single facilities are made of: values, pieces of patterns and formats, and the choice among them."""

from __future__ import annotations

import random

NUMBERS = (
    *(
        "0",
        "1",
        "-1",
        "2",
        "3",
        "7",
        "-5",
        "100",
        "255",
        "256",
        "1.0",
        "-2.5",
        "0.5",
        "1e15",
        "2^53",
        "-0.0",
        "3.7",
    ),
    *(
        "math.maxinteger",
        "math.mininteger",
        "math.huge",
        "-math.huge",
        "0/0",
        "1e308",
        "1 << 62",
        "'3'",
        "'0x10'",
        "' 4 '",
        "'5.5'",
    ),
)
SMALL = ("0", "1", "2", "3", "-1", "-2", "5", "10", "-10")
SELECTED = (*SMALL, "'#'", "'x'")
SEPARATORS = ("nil", "','", "1")
BOUNDS = (
    *(
        "1",
        "3",
        "0",
        "-3",
        "5",
        "1.5",
        "2.0",
        "-0.5",
        "math.maxinteger",
        "math.maxinteger - 1",
        "math.mininteger",
    ),
    *(
        "math.mininteger + 2",
        "math.huge",
        "-math.huge",
        "0/0",
        "2^53",
        "2^63",
        "-(2^63)",
        "'2'",
        "nil",
        "1e100",
    ),
)
STEPS = (
    "1",
    "-1",
    "2",
    "-2",
    "0",
    "0.5",
    "-0.5",
    "0.0",
    "math.maxinteger",
    "math.mininteger",
    "1 << 61",
    "2^62",
    "0.1",
    "'1'",
    "nil",
)
PIECES = (
    *(
        "a",
        "b",
        "%a",
        "%d",
        "%w",
        "%s",
        "%.",
        ".",
        "[abc]",
        "[^a]",
        "[a-c]",
        "[%d_]",
        "[]]",
        "[^]x]",
        "%x",
        "%l",
        "%u",
        "%c",
    ),
    *(
        "%z",
        "%%",
        "[%a-z]",
        "[a-]",
        "%bxy",
        "%b()",
        "%f[%w]",
        "%f[%W]",
        "()",
        "(a)",
        "(.-)",
        "(%w*)",
        "(.)%1",
        "^",
        "$",
        "-",
        "\\0",
        "\\255",
    ),
    *("[\\128-\\255]", "(", ")", "%", "[a", "%b", "%f", "[", "%1", "(()", "é"),
)
REPEATS = ("", "", "", "*", "+", "-", "?")
SUBJECTS = (
    *(
        "''",
        "'a'",
        "'abc'",
        "'hello world'",
        "'  trim me  '",
        "'a,b,,c'",
        "'key = value'",
        "'x(y(z)w)v'",
        "'aaa'",
        "'abcabc'",
    ),
    *(
        "'2024-01-31'",
        "'\\0a\\0'",
        "'\\255\\128\\0\\n'",
        "'é€😀'",
        "'THE (quick) fox'",
        "('ab'):rep(20)",
        "'%d %s'",
        "'aXbXc'",
        "'1 2 3'",
    ),
)
REPLACEMENTS = (
    *(
        "'<%0>'",
        "'%1'",
        "''",
        "'%%'",
        "'%2'",
        "'x'",
        "string.upper",
        "{ a = 'A', b = 1, c = false }",
        "{}",
        "'%'",
        "'%9'",
    ),
    *(
        "function(...) return select('#', ...) end",
        "function(x) if x == 'a' then return nil end return false end",
    ),
    *(
        "function(x) return x .. x end",
        "function() return {} end",
        "setmetatable({}, { __index = function(_, k) return '[' .. k .. ']' end })",
    ),
    *("function() error('in gsub') end", "5", "1.5", "nil", "true"),
)
FORMATS = (
    *(
        "%d",
        "%5d",
        "%-5d|",
        "%05d",
        "%+d",
        "%x",
        "%X",
        "%#x",
        "%o",
        "%c",
        "%e",
        "%.3f",
        "%g",
        "%10.4g",
        "%a",
        "%i",
        "%u",
    ),
    *(
        "%s",
        "%10s",
        "%-10s|",
        "%.3s",
        "%q",
        "%%",
        "% d",
        "%5.2s|",
        "%y",
        "%",
        "%10q",
        "%0100d",
        "%.20f",
    ),
)
PACKS = (
    *(
        "b",
        "B",
        "h",
        "H",
        "i4",
        "I2",
        "l",
        "j",
        "J",
        "T",
        "f",
        "d",
        "n",
        "s1",
        "s2",
        "z",
        "x",
        "i16",
        "I3",
        "c5",
        "<i4",
        ">i4",
        "!4 i8",
    ),
    *("=I8", "<!8 b Xi8 i8", ">s4", "i17", "i0", "c", "Xz", "q", "! d", "<f", ">d"),
)


class FeatureWriter:
    """Makes choices; `fresh` numbers names and labels."""

    def __init__(self, source: random.Random) -> None:
        self.random = source
        self.count = 0

    def text(self, items: tuple[str, ...]) -> str:
        return self.random.choice(items)

    def some(self, items: tuple[str, ...], least: int, most: int) -> list[str]:
        return [self.random.choice(items) for _ in range(self.random.randint(least, most))]

    def fresh(self) -> int:
        self.count += 1
        return self.count

    def pattern(self) -> str:
        pieces = [piece + self.text(REPEATS) for piece in self.some(PIECES, 1, 4)]
        if self.random.random() < 0.15:
            pieces.insert(0, "^")
        return f'"{"".join(pieces)}"'

    def values(self) -> str:
        return ", ".join(self.some((*NUMBERS, *SUBJECTS[:8], "nil", "true", "{}"), 0, 4))

    def chance(self, probability: float) -> bool:
        return self.random.random() < probability
