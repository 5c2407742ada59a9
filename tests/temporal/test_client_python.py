"""`assay.runtime.client` in Python: both clients against a real server, every call, and what a caller may do wrong."""

from __future__ import annotations

import asyncio
import gc
import inspect
import pickle
import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from assay.runtime.client import (
    AsyncClient,
    Client,
    TemporalClientError,
    WorkflowFailedError,
    connect,
)
from assay.runtime.client.schedules import AsyncSchedules
from eventually import until
from python_client import failure, working_queue
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest
from temporalio.client import Client as SdkClient
from temporalio.common import (
    PinnedVersioningOverride,
    Priority,
    RetryPolicy,
    WorkerDeploymentVersion,
)
from workers import unique

NOBODY = "nobody-works-here"


@pytest.fixture(scope="module")
def queue(server: Any) -> Iterator[str]:
    yield from working_queue(server.address)


@pytest.fixture
def client(address: str) -> Iterator[Client]:
    with Client.connect(address) as made:
        yield made


def start(client: Client, queue: str, workflow: str, input: Any = None, **options: Any) -> str:
    workflow_id = unique(workflow)
    run = client.start_workflow(
        workflow, workflow_id=workflow_id, task_queue=queue, input=input, **options
    )
    assert (run.workflow_id, len(run.run_id)) == (workflow_id, 36)
    return workflow_id


# ----------------------------------------------------------------------------------------------------------- every call


def test_start_result_and_description(client: Client, queue: str) -> None:
    workflow = start(client, queue, "Echo", {"a": [1, 2.0, None, "é"]}, memo={"note": [1]})
    assert client.get_result(workflow) == {"a": [1, 2.0, None, "é"]}
    found = client.describe_workflow(workflow)
    assert (found.status, found.workflow_type, found.history_length) == ("COMPLETED", "Echo", 5)
    assert found.close_time is not None
    assert found.close_time >= found.start_time > 1.7e9
    assert (found.workflow_id, found.task_queue, found.memo) == (workflow, queue, {"note": [1]})
    assert client.describe_workflow(workflow, run_id=found.run_id) == found


def test_signal_query_and_bytes(client: Client, queue: str) -> None:
    workflow = start(client, queue, "Queried")
    assert client.query_workflow(workflow, "echo", {"x": 1}) == {"got": {"x": 1}}
    assert client.describe_workflow(workflow).close_time is None
    client.signal_workflow(workflow, "go", b"\x00\xff")
    assert client.get_result(workflow, timeout=20) is None
    events = client.workflow_history(workflow)["events"]
    signal = next(e for e in events if e["eventType"].endswith("WORKFLOW_EXECUTION_SIGNALED"))
    assert signal["workflowExecutionSignaledEventAttributes"]["input"]["decoded"] == [b"\x00\xff"]
    assert events[-1]["eventType"] == "EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED"


def test_how_a_workflow_ended(client: Client, queue: str) -> None:
    workflow = start(
        client, queue, "Fails", {"error": {"type": "X", "message": "no", "details": 5}}
    )
    error = failure(client.get_result, workflow)
    assert isinstance(error, WorkflowFailedError)
    assert (error.status, error.type, error.message, error.details) == ("FAILED", "X", "no", 5)
    assert str(error) == f"workflow '{workflow}' failed: no"
    again = pickle.loads(pickle.dumps(error))
    assert (str(again), again.status, again.details) == (str(error), "FAILED", 5)

    for end, status, text in (
        (client.cancel_workflow, "CANCELED", "was canceled"),
        (client.terminate_workflow, "TERMINATED", "was terminated: why"),
    ):
        workflow = start(client, queue, "Cleans", {"then": "uncaught"})
        end(workflow, reason="why")
        error = failure(client.get_result, workflow)
        assert isinstance(error, WorkflowFailedError)
        assert (error.status, str(error)) == (status, f"workflow '{workflow}' {text}")

    workflow = start(client, NOBODY, "Echo", run_timeout=0.2)
    error = failure(client.get_result, workflow)
    assert isinstance(error, WorkflowFailedError)
    assert (error.status, error.type) == ("TIMED_OUT", "TIMEOUT")
    assert str(error).startswith(f"workflow '{workflow}' timed out: its run_timeout or")


def test_cron(client: Client) -> None:
    workflow = start(client, NOBODY, "Echo", cron_schedule="0 0 1 1 *")
    first = client.describe_workflow(workflow)
    assert first.execution_time is not None
    assert first.execution_time > first.start_time
    client.terminate_workflow(workflow)


def test_list_and_count(client: Client) -> None:
    queue = unique("listed")
    ids = {start(client, queue, "Echo") for _ in range(3)}
    query = f"TaskQueue = '{queue}'"
    until(lambda: client.count_workflows(query).count == 3)
    found = client.list_workflows(query)
    assert {each.workflow_id for each in found} == ids
    assert {each.status for each in found} == {"RUNNING"}
    assert len(client.list_workflows(query, limit=2)) == 2
    assert client.list_workflows(query, limit=0) == []
    counted = client.count_workflows(f"{query} GROUP BY ExecutionStatus")
    assert [(each.values, each.count) for each in counted.groups] == [(("Running",), 3)]
    assert "invalid query" in str(failure(client.list_workflows, "A = = 1"))
    for each in ids:
        client.terminate_workflow(each)


def test_options_of_a_start(client: Client, address: str) -> None:
    names = {
        "Flag": IndexedValueType.INDEXED_VALUE_TYPE_BOOL,
        "Amount": IndexedValueType.INDEXED_VALUE_TYPE_DOUBLE,
        "Items": IndexedValueType.INDEXED_VALUE_TYPE_INT,
        "Due": IndexedValueType.INDEXED_VALUE_TYPE_DATETIME,
        "Story": IndexedValueType.INDEXED_VALUE_TYPE_TEXT,
        "Tags": IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD_LIST,
    }

    async def register() -> None:
        sdk = await SdkClient.connect(address)
        request = AddSearchAttributesRequest(namespace="default", search_attributes=names)
        await sdk.operator_service.add_search_attributes(request)

    asyncio.run(register())
    values: dict[str, Any] = {"Flag": True, "Amount": 2.5, "Items": 3, "Tags": ["a", "b"]}
    values |= {"Due": "2026-01-31T12:00:00+00:00", "Story": "once upon"}

    def started() -> str:
        try:
            return start(client, NOBODY, "Echo", search_attributes=values, **limits)
        except TemporalClientError as error:
            assert "no mapping defined for search attribute" in str(error)
            return ""

    limits: dict[str, Any] = {
        "execution_timeout": timedelta(minutes=5),
        "run_timeout": 60,
        "task_timeout": 7,
        "retry_policy": RetryPolicy(maximum_attempts=2),
        "start_delay": 0.5,
        "priority": Priority(priority_key=5),
        "versioning_override": PinnedVersioningOverride(WorkerDeploymentVersion("orders", "1.1")),
        "summary": "an order",
        "details": "of *widgets*",
    }
    workflow = until(started)
    found = client.describe_workflow(workflow)
    assert {name: found.search_attributes[name] for name in values} == values
    event = client.workflow_history(workflow)["events"][0]
    sent = event["workflowExecutionStartedEventAttributes"]
    assert (sent["workflowExecutionTimeout"], sent["workflowRunTimeout"]) == ("300s", "60s")
    assert sent["workflowTaskTimeout"] == "7s"
    assert sent["retryPolicy"]["maximumAttempts"] == 2
    assert sent["firstWorkflowTaskBackoff"] == "0.500s"
    assert sent["priority"] == {"priorityKey": 5}
    assert sent["versioningOverride"]["pinned"]["version"]["buildId"] == "1.1"
    assert event["userMetadata"]["summary"]["decoded"] == "an order"
    client.terminate_workflow(workflow)


def test_ids_that_are_taken(client: Client) -> None:
    workflow = start(client, NOBODY, "Echo")
    again: dict[str, Any] = {"workflow_id": workflow, "task_queue": NOBODY}
    error = failure(client.start_workflow, "Echo", **again)
    assert (error.code, "id_conflict_policy" in str(error)) == ("ALREADY_EXISTS", True)
    first = client.describe_workflow(workflow).run_id
    same = client.start_workflow("Echo", **again, id_conflict_policy="use_existing")
    assert same.run_id == first
    other = client.start_workflow("Echo", **again, id_conflict_policy="terminate_existing")
    assert other.run_id != first
    client.terminate_workflow(workflow)
    error = failure(client.start_workflow, "Echo", **again, id_reuse_policy="reject_duplicate")
    assert error.code == "ALREADY_EXISTS"
    client.start_workflow("Echo", **again, id_reuse_policy="allow_duplicate_failed_only")
    client.terminate_workflow(workflow)
    wrong: Any = "always"
    error = failure(client.start_workflow, "Echo", **again, id_reuse_policy=wrong)
    assert "id_reuse_policy must be one of allow_duplicate, " in str(error)
    assert error.code == "INVALID_ARGUMENT"


def test_signal_with_start(client: Client, queue: str) -> None:
    options: dict[str, Any] = {
        "workflow_id": unique("signaled"),
        "task_queue": queue,
        "input": {"count": 2},
        "start_signal": "item",
    }
    first = client.start_workflow("CollectSignals", **options, start_signal_input="one")
    second = client.start_workflow("CollectSignals", **options, start_signal_input="two")
    assert first == second
    assert client.get_result(first.workflow_id, timeout=20) == ["one", "two"]


def test_update_with_start(client: Client, queue: str, caplog: pytest.LogCaptureFixture) -> None:
    workflow = unique("update-with-start")
    given: dict[str, Any] = {"workflow_id": workflow, "task_queue": queue}
    error = failure(client.update_with_start, "Queried", "none", **given, run_timeout=100)
    assert (error.code, "update 'none' failed" in str(error)) == ("FAILED", True)
    assert client.describe_workflow(workflow).status == "RUNNING"
    again = failure(client.update_with_start, "Echo", "x", **given, id_conflict_policy="fail")
    assert again.code == "ALREADY_EXISTS"
    wrong = failure(client.update_with_start, "Echo", "x", **given, run_timeout=-1)
    assert (wrong.code, "run_timeout" in str(wrong)) == ("INVALID_ARGUMENT", True)
    del error, again, wrong
    gc.collect()
    client.describe_workflow(workflow)
    assert caplog.text == "", "errors of the start are not left in futures that nobody looks at"
    client.terminate_workflow(workflow)


# ------------------------------------------------------------------------------------------------------------- manners


def test_with_asyncio(address: str, queue: str) -> None:
    async def go() -> None:
        async with await AsyncClient.connect(address) as client:
            workflow = unique("async")
            await client.start_workflow("Echo", workflow_id=workflow, task_queue=queue, input=7)
            assert await client.get_result(workflow) == 7
            shown = repr(client)
        assert shown == f"<AsyncClient of {address}, namespace 'default'>"
        with pytest.raises(TemporalClientError, match="the client is closed"):
            await client.describe_workflow(workflow)

    asyncio.run(go())


def test_a_running_event_loop_is_not_blocked(address: str, queue: str) -> None:
    """A blocking call there is refused; from a thread of the loop it is fine, and the loop goes on meanwhile."""
    blocking = connect(address)
    workflow = start(blocking, queue, "Queried")

    async def go() -> int:
        with pytest.raises(TemporalClientError, match=r"use AsyncClient, or asyncio\.to_thread"):
            blocking.describe_workflow(workflow)
        waiting = asyncio.ensure_future(asyncio.to_thread(blocking.get_result, workflow))
        turns = 0
        while not waiting.done():
            await asyncio.sleep(0.01)
            turns += 1
            if turns == 10:
                await asyncio.to_thread(blocking.signal_workflow, workflow, "go")
        await waiting
        return turns

    assert asyncio.run(go()) >= 10
    blocking.close()
    assert "the client is closed" in str(failure(blocking.describe_workflow, workflow))
    blocking.close()


def test_threads_share_a_client(client: Client, queue: str) -> None:
    found: list[Any] = []

    def work(number: int) -> None:
        found.append(client.get_result(start(client, queue, "Echo", number)))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(found) == list(range(8))


def test_both_clients_have_the_same_calls() -> None:
    """Same names, parameters and texts; what only asyncio needs is left out."""
    for name, method in inspect.getmembers(AsyncClient, inspect.isfunction):
        if name.startswith("_") or name in ("close", "disconnect"):
            continue
        assert inspect.signature(getattr(Client, name)) == inspect.signature(method)
        assert getattr(Client, name).__doc__ == method.__doc__
    parameters = inspect.signature(AsyncClient.connect).parameters
    assert inspect.signature(Client.connect).parameters == parameters
    schedules = [name for name in vars(AsyncSchedules) if not name.startswith("_")]
    from assay.runtime.client.blocking import Schedules

    assert schedules == [name for name in vars(Schedules) if not name.startswith("_")]
