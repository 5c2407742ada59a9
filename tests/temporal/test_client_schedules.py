"""`client.schedules` of `assay.runtime.client` against a real server, and what its calendars take."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from assay.runtime.client import Client
from assay.runtime.client.schedule_times import change_times
from eventually import until
from python_client import failure
from temporalio.client import ScheduleSpec
from temporalio.common import Priority
from workers import unique

NOBODY = "nobody-works-here"


@pytest.fixture
def client(address: str) -> Iterator[Client]:
    with Client.connect(address) as made:
        yield made


def test_schedules(client: Client) -> None:
    schedule = unique("schedule")
    create: dict[str, Any] = {"workflow_type": "Echo", "task_queue": NOBODY}
    client.schedules.create(
        schedule,
        **create,
        workflow_id=f"of-{schedule}",
        input={"a": 1},
        cron=["0 12 * * MON", "30 8 * * *"],
        every=3600,
        offset=60,
        time_zone="Europe/Berlin",
        overlap="buffer_one",
        paused=True,
        note="not yet",
        priority=Priority(priority_key=2),
    )
    assert failure(client.schedules.create, schedule, **create).code == "ALREADY_EXISTS"
    found = client.schedules.describe(schedule)
    assert (found.workflow_type, found.workflow_id) == ("Echo", f"of-{schedule}")
    assert (found.input, found.overlap, found.paused) == ({"a": 1}, "buffer_one", True)
    assert (found.note, found.action_count, found.remaining_actions) == ("not yet", 0, None)
    assert len(found.next_action_times) == 10
    assert found.next_action_times[0] > found.created_at

    client.schedules.unpause(schedule, note="now")
    assert client.schedules.describe(schedule).note == "now"
    client.schedules.pause(schedule)
    assert client.schedules.describe(schedule).paused
    client.schedules.trigger(schedule, overlap="allow_all")
    acted = until(lambda: client.schedules.describe(schedule).recent_actions)
    assert acted[0].workflow_id.startswith(f"of-{schedule}-")
    assert client.describe_workflow(acted[0].workflow_id).run_id == acted[0].run_id
    first = client.workflow_history(acted[0].workflow_id)["events"][0]
    assert first["workflowExecutionStartedEventAttributes"]["priority"] == {"priorityKey": 2}
    client.terminate_workflow(acted[0].workflow_id)

    client.schedules.update(schedule, every=60, input=[2], remaining_actions=4, end_at=4e9)
    changed = client.schedules.describe(schedule)
    assert (changed.input, changed.remaining_actions, changed.overlap) == ([2], 4, "buffer_one")
    assert changed.next_action_times[1] - changed.next_action_times[0] == 60
    client.schedules.backfill(schedule, start_at=1.7e9, end_at=1.7e9 + 61, overlap="allow_all")
    until(lambda: client.schedules.describe(schedule).action_count >= 2)

    def listed() -> Any:
        return [each for each in client.schedules.list() if each.schedule_id == schedule]

    assert until(listed)[0].workflow_type == "Echo"
    assert len(client.schedules.list(limit=1)) == 1
    client.schedules.delete(schedule)
    error = failure(client.schedules.describe, schedule)
    assert (error.code, "no such schedule" in str(error)) == ("NOT_FOUND", True)
    assert "every must be" in str(failure(client.schedules.create, schedule, **create, every=0))
    assert "offset belongs" in str(failure(client.schedules.create, schedule, **create, offset=1))


@pytest.mark.parametrize(
    ("value", "field", "ranges"),
    [
        (5, "minute", [(5, 5, 1)]),
        ("5", "minute", [(5, 5, 1)]),
        ("*", "hour", [(0, 23, 1)]),
        ("*/6", "hour", [(0, 23, 6)]),
        ("10/20", "second", [(10, 59, 20)]),
        ("9-17/2", "hour", [(9, 17, 2)]),
        ("1,15-16", "day_of_month", [(1, 1, 1), (15, 16, 1)]),
        ([2030, "2032-2034"], "year", [(2030, 2030, 1), (2032, 2034, 1)]),
        ("Mon-FRI, sun", "day_of_week", [(1, 5, 1), (0, 0, 1)]),
        (["jan", 12], "month", [(1, 1, 1), (12, 12, 1)]),
    ],
)
def test_calendar_values(value: Any, field: Any, ranges: Any) -> None:
    spec = ScheduleSpec()
    calendar: Any = {field: value}
    change_times(spec, {"calendars": [calendar]})
    found = getattr(spec.calendars[0], field)
    assert [(each.start, each.end, each.step) for each in found] == ranges


@pytest.mark.parametrize(
    ("value", "field"),
    [
        *((60, "minute"), (-1, "minute"), (True, "minute"), (1.5, "minute"), ("", "minute")),
        *(("5-3", "minute"), ("1/0", "minute"), ("1-", "minute"), ([], "minute"), (None, "hour")),
        *((0, "month"), ("mon", "month"), (7, "day_of_week"), ("jan", "day_of_week")),
    ],
)
def test_calendar_values_that_are_refused(value: Any, field: Any) -> None:
    calendar: Any = {field: value}
    with pytest.raises(ValueError, match=rf"calendars\[1\]\.{field} must"):
        change_times(ScheduleSpec(), {"calendars": [calendar]})
