"""Functions that Temporal calls to look at a workflow: queries, validators, conditions. They neither wait nor change anything.

In: such a function as the call names it. Out: diagnostics. Source: temporalio.workflow (query, update validators, wait_condition).
"""

from __future__ import annotations

from ...analysis.side_effects import changed_outside
from ...diagnostics import workflows as rules
from ...syntax import nodes
from ..scope import PythonScope


def check_only_looks(scope: PythonScope, given: nodes.Expression | None, shown: str) -> None:
    """Reports a function that waits or changes outer variables; `shown` says what it is given to."""
    if given is None:
        return
    if scope.colours.is_async(given):
        scope.report(rules.waits_in_callback(scope.source, given, shown))
    for variable in changed_outside(scope.program.functions, given):
        scope.report(rules.changed_in_callback(scope.source, given, variable.name, shown))
