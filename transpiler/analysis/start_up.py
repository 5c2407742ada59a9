"""Values that are known when a worker starts, if not before: `env.get("PREFIX") .. "_charge"`.

In: an expression at the top level. Out: the text that it always is, and whether it is the same each time that a process of the
worker makes it: literals, the environment, functions of strings, and locals that hold such a value and are never assigned again.
"""

from __future__ import annotations

from typing import Final

from ..syntax import nodes
from .scopes import Resolution, Variable
from .walk import strip_parentheses

_FUNCTIONS: Final = {
    "env": ("get",),
    "os": ("getenv",),
    "string": ("format", "gsub", "len", "lower", "rep", "reverse", "sub", "upper"),
}
"""Functions that give the same for the same arguments, as long as a process runs."""


def constant_text(resolution: Resolution, node: nodes.Expression) -> str | None:
    """The string that `node` always is; None when the source alone does not say."""
    node = strip_parentheses(node)
    match node:
        case nodes.String():
            return node.value
        case nodes.Number() if isinstance(node.value, int):
            return str(node.value)
        case nodes.Binary(operator=".."):
            left = constant_text(resolution, node.left)
            right = constant_text(resolution, node.right)
            return None if left is None or right is None else left + right
    held = _held(resolution, node)
    return None if held is None else constant_text(resolution, held)


def is_known_at_start(resolution: Resolution, node: nodes.Expression) -> bool:
    """Is `node` known when the worker starts, and the same wherever its package makes it?"""
    node = strip_parentheses(node)
    match node:
        case nodes.String() | nodes.Number() | nodes.Nil():
            return True
        case nodes.Binary(operator="..") | nodes.Logical():
            parts = [node.left, node.right]
        case nodes.Call(function=function, arguments=arguments):
            if not _is_pure_function(resolution, function):
                return False
            parts = list(arguments)
        case nodes.MethodCall(object=held, method=method, arguments=arguments):
            if method.name not in _FUNCTIONS["string"] or "string" in _assigned(resolution):
                return False
            parts = [held, *arguments]
        case _:
            value = _held(resolution, node)
            return value is not None and is_known_at_start(resolution, value)
    return all(is_known_at_start(resolution, part) for part in parts)


def is_decided_at_start(resolution: Resolution, node: nodes.Expression) -> bool:
    """Is the condition `node` decided by what is known when the worker starts?"""
    node = strip_parentheses(node)
    match node:
        case nodes.TrueLiteral() | nodes.FalseLiteral():
            return True
        case nodes.Unary(operator="not", operand=operand):
            return is_decided_at_start(resolution, operand)
        case nodes.Logical(left=left, right=right) | nodes.Binary(
            operator="==" | "~=", left=left, right=right
        ):
            return is_decided_at_start(resolution, left) and is_decided_at_start(resolution, right)
    held = _held(resolution, node)
    if held is not None:
        return is_decided_at_start(resolution, held)
    return is_known_at_start(resolution, node)


def never_fails(resolution: Resolution, node: nodes.Expression) -> bool:
    """Can `node` be evaluated, whatever the environment, without an error and without doing anything?"""
    node = strip_parentheses(node)
    match node:
        case nodes.Table(fields=fields):
            return all(
                isinstance(each, nodes.NamedField) and never_fails(resolution, each.value)
                for each in fields
            )
        case nodes.Logical(left=left, right=right) | nodes.Binary(
            operator="==" | "~=", left=left, right=right
        ):
            return never_fails(resolution, left) and never_fails(resolution, right)
        case nodes.Binary(operator=".."):
            return all(_is_certain_text(resolution, part) for part in (node.left, node.right))
        case nodes.Call(function=function, arguments=arguments):
            return _is_safe_function(resolution, function) and all(
                never_fails(resolution, argument) for argument in arguments
            )
        case nodes.Index():
            return node in resolution.linked
    return isinstance(node, _NEVER_FAIL)


_NEVER_FAIL: Final = (
    nodes.Nil,
    nodes.TrueLiteral,
    nodes.FalseLiteral,
    nodes.Number,
    nodes.String,
    nodes.Name,
)


def _is_certain_text(resolution: Resolution, node: nodes.Expression) -> bool:
    """Is `node` certainly text, whatever the environment: `env.get("STAGE") or "dev"`?"""
    node = strip_parentheses(node)
    match node:
        case nodes.Logical(operator="or", left=left, right=right):
            return is_known_at_start(resolution, left) and _is_certain_text(resolution, right)
        case nodes.Binary(operator="..", left=left, right=right):
            return _is_certain_text(resolution, left) and _is_certain_text(resolution, right)
    held = _held(resolution, node)
    if held is not None:
        return _is_certain_text(resolution, held)
    return constant_text(resolution, node) is not None


def _is_safe_function(resolution: Resolution, function: nodes.Expression) -> bool:
    match strip_parentheses(function):
        case nodes.Index(object=nodes.Name(name="env" | "os")):
            return _is_pure_function(resolution, function)
        case nodes.Name(name="tonumber" | "tostring" as name) as found:
            return resolution.is_global(found, name)
    return False


def _held(resolution: Resolution, node: nodes.Expression) -> nodes.Expression | None:
    """What the local variable, or the export of a module, that `node` names holds from its declaration on."""
    variable: Variable | None = None
    if isinstance(node, nodes.Name):
        variable = resolution.variables.get(node)
    elif isinstance(node, nodes.Index):
        variable = resolution.linked.get(node)
    if variable is None or variable.owner is not resolution.main or variable.in_loop:
        return None
    return variable.values[0] if variable.is_constant and len(variable.values) == 1 else None


def _is_pure_function(resolution: Resolution, function: nodes.Expression) -> bool:
    match strip_parentheses(function):
        case nodes.Index(object=nodes.Name(name=table) as held, key=nodes.String(value=name)):
            is_library = resolution.is_global(held, table) and table not in _assigned(resolution)
            return is_library and name in _FUNCTIONS.get(table, ())
        case nodes.Name(name="tostring") as found:
            return resolution.is_global(found, "tostring")
    return False


def _assigned(resolution: Resolution) -> set[str]:
    """The globals that the source assigns."""
    return {name for name, use in resolution.globals.items() if use.writes}
