"""Lua values to JSON and back: the rules at the edges, the errors with their paths, and random values both ways."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from assay.runtime import LuaTable, from_text, new_table, sequence, setindex
from assay.runtime.errors import LuaError
from assay.runtime.host import json as lua_json
from assay.runtime.json_values import (
    MAX_DEPTH,
    NULL,
    encode,
    from_json,
    is_marked_array,
    mark_array,
    parse,
    to_json,
)
from assay.runtime.strings import to_bytes
from assay.runtime.values import set_metatable
from hypothesis import given, settings
from hypothesis import strategies as st


def error_of(value: Any) -> str:
    """The message with which a value is refused."""
    with pytest.raises(LuaError) as caught:
        to_json(value)
    return str(caught.value)


def with_fields(fields: list[tuple[Any, Any]]) -> LuaTable:
    """A table with keys of any type, assigned in this order."""
    made = LuaTable()
    for key, value in fields:
        setindex(made, key, value)
    return made


WRITTEN: list[tuple[Any, str]] = [
    (None, "null"),
    (True, "true"),
    (1, "1"),
    (1.0, "1.0"),
    (-0.0, "-0.0"),
    (2**63 - 1, "9223372036854775807"),
    (-(2**63), "-9223372036854775808"),
    (0.1, "0.1"),
    (1e300, "1e+300"),
    ("", '""'),
    (from_text("é€𝄞"), '"é€𝄞"'),
    ('a"b\\c\n\x01\x7f', '"a\\"b\\\\c\\n\\u0001\x7f"'),
    (sequence(), "{}"),
    (mark_array(sequence()), "[]"),
    (sequence(1, "a", False), '[1,"a",false]'),
    (with_fields([(2, "b"), (1, "a")]), '["a","b"]'),
    (with_fields([(1.0, "a")]), '["a"]'),
    (with_fields([(1, "a"), (3, "c")]), '{"1":"a","3":"c"}'),
    (mark_array(with_fields([(1, "a"), (3, "c")])), '["a",null,"c"]'),
    (mark_array(with_fields([(2, "b")])), '[null,"b"]'),
    (mark_array(with_fields([(1, "a"), ("n", 1)])), '{"1":"a","n":1}'),
    (mark_array(with_fields([("n", 1)])), '{"n":1}'),
    (mark_array(with_fields([(0, "a")])), '{"0":"a"}'),
    (with_fields([(1, 10), ("x", 1)]), '{"1":10,"x":1}'),
    (with_fields([("x", 1), (1, 10)]), '{"x":1,"1":10}'),
    (with_fields([(-1, "a"), (1.5, "b")]), '{"-1":"a","1.5":"b"}'),
    (with_fields([(2**53, "a")]), '{"9007199254740992":"a"}'),
    (new_table({from_text("ключ"): 1}), '{"ключ":1}'),
    (NULL, "null"),
    (new_table({"a": NULL, "b": None}), '{"a":null}'),
    (sequence(NULL, 1, NULL), "[null,1,null]"),
    ({"a": None, "b": sequence(1), "c": [None, NULL]}, '{"b":[1],"c":[null,null]}'),
    ([], "[]"),
]


@pytest.mark.parametrize("value, text", WRITTEN)
def test_what_is_written(value: Any, text: str) -> None:
    assert encode(value) == from_text(text)
    plain = to_json(value)
    assert json.dumps(plain, ensure_ascii=False, separators=(",", ":")) == text


def test_metatables_are_not_looked_at() -> None:
    made = sequence(1, 2)
    set_metatable(
        made, new_table({"__index": new_table({"a": 1}), "__len": print, "__pairs": print})
    )
    assert to_json(made) == [1, 2]
    assert to_json(new_table({"inner": made})) == {"inner": [1, 2]}


def test_a_table_used_twice_is_no_cycle() -> None:
    shared = sequence(1)
    assert to_json(sequence(shared, shared)) == [[1], [1]]
    assert error_of(sequence(shared, shared, print)).startswith("input[3] is a function")


def test_the_first_thing_that_is_wrong_is_named() -> None:
    assert error_of(sequence(1, print, math.nan)).startswith("input[2] is a function")


READ: list[tuple[str, Any]] = [
    ("null", None),
    ("1", 1),
    ("1.0", 1.0),
    ("-0.0", -0.0),
    ("1e2", 100.0),
    ("9223372036854775807", 2**63 - 1),
    ("9223372036854775808", 2.0**63),
    ("-9223372036854775809", -(2.0**63)),
    ("9" * 400, math.inf),
    ("-" + "9" * 400, -math.inf),
    ("9" * 5000, math.inf),
    ("-" + "9" * 5000, -math.inf),
    ('"\\u00e9\\ud834\\udd1e"', from_text("é𝄞")),
    (from_text('"é"'), from_text("é")),
    (from_text("\ufeff1"), 1),
    ('"\\u0000"', "\0"),
]


@pytest.mark.parametrize("text, value", READ)
def test_what_is_read(text: str, value: Any) -> None:
    read = parse(text)
    assert (type(read), repr(read)) == (type(value), repr(value))


def test_large_integers_become_floats_everywhere() -> None:
    read = parse('{"a":9223372036854775808,"list":[9223372036854775808,9223372036854775807]}')
    assert repr(read["a"]) == repr(read["list"][1]) == "9.223372036854776e+18"
    assert read["list"][2] == 2**63 - 1


def test_null_is_nil_and_keeps_positions() -> None:
    read = parse('{"a":null,"list":[null,2,null,4,null]}')
    assert list(read) == ["list"]
    assert dict(read["list"]) == {2: 2, 4: 4}
    assert encode(read) == '{"list":[null,2,null,4,null]}'
    read["list"][5] = 5
    assert encode(read["list"]) == "[null,2,null,4,5]"
    trailing = parse("[1,null]")
    del trailing[1]
    assert encode(trailing) == "[]"
    assert encode(parse("[null,null]")) == "[null,null]"


def test_arrays_stay_arrays() -> None:
    read = parse('{"tags":[],"one":[1]}')
    del read["one"][1]
    assert encode(read) == '{"tags":[],"one":[]}'
    read["tags"][1] = "a"
    assert encode(read) == '{"tags":["a"],"one":[]}'
    assert is_marked_array(read["tags"])
    assert not is_marked_array(read)
    assert not is_marked_array(sequence(1))


def test_nothing_is_shared_with_the_argument() -> None:
    plain: dict[str, Any] = {"a": {"b": 1}, "list": [{}]}
    read = from_json(plain)
    read["a"]["b"] = 2
    assert plain == {"a": {"b": 1}, "list": [{}]}
    written = to_json(read)
    written["list"].append(1)
    assert len(read["list"]) == 1


def _cycle() -> LuaTable:
    outer = new_table({"name": "x"})
    outer["items"] = sequence(1, new_table({"parent": outer}))
    return outer


def _deep(levels: int) -> LuaTable:
    outer = inner = LuaTable()
    for _ in range(levels - 1):
        inner["a"] = LuaTable()
        inner = inner["a"]
    return outer


REFUSED: list[tuple[Any, str]] = [
    (print, "input is a function, which JSON cannot hold"),
    (
        new_table({"items": sequence(1, 2, new_table({"callback": print}))}),
        "input.items[3].callback is a function, which JSON cannot hold",
    ),
    (new_table({"a b": math.nan}), 'input["a b"] is NaN, which JSON cannot hold'),
    (sequence(1, -math.inf), "input[2] is infinite, which JSON cannot hold"),
    ({"a": [1, print]}, "input.a[2] is a function, which JSON cannot hold"),
    (_cycle(), "input.items[2].parent is the same table as input: a cycle"),
    (
        new_table({"name": "ab\xff"}),
        "input.name is not UTF-8 (byte 0xFF at position 3): send binary data as base64.encode(...)",
    ),
    (
        new_table({"\xe9": 1}),
        "input has a key that is not UTF-8 (byte 0xE9 at position 1): "
        "send binary data as base64.encode(...)",
    ),
    (
        with_fields([("a", with_fields([(True, 1)]))]),
        "input.a has a key that is a boolean: in JSON, keys are strings",
    ),
    (
        with_fields([(sequence(), 1)]),
        "input has a key that is a table: in JSON, keys are strings",
    ),
    (
        with_fields([(1, 1), ("1", 2), ("x", 3)]),
        'input has two keys with the text "1", a number and a string',
    ),
    (
        with_fields([("1", 2), (1, 1)]),
        'input has two keys with the text "1", a number and a string',
    ),
    (
        new_table({"t": mark_array(with_fields([(10**9, 1)]))}),
        "input.t is an array with 1 elements and 999999999 holes",
    ),
    (_deep(MAX_DEPTH + 1), f"input is nested more than {MAX_DEPTH} levels deep"),
    (_deep(100_000), f"input is nested more than {MAX_DEPTH} levels deep"),
    (new_table({"when": object()}), "input.when is a userdata, which JSON cannot hold"),
]


@pytest.mark.parametrize("value, message", REFUSED, ids=[message[:40] for _, message in REFUSED])
def test_what_is_refused(value: Any, message: str) -> None:
    assert error_of(value) == message


def test_the_path_has_the_name_it_was_given() -> None:
    with pytest.raises(LuaError, match=r"^result\.a is a function"):
        to_json(new_table({"a": print}), "result")


def test_the_deepest_value_that_is_written() -> None:
    assert encode(_deep(MAX_DEPTH)).count("{") == MAX_DEPTH


def test_values_too_deep_to_read_are_lua_errors() -> None:
    outer: list[Any] = []
    inner = outer
    for _ in range(100_000):
        inner.append([])
        inner = inner[0]
    with pytest.raises(LuaError, match="nested too deeply"):
        from_json(outer)
    with pytest.raises(LuaError, match="nested too deeply"):
        parse("[" * 100_000)


BAD_TEXT: list[tuple[str, str]] = [
    ("", "the text is empty"),
    (" \n", "the text is empty"),
    ("nope", "expecting value near 'nope' (line 1, column 1)"),
    ("[1,\n2", "expecting ',' delimiter at the end (line 2, column 2)"),
    ('{"a":1} x', "extra data near 'x' (line 1, column 9)"),
    ('"a', "unterminated string starting near '\"a' (line 1, column 1)"),
    ('"a\nb"', "invalid control character at the end (line 1, column 3)"),
    ("NaN", "NaN is not JSON"),
    ("[Infinity]", "Infinity is not JSON"),
    ('"\xff"', "the text is not UTF-8 (byte 0xFF at position 2)"),
]


@pytest.mark.parametrize("text, message", BAD_TEXT)
def test_bad_text_is_explained(text: str, message: str) -> None:
    for function in (lua_json.parse, lua_json.decode):
        with pytest.raises(LuaError) as caught:
            function(text)
        assert str(caught.value) == f"json.{function.__name__}: {message}"


def test_the_global_json() -> None:
    assert lua_json.encode(new_table({"a": lua_json.null}), "extra") == '{"a":null}'
    assert lua_json.encode(lua_json.array()) == "[]"
    empty = LuaTable()
    assert lua_json.array(empty) is empty
    assert lua_json.encode(empty) == "[]"
    assert lua_json.encode(lua_json.parse("[1,null]")) == "[1,null]"
    assert lua_json.encode(lua_json.array(lua_json.parse("[1,null]"))) == "[1,null]"
    assert lua_json.encode(None) == "null"
    assert lua_json.parse(12) == 12
    with pytest.raises(LuaError, match=r"^json.encode: value\.f is a function"):
        lua_json.encode(new_table({"f": print}))
    with pytest.raises(LuaError, match="value expected"):
        lua_json.encode()
    with pytest.raises(LuaError, match="a list expected, the table has other fields"):
        lua_json.array(new_table({"a": 1}))
    with pytest.raises(LuaError, match="string expected, got no value"):
        lua_json.parse()


# ---------------------------------------------------------------------------------------------------------- random values

plain_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda children: st.lists(children) | st.dictionaries(st.text(), children),
    max_leaves=30,
)


def without_null_fields(value: Any) -> Any:
    """What is left of a plain value after a way through Lua: fields that are null are absent."""
    if isinstance(value, dict):
        return {key: without_null_fields(item) for key, item in value.items() if item is not None}
    if isinstance(value, list):
        return [without_null_fields(item) for item in value]
    return value


@settings(max_examples=600, deadline=None)
@given(plain_values)
def test_json_survives_lua(value: Any) -> None:
    written = to_json(from_json(value))
    # Compared as text: 1, 1.0 and True are equal in Python, and the order of the fields counts.
    assert json.dumps(written) == json.dumps(without_null_fields(value))


@settings(max_examples=300, deadline=None)
@given(plain_values)
def test_text_survives_lua(value: Any) -> None:
    compact = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    written = to_bytes(encode(parse(from_text(compact)))).decode("utf-8")
    assert json.loads(written) == without_null_fields(value)
    assert encode(parse(json.dumps(value))) == from_text(written)  # with \\u escapes


lua_strings = st.text(st.characters(max_codepoint=255), max_size=8)
lua_tables = st.recursive(
    st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats()
    | lua_strings
    | st.just(NULL)
    | st.just(print),
    lambda children: st.lists(
        st.tuples(
            st.integers(-1, 5) | lua_strings | st.booleans() | st.floats(allow_nan=False), children
        ),
        max_size=5,
    ).map(with_fields),
    max_leaves=15,
)


@settings(max_examples=800, deadline=None)
@given(lua_tables, st.booleans())
def test_any_lua_value_is_written_or_refused_with_its_path(value: Any, marked: bool) -> None:
    if marked and isinstance(value, LuaTable):
        mark_array(value)
    try:
        text = encode(value)
    except LuaError as error:
        assert str(error).startswith("value")
        with pytest.raises(LuaError, match=r"^input"):
            to_json(value)
        return
    assert "null" in text or encode(parse(text)) == text
    assert json.dumps(to_json(value)) == json.dumps(json.loads(to_bytes(text)))
