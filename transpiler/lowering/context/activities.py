"""Activities: `ctx:execute_activity`, `ctx:start_activity`, `ctx:execute_local_activity`. Specification: ctx:execute_activity."""

from __future__ import annotations

import ast

from assay.runtime.temporal import option_names

from ...diagnostics import workflows as rules
from ...syntax import nodes
from .. import build
from ..scope import PythonScope
from . import arguments, options
from .arguments import Lowered

_FUTURES = "assay.runtime.temporal.futures"


def execute_activity(scope: PythonScope, node: nodes.MethodCall) -> Lowered:
    """`await workflow.execute_activity("name", to_json(input), ...)`"""
    call = _call(scope, node, arguments.sdk(scope, "execute_activity"))
    return arguments.decoded(scope, node, arguments.awaited(scope, node, call)), 1


def start_activity(scope: PythonScope, node: nodes.MethodCall) -> Lowered:
    """`Future(workflow.start_activity("name", to_json(input), ...))`"""
    call = _call(scope, node, arguments.sdk(scope, "start_activity"))
    build.at(call, node.line)
    return build.call(scope.module.use(_FUTURES, "Future"), call), 1


def execute_local_activity(scope: PythonScope, node: nodes.MethodCall) -> Lowered:
    """`await self.execute_local_activity("name", to_json(input), ...)`: the base class runs one at a time."""
    call = _call(scope, node, arguments.on_context(scope, node).func)
    return arguments.decoded(scope, node, arguments.awaited(scope, node, call)), 1


def _call(scope: PythonScope, node: nodes.MethodCall, function: ast.expr) -> ast.Call:
    call = build.call(function, arguments.name(scope, node), *arguments.payload(scope, node, 1))
    call.keywords = _keywords(scope, node)
    return call


def _keywords(scope: PythonScope, node: nodes.MethodCall) -> list[ast.keyword]:
    method = node.method.name
    found = options.literal(scope, node, 2)
    if found is None:
        return [options.at_run_time(scope, node, 2, "activity_options")]
    if "start_to_close_timeout" not in found:
        seconds = build.constant(option_names.DEFAULT_START_TO_CLOSE_SECONDS)
        found = {"start_to_close_timeout": options.duration(scope, seconds), **found}
    if "task_queue" not in found:
        _check_name(scope, node, method == "execute_local_activity")
    return [ast.keyword(name, value) for name, value in found.items()]


def _check_name(scope: PythonScope, node: nodes.MethodCall, is_local: bool) -> None:
    """Warns about an activity that this worker does not register; a local one can be no other worker's."""
    name = arguments.argument(node, 0)
    if not isinstance(name, nodes.String):
        return
    for known in scope.program.known_beside(scope.function, "activities"):
        if known and name.value not in known:
            scope.report(rules.unknown_activity(scope.source, name, name.value, known, is_local))
            return
