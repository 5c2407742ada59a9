"""`ctx` calls of a workflow: each becomes a call of the Temporal SDK, or of the base class for what the SDK lacks.

One module for each family; this is the table of contents. Names, numbers of arguments and options are data
(runtime/temporal/context_methods.py). docs/ctx.md describes every method.
"""

from __future__ import annotations

import ast
from collections.abc import Callable

from assay.runtime.temporal.context_methods import (
    CHILD_FIELDS,
    INFO_FIELDS,
    METHODS,
    OBJECT_METHODS,
)

from ...diagnostics import workflows as rules
from ...syntax import nodes
from .. import build, expressions
from ..scope import PythonScope
from . import activities, children, handlers, run, waiting
from .arguments import Lowered
from .checks import check_call, check_dot

__all__ = ["check_dot", "method_call", "object_field", "object_method_call"]

_Rule = Callable[[PythonScope, nodes.MethodCall], Lowered]


def method_call(scope: PythonScope, node: nodes.MethodCall) -> Lowered:
    """`ctx:method(...)`"""
    name = node.method.name
    rule = _RULES.get(name)
    if rule is None:
        is_info = name in INFO_FIELDS
        problem = rules.unknown_context_method(
            scope.source, node.method, "ctx", name, METHODS, is_info
        )
        scope.report(problem)
        return build.constant(None), 1
    if scope.in_side_effect:
        scope.report(rules.context_in_side_effect(scope.source, node))
    check_call(scope, node, f"ctx:{name}", METHODS[name])
    return rule(scope, node)


def object_method_call(scope: PythonScope, node: nodes.MethodCall, kind: str) -> Lowered:
    """`future:method(...)` of what is certainly a future or the handle of a child workflow."""
    name = node.method.name
    methods = OBJECT_METHODS[kind]
    if name not in methods:
        noun = "the handle of a child workflow" if kind == "child" else "a future"
        known = [*methods, *(CHILD_FIELDS if kind == "child" else ())]
        scope.report(rules.unknown_context_method(scope.source, node.method, noun, name, known))
        return build.constant(None), 1
    check_call(scope, node, f"{'child' if kind == 'child' else 'future'}:{name}", methods[name])
    return _OBJECT_RULES[name](scope, node)[0], methods[name].results


def object_field(scope: PythonScope, node: nodes.Index) -> ast.expr | None:
    """`child.workflow_id` of what is certainly the handle of a child workflow; None for anything else."""
    if not isinstance(node.key, nodes.String):
        return None
    name = node.key.value
    if scope.colours.is_context(node.object) and name not in METHODS:
        is_info = name in INFO_FIELDS
        scope.report(rules.unknown_context_field(scope.source, node.key, name, METHODS, is_info))
    if name not in CHILD_FIELDS:
        return None
    if scope.colours.object_kind(node.object) != "child":
        return None
    return build.attribute(expressions.expression(scope, node.object), name)


_RULES: dict[str, _Rule] = {
    "all": waiting.wait_for_all,
    "any": waiting.wait_for_any,
    "cancel_workflow": children.cancel_workflow,
    "cancellation_requested": run.cancellation_requested,
    "continue_as_new": run.continue_as_new,
    "deprecate_patch": run.deprecate_patch,
    "execute_activity": activities.execute_activity,
    "execute_child_workflow": children.execute_child_workflow,
    "execute_local_activity": activities.execute_local_activity,
    "now": run.now,
    "patched": run.patched,
    "random": run.random,
    "register_query": handlers.register_query,
    "register_update": handlers.register_update,
    "shielded": waiting.shielded,
    "side_effect": handlers.side_effect,
    "signal_workflow": children.signal_workflow,
    "sleep": waiting.sleep,
    "spawn": waiting.spawn,
    "start_activity": activities.start_activity,
    "start_child_workflow": children.start_child_workflow,
    "start_timer": waiting.start_timer,
    "upsert_memo": run.upsert_memo,
    "upsert_search_attributes": run.upsert_search_attributes,
    "uuid": run.uuid,
    "wait_signal": waiting.wait_signal,
    "wait_until": waiting.wait_until,
    "workflow_info": run.workflow_info,
}

_OBJECT_RULES: dict[str, _Rule] = {
    "cancel": waiting.future_cancel,
    "get": waiting.future_get,
    "is_ready": waiting.future_is_ready,
    "signal": children.child_signal,
}
