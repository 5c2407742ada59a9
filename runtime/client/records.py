"""What calls of the gRPC client answer: plain, frozen records. Times are seconds since the epoch, None where there is none.

In Lua they are tables with the same fields, where None is nil.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

Json: TypeAlias = Any
"""A value of a payload: None, bool, int, float, str, list, dict; bytes for a binary payload."""

SearchAttributes: TypeAlias = Mapping[str, bool | int | float | str | list[str]]
"""Values by name; a time is ISO 8601 text."""


@dataclass(frozen=True, slots=True)
class StartedWorkflow:
    """A workflow that `start_workflow` started, or found running when the conflict policy says so."""

    workflow_id: str
    run_id: str


@dataclass(frozen=True, slots=True)
class WorkflowSummary:
    """One entry of `list_workflows`."""

    workflow_id: str
    run_id: str
    workflow_type: str
    task_queue: str
    status: str
    """RUNNING, COMPLETED, FAILED, CANCELED, TERMINATED, CONTINUED_AS_NEW, TIMED_OUT; newer servers may have others."""
    start_time: float
    execution_time: float | None
    """When the run began to work: later than `start_time` with a start delay or a cron schedule."""
    close_time: float | None
    history_length: int
    parent_workflow_id: str | None
    parent_run_id: str | None
    memo: Mapping[str, Json]
    search_attributes: SearchAttributes


@dataclass(frozen=True, slots=True)
class PendingActivity:
    """An activity that a workflow waits for."""

    activity_id: str
    activity_type: str
    state: str
    """SCHEDULED, STARTED or CANCEL_REQUESTED; newer servers may have others."""
    attempt: int
    last_failure: str | None
    """The message of the last attempt's failure."""


@dataclass(frozen=True, slots=True)
class WorkflowDescription(WorkflowSummary):
    """What `describe_workflow` answers."""

    pending_activities: tuple[PendingActivity, ...]


@dataclass(frozen=True, slots=True)
class CountGroup:
    """The workflows with the same values of what the query groups by."""

    values: tuple[Json, ...]
    count: int


@dataclass(frozen=True, slots=True)
class WorkflowCount:
    """What `count_workflows` answers; `groups` is empty unless the query has GROUP BY."""

    count: int
    groups: tuple[CountGroup, ...]


@dataclass(frozen=True, slots=True)
class ScheduleAction:
    """A workflow that a schedule started."""

    scheduled_at: float
    started_at: float
    workflow_id: str
    run_id: str


@dataclass(frozen=True, slots=True)
class ScheduleSummary:
    """One entry of `schedules.list`."""

    schedule_id: str
    workflow_type: str | None
    paused: bool
    note: str | None
    next_action_times: tuple[float, ...]
    recent_actions: tuple[ScheduleAction, ...]
    """The newest last."""
    memo: Mapping[str, Json]
    search_attributes: SearchAttributes


@dataclass(frozen=True, slots=True)
class ScheduleDescription(ScheduleSummary):
    """What `schedules.describe` answers."""

    workflow_id: str
    task_queue: str
    input: Json
    overlap: str
    remaining_actions: int | None
    """How often it will still start a workflow; None without limit."""
    action_count: int
    """How often it has started one."""
    created_at: float
    updated_at: float | None


def epoch(time: datetime | None) -> float | None:
    """Seconds since the epoch."""
    return None if time is None else time.timestamp()


def epochs(times: Any) -> tuple[float, ...]:
    """The same for several times."""
    return tuple(time.timestamp() for time in times)
