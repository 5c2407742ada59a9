"""The compiled accelerator: each helper does what its Python twin does, and every way to be without it works."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import assay.runtime as runtime
import pytest
from assay.runtime import LuaError, LuaTable, accelerator
from assay.runtime.accelerator import accelerated, pure
from assay.runtime.accelerator.sources import c_files, digest
from assay.runtime.iteration import ipairs, pairs
from assay.runtime.stdlib import sorting
from assay.runtime.stdlib.basic import setmetatable
from hypothesis import given, settings
from hypothesis import strategies as some

from .differential import (
    FLOATS,
    INTEGERS,
    KEYS,
    PLAIN,
    STRINGS,
    TABLES,
    VALUES,
    assert_same,
    method_of_metatable,
    needs_extension,
    outcome,
    shown,
)

ROOT = Path(__file__).resolve().parents[2]

_OPERATORS = (
    *("add", "sub", "mul", "div", "idiv", "mod", "band", "bor", "bxor", "shl", "shr"),
    *("eq", "ne", "lt", "le", "gt", "ge", "index"),
)


@needs_extension
@pytest.mark.parametrize("name", _OPERATORS)
def test_operators_of_two(name: str) -> None:
    @settings(max_examples=150, deadline=None)
    @given(left=VALUES, right=VALUES, is_same=some.integers(0, 5))
    def check(left: Any, right: Any, is_same: int) -> None:
        assert_same(getattr(runtime, name), [left, left if is_same == 0 else right])

    check()


@needs_extension
@pytest.mark.parametrize("function", [runtime.neg, runtime.length, runtime.truthy, pairs, ipairs])
def test_helpers_of_one(function: Any) -> None:
    @settings(max_examples=150, deadline=None)
    @given(operand=VALUES)
    def check(operand: Any) -> None:
        assert_same(function, [operand])

    check()


@needs_extension
@settings(max_examples=400, deadline=None)
@given(container=some.one_of(TABLES, PLAIN), key=some.one_of(KEYS, VALUES), value=PLAIN)
def test_setindex(container: Any, key: Any, value: Any) -> None:
    assert_same(runtime.index, [container, key])
    assert_same(runtime.setindex, [container, key, value])


@needs_extension
@settings(max_examples=300, deadline=None)
@given(container=some.one_of(TABLES, PLAIN), value=PLAIN)
def test_append(container: Any, value: Any) -> None:
    assert_same(runtime.append, [container, value])


@needs_extension
@settings(max_examples=200, deadline=None)
@given(operands=some.lists(some.one_of(STRINGS, INTEGERS, FLOATS, VALUES), min_size=2, max_size=5))
def test_concat(operands: list[Any]) -> None:
    assert_same(runtime.concat, operands)


@needs_extension
@settings(max_examples=200, deadline=None)
@given(
    values=some.lists(
        some.one_of(INTEGERS, some.sampled_from([1.5, "2", None])), min_size=2, max_size=3
    )
)
def test_numeric_for(values: list[Any]) -> None:
    assert_same(runtime.numeric_for, values)


@needs_extension
@given(results=some.lists(PLAIN, max_size=3).map(tuple))
def test_first(results: tuple[Any, ...]) -> None:
    assert_same(runtime.first, [results])
    for result in results:
        assert_same(runtime.first, [result])


@needs_extension
@settings(max_examples=200, deadline=None)
@given(items=some.lists(PLAIN, max_size=12))
def test_constructors(items: list[Any]) -> None:
    assert_same(runtime.sequence, items)
    assert_same(runtime.new_table, [dict(zip("abcdefghijkl", items, strict=False))])
    assert shown(LuaTable(dict(enumerate(items)))) == shown(LuaTable(enumerate(items)))


def test_calling_the_class() -> None:
    assert shown(LuaTable()) == "LuaTable[]" and dict(LuaTable({"a": 1}, b=2)) == {"a": 1, "b": 2}
    assert dict(LuaTable([("a", 1)])) == {"a": 1} and dict(LuaTable(LuaTable({1: 2}))) == {1: 2}
    with pytest.raises(TypeError):
        LuaTable(1)  # type: ignore[call-overload]  # what is tested
    with pytest.raises(TypeError):
        LuaTable({}, {})  # type: ignore[call-overload]  # what is tested


@needs_extension
@settings(max_examples=200, deadline=None)
@given(table=VALUES, metatable=VALUES, key=KEYS)
def test_setmetatable(table: Any, metatable: Any, key: Any) -> None:
    assert_same(setmetatable, [table, metatable])
    if isinstance(table, LuaTable) and type(key) is not bool:
        assert outcome(lambda: table[key], []) == outcome(runtime.index, [table, key]).replace(
            shown((table, key)), shown(())
        )


def test_tables_that_inherit_from_tables() -> None:
    grandparent = LuaTable({"x": 1, 2: "two"})
    parent = setmetatable(LuaTable(), LuaTable({"__index": grandparent}))
    child = setmetatable(LuaTable(), LuaTable({"__index": parent}))
    computed = setmetatable(LuaTable(), LuaTable({"__index": lambda table, key: (key, 1)}))
    assert (child["x"], child[2], child[2.0], child["y"]) == (1, "two", "two", None)
    assert computed["x"] == "x" and setmetatable(child, None)["x"] is None
    computed_later = setmetatable(LuaTable(), LuaTable({"__index": computed}))
    assert computed_later["z"] == "z" and runtime.index(computed_later, True) is True


@needs_extension
def test_a_metatable_goes_with_its_table() -> None:
    metatable = LuaTable()
    before = sys.getrefcount(metatable), sys.getrefcount(LuaTable)
    tables = [setmetatable(LuaTable(), metatable) for _ in range(100)]
    assert setmetatable(tables[0], None) is tables[0]
    setmetatable(tables[0], metatable)
    del tables
    assert (sys.getrefcount(metatable), sys.getrefcount(LuaTable)) == before


_COMPARISONS: list[Callable[[Any, Any], Any]] = [
    lambda left, right: left < right,
    lambda left, right: (left > right, "and more"),
    lambda left, right: left % 3 < right % 3,
    lambda left, right: True,
    lambda left, right: (),
    lambda left, right: left <= right,
]


@needs_extension
@pytest.mark.parametrize("number", range(len(_COMPARISONS)))
def test_sorting_takes_the_same_steps(number: int) -> None:
    def steps(sort: Any, items: list[int], fails_after: int) -> Any:
        seen: list[Any] = []

        def comparison(left: Any, right: Any) -> Any:
            seen.append((left, right))
            if len(seen) == fails_after:
                raise LuaError("enough")
            return _COMPARISONS[number](left, right)

        try:
            result = sort(items, comparison)
        except LuaError as error:
            result = error.value
        return result, seen, items

    @settings(max_examples=60, deadline=None)
    @given(
        some.one_of(
            some.lists(some.integers(0, 40), max_size=40),
            some.builds(
                lambda size, step: [at * step % size for at in range(size)],
                some.integers(1, 400),
                some.integers(0, 400),
            ),
        ),
        some.integers(0, 60),
    )
    def check(items: list[int], fails_after: int) -> None:
        sort = sorting._quicksort
        assert steps(sort, [*items], fails_after) == steps(pure(sort), [*items], fails_after)

    check()


@needs_extension
def test_wrong_numbers_of_arguments() -> None:
    for name in [*_OPERATORS, "setindex", "append", "numeric_for"]:
        for arguments in ([], [1], [1, 2, 3, 4]):
            assert_same(getattr(runtime, name), arguments)


@needs_extension
def test_operands_that_are_named() -> None:
    """Generated code evaluates them in another order than it gives them."""
    table = LuaTable({"a": 1})
    assert runtime.sub(right=2, left=5) == 3 and runtime.sub(5, right=2) == 3
    assert runtime.index(key="a", container=table) == 1
    runtime.setindex(table, value=4, key="a")
    assert table["a"] == 4
    assert runtime.lt(right=1, left=2) is False
    assert list(runtime.numeric_for(1, 9, step=4)) == [1, 5, 9]


# -------------------------------------------------------------------------------------------------------------- the module


@needs_extension
def test_every_function_of_the_extension_is_used() -> None:
    from assay.runtime.accelerator import _native

    assert len(_native.names()) == len(set(_native.names()))
    for name in _native.names():
        module, _, function = name.rpartition(".")
        found = getattr(__import__(f"assay.runtime.{module}", fromlist=["_"]), function)
        assert pure(found).__qualname__ == function and found is not pure(found), name


@needs_extension
def test_a_helper_that_the_extension_does_not_have() -> None:
    with pytest.raises(LookupError, match="test_a_helper"):
        accelerated(lambda: 1)


def test_what_is_not_accelerated_is_itself() -> None:
    assert (
        pure(len) is len and pure(3) == 3 and pure(method_of_metatable) is method_of_metatable
    )  # identity is meant


def _state(**environment: str) -> str:
    """What a new process says about the extension."""
    program = "from assay.runtime import accelerator, add; print(accelerator.STATE, type(add).__name__, add('1', 2))"
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, **environment},
        capture_output=True,
        encoding="utf-8",
        timeout=100,
        check=True,
    )
    return done.stdout.strip() + done.stderr


def test_the_switch() -> None:
    assert _state(ASSAY_PURE_PYTHON="1") == "switched off by ASSAY_PURE_PYTHON function 3"


@needs_extension
def test_without_the_switch() -> None:
    assert _state(ASSAY_PURE_PYTHON="0") == "active builtin_function_or_method 3"


def test_the_digest_sees_every_source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for path in c_files():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    monkeypatch.setattr("assay.runtime.accelerator.sources.FOLDER", tmp_path)
    seen = {digest()}
    for path in c_files():
        path.write_bytes(path.read_bytes() + b"\n")
        seen.add(digest())
    assert len(seen) == len(c_files()) + 1


@needs_extension
def test_an_extension_of_other_sources_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assay.runtime.accelerator.digest", lambda: "another")
    with pytest.warns(RuntimeWarning, match="other sources"):
        assert accelerator._load() == (None, "built from other sources")


_PURE_SLICE = "metatables or coroutines or test_metamethods or test_indexing"


def test_the_language_without_the_extension() -> None:
    """A slice; `make test-pure` runs all of it."""
    tests = ["tests/language/test_programs.py", "tests/runtime/test_operators.py"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", _PURE_SLICE, *tests],
        cwd=ROOT,
        env={**os.environ, "ASSAY_PURE_PYTHON": "1"},
        capture_output=True,
        encoding="utf-8",
        timeout=280,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
