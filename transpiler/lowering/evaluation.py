"""When real Lua reads a local variable: not where it stands but when the operation runs, because it is in its register
already (lcode.c, luaK_exp2anyreg). In `x + f()` a function `f` that assigns `x` is seen; Python's order would be another.
"""

from __future__ import annotations

from typing import Final

from assay.runtime.library import LibraryFunction

from ..analysis import metatables
from ..analysis.kinds import INTEGER, STRING, TABLE, is_only
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


_QUIET: Final = ("string.", "math.", "tonumber")
"""Library functions, by how their names begin, that call nothing and change nothing."""


def is_quiet(scope: PythonScope, expression: nodes.Expression) -> bool:
    """Does evaluating `expression` change nothing, so that what else is evaluated may come before it?"""
    return all(_is_quiet_node(scope, node) for node in walk(expression, into_functions=False))


def _is_quiet_node(scope: PythonScope, node: nodes.Node) -> bool:
    program = scope.program
    match node:
        case nodes.Call():
            row = program.library.of(node.function)
            shows = row is not None and row.lua_name == "string.format"  # which calls __tostring
            return (
                isinstance(row, LibraryFunction)
                and row.lua_name.startswith(_QUIET)
                and not (shows and program.uses_metatables)
                and not row.calls_back
            )
        case nodes.MethodCall():
            if not is_only(program.types.of(node.object), STRING):
                return False
            method = program.library.string_method(node.method.name)
            return method is not None and not method.calls_back
        case nodes.Index():
            is_library = program.library.of(node) is not None
            return is_library or has_no_metamethod(scope, "__index", node.object)
        case nodes.Binary():
            event = metatables.BINARY_EVENTS[node.operator]
            return has_no_metamethod(scope, event, node.left, node.right)
        case nodes.Unary():
            event = metatables.UNARY_EVENTS.get(node.operator, "__unm")
            return node.operator == "not" or has_no_metamethod(scope, event, node.operand)
    return True


def has_no_metamethod(scope: PythonScope, event: str, *operands: nodes.Expression) -> bool:
    """Does no metamethod for `event` run when something is done with `operands`?"""
    if not scope.program.uses_metatables:
        return True
    contents = scope.program.types.contents
    return not any(metatables.may_call(contents, operand, event) for operand in operands)


def is_same_place(scope: PythonScope, one: nodes.Expression, other: nodes.Expression) -> bool:
    """Do both give the same value, one evaluated right after the other: the same variable, or a field of one?"""
    one, other = strip_parentheses(one), strip_parentheses(other)
    if isinstance(one, nodes.Name) and isinstance(other, nodes.Name):
        variable = scope.program.resolution.variables.get(one)
        return variable is not None and variable is scope.program.resolution.variables.get(other)
    return (
        isinstance(one, nodes.Index)
        and isinstance(other, nodes.Index)
        and isinstance(one.key, nodes.String)
        and isinstance(other.key, nodes.String)
        and one.key.value == other.key.value
        and has_no_metamethod(scope, "__index", one.object)
        and is_same_place(scope, one.object, other.object)
    )


def cannot_fail(scope: PythonScope, expression: nodes.Expression) -> bool:
    """Is `expression` made of integers and lengths, so that it certainly has a value?"""
    expression = strip_parentheses(expression)
    match expression:
        case nodes.Name() | nodes.Number() | nodes.String():
            return True
        case nodes.Unary(operator="#", operand=operand):
            kind = scope.program.types.of(operand)
            quiet = has_no_metamethod(scope, "__len", operand)
            return quiet and is_only(kind, STRING | TABLE) and cannot_fail(scope, operand)
        case nodes.Binary(operator="+" | "-" | "*", left=left, right=right):
            operands = (left, right)
            integers = all(is_only(scope.program.types.of(o), INTEGER) for o in operands)
            return integers and all(cannot_fail(scope, operand) for operand in operands)
    return False


def has_call(expression: nodes.Expression) -> bool:
    """Is there a call in `expression`?"""
    return any(
        isinstance(node, nodes.Call | nodes.MethodCall)
        for node in walk(expression, into_functions=False)
    )
