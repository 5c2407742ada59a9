"""The string library against real Lua."""

from __future__ import annotations

from .oracle import assert_same
from .string_calls import finding, formatting, slices, substituting


def test_slices_and_letters() -> None:
    assert_same(slices())


def test_find_and_match() -> None:
    assert_same(finding())


def test_gsub() -> None:
    assert_same(substituting())


def test_format() -> None:
    assert_same(formatting())
