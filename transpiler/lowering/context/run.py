"""The run itself: what it knows, its time and random numbers, its versions, its visibility, and going on as a new one."""

from __future__ import annotations

import ast

from ...syntax import nodes
from .. import build, expressions, tables
from ..scope import PythonScope
from . import arguments, options
from .arguments import Lowered

_SEARCH_ATTRIBUTES = "assay.runtime.temporal.search_attributes"


def workflow_info(scope: PythonScope, node: nodes.MethodCall) -> Lowered:
    """`self.workflow_info()`"""
    return arguments.on_context(scope, node), 1


def continue_as_new(scope: PythonScope, node: nodes.MethodCall) -> Lowered:
    """`self.continue_as_new(to_json(input), ...)`: hands signals on, and is the SDK's call otherwise."""
    call = arguments.on_context(scope, node, *arguments.payload(scope, node, 0))
    found = options.literal(scope, node, 1)
    if found is None:
        call.keywords = [options.at_run_time(scope, node, 1, "method_options", node.method.name)]
    else:
        call.keywords = [ast.keyword(name, value) for name, value in found.items()]
    return call, 1


def now(scope: PythonScope, node: nodes.MethodCall) -> Lowered:
    """`workflow.time()`"""
    return build.call(arguments.sdk(scope, "time")), 1


def uuid(scope: PythonScope, node: nodes.MethodCall) -> Lowered:
    """`self.uuid()`"""
    return arguments.on_context(scope, node), 1


def random(scope: PythonScope, node: nodes.MethodCall) -> Lowered:
    """`self.random(1, 6)`"""
    return arguments.on_context(scope, node, *expressions.arguments(scope, node.arguments)), 1


def cancellation_requested(scope: PythonScope, node: nodes.MethodCall) -> Lowered:
    """`workflow.cancellation_reason() is not None`"""
    return build.is_not_none(build.call(arguments.sdk(scope, "cancellation_reason"))), 1


def patched(scope: PythonScope, node: nodes.MethodCall) -> Lowered:
    """`workflow.patched("id")`"""
    return build.call(arguments.sdk(scope, "patched"), arguments.name(scope, node)), 1


def deprecate_patch(scope: PythonScope, node: nodes.MethodCall) -> Lowered:
    """`workflow.deprecate_patch("id")`"""
    return build.call(arguments.sdk(scope, "deprecate_patch"), arguments.name(scope, node)), 1


def upsert_memo(scope: PythonScope, node: nodes.MethodCall) -> Lowered:
    """`workflow.upsert_memo(memo_fields({"step": "two"}))`"""
    return _upsert(scope, node, "memo_fields"), 1


def upsert_search_attributes(scope: PythonScope, node: nodes.MethodCall) -> Lowered:
    """`workflow.upsert_search_attributes(search_attribute_updates({"Step": "two"}))`"""
    return _upsert(scope, node, "search_attribute_updates"), 1


def _upsert(scope: PythonScope, node: nodes.MethodCall, convert: str) -> ast.expr:
    helper = scope.module.use(_SEARCH_ATTRIBUTES, convert)
    converted = build.call(helper, _fields(scope, node))
    build.at(converted, node.line)
    return build.at(build.call(arguments.sdk(scope, node.method.name), converted), node.line)


def _fields(scope: PythonScope, node: nodes.MethodCall) -> ast.expr:
    """The table; a constructor whose fields are all named as a plain dict."""
    table = arguments.argument(node, 0)
    if isinstance(table, nodes.Table) and table.fields:
        if all(isinstance(field, nodes.NamedField) for field in table.fields):
            items: list[tuple[ast.expr, ast.expr]] = [
                (
                    expressions.string(scope, field.name.name),
                    expressions.expression(scope, field.value),
                )
                for field in table.fields
                if isinstance(field, nodes.NamedField)
            ]
            return ast.Dict([key for key, _ in items], [value for _, value in items])
        return tables.constructor(scope, table)
    return arguments.given(scope, node, 0)
