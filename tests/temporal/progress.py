"""Where a workflow stands, read from its history: the one source that is the same whoever ran it and however often."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from temporalio.api.enums.v1 import EventType
from temporalio.client import WorkflowHistory

_SHORT = timedelta(seconds=60)
"""A timer up to this long is one the workflow goes on by; a longer one is the limit of a wait for something else."""

_OPENS = {
    "ACTIVITY_TASK_SCHEDULED": "activities",
    "TIMER_STARTED": "timers",
    "START_CHILD_WORKFLOW_EXECUTION_INITIATED": "children",
}
_ENDS = {
    **{
        f"ACTIVITY_TASK_{how}": ("activities", "scheduled_event_id")
        for how in ("COMPLETED", "FAILED", "TIMED_OUT", "CANCELED")
    },
    **{f"TIMER_{how}": ("timers", "started_event_id") for how in ("FIRED", "CANCELED")},
    **{
        f"CHILD_WORKFLOW_EXECUTION_{how}": ("children", "initiated_event_id")
        for how in ("COMPLETED", "FAILED", "TIMED_OUT", "CANCELED", "TERMINATED")
    },
    "START_CHILD_WORKFLOW_EXECUTION_FAILED": ("children", "initiated_event_id"),
}
"""Events that end what another began, and their field with the number of that event."""

_CLOSED = {
    f"WORKFLOW_EXECUTION_{how}"
    for how in ("COMPLETED", "FAILED", "TIMED_OUT", "CANCELED", "TERMINATED")
}
"""How a chain of runs ends; a run that continued as new is followed by another."""


@dataclass
class Progress:
    """`waits`: no workflow task is under way, so the workflow cannot go on before something happens."""

    run: str = ""
    length: int = 0
    waits: bool = False
    closed: str | None = None
    activities: set[int] = field(default_factory=set)
    timers: set[int] = field(default_factory=set)
    children: set[int] = field(default_factory=set)
    child_ids: set[str] = field(default_factory=set)
    failed_tasks: int = 0

    @property
    def position(self) -> tuple[str, int]:
        """How far it is: the run of a chain of runs, and the events in it."""
        return self.run, self.length

    @property
    def goes_on_by_itself(self) -> bool:
        return bool(self.activities or self.timers or self.children)


def progress(history: WorkflowHistory) -> Progress:
    """What the events so far amount to. Open activities, short timers and children are named by their initiating event."""
    started = history.events[0].workflow_execution_started_event_attributes
    found = Progress(run=started.original_execution_run_id, length=len(history.events))
    for event in history.events:
        name = EventType.Name(event.event_type).removeprefix("EVENT_TYPE_")
        attributes = getattr(event, f"{name.lower()}_event_attributes", None)
        if name.startswith("WORKFLOW_TASK_"):
            found.waits = name == "WORKFLOW_TASK_COMPLETED"
            found.failed_tasks += name in ("WORKFLOW_TASK_FAILED", "WORKFLOW_TASK_TIMED_OUT")
        elif name in _CLOSED:
            found.closed = name.removeprefix("WORKFLOW_EXECUTION_")
        elif name in _OPENS and not _is_long_timer(attributes):
            getattr(found, _OPENS[name]).add(event.event_id)
            if _OPENS[name] == "children":
                found.child_ids.add(attributes.workflow_id)
        elif name in _ENDS:
            kind, opener = _ENDS[name]
            getattr(found, kind).discard(getattr(attributes, opener))
    return found


def _is_long_timer(attributes: Any) -> bool:
    timeout = getattr(attributes, "start_to_fire_timeout", None)
    return timeout is not None and timeout.ToTimedelta() > _SHORT
