"""Long chains: `a + b + c ...`, `a or b or c ...`, `t.x.y ...`, `o:m():m() ...`, any number of operations in a row.

In Lua such a chain nests nothing; as Python text each operation is another call in parentheses, of which Python takes 200. So
a long one is written in parts that are evaluated one after the other:
`(part := add(...), part := add(part, ...), add(part, ...))[-1]`.
"""

from __future__ import annotations

import ast
from collections.abc import Callable

from ..syntax import nodes
from . import build
from .scope import PythonScope

_LONGEST = 30
"""How many operations are written inside each other."""

_Rule = Callable[[PythonScope, nodes.Expression], ast.expr]


def first_operand(node: nodes.Expression) -> nodes.Expression | None:
    """What a link of a chain begins with, None for the beginning of the chain."""
    match node:
        case nodes.Binary(left=operand) | nodes.Logical(left=operand):
            return operand
        case nodes.Index(object=operand) | nodes.MethodCall(object=operand):
            return operand
        case nodes.Call(function=operand):
            return operand
    return None


def expression(scope: PythonScope, node: nodes.Expression, rule: _Rule) -> ast.expr:
    """`node` lowered by `rule`, in parts if it is a long chain."""
    held = scope.parts.get(node)
    if held is not None:
        return build.name(held)
    ends = _ends(scope, node)
    if not ends:
        return rule(scope, node)
    name = scope.temporary("part")
    parts: list[ast.expr] = []
    for end in ends:
        value = expression(scope, end, rule)
        parts.append(ast.NamedExpr(build.store(name), value))
        scope.parts[end] = name
    parts.append(rule(scope, node))
    for end in ends:
        del scope.parts[end]
    return build.subscript(build.tuple_(parts), build.constant(-1))


def _ends(scope: PythonScope, node: nodes.Expression) -> list[nodes.Expression]:
    """Where the chain that ends with `node` is divided, from its beginning on."""
    links: list[nodes.Expression] = []
    link = first_operand(node)
    while link is not None and link not in scope.parts:
        links.append(link)
        link = first_operand(link)
    links.reverse()
    return links[_LONGEST::_LONGEST] if len(links) > _LONGEST + 1 else []
