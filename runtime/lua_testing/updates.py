"""An update on a server that skips time. In: the handle of a workflow. Out: what the update's handler returned.

The SDK skips time while a result is awaited, not for an update, whose handler may wait too. Letting time run until the update is
done would carry the workflow far past it. So the workflow's own history tells what it waits for, and time goes on to just there.
"""

from __future__ import annotations

import asyncio
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from temporalio.api.enums.v1 import EventType, PendingActivityState
from temporalio.client import WorkflowHandle, WorkflowUpdateStage

from ..testing.servers import BenchServer

_PAUSE_SECONDS: Final = 0.02

_WORKFLOW_TASK_BEGINS: Final = EventType.EVENT_TYPE_WORKFLOW_TASK_SCHEDULED
_WORKFLOW_TASK_ENDS: Final = frozenset(
    {
        EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED,
        EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED,
        EventType.EVENT_TYPE_WORKFLOW_TASK_TIMED_OUT,
    }
)


async def execute_update(
    server: BenchServer, handle: WorkflowHandle[Any, Any], name: str, arguments: list[Any]
) -> Any:
    """The result of the update `name`. Raises what the SDK raises."""
    if server.environment is None:
        return await handle.execute_update(name, args=arguments)
    update_id = uuid.uuid4().hex
    update = await handle.start_update(
        name, args=arguments, id=update_id, wait_for_stage=WorkflowUpdateStage.ACCEPTED
    )
    result = asyncio.ensure_future(update.result())
    try:
        while not result.done():
            wake = await _next_wake(handle, update_id)
            if wake is not None:
                now = await server.environment.get_current_time()
                await server.sleep(max(0.0, (wake - now).total_seconds()))
            await asyncio.wait({result}, timeout=_PAUSE_SECONDS)
        return result.result()
    finally:
        result.cancel()


async def _next_wake(handle: WorkflowHandle[Any, Any], update_id: str) -> datetime | None:
    """When the next timer of the workflow fires, or the next attempt of an activity begins; None while something is under way."""
    timers: dict[int, datetime] = {}
    task_is_open = False
    async for event in handle.fetch_history_events():
        if event.event_type == _WORKFLOW_TASK_BEGINS:
            task_is_open = True
        elif event.event_type in _WORKFLOW_TASK_ENDS:
            task_is_open = False
        elif event.HasField("timer_started_event_attributes"):
            duration = event.timer_started_event_attributes.start_to_fire_timeout
            timers[event.event_id] = _time(event.event_time) + _duration(duration)
        elif event.HasField("timer_fired_event_attributes"):
            timers.pop(event.timer_fired_event_attributes.started_event_id, None)
        elif event.HasField("timer_canceled_event_attributes"):
            timers.pop(event.timer_canceled_event_attributes.started_event_id, None)
        elif event.HasField("workflow_execution_update_completed_event_attributes"):
            done = event.workflow_execution_update_completed_event_attributes
            if done.meta.update_id == update_id:
                return None
    if task_is_open:
        return None
    found = await handle.describe()
    wakes = list(timers.values())
    for activity in found.raw_description.pending_activities:
        waits = activity.state == PendingActivityState.PENDING_ACTIVITY_STATE_SCHEDULED
        if not waits or activity.attempt <= 1:
            return None
        wakes.append(_time(activity.scheduled_time))
    return min(wakes, default=None)


def _time(stamp: Any) -> datetime:
    found: datetime = stamp.ToDatetime(tzinfo=UTC)
    return found


def _duration(length: Any) -> timedelta:
    found: timedelta = length.ToTimedelta()
    return found
