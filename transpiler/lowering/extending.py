"""`s = s .. x` and `n = n + 1`: what changes a value in its place, as `s += x` and `n += 1`.

In: an assignment to one name or field. Out: the statement; of strings None where something else than a string may be concatenated.
Python makes a string that nobody else holds longer in place, so that a loop of these is not quadratic. Lua manual: 3.3.3, 3.4.6.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ..analysis.kinds import INTEGER, STRING, is_only
from ..analysis.walk import strip_parentheses
from ..syntax import nodes
from . import build, expressions, operators
from .scope import PythonScope


def extend(scope: PythonScope, target: nodes.Name, value: nodes.Expression) -> ast.stmt | None:
    """The statement for `target = value` where `value` is the string in `target` and text after it."""
    variable = scope.program.resolution.variables.get(target)
    value = strip_parentheses(value)
    if variable is None or not isinstance(value, nodes.Binary) or value.operator != "..":
        return None
    before = strip_parentheses(value.left)
    if not isinstance(before, nodes.Name) or not _holds_string(scope, before):
        return None
    if scope.program.resolution.variables.get(before) is not variable:
        return None
    if variable in scope.program.captures.boxed or not _is_text(scope, value.right):
        return None
    added: ast.expr | None = expressions.expression(scope, value.right)
    if not _gives_string(scope, value.right) and added is not None:
        added = operators.joined_text([added])
    if added is None:
        return None
    return ast.AugAssign(scope.store_name(variable), ast.Add(), added)


def assignment(target: ast.expr, value: ast.expr) -> ast.stmt:
    """`target = value`, written as `target += ...` where `value` is an operation on what `target` holds.

    Lowering writes Python's operators between numbers only, which nothing changes in place: both forms do the same.
    """
    if not isinstance(value, ast.BinOp) or not _is_same(target, value.left):
        return build.assign(target, value)
    if isinstance(target, ast.Subscript) and _may_reassign(value.right):
        return build.assign(target, value)
    made = ast.AugAssign(_as_target(target), value.op, value.right)
    place = build.place_of(value)
    return made if place is None else build.at(made, *place)


def _as_target(target: ast.expr) -> ast.Name | ast.Attribute | ast.Subscript:
    assert isinstance(target, ast.Name | ast.Attribute | ast.Subscript)
    return target


def _is_same(one: ast.expr, other: ast.expr) -> bool:
    """Are both the same name, or the same field of one, which have no effects?"""
    match one, other:
        case ast.Name(id=name), ast.Name(id=other_name):
            return name == other_name
        case ast.Constant(value=value), ast.Constant(value=other_value):
            return type(value) is type(other_value) and value == other_value
        case ast.Attribute(value=holder, attr=field), ast.Attribute(value=holder_2, attr=field_2):
            return field == field_2 and _is_same(holder, holder_2)
        case ast.Subscript(value=table, slice=key), ast.Subscript(value=table_2, slice=key_2):
            return _is_same(table, table_2) and _is_same(key, key_2)
    return False


def _may_reassign(value: ast.expr) -> bool:
    """May evaluating `value` assign a variable, which the container or key of a field is?"""
    effects = ast.Call | ast.Await | ast.NamedExpr | ast.Yield | ast.YieldFrom
    return any(isinstance(node, effects) for node in ast.walk(value))


def _holds_string(scope: PythonScope, node: nodes.Name) -> bool:
    return is_only(scope.program.types.of(node), STRING)


def _is_text(scope: PythonScope, node: nodes.Expression) -> bool:
    """Are all operands of a row of concatenations strings and integers? One alone has to be a string, or an integer that a format
    string can hold."""
    row = strip_parentheses(node)
    if isinstance(row, nodes.Binary) and row.operator == "..":
        return all(
            is_only(scope.program.types.of(operand), STRING | INTEGER) for operand in _operands(row)
        )
    return _gives_string(scope, row) or (
        isinstance(row, nodes.Name | nodes.Number) and is_only(scope.program.types.of(row), INTEGER)
    )


def _operands(row: nodes.Binary) -> Iterator[nodes.Expression]:
    yield row.left
    rest = strip_parentheses(row.right)
    if isinstance(rest, nodes.Binary) and rest.operator == "..":
        yield from _operands(rest)
    else:
        yield rest


def _gives_string(scope: PythonScope, node: nodes.Expression) -> bool:
    node = strip_parentheses(node)
    is_row = isinstance(node, nodes.Binary) and node.operator == ".."
    return is_row or is_only(scope.program.types.of(node), STRING)
