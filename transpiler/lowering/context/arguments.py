"""What the families of `ctx` calls share: the arguments of a call, names as text, payloads, and waiting."""

from __future__ import annotations

import ast

from ...analysis.scopes import is_multiple
from ...diagnostics import language
from ...syntax import nodes
from .. import build, expressions, tables
from ..scope import PythonScope

Lowered = tuple[ast.expr, int | None]

_OPTION_VALUES = "assay.runtime.temporal.option_values"
WORKFLOW = "assay.runtime.temporal.workflow"


def argument(node: nodes.MethodCall, position: int) -> nodes.Expression | None:
    """The argument at `position` (from 0) where it is certainly one value."""
    if position < len(node.arguments) and not is_multiple(node.arguments[position]):
        return node.arguments[position]
    return None


def given(scope: PythonScope, node: nodes.MethodCall, position: int) -> ast.expr:
    """The argument at `position` as an expression, None when it is left out."""
    if position < len(node.arguments):
        return expressions.expression(scope, node.arguments[position])
    return build.constant(None)


def awaited(scope: PythonScope, node: nodes.MethodCall, call: ast.expr) -> ast.expr:
    """`await call`"""
    if not scope.is_async:
        scope.report(language.wait_in_plain_function(scope.source, node))
    return build.at(ast.Await(build.at(call, node.line)), node.line)


def sdk(scope: PythonScope, name: str) -> ast.expr:
    """`workflow.NAME` of the SDK."""
    return build.attribute(scope.module.use("temporalio", "workflow"), name)


def on_context(scope: PythonScope, node: nodes.MethodCall, *arguments: ast.expr) -> ast.Call:
    """`self.METHOD(arguments)`: the base class has the method under its Lua name."""
    context = expressions.expression(scope, node.object)
    return build.at(build.call(build.attribute(context, node.method.name), *arguments), node.line)


def payload(scope: PythonScope, node: nodes.MethodCall, position: int) -> list[ast.expr]:
    """The argument at `position` encoded for JSON; nothing when it is left out or nil."""
    if position >= len(node.arguments) or isinstance(node.arguments[position], nodes.Nil):
        return []
    value = tables.plain(scope, node.arguments[position])
    encoded = build.call(scope.module.use(WORKFLOW, "to_json"), value)
    return [build.at(encoded, node.arguments[position].line)]


def decoded(scope: PythonScope, node: nodes.MethodCall, call: ast.expr) -> ast.expr:
    """What a call gives as a Lua value; left as it is where nobody looks at it."""
    if isinstance(scope.colours.parents.get(node), nodes.CallStatement):
        return call
    return build.call(scope.module.use(WORKFLOW, "from_json"), call)


def name(scope: PythonScope, node: nodes.MethodCall, position: int = 0) -> ast.expr:
    """The argument at `position` as a name: of an activity, a signal, a workflow."""
    method = node.method.name
    found = argument(node, position)
    value = given(scope, node, position)
    if isinstance(found, nodes.String):
        # The SDK wants text, not a Lua byte string.
        return build.constant(found.value.encode("latin-1").decode("utf-8", "replace"))
    convert = scope.module.use(_OPTION_VALUES, "name_text")
    return build.at(build.call(convert, value, build.constant(method)), node.line)
