"""Expressions: a Lua expression in, a Python expression out.

The only statements an expression ever needs before it are function definitions, which have no effect of their own;
so operands never have to be saved, and Python's left-to-right evaluation is Lua's. Three ways to ask, by how many
values are wanted: `expression` (one), `result` (all, as a bare value or a tuple), `arguments` (a list that may end
with a starred result).
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence

from ..analysis import kinds
from ..analysis.scopes import is_multiple
from ..analysis.walk import strip_parentheses
from ..syntax import nodes
from . import (
    build,
    calls,
    chains,
    context,
    evaluation,
    functions,
    library,
    logical,
    operators,
    string_fields,
    tables,
    waiting,
)
from .naming import operand_name
from .scope import PythonScope

_OTHER_CONTAINERS = kinds.STRING | kinds.FUNCTION | kinds.OTHER
"""Of the values that are not tables, all others refuse a subscript in Python as in Lua."""


def expression(scope: PythonScope, node: nodes.Expression) -> ast.expr:
    """`node` where one value is wanted."""
    return chains.expression(scope, node, _by_kind)


def _by_kind(scope: PythonScope, node: nodes.Expression) -> ast.expr:
    return _RULES[type(node)](scope, node)


def result(scope: PythonScope, node: nodes.Expression) -> ast.expr:
    """`node` where all its values are wanted: a bare value, or a tuple of any length."""
    if isinstance(node, nodes.Vararg):
        return calls.varargs(scope, node)
    if isinstance(node, nodes.Call | nodes.MethodCall):
        return calls.call(scope, node, wanted=None)[0]
    return returned(scope, node)


def returned(scope: PythonScope, node: nodes.Expression) -> ast.expr:
    """The one value of `node`, which a function returns."""
    lowered = expression(scope, node)
    if not isinstance(node, nodes.Parenthesized) or not isinstance(lowered, ast.Call | ast.Await):
        return lowered
    is_call = isinstance(strip_parentheses(node), nodes.Call | nodes.MethodCall)
    return build.in_parentheses(lowered) if is_call else lowered


def arguments(scope: PythonScope, items: Sequence[nodes.Expression]) -> list[ast.expr]:
    """A list of expressions: all values of the last one, one of each other."""
    lowered = [expression(scope, item) for item in items[:-1]]
    if items:
        lowered += last_argument(scope, items[-1])
    return lowered


def last_argument(scope: PythonScope, item: nodes.Expression) -> list[ast.expr]:
    if isinstance(item, nodes.Vararg):
        return [build.starred(calls.varargs(scope, item))]
    if is_multiple(item):
        assert isinstance(item, nodes.Call | nodes.MethodCall)
        lowered, count = calls.call(scope, item, wanted=None)
        if count == 1:
            return [lowered]
        if count is not None:
            return [build.starred(lowered)]
        return [build.starred(build.call(scope.module.runtime("values"), lowered))]
    return [expression(scope, item)]


def adjusted(scope: PythonScope, node: nodes.Expression, count: int) -> ast.expr:
    """A multiple expression as a tuple of exactly `count` values."""
    if isinstance(node, nodes.Vararg):
        lowered = calls.varargs(scope, node)
    else:
        assert isinstance(node, nodes.Call | nodes.MethodCall)
        lowered, known = calls.call(scope, node, wanted=None)
        if known == count and count > 1:
            return lowered
    return build.call(scope.module.runtime("adjust"), lowered, build.constant(count))


def _name(scope: PythonScope, node: nodes.Name) -> ast.expr:
    variable = scope.program.resolution.variables.get(node)
    if variable is None:
        return library.global_name(scope, node)
    aliased = library.alias(scope, node)
    if aliased is not None:
        return aliased
    return functions.read(scope, variable)


def _string(scope: PythonScope, node: nodes.String) -> ast.expr:
    return string(scope, node.value)


def string(scope: PythonScope, value: str) -> ast.expr:
    """A Lua string as a literal; bytes that are readable UTF-8 text stay readable."""
    if value.isascii():
        return build.constant(value)
    try:
        text = value.encode("latin-1").decode("utf-8")
    except UnicodeDecodeError:
        return build.constant(value)
    return build.call(scope.module.runtime("from_text"), build.constant(text))


def _vararg(scope: PythonScope, node: nodes.Vararg) -> ast.expr:
    return build.call(scope.module.runtime("first"), calls.varargs(scope, node))


def _index(scope: PythonScope, node: nodes.Index) -> ast.expr:
    linked = scope.program.resolution.linked.get(node)
    if linked is not None:
        return functions.read(scope, linked)
    known = library.field(scope, node) or context.object_field(scope, node)
    if known is not None:
        return known
    inference = scope.program.types
    container, key = expression(scope, node.object), expression(scope, node.key)
    late = evaluation.reads_late(scope, node.object, node.key)
    name = operand_name(scope, node.object)
    waits = waiting.waits(scope, "__index", node.object)
    if (
        not late
        and not waits
        and can_be_subscripted(scope, node.object)
        and not inference.of(node.key) & kinds.BOOLEAN
    ):
        return build.at(build.subscript(container, key), node.line, [name])
    lowered = string_fields.of_any(scope, node, container, key)
    lowered = lowered or build.call(scope.module.runtime("index"), container, key)
    if late:  # keywords are evaluated in the order they are written
        lowered = build.call(scope.module.runtime("index"), key=key, container=container)
    if waits:
        lowered = lowered if late else build.call("", container, key)
        return waiting.operation(scope, lowered, "index", node.line, [name])
    return build.at(lowered, node.line, [name])


def can_be_subscripted(scope: PythonScope, container: nodes.Expression) -> bool:
    """Does Python's subscript read a field of `container` as Lua does?"""
    kind = scope.program.types.of(container)
    return bool(kind & kinds.TABLE) and not kind & _OTHER_CONTAINERS


def _call(scope: PythonScope, node: nodes.Call | nodes.MethodCall) -> ast.expr:
    lowered, count = calls.call(scope, node, wanted=1)
    if count == 1:
        return lowered
    if count is not None and count > 1:
        return build.subscript(lowered, build.constant(0))
    return build.call(scope.module.runtime("first"), lowered)


def _parenthesized(scope: PythonScope, node: nodes.Parenthesized) -> ast.expr:
    return expression(scope, node.expression)


def _function(scope: PythonScope, node: nodes.Function) -> ast.expr:
    return functions.function_expression(scope, node)


_RULES: dict[type, Callable[..., ast.expr]] = {
    nodes.Nil: lambda scope, node: build.constant(None),
    nodes.TrueLiteral: lambda scope, node: build.constant(True),
    nodes.FalseLiteral: lambda scope, node: build.constant(False),
    nodes.Number: lambda scope, node: build.constant(node.value),
    nodes.String: _string,
    nodes.Vararg: _vararg,
    nodes.Function: _function,
    nodes.Name: _name,
    nodes.Index: _index,
    nodes.Call: _call,
    nodes.MethodCall: _call,
    nodes.Parenthesized: _parenthesized,
    nodes.Binary: operators.binary,
    nodes.Unary: operators.unary,
    nodes.Logical: logical.value,
    nodes.Table: tables.constructor,
}
