"""Comments between the fields of a table: they stay beside what they are about.

In: a field, and the elements that it becomes. Out: the elements between stand-ins for its comments: names that no source can have,
which output/comments.py replaces. Options become keywords of a call, which does not exist yet when they are lowered: their values
are marked, and `place_in_calls` writes the stand-ins in the end. Where a table becomes something without its fields, their comments
stand in front of the statement.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence

from ..analysis.walk import walk
from ..syntax import nodes
from .scope import PythonScope, inner_marker, marker


def around(scope: PythonScope, field: nodes.Field, elements: Sequence[ast.expr]) -> list[ast.expr]:
    """`elements` after the comments above `field`, before those behind and below it."""
    found = scope.program.comments.get(field)
    if found is None:
        return list(elements)
    scope.module.commented_fields.pop(field, None)
    behind = tuple(comment for comment in found.trailing if not comment.own_line)
    below = tuple(comment for comment in found.trailing if comment.own_line)
    return [
        *_stand_in(scope, "above", found.leading),
        *elements,
        *_stand_in(scope, "behind", behind),
        *_stand_in(scope, "above", below),
    ]


def around_item(
    scope: PythonScope, field: nodes.Field, key: ast.expr | None, value: ast.expr
) -> list[tuple[ast.expr | None, ast.expr]]:
    """The same for an item of a dictionary: a stand-in is both key and value."""
    return [
        (key, value) if element is value else (element, element)
        for element in around(scope, field, [value])
    ]


def mark(scope: PythonScope, field: nodes.Field, value: ast.expr) -> None:
    """Has the comments of `field` stand where `value` becomes a keyword."""
    elements = around(scope, field, [value])
    if len(elements) > 1:
        value.lua_comments = elements  # type: ignore[attr-defined]  # ast nodes take extra attributes by design


def place_in_calls(body: Sequence[ast.stmt]) -> None:
    """Writes stand-ins beside the keywords whose values are marked."""
    for statement in body:
        for node in ast.walk(statement):
            if isinstance(node, ast.Call) and any(_marked(k) for k in node.keywords):
                node.keywords = [
                    keyword if element is keyword.value else ast.keyword(None, element)
                    for keyword in node.keywords
                    for element in _marked(keyword) or [keyword.value]
                ]


def _marked(keyword: ast.keyword) -> list[ast.expr]:
    return getattr(keyword.value, "lua_comments", [])


def _stand_in(scope: PythonScope, kind: str, found: tuple[nodes.Comment, ...]) -> list[ast.expr]:
    if not found:
        return []
    scope.module.comments.append(found)
    return [inner_marker(kind, len(scope.module.comments) - 1)]


def rest(scope: PythonScope, node: nodes.Statement) -> ast.stmt | None:
    """A stand-in for the comments of fields of `node` that stand nowhere yet."""
    waiting = scope.module.commented_fields
    if not any(node.start <= field.start and field.end <= node.end for field in waiting):
        return None
    left: list[nodes.Comment] = []
    for inner in walk(node, into_functions=False):
        if inner in waiting:
            del waiting[inner]
            found = scope.program.comments[inner]
            left += (*found.leading, *found.trailing)
    if not left:
        return None
    scope.module.comments.append(tuple(left))
    return marker("own", len(scope.module.comments) - 1)
