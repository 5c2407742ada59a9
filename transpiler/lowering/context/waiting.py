"""Waiting: for signals, timers, conditions and futures; functions of their own. Specification: ctx:wait_signal, ctx:sleep."""

from __future__ import annotations

import ast

from ...analysis.constants import constant_number
from ...syntax import nodes
from .. import build, expressions
from ..scope import PythonScope
from . import arguments, options
from .arguments import Lowered
from .callbacks import check_only_looks


def wait_signal(scope: PythonScope, node: nodes.MethodCall) -> Lowered:
    """`await self.wait_signal("name", timeout=timedelta(seconds=5))`"""
    context = expressions.expression(scope, node.object)
    call = build.call(build.attribute(context, "wait_signal"), arguments.name(scope, node))
    _add_timeout(scope, node, call)
    return arguments.awaited(scope, node, call), 1


def wait_until(scope: PythonScope, node: nodes.MethodCall) -> Lowered:
    """`await self.wait_until(condition, timeout=...)`"""
    check_only_looks(scope, arguments.argument(node, 0), "ctx:wait_until")
    call = arguments.on_context(scope, node, arguments.given(scope, node, 0))
    _add_timeout(scope, node, call)
    return arguments.awaited(scope, node, call), 1


def _add_timeout(scope: PythonScope, node: nodes.MethodCall, call: ast.Call) -> None:
    if len(node.arguments) < 2:
        return
    found = options.literal(scope, node, 1, must_be_certain=False)
    if found is None:
        convert = scope.module.use(options.OPTIONS, "timeout_option")
        value = expressions.expression(scope, node.arguments[1])
        name = build.constant(node.method.name)
        found = {"timeout": build.at(build.call(convert, value, name), node.line)}
    call.keywords += [ast.keyword(name, value) for name, value in found.items()]


def sleep(scope: PythonScope, node: nodes.MethodCall) -> Lowered:
    """`await workflow.sleep(5)`; what is no literal is checked by the base class."""
    seconds = arguments.argument(node, 0)
    constant = None if seconds is None else constant_number(seconds)
    if constant is not None and constant > 0:
        call = build.call(arguments.sdk(scope, "sleep"), arguments.given(scope, node, 0))
    else:
        context = expressions.expression(scope, node.object)
        call = build.call(build.attribute(context, "sleep"), arguments.given(scope, node, 0))
    return arguments.awaited(scope, node, call), 1


def start_timer(scope: PythonScope, node: nodes.MethodCall) -> Lowered:
    """`self.start_timer(5)`"""
    return arguments.on_context(scope, node, arguments.given(scope, node, 0)), 1


# ------------------------------------------------------------------------------------------------------------- futures


def wait_for_all(scope: PythonScope, node: nodes.MethodCall) -> Lowered:
    """`await self.all(futures)`"""
    call = arguments.on_context(scope, node, arguments.given(scope, node, 0))
    return arguments.awaited(scope, node, call), 1


def wait_for_any(scope: PythonScope, node: nodes.MethodCall) -> Lowered:
    """`await self.any(futures)`: key and result."""
    call = arguments.on_context(scope, node, arguments.given(scope, node, 0))
    return arguments.awaited(scope, node, call), 2


def spawn(scope: PythonScope, node: nodes.MethodCall) -> Lowered:
    """`self.spawn(function, ...)`"""
    return arguments.on_context(scope, node, *expressions.arguments(scope, node.arguments)), 1


def shielded(scope: PythonScope, node: nodes.MethodCall) -> Lowered:
    """`await self.shielded(function, ...)`"""
    call = arguments.on_context(scope, node, *expressions.arguments(scope, node.arguments))
    return arguments.awaited(scope, node, call), None


def future_get(scope: PythonScope, node: nodes.MethodCall) -> Lowered:
    """`await future.get()`"""
    return arguments.awaited(scope, node, arguments.on_context(scope, node)), 1


def future_is_ready(scope: PythonScope, node: nodes.MethodCall) -> Lowered:
    """`future.is_ready()`"""
    return arguments.on_context(scope, node), 1


def future_cancel(scope: PythonScope, node: nodes.MethodCall) -> Lowered:
    """`future.cancel()`"""
    return arguments.on_context(scope, node), 1
