"""Other workflows: children, and signals and cancel requests to any. docs/ctx.md, "Child workflows" and "Other workflows"."""

from __future__ import annotations

import ast

from ...diagnostics import workflows as rules
from ...syntax import nodes
from .. import build, expressions
from ..scope import PythonScope
from . import arguments, options
from .arguments import Lowered

_CHILDREN = "assay.runtime.temporal.children"


def execute_child_workflow(scope: PythonScope, node: nodes.MethodCall) -> Lowered:
    """`await workflow.execute_child_workflow("Type", to_json(input), ...)`"""
    call = _call(scope, node)
    return arguments.decoded(scope, node, arguments.awaited(scope, node, call)), 1


def start_child_workflow(scope: PythonScope, node: nodes.MethodCall) -> Lowered:
    """`ChildWorkflow(await workflow.start_child_workflow("Type", to_json(input), ...))`"""
    started = arguments.awaited(scope, node, _call(scope, node))
    return build.call(scope.module.use(_CHILDREN, "ChildWorkflow"), started), 1


def _call(scope: PythonScope, node: nodes.MethodCall) -> ast.Call:
    call = build.call(
        arguments.sdk(scope, node.method.name),
        arguments.name(scope, node),
        *arguments.payload(scope, node, 1),
    )
    found = options.literal(scope, node, 2)
    if found is None:
        call.keywords = [options.at_run_time(scope, node, 2, "method_options", node.method.name)]
    else:
        call.keywords = [ast.keyword(name, value) for name, value in found.items()]
        if "task_queue" not in found:
            _check_name(scope, node)
    return call


def _check_name(scope: PythonScope, node: nodes.MethodCall) -> None:
    """Warns about a child workflow that this worker does not register."""
    name = arguments.argument(node, 0)
    if not isinstance(name, nodes.String):
        return
    for known in scope.program.known_beside(scope.function, "workflows"):
        if name.value not in known:
            scope.report(rules.unknown_child_workflow(scope.source, name, name.value, known))
            return


def child_signal(scope: PythonScope, node: nodes.MethodCall) -> Lowered:
    """`await child.signal("name", to_json(input))`"""
    handle = expressions.expression(scope, node.object)
    call = build.call(
        build.attribute(handle, "signal"),
        arguments.name(scope, node),
        *arguments.payload(scope, node, 1),
    )
    return arguments.awaited(scope, node, call), 1


def signal_workflow(scope: PythonScope, node: nodes.MethodCall) -> Lowered:
    """`await workflow.get_external_workflow_handle("id").signal("name", to_json(input))`"""
    handle = _external(scope, node, 3)
    call = build.call(
        build.attribute(handle, "signal"),
        arguments.name(scope, node, 1),
        *arguments.payload(scope, node, 2),
    )
    return arguments.awaited(scope, node, call), 1


def cancel_workflow(scope: PythonScope, node: nodes.MethodCall) -> Lowered:
    """`await workflow.get_external_workflow_handle("id").cancel()`"""
    handle = _external(scope, node, 1)
    return arguments.awaited(scope, node, build.call(build.attribute(handle, "cancel"))), 1


def _external(scope: PythonScope, node: nodes.MethodCall, position: int) -> ast.Call:
    """The handle of the workflow that the first argument names; options at `position`."""
    handle = build.call(
        arguments.sdk(scope, "get_external_workflow_handle"), arguments.name(scope, node)
    )
    found = options.literal(scope, node, position)
    if found is None:
        helper = "method_options"
        handle.keywords = [options.at_run_time(scope, node, position, helper, node.method.name)]
    else:
        handle.keywords = [ast.keyword(name, value) for name, value in found.items()]
    return build.at(handle, node.line)
