"""`client.schedules` of the gRPC client: workflows that the server starts again and again.

In and out: Python values and the records of `records.py`. SDK: `temporalio.client`, schedules.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Unpack

from temporalio.api.common.v1 import Payload
from temporalio.client import (
    Schedule,
    ScheduleActionExecutionStartWorkflow,
    ScheduleActionResult,
    ScheduleActionStartWorkflow,
    ScheduleBackfill,
    ScheduleListActionStartWorkflow,
    ScheduleListDescription,
    SchedulePolicy,
    ScheduleSpec,
    ScheduleState,
    ScheduleUpdate,
    ScheduleUpdateInput,
)
from temporalio.client import (
    ScheduleDescription as SdkDescription,
)
from temporalio.common import Priority, RetryPolicy

from .calls import Connection, arguments
from .choices import (
    OVERLAP_POLICIES,
    OverlapPolicy,
    SearchAttributeValue,
    Seconds,
    chosen,
    duration,
    moment,
    plain_search_attributes,
)
from .choices import (
    search_attributes as typed_search_attributes,
)
from .records import Json, ScheduleAction, ScheduleDescription, ScheduleSummary, epoch, epochs
from .schedule_times import Times, change_times


class AsyncSchedules:
    """Schedules. Times are seconds since the epoch or datetimes, durations are seconds."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def create(
        self,
        schedule_id: str,
        *,
        workflow_type: str,
        task_queue: str,
        workflow_id: str | None = None,
        input: Json = None,
        overlap: OverlapPolicy | None = None,
        catchup_window: Seconds | None = None,
        pause_on_failure: bool | None = None,
        paused: bool | None = None,
        note: str | None = None,
        remaining_actions: int | None = None,
        trigger_immediately: bool = False,
        execution_timeout: Seconds | None = None,
        run_timeout: Seconds | None = None,
        task_timeout: Seconds | None = None,
        retry_policy: RetryPolicy | None = None,
        memo: Mapping[str, Json] | None = None,
        search_attributes: Mapping[str, SearchAttributeValue] | None = None,
        priority: Priority | None = None,
        timeout: Seconds | None = None,
        **times: Unpack[Times],
    ) -> None:
        """Creates a schedule that starts a workflow by `cron` expressions, `every` so many seconds, at several `intervals`, by
        `calendars`, or all of these, but at no time that `skip` says.

        The workflows are called `workflow_id` (the schedule's id when not given) and the time. Without such times the schedule
        starts nothing until it is triggered. `memo`, `search_attributes` and `priority` are those of the workflows.
        """
        async with self._connection.calling(
            "schedules.create", schedule_id, timeout=timeout
        ) as call:
            action = ScheduleActionStartWorkflow(
                workflow_type,
                args=arguments(input),
                id=workflow_id or schedule_id,
                task_queue=task_queue,
                execution_timeout=duration(execution_timeout, "execution_timeout"),
                run_timeout=duration(run_timeout, "run_timeout"),
                task_timeout=duration(task_timeout, "task_timeout"),
                retry_policy=retry_policy,
                memo=memo,
                typed_search_attributes=typed_search_attributes(search_attributes),
                priority=priority or Priority.default,
            )
            schedule = Schedule(action=action, spec=ScheduleSpec())
            change_times(schedule.spec, times)
            _change_policy(schedule.policy, overlap, catchup_window, pause_on_failure)
            _change_state(schedule.state, paused, note, remaining_actions)
            await call.client.create_schedule(
                schedule_id,
                schedule,
                trigger_immediately=trigger_immediately,
                rpc_timeout=call.limit,
            )

    async def update(
        self,
        schedule_id: str,
        *,
        workflow_type: str | None = None,
        task_queue: str | None = None,
        workflow_id: str | None = None,
        input: Json = None,
        overlap: OverlapPolicy | None = None,
        catchup_window: Seconds | None = None,
        pause_on_failure: bool | None = None,
        paused: bool | None = None,
        note: str | None = None,
        remaining_actions: int | None = None,
        timeout: Seconds | None = None,
        **times: Unpack[Times],
    ) -> None:
        """Changes what is given and leaves the rest; `cron`, `every`, `intervals` or `calendars` replace all earlier times."""

        def change(found: ScheduleUpdateInput) -> ScheduleUpdate:
            schedule = found.description.schedule
            action = schedule.action
            assert isinstance(action, ScheduleActionStartWorkflow)
            action.workflow = workflow_type or action.workflow
            action.task_queue = task_queue or action.task_queue
            action.id = workflow_id or action.id
            if input is not None:
                action.args = arguments(input)
            change_times(schedule.spec, times)
            _change_policy(schedule.policy, overlap, catchup_window, pause_on_failure)
            _change_state(schedule.state, paused, note, remaining_actions)
            return ScheduleUpdate(schedule)

        async with self._connection.calling(
            "schedules.update", schedule_id, timeout=timeout
        ) as call:
            await call.client.get_schedule_handle(schedule_id).update(
                change, rpc_timeout=call.limit
            )

    async def pause(
        self, schedule_id: str, *, note: str | None = None, timeout: Seconds | None = None
    ) -> None:
        """Stops starting workflows until `unpause`; `note` says why."""
        async with self._connection.calling(
            "schedules.pause", schedule_id, timeout=timeout
        ) as call:
            await call.client.get_schedule_handle(schedule_id).pause(
                note=note, rpc_timeout=call.limit
            )

    async def unpause(
        self, schedule_id: str, *, note: str | None = None, timeout: Seconds | None = None
    ) -> None:
        """Goes on."""
        async with self._connection.calling(
            "schedules.unpause", schedule_id, timeout=timeout
        ) as call:
            await call.client.get_schedule_handle(schedule_id).unpause(
                note=note, rpc_timeout=call.limit
            )

    async def trigger(
        self,
        schedule_id: str,
        *,
        overlap: OverlapPolicy | None = None,
        timeout: Seconds | None = None,
    ) -> None:
        """Starts the workflow now, also when paused; `overlap` replaces the schedule's own policy this once."""
        async with self._connection.calling(
            "schedules.trigger", schedule_id, timeout=timeout
        ) as call:
            policy = None if overlap is None else chosen(overlap, OVERLAP_POLICIES, "overlap")
            await call.client.get_schedule_handle(schedule_id).trigger(
                overlap=policy, rpc_timeout=call.limit
            )

    async def backfill(
        self,
        schedule_id: str,
        *,
        start_at: float | datetime,
        end_at: float | datetime,
        overlap: OverlapPolicy | None = None,
        timeout: Seconds | None = None,
    ) -> None:
        """Does what the schedule would have done between two times, now."""
        async with self._connection.calling(
            "schedules.backfill", schedule_id, timeout=timeout
        ) as call:
            start, end = moment(start_at), moment(end_at)
            assert start is not None
            assert end is not None
            policy = None if overlap is None else chosen(overlap, OVERLAP_POLICIES, "overlap")
            await call.client.get_schedule_handle(schedule_id).backfill(
                ScheduleBackfill(start_at=start, end_at=end, overlap=policy), rpc_timeout=call.limit
            )

    async def delete(self, schedule_id: str, *, timeout: Seconds | None = None) -> None:
        """Deletes the schedule; workflows that it started go on."""
        async with self._connection.calling(
            "schedules.delete", schedule_id, timeout=timeout
        ) as call:
            await call.client.get_schedule_handle(schedule_id).delete(rpc_timeout=call.limit)

    async def describe(
        self, schedule_id: str, *, timeout: Seconds | None = None
    ) -> ScheduleDescription:
        """What it starts, when, and what it did last."""
        async with self._connection.calling(
            "schedules.describe", schedule_id, timeout=timeout
        ) as call:
            handle = call.client.get_schedule_handle(schedule_id)
            return await _description(await handle.describe(rpc_timeout=call.limit))

    async def list(
        self,
        query: str | None = None,
        *,
        limit: int | None = None,
        timeout: Seconds | None = None,
    ) -> list[ScheduleSummary]:
        """All schedules, or those that match the query; at most `limit`. A schedule comes into the list a little after it was
        made."""
        async with self._connection.calling("schedules.list", timeout=timeout) as call:
            found: list[ScheduleSummary] = []
            async for each in await call.client.list_schedules(query, rpc_timeout=call.limit):
                if limit is not None and len(found) >= limit:
                    break
                found.append(await _summary(each))
            return found


def _change_policy(
    policy: SchedulePolicy,
    overlap: str | None,
    catchup_window: Seconds | None,
    pause_on_failure: bool | None,
) -> None:
    if overlap is not None:
        policy.overlap = chosen(overlap, OVERLAP_POLICIES, "overlap")
    if catchup_window is not None:
        policy.catchup_window = duration(catchup_window, "catchup_window")
    if pause_on_failure is not None:
        policy.pause_on_failure = pause_on_failure


def _change_state(
    state: ScheduleState, paused: bool | None, note: str | None, remaining_actions: int | None
) -> None:
    if paused is not None:
        state.paused = paused
    if note is not None:
        state.note = note
    if remaining_actions is not None:
        state.limited_actions = True
        state.remaining_actions = remaining_actions


async def _summary(found: ScheduleListDescription) -> ScheduleSummary:
    schedule, info = found.schedule, found.info
    action = None if schedule is None else schedule.action
    workflow = isinstance(action, ScheduleListActionStartWorkflow) and action.workflow
    return ScheduleSummary(
        schedule_id=found.id,
        workflow_type=workflow or None,
        paused=schedule is not None and schedule.state.paused,
        note=None if schedule is None else schedule.state.note,
        next_action_times=epochs(info.next_action_times if info else ()),
        recent_actions=_actions(info.recent_actions if info else ()),
        memo=await found.memo(),
        search_attributes=plain_search_attributes(found.typed_search_attributes),
    )


async def _description(found: SdkDescription) -> ScheduleDescription:
    schedule, info = found.schedule, found.info
    action = schedule.action
    assert isinstance(action, ScheduleActionStartWorkflow)
    payloads = [each for each in action.args if isinstance(each, Payload)]
    input = await found.data_converter.decode(payloads) if payloads else [None]
    return ScheduleDescription(
        schedule_id=found.id,
        workflow_type=action.workflow,
        paused=schedule.state.paused,
        note=schedule.state.note,
        next_action_times=epochs(info.next_action_times),
        recent_actions=_actions(info.recent_actions),
        memo=await found.memo(),
        search_attributes=plain_search_attributes(found.typed_search_attributes),
        workflow_id=action.id,
        task_queue=action.task_queue,
        input=input[0],
        overlap=schedule.policy.overlap.name.lower(),
        remaining_actions=(
            schedule.state.remaining_actions if schedule.state.limited_actions else None
        ),
        action_count=info.num_actions,
        created_at=info.created_at.timestamp(),
        updated_at=epoch(info.last_updated_at),
    )


def _actions(results: Sequence[ScheduleActionResult]) -> tuple[ScheduleAction, ...]:
    return tuple(
        ScheduleAction(
            scheduled_at=each.scheduled_at.timestamp(),
            started_at=each.started_at.timestamp(),
            workflow_id=each.action.workflow_id,
            run_id=each.action.first_execution_run_id,
        )
        for each in results
        if isinstance(each.action, ScheduleActionExecutionStartWorkflow)
    )
