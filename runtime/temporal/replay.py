"""Replaying histories against compiled workflows: may this code run what is open, and does it still do the same?

In: workflow classes and a history. Out: a `Comparison`. The SDK's Replayer finds commands of another kind, order or name. It does
not look at what they carry, so this module keeps what the workflow asks for during the replay and compares that with the
history: inputs of activities, child workflows and of the next run, durations of timers, and the final result or failure.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final

from temporalio.api.common.v1 import Payload
from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.bridge.proto.workflow_commands import WorkflowCommand
from temporalio.client import WorkflowHistory
from temporalio.runtime import Runtime, TelemetryConfig
from temporalio.worker import (
    Replayer,
    UnsandboxedWorkflowRunner,
    WorkflowInstance,
    WorkflowInstanceDetails,
)

from ..positions import place_of_frame
from .connection import outlive_threads_of_the_sdk
from .worker_definition import workflow_name

_SHOWN_CHARACTERS: Final = 200


@dataclass(frozen=True)
class Difference:
    """One way in which the code does not do what the history says.

    `breaks` is true when the workflow could not go on with this code; else it goes on, but was or would be asked something else.
    """

    message: str
    breaks: bool
    event_id: int | None = None
    place: str | None = None

    def __str__(self) -> str:
        where = f"{self.place}: " if self.place else ""
        event = f" (event {self.event_id} of the history)" if self.event_id else ""
        return f"{where}{self.message}{event}"


@dataclass(frozen=True)
class Comparison:
    """What replaying one history has shown; empty `differences` mean that the code does the same."""

    workflow_id: str
    run_id: str
    differences: tuple[Difference, ...] = ()

    @property
    def breaks(self) -> bool:
        return any(difference.breaks for difference in self.differences)


@dataclass(frozen=True)
class Step:
    """A command or the event that records one, in the terms of both: `kind` and `name` must agree for a replay, `content` is
    what the Replayer does not look at."""

    kind: str
    name: str
    content: Any
    event_id: int | None = None
    place: str | None = None

    def __str__(self) -> str:
        return f"{self.kind} '{self.name}'" if self.name else self.kind


async def compare(workflows: Sequence[type], history: WorkflowHistory) -> Comparison:
    """Replays `history` with `workflows` and compares what the code asks for with what is recorded."""
    started = history.events[0].workflow_execution_started_event_attributes
    name = started.workflow_type.name
    if all(workflow_name(each) != name for each in workflows):
        missing = Difference(f"the source has no workflow '{name}'", True)
        return Comparison(history.workflow_id, history.run_id, (missing,))
    outlive_threads_of_the_sdk()
    runner = _RecordingRunner()
    replayer = Replayer(
        workflows=list(workflows), workflow_runner=runner, runtime=_silent_runtime()
    )
    result = await replayer.replay_workflow(history, raise_on_replay_failure=False)
    recorded = [step for event in history.events for step in _recorded(event)]
    asked = runner.steps
    differences = list(_differences(recorded, asked, result.replay_failure is not None))
    if result.replay_failure is not None and not any(each.breaks for each in differences):
        failure = result.replay_failure
        differences.insert(0, Difference(_failure_text(failure), True))
    return Comparison(history.workflow_id, history.run_id, tuple(differences))


@cache
def _silent_runtime() -> Runtime:
    """The SDK's native part writes what it finds to standard output as well; here it is in the result."""
    return Runtime(telemetry=TelemetryConfig(logging=None))


def _failure_text(failure: BaseException) -> str:
    return " ".join(str(failure).split()) or type(failure).__name__


def _differences(
    recorded: Sequence[Step], asked: Sequence[Step], failed: bool
) -> Iterator[Difference]:
    ends = ("the result", "the failure", "the cancellation", "the next run")
    for number, was in enumerate(recorded):
        now = asked[number] if number < len(asked) else None
        if now is None:
            if failed and was.kind not in ends:
                yield Difference(
                    f"the history goes on with {was}; the code does not", True, was.event_id
                )
            return
        if (was.kind, was.name) != (now.kind, now.name):
            message = f"the history has {was}, where the code has {now}"
            breaks = failed or not (was.kind in ends and now.kind in ends)
            yield Difference(message, breaks, was.event_id, now.place)
            return
        if was.content != now.content:
            message = f"{was} was {_shown(was.content)}, is now {_shown(now.content)}"
            yield Difference(message, False, was.event_id, now.place)
    if failed and len(asked) > len(recorded):
        now = asked[len(recorded)]
        yield Difference(
            f"the code goes on with {now}; the history does not", True, None, now.place
        )


def _shown(content: Any) -> str:
    if content is None:
        return "nil"
    text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
    return text if len(text) <= _SHOWN_CHARACTERS else text[:_SHOWN_CHARACTERS] + "..."


# ------------------------------------------------------------------------------------------------------- what was recorded


def _recorded(event: HistoryEvent) -> Iterator[Step]:
    """The step that `event` records, if it records what workflow code asked for."""
    rule = _EVENTS.get(event.event_type)
    if rule is not None:
        kind, name, content = rule(event)
        yield Step(kind, name, content, event.event_id)


def _payloads(payloads: Iterable[Payload]) -> Any:
    """What Lua code gives or gets: nil for none, and one value as it is."""
    found = [_payload(each) for each in payloads]
    return found if len(found) > 1 else found[0] if found else None


def _payload(payload: Payload) -> Any:
    if not payload.data:
        return None
    try:
        return json.loads(payload.data)
    except ValueError:
        return payload.data.hex()


def _scheduled(event: HistoryEvent) -> tuple[str, str, Any]:
    found = event.activity_task_scheduled_event_attributes
    return "activity", found.activity_type.name, _payloads(found.input.payloads)


def _timer(event: HistoryEvent) -> tuple[str, str, Any]:
    wait = event.timer_started_event_attributes.start_to_fire_timeout
    return "a timer", "", _seconds(wait)


def _seconds(wait: Any) -> str:
    return f"{wait.seconds + wait.nanos / 1e9:g} s"


def _child(event: HistoryEvent) -> tuple[str, str, Any]:
    found = event.start_child_workflow_execution_initiated_event_attributes
    return "child workflow", found.workflow_type.name, _payloads(found.input.payloads)


def _completed(event: HistoryEvent) -> tuple[str, str, Any]:
    found = event.workflow_execution_completed_event_attributes
    return "the result", "", _payloads(found.result.payloads)


def _failed(event: HistoryEvent) -> tuple[str, str, Any]:
    return "the failure", "", event.workflow_execution_failed_event_attributes.failure.message


def _cancelled(event: HistoryEvent) -> tuple[str, str, Any]:
    return "the cancellation", "", None


def _continued(event: HistoryEvent) -> tuple[str, str, Any]:
    found = event.workflow_execution_continued_as_new_event_attributes
    return "the next run", found.workflow_type.name, _payloads(found.input.payloads)


_EVENTS: Final[dict[int, Callable[[HistoryEvent], tuple[str, str, Any]]]] = {
    EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED: _scheduled,
    EventType.EVENT_TYPE_TIMER_STARTED: _timer,
    EventType.EVENT_TYPE_START_CHILD_WORKFLOW_EXECUTION_INITIATED: _child,
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED: _completed,
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_FAILED: _failed,
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_CANCELED: _cancelled,
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW: _continued,
}


# ---------------------------------------------------------------------------------------------------- what the code asks for


@dataclass(eq=False)
class _RecordingRunner(UnsandboxedWorkflowRunner):
    """Runs workflows as the unsandboxed runner does, and keeps the steps that they ask for."""

    steps: list[Step] = field(default_factory=list)

    def create_instance(self, det: WorkflowInstanceDetails) -> WorkflowInstance:
        instance = super().create_instance(det)
        # A replay of one history may begin anew.
        self.steps.clear()
        places = _watch_commands(instance)
        activate = instance.activate

        def recorded(act: Any) -> Any:
            places.clear()
            completion = activate(act)
            self.steps += _asked(list(completion.successful.commands), places)
            return completion

        instance.activate = recorded  # type: ignore[method-assign]  # the SDK has no hook between workflow and core
        return instance


def _watch_commands(instance: WorkflowInstance) -> list[str | None]:
    """Keeps, for each command from now on, the Lua place that was executing. The list stays empty when the SDK changes inside."""
    places: list[str | None] = []
    add = getattr(instance, "_add_command", None)
    if add is not None:

        def watched() -> Any:
            places.append(_current_place())
            return add()

        instance._add_command = watched  # type: ignore[attr-defined]  # private: only places are lost without it
    return places


def _current_place() -> str | None:
    frame = sys._getframe(1)
    while frame is not None:
        place = place_of_frame(frame)
        if place is not None:
            return f"{place.chunk}:{place.line}"
        if frame.f_back is None:
            return None
        frame = frame.f_back
    return None


def _asked(commands: Sequence[WorkflowCommand], places: Sequence[str | None]) -> list[Step]:
    """The steps among `commands`. What is asked for and withdrawn in one activation never reaches the server."""
    withdrawn = {
        *(("timer", c.cancel_timer.seq) for c in commands if c.HasField("cancel_timer")),
        *(
            ("activity", c.request_cancel_activity.seq)
            for c in commands
            if c.HasField("request_cancel_activity")
        ),
    }
    known = places if len(places) == len(commands) else [None] * len(commands)
    found = []
    for command, place in zip(commands, known, strict=True):
        step = _step(command, place, withdrawn)
        if step is not None:
            found.append(step)
    return found


def _step(
    command: WorkflowCommand, place: str | None, withdrawn: set[tuple[str, int]]
) -> Step | None:
    match command.WhichOneof("variant"):
        case "schedule_activity":
            activity = command.schedule_activity
            if ("activity", activity.seq) in withdrawn:
                return None
            return Step(
                "activity", activity.activity_type, _payloads(activity.arguments), None, place
            )
        case "start_timer":
            timer = command.start_timer
            if ("timer", timer.seq) in withdrawn:
                return None
            return Step("a timer", "", _seconds(timer.start_to_fire_timeout), None, place)
        case "start_child_workflow_execution":
            child = command.start_child_workflow_execution
            return Step("child workflow", child.workflow_type, _payloads(child.input), None, place)
        case "complete_workflow_execution":
            result = command.complete_workflow_execution
            payloads = [result.result] if result.HasField("result") else []
            return Step("the result", "", _payloads(payloads), None, place)
        case "fail_workflow_execution":
            return Step(
                "the failure", "", command.fail_workflow_execution.failure.message, None, place
            )
        case "cancel_workflow_execution":
            return Step("the cancellation", "", None, None, place)
        case "continue_as_new_workflow_execution":
            next_run = command.continue_as_new_workflow_execution
            name = next_run.workflow_type
            return Step("the next run", name, _payloads(next_run.arguments), None, place)
        case _:
            return None
