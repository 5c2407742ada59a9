"""Comparing a helper of the extension with the Python function that it stands for: Lua values of all kinds, what a call does to
them and what it gives."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import assay.runtime as runtime
import pytest
from assay.runtime import LuaError, LuaTable, accelerator
from assay.runtime.accelerator import pure
from assay.runtime.stdlib.basic import setmetatable
from hypothesis import strategies as some

needs_extension = pytest.mark.skipif(
    accelerator.STATE != "active", reason=f"the extension is {accelerator.STATE}"
)

# ------------------------------------------------------------------------------------------------------------------ values

INTEGERS = some.one_of(
    some.integers(-4, 8),
    some.integers(-(2**63), 2**63 - 1),
    some.sampled_from(
        [2**30, -(2**30), 2**30 - 1, 2**31, 2**32, 2**62, 2**63 - 1, -(2**63), -(2**63) + 1]
    ),
)
FLOATS = some.one_of(some.sampled_from([0.0, -0.0, 1.0, 2.0, 0.5, 2.0**53, 2.0**63]), some.floats())
STRINGS = some.one_of(
    some.sampled_from(["", "a", "b", "n", "10", "0x10", " 7 ", "1e3", "len"]),
    some.text(some.characters(max_codepoint=255), max_size=4),
)
KEYS = some.one_of(some.integers(1, 6), STRINGS, some.booleans(), FLOATS)


def method_of_metatable(*arguments: Any) -> Any:
    return len(arguments), "from a metamethod"


def _failing(*_: Any) -> Any:
    raise LuaError("from a metamethod")


_EVENTS = "__index __newindex __len __eq __lt __le __add __sub __mul __div __mod __idiv __unm __concat __call __pairs"
_HANDLERS = some.one_of(
    some.sampled_from([method_of_metatable, _failing, True]), some.just("table")
)


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


PLAIN = some.one_of(some.none(), some.booleans(), INTEGERS, FLOATS, STRINGS, some.just(print))
TABLES = some.builds(
    _made,
    some.dictionaries(KEYS, PLAIN, max_size=3),
    some.lists(some.one_of(some.none(), some.integers(1, 3)), max_size=4),
    some.one_of(
        some.none(), some.dictionaries(some.sampled_from(_EVENTS.split()), _HANDLERS, max_size=3)
    ),
)
VALUES = some.one_of(PLAIN, TABLES)


def shown(value: Any, depth: int = 0) -> str:
    """Every difference that Lua can see, of values that are made anew for each side."""
    if isinstance(value, LuaTable):
        entries = [f"{shown(key, 1)}: {shown(item, 1)}" for key, item in value.items()]
        above = "" if value.metatable is None or depth > 3 else shown(value.metatable, depth + 1)
        return f"{type(value).__name__}{entries}{getattr(value, '_constructed', '')}{above}"
    if isinstance(value, tuple):
        return f"({', '.join(shown(item) for item in value)})"
    return f"{type(value).__name__} {value!r}"


def outcome(function: Callable[..., Any], arguments: list[Any]) -> str:
    try:
        result = function(*arguments)
        if hasattr(result, "__next__"):
            result = tuple(item for _, item in zip(range(8), result, strict=False))
        elif isinstance(result, range):
            result = (result[:8], len(result) if result.stop - result.start < 2**60 else "many")
        seen = shown(result)
    except (LuaError, TypeError, OverflowError) as problem:
        seen = f"{type(problem).__name__}: {problem}"
    return f"{seen} after {shown(tuple(arguments))}"


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


def assert_same(function: Any, arguments: list[Any]) -> None:
    assert pure(function) is not function
    copies = [_copied(argument) for argument in arguments]
    if len(arguments) > 1 and arguments[0] is arguments[1]:
        copies[1] = copies[0]
    assert outcome(function, arguments) == outcome(pure(function), copies)
