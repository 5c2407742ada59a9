"""The top level of a generated module: top-level statements and comments of the source in, statements of Python out."""

from __future__ import annotations

from collections.abc import Iterable

from ..analysis.placement import Side
from ..syntax import nodes
from . import statements
from .scope import Module, PythonScope


def top_scope(module: Module, side: Side = Side.ACTIVITIES) -> PythonScope:
    top = PythonScope(module, None, module.program.resolution.main, side=side)
    module.top = top
    return top


def note_methods(scope: PythonScope, found: Iterable[nodes.Statement]) -> None:
    """Notes the functions that statements to be lowered into `scope` define in fields."""
    methods = scope.program.methods.statements
    for statement in found:
        if statement in methods:
            scope.methods[methods[statement]] = None


def statements_of(scope: PythonScope, found: Iterable[nodes.Statement]) -> None:
    found = list(found)
    note_methods(scope, found)
    previous_end = None
    side, source = scope.side, scope.source
    placement = scope.program.placement
    for statement in found:
        if placement is not None:
            scope.side = placement.sides.get(statement, side)
        scope.source = scope.program.resolution.sources[statement]
        statements.blank_line(scope, previous_end, statement)
        statements.statement_with_comments(scope, statement)
        previous_end = statements.last_line(scope, statement)
    scope.side, scope.source = side, source


def comments_of(scope: PythonScope, place: nodes.Node | None) -> None:
    """The comments of a node that itself becomes something else, on lines of their own."""
    found = scope.program.comments.get(place) if place is not None else None
    if found is not None and (found.leading or found.trailing):
        statements.comments(scope, "own", (*found.leading, *found.trailing))


def text(lua_string: str) -> str:
    """A string of the source, which is bytes, as the text that they are in UTF-8."""
    return lua_string.encode("latin-1").decode("utf-8", "replace")
