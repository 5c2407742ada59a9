"""How real Lua names an operand in its error messages: `local 'x'`, `field 'name'` (ldebug.c, getobjname)."""

from __future__ import annotations

from collections.abc import Sequence

from assay.runtime.positions import OperandName

from ..analysis.walk import strip_parentheses
from ..syntax import nodes
from .scope import PythonScope

_SMALLEST_INDEX, _LARGEST_INDEX = 0, 255
"""The integer keys that fit into Lua's OP_GETI; only those are called "integer index"."""

_TRUTH: dict[type[nodes.Node], bool] = {
    nodes.Nil: False,
    nodes.FalseLiteral: False,
    nodes.TrueLiteral: True,
    nodes.Number: True,
    nodes.String: True,
}


def operand_name(scope: PythonScope, node: nodes.Expression) -> OperandName | None:
    """The name of what `node` evaluates, None for one that real Lua has no name for."""
    node = strip_parentheses(node)
    match node:
        case nodes.Name(name=name):
            variable = scope.program.resolution.variables.get(node)
            if variable is None or variable.kind == "global":
                return OperandName("global", name)
            if variable.attribute == "const" and _is_compile_time(variable.values):
                value = variable.values[0]
                return None if value is None else operand_name(scope, value)
            here = variable.owner is scope.function
            return OperandName("local" if here else "upvalue", name)
        case nodes.Index(key=nodes.String(value=name)):
            return OperandName("field", _c_string(name))
        case nodes.Index(key=nodes.Number(value=int(key))) if (
            _SMALLEST_INDEX <= key <= _LARGEST_INDEX
        ):
            return OperandName("field", "integer index")
        case nodes.Index():
            return OperandName("field", "?")
        case nodes.Logical(operator=operator, left=left, right=right):
            # Real Lua leaves a constant left operand out.
            truth = _TRUTH.get(type(strip_parentheses(left)))
            return operand_name(scope, right) if truth is (operator == "and") else None
        case nodes.String(value=value):
            return OperandName("constant", _c_string(value))
    return None


def _c_string(text: str) -> str:
    """What C prints of a string: it ends at the first zero byte."""
    return text.partition("\0")[0]


def _is_compile_time(values: Sequence[nodes.Expression | None]) -> bool:
    """Does a constant with this value have no variable in real Lua (manual 3.3.7; lparser.c, localstat)?"""
    value = strip_parentheses(values[0]) if len(values) == 1 and values[0] is not None else None
    return isinstance(
        value, nodes.Nil | nodes.TrueLiteral | nodes.FalseLiteral | nodes.Number | nodes.String
    )


def callee_name(scope: PythonScope, node: nodes.Call | nodes.MethodCall) -> OperandName | None:
    """The name of the function that `node` calls."""
    if isinstance(node, nodes.MethodCall):
        return OperandName("method", node.method.name)
    return operand_name(scope, node.function)
