"""`goto`: for now the form that is Python's `continue`, a jump to a label at the end of the innermost loop's body.
Lua manual: 3.3.4."""

from __future__ import annotations

import ast

from ..diagnostics import language
from ..syntax import nodes
from .scope import PythonScope


def end_labels(body: nodes.Block) -> frozenset[str]:
    """The labels that stand at the end of `body`, with nothing but labels after them."""
    labels = []
    for statement in reversed(body.statements):
        if not isinstance(statement, nodes.Label):
            break
        labels.append(statement.name.name)
    return frozenset(labels)


def lower(scope: PythonScope, node: nodes.Goto) -> None:
    loop = scope.loops[-1] if scope.loops else None
    if loop is not None and loop.can_continue and node.label.name in loop.labels:
        scope.emit(ast.Continue())
        return
    scope.report(language.goto_not_supported(scope.source, node, node.label.name))
