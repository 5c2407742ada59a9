"""The functions that this API adds to Lua's `assert`: `assert.eq`, `assert.ne`, `assert.gt`, `assert.lt`, `assert.contains`,
`assert.not_nil`, `assert.matches`. Each raises a Lua error that shows the values, and takes a message as last argument.

`eq` and `ne` compare tables by their contents (the metatables' `__eq` decides first), unlike Lua's `==`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .. import json_values
from ..calls import first
from ..comparison import eq as equal
from ..comparison import lt as less
from ..errors import LuaError, error_text, library, library_error
from ..json_values import JsonError
from ..stdlib.arguments import ABSENT, check_string, check_table
from ..values import LuaTable, TableWithMetatable, set_metatable, type_name

_SHOWN_CHARACTERS = 200


class NotEqual(LuaError):
    """What `assert.eq` raises: test tools show how `got` differs from `expected`. `note` is the caller's message or nil."""

    def __init__(self, value: Any, got: Any, expected: Any, note: Any) -> None:
        super().__init__(value)
        self.note = note
        self.got = got
        self.expected = expected


@library("assert.eq")
def eq(value: Any = None, expected: Any = None, message: Any = None, *_: Any) -> tuple[()]:
    """`assert.eq(value, expected, message?)`: both are equal, tables by their contents."""
    if not same(value, expected):
        failure = _failure(
            f"assert.eq: {_shown(value)} is not equal to {_shown(expected)}", message
        )
        raise NotEqual(failure.value, value, expected, message)
    return ()


@library("assert.ne")
def ne(value: Any = None, other: Any = None, message: Any = None, *_: Any) -> tuple[()]:
    """`assert.ne(value, other, message?)`: the opposite of `assert.eq`."""
    if same(value, other):
        raise _failure(f"assert.ne: both are {_shown(value)}", message)
    return ()


@library("assert.gt")
def gt(value: Any = None, limit: Any = None, message: Any = None, *_: Any) -> tuple[()]:
    """`assert.gt(value, limit, message?)`: `value > limit`."""
    if not less(limit, value):
        raise _failure(f"assert.gt: {_shown(value)} is not greater than {_shown(limit)}", message)
    return ()


@library("assert.lt")
def lt(value: Any = None, limit: Any = None, message: Any = None, *_: Any) -> tuple[()]:
    """`assert.lt(value, limit, message?)`: `value < limit`."""
    if not less(value, limit):
        raise _failure(f"assert.lt: {_shown(value)} is not less than {_shown(limit)}", message)
    return ()


@library("assert.contains")
def contains(container: Any = ABSENT, item: Any = None, message: Any = None, *_: Any) -> tuple[()]:
    """`assert.contains(container, item, message?)`: a string holds the text, a table has the value in one of its fields."""
    if type(container) is str:
        found = check_string(2, item) in container
    else:
        found = any(same(value, item) for value in check_table(1, container).values())
    if not found:
        raise _failure(f"assert.contains: {_shown(item)} is not in {_shown(container)}", message)
    return ()


@library("assert.not_nil")
def not_nil(value: Any = None, message: Any = None, *_: Any) -> tuple[()]:
    """`assert.not_nil(value, message?)`: false is a value too."""
    if value is None:
        raise _failure("assert.not_nil: the value is nil", message)
    return ()


@library("assert.matches")
def matches(text: Any = ABSENT, pattern: Any = ABSENT, message: Any = None, *_: Any) -> tuple[()]:
    """`assert.matches(text, pattern, message?)`: the Lua pattern (manual 6.4.1) matches somewhere in the text."""
    from ..stdlib.string import find

    subject, wanted = check_string(1, text), check_string(2, pattern)
    if first(find(subject, wanted)) is None:
        raise _failure(
            f"assert.matches: {_shown(subject)} does not match {_shown(wanted)}", message
        )
    return ()


def new_assert(lua_assert: Callable[..., Any]) -> LuaTable:
    """The global `assert`: a table with these functions that can be called, which is `lua_assert` (manual 6.1)."""
    functions = (eq, ne, gt, lt, contains, not_nil, matches)
    table = LuaTable({function.__name__: function for function in functions})
    set_metatable(table, LuaTable({"__call": lambda _, *values: lua_assert(*values)}))
    return table


def same(left: Any, right: Any) -> bool:
    """Lua's equality, and for two tables that it finds different, the same fields with the same values, however deep."""
    return _same(left, right, set())


def _same(left: Any, right: Any, compared: set[tuple[int, int]]) -> bool:
    if equal(left, right):
        return True
    if not isinstance(left, LuaTable) or not isinstance(right, LuaTable) or len(left) != len(right):
        return False
    pair = (id(left), id(right))
    if pair in compared:
        return True  # a cycle: this pair is being compared further up, which decides
    compared.add(pair)
    return all(_same(value, right.get(key), compared) for key, value in left.items())


def _failure(what: str, message: Any) -> LuaError:
    return library_error(what if message is None else f"{error_text(message)} ({what})")


def _shown(value: Any) -> str:
    """A value in an error: as JSON where it has such a form, else the name of its type."""
    if value is None:
        return "nil"
    if type(value) is float:
        return error_text(value)
    if type(value) is TableWithMetatable and "__tostring" in value.metatable:
        return error_text(value)
    try:
        text = json_values.encode(value)
    except JsonError:
        return f'"{value}"' if type(value) is str else f"a {type_name(value)}"
    return text if len(text) <= _SHOWN_CHARACTERS else text[:_SHOWN_CHARACTERS] + "..."
