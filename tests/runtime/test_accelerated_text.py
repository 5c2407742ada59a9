"""Strings and numbers in the extension: each function does what its Python twin does, whatever it is given."""

from __future__ import annotations

from typing import Any

import pytest
from assay.runtime import LuaTable, concat
from assay.runtime.stdlib import basic, text
from hypothesis import given, settings
from hypothesis import strategies as some

from .differential import FLOATS, INTEGERS, VALUES, assert_same, needs_extension

_PLENTY = settings(max_examples=400, deadline=None)
_TEXTS = some.one_of(
    some.text("aZ\xe9\0 5", max_size=8),
    some.text(some.characters(max_codepoint=255), max_size=8),
    some.sampled_from(["x" * 70_000, "@[`{", "azAZ"]),
)
_POSITIONS = some.one_of(
    some.none(),
    some.integers(-10, 10),
    some.sampled_from([2**63 - 1, -(2**63), 2**31, 2.0, 1.5, "3", "x", True]),
)


@needs_extension
@_PLENTY
@given(string=_TEXTS, first=_POSITIONS, last=_POSITIONS)
def test_positions(string: str, first: Any, last: Any) -> None:
    for function in (text.sub, text.byte):
        assert_same(function, [string])
        assert_same(function, [string, first])
        assert_same(function, [string, first, last])


@needs_extension
@pytest.mark.parametrize("function", [text.lua_len, text.lower, text.upper, text.reverse])
def test_functions_of_a_string(function: Any) -> None:
    @_PLENTY
    @given(string=some.one_of(_TEXTS, VALUES))
    def check(string: Any) -> None:
        assert_same(function, [string])

    check()


@needs_extension
@_PLENTY
@given(string=_TEXTS, times=some.one_of(_POSITIONS, some.integers(0, 300)), between=_POSITIONS)
def test_rep(string: str, times: Any, between: Any) -> None:
    if times != 2**31 or len(string) > 1:  # two gigabytes
        assert_same(text.rep, [string, times])
    assert_same(text.rep, [string[:4], 3, between])


@needs_extension
@_PLENTY
@given(codes=some.lists(some.one_of(some.integers(-2, 258), some.integers(0, 255), VALUES)))
def test_char(codes: list[Any]) -> None:
    assert_same(text.char, codes)
    assert_same(text.char, [code % 256 for code in codes if type(code) is int] * 9)


_NUMERALS = some.one_of(
    some.text("0123456789.+-eExX \t\na_\0", max_size=10),
    INTEGERS.map(str),
    some.integers(0, 10**25).map(str),
    FLOATS.map(str),
    FLOATS.map(lambda value: f" {value:.3f}\n"),
    some.builds(
        "{}{}{}".format, some.sampled_from(["", " ", "-", "+", "- ", "0", "0x"]), INTEGERS, _TEXTS
    ),
    some.sampled_from(
        ["inf", "nan", "-inf", "1e400", "5.", ".5", ".", "-", "", "0x1p4", "1" * 80 + ".5"]
    ),
)


@needs_extension
@settings(max_examples=1500, deadline=None)
@given(numeral=_NUMERALS, base=_POSITIONS)
def test_tonumber(numeral: str, base: Any) -> None:
    assert_same(basic.tonumber, [numeral])
    assert_same(basic.tonumber, [numeral, base])


@needs_extension
@_PLENTY
@given(value=some.one_of(VALUES, FLOATS, INTEGERS, some.floats(-1e17, 1e17)), more=VALUES)
def test_values_of_all_kinds(value: Any, more: Any) -> None:
    for function in (basic.tostring, basic.tonumber, basic.lua_type):
        # What has an address has another one in its copy.
        if function is not basic.tostring or not (callable(value) or isinstance(value, LuaTable)):
            assert_same(function, [value])
            assert_same(function, [value, more])
    assert_same(concat, ["x", value])


@needs_extension
@settings(max_examples=200, deadline=None)
@given(arguments=some.lists(VALUES, max_size=4))
def test_arguments_of_all_kinds(arguments: list[Any]) -> None:
    for function in (text.sub, text.byte, text.char, text.rep, text.lower, basic.lua_type):
        assert_same(function, arguments)
    assert_same(basic.tonumber, arguments)
