"""The global `toml`: what is read, what is written, what TOML cannot hold."""

from __future__ import annotations

from typing import Any

import pytest
from assay.runtime import LuaTable, from_text, sequence
from assay.runtime.host import json, toml
from assay.runtime.host.asserts import same
from assay.runtime.json_values import NULL, from_json
from hypothesis import given, settings
from hypothesis import strategies as st
from lua_errors import error_of


@pytest.mark.parametrize(
    ("text", "as_json"),
    [
        ("a = 1\nb = 1.0\nc = true\nd = 'grüße'", '{"a":1,"b":1.0,"c":true,"d":"grüße"}'),
        ("[x.y]\nz = []\n[[list]]\nn = 1\n[[list]]", '{"x":{"y":{"z":[]}},"list":[{"n":1},{}]}'),
        (
            "t = 2026-01-31T08:00:00Z\nl = 2026-01-31\nh = 08:00:00\ni = [2026-01-31]",
            '{"t":"2026-01-31T08:00:00+00:00","l":"2026-01-31","h":"08:00:00","i":["2026-01-31"]}',
        ),
        ("n = 9223372036854775808", '{"n":9.223372036854776e+18}'),
        ("1 = 'key'", '{"1":"key"}'),
        ("\ufeffa = 1", '{"a":1}'),
        ("", "{}"),
    ],
)
def test_parse(text: str, as_json: str) -> None:
    assert json.encode(toml.parse(from_text(text))) == from_text(as_json)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a = ", "invalid value (at end of document)"),
        ("a = 1\na = 2\n", "cannot overwrite a value (at line 2, column 6)"),
        ("a = " + "9" * 5000, "an integer with thousands of digits"),
        ("a = " + "[" * 5000, "the text is nested too deeply"),
        (".".join(["a"] * 20_000) + " = 1", "the text is nested too deeply"),
        ("a = '\xff'", "the text is not UTF-8 (byte 0xFF at position 6)"),
    ],
)
def test_refused(text: str, message: str) -> None:
    assert error_of(toml.parse, text) == f"toml.parse: {message}"


def test_encode() -> None:
    inner = LuaTable({"list": json.array(), "name": from_text("grüße"), "inf": float("inf")})
    table = LuaTable({"server": inner, "port": 80, "ratio": 1.0, 7: "seven"})
    assert toml.encode(table) == from_text(
        'port = 80\nratio = 1.0\n7 = "seven"\n\n[server]\nlist = []\nname = "grüße"\ninf = inf\n'
    )
    assert toml.encode(LuaTable()) == ""


def test_what_cannot_be_written() -> None:
    for value, message in (
        (LuaTable({"a": NULL}), "toml.encode: value.a is null, which TOML cannot hold"),
        (json.parse('{"a":[1,null,2]}'), "toml.encode: value.a[2] is null, which TOML cannot hold"),
        (LuaTable({"f": print}), "toml.encode: value.f is a function, which TOML cannot hold"),
        (
            sequence(1, 2),
            "toml.encode: value is a list: a TOML document is a table with named fields",
        ),
        (LuaTable({"a": "\xff"}), "toml.encode: value.a is not UTF-8 (byte 0xFF at position 1)"),
        ("text", "bad argument #1 to 'toml.encode' (table expected, got string)"),
    ):
        assert error_of(toml.encode, value) == message
    assert "string expected, got no value" in error_of(toml.parse)


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
VALUES = st.recursive(
    st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False) | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)


@settings(deadline=None, max_examples=300)
@given(st.dictionaries(TEXT, VALUES, max_size=4))
def test_round_trip(plain: dict[str, Any]) -> None:
    value = from_json(plain)
    assert same(toml.parse(toml.encode(value)), value)
