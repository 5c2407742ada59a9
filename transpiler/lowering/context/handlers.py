"""Functions handed to Temporal: recorded side effects, answers to queries and updates. Specification: ctx:side_effect."""

from __future__ import annotations

import ast

from ...analysis.side_effects import changed_outside
from ...diagnostics import workflows as rules
from ...syntax import nodes
from .. import build, expressions
from ..scope import PythonScope
from . import arguments, options
from .arguments import Lowered
from .callbacks import check_only_looks


def side_effect(scope: PythonScope, node: nodes.MethodCall) -> Lowered:
    """`await self.side_effect(function)`"""
    context = expressions.expression(scope, node.object)
    argument = arguments.argument(node, 0)
    if argument is not None and scope.colours.is_async(argument):
        scope.report(rules.waits_in_callback(scope.source, argument, "ctx:side_effect"))
    if argument is not None:
        for variable, is_assigned in changed_outside(scope.program.functions, argument).items():
            problem = rules.changed_in_side_effect(
                scope.source, argument, variable.name, is_assigned
            )
            scope.report(problem)
    outer, scope.in_side_effect = scope.in_side_effect, True
    function = arguments.given(scope, node, 0)
    scope.in_side_effect = outer
    call = build.call(build.attribute(context, "side_effect"), function)
    return arguments.awaited(scope, node, call), 1


def register_query(scope: PythonScope, node: nodes.MethodCall) -> Lowered:
    """`self.register_query("name", function)`"""
    check_only_looks(scope, arguments.argument(node, 1), "ctx:register_query")
    context = expressions.expression(scope, node.object)
    name = arguments.name(scope, node)
    function = arguments.given(scope, node, 1)
    call = build.call(build.attribute(context, "register_query"), name, function)
    return build.at(call, node.line), 1


def register_update(scope: PythonScope, node: nodes.MethodCall) -> Lowered:
    """`self.register_update("name", function, validator=...)`"""
    name = arguments.name(scope, node)
    call = arguments.on_context(scope, node, name, arguments.given(scope, node, 1))
    table = options.literal_table(node, 2)
    for field in table.fields if table is not None else ():
        if isinstance(field, nodes.NamedField) and field.name.name == "validator":
            check_only_looks(scope, field.value, "the validator of ctx:register_update")
    found = options.literal(scope, node, 2)
    if found is None:
        call.keywords = [options.at_run_time(scope, node, 2, "method_options", node.method.name)]
    else:
        call.keywords = [ast.keyword(option, value) for option, value in found.items()]
    return call, 1
