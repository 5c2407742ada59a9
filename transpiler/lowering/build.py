"""Short constructors for Python `ast` nodes, and the Lua place a node carries for the position table."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from assay.runtime.positions import IN_PARENTHESES, OperandName

_Node = TypeVar("_Node", bound=ast.AST)


def name(identifier: str) -> ast.Name:
    return ast.Name(identifier, ast.Load())


def store(identifier: str) -> ast.Name:
    return ast.Name(identifier, ast.Store())


def constant(value: Any) -> ast.expr:
    """A literal; negative numbers as Python parses them: an operator before a literal."""
    if (
        isinstance(value, int | float)
        and not isinstance(value, bool)
        and (value < 0 or str(value)[0] == "-")
    ):
        return ast.UnaryOp(ast.USub(), ast.Constant(-value))
    return ast.Constant(value)


def call(function: str | ast.expr, *arguments: ast.expr, **keywords: ast.expr) -> ast.Call:
    callee = name(function) if isinstance(function, str) else function
    return ast.Call(
        callee, list(arguments), [ast.keyword(key, value) for key, value in keywords.items()]
    )


def attribute(value: ast.expr, field: str) -> ast.Attribute:
    return ast.Attribute(value, field, ast.Load())


def subscript(value: ast.expr, key: ast.expr) -> ast.Subscript:
    return ast.Subscript(value, key, ast.Load())


def starred(value: ast.expr) -> ast.Starred:
    return ast.Starred(value, ast.Load())


def tuple_(items: Iterable[ast.expr]) -> ast.Tuple:
    return ast.Tuple(list(items), ast.Load())


def assign(target: ast.expr, value: ast.expr) -> ast.Assign:
    return ast.Assign([target], value)


def compare(left: ast.expr, operator: ast.cmpop, right: ast.expr) -> ast.Compare:
    return ast.Compare(left, [operator], [right])


def is_none(value: ast.expr) -> ast.Compare:
    return compare(value, ast.Is(), ast.Constant(None))


def is_not_none(value: ast.expr) -> ast.Compare:
    return compare(value, ast.IsNot(), ast.Constant(None))


def is_simple(value: ast.expr) -> bool:
    """Can `value` be written twice: a name or a literal, free of cost and effects?"""
    return isinstance(value, ast.Name | ast.Constant)


def at(node: _Node, line: int, names: Sequence[OperandName | None] = ()) -> _Node:
    """Marks `node` with its Lua line and the names of its operands (see runtime/positions.py)."""
    while names and names[-1] is None:
        names = names[:-1]
    node.lua = (line, tuple(names))  # type: ignore[attr-defined]  # ast nodes take extra attributes by design
    return node


def place_of(node: ast.AST) -> tuple[int, tuple[OperandName | None, ...]] | None:
    """What `at` stored."""
    return getattr(node, "lua", None)


def in_parentheses(node: _Node) -> _Node:
    """Marks a call that is returned in parentheses."""
    line, names = place_of(node) or (0, ())
    return at(node, line, (names or (None,)) + (IN_PARENTHESES,)) if line else node


def copy_load(node: ast.expr) -> ast.expr:
    """A simple expression once more, as a new node."""
    return ast.Name(node.id, ast.Load()) if isinstance(node, ast.Name) else node
