"""Library calls that mean something deterministic in a workflow: time, logging, print. The rows are marked MAPPED in the
registries.

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
    if row.workflow is not WorkflowUse.MAPPED or scope.side is not Side.WORKFLOWS:
        return None  # what activities call too cannot become a call of the workflow SDK
    rule = _RULES.get(row.lua_name)
    return None if rule is None else rule(scope, node)


def _time(scope: PythonScope, node: nodes.Call) -> tuple[ast.expr, int | None]:
    """`time()` is the time of the workflow's current task: the same on replay."""
    return build.call(build.attribute(scope.module.use("temporalio", "workflow"), "time")), 1


def _os_time(scope: PythonScope, node: nodes.Call) -> tuple[ast.expr, int | None] | None:
    if node.arguments:
        return None
    return build.call("int", _time(scope, node)[0]), 1


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
    "time": _time,
    "os.time": _os_time,
    "log.info": _log("info"),
    "log.warn": _log("warn"),
    "log.error": _log("error"),
    "log.debug": _log("debug"),
}
