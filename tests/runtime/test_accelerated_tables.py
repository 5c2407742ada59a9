"""The table library and string.format in the extension: each function does what its Python twin does, whatever it is given."""

from __future__ import annotations

from typing import Any

from assay.runtime import LuaTable, sequence
from assay.runtime.stdlib import formatting, table
from hypothesis import given, settings
from hypothesis import strategies as some

from .differential import (
    FLOATS,
    INTEGERS,
    PLAIN,
    STRINGS,
    TABLES,
    VALUES,
    assert_same,
    needs_extension,
)

_PLENTY = settings(max_examples=400, deadline=None)
_TEXTS = some.one_of(STRINGS, INTEGERS, FLOATS)
_LISTS = some.one_of(
    some.builds(lambda items: sequence(*items), some.lists(PLAIN, max_size=7)),
    some.builds(
        lambda items: sequence(*items), some.lists(some.one_of(_TEXTS, STRINGS), max_size=7)
    ),
    some.builds(
        LuaTable, some.dictionaries(some.one_of(some.integers(-1, 7), STRINGS), _TEXTS, max_size=7)
    ),
    TABLES,
)
_PLACES = some.one_of(
    some.integers(-2, 9), some.none(), some.sampled_from([2**63 - 1, -(2**63), 2.0, "1", 1.5, True])
)


@needs_extension
@_PLENTY
@given(items=_LISTS, place=_PLACES, value=PLAIN)
def test_insert_and_remove(items: LuaTable, place: Any, value: Any) -> None:
    assert_same(table.insert, [items, value])
    assert_same(table.insert, [items, place, value])
    assert_same(table.remove, [items, place])
    assert_same(table.remove, [items])


@needs_extension
@_PLENTY
@given(
    items=_LISTS, between=some.one_of(some.none(), STRINGS, INTEGERS), first=_PLACES, last=_PLACES
)
def test_concat_and_unpack(items: LuaTable, between: Any, first: Any, last: Any) -> None:
    assert_same(table.concat, [items])
    assert_same(table.concat, [items, between])
    assert_same(table.concat, [items, between, first])
    assert_same(table.unpack, [items])
    assert_same(table.unpack, [items, first])
    # More than memory holds is not tried.
    if not (type(last) is int and last > 100 and type(first) is not int):
        assert_same(table.concat, [items, between, first, last])
        assert_same(table.unpack, [items, first, last])


@needs_extension
@settings(max_examples=200, deadline=None)
@given(arguments=some.lists(VALUES, max_size=5))
def test_arguments_of_all_kinds(arguments: list[Any]) -> None:
    for function in (table.insert, table.remove, table.concat, table.unpack):
        assert_same(function, list(arguments))
    if not any(callable(value) or isinstance(value, LuaTable) for value in arguments):
        assert_same(formatting.lua_format, list(arguments))
        assert_same(formatting.lua_format, ["%s|%5s|%d", *arguments])


_CONVERSIONS = some.one_of(
    some.builds(
        "%{}{}{}{}".format,
        some.text("-+ #0", max_size=3),
        some.sampled_from(["", "", "1", "5", "12", "99"]),
        some.sampled_from(["", "", ".", ".0", ".3", ".20"]),
        some.sampled_from("diuoxXcsqfeEgGaAp%"),
    ),
    some.sampled_from(
        ["%d", "%s", "%5.1f", "%-8s", "%05d", "%x", "%%", "text \xe9", "%", "%y", "\0"]
    ),
)


@needs_extension
@settings(max_examples=2000, deadline=None)
@given(
    parts=some.lists(_CONVERSIONS, min_size=1, max_size=3),
    values=some.lists(
        some.one_of(INTEGERS, FLOATS, STRINGS, some.none(), some.booleans()), max_size=4
    ),
)
def test_format(parts: list[str], values: list[Any]) -> None:
    assert_same(formatting.lua_format, ["".join(parts), *values])


def test_templates_that_python_does_by_itself() -> None:
    assert formatting.python_format("%05d|%-8s|%6.2f%%|%x|%s") == (
        "%05d|%-8s|%6.2f%%|%x|%s",
        b"dSfxs",
    )
    for template in ("%q", "%c", "%5.3d", "%#x", "%a", "%p", "%", "%y", "%-#5.1f", "%012345d"):
        assert formatting.python_format(template) is None
