"""Every call of the REST client against a real server: answers, ids, runs, pages, waiting; and a client with asyncio."""

from __future__ import annotations

import asyncio
import gc
import os
import time
from collections.abc import Callable
from typing import Any

import pytest
from assay.runtime.rest import AsyncClient, Client, TemporalHttpError
from eventually import until
from rest_server import QUEUE, Starter, unique
from temporalio.client import (
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleSpec,
    WorkflowHistory,
)
from temporalio.worker import Replayer, UnsandboxedWorkflowRunner

NO_RUN = "00000000-0000-0000-0000-000000000000"


def failure(call: Callable[..., Any], *arguments: Any, **options: Any) -> TemporalHttpError:
    with pytest.raises(TemporalHttpError) as caught:
        call(*arguments, **options)
    return caught.value


def event(client: Client, workflow_id: str, kind: str) -> dict[str, Any]:
    """The attributes of the last event of a kind, such as `workflowExecutionSignaled`."""
    found = client.workflows.history(workflow_id)["events"]
    return next(e[f"{kind}EventAttributes"] for e in reversed(found) if f"{kind}EventAttributes" in e)  # fmt: skip


def status(client: Client, workflow_id: str, run_id: str | None = None) -> str:
    found = client.workflows.get(workflow_id, run_id)["workflowExecutionInfo"]["status"]
    return str(found).removeprefix("WORKFLOW_EXECUTION_STATUS_")


# ------------------------------------------------------------------------------------------- server, namespaces, queues


def test_health_and_system_info(client: Client) -> None:
    assert client.health() is True
    assert client.system_info()["serverVersion"]


def test_namespaces(client: Client) -> None:
    names = [each["namespaceInfo"]["name"] for each in client.namespaces.list()["namespaces"]]
    assert {"default", "temporal-system"} <= set(names)
    page = client.namespaces.list(page_size=1)
    assert len(page["namespaces"]) == 1
    assert page["nextPageToken"]
    assert len(client.namespaces.list(page_size=1, all_pages=True)["namespaces"]) == len(names)
    found = client.namespaces.get("default")
    assert found["namespaceInfo"]["state"] == "NAMESPACE_STATE_REGISTERED"
    assert failure(client.namespaces.get, "nope").code == 5


def test_task_queue(client: Client, starter: Starter) -> None:
    starter.start()
    until(lambda: client.task_queues.get(QUEUE).get("pollers"))
    assert "stats" in client.task_queues.get(QUEUE)
    assert not client.task_queues.get(QUEUE, task_queue_type="activity").get("pollers")
    assert client.task_queues.get(QUEUE, task_queue_type="TASK_QUEUE_TYPE_WORKFLOW")["pollers"]
    assert failure(client.task_queues.get, QUEUE, task_queue_type="other").status == 400


def test_schedules(client: Client, starter: Starter) -> None:
    ids = sorted(unique("schedule") for _ in range(3))
    for each in ids:
        action = ScheduleActionStartWorkflow(
            "Waits", {"a": 1}, id=each, task_queue="nobody", memo={"m": [1]}
        )
        made = starter.client.create_schedule(each, Schedule(action=action, spec=ScheduleSpec()))
        starter.run(made)
    listed = until(lambda: (found := client.schedules.list()["schedules"])[2:] and found)
    assert {each["scheduleId"] for each in listed} >= set(ids)
    page = client.schedules.list(maximum_page_size=2)
    assert len(page["schedules"]) == 2
    token = page["nextPageToken"]
    assert client.schedules.list(maximum_page_size=2, next_page_token=token)["schedules"]
    start = client.schedules.get(ids[0])["schedule"]["action"]["startWorkflow"]
    assert start["input"]["decoded"] == [{"a": 1}]
    assert start["memo"]["fields"]["m"]["decoded"] == [1]
    assert failure(client.schedules.get, "none").status == 404


def test_lists_are_there_when_they_are_empty(client: Client) -> None:
    assert client.workflows.search('WorkflowId="nobody"')["executions"] == []
    assert client.workflows.list(namespace="temporal-system", query='WorkflowId="x"') == {
        "executions": []
    }
    assert client.schedules.list(namespace="temporal-system") == {"schedules": []}


# ------------------------------------------------------------------------------------------------------------ workflows


def test_list_search_and_get(client: Client, starter: Starter) -> None:
    workflow_id, run_id = starter.start("", {"x": 1}, memo={"note": "é"}, task_queue="nobody")
    query = f'WorkflowId="{workflow_id}"'
    listed = until(lambda: client.workflows.search(query)["executions"])
    assert listed == client.workflows.list(query=query)["executions"]
    assert listed[0]["execution"] == {"workflowId": workflow_id, "runId": run_id}
    found = client.workflows.get(workflow_id)["workflowExecutionInfo"]
    assert found["execution"]["runId"] == run_id
    assert found["type"] == {"name": "Waits"}
    assert found["memo"]["fields"]["note"]["decoded"] == "é"
    assert client.workflows.get(workflow_id, run_id)["workflowExecutionInfo"]["execution"]
    assert failure(client.workflows.get, workflow_id, NO_RUN).status == 404
    assert failure(client.workflows.search, "a b c").code == 3


def test_pages_are_followed_or_handed_on(client: Client, starter: Starter) -> None:
    tag = unique("paged")
    ids = {starter.start(f"{tag}-{number}", task_queue="nobody")[0] for number in range(7)}
    query = f'WorkflowId STARTS_WITH "{tag}"'

    def names(answer: dict[str, Any]) -> list[str]:
        return [each["execution"]["workflowId"] for each in answer["executions"]]

    until(lambda: len(names(client.workflows.search(query))) == 7)
    page = client.workflows.list(query=query, page_size=3)
    seen = names(page)
    assert len(seen) == 3
    while page.get("nextPageToken"):
        page = client.workflows.list(
            query=query, page_size=3, next_page_token=page["nextPageToken"]
        )
        seen += names(page)
    assert sorted(seen) == sorted(ids)
    followed = client.workflows.list(query=query, page_size=3, all_pages=True)
    assert sorted(names(followed)) == sorted(ids)
    assert "nextPageToken" not in followed


def test_history_and_its_pages(client: Client, starter: Starter) -> None:
    workflow_id, run_id = starter.start("", {"input": True})
    for number in range(4):
        client.workflows.signal(workflow_id, "add", number)
        until(lambda: client.workflows.get(workflow_id)["workflowExecutionInfo"]["historyLength"])
    client.workflows.signal(workflow_id, "done")
    client.workflows.wait_complete(workflow_id, 10)
    answer = client.workflows.history(workflow_id)
    assert answer["events"] is answer["history"]["events"]
    assert answer["events"][0]["workflowExecutionStartedEventAttributes"]["input"]["decoded"] == [
        {"input": True}
    ]
    page = client.workflows.history(workflow_id, run_id, maximum_page_size=1)
    assert 0 < len(page["events"]) < len(answer["events"])
    assert page["nextPageToken"]
    joined = client.workflows.history(workflow_id, maximum_page_size=1, all_pages=True)
    assert joined["events"] == answer["events"]
    assert failure(client.workflows.history, workflow_id, NO_RUN).status == 404


def test_a_raw_history_feeds_the_replayer(client: Client, starter: Starter) -> None:
    from rest_server import Waits

    workflow_id, _ = starter.start()
    client.workflows.signal(workflow_id, "done", "x")
    client.workflows.wait_complete(workflow_id, 10)
    raw = client.workflows.history(workflow_id, raw_payloads=True)
    history = WorkflowHistory.from_json(workflow_id, {"events": raw["events"]})
    replayer = Replayer(workflows=[Waits], workflow_runner=UnsandboxedWorkflowRunner())
    starter.run(replayer.replay_workflow(history))


VALUES = [
    *(1, 1.5, "é", True, False, [1, "x", None], [], {}, {"user": "jane"}),
    *({"metadata": {"x": 1}, "data": "y"}, {"payloads": [1]}, b"\x00\xff"),
]


def test_signals_with_every_kind_of_input(client: Client, starter: Starter) -> None:
    workflow_id, _ = starter.start(task_queue="nobody")
    for value in VALUES:
        assert client.workflows.signal(workflow_id, "add", value) == {}
        sent = event(client, workflow_id, "workflowExecutionSignaled")
        assert sent["input"]["decoded"] == [value]
        assert type(sent["input"]["decoded"][0]) is type(value)
        assert sent["input"]["payloads"][0]["metadata"]["encoding"]
    client.workflows.signal(workflow_id, "add")
    assert "input" not in event(client, workflow_id, "workflowExecutionSignaled")
    for wrong in ({"x": 1j}, float("nan"), object()):
        error = failure(client.workflows.signal, workflow_id, "add", wrong)
        assert (error.code, "cannot be sent as JSON" in error.message) == (3, True)


def test_a_workflow_gets_what_was_signalled(client: Client, starter: Starter) -> None:
    workflow_id, _ = starter.start()
    for value in VALUES[:-1]:
        client.workflows.signal(workflow_id, "add", value)
    client.workflows.signal(workflow_id, "done")
    client.workflows.wait_complete(workflow_id, 10)
    closed = event(client, workflow_id, "workflowExecutionCompleted")
    assert closed["result"]["decoded"] == [VALUES[:-1]]


def test_the_run_id_is_honoured(client: Client, starter: Starter) -> None:
    workflow_id, run_id = starter.start(task_queue="nobody")
    workflows = client.workflows
    assert failure(workflows.terminate, workflow_id, "no", run_id=NO_RUN).status == 404
    assert failure(workflows.cancel, workflow_id, run_id=NO_RUN).status == 404
    assert failure(workflows.signal, workflow_id, "add", 1, run_id=NO_RUN).status == 404
    assert failure(workflows.is_running, workflow_id, run_id=NO_RUN).status == 404
    assert failure(workflows.terminate, workflow_id, run_id="x").code == 3
    assert workflows.is_running(workflow_id, run_id=run_id) is True
    workflows.signal(workflow_id, "add", 1, run_id=run_id)
    workflows.terminate(workflow_id, "enough", run_id=run_id)
    assert event(client, workflow_id, "workflowExecutionTerminated")["reason"] == "enough"
    assert workflows.is_running(workflow_id) is False
    assert "already completed" in failure(workflows.terminate, workflow_id).message


def test_cancel(client: Client, starter: Starter) -> None:
    workflow_id, run_id = starter.start()
    assert client.workflows.cancel(workflow_id, run_id=run_id) == {}
    found = client.workflows.wait_complete(workflow_id, 10)
    assert found["workflowExecutionInfo"]["status"] == "WORKFLOW_EXECUTION_STATUS_CANCELED"


@pytest.mark.parametrize(
    "name",
    [
        *("with space", "question?x=1&y", "hash#tag", "100%", "a%2Fb", "a%20b", "a+b", "ünïcödé"),
        *("日本語😀", "colon:verb", ":terminate", "semi;colon=1", "at@host", 'quote"s', "a\\b"),
        *("{id=*}", "star*", "~tilde", "new\nline", "tab\there", " around ", "...", "history"),
    ],
)
def test_hostile_names(client: Client, starter: Starter, name: str) -> None:
    workflow_id, run_id = starter.start(f"{name}{unique()}{name}", task_queue="nobody")
    assert client.workflows.get(workflow_id)["workflowExecutionInfo"]["execution"] == {
        "workflowId": workflow_id,
        "runId": run_id,
    }
    client.workflows.signal(workflow_id, name, name)
    sent = event(client, workflow_id, "workflowExecutionSignaled")
    assert (sent["signalName"], sent["input"]["decoded"]) == (name, [name])
    client.task_queues.get(name)
    assert client.workflows.cancel(workflow_id) == {}
    assert failure(client.schedules.get, name).status == 404
    client.workflows.terminate(workflow_id, name)
    assert event(client, workflow_id, "workflowExecutionTerminated")["reason"] == name


@pytest.mark.parametrize("name", ["a/b", "/", "..", ".", "", "\ud800"])
def test_names_that_http_cannot_carry(client: Client, starter: Starter, name: str) -> None:
    workflow_id, _ = starter.start(task_queue="nobody")
    for call in (
        lambda: client.workflows.get(name),
        lambda: client.workflows.terminate(name),
        lambda: client.workflows.signal(workflow_id, name),
        lambda: client.workflows.list(namespace=name),
        lambda: client.namespaces.get(name),
        lambda: client.task_queues.get(name),
        lambda: client.schedules.get(name),
    ):
        error = failure(call)
        assert (error.status, error.code) == (None, 3)
        assert "cannot be sent" in str(error)
    assert client.workflows.is_running(workflow_id)


# -------------------------------------------------------------------------------------------------------------- waiting


def test_wait_complete(client: Client, starter: Starter) -> None:
    workflow_id, _ = starter.start()
    starter.later(0.6, lambda: client.workflows.signal(workflow_id, "done"))
    began = time.monotonic()
    found = client.workflows.wait_complete(workflow_id, 10)
    assert found["workflowExecutionInfo"]["status"] == "WORKFLOW_EXECUTION_STATUS_COMPLETED"
    assert 0.5 < time.monotonic() - began < 2.0
    assert client.workflows.wait_complete(workflow_id, 0) == client.workflows.get(workflow_id)


def test_wait_complete_is_too_late(client: Client, starter: Starter) -> None:
    workflow_id, run_id = starter.start()
    for seconds in (0, 0.3):
        began = time.monotonic()
        error = failure(client.workflows.wait_complete, workflow_id, seconds)
        assert seconds <= time.monotonic() - began < seconds + 1.0
        assert error.code == 4
        for part in (f"'{workflow_id}' (run {run_id})", f"within {seconds:g} s", "RUNNING"):
            assert part in str(error)
    assert failure(client.workflows.wait_complete, workflow_id, -1).code == 3
    assert failure(client.workflows.wait_complete, workflow_id, float("nan")).code == 3
    assert failure(client.workflows.wait_complete, "none", 5).status == 404


def test_wait_complete_stays_with_its_run(client: Client, starter: Starter) -> None:
    workflow_id, run_id = starter.start()
    starter.later(0.4, lambda: client.workflows.signal(workflow_id, "again"))
    found = client.workflows.wait_complete(workflow_id, 10)["workflowExecutionInfo"]
    assert found["execution"]["runId"] == run_id
    assert found["status"] == "WORKFLOW_EXECUTION_STATUS_CONTINUED_AS_NEW"
    assert client.workflows.is_running(workflow_id)
    assert status(client, workflow_id, run_id) == "CONTINUED_AS_NEW"


# ---------------------------------------------------------------------------------------------- older names, asyncio


def test_older_names(client: Client, starter: Starter) -> None:
    workflow_id, run_id = starter.start()
    assert client.namespaces()["namespaces"]
    assert client.namespace("default") == client.namespaces.get("default")
    until(lambda: client.workflows()["executions"])
    assert client.workflow(workflow_id, run_id)["workflowExecutionInfo"]
    assert client.workflow_history(workflow_id)["events"]
    assert client.signal_workflow(workflow_id, "add", {"approved": True}) == {}
    query = f'WorkflowId="{workflow_id}"'
    assert until(lambda: client.search_workflows(query)["executions"])
    assert client.is_workflow_running(workflow_id) is True
    assert "stats" in client.task_queue(QUEUE)
    assert "schedules" in client.schedules()
    assert failure(client.schedule, "none").status == 404
    assert client.cancel_workflow(workflow_id) == {}
    assert client.wait_workflow_complete(workflow_id, 10)
    other, _ = starter.start()
    assert client.terminate_workflow(other, "reason") == {}
    assert status(client, other) == "TERMINATED"


def test_the_async_client_does_the_same(url: str, client: Client, starter: Starter) -> None:
    workflow_id, run_id = starter.start()

    async def go() -> None:
        async with AsyncClient(url) as other:
            assert await other.health() is True
            assert await other.system_info() == client.system_info()
            found = (await other.workflows.get(workflow_id))["workflowExecutionInfo"]
            assert found["execution"] == {"workflowId": workflow_id, "runId": run_id}
            assert await other.workflows.is_running(workflow_id) is True
            await other.signal_workflow(workflow_id, "add", {"x": 1})
            with pytest.raises(TemporalHttpError, match=r"HTTP 404 \(NOT_FOUND\)"):
                await other.workflows.terminate(workflow_id, run_id=NO_RUN)
            with pytest.raises(TemporalHttpError, match="cannot be sent"):
                await other.workflows.get("a/b")
            late = "did not complete within 0.2 s, its last status is RUNNING"
            with pytest.raises(TemporalHttpError, match=late):
                await other.workflows.wait_complete(workflow_id, 0.2)
            waiting = asyncio.create_task(other.workflows.wait_complete(workflow_id, 10))
            await asyncio.sleep(0.2)
            await other.workflows.signal(workflow_id, "done")
            assert (await waiting)["workflowExecutionInfo"]["execution"]["runId"] == run_id
            history = await other.workflows.history(
                workflow_id, maximum_page_size=1, all_pages=True
            )
            assert history["events"] == client.workflows.history(workflow_id)["events"]
            many = await asyncio.gather(*(other.workflows.get(workflow_id) for _ in range(50)))
            assert all(each == many[0] for each in many)  # it is closed
        assert await other.health() is False
        with pytest.raises(TemporalHttpError, match="closed"):
            await other.system_info()

    asyncio.run(asyncio.wait_for(go(), 20))


def test_a_thousand_calls_keep_sockets_and_memory_level(url: str, starter: Starter) -> None:
    workflow_id, _ = starter.start(task_queue="nobody")

    def descriptors() -> int:
        return len(os.listdir("/proc/self/fd"))

    def calls(client: Client, count: int) -> None:
        for _ in range(count):
            client.workflows.get(workflow_id)
            failure(client.workflows.get, "none")

    # Connections of other tests in this process may end meanwhile, so there may be fewer at any time.
    gc.collect()
    before = descriptors()
    with Client(url) as client:
        calls(client, 100)
        gc.collect()
        opened, objects = descriptors(), len(gc.get_objects())
        calls(client, 500)
        gc.collect()
        assert descriptors() <= opened <= before + 1
        assert len(gc.get_objects()) < objects + 500
    assert descriptors() <= before
