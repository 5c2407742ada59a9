"""Random statements about strings and numbers: patterns, methods, formats, packing, bytes, conversions."""

# ruff: noqa: E501 - Lua reads better on one line

from __future__ import annotations

from .feature_writer import FORMATS, NUMBERS, PACKS, REPLACEMENTS, SMALL, SUBJECTS, FeatureWriter


def matching(w: FeatureWriter) -> str:
    subject, pattern = w.text(SUBJECTS), w.pattern()
    start = f", {w.text(SMALL)}" if w.chance(0.3) else ""
    return w.text(
        (
            f"try(string.find, {subject}, {pattern}{start})",
            f"try(string.match, {subject}, {pattern}{start})",
            f"try(function() return ({subject}):match({pattern}{start}) end)",
            f"try(function() local n = 0 for a, b in ({subject}):gmatch({pattern}) do n = n + 1 show(a, b) if n > 9 then break end end end)",
            f"try(string.gsub, {subject}, {pattern}, {w.text(REPLACEMENTS)})",
            f"try(string.gsub, {subject}, {pattern}, {w.text(REPLACEMENTS)}, {w.text(SMALL)})",
            f"try(function() return (({subject}):gsub({pattern}, {w.text(REPLACEMENTS)})) end)",
        )
    )


def string_method(w: FeatureWriter) -> str:
    subject = w.text((*SUBJECTS, *SUBJECTS, *NUMBERS))
    method = w.text(
        (
            "sub",
            "byte",
            "rep",
            "len",
            "reverse",
            "upper",
            "lower",
            "find",
            "nothing",
            "char",
            "format",
        )
    )
    given = ", ".join(w.some((*SMALL, "1.0", "'1'", "nil", "'a'"), 0, 3))
    if method == "rep":
        given = f"{w.text(('0', '1', '3', '-1', '2.0', '1.5'))}{w.text(('', ', 1', ', [[,]]'))}"
    plain = f"string.{method}({subject}, {given})" if given else f"string.{method}({subject})"
    return w.text(
        (
            f"try(function() return ({subject}):{method}({given}) end)",
            f"try(function() return {plain} end)",
        )
    )


def format(w: FeatureWriter) -> str:
    formats = " ".join(w.some(FORMATS, 1, 3))
    return f"try(string.format, '{formats}', {', '.join(w.some((*NUMBERS, *SUBJECTS[:9], 'nil', 'true'), 1, 3))})"


def packing(w: FeatureWriter) -> str:
    given = ", ".join(w.some((*NUMBERS, *SUBJECTS), 1, 3))
    layout = " ".join(w.some(PACKS, 1, 3))
    data = w.text(("'\\1\\2\\3\\4\\5\\6\\7\\8'", "('\\255'):rep(20)", "'\\3abcdef\\0'"))
    return w.text(
        (
            f"try(string.pack, '{layout}', {given})",
            f"try(function() return string.unpack('{layout}', string.pack('{layout}', {given})) end)",
            f"try(string.unpack, '{layout}', {data}, {w.text(SMALL)})",
            f"try(string.packsize, '{layout}')",
        )
    )


def binary(w: FeatureWriter) -> str:
    codes = ", ".join(
        str(w.random.choice((0, 9, 10, 13, 34, 65, 92, 127, 128, 195, 169, 255)))
        for _ in range(w.random.randint(1, 6))
    )
    made = f"string.char({codes})"
    return w.text(
        (
            f"do local s = {made} show(s, #s, s:byte(1, -1)) show(s == {made}, s < 'a', s .. s) end",
            f"show({made}:rep(2):reverse():upper(), ({made}):sub(2, -2))",
            f"show(utf8.len({made}), #{made})",
            f"try(function() for p, c in utf8.codes({made}) do show(p, c) end end)",
            f"try(utf8.char, {w.text(('65', '233', '8364', '128512', '0x7FFFFFFF', '-1', '1 << 31'))}, 66)",
            f"try(utf8.codepoint, 'é€😀x', {w.text(SMALL)}, {w.text(SMALL)})",
            f"try(utf8.offset, 'é€😀x', {w.text(SMALL)})",
            f"show(('%q'):format({made}), load('return ' .. ('%q'):format({made}))() == {made})",
            f"local t{w.fresh()} = {{ [{made}] = 1 }} show(t{w.count}[{made}], t{w.count}[{made} .. 'x'])",
        )
    )


def numbers(w: FeatureWriter) -> str:
    one, other = w.text(NUMBERS), w.text(NUMBERS)
    operator = w.text(
        ("+", "-", "*", "/", "//", "%", "^", "&", "|", "~", "<<", ">>", "..", "==", "<", "<=", "~=")
    )
    return w.text(
        (
            f"try(function() local a, b = {one}, {other} return a {operator} b, b {operator} a end)",
            f"try(function() return ({one}) {operator} ({other}) end)",
            f"try(math.{w.text(('floor', 'ceil', 'abs', 'tointeger', 'type', 'sqrt', 'modf', 'fmod', 'max', 'min', 'ult'))}, {one}, {other})",
            f"try(tonumber, {w.text((one, *SUBJECTS[:4]))}{w.text(('', ', 10', ', 16', ', 2', ', 36', ', 37'))})",
            f"try(tostring, {one})",
        )
    )
