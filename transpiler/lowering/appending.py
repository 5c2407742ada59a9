"""`t[#t + 1] = v`: what makes a sequence longer, as one call.

In: an assignment to one indexed target. Out: `append(t, v)`, or None where it would do something else. It evaluates `v` before it
takes the length, real Lua after, and it evaluates `t` once. Lua manual: 3.3.3, 3.4.7.
"""

from __future__ import annotations

import ast

from ..analysis.constants import constant_number
from ..analysis.kinds import INTEGER, TABLE, is_only
from ..analysis.walk import strip_parentheses
from ..syntax import nodes
from . import build, evaluation, expressions, waiting
from .naming import operand_name
from .scope import PythonScope


def append(scope: PythonScope, target: nodes.Index, value: nodes.Expression) -> ast.expr | None:
    """The call for `target = value` where `target` is the place behind the end of a table."""
    measured = _measured(target.key)
    if measured is None or not _is_behind_end(scope, target, measured):
        return None
    if not _may_come_first(scope, measured, value):
        return None
    container = expressions.expression(scope, target.object)
    lowered = build.call(
        scope.module.runtime("append"), container, expressions.expression(scope, value)
    )
    return build.at(lowered, target.line, [operand_name(scope, target.object)])


def _measured(key: nodes.Expression) -> nodes.Unary | None:
    """`#t` of the key `#t + 1`."""
    key = strip_parentheses(key)
    if not isinstance(key, nodes.Binary) or key.operator != "+":
        return None
    length, step = strip_parentheses(key.left), constant_number(key.right)
    is_next = type(step) is int and step == 1
    return (
        length if is_next and isinstance(length, nodes.Unary) and length.operator == "#" else None
    )


def _is_behind_end(scope: PythonScope, target: nodes.Index, measured: nodes.Unary) -> bool:
    """Is the key one more than the length of the container itself, which nothing but the runtime computes?"""
    return (
        is_only(scope.program.types.of(measured), INTEGER)
        and evaluation.has_no_metamethod(scope, "__len", measured.operand)
        and not waiting.waits(scope, "__newindex", target.object)
        and evaluation.is_same_place(scope, target.object, measured.operand)
    )


def _may_come_first(scope: PythonScope, measured: nodes.Unary, value: nodes.Expression) -> bool:
    """Is it the same when `value` is evaluated before the length?"""
    value = strip_parentheses(value)
    if isinstance(value, nodes.Name) and value in scope.program.resolution.variables:
        return True
    is_table = is_only(scope.program.types.of(measured.operand), TABLE)
    return is_table and evaluation.is_quiet(scope, value)
