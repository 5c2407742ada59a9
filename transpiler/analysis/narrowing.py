"""What a program has found out about a variable: behind `for i = 1, n` or `n < 2` the value of `n` is no boolean.

In: the syntax tree. Out: for variables that are assigned once, the places from where on they have only some types, because the
program would have stopped with an error before. Such a place reaches from the statement that uses the variable to the end of the
block it stands in; functions that are written there are made, and run, later. Lua manual: 3.3.5, 3.4.1, 3.4.4.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from ..syntax import nodes
from .constants import constant_number
from .functions import never_ends
from .kinds import ANY, INTEGER, MAX_INTEGER, MIN_INTEGER, NUMBER, OTHER, STRING, TABLE, integers
from .scopes import Resolution, Variable
from .walk import child_nodes, strip_parentheses

_ORDER: Final = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
"""Comparisons, and how they read from the other side."""

_ARITHMETIC: Final = frozenset({"+", "-", "*", "/", "%", "//", "^"})

Fact = tuple[Variable, int]
"""A variable and the types that it can only have."""

Region = tuple[int, int, int]
"""From which offset in the source to which a variable has only these types."""


def narrowed(
    resolution: Resolution, found: Iterable[nodes.Node], uses_metatables: bool
) -> dict[Variable, list[Region]]:
    """The regions of all variables; `found` are the nodes of the program."""
    regions: dict[Variable, list[Region]] = {}
    blocks = [(node.statements, node.end) for node in found if isinstance(node, nodes.Block)]
    for statements, end in [(tuple(resolution.statements), MAX_INTEGER), *blocks]:
        if any(isinstance(statement, nodes.Label) for statement in statements):
            continue  # a jump may leave out statements
        for statement in statements:
            for start, (variable, kind) in _facts(resolution, statement, uses_metatables):
                if variable.is_constant:
                    regions.setdefault(variable, []).append((start, end, kind))
    return regions


def _facts(
    resolution: Resolution, statement: nodes.Statement, uses_metatables: bool
) -> Iterator[tuple[int, Fact]]:
    evaluated: tuple[nodes.Expression, ...] = ()
    start = statement.end
    match statement:
        case nodes.NumericFor(first=first, limit=limit, body=body):
            start = body.start
            for bound in (first, limit):  # strings that denote numbers are numbers here
                variable = _variable(resolution, bound)
                if variable is not None:
                    yield start, (variable, NUMBER | STRING)
            evaluated = (first, limit)
        case nodes.If(branches=branches):
            start = branches[0].body.start
            evaluated = (branches[0].condition,)
            is_guard = len(branches) == 1 and statement.orelse is None
            if is_guard and never_ends(branches[0].body, resolution):
                for fact in _otherwise(resolution, branches[0].condition):
                    yield statement.end, fact
        case nodes.While(condition=condition, body=body):
            start, evaluated = body.start, (condition,)
        case nodes.LocalAssign(values=values) | nodes.Assign(values=values):
            evaluated = values
    other = TABLE | OTHER if uses_metatables else 0
    for expression in evaluated:
        for fact in _needs(resolution, expression, other):
            yield start, fact


def _needs(resolution: Resolution, expression: nodes.Expression, other: int) -> Iterator[Fact]:
    """What `expression` needs for having a value; `other` are types that metamethods make fit."""
    waiting: list[nodes.Node] = [expression]
    while waiting:
        node = waiting.pop()
        if isinstance(node, nodes.Function):
            continue
        if isinstance(node, nodes.Logical):
            waiting.append(node.left)
            continue
        waiting += child_nodes(node)
        if not isinstance(node, nodes.Binary):
            continue
        for operand, against in ((node.left, node.right), (node.right, node.left)):
            variable = _variable(resolution, operand)
            if variable is None:
                continue
            if node.operator in _ARITHMETIC:
                yield variable, NUMBER | STRING | other
            elif node.operator in _ORDER and constant_number(against) is not None:
                yield variable, NUMBER | other


def _otherwise(resolution: Resolution, condition: nodes.Expression) -> Iterator[Fact]:
    """What holds of integers where `condition`, a comparison with an integer, does not."""
    condition = strip_parentheses(condition)
    if not isinstance(condition, nodes.Binary) or condition.operator not in _ORDER:
        return
    operator, left, right = condition.operator, condition.left, condition.right
    if _variable(resolution, left) is None:
        operator, left, right = _ORDER[operator], right, left
    variable, limit = _variable(resolution, left), constant_number(right)
    if variable is None or not isinstance(limit, int):
        return
    interval = {
        "<": (limit, MAX_INTEGER),
        "<=": (limit + 1, MAX_INTEGER),
        ">": (MIN_INTEGER, limit),
        ">=": (MIN_INTEGER, limit - 1),
    }[operator]
    yield variable, ANY & ~INTEGER | integers(interval)


def _variable(resolution: Resolution, node: nodes.Expression) -> Variable | None:
    node = strip_parentheses(node)
    return resolution.variables.get(node) if isinstance(node, nodes.Name) else None
