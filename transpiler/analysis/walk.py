"""Walking the syntax tree: the children of a node, in source order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields

from ..syntax import nodes

_PLACE = {"start", "end", "line"}
_FIELDS: dict[type, tuple[str, ...]] = {}


def child_nodes(node: nodes.Node) -> Iterator[nodes.Node]:
    """The direct children of `node` (nodes and tuples of nodes among its fields)."""
    kind = type(node)
    names = _FIELDS.get(kind)
    if names is None:
        names = _FIELDS[kind] = tuple(f.name for f in fields(node) if f.name not in _PLACE)
    for name in names:
        value = getattr(node, name)
        if isinstance(value, nodes.Node):
            yield value
        elif type(value) is tuple:
            yield from value


def walk(node: nodes.Node, *, into_functions: bool = True) -> Iterator[nodes.Node]:
    """`node` and everything below it, parents first; without `into_functions` bodies of nested functions are left
    out."""
    stack = [node]
    while stack:
        current = stack.pop()
        yield current
        if into_functions or current is node or not isinstance(current, nodes.Function):
            stack.extend(reversed(list(child_nodes(current))))


def strip_parentheses(expression: nodes.Expression) -> nodes.Expression:
    while isinstance(expression, nodes.Parenthesized):
        expression = expression.expression
    return expression
