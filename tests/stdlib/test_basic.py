"""The basic functions against real Lua."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import redirect_stdout
from io import StringIO
from itertools import product

import pytest
from assay.runtime.errors import LuaError
from assay.runtime.stdlib import basic
from assay.runtime.tables import setindex
from assay.runtime.values import LuaTable

from .oracle import Call, Function, WithMetatable, assert_same, define_loop, to_ours

define_loop("pairs")
define_loop("ipairs")

_PRINT = Function("print", basic.lua_print)
_VALUES = (
    None,
    True,
    False,
    0,
    1,
    -1,
    2.5,
    2.0,
    "",
    "x",
    "2",
    "0x10",
    " 7 ",
    "1e1",
    "#",
    [],
    {"a": 1},
    _PRINT,
)
_RETURNS = Function(
    "function(...) return ... end", lambda *values: values[0] if len(values) == 1 else values
)
_RAISES = Function(
    "function(...) error((...), 0) end",
    lambda *values: basic.error(*values, 0) if values else basic.error(None, 0),
)
_TRUE_TEXT = WithMetatable(
    [], {"__tostring": Function("function() return 'shown' end", lambda *_: "shown")}
)

_FUNCTIONS = (
    *(
        "assert",
        "error",
        "getmetatable",
        "ipairs",
        "next",
        "pairs",
        "pcall",
        "rawequal",
        "rawget",
        "rawlen",
        "rawset",
    ),
    *("select", "setmetatable", "tonumber", "tostring", "type", "xpcall"),
)


def _every_value() -> Iterator[Call]:
    for name in _FUNCTIONS:
        yield (name,)
        for value in _VALUES:
            if name != "getmetatable" or not isinstance(
                value, str
            ):  # real Lua's has arithmetic for strings in it
                yield (name, value)
        for pair in product(_VALUES, _VALUES):
            if name != "getmetatable":
                yield (name, *pair)
    for triple in product(([], {"a": 1}, 5), _VALUES, (None, 5)):
        yield ("rawset", *triple)
    for name in ("select", "assert", "pcall"):
        yield (name, 2, "a", "b", "c")
        yield (name, -1, "a", "b", "c")
        yield (name, -3, "a", "b", "c")
        yield (name, -4, "a", "b", "c")
        yield (name, "#", "a", None, None)


def test_every_value() -> None:
    assert_same(_every_value())


def _protected() -> Iterator[Call]:
    for function in (_RETURNS, _RAISES, WithMetatable([], {"__call": _RETURNS}), [], "x", None):
        for arguments in ((), (1,), (None,), ("message", 2), ([1],)):
            yield ("pcall", function, *arguments)
            for handler in (_RETURNS, _RAISES, None, 5):
                yield ("xpcall", function, handler, *arguments)
    for level in (0, 1, 2, 5, "1", 1.0, 1.5, None, []):
        yield ("error", "message", level)
        yield ("error", {"code": 1}, level)
        yield ("error", 5, level)


def test_protected_calls() -> None:
    assert_same(_protected())


def _metatables() -> Iterator[Call]:
    for field in (None, False, "locked", []):
        protected = WithMetatable([], {"__metatable": field} if field is not None else {})
        yield ("getmetatable", protected)
        yield ("setmetatable", protected, {"__index": 1})
        yield ("setmetatable", protected, None)
    shows = (
        _RETURNS,
        Function("function() return 5 end", lambda *_: 5),
        Function("function() end", lambda *_: ()),
        Function("function() return 1, 2 end", lambda *_: (1, 2)),
    )
    for handler in (*shows, "x", None, 5):
        table = WithMetatable([], {"__tostring": handler} if handler is not None else {})
        yield ("tostring", table)
        for name in ("__len", "__index", "__eq", "__name", "__pairs"):
            other = WithMetatable([1, 2], {name: handler} if handler is not None else {})
            for function in ("rawlen", "tostring", "pairs_all", "ipairs_all", "next"):
                yield (function, other)
    yield ("tostring", WithMetatable([], {"__name": "Point"}))
    yield ("string.rep", WithMetatable([], {"__name": "Point"}))
    yield ("rawget", WithMetatable([], {"__index": _RETURNS}), 1)
    yield ("rawequal", _TRUE_TEXT, _TRUE_TEXT)
    yield (
        "ipairs_all",
        WithMetatable(
            [],
            {
                "__index": Function(
                    "function(t, i) if i < 4 then return i * 2 end end",
                    lambda t, i: i * 2 if i < 4 else None,
                )
            },
        ),
    )


def test_metatables() -> None:
    assert_same(_metatables())


def test_iteration() -> None:
    tables = (
        [],
        [1, 2, 3],
        [1, None, 3],
        {"a": 1},
        {True: 1},
        {2.0: "two"},
        {2.5: "x"},
        {False: "no"},
    )
    assert_same(
        (loop, table) for loop in ("pairs_all", "ipairs_all") for table in (*tables, None, 5)
    )


def test_tonumber_bases() -> None:
    texts = (
        "",
        " ",
        "0",
        "10",
        "-10",
        "+10",
        "--1",
        "z",
        "Zz",
        "7f",
        "1.0",
        "1e1",
        "0x10",
        " 11 ",
        "1 1",
        "1_0",
        "\xb2",
        "9" * 30,
        "-" + "f" * 17,
        "1\0",
    )
    assert_same(
        ("tonumber", text, base)
        for text in (*texts, 10, None, True, [])
        for base in (2, 3, 8, 10, 16, 36, 1, 37, 0, -1, "10", 10.0, 10.5, "x", None, [])
    )


def test_warn_is_off_and_can_be_turned_on(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    basic.warn("hidden")
    basic.warn("@on")
    basic.warn("a", "b", 1)
    basic.warn("@unknown")
    basic.warn("@off")
    basic.warn("hidden")
    assert capfdbinary.readouterr().err == b"Lua warning: ab1\n"
    assert_same([("warn",), ("warn", None), ("warn", 1, [])])


def test_print_writes_bytes(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    basic.lua_print("a\xe9\0", 1, 2.0, None, True, to_ours(_TRUE_TEXT))
    basic.lua_print()
    import sys

    sys.stdout.flush()
    assert capfdbinary.readouterr().out == b"a\xe9\0\t1\t2.0\tnil\ttrue\tshown\n\n"


def test_print_to_a_stream_that_takes_text_only() -> None:
    """As a notebook or a test puts in the place of standard output."""
    with redirect_stdout(StringIO()) as shown:
        basic.lua_print("gr\xc3\xbc\xc3\x9fe", 1)
    assert shown.getvalue() == "grüße\t1\n"


def test_no_memory_is_an_error_like_others() -> None:
    """The message is real Lua's (lstate.h, MEMERRMSG)."""

    def allocate() -> None:
        raise MemoryError

    assert basic.pcall(allocate) == (False, "not enough memory")


def test_collectgarbage() -> None:
    for option in (
        "collect",
        "step",
        "isrunning",
        "stop",
        "restart",
        "incremental",
        None,
        "nonsense",
        5,
    ):
        assert_same([("collectgarbage", option)])
    assert type(basic.collectgarbage("count")) is float


def test_pcall_passes_what_is_no_lua_error() -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        basic.pcall(stop)
    with pytest.raises(KeyboardInterrupt):
        basic.xpcall(stop, basic.tostring)


def test_stack_overflow_is_a_lua_error() -> None:
    def deeper(*_: object) -> object:
        return deeper() or 1

    good, message = basic.pcall(deeper)
    assert good is False
    assert "stack overflow" in message


class TestNext:
    """`next` while the table changes, which `pairs` in real Lua allows for fields assigned nil."""

    def traverse(self, table: LuaTable) -> list[object]:
        keys = []
        found = basic.lua_next(table)
        while found is not None:
            keys.append(found[0])
            found = basic.lua_next(table, found[0])
        return keys

    def test_removing_on_the_way(self) -> None:
        table = to_ours(dict.fromkeys("abcdef", True))
        seen = []
        found = basic.lua_next(table)
        while found is not None:
            seen.append(found[0])
            setindex(table, found[0], None)
            found = basic.lua_next(table, found[0])
        assert seen == list("abcdef")
        assert len(table) == 0

    def test_removing_what_comes(self) -> None:
        table = to_ours(dict.fromkeys("abcdef", True))
        first, _ = basic.lua_next(table)
        second, _ = basic.lua_next(table, first)
        for key in "cd":
            setindex(table, key, None)
        assert basic.lua_next(table, second) == ("e", True)

    def test_nested_traversals_of_one_table(self) -> None:
        table = to_ours([1, 2, 3])
        pairs = []
        outer = basic.lua_next(table)
        while outer is not None:
            inner = basic.lua_next(table)
            while inner is not None:
                pairs.append((outer[0], inner[0]))
                inner = basic.lua_next(table, inner[0])
            outer = basic.lua_next(table, outer[0])
        assert pairs == [(a, b) for a in (1, 2, 3) for b in (1, 2, 3)]

    def test_nested_with_removal(self) -> None:
        table = to_ours(dict.fromkeys("abcd", True))
        seen = []
        outer = basic.lua_next(table)
        while outer is not None:
            seen.append(outer[0])
            setindex(table, outer[0], None)
            self.traverse(table)
            outer = basic.lua_next(table, outer[0])
        assert seen == list("abcd")

    def test_emptiness_test_makes_no_list(self) -> None:
        table = to_ours({f"k{number}": number for number in range(100)})
        seen = 0
        found = basic.lua_next(table)
        while found is not None:
            seen += 1
            assert basic.lua_next(table) is not None
            listed = table._traversal
            found = basic.lua_next(table, found[0])
            if seen > 2 and found is not None:
                assert listed.outer is table._traversal, "the traversal under way goes on"
        assert seen == 100

    def test_key_added_after_the_beginning(self) -> None:
        table = to_ours({"a": 1, "b": 2})
        basic.lua_next(table, "a")
        setindex(table, "c", 3)
        assert basic.lua_next(table, "c") is None

    def test_unknown_key(self) -> None:
        table = to_ours({"a": 1})
        self.traverse(table)
        with pytest.raises(LuaError, match="invalid key to 'next'"):
            basic.lua_next(table, "nothing")

    def test_booleans_and_floats_as_keys(self) -> None:
        table = to_ours({True: 1, False: 2, 2.0: 3, 2.5: 4})
        assert self.traverse(table) == [True, False, 2, 2.5]
        assert basic.lua_next(table, 2.0) == (2.5, 4)
