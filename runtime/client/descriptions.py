"""What the SDK says of workflows, as the client's records."""

from __future__ import annotations

from typing import Any

from temporalio.api.enums.v1 import PendingActivityState
from temporalio.client import WorkflowExecution, WorkflowExecutionDescription

from .choices import plain_search_attributes
from .records import PendingActivity, WorkflowDescription, WorkflowSummary, epoch


async def summary(found: WorkflowExecution) -> WorkflowSummary:
    """An entry of a list."""
    return WorkflowSummary(**await _fields(found))


async def description(found: WorkflowExecutionDescription) -> WorkflowDescription:
    """A description, which also knows what the workflow waits for."""
    pending = tuple(
        PendingActivity(
            activity_id=each.activity_id,
            activity_type=each.activity_type.name,
            state=PendingActivityState.Name(each.state).removeprefix("PENDING_ACTIVITY_STATE_"),
            attempt=each.attempt,
            last_failure=each.last_failure.message if each.HasField("last_failure") else None,
        )
        for each in found.raw_description.pending_activities
    )
    return WorkflowDescription(**await _fields(found), pending_activities=pending)


async def _fields(found: WorkflowExecution) -> dict[str, Any]:
    return {
        "workflow_id": found.id,
        "run_id": found.run_id,
        "workflow_type": found.workflow_type,
        "task_queue": found.task_queue,
        "status": _status(found),
        "start_time": found.start_time.timestamp(),
        "execution_time": epoch(found.execution_time),
        "close_time": epoch(found.close_time),
        "history_length": found.history_length,
        "parent_workflow_id": found.parent_id,
        "parent_run_id": found.parent_run_id,
        "memo": await found.memo(),
        "search_attributes": plain_search_attributes(found.typed_search_attributes),
    }


def _status(found: WorkflowExecution) -> str:
    return found.status.name if found.status is not None else "UNKNOWN"
