"""Walking the syntax tree: the children of a node, in source order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..syntax import nodes
from ..syntax.children import child_nodes as child_nodes


def walk(node: nodes.Node, *, into_functions: bool = True) -> Iterator[nodes.Node]:
    """`node` and everything below it, parents first; without `into_functions` bodies of nested functions are left
    out."""
    stack = [node]
    while stack:
        current = stack.pop()
        yield current
        if into_functions or current is node or not isinstance(current, nodes.Function):
            stack.extend(reversed(list(child_nodes(current))))


def find_parents(statements: Iterable[nodes.Statement]) -> dict[nodes.Node, nodes.Node]:
    """What each node below `statements` stands in."""
    parents: dict[nodes.Node, nodes.Node] = {}
    stack: list[nodes.Node] = list(statements)
    while stack:
        node = stack.pop()
        for child in child_nodes(node):
            parents[child] = node
            stack.append(child)
    return parents


def deepest(root: nodes.Node) -> tuple[nodes.Node, int]:
    """The most deeply nested block or expression below `root`, and its depth: whichever kind is nested deeper."""
    found, depth = root, 0
    stack: list[tuple[nodes.Node, int, int]] = [(root, 0, 0)]
    while stack:
        node, blocks, expressions = stack.pop()
        is_block = isinstance(node, nodes.Block)
        blocks, expressions = (blocks + 1, 0) if is_block else (blocks, expressions + 1)
        # A block weighs more: Python's limits for them are lower.
        level = max(blocks * 4, expressions)
        if level > depth and (is_block or expressions >= blocks * 4):
            found, depth = node, level
        stack.extend((child, blocks, expressions) for child in child_nodes(node))
    return found, depth // 4 if isinstance(found, nodes.Block) else depth


def strip_parentheses(expression: nodes.Expression) -> nodes.Expression:
    while isinstance(expression, nodes.Parenthesized):
        expression = expression.expression
    return expression
