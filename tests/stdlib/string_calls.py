"""Calls of the string library with what is most likely to go wrong: limits, wrong types, every conversion, every
pattern item."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from .oracle import Call, Function, WithMetatable

POSITIONS = (
    None,
    0,
    1,
    2,
    3,
    4,
    9,
    -1,
    -2,
    -3,
    -4,
    -9,
    2**63 - 1,
    -(2**63),
    "2",
    2.0,
    1.5,
    "x",
    {},
)
STRINGS = ("", "a", "abc", "a\0b", "\xff\xe9z", 12, 1.5, -0.0, None, True, [])


def slices() -> Iterator[Call]:
    for text in ("", "a", "abc"):
        for first, last in product(POSITIONS, POSITIONS):
            yield ("string.sub", text, first, last)
            yield ("string.byte", text, first, last)
        for first in POSITIONS:
            yield ("string.sub", text, first)
            yield ("string.byte", text, first)
    for text in STRINGS:
        for name in ("sub", "byte", "len", "lower", "upper", "reverse", "rep", "dump", "char"):
            yield (f"string.{name}", text)
            yield (f"string.{name}", text, 2)
            yield (f"string.{name}", text, 2, ",")
    for name in ("sub", "byte", "len", "lower", "upper", "reverse", "rep", "dump", "char"):
        yield (f"string.{name}",)
    every = "".join(map(chr, range(256)))
    for name in ("lower", "upper", "reverse"):
        yield (f"string.{name}", every)
    yield ("string.char", *range(256))
    yield ("string.byte", every, 1, -1)
    for codes in ((256,), (-1,), (65, 256), (65, "x"), (300, "x"), ("65", 66.0), (1.5,), (None,)):
        yield ("string.char", *codes)
    for count in (0, -1, 3, "3", 3.0, 2.5, None, 2**31, 2**40, 2**63 - 1):
        yield ("string.rep", "x", count)
        yield ("string.rep", "xy", count, ", ")
    yield ("string.rep", "", 1000)
    yield ("string.rep", "x", 2, {})
    yield ("string.rep", "x", 2, 5)
    yield ("string.dump", Function("print", print))


PATTERNS = (
    *("", "a", "ab", ".", "%a", "%A", "%d+", "%w*", "%s", "%p", "%c", "%x+", "%g", "%l", "%u", "%z"),
    *("a*", "a+", "a-", "a?", "a*b", "a-b", "a?b", ".*", ".-", ".+b", ".-b", "^a", "a$", "^a$",
        "^", "$", "^$", "$a", "a^", "^^a"),
    *("[abc]", "[^abc]", "[a-c]", "[a-]", "[-a]", "[]]", "[^]]", "[]a]", "[a%]]", "[%a_]",
        "[%d-z]", "[a-%z]", "[%-a]", "[^%s]", "[^^]"),
    *("[a", "[", "[]", "[^", "[^]", "[%", "[a%", "x[", "%", "a%", "(%", "%f", "%fa", "%f[",
        "%f[%a]", "%f[%A]", "%f[^%a]", "%f[%z]"),
    *("%f[%w]%w+", "%f[\0]", "%f[^\0]", "%f[]", "%b()", "%b", "%bx", "%bxx", "%b()%b[]", "a%b()", "(%b())", "%b", "%b()*"),
    *("(a)", "(a)(b)", "((a)b)", "()", "()a()", "(a", "a)", "(", ")", "(()", "())", "(a)(",
        "(a*(.)%w(%s*))", "(.-)=(.*)", "^(%s*)(.-)%s*$"),
    *("%1", "(a)%1", "(.)%1", "(.)(.)%2%1", "(a%1)", "()%1", "(a)%2", "%0", "(%0)", "%9", "(.)%1*", "((.)%2)"),
    *("**", "*", "+", "-", "?", "a**", "a+-", "a--", "%**", "a%", "%%", "%.", "%é", "é",
        "[é-ü]", "\0", "%\0", "[\0-\x1f]", "[z-a]"),
    *("()" * 32, "()" * 33, "a?" * 198, "a?" * 250, "(a)" * 9, "(" * 33),
)  # fmt: skip

SUBJECTS = (
    *("", "a", "b", "ab", "abc", "aaa", "aab", "baab", "hello world", "  trim  ", "key = value", "((a)(b))[c]", "a(b(c)d)e)"),
    *("THE (quick) fox", "1,2,,3", "a.b.c", "x\0y", "\xe9\xfc\xff", "a-b-c", "%d%%", "]^-[", "abab", "aa bb", "\n\t", "a*b+c"),
)  # fmt: skip


def finding() -> Iterator[Call]:
    for pattern in PATTERNS:
        for subject in SUBJECTS:
            yield ("string.find", subject, pattern)
            yield ("string.match", subject, pattern)
            yield ("string.gsub", subject, pattern, "<%0>")
        for init in (0, 2, 3, -1, -2, 10):
            yield ("string.find", "abc", pattern, init)
            yield ("string.match", "abc", pattern, init)
            yield ("string.find", "abc", pattern, init, True)
    for name, arguments in product(
        ("find", "match", "gmatch"),
        ((), ("a",), (None, "a"), ("a", None), ("a", []), ([], "a"), (1, 1), (1.5, "%."), ("a",
            "a", []), ("a", "a", 1.5), ("a", "a", "1"), ("a", "a", "x")),
    ):  # fmt: skip
        yield (f"string.{name}", *arguments)
    yield ("string.find", "a", "a", 1, 0)
    yield ("string.find", "a.b", ".", 2, True)
    yield ("string.find", "a", "a", None, True)
    yield ("string.find", "", "", 2)
    yield ("string.find", "", "", 1)


REPLACEMENTS = (
    "",
    "x",
    "%0",
    "%1",
    "%2",
    "%%",
    "%",
    "%x",
    "a%",
    "[%1|%2]",
    "\\1\\g<0>",
    5,
    1.5,
    "%9",
    "%é",
)


def substituting() -> Iterator[Call]:
    for pattern, replacement in product(PATTERNS, REPLACEMENTS):
        yield ("string.gsub", "abc aab(x)", pattern, replacement)
    echo = Function("function(...) return ... end", lambda *values: values[0])
    count = Function("function(...) return select('#', ...) end", lambda *values: len(values))
    nothing = Function("function() end", lambda *_: ())
    wrong = Function("function() return {} end", lambda *_: to_table())
    refuse = Function("function() return false end", lambda *_: False)
    several = Function("function() return 'x', 'y' end", lambda *_: ("x", "y"))
    for pattern, function in product(PATTERNS, (echo, count, nothing, refuse, several, wrong)):
        yield ("string.gsub", "abc aab", pattern, function)
    for pattern in PATTERNS:
        yield ("string.gsub", "abc aab", pattern, {"a": "1", "b": 2, "c": False, "ab": 1.5})
    for table in ({"a": True}, {"a": []}, {1: "one"}, []):
        yield ("string.gsub", "abc", "a", table)
        yield ("string.gsub", "abc", "()", table)
    yield ("string.gsub", "abc", "%w", WithMetatable([], {"__index": echo}))
    for limit in (0, 1, 2, -1, "1", 1.0, 1.5, None, [], 2**63 - 1, -(2**63)):
        yield ("string.gsub", "aaa", "a", "b", limit)
        yield ("string.gsub", "aaa", "a*", "b", limit)
        yield ("string.gsub", "aaa", "^a", "b", limit)
    for replacement in (None, True, False):
        yield ("string.gsub", "aaa", "a", replacement)
        yield ("string.gsub", "aaa", "b", replacement)
    yield ("string.gsub", "aaa", "a")
    yield ("string.gsub", "aaa")
    yield ("string.gsub",)
    yield ("string.gsub", 121, 1, 2)


def to_table() -> object:
    from assay.runtime.values import LuaTable

    return LuaTable()


INTEGERS = (0, 1, -1, 7, 42, -42, 255, 65, 1000000, 2**31, 2**63 - 1, -(2**63))
FLOATS = (0.0, -0.0, 1.0, -1.5, 0.1, 1 / 3, 2.5, 1e15, 1e16, 1e100, 5e-324,
    1.7976931348623157e308, 1e-310, 123456.789, float("inf"), float("-inf"), float("nan"))  # fmt: skip
FLAGS = ("", "-", "+", " ", "#", "0", "-0", "+0", "+ ", "-+", "#0", "-#", "00", "--", "+-#0 ")
WIDTHS = ("", "1", "5", "12", "99", "100", "05")
PRECISIONS = ("", ".", ".0", ".1", ".3", ".12", ".20", ".99", ".100", ".-1", ".3.3")


def formatting() -> Iterator[Call]:
    for letter in "diuoxXc":
        for flags, width, precision in product(FLAGS, WIDTHS[:4], PRECISIONS[:6]):
            for value in (0, 7, -42):
                yield ("string.format", f"[%{flags}{width}{precision}{letter}]", value)
        for value in (*INTEGERS, *FLOATS, "10", "0x10", "1e1", "1.5", "x", None, True, []):
            yield ("string.format", f"%{letter}", value)
            yield ("string.format", f"%12.5{letter}", value)
    for letter in "aAeEfgGF":
        for flags, width, precision in product(FLAGS, ("", "20"), PRECISIONS[:7]):
            for value in (0.0, -1.5, 3):
                yield ("string.format", f"[%{flags}{width}{precision}{letter}]", value)
        for value, precision in product(
            (*FLOATS, *INTEGERS, "1.5", "x", None, []), ("", ".0", ".1", ".3", ".13", ".15", ".99")
        ):
            yield ("string.format", f"%{precision}{letter}", value)
            yield ("string.format", f"%+010{precision}{letter}", value)
            yield ("string.format", f"%-25{precision}{letter}|", value)
    for letter in "spqyzb%jLl\0ée":
        for flags, width, precision in product(FLAGS[:6], WIDTHS, PRECISIONS):
            value = 5 if letter == "p" else "text"
            yield ("string.format", f"[%{flags}{width}{precision}{letter}]", value)
    for text in (
        "",
        "plain",
        "%%",
        "%",
        "a%",
        "%5",
        "%-",
        "%d",
        "%s %s",
        "%q",
        "%y",
        "%%%",
        "%" + "1" * 19 + "d",
        "%" + "1" * 20 + "d",
        "%" + "0" * 30,
    ):
        for arguments in ((), (1,), (1, 2), ([],)):
            yield ("string.format", text, *arguments)
    yield from _formatting_values()


def _formatting_values() -> Iterator[Call]:
    shows = WithMetatable(
        [], {"__tostring": Function("function() return 'shown' end", lambda *_: "shown")}
    )
    shows_number = WithMetatable(
        [], {"__tostring": Function("function() return 1.5 end", lambda *_: 1.5)}
    )
    shows_table = WithMetatable(
        [], {"__tostring": Function("function() return {} end", lambda *_: to_table())}
    )
    named = WithMetatable([], {"__name": "Point"})
    odd_name = WithMetatable([], {"__name": 5})
    values = (
        *STRINGS,
        *INTEGERS,
        *FLOATS,
        False,
        shows,
        shows_number,
        shows_table,
        named,
        odd_name,
        Function("print", print),
    )
    for value in values:
        for form in ("%s", "%q", "%10s|", "%-10.2s|", "%.0s|", "%d", "%c", "%5.1f"):
            yield ("string.format", form, value)
        if value is None or isinstance(value, bool | int | float):
            yield ("string.format", "%p|%10p|%-10p|", value, value, value)
        yield ("tostring", value)
    yield ("string.format", "%q", 'a"b\\c\nd\re\tf\0g\x011\x7f\x80\xff\r1')
    yield ("string.format", "%q", "".join(map(chr, range(256))))
    yield ("string.format", "%s", "a\0b")
    yield ("string.format", "%5s", "a\0b")
    yield ("string.format", "%s", "x" * 200)
    yield ("string.format", "%50.20s", "x" * 200)
    yield ("string.format",)
    yield ("string.format", [])
    yield ("string.format", 15, 1)
    yield ("string.format", "%d %s", 1, 2, 3)
