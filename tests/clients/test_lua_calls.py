"""Lua's `temporal` beyond the specification, with every option, on a real server; and our page names them all."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from assay.runtime import LuaError
from assay.runtime.client import choices
from assay.runtime.json_values import from_json, to_json
from assay.runtime.tables import index
from assay.runtime.temporal import client as temporal
from assay.runtime.temporal import client_methods, option_names
from assay.runtime.temporal.activity_context import ActivityContext, running_in
from assay.runtime.temporal.dev_server import DevServer
from temporalio import workflow
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest
from temporalio.client import Client
from temporalio.exceptions import ApplicationError
from temporalio.worker import UnsandboxedWorkflowRunner, Worker
from thread_worker import in_thread

QUEUE = "lua-calls"
PAGE = Path(__file__).parents[2] / "docs" / "clients.md"


@workflow.defn(name="Counts")
class Counts:
    """Runs `runs` times, continuing as new, and answers updates until one called `done`."""

    def __init__(self) -> None:
        self.total = 0
        self.done = False

    @workflow.run
    async def run(self, input: Any = None) -> Any:
        runs = (input or {}).get("runs", 0)
        if runs > 1:
            workflow.continue_as_new({"runs": runs - 1})
        if runs == 1:
            return "last"
        await workflow.wait_condition(lambda: self.done)
        return self.total

    @workflow.update
    async def add(self, amount: Any = None) -> Any:
        if amount is None:
            raise ApplicationError("how much?", type="EMPTY")
        self.total += amount
        return self.total

    @workflow.signal
    def finish(self) -> None:
        self.done = True


@pytest.fixture(scope="module")
def worker(server: DevServer) -> Iterator[None]:
    @asynccontextmanager
    async def counting() -> AsyncIterator[Worker]:
        client = await Client.connect(server.address)
        attributes = {"Customer": IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD}
        await client.operator_service.add_search_attributes(
            AddSearchAttributesRequest(namespace="default", search_attributes=attributes)
        )
        async with Worker(
            client,
            task_queue=QUEUE,
            workflows=[Counts],
            workflow_runner=UnsandboxedWorkflowRunner(),
        ) as running:
            yield running

    with in_thread(counting):
        yield


@pytest.fixture
def client(server: DevServer, worker: None) -> Any:
    return temporal.connect(from_json({"url": server.address, "identity": "lua", "timeout": 20}))


def call(target: Any, method: str, *arguments: Any) -> Any:
    return to_json(index(target, method)(target, *map(from_json, arguments)) or None)


def start(client: Any, input: Any = None, **options: Any) -> str:
    workflow_id = uuid.uuid4().hex
    table = {"workflow_type": "Counts", "task_queue": QUEUE, "workflow_id": workflow_id}
    call(client, "start_workflow", {**table, "input": input, **options})
    return workflow_id


def started_once_known(client: Any, **options: Any) -> str:
    """Starts once the server knows the search attribute, which takes it a moment."""
    deadline = time.monotonic() + 30
    while True:
        try:
            return start(client, **options)
        except LuaError as error:
            assert "no mapping defined for search attribute" in str(error)
            assert time.monotonic() < deadline
            time.sleep(0.05)


def test_every_option_of_a_start(client: Any) -> None:
    workflow_id = started_once_known(
        client,
        id_reuse_policy="REJECT_DUPLICATE",
        id_conflict_policy="Use_Existing",
        execution_timeout=100,
        run_timeout=50.5,
        task_timeout=5,
        retry_policy={"maximum_attempts": 3, "non_retryable_errors": ["X"]},
        cron_schedule="0 0 1 1 *",
        start_signal="finish",
        memo={"a": [1, "é"]},
        search_attributes={"Customer": "k"},
        priority={"priority_key": 1, "fairness_key": "é", "fairness_weight": 2.5},
        versioning_override="auto_upgrade",
        summary="é",
        details="d",
        timeout=20,
    )
    found = call(client, "describe_workflow", workflow_id, {"timeout": 20})
    assert found["memo"] == {"a": [1, "é"]}
    assert found["search_attributes"]["Customer"] == "k"
    page = {"status", "workflow_type", "run_id", "start_time", "history_length"}
    assert page < set(found)
    assert "close_time" not in found
    first = call(client, "workflow_history", workflow_id)["events"][0]
    sent = first["workflowExecutionStartedEventAttributes"]
    assert (sent["identity"], sent["cronSchedule"]) == ("lua", "0 0 1 1 *")
    assert sent["retryPolicy"]["nonRetryableErrorTypes"] == ["X"]
    assert sent["workflowRunTimeout"] == "50.500s"
    assert sent["priority"] == {"priorityKey": 1, "fairnessKey": "é", "fairnessWeight": 2.5}
    assert sent["versioningOverride"] == {"autoUpgrade": True}
    call(client, "terminate_workflow", workflow_id, {"reason": "done"})


def test_a_pinned_version(client: Any) -> None:
    version = {"deployment_name": "orders", "build_id": "1.1"}
    workflow_id = start(client, task_queue="nobody", versioning_override=version)
    event = call(client, "workflow_history", workflow_id)["events"][0]
    sent = event["workflowExecutionStartedEventAttributes"]
    pinned = {"deploymentName": "orders", "buildId": "1.1"}
    assert sent["versioningOverride"]["pinned"]["version"] == pinned
    call(client, "terminate_workflow", workflow_id)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"priority": 1}, "priority must be a table with priority_key, fairness_key and"),
        ({"priority": {"priority_key": 0}}, "priority_key must be an integer, 1 or more, got 0"),
        ({"priority": {"fairness_weight": -1}}, "fairness_weight must be a number greater than 0"),
        ({"priority": {"key": 1}}, "priority: unknown option 'key'"),
        ({"priority": {"fairness_key": "x" * 65}}, "FairnessKey length exceeds limit"),
        ({"versioning_override": "pinned"}, "must be 'auto_upgrade' or a table with deployment"),
        ({"versioning_override": True}, "must be 'auto_upgrade' or a table with deployment"),
        ({"versioning_override": {"build_id": "1"}}, "deployment_name is required"),
    ],
)
def test_priorities_and_versions_that_cannot_be(
    client: Any, options: dict[str, Any], message: str
) -> None:
    with pytest.raises(LuaError) as caught:
        start(client, task_queue="nobody", **options)
    assert message in str(caught.value)


def test_runs_are_followed_unless_asked_otherwise(client: Any) -> None:
    workflow_id = start(client, {"runs": 3})
    assert call(client, "get_result", workflow_id) == "last"
    first = next(
        each["run_id"]
        for each in _listed(client, workflow_id, 3)
        if each["status"] == "CONTINUED_AS_NEW"
    )
    assert call(client, "get_result", workflow_id, {"run_id": first}) == "last"
    with pytest.raises(LuaError) as caught:
        call(client, "get_result", workflow_id, {"run_id": first, "follow_runs": False})
    value = caught.value.value
    assert index(value, "status") == index(value, "type") == "CONTINUED_AS_NEW"
    assert str(caught.value).startswith(
        f"workflow '{workflow_id}' continued as new: the next run is {index(value, 'run_id')}"
    )
    last = call(client, "get_result", {"workflow_id": workflow_id, "follow_runs": False})
    assert last == "last"


def _listed(client: Any, workflow_id: str, count: int) -> list[dict[str, Any]]:
    query = f"WorkflowId = '{workflow_id}'"
    while (call(client, "count_workflows", query) or {})["count"] < count:
        pass
    found: list[dict[str, Any]] = call(client, "list_workflows", query, {"limit": 10})
    assert len(found) == count
    return found


def test_updates(client: Any) -> None:
    workflow_id = start(client)
    update = {"workflow_id": workflow_id, "update_name": "add", "input": 5, "update_id": "once"}
    assert call(client, "update_workflow", update) == 5
    assert call(client, "update_workflow", update) == 5
    assert call(client, "update_workflow", {**update, "update_id": "twice"}) == 10
    with pytest.raises(LuaError, match=r"update 'add' failed: how much\?"):
        call(client, "update_workflow", {"workflow_id": workflow_id, "update_name": "add"})
    call(client, "signal_workflow", {"workflow_id": workflow_id, "signal_name": "finish"})
    assert call(client, "get_result", workflow_id) == 10


def test_an_error_of_a_result_is_a_table_and_a_text(client: Any) -> None:
    workflow_id = start(client, run_timeout=0.2, task_queue="nobody")
    with pytest.raises(LuaError) as caught:
        call(client, "get_result", workflow_id)
    value = caught.value.value
    assert (index(value, "status"), index(value, "type")) == ("TIMED_OUT", "TIMEOUT")
    assert index(value, "find")(value, "timed out") == (
        len(workflow_id) + 13,
        len(workflow_id) + 21,
    )
    assert index(value, "nothing") is None
    assert to_json(value) == {
        "status": "TIMED_OUT",
        "type": "TIMEOUT",
        "message": "its run_timeout or execution_timeout is over",
        "workflow_id": workflow_id,
    }


def test_lists_that_are_empty(client: Any) -> None:
    found = index(client, "list_workflows")(client, "WorkflowId = 'none'")
    assert to_json(found) == []
    assert call(client, "count_workflows", "WorkflowId = 'none'") == {"count": 0, "groups": []}


def test_update_with_start(client: Any) -> None:
    workflow_id = uuid.uuid4().hex
    both = {"workflow_type": "Counts", "task_queue": QUEUE, "workflow_id": workflow_id}
    both |= {"input": {"x": 1}, "update_name": "add", "update_input": 5, "memo": {"a": 1}}
    assert call(client, "update_with_start", {**both, "update_id": "once"}) == 5
    assert call(client, "update_with_start", {**both, "update_id": "once"}) == 5
    assert call(client, "update_with_start", both) == 10
    found = call(client, "describe_workflow", workflow_id)
    assert (found["workflow_type"], found["memo"]) == ("Counts", {"a": 1})
    first = call(client, "workflow_history", workflow_id)["events"][0]
    sent = first["workflowExecutionStartedEventAttributes"]
    assert sent["input"]["decoded"] == [{"x": 1}]
    assert len(_listed(client, workflow_id, 1)) == 1
    for refused, message in (
        ({"id_conflict_policy": "fail"}, "a workflow with this id is already running"),
        ({"update_input": None}, "update 'add' failed: how much?"),
        ({"update_name": None}, "update_with_start: update_name is required"),
        ({"start_signal": "x"}, "update_with_start: unknown option 'start_signal'"),
        ({"update_name": "none"}, "update 'none' failed: Update handler for 'none' expected"),
    ):
        with pytest.raises(LuaError) as caught:
            call(client, "update_with_start", {**both, **refused})
        assert message in str(caught.value)
    call(client, "terminate_workflow", workflow_id)


def test_an_update_with_start_that_nobody_answers(client: Any) -> None:
    both = {"workflow_type": "Counts", "task_queue": "nobody", "workflow_id": uuid.uuid4().hex}
    with pytest.raises(LuaError, match=r"update 'add' got no answer within 0\.5 s: is a worker"):
        call(client, "update_with_start", {**both, "update_name": "add", "timeout": 0.5})


def test_calendars(client: Any) -> None:
    """On working days of a time zone at half past nine and half past ten, but not at Christmas."""
    schedules = index(client, "schedules")
    schedule_id, zone = uuid.uuid4().hex, ZoneInfo("Europe/Berlin")
    begin = datetime(2030, 12, 23, tzinfo=zone).timestamp()
    options = {"schedule_id": schedule_id, "start_at": begin, "time_zone": "Europe/Berlin"}
    working_hours = {"minute": 30, "hour": "9-10", "day_of_week": ["mon-fri"], "comment": "é"}
    create = {"workflow_type": "Counts", "task_queue": "nobody", "calendars": [working_hours]}
    christmas = {"month": "dec", "day_of_month": "25,26", "hour": "*", "minute": "*"}
    call(schedules, "create", {**create, **options, "skip": [christmas]})

    def times() -> list[str]:
        found = call(schedules, "describe", schedule_id)["next_action_times"]
        return [datetime.fromtimestamp(each, zone).strftime("%d %H:%M") for each in found]

    days = ("23", "24", "27", "30", "31")
    assert times() == [f"{day} {hour}:30" for day in days for hour in ("09", "10")]
    update = {"schedule_id": schedule_id}
    hourly = {
        "intervals": [{"every": 7200, "offset": 3600}, {"every": 86400}],
        "skip": from_json({}),
    }
    call(schedules, "update", {**update, **hourly})
    assert times()[:4] == ["23 00:00", "23 01:00", "23 02:00", "23 04:00"]
    for refused, message in (
        (
            {"calendars": [{"hour": 24}]},
            "calendars[1].hour must be from 0 to 23: a number, a range",
        ),
        ({"calendars": [{"hours": 9}]}, "calendars[1].hours: unknown field; did you mean 'hour'?"),
        ({"skip": [{}, {"month": "janvier"}]}, "skip[2].month must be from 1 to 12 or a name"),
        ({"intervals": [{"offset": 1}]}, "intervals[1].every must be 1 second or more"),
        ({"calendars": {"hour": 1}}, "schedules.update: calendars must be a list of tables with"),
    ):
        with pytest.raises(LuaError) as caught:
            call(schedules, "update", {**update, **refused})
        assert message in str(caught.value)
    call(schedules, "delete", schedule_id)


def test_the_page_names_every_option() -> None:
    text = PAGE.read_text(encoding="utf-8")
    functions = (client_methods.CONNECT_FUNCTION, client_methods.START_FUNCTION)
    for method in (*functions, *client_methods.METHODS):
        assert f"`{method.name}`" in text or f"`temporal.{method.name}" in text, method.shown
        for option, kind in method.options.items():
            assert f"`{option}`" in text, (method.shown, option)
            for choice in option_names.choices(kind) if "_POLICY" in kind.name else ():
                assert f'"{choice}"' in text, (option, choice)


def test_words_of_policies_are_those_of_the_sdk() -> None:
    kinds = option_names.OptionKind
    assert option_names.choices(kinds.START_REUSE_POLICY) == tuple(choices.REUSE_POLICIES)
    assert option_names.choices(kinds.ID_CONFLICT_POLICY) == tuple(choices.CONFLICT_POLICIES)
    assert option_names.choices(kinds.OVERLAP_POLICY) == tuple(choices.OVERLAP_POLICIES)


def test_canceling_an_activity_ends_its_call(client: Any) -> None:
    """In the thread of an activity: the worker is told that it waits, and a cancel request ends the wait."""
    workflow_id = start(client)
    context = ActivityContext(lambda _: None)

    def cancel() -> None:
        while not context.is_waiting:
            time.sleep(0.01)
        context.cancel()

    canceling = threading.Thread(target=cancel)
    canceling.start()
    with running_in(context), pytest.raises(LuaError) as caught:
        call(client, "get_result", workflow_id)
    canceling.join()
    assert index(caught.value.value, "type") == "CANCELED"
    assert not context.is_waiting
    call(client, "terminate_workflow", workflow_id)
