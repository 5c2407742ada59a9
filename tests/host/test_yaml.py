"""The global `yaml`: what is read, what is written, and that nothing in a text makes objects or gigabytes."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
import yaml as pyyaml
from assay.runtime import LuaTable, from_text, sequence
from assay.runtime.host import json, yaml
from assay.runtime.host.asserts import same
from assay.runtime.json_values import NULL, from_json
from hypothesis import given, settings
from hypothesis import strategies as st
from lua_errors import error_of


@pytest.mark.parametrize(
    ("text", "as_json"),
    [
        ("a: [1, -2, 0o17, 0x1F, 010]", '{"a":[1,-2,15,31,10]}'),
        ("a: [1.5, 1e3, .5, 2.]", '{"a":[1.5,1000.0,0.5,2.0]}'),
        ("a: [true, False, TRUE]", '{"a":[true,false,true]}'),
        ("on: [yes, no, on, off, y, n]", '{"on":["yes","no","on","off","y","n"]}'),
        ("a: [2020-01-01, 1:30, 0b1, 1_000]", '{"a":["2020-01-01","1:30","0b1","1_000"]}'),
        ("a: [x, ~, null, 'null']", '{"a":["x",null,null,"null"]}'),
        ("a: ~\nb:\nc: 1", '{"c":1}'),
        ("80: web\ntrue: x\n1.0: y", '{"80":"web","true":"x","1.0":"y"}'),
        ("a: !!str 1\nb: !!float 1\nc: ! 2", '{"a":"1","b":1.0,"c":"2"}'),
        ("a: []\nb: {}", '{"a":[],"b":{}}'),
        ("x: &d {p: 1, q: 2}\ny: {<<: *d, q: 3}", '{"x":{"p":1,"q":2},"y":{"p":1,"q":3}}'),
        ("x: &d {p: 1}\ny: {<<: [*d, {p: 2, r: 4}]}", '{"x":{"p":1},"y":{"p":1,"r":4}}'),
        ("a: |\n  x\n  y\nb: >\n  x\n  y\n", r'{"a":"x\ny\n","b":"x y\n"}'),
        ("&k key: 1\nother: *k", '{"key":1,"other":"key"}'),
        ("a: &k key\n*k : 1", '{"a":"key","key":1}'),
        ("\ufeffa: grüße 🎈", '{"a":"grüße 🎈"}'),
        ("9223372036854775807", "9223372036854775807"),
        ("9223372036854775808", "9.223372036854776e+18"),
        ("word", '"word"'),
    ],
)
def test_parse(text: str, as_json: str) -> None:
    assert json.encode(yaml.parse(from_text(text))) == from_text(as_json)


def test_nothing_is_nil() -> None:
    assert yaml.parse("") is None
    assert yaml.parse("# only a comment\n") is None
    assert yaml.parse("~", "extra") is None


def test_not_a_number_and_infinity() -> None:
    values = yaml.parse("[.nan, .inf, -.Inf]")
    assert values[1] != values[1]
    assert (values[2], values[3]) == (float("inf"), float("-inf"))
    assert yaml.encode(values) == "- .nan\n- .inf\n- -.inf\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: 1\na: 2", "the key 'a' comes a second time (line 2, column 1)"),
        ("a: [1", "line "),
        ("a: b: c", "(line 1, column 5)"),
        ("a: !!python/object/apply:os.system ['id']", "the tag !!python/object/apply:os.system is"),
        ("a: !Ref x", "the tag !Ref is not supported (line 1, column 4)"),
        ("a: !!int x", "'x' is no !!int"),
        ("&a [*a]", "the alias '*a' contains itself"),
        ("[*b]", "*b"),
        ("---\na\n---\nb", "a second document: only one is read (line 3, column 1)"),
        ("? [a]\n: b", "a key must be a string or a number"),
        ("a: &k [1]\n*k : b", "a key must be a string or a number"),
        ("key: &k key\n*k : b", "the key 'key' comes a second time"),
        ("<<: 1", "'<<' takes a mapping"),
        ("a: \x00", "control characters are not allowed"),
        ("[" * 100_000, "nested more than 200 levels deep (line 1, column 201)"),
    ],
)
def test_refused(text: str, message: str) -> None:
    error = error_of(yaml.parse, text)
    assert error.startswith("yaml.parse: ")
    assert message in error


def test_arguments() -> None:
    assert "the text is not UTF-8 (byte 0xFF at position 2)" in error_of(yaml.parse, "x\xff")
    assert "string expected, got no value" in error_of(yaml.parse)
    assert "value expected" in error_of(yaml.encode)
    assert yaml.parse(12) == 12


def test_aliases_are_copies() -> None:
    table = yaml.parse("a: &x {v: 1}\nb: *x")
    assert table["a"] is not table["b"]
    assert same(table["a"], table["b"])


def test_a_bomb_is_refused() -> None:
    """Taken in full it would not end."""
    names = "abcdefghij"
    lines = ["a: &a [x,x,x,x,x,x,x,x,x,x]"]
    lines += [
        f"{name}: &{name} [{','.join([f'*{before}'] * 10)}]" for before, name in pairwise(names)
    ]
    assert "the aliases add more than 100000 values" in error_of(yaml.parse, "\n".join(lines))
    chain = "- &a0 [x]\n" + "\n".join(f"- &a{n} [*a{n - 1}]" for n in range(1, 5000))
    assert "yaml.parse: " in error_of(yaml.parse, chain)


def test_encode() -> None:
    table = LuaTable(
        {
            "name": "x",
            "on": "no",
            "version": "1.10",
            "date": "2020-01-01",
            "float": 1e300,
            "whole": 1.0,
            "flag": True,
            "none": NULL,
            "empty": LuaTable(),
            "list": sequence("a", LuaTable({"b": 1}), json.array()),
            "script": "set -e\necho grüße\n".encode().decode("latin-1"),
            "long": "word " * 50 + "end",
        }
    )
    assert yaml.encode(table) == from_text(
        "name: x\n'on': 'no'\nversion: '1.10'\ndate: '2020-01-01'\nfloat: 1.0e+300\nwhole: 1.0\n"
        "flag: true\nnone: null\nempty: {}\nlist:\n- a\n- b: 1\n- []\n"
        "script: |\n  set -e\n  echo grüße\n" + f"long: {'word ' * 50}end\n"
    )
    assert yaml.encode("word") == "word\n"
    assert yaml.encode(LuaTable({"<<": "n", "y": "="})) == "'<<': 'n'\n'y': '='\n"
    assert yaml.encode(None) == "null\n"
    assert yaml.encode(LuaTable({80: "web"})) == "'80': web\n"


def test_what_cannot_be_written() -> None:
    cycle = LuaTable()
    cycle["items"] = sequence(1, cycle)
    deep = LuaTable()
    for _ in range(300):
        deep = LuaTable({"x": deep})
    for value, message in (
        (
            LuaTable({"items": sequence(1, print)}),
            "value.items[2] is a function, which YAML cannot",
        ),
        (cycle, "value.items[2] is the same table as value: a cycle"),
        (deep, "is nested more than 200 levels deep"),
        (LuaTable({"a b": "\xff"}), 'value["a b"] is not UTF-8 (byte 0xFF at position 1)'),
        (LuaTable({print: 1}), "value has a key that is neither a string nor a number"),
        (LuaTable({1: 1, "1": 2}), 'value has two keys with the text "1"'),
    ):
        assert message in error_of(yaml.encode, value)


PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
    | st.sampled_from(
        ["yes", "1e3", "0o7", "a: b", "- x", " x\ny", "x\n\n", "x\ny\n", "<<", "=", "~"]
    ),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(
        st.text(st.characters(exclude_categories=["Cs"]), max_size=5), inner, max_size=4
    ),
    max_leaves=12,
)


@settings(deadline=None, max_examples=300)
@given(PLAIN)
def test_round_trip(plain: Any) -> None:
    value = from_json(plain)
    text = yaml.encode(value)
    assert same(yaml.parse(text), value)
    # Readers of YAML 1.1 see the same strings, too.
    assert same(from_json(pyyaml.safe_load(text.encode("latin-1"))), value)


@pytest.mark.parametrize("loader", ["SafeLoader", "CSafeLoader"])
def test_both_loaders(loader: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from assay.runtime.host import yaml_reader

    monkeypatch.setattr(yaml_reader, "_LOADER", getattr(pyyaml, loader))
    assert yaml_reader.read_yaml("a: &x [1, 'y']\nb: {<<: {c: ~}, d: *x}") == {
        "a": [1, "y"],
        "b": {"c": None, "d": [1, "y"]},
    }
    with pytest.raises(yaml_reader.DataError, match=r"line 2, column 1"):
        yaml_reader.read_yaml("a: 1\na: 2")
