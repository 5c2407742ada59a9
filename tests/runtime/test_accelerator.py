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

ROOT = Path(__file__).resolve().parents[2]

needs_extension = pytest.mark.skipif(
    accelerator.STATE != "active", reason=f"the extension is {accelerator.STATE}"
)

# ------------------------------------------------------------------------------------------------------------------ values

_INTEGERS = some.one_of(
    some.integers(-4, 8),
    some.integers(-(2**63), 2**63 - 1),
    some.sampled_from(
        [2**30, -(2**30), 2**30 - 1, 2**31, 2**32, 2**62, 2**63 - 1, -(2**63), -(2**63) + 1]
    ),
)
_FLOATS = some.one_of(
    some.sampled_from([0.0, -0.0, 1.0, 2.0, 0.5, 2.0**53, 2.0**63]), some.floats()
)
_STRINGS = some.one_of(
    some.sampled_from(["", "a", "b", "n", "10", "0x10", " 7 ", "1e3", "len"]),
    some.text(some.characters(max_codepoint=255), max_size=4),
)
_KEYS = some.one_of(some.integers(1, 6), _STRINGS, some.booleans(), _FLOATS)


def _method(*arguments: Any) -> Any:
    return len(arguments), "from a metamethod"


def _failing(*_: Any) -> Any:
    raise LuaError("from a metamethod")


_EVENTS = "__index __newindex __len __eq __lt __le __add __sub __mul __div __mod __idiv __unm __concat __call __pairs"
_HANDLERS = some.one_of(some.sampled_from([_method, _failing, True]), some.just("table"))


def _made(fields: dict[Any, Any], items: list[Any], events: dict[str, Any] | None) -> LuaTable:
    table = runtime.sequence(*items)
    for key, value in fields.items():
        if key == key:
            runtime.setindex(table, key, value)
    if events is None:
        return table
    handlers = {
        event: runtime.sequence("one", "two") if handler == "table" else handler
        for event, handler in events.items()
    }
    return setmetatable(table, LuaTable(handlers))


_PLAIN = some.one_of(some.none(), some.booleans(), _INTEGERS, _FLOATS, _STRINGS, some.just(print))
_TABLES = some.builds(
    _made,
    some.dictionaries(_KEYS, _PLAIN, max_size=3),
    some.lists(some.one_of(some.none(), some.integers(1, 3)), max_size=4),
    some.one_of(
        some.none(), some.dictionaries(some.sampled_from(_EVENTS.split()), _HANDLERS, max_size=3)
    ),
)
_VALUES = some.one_of(_PLAIN, _TABLES)


def _shown(value: Any, depth: int = 0) -> str:
    """Every difference that Lua can see, of values that are made anew for each side."""
    if isinstance(value, LuaTable):
        entries = [f"{_shown(key, 1)}: {_shown(item, 1)}" for key, item in value.items()]
        above = "" if value.metatable is None or depth > 3 else _shown(value.metatable, depth + 1)
        return f"{type(value).__name__}{entries}{getattr(value, '_constructed', '')}{above}"
    if isinstance(value, tuple):
        return f"({', '.join(_shown(item) for item in value)})"
    return f"{type(value).__name__} {value!r}"


def _outcome(function: Callable[..., Any], arguments: list[Any]) -> str:
    try:
        result = function(*arguments)
        if hasattr(result, "__next__"):
            result = tuple(item for _, item in zip(range(8), result, strict=False))
        elif isinstance(result, range):
            result = (result[:8], len(result) if result.stop - result.start < 2**60 else "many")
        shown = _shown(result)
    except (LuaError, TypeError, OverflowError) as problem:
        shown = f"{type(problem).__name__}: {problem}"
    return f"{shown} after {_shown(tuple(arguments))}"


def _copied(value: Any) -> Any:
    """A table like this one, with a metatable like its own; other values are the same."""
    if not isinstance(value, LuaTable):
        return value
    copy = LuaTable(value)
    if hasattr(value, "_constructed"):
        copy._constructed = value._constructed
    if value.metatable is None:
        return copy
    return setmetatable(
        copy, LuaTable({event: _copied(handler) for event, handler in value.metatable.items()})
    )


_OPERATORS = (
    *("add", "sub", "mul", "div", "idiv", "mod", "band", "bor", "bxor", "shl", "shr"),
    *("eq", "ne", "lt", "le", "gt", "ge", "index"),
)


def _same(function: Any, arguments: list[Any]) -> None:
    assert pure(function) is not function
    copies = [_copied(argument) for argument in arguments]
    if len(arguments) > 1 and arguments[0] is arguments[1]:
        copies[1] = copies[0]
    assert _outcome(function, arguments) == _outcome(pure(function), copies)


@needs_extension
@pytest.mark.parametrize("name", _OPERATORS)
def test_operators_of_two(name: str) -> None:
    @settings(max_examples=150, deadline=None)
    @given(left=_VALUES, right=_VALUES, is_same=some.integers(0, 5))
    def check(left: Any, right: Any, is_same: int) -> None:
        _same(getattr(runtime, name), [left, left if is_same == 0 else right])

    check()


@needs_extension
@pytest.mark.parametrize("function", [runtime.neg, runtime.length, runtime.truthy, pairs, ipairs])
def test_helpers_of_one(function: Any) -> None:
    @settings(max_examples=150, deadline=None)
    @given(operand=_VALUES)
    def check(operand: Any) -> None:
        _same(function, [operand])

    check()


@needs_extension
@settings(max_examples=400, deadline=None)
@given(container=some.one_of(_TABLES, _PLAIN), key=some.one_of(_KEYS, _VALUES), value=_PLAIN)
def test_setindex(container: Any, key: Any, value: Any) -> None:
    _same(runtime.index, [container, key])
    _same(runtime.setindex, [container, key, value])


@needs_extension
@settings(max_examples=200, deadline=None)
@given(
    operands=some.lists(some.one_of(_STRINGS, _INTEGERS, _FLOATS, _VALUES), min_size=2, max_size=5)
)
def test_concat(operands: list[Any]) -> None:
    _same(runtime.concat, operands)


@needs_extension
@settings(max_examples=200, deadline=None)
@given(
    values=some.lists(
        some.one_of(_INTEGERS, some.sampled_from([1.5, "2", None])), min_size=2, max_size=3
    )
)
def test_numeric_for(values: list[Any]) -> None:
    _same(runtime.numeric_for, values)


@needs_extension
@given(results=some.lists(_PLAIN, max_size=3).map(tuple))
def test_first(results: tuple[Any, ...]) -> None:
    _same(runtime.first, [results])
    for result in results:
        _same(runtime.first, [result])


@needs_extension
@settings(max_examples=200, deadline=None)
@given(items=some.lists(_PLAIN, max_size=12))
def test_constructors(items: list[Any]) -> None:
    _same(runtime.sequence, items)
    _same(runtime.new_table, [dict(zip("abcdefghijkl", items, strict=False))])
    assert _shown(LuaTable(dict(enumerate(items)))) == _shown(LuaTable(enumerate(items)))


def test_calling_the_class() -> None:
    assert _shown(LuaTable()) == "LuaTable[]" and dict(LuaTable({"a": 1}, b=2)) == {"a": 1, "b": 2}
    assert dict(LuaTable([("a", 1)])) == {"a": 1} and dict(LuaTable(LuaTable({1: 2}))) == {1: 2}
    with pytest.raises(TypeError):
        LuaTable(1)  # type: ignore[call-overload]  # what is tested
    with pytest.raises(TypeError):
        LuaTable({}, {})  # type: ignore[call-overload]  # what is tested


@needs_extension
@settings(max_examples=200, deadline=None)
@given(table=_VALUES, metatable=_VALUES, key=_KEYS)
def test_setmetatable(table: Any, metatable: Any, key: Any) -> None:
    _same(setmetatable, [table, metatable])
    if isinstance(table, LuaTable) and type(key) is not bool:
        assert _outcome(lambda: table[key], []) == _outcome(runtime.index, [table, key]).replace(
            _shown((table, key)), _shown(())
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
    for name in [*_OPERATORS, "setindex", "numeric_for"]:
        for arguments in ([], [1], [1, 2, 3, 4]):
            _same(getattr(runtime, name), arguments)


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

    for name in _native.names():
        module, _, function = name.rpartition(".")
        found = getattr(__import__(f"assay.runtime.{module}", fromlist=["_"]), function)
        assert pure(found).__qualname__ == function and found is not pure(found), name


@needs_extension
def test_a_helper_that_the_extension_does_not_have() -> None:
    with pytest.raises(LookupError, match="test_a_helper"):
        accelerated(lambda: 1)


def test_what_is_not_accelerated_is_itself() -> None:
    assert pure(len) is len and pure(3) == 3 and pure(_method) is _method  # identity is meant


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
