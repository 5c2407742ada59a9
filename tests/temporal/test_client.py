"""The Lua global `temporal`: every method against a real server, with the errors Lua code sees."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from assay.runtime import LuaError, index, new_table
from assay.runtime.json_values import from_json, to_json
from assay.runtime.temporal import client as temporal
from assay.runtime.temporal.client import TemporalClient
from python_client import working_queue
from workers import unique


@pytest.fixture(scope="module")
def queue(server: Any) -> Iterator[str]:
    yield from working_queue(server.address)


@pytest.fixture
def client(address: str) -> TemporalClient:
    return temporal.connect(new_table({"url": address}))


def call(client: TemporalClient, method: str, argument: Any) -> Any:
    """`client:method(argument)` as compiled Lua does it, with plain Python values."""
    return to_json(index(client, method)(client, from_json(argument)) or None)


def start(client: TemporalClient, queue: str, workflow: str, input: Any = None) -> str:
    started = call(
        client,
        "start_workflow",
        {
            "task_queue": queue,
            "workflow_type": workflow,
            "workflow_id": unique(workflow),
            "input": input,
        },
    )
    assert set(started) == {"workflow_id", "run_id"}
    return str(started["workflow_id"])


def error(function: Callable[..., Any], *arguments: Any) -> str:
    with pytest.raises(LuaError) as failure:
        function(*arguments)
    return str(failure.value)


def test_start_describe_and_result(client: TemporalClient, queue: str) -> None:
    workflow = start(client, queue, "Echo", {"a": [1, 2.0, "é"]})
    assert call(client, "get_result", {"workflow_id": workflow}) == {"a": [1, 2.0, "é"]}
    for form in (workflow, {"workflow_id": workflow}):
        found = call(client, "describe_workflow", form)
        assert found["status"] == "COMPLETED"
        assert (found["workflow_type"], found["workflow_id"]) == ("Echo", workflow)
        assert found["history_length"] == 5
        assert found["close_time"] >= found["start_time"] > 1.7e9
    assert (
        call(client, "get_result", {"workflow_id": workflow, "run_id": found["run_id"]}) is not None
    )


def test_signal_query_cancel(client: TemporalClient, queue: str) -> None:
    workflow = start(client, queue, "Queried")
    query = {"workflow_id": workflow, "query_type": "echo", "input": {"x": 1}}
    assert call(client, "query_workflow", query) == {"got": {"x": 1}}
    assert call(client, "describe_workflow", workflow)["status"] == "RUNNING"
    assert "close_time" not in call(client, "describe_workflow", workflow)
    signal = {"workflow_id": workflow, "signal_name": "go", "input": {"user": "jane"}}
    assert call(client, "signal_workflow", signal) is None
    assert call(client, "get_result", workflow) is None
    assert error(call, client, "query_workflow", {**query, "query_type": "broken"}) == (
        f"query_workflow '{workflow}': query 'broken' failed: cases.lua:99: no such thing"
    )
    assert "already closed" in error(call, client, "signal_workflow", signal)


@pytest.mark.parametrize(
    ("method", "status", "message"),
    [
        ("cancel_workflow", "CANCELED", "was canceled"),
        ("terminate_workflow", "TERMINATED", "was terminated: enough"),
    ],
)
def test_ends(client: TemporalClient, queue: str, method: str, status: str, message: str) -> None:
    workflow = start(client, queue, "Cleans", {"then": "uncaught"})
    call(client, method, {"workflow_id": workflow, "reason": "enough"})
    with pytest.raises(LuaError) as failure:
        call(client, "get_result", {"workflow_id": workflow})
    assert index(failure.value.value, "type") == status
    assert index(failure.value.value, "status") == status
    assert str(failure.value) == f"workflow '{workflow}' {message}"
    assert call(client, "describe_workflow", workflow)["status"] == status


def test_failed_workflow(client: TemporalClient, queue: str) -> None:
    workflow = start(client, queue, "Fails", {"error": "cases.lua:53: no"})
    message = f"workflow '{workflow}' failed: cases.lua:53: no"
    assert error(call, client, "get_result", {"workflow_id": workflow}) == message
    thrown = start(client, queue, "Fails", {"error": {"type": "X", "message": "m", "code": 5}})
    with pytest.raises(LuaError) as failure:
        call(client, "get_result", {"workflow_id": thrown})
    assert to_json(failure.value.value) == {
        "type": "X",
        "message": "m",
        "code": 5,
        "status": "FAILED",
        "workflow_id": thrown,
    }


def test_wrong_run_id_is_an_error(client: TemporalClient, queue: str) -> None:
    workflow = start(client, queue, "Cleans", {"then": "uncaught"})
    wrong = {"workflow_id": workflow, "run_id": "00000000-0000-0000-0000-000000000000"}
    assert "no such workflow" in error(call, client, "terminate_workflow", wrong)
    assert call(client, "describe_workflow", workflow)["status"] == "RUNNING"
    call(client, "terminate_workflow", workflow)


def test_both_ways_of_calling(client: TemporalClient, queue: str) -> None:
    workflow = start(client, queue, "Echo", 5)
    describe = index(client, "describe_workflow")
    assert index(describe(client, workflow), "run_id") == index(describe(workflow), "run_id")
    assert index(client, "_client") is None


def test_start_twice(client: TemporalClient, queue: str) -> None:
    workflow = start(client, queue, "Cleans", {"then": "uncaught"})
    again = {"task_queue": queue, "workflow_type": "Echo", "workflow_id": workflow}
    assert "already running" in error(call, client, "start_workflow", again)
    call(client, "terminate_workflow", workflow)


def test_query_without_a_worker(client: TemporalClient) -> None:
    workflow = start(client, unique("nobody"), "Echo")
    query = {"workflow_id": workflow, "query_type": "state", "timeout": 0.5}
    assert "got no answer within 0.5 s: is a worker running" in error(
        call, client, "query_workflow", query
    )
    call(client, "terminate_workflow", workflow)


@pytest.mark.parametrize(
    ("method", "argument", "message"),
    [
        ("describe_workflow", "nobody", "describe_workflow 'nobody': there is no such workflow"),
        ("get_result", {"workflow_id": "nobody"}, "get_result 'nobody': there is no such workflow"),
        ("get_result", {}, "get_result: workflow_id is required"),
        ("describe_workflow", None, "describe_workflow: workflow_id is required"),
        ("start_workflow", {"workflow_type": "x"}, "start_workflow: task_queue is required"),
        (
            "start_workflow",
            {"worflow_id": "x"},
            "unknown option 'worflow_id'; did you mean 'workflow_id'?",
        ),
        ("signal_workflow", {"workflow_id": 5}, "workflow_id must be a string, got 5"),
        ("query_workflow", {"workflow_id": "x"}, "query_workflow: query_type is required"),
    ],
)
def test_mistakes(client: TemporalClient, method: str, argument: Any, message: str) -> None:
    assert message in error(call, client, method, argument)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"url": "http://localhost:7233"},
            "connect: the address must be host:port without http://",
        ),
        ({"url": "127.0.0.1:9"}, "connect: no Temporal server answers at 127.0.0.1:9"),
        ({}, 'connect: url is required, such as "localhost:7233"'),
        ({"adress": "x"}, "unknown option 'adress'"),
    ],
)
def test_connect_mistakes(options: Any, message: str) -> None:
    assert message in error(temporal.connect, from_json(options))


def test_unknown_namespace(address: str, queue: str) -> None:
    client = temporal.connect(new_table({"url": address, "namespace": "nowhere"}))
    text = error(call, client, "describe_workflow", "x")
    assert "Namespace nowhere is not found" in text


def test_module_functions_use_the_last_connection(address: str, queue: str) -> None:
    temporal.connect(new_table({"url": address}))
    workflow = unique("module")
    options = {"task_queue": queue, "workflow_type": "CollectSignals", "workflow_id": workflow}
    run = temporal.start_workflow(from_json({**options, "input": {"count": 1}}))
    assert index(run, "workflow_id") == workflow
    temporal.signal_workflow(
        new_table({"workflow_id": workflow, "signal_name": "item", "input": "one"})
    )
    assert to_json(temporal.get_result(workflow)) == ["one"]
    assert index(temporal.describe_workflow(workflow), "status") == "COMPLETED"


def test_one_shot_start(address: str, queue: str) -> None:
    workflow = unique("one-shot")
    options = {"url": address, "task_queue": queue, "workflow_type": "Echo", "input": 7}
    handle = temporal.start(from_json({**options, "workflow_id": workflow}))
    assert index(handle, "workflow_id") == workflow
    assert temporal.get_result(new_table({"workflow_id": workflow})) == 7


def test_without_a_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(temporal._Last, "client", None)
    assert "call temporal.connect{url = ...} first" in error(temporal.get_result, "x")
