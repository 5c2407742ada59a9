"""Tables that the extension keeps as arrays: whatever is done to one, it is what a table would be."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable
from typing import Any

import assay.runtime as runtime
import pytest
from assay.runtime import LuaError, LuaTable, array
from assay.runtime.stdlib import table
from assay.runtime.stdlib.basic import lua_type, setmetatable
from assay.runtime.values import LuaArray
from hypothesis import given, settings
from hypothesis import strategies as some

from .differential import FLOATS, INTEGERS, needs_extension

PLACES = some.one_of(some.integers(1, 9), some.integers(-1, 200))
KEYS = some.one_of(PLACES, PLACES.map(float), FLOATS, INTEGERS, some.none(), some.just("n"))
ITEMS = some.one_of(some.integers(0, 9), some.sampled_from(["a", "b", True, 0.5]))
MAYBE = some.one_of(ITEMS, some.none())


def _subscribe(made: LuaTable, key: Any) -> Any:
    return made[key]


def _store(made: LuaTable, place: int, value: Any) -> None:
    made[place] = value


def _looped(made: LuaTable) -> list[Any]:
    return [tuple(pair) for pair in runtime.ipairs(made)]


OPERATIONS: tuple[tuple[Callable[..., Any], tuple[Any, ...]], ...] = (
    (_subscribe, (some.one_of(KEYS),)),
    (_store, (PLACES, ITEMS)),
    (_store, (PLACES, ITEMS)),
    (runtime.index, (KEYS,)),
    (runtime.setindex, (PLACES, MAYBE)),
    (runtime.setindex, (KEYS, MAYBE)),
    (runtime.length, ()),
    (runtime.append, (ITEMS,)),
    (runtime.append, (MAYBE,)),
    (_looped, ()),
    (table.insert, (ITEMS,)),
    (table.insert, (PLACES, ITEMS)),
    (table.insert, (PLACES, MAYBE)),
    (table.remove, ()),
    (table.remove, (PLACES,)),
    (table.concat, (some.just(","),)),
    (table.concat, (some.just(","), some.integers(0, 4), some.integers(0, 4))),
    (table.unpack, (some.integers(0, 4), some.integers(0, 4))),
    (table.sort, ()),
    (lua_type, ()),
)
RARE: tuple[tuple[Callable[..., Any], tuple[Any, ...]], ...] = (
    (len, ()),
    (lambda made, key: made.get(key), (PLACES,)),
    (lambda made, key: key in made, (PLACES,)),
    (lambda made: sorted(made.items(), key=str), ()),
    (lambda made: sorted(dict(made).items(), key=str), ()),
    (lambda made, key: made.pop(key, None), (PLACES,)),
    (lambda made, *_: runtime.eq(made, made), ()),
)


def _steps(operations: Any) -> Any:
    return some.lists(
        some.sampled_from(operations).flatmap(
            lambda one: some.tuples(some.just(one[0]), some.tuples(*one[1]))
        ),
        max_size=25,
    )


def _outcome(operation: Callable[..., Any], made: LuaTable, arguments: tuple[Any, ...]) -> str:
    try:
        return repr(operation(made, *arguments))
    except (LuaError, TypeError) as problem:
        return f"{type(problem).__name__}: {problem}"


def _check(items: list[Any], steps: list[tuple[Callable[..., Any], tuple[Any, ...]]]) -> None:
    one, other = array(*items), runtime.sequence(*items)
    for operation, arguments in steps:
        assert _outcome(operation, one, arguments) == _outcome(operation, other, arguments)
        assert runtime.length(one) == runtime.length(other)
    assert sorted(one.items(), key=str) == sorted(other.items(), key=str)
    assert type(one) is LuaTable
    assert getattr(one, "_constructed", None) == getattr(other, "_constructed", None)


@settings(max_examples=150, deadline=None)
@given(items=some.lists(MAYBE, max_size=6), steps=_steps(OPERATIONS))
def test_an_array_does_what_a_table_does(items: list[Any], steps: Any) -> None:
    _check(items, steps)


@settings(max_examples=80, deadline=None)
@given(items=some.lists(ITEMS, max_size=6), steps=_steps((*OPERATIONS, *RARE)))
def test_an_array_becomes_a_table(items: list[Any], steps: Any) -> None:
    _check(items, steps)


@needs_extension
def test_which_tables_are_arrays() -> None:
    made = array(1, 2)
    table.insert(made, 3)
    made[9] = 4
    runtime.setindex(made, 6.0, 5)
    assert type(made) is LuaArray and made[3.0] == 3 and made[4] is None and made[10] is None
    assert type(array(1, None)) is LuaTable
    far = array()
    far[1000] = True
    assert type(far) is LuaTable and far[1000] is True
    setmetatable(made, LuaTable())
    assert dict(made) == {1: 1, 2: 2, 3: 3, 6: 5, 9: 4}


@needs_extension
def test_what_an_array_keeps_alive() -> None:
    class Value:
        pass

    values = [Value() for _ in range(4)]
    alive = [weakref.ref(value) for value in values]
    made = array(*values)
    del values
    table.remove(made, 2)
    runtime.setindex(made, 1, 0)
    assert [one() is None for one in alive] == [True, True, False, False]
    made[3] = made  # a cycle
    del made
    gc.collect()
    assert all(one() is None for one in alive)


@needs_extension
def test_an_array_that_becomes_a_table_in_a_loop() -> None:
    made = array(1, 2, 3)
    seen = []
    for place, item in runtime.ipairs(made):
        seen.append((place, item))
        if place == 2:
            assert len(made) == 3
            assert type(made) is LuaTable
    assert seen == [(1, 1), (2, 2), (3, 3)]


def test_nested_arrays_are_freed_without_recursion() -> None:
    made = array()
    for _ in range(100_000):
        made = array(made)
    del made


def test_errors_name_a_table() -> None:
    with pytest.raises(LuaError, match="attempt to perform arithmetic on a table value"):
        runtime.add(array(1), 1)
