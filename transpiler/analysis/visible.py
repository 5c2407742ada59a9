"""The locals that a place of the source can see: what a name that does not exist may have been meant to be.

In: a place, the function and the file that it is in. Out: names, those of innermost functions first. Source: Lua manual 3.5
(visibility rules).
"""

from __future__ import annotations

from ..syntax import nodes
from ..syntax.source import Source
from .scopes import FunctionScope, Resolution


def visible_locals(
    resolution: Resolution, function: FunctionScope, source: Source, node: nodes.Node
) -> list[str]:
    """The names of the locals and parameters that are in scope at `node`."""
    found: dict[str, None] = {}
    for scope in function.ancestors():
        if scope.parent is None:
            break  # the top levels of all files share one scope
        for variable in scope.variables:
            if variable.scope_start <= node.start < variable.scope_end:
                found.setdefault(variable.name)
    for statement in resolution.statements:
        if resolution.sources.get(statement) is source and statement.start < node.start:
            for identifier in _declared(statement):
                found.setdefault(identifier.name)
    return list(found)


def _declared(statement: nodes.Statement) -> list[nodes.Identifier]:
    match statement:
        case nodes.LocalFunction():
            return [statement.name]
        case nodes.LocalAssign():
            return [target.name for target in statement.targets]
    return []
