"""When real Lua reads a local variable: not where it stands but when the operation runs, because it is in its register
already (lcode.c, luaK_exp2anyreg). In `x + f()` a function `f` that assigns `x` is seen; Python's order would be another.
"""

from __future__ import annotations

from ..analysis.scopes import Variable
from ..analysis.walk import strip_parentheses, walk
from ..syntax import nodes
from .scope import PythonScope


def reads_late(
    scope: PythonScope, operand: nodes.Expression, *later: nodes.Expression, upvalues: bool = False
) -> bool:
    """Is `operand` a local that some call in `later`, which runs before the operation does, may assign?

    `upvalues` says that the operation reads upvalues late too: an assignment to a field with a constant name.
    """
    variable = is_in_place(scope, operand, upvalues)
    return (
        variable is not None and _assigned_elsewhere(scope, variable) and any(map(has_call, later))
    )


def is_in_place(
    scope: PythonScope, operand: nodes.Expression, upvalues: bool = False
) -> Variable | None:
    """The variable that `operand` is when an operation takes it from where it lives."""
    operand = strip_parentheses(operand)
    if not isinstance(operand, nodes.Name):
        return None
    variable = scope.program.resolution.variables.get(operand)
    if variable is None or (variable.owner is not scope.function and not upvalues):
        return None
    return variable


def _assigned_elsewhere(scope: PythonScope, variable: Variable) -> bool:
    return any(function is not scope.function for function in variable.assigned_in)


def has_call(expression: nodes.Expression) -> bool:
    """Is there a call in `expression`?"""
    return any(
        isinstance(node, nodes.Call | nodes.MethodCall)
        for node in walk(expression, into_functions=False)
    )
