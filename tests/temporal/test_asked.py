"""Options as the server gets them, in the units of the specification; timeouts and ends of children as Lua sees them."""

from __future__ import annotations

import types
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import pytest
from assay.runtime.temporal.dev_server import DevServer
from compiled import compile_package
from search_attributes import register_search_attributes
from temporalio.api.enums.v1 import ParentClosePolicy, WorkflowIdReusePolicy
from temporalio.client import Client, WorkflowFailureError, WorkflowHandle, WorkflowHistory
from temporalio.converter import DataConverter
from temporalio.exceptions import CancelledError
from workers import Bench, Mode, all_modes, bench, on_loop, unique

PLAIN = Mode(sandboxed=False, cached=True)
RETRY = (timedelta(seconds=2), 1.5, timedelta(seconds=9), 4, ["NEVER"])


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory, server: DevServer) -> types.ModuleType:
    async def register() -> None:
        await register_search_attributes(await Client.connect(server.address))

    on_loop(register)
    return compile_package("asked", tmp_path_factory.mktemp("asked"))


def _seconds(attributes: Any, names: Iterable[str]) -> list[float]:
    return [getattr(attributes, name).ToTimedelta().total_seconds() for name in names]


def _retry(attributes: Any) -> tuple[Any, ...]:
    policy = attributes.retry_policy
    return (
        policy.initial_interval.ToTimedelta(),
        policy.backoff_coefficient,
        policy.maximum_interval.ToTimedelta(),
        policy.maximum_attempts,
        list(policy.non_retryable_error_types),
    )


async def _decoded(payload: Any) -> Any:
    return (await DataConverter.default.decode([payload]))[0]


async def _noted(attributes: Any) -> tuple[Any, Any]:
    """The memo's `from` and the search attribute `Stage`."""
    return (
        await _decoded(attributes.memo.fields["from"]),
        await _decoded(attributes.search_attributes.indexed_fields["Stage"]),
    )


def _attributes(history: WorkflowHistory, kind: str) -> Any:
    field = f"{kind}_event_attributes"
    return next(getattr(event, field) for event in history.events if event.HasField(field))


def test_of_activities(asked: types.ModuleType, address: str) -> None:
    async def scenario() -> None:
        async with bench(address, PLAIN, asked.WORKFLOWS, asked.ACTIVITIES) as at:
            handle = await at.start("Activity", {"queue": at.queue})
            await handle.result()
            history = await handle.fetch_history()
        found = _attributes(history, "activity_task_scheduled")
        limits = ("start_to_close", "schedule_to_close", "schedule_to_start", "heartbeat")
        assert _seconds(found, [f"{name}_timeout" for name in limits]) == [30.5, 600, 50, 20]
        assert (found.task_queue.name, _retry(found)) == (at.queue, RETRY)
        event = next(
            event
            for event in history.events
            if event.HasField("activity_task_scheduled_event_attributes")
        )
        assert await _decoded(event.user_metadata.summary) == "an echo"

    on_loop(scenario)


@pytest.mark.parametrize("policy", ["terminate", "request_cancel", "abandon"])
def test_of_child_workflows(asked: types.ModuleType, address: str, policy: str) -> None:
    """And what the policy does to the child when the parent is done."""

    async def scenario() -> None:
        async with bench(address, PLAIN, asked.WORKFLOWS, asked.ACTIVITIES) as at:
            given = {"id": unique("child"), "queue": at.queue, "policy": policy}
            parent = await at.start("Parent", given)
            await parent.result()
            found = _attributes(
                await parent.fetch_history(), "start_child_workflow_execution_initiated"
            )
            assert (found.workflow_id, found.task_queue.name) == (given["id"], at.queue)
            limits = ("workflow_execution", "workflow_run", "workflow_task")
            assert _seconds(found, [f"{name}_timeout" for name in limits]) == [60, 50.5, 8]
            assert _retry(found) == RETRY
            assert await _noted(found) == ("parent", "child")
            number = ParentClosePolicy.Value(f"PARENT_CLOSE_POLICY_{policy.upper()}")
            assert found.parent_close_policy == number
            assert found.workflow_id_reuse_policy == WorkflowIdReusePolicy.Value(
                "WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE_FAILED_ONLY"
            )
            assert await _end_of(at, given["id"], policy) == policy

    on_loop(scenario)


async def _end_of(at: Bench, child: str, policy: str) -> str:
    """How the child ends after its parent, by the name of the policy that does this."""
    handle: WorkflowHandle[Any, Any] = at.client.get_workflow_handle(child)
    if policy == "abandon":
        await handle.signal("go", "abandon")
        return str(await handle.result())
    async for event in handle.fetch_history_events(wait_new_event=True):
        if event.HasField("workflow_execution_terminated_event_attributes"):
            return "terminate"
        if event.HasField("workflow_execution_canceled_event_attributes"):
            return "request_cancel"
    return "neither"


def test_of_continue_as_new(asked: types.ModuleType, address: str) -> None:
    async def scenario() -> None:
        async with bench(address, PLAIN, asked.WORKFLOWS, asked.ACTIVITIES) as at:
            handle = await at.start("Continues", {"queue": at.queue})
            assert await handle.result() == {"queue": at.queue}
            first = at.client.get_workflow_handle(handle.id, run_id=handle.first_execution_run_id)
            history = await first.fetch_history()
            following = _attributes(
                await at.client.get_workflow_handle(handle.id).fetch_history(),
                "workflow_execution_started",
            )
            queue = at.queue
        found = _attributes(history, "workflow_execution_continued_as_new")
        assert (found.workflow_type.name, found.task_queue.name) == ("Activity", queue)
        limits = ("workflow_run_timeout", "workflow_task_timeout")
        assert _seconds(found, limits) == [40.5, 7]
        assert await _noted(found) == ("before", "next")
        assert _retry(following) == RETRY

    on_loop(scenario)


@all_modes
def test_signals_of_several_names_are_kept_in_order(
    asked: types.ModuleType, address: str, mode: Mode
) -> None:
    async def scenario() -> Any:
        async with bench(address, mode, asked.WORKFLOWS, asked.ACTIVITIES) as at:
            handle = await at.start("Keeps")
            for name, payload in (("a", 1), ("b", 1), ("a", 2), ("b", 2), ("a", 3), ("go", None)):
                await handle.signal(name, payload)
            return await handle.result()

    assert on_loop(scenario) == ["b1", "b2", "no more b", "a1", "a2", "a3", "no more a"]


def test_every_kind_of_timeout(asked: types.ModuleType, address: str) -> None:
    async def scenario() -> Any:
        async with bench(address, PLAIN, asked.WORKFLOWS, asked.ACTIVITIES) as at:
            return await at.run("Late")

    assert on_loop(scenario) == [
        [False, "TIMEOUT", "schedule_to_start", "echo", "none"],
        [False, "TIMEOUT", "schedule_to_close", "slow", "none"],
        [False, "TIMEOUT", "heartbeat", "computes", "half way"],
    ]


def test_a_child_that_is_terminated(asked: types.ModuleType, address: str) -> None:
    async def scenario() -> None:
        async with bench(address, PLAIN, asked.WORKFLOWS, asked.ACTIVITIES) as at:
            child = unique("child")
            parent = await at.start("Outlives", {"id": child})
            await at.until_waiting(parent, 6)
            await at.client.get_workflow_handle(child).terminate()
            assert await parent.result() == [False, "TERMINATED", "Child", child]

    on_loop(scenario)


@pytest.mark.parametrize(
    ("how", "asks", "waits"),
    [
        (None, True, False),
        ("try_cancel", True, False),
        ("wait_cancellation_completed", True, True),
        ("abandon", False, False),
    ],
)
def test_what_a_cancel_request_does_to_an_activity(
    asked: types.ModuleType, address: str, how: str | None, asks: bool, waits: bool
) -> None:
    async def scenario() -> tuple[str, list[str]]:
        async with bench(address, PLAIN, asked.WORKFLOWS, asked.ACTIVITIES) as at:
            handle = await at.start("Cancels", {"how": how})
            await at.until_waiting(handle, 5)
            await handle.cancel()
            return await handle.result(), await at.event_types(handle)

    kind, events = on_loop(scenario)
    assert kind == "CANCELED"
    assert ("ACTIVITY_TASK_CANCEL_REQUESTED" in events) == asks
    assert ("ACTIVITY_TASK_CANCELED" in events) == waits


@pytest.mark.parametrize(("threshold", "timers"), [(None, 0), (0.01, 1)])
def test_a_local_retry_becomes_a_timer(
    asked: types.ModuleType, address: str, threshold: float | None, timers: int
) -> None:
    async def scenario() -> list[str]:
        async with bench(address, PLAIN, asked.WORKFLOWS, asked.ACTIVITIES) as at:
            handle = await at.start("Retries", {"threshold": threshold})
            assert await handle.result() is False
            await at.check_replay(handle)
            return await at.event_types(handle)

    assert on_loop(scenario).count("TIMER_STARTED") == timers


@pytest.mark.parametrize("cancels", [False, True])
def test_messages_to_one_run(asked: types.ModuleType, address: str, cancels: bool) -> None:
    async def scenario() -> None:
        async with bench(address, PLAIN, asked.WORKFLOWS, asked.ACTIVITIES) as at:
            other = await at.start("Child")
            run = other.first_execution_run_id
            given = {"id": other.id, "run": run, "cancels": cancels}
            assert await at.run("ToRun", given) == ["NOT_FOUND", "NOT_FOUND"]
            if cancels:
                with pytest.raises(WorkflowFailureError) as failure:
                    await other.result()
                assert isinstance(failure.value.cause, CancelledError)
            else:
                assert await other.result() == "right"

    on_loop(scenario)
