"""The table of contents of the Lua globals `temporal` (the client calls) and `activity`: data that the compiler reads at start-up.

`temporal.worker` is not a function of the runtime: the compiler turns it into a package (transpiler/analysis/worker.py).
"""

from __future__ import annotations

from ..library import LibraryFunction, WorkflowUse

_ADVICE = "a workflow talks to Temporal through ctx; other workflows are reached from an activity or a script"

_RESULTS = {
    "connect": (1, "userdata"),
    "start": (1, "table"),
    "start_workflow": (1, "table"),
    "signal_workflow": (0, ""),
    "query_workflow": (1, ""),
    "update_workflow": (1, ""),
    "update_with_start": (1, ""),
    "describe_workflow": (1, "table"),
    "get_result": (1, ""),
    "cancel_workflow": (0, ""),
    "terminate_workflow": (0, ""),
    "workflow_history": (1, "table"),
    "list_workflows": (1, "table"),
    "count_workflows": (1, "table"),
}

_OF_ACTIVITIES = {
    "heartbeat": (0, ""),
    "heartbeat_details": (None, ""),
    "info": (1, "table"),
    "is_cancelled": (1, "boolean"),
}

FUNCTIONS: tuple[LibraryFunction, ...] = tuple(
    LibraryFunction(
        f"temporal.{name}",
        "temporal.client",
        name,
        results,
        frozenset({kind} if kind else ()),
        False,
        WorkflowUse.FORBIDDEN,
        _ADVICE,
    )
    for name, (results, kind) in _RESULTS.items()
) + tuple(
    LibraryFunction(
        f"activity.{name}",
        "temporal.activity",
        name,
        results,
        frozenset({kind} if kind else ()),
        False,
        WorkflowUse.FORBIDDEN,
        "it is about the activity that runs: use ctx in a workflow (ctx:workflow_info())",
    )
    for name, (results, kind) in _OF_ACTIVITIES.items()
)
