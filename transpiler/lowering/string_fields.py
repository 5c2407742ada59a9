"""Uses of a function that a worker's source adds to the table `string` through a string: `s:trim()` (manual 6.4).

In: a method call or an index whose name is such a function's. Out: Python that takes the function's variable when the
receiver is a string, and goes the usual way when it is anything else.
"""

from __future__ import annotations

import ast

from ..analysis.kinds import STRING, is_only
from ..syntax import nodes
from . import build, functions
from .scope import PythonScope


def of_string(scope: PythonScope, node: nodes.Index | nodes.MethodCall) -> ast.expr | None:
    """The function, when the receiver is certainly a string."""
    variable = scope.program.resolution.string_fields.get(node)
    if variable is None or not is_only(scope.program.types.of(node.object), STRING):
        return None
    return functions.read(scope, variable)


def of_any(
    scope: PythonScope, node: nodes.Index | nodes.MethodCall, receiver: ast.expr, key: ast.expr
) -> ast.Call | None:
    """`index_string(receiver, "trim", trim)`, when the receiver may be a string."""
    variable = scope.program.resolution.string_fields.get(node)
    if variable is None or not scope.program.types.of(node.object) & STRING:
        return None
    helper = scope.module.runtime("index_string")
    return build.call(helper, receiver, key, functions.read(scope, variable))
