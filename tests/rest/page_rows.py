"""The REST client's part of the specification's page as a table: each method with every argument and option, what it asks the
server for, and what its answer shows.

The requests are those of the server's own description (`GET /openapi.yaml` of its HTTP API). In names, arguments and requests
`{id}` and `{run}` are a workflow that was started for the call alone, `{listed}` and `{schedule}` are there for all; in requests
they are percent-encoded.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Body = dict[str, Any] | None


@dataclass(frozen=True)
class Row:
    """`name` is the method, `older` its older name. Without a namespace among its options the call is made with a client of
    the namespace `default`, otherwise with one of another that the server does not have."""

    name: str
    older: str
    arguments: tuple[Any, ...]
    options: dict[str, Any]
    requests: tuple[tuple[str, Body], ...]
    shows: Callable[[Any], Any]
    lists: tuple[str, ...] = field(default=())
    """Lists that an answer has when the wire has none."""

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name, self.older) if self.older else (self.name,)


def _row(
    names: str,
    arguments: tuple[Any, ...],
    options: dict[str, Any],
    *requests: str | tuple[str, Body],
    shows: Callable[[Any], Any],
    lists: tuple[str, ...] = (),
) -> Row:
    name, _, older = names.partition(" = ")
    sent = tuple((each, None) if isinstance(each, str) else each for each in requests)
    return Row(name, older, arguments, options, sent, shows, lists)


_API = "/api/v1"
_N = f"{_API}/namespaces/default"
_W = f"{_N}/workflows/{{id}}"
_FULL = "noPayloadShorthand=true"
_RUN = f"execution.runId={{run}}&{_FULL}"
_QUERY = "query=WorkflowId%20%3D%20%27{listed}%27"
_STATISTICS = "reportStats=true&includeTaskQueueStatus=true"
_CLOSE = "waitNewEvent=true&historyEventFilterType=HISTORY_EVENT_FILTER_TYPE_CLOSE_EVENT"
_THERE = {"namespace": "default"}
_THERE_RUN = {"namespace": "default", "run_id": "{run}"}
_EXECUTION = {"workflowExecution": {"runId": "{run}"}}
_PAYLOADS = {
    "input": {
        "payloads": [
            {
                "metadata": {"encoding": "anNvbi9wbGFpbg=="},
                "data": "eyJhcHByb3ZlZCI6dHJ1ZX0=",
            }
        ]
    }
}
"""`{"approved":true}` in the full form of a payload."""


def _status(answer: Any) -> str:
    return str(answer["workflowExecutionInfo"]["status"])


def _kind(answer: Any) -> str:
    return str(answer["workflowExecutionInfo"]["type"]["name"])


def _is_empty(answer: Any) -> bool:
    return answer in ({}, [])


ROWS = (
    _row("health", (), {}, "GET /health", f"GET {_API}/system-info", shows=lambda a: a is True),
    _row("system_info", (), {}, f"GET {_API}/system-info", shows=lambda a: a["serverVersion"]),
    _row(
        "namespaces.list = namespaces",
        (),
        {},
        f"GET {_API}/namespaces?{_FULL}",
        shows=lambda a: "default" in [each["namespaceInfo"]["name"] for each in a["namespaces"]],
    ),
    _row(
        "namespaces.get = namespace",
        ("default",),
        {},
        f"GET {_API}/namespaces/default?{_FULL}",
        shows=lambda a: a["namespaceInfo"]["name"] == "default",
    ),
    _row(
        "workflows.list = workflows",
        (),
        {"namespace": "default", "query": "WorkflowId = '{listed}'", "page_size": 7},
        f"GET {_N}/workflows?{_QUERY}&pageSize=7&{_FULL}",
        shows=lambda a: len(a["executions"]) == 1,
    ),
    _row(
        "workflows.list = workflows",
        (),
        {"query": "WorkflowId = 'nobody'"},
        f"GET {_N}/workflows?query=WorkflowId%20%3D%20%27nobody%27&{_FULL}",
        shows=lambda a: a["executions"] == [],
        lists=("executions",),
    ),
    _row(
        "workflows.get = workflow",
        ("{id}", "{run}"),
        _THERE,
        f"GET {_W}?{_RUN}",
        shows=lambda a: _kind(a) == "Waits",
    ),
    _row("workflows.get = workflow", ("{id}",), {}, f"GET {_W}?{_FULL}", shows=lambda a: _kind(a)),
    _row(
        "workflows.history = workflow_history",
        ("{id}", "{run}"),
        {"namespace": "default", "maximum_page_size": 100},
        f"GET {_W}/history?execution.runId={{run}}&maximumPageSize=100&{_FULL}",
        shows=lambda a: len(a["events"]) == 2,
    ),
    _row(
        "workflows.history = workflow_history",
        ("{id}",),
        {},
        f"GET {_W}/history?{_FULL}",
        shows=lambda a: a["events"][0]["workflowExecutionStartedEventAttributes"]["input"][
            "decoded"
        ]
        == [{"item": "é", "count": 2}],
    ),
    _row(
        "workflows.signal = signal_workflow",
        ("{id}", "go on", {"approved": True}),
        _THERE_RUN,
        (f"POST {_W}/signal/go%20on", _PAYLOADS | _EXECUTION),
        shows=_is_empty,
    ),
    _row(
        "workflows.signal = signal_workflow",
        ("{id}", "done"),
        {},
        (f"POST {_W}/signal/done", {}),
        shows=_is_empty,
    ),
    _row(
        "workflows.terminate = terminate_workflow",
        ("{id}", "why not"),
        _THERE_RUN,
        (f"POST {_W}/terminate", {"reason": "why not"} | _EXECUTION),
        shows=_is_empty,
    ),
    _row(
        "workflows.terminate = terminate_workflow",
        ("{id}",),
        {},
        (f"POST {_W}/terminate", {}),
        shows=_is_empty,
    ),
    _row(
        "workflows.cancel = cancel_workflow",
        ("{id}",),
        _THERE_RUN,
        (f"POST {_W}/cancel", _EXECUTION),
        shows=_is_empty,
    ),
    _row(
        "workflows.cancel = cancel_workflow",
        ("{id}",),
        {},
        (f"POST {_W}/cancel", {}),
        shows=_is_empty,
    ),
    _row(
        "workflows.search = search_workflows",
        ("WorkflowId = '{listed}'",),
        {"namespace": "default", "page_size": 3},
        f"GET {_N}/workflows?{_QUERY}&pageSize=3&{_FULL}",
        shows=lambda a: len(a["executions"]) == 1,
    ),
    _row(
        "workflows.search = search_workflows",
        ("WorkflowId = '{listed}'",),
        {},
        f"GET {_N}/workflows?{_QUERY}&{_FULL}",
        shows=lambda a: len(a["executions"]) == 1,
    ),
    _row(
        "workflows.is_running = is_workflow_running",
        ("{id}",),
        _THERE_RUN,
        f"GET {_W}?{_RUN}",
        shows=lambda a: a is True,
    ),
    _row(
        "workflows.is_running = is_workflow_running",
        ("{id}",),
        {},
        f"GET {_W}?{_FULL}",
        shows=lambda a: a is True,
    ),
    _row(
        "workflows.wait_complete = wait_workflow_complete",
        ("{id}", 30),
        _THERE_RUN,
        f"GET {_W}?{_RUN}",
        f"GET {_W}/history?execution.runId={{run}}&{_CLOSE}",
        f"GET {_W}?{_RUN}",
        shows=lambda a: _status(a) == "WORKFLOW_EXECUTION_STATUS_TERMINATED",
    ),
    _row(
        "workflows.wait_complete = wait_workflow_complete",
        ("{id}", 30),
        {},
        f"GET {_W}?{_FULL}",
        f"GET {_W}/history?execution.runId={{run}}&{_CLOSE}",
        f"GET {_W}?{_RUN}",
        shows=lambda a: _status(a) == "WORKFLOW_EXECUTION_STATUS_TERMINATED",
    ),
    _row(
        "task_queues.get = task_queue",
        ("a queue",),
        {"namespace": "default", "task_queue_type": "activity"},
        f"GET {_N}/task-queues/a%20queue?taskQueueType=TASK_QUEUE_TYPE_ACTIVITY&{_STATISTICS}&{_FULL}",
        shows=lambda a: "stats" in a,
    ),
    _row(
        "task_queues.get = task_queue",
        ("q",),
        {},
        f"GET {_N}/task-queues/q?taskQueueType=TASK_QUEUE_TYPE_WORKFLOW&{_STATISTICS}&{_FULL}",
        shows=lambda a: "stats" in a,
    ),
    _row(
        "schedules.list = schedules",
        (),
        {"namespace": "default", "maximum_page_size": 1},
        f"GET {_N}/schedules?maximumPageSize=1&{_FULL}",
        shows=lambda a: len(a["schedules"]) == 1,
    ),
    _row(
        "schedules.list = schedules",
        (),
        {"namespace": "temporal-system"},
        f"GET {_API}/namespaces/temporal-system/schedules?{_FULL}",
        shows=lambda a: a["schedules"] == [],
        lists=("schedules",),
    ),
    _row(
        "schedules.get = schedule",
        ("{schedule}",),
        _THERE,
        f"GET {_N}/schedules/{{schedule}}?{_FULL}",
        shows=lambda a: a["schedule"]["action"]["startWorkflow"]["input"]["decoded"] == [1],
    ),
    _row(
        "schedules.get = schedule",
        ("{schedule}",),
        {},
        f"GET {_N}/schedules/{{schedule}}?{_FULL}",
        shows=lambda a: a["schedule"]["action"]["startWorkflow"]["workflowType"]["name"],
    ),
)
"""One row with all that the page gives a method, one with as little as it needs."""
