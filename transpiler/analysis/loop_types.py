"""The types of loop variables. Lua manual: 3.3.5, 6.1 (ipairs, pairs), 6.4 (string.gmatch)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from ..syntax import nodes
from . import intervals
from .constants import constant_number
from .kinds import (
    ANY,
    EXACT_LIMIT,
    FLOAT,
    INTEGER,
    NIL,
    NUMBER,
    POSITION,
    SMALL,
    STRING,
    integers,
    is_only,
)
from .scopes import Variable

if TYPE_CHECKING:
    from .types import TypeInference

_SMALL_STEP: Final = 1 << 10
"""A loop whose steps are not larger takes a century to leave 2^53."""


def of_variable(
    inference: TypeInference, variable: Variable, statement: nodes.NumericFor | nodes.GenericFor
) -> int:
    """The type of a variable that the loop `statement` declares."""
    if isinstance(statement, nodes.GenericFor):
        return _iteration(inference, variable, statement)
    first = inference.of(statement.first)
    step = SMALL if statement.step is None else inference.of(statement.step)
    if not (first and step and inference.of(statement.limit)):
        return 0
    if is_only(first, INTEGER) and is_only(step, INTEGER):
        return _counter(inference, statement) if is_only(first, SMALL) else INTEGER
    return FLOAT if is_only(first, FLOAT) or is_only(step, FLOAT) else NUMBER


def _counter(inference: TypeInference, statement: nodes.NumericFor) -> int:
    """The integers that a loop counts through from a small one."""
    first = intervals.interval(inference, statement.first)
    limit = None
    if is_only(inference.of(statement.limit), INTEGER):
        limit = intervals.interval(inference, statement.limit)
    assert first is not None
    step = 1 if statement.step is None else constant_number(statement.step)
    if not isinstance(step, int) or abs(step) > _SMALL_STEP:
        return INTEGER
    low, high = limit or (-EXACT_LIMIT, EXACT_LIMIT)
    if step < 0:
        return integers((min(max(low, -EXACT_LIMIT), first[1]), first[1]))
    return integers((first[0], max(min(high, EXACT_LIMIT), first[0])))


def _iteration(inference: TypeInference, variable: Variable, statement: nodes.GenericFor) -> int:
    iterator = statement.iterators[0]
    if isinstance(iterator, nodes.Call) and len(statement.iterators) == 1:
        row = inference.library(iterator.function)
        is_first = variable is inference.resolution.declared[statement.variables[0]]
        is_second = len(statement.variables) > 1 and (
            variable is inference.resolution.declared[statement.variables[1]]
        )
        if row is not None and row.lua_name in ("ipairs", "pairs") and len(iterator.arguments) == 1:
            table = iterator.arguments[0]
            if not inference.of(table):
                return 0
            known = inference.contents.entry_types(table, row.lua_name == "ipairs")
            if known is not None and (is_first or is_second):
                return known[0] if is_first else known[1]
        if row is not None and row.lua_name == "string.gmatch":
            return _matched(iterator.arguments[1:2], is_first)
        if row is not None and row.lua_name == "ipairs":
            return POSITION if is_first else ANY & ~NIL if is_second else NIL
        if row is not None and row.lua_name == "pairs":
            # A __pairs metamethod may give nil as the value.
            return ANY & ~NIL if is_first else ANY
    if isinstance(iterator, nodes.MethodCall) and inference.string_methods is not None:
        is_first = variable is inference.resolution.declared[statement.variables[0]]
        row = inference.string_methods(iterator.method.name)
        if not inference.of(iterator.object):
            return 0
        is_string = is_only(inference.of(iterator.object), STRING)
        if is_string and row is not None and row.lua_name == "string.gmatch":
            return _matched(iterator.arguments[:1], is_first)
    return ANY


def _matched(pattern: Sequence[nodes.Expression], is_first: bool) -> int:
    """The type of a variable of a loop over the matches of `pattern`, whose captures all are strings."""
    if len(pattern) != 1 or not isinstance(pattern[0], nodes.String) or "()" in pattern[0].value:
        return ANY
    return STRING if is_first else STRING | NIL
