"""The table library against real Lua, the order of `sort` included."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import product

from assay.runtime.comparison import lt
from assay.runtime.stdlib import basic
from assay.runtime.tables import index
from assay.runtime.values import LuaTable

from .oracle import Call, Function, WithMetatable, assert_same, define

_ABSENT_THEN = Function(
    "function(t, i) if i < 4 then return i * 10 end end", lambda t, i: i * 10 if i < 4 else None
)
_LENGTH_THREE = Function("function() return 3 end", lambda *_: 3)
_COMPUTED = WithMetatable([], {"__index": _ABSENT_THEN, "__len": _LENGTH_THREE})
_TABLES = (
    [],
    [1],
    [1, 2, 3],
    ["a", "b", "c", "d"],
    [1, None, 3],
    {"x": 1},
    {2: "two"},
    [1.5, "x", 2],
    [1, True],
    [[]],
    _COMPUTED,
)
_NOT_TABLES = (None, 5, "abc", True)
_POSITIONS = (None, 0, 1, 2, 3, 4, 5, -1, "2", 2.0, 1.5, "x", [], 2**63 - 1, -(2**63))


def _lists() -> Iterator[Call]:
    functions = ("concat", "insert", "remove", "unpack", "sort", "pack", "move")
    for name in functions:
        yield (f"table.{name}",)
        for table in (*_TABLES, *_NOT_TABLES):
            yield (f"table.{name}", table)
            for position in _POSITIONS:
                if not (name == "unpack" and position == -(2**63)):
                    yield (f"table.{name}", table, position)
                yield (
                    (f"table.{name}", table, position, "new")
                    if name in ("insert", "remove")
                    else ("table.pack", table, position)
                )
    for table, first, last in product(
        _TABLES, (None, 0, 1, 2, -1, 3), (None, 0, 1, 3, 4, -1, "x", 1.5)
    ):
        yield ("table.unpack", table, first, last)
        yield ("table.concat", table, ", ", first, last)
        yield ("table.concat", table, 1, first, last)
        yield ("table.insert", table, first, last, "extra")
    for first, last, target in product(
        (1, 2, 0, -1, "1", 1.5, None), (0, 1, 3, 5, None), (1, 2, 5, 0, -1, None)
    ):
        for table in _TABLES[:8]:
            yield ("table.move", table, first, last, target)
            yield ("table.move", table, first, last, target, ["x", "y"])
    edges = (1, 0, -1, 2, 2**63 - 1, -(2**63), 2**63 - 2)
    for first, last, target in product(edges, edges, edges):
        if last - first < 10 or last - first >= 2**63 - 1 or target > 2**63 - 10:
            yield ("table.move", [1, 2], first, last, target)
    for last in (2**63 - 1, 2**31, 10**7):
        yield ("table.unpack", [], 1, last)
    yield ("table.unpack", [], -(2**63), 2**63 - 1)
    yield ("table.unpack", [1], 2**63 - 1, 2**63 - 1)
    yield ("table.concat", [1], "", 1, 2**63 - 1)
    yield ("table.concat", [1, 2.5, "x", -0.0, 1e100], "\xff")
    yield ("table.pack", None, None)
    yield ("table.pack", 1, None, 3, None)


def test_lists() -> None:
    assert_same(_lists())


def _metamethods() -> Iterator[Call]:
    for length in (3, 3.0, "3", 2.5, "x", None, -1):
        answer = Function(f"function() return {_lua(length)} end", lambda *_, length=length: length)
        table = WithMetatable(["a", "b"], {"__len": answer})
        for name in ("concat", "insert", "remove", "unpack", "sort"):
            yield (f"table.{name}", table)
            yield (f"table.{name}", table, 1)
    yield ("table.move", _COMPUTED, 1, 3, 1, [])
    yield ("table.concat", _COMPUTED, "+")
    yield (
        "table.sort",
        WithMetatable([], {"__len": Function("function() return 2^31 end", lambda *_: 2.0**31)}),
    )


def _lua(value: object) -> str:
    return "nil" if value is None else repr(value).replace("'", '"')


def test_metamethods() -> None:
    assert_same(_metamethods())


# ------------------------------------------------------------------------------------------------------------------- sort


def _logged_sort(table: LuaTable, *rest: object) -> LuaTable:
    log = LuaTable()

    def less(left: object, right: object) -> object:
        log[len(log) + 1] = left
        log[len(log) + 1] = right
        return lt(left, right)

    from assay.runtime.stdlib import table as library

    library.sort(table, less)
    return log


define(
    "logged_sort",
    """function(t)
      local log = {}
      table.sort(t, function(a, b) log[#log + 1] = a; log[#log + 1] = b; return a < b end)
      return log
    end""",
    _logged_sort,
)

_BY_KEY = Function(
    "function(a, b) return a.k < b.k end", lambda a, b: lt(index(a, "k"), index(b, "k"))
)
_DESCENDING = Function("function(a, b) return a > b end", lambda a, b: lt(b, a))
_WRONG = (
    Function("function() return true end", lambda *_: True),
    Function("function() return false end", lambda *_: False),
    Function("function() end", lambda *_: ()),
    Function("function() return nil, 1 end", lambda *_: (None, 1)),
    Function("function(a, b) return a <= b end", lambda a, b: not lt(b, a)),
    Function("function(a, b) return 0 end", lambda *_: 0),
    Function("error", basic.error),
)


def _sorts(seed: int) -> Iterator[Call]:
    chance = random.Random(seed)
    for size in (*range(12), 20, 50, 99, 100, 101, 102, 150, 400, 1000):
        for _ in range(6 if size < 100 else 2):
            numbers = [chance.randint(0, size) for _ in range(size)]
            yield ("logged_sort", numbers)
            yield ("table.sort", numbers)
            yield ("table.sort", [number + chance.choice((0, 0.5, 0.0)) for number in numbers])
            yield ("table.sort", [chance.choice((1, 1.0, 0.0, -0.0, 2, 2.0)) for _ in numbers])
            yield ("table.sort", [f"{number}" for number in numbers])
            yield ("table.sort", numbers, _DESCENDING)
            yield (
                "table.sort",
                [{"k": number % 5, "i": place} for place, number in enumerate(numbers)],
                _BY_KEY,
            )
            for comparison in _WRONG:
                yield ("table.sort", numbers, comparison)
        yield ("table.sort", list(range(size)), _DESCENDING)
        if size < 128:  # real Lua chooses pivots by the clock after very unequal partitions of more
            yield ("logged_sort", list(range(size, 0, -1)))
        yield ("logged_sort", [1] * size)
    for mixed in (
        [1, "x"],
        ["x", 1, 2],
        [[], []],
        [True, False],
        [1, None, 2],
        [None, 1],
        [float("nan"), 1.0, 2.0],
        [2, float("nan"), 1, 0.5],
    ):
        yield ("table.sort", mixed)
        yield ("table.sort", mixed, _DESCENDING)
    less_than = Function(
        "function(a, b) return a.k < b.k end", lambda a, b: lt(index(a, "k"), index(b, "k"))
    )
    objects = [
        WithMetatable({"k": number % 3, "i": number}, {"__lt": less_than}) for number in range(30)
    ]
    yield ("table.sort", objects)


def test_sort() -> None:
    assert_same(_sorts(5))
