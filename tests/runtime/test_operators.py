"""The operators against real Lua: every pair of awkward operands, and random ones, results and error texts alike."""

from __future__ import annotations

import random
import struct
from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

import pytest
from assay import runtime
from assay.runtime.stdlib.basic import lua_print, pcall, tostring

from ..stdlib.oracle import GLOBALS, LUA, Function, WithMetatable, assert_same, define

_BINARY: dict[str, Callable[[Any, Any], Any]] = {
    "+": runtime.add,
    "-": runtime.sub,
    "*": runtime.mul,
    "/": runtime.div,
    "//": runtime.idiv,
    "%": runtime.mod,
    "^": runtime.pow_,
    "&": runtime.band,
    "|": runtime.bor,
    "~": runtime.bxor,
    "<<": runtime.shl,
    ">>": runtime.shr,
    "..": runtime.concat,
    "==": runtime.eq,
    "~=": runtime.ne,
    "<": runtime.lt,
    "<=": runtime.le,
    ">": runtime.gt,
    ">=": runtime.ge,
}
_UNARY: dict[str, Callable[[Any], Any]] = {
    "-": runtime.neg,
    "~": runtime.bnot,
    "#": runtime.length,
}


def _callable(operator: Callable[..., Any], count: int) -> Callable[..., Any]:
    """An operator as a Lua function: a missing operand is nil."""
    return lambda *operands: operator(*(*operands, None, None)[:count])


def _name(symbol: str, count: int) -> str:
    """A name without dots, which would mean a field."""
    return f"operator {count} {symbol.replace('.', 'dot')}"


# Parameters are read through `...`: as locals they would be named in real Lua's errors.
for _symbol, _operator in _BINARY.items():
    define(
        _name(_symbol, 2),
        f"function(...) return (select(1, ...)) {_symbol} (select(2, ...)) end",
        _callable(_operator, 2),
    )
for _symbol, _unary in _UNARY.items():
    define(
        _name(_symbol, 1),
        f"function(...) return {_symbol} (select(1, ...)) end",
        _callable(_unary, 1),
    )

_PRINT = Function("print", lua_print)
_NUMBERS = (
    *(0, 1, -1, 2, 3, -3, 7, -7, 63, 64, 65, -64, 2**31, 2**53, 2**53 + 1, 2**62, 2**63 - 1, -(2**63), -(2**63) + 1),
    *(0.0, -0.0, 0.5, -0.5, 1.0, -1.0, 2.0, 3.0, -3.0, 5.3, -5.3, 1e15, 1e16, 1e100, 5e-324, 2.0**53, 2.0**63, -(2.0**63)),
    *(float("inf"), float("-inf"), float("nan")),
)  # fmt: skip
_STRINGS = (
    "",
    "a",
    "abc",
    "ab",
    "10",
    "-3",
    "0x10",
    "1.5",
    " 7 ",
    "1e1",
    "9223372036854775808",
    "a\0",
    "\xff",
    "10x",
)
_OTHERS = (None, True, False, [], [1, 2], {"a": 1}, _PRINT)
_ALL = (*_NUMBERS, *_STRINGS, *_OTHERS)


def _pairs() -> Iterator[tuple[Any, ...]]:
    for symbol, left, right in product(_BINARY, _ALL, _ALL):
        if left == left or right == right:  # of two NaNs either may come out
            yield (_name(symbol, 2), left, right)
    for symbol, operand in product(_UNARY, _ALL):
        yield (_name(symbol, 1), operand)


def test_every_pair() -> None:
    assert_same(_pairs())


def _number(chance: random.Random) -> int | float:
    kind = chance.randrange(6)
    if kind == 0:
        return chance.randint(-20, 20)
    if kind == 1:
        return chance.randint(-(2**63), 2**63 - 1)
    if kind == 2:
        return 2 ** chance.randint(0, 62) + chance.randint(-1, 1)
    if kind == 3:
        return chance.uniform(-100, 100)
    if kind == 4:
        return float(chance.randint(-(2**60), 2**60))
    value: float = struct.unpack("<d", chance.randbytes(8))[0]
    return value


def _operand(chance: random.Random) -> Any:
    kind = chance.randrange(8)
    if kind == 0:
        return str(_number(chance))
    if kind == 1:
        return chance.choice(_ALL)
    return _number(chance)


def test_random_operands() -> None:
    chance = random.Random(9)
    symbols = list(_BINARY)
    assert_same(
        (_name(chance.choice(symbols), 2), left, right)
        for left, right in ((_operand(chance), _operand(chance)) for _ in range(60000))
        if left == left or right == right
    )


# ------------------------------------------------------------------------------------------------------------- metamethods

_EVENTS = {
    "+": "__add",
    "-": "__sub",
    "*": "__mul",
    "/": "__div",
    "//": "__idiv",
    "%": "__mod",
    "^": "__pow",
    "&": "__band",
    "|": "__bor",
    "~": "__bxor",
    "<<": "__shl",
    ">>": "__shr",
    "..": "__concat",
    "==": "__eq",
    "~=": "__eq",
    "<": "__lt",
    "<=": "__le",
    ">": "__lt",
    ">=": "__le",
}


def _described(*operands: Any) -> str:
    return " ".join(GLOBALS["type"](operand) for operand in operands)


_DESCRIBE = Function(
    "function(...) local t = {...} for i = 1, select('#', ...) do t[i] = type(t[i]) end return table.concat(t, ' ') end",
    _described,
)
_NOTHING = Function("function() end", lambda *_: ())
_TWO = Function("function() return 1, 2 end", lambda *_: (1, 2))
_FALSE = Function("function() return false end", lambda *_: False)


def _metamethods() -> Iterator[tuple[Any, ...]]:
    for symbol, event in _EVENTS.items():
        for handler in (_DESCRIBE, _NOTHING, _TWO, _FALSE):
            table = WithMetatable([], {event: handler})
            named = WithMetatable([], {event: handler, "__name": "Point"})
            others = (
                5,
                "x",
                "10",
                None,
                True,
                [],
                named,
                WithMetatable([], {"__name": "Other"}),
                _PRINT,
            )
            for other in others:
                yield (_name(symbol, 2), table, other)
                yield (_name(symbol, 2), other, table)
    plain = WithMetatable([], {"__name": "Point"})
    for symbol in _BINARY:
        for other in (plain, 5, "x", [], None):
            yield (_name(symbol, 2), plain, other)
            yield (_name(symbol, 2), other, plain)
    for symbol, event in {"-": "__unm", "~": "__bnot", "#": "__len"}.items():
        yield (_name(symbol, 1), plain)
        for handler in (_DESCRIBE, _NOTHING, _TWO, _FALSE):
            yield (_name(symbol, 1), WithMetatable([], {event: handler}))


def test_metamethods() -> None:
    assert_same(_metamethods())


# --------------------------------------------------------------------------------------------------------- other primitives

define(
    "index",
    "function(...) return (select(1, ...))[(select(2, ...))] end",
    lambda container=None, key=None, *_: runtime.index(container, key),
)


def _set(container: Any = None, key: Any = None, value: Any = None, *_: Any) -> Any:
    runtime.setindex(container, key, value)
    return container


define(
    "set", "function(...) local t = ... t[(select(2, ...))] = (select(3, ...)) return t end", _set
)


def _accesses() -> Iterator[tuple[Any, ...]]:
    keys = (
        None,
        True,
        False,
        0,
        1,
        1.0,
        2.5,
        -0.0,
        float("nan"),
        "a",
        "1",
        "len",
        [],
        2.0**53,
        2**63 - 1,
        float("inf"),
    )
    fallback = WithMetatable([], {"__index": {"a": "inherited", 1: "one", False: "no"}})
    computed = WithMetatable([], {"__index": _DESCRIBE})
    for container, key in product(
        (*_OTHERS[3:6], {True: "t", 2.5: "f"}, fallback, computed, 5, None, True), keys
    ):
        yield ("index", container, key)
    for container, key in product(
        ([], [1, 2], {True: 1, 2: 2}, 5, None, "x", WithMetatable([], {"__newindex": _DESCRIBE})),
        keys,
    ):
        if not (
            container is None or isinstance(container, int | str)
        ):  # a local there, which real Lua would name
            yield ("set", container, key, "value")
            yield ("set", container, key, None)


def test_indexing() -> None:
    assert_same(_accesses())


@pytest.mark.parametrize("first", [1, 1.0, 3, -1, 2**63 - 3, "1", None, 0.1])
@pytest.mark.parametrize(
    "limit",
    [3, 3.0, 2.5, -1, -2.5, 2**63 - 1, float("inf"), float("-inf"), float("nan"), "3", None],
)
@pytest.mark.parametrize("step", [1, 2, -1, 0, 0.5, 0.0, -0.5, 2**62, "1", None])
def test_numeric_for(first: Any, limit: Any, step: Any) -> None:
    """At most 20 values: some of these loops never end."""

    def ours(*_: Any) -> str:
        seen = []
        for value in runtime.numeric_for(first, limit, step):
            seen.append(tostring(value))
            if len(seen) == 20:
                break
        return " ".join(seen)

    real = LUA.eval("""function(...)
          local seen = {}
          local good, message = pcall(function(...)
            for value = (select(1, ...)), (select(2, ...)), (select(3, ...)) do
              seen[#seen + 1] = tostring(value)
              if #seen == 20 then break end
            end
          end, ...)
          return good, good and table.concat(seen, " ") or message:gsub("^.-:%d+: ", "")
        end""")(first, limit, step)
    assert pcall(ours) == tuple(real)[:2]
