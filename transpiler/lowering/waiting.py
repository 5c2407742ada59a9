"""Operations that may reach a metamethod which waits: `await waiting_operators.add(a, b)` where there is `add(a, b)` otherwise.

In: the operation's node, its operands as Python. Out: the awaited call, or None where the plain form is right: where no such
metamethod can be reached, or where nothing can wait (then it is Lua's error when it is reached). Lua manual: 2.4, 2.6.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence

from assay.runtime.positions import OperandName

from ..syntax import nodes
from . import build
from .scope import PythonScope


def waits(scope: PythonScope, event: str, *operands: nodes.Expression) -> bool:
    """Does the operation have to be awaited here?"""
    return scope.is_async and scope.colours.operation_waits(event, *operands)


def operation(
    scope: PythonScope,
    called: ast.Call,
    name: str,
    line: int,
    names: Sequence[OperandName | None] = (),
) -> ast.expr:
    """`called`, a call of a helper of the runtime, as the awaited call of `name` with the same operands."""
    module = scope.module.use("assay.runtime", "waiting_operators")
    called.func = build.attribute(module, name)
    return build.at(ast.Await(build.at(called, line, names)), line, names)
