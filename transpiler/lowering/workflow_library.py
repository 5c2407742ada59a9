"""Library calls that mean something deterministic in a workflow: time, random numbers, logging, print. The rows are
marked MAPPED in the registries.

Source of the SDK names: temporalio.workflow (time, now, logger).
"""

from __future__ import annotations

import ast
from collections.abc import Callable

from assay.runtime.library import LibraryFunction, WorkflowUse

from ..analysis.placement import Side
from ..syntax import nodes
from . import build, expressions
from .scope import PythonScope

_Rule = Callable[[PythonScope, nodes.Call], tuple[ast.expr, int | None] | None]


def mapped_call(
    scope: PythonScope, node: nodes.Call, row: LibraryFunction
) -> tuple[ast.expr, int | None] | None:
    """The deterministic form of a call in workflow code; None when there is none (then the row's own rule
    decides)."""
    if row.workflow is not WorkflowUse.MAPPED:
        return None
    helper = _HELPERS.get(row.lua_name)
    if scope.side is not Side.WORKFLOWS:
        # What activities call too must find out at run time who calls it.
        return None if helper is None else _helper_call(scope, node, helper)
    is_outside = scope.function in scope.program.called_in_side_effects
    if not node.arguments and row.lua_name in _SDK_TIME and not is_outside:
        return _SDK_TIME[row.lua_name](scope), 1
    if helper is not None:
        return _helper_call(scope, node, helper)
    rule = _RULES.get(row.lua_name)
    return None if rule is None else rule(scope, node)


_HELPERS = {
    "time": ("workflow_clock", "time", 1),
    "os.time": ("workflow_clock", "os_time", 1),
    "os.date": ("workflow_clock", "os_date", 1),
    "os.clock": ("workflow_clock", "os_clock", 1),
    "math.random": ("randomness", "math_random", 1),
    "math.randomseed": ("randomness", "math_randomseed", 2),
}
"""Functions of the runtime that are deterministic in a workflow and the standard ones elsewhere, with their results."""


def _helper_call(
    scope: PythonScope, node: nodes.Call, helper: tuple[str, str, int]
) -> tuple[ast.expr, int | None]:
    module, name, results = helper
    called = scope.module.use(f"assay.runtime.temporal.{module}", name, _ALIASES.get(name))
    lowered = build.call(called, *expressions.arguments(scope, node.arguments))
    return build.at(lowered, node.line), results


_ALIASES = {"time": "workflow_time"}


def _time(scope: PythonScope) -> ast.expr:
    """`time()` is the time of the workflow's current task: the same on replay."""
    return build.call(build.attribute(scope.module.use("temporalio", "workflow"), "time"))


_SDK_TIME: dict[str, Callable[[PythonScope], ast.expr]] = {
    "time": _time,
    "os.time": lambda scope: build.call("int", _time(scope)),
}


def _log(level: str) -> _Rule:
    def rule(scope: PythonScope, node: nodes.Call) -> tuple[ast.expr, int | None]:
        helper = scope.module.use("assay.runtime.temporal.workflow_log", f"log_{level}")
        lowered = build.call(helper, *expressions.arguments(scope, node.arguments))
        return build.at(lowered, node.line), 0

    return rule


def _print(scope: PythonScope, node: nodes.Call) -> tuple[ast.expr, int | None]:
    """`print` once: not again when the workflow replays."""
    helper = scope.module.use("assay.runtime.temporal.workflow_log", "print_once")
    lowered = build.call(helper, *expressions.arguments(scope, node.arguments))
    return build.at(lowered, node.line), 0


_RULES: dict[str, _Rule] = {
    "print": _print,
    "log.info": _log("info"),
    "log.warn": _log("warn"),
    "log.error": _log("error"),
    "log.debug": _log("debug"),
}
