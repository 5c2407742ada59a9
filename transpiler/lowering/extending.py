"""`s = s .. x`: what makes a string longer, as `s += x`.

In: an assignment to one name. Out: the statement, or None where something else than a string may be concatenated. Python makes a
string that nobody else holds longer in place, so that a loop of these is not quadratic. Lua manual: 3.3.3, 3.4.6.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ..analysis.kinds import INTEGER, STRING, is_only
from ..analysis.walk import strip_parentheses
from ..syntax import nodes
from . import expressions, operators
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
