"""Each row of the specification's page on a real server, in Lua and in Python, by its name and its older one.

A proxy between client and server keeps what goes over the wire: path, query and body are compared with the table `page_rows.py`,
the answer with what the server sent.
"""

from __future__ import annotations

import asyncio
import base64
import http.client
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from assay.runtime.rest import AsyncClient, Client
from assay.runtime.temporal.rest_methods import METHODS, METHODS_OF
from eventually import until
from page_rows import ROWS, Row
from rest_server import Starter, unique
from scripted_server import Handler, scripted
from temporalio.client import Schedule, ScheduleActionStartWorkflow, ScheduleSpec

_HERE = Path(__file__).parent
_LONG_POLL = "waitNewEvent=true"
_ARGUMENTS = {method.shown.replace(":", "."): method.arguments for method in METHODS}


@dataclass
class Call:
    """A row called by one of its names, with the workflow that was started for it; `sent` is what went over the wire."""

    row: Row
    name: str
    facts: dict[str, str]
    sent: list[tuple[str, Any, Any]] = field(default_factory=list)

    @property
    def owner(self) -> str:
        return self.name.rpartition(".")[0]

    @property
    def method(self) -> str:
        return self.name.rpartition(".")[2]

    @property
    def namespace(self) -> str:
        return "elsewhere" if "namespace" in self.row.options else "default"

    def filled(self, value: Any, encoded: bool = False) -> Any:
        """`value` with the ids of this call in it."""
        if isinstance(value, dict):
            return {name: self.filled(each, encoded) for name, each in value.items()}
        if isinstance(value, tuple | list):
            return [self.filled(each, encoded) for each in value]
        if isinstance(value, str):
            for name, text in self.facts.items():
                value = value.replace(f"{{{name}}}", quote(text, safe="") if encoded else text)
        return value


@dataclass
class Recorder:
    """The proxy: the first segment of a path says whose call it is."""

    address: str
    starter: Starter
    url: str = ""
    calls: dict[str, Call] = field(default_factory=dict)

    def take(self, handler: Handler) -> None:
        _, key, rest = handler.path.split("/", 2)
        call, path = self.calls[key], f"/{rest}"
        body = handler.script.asked[-1].body
        if _LONG_POLL in path:
            workflow = self.starter.client.get_workflow_handle(call.facts["id"])
            self.starter.run(workflow.terminate())
        connection = http.client.HTTPConnection(self.address, timeout=20)
        content = None if body is None else json.dumps(body)
        connection.request(handler.command, path, content, {"Content-Type": "application/json"})
        response = connection.getresponse()
        answer = response.read()
        connection.close()
        found = json.loads(answer) if response.status == 200 else None
        call.sent.append((f"{handler.command} {path}", body, found))
        handler.reply(response.status, answer, **{"Content-Type": "application/json"})


@pytest.fixture(scope="module")
def recorder(url: str, starter: Starter) -> Iterator[Recorder]:
    made = Recorder(urlsplit(url).netloc, starter)
    with scripted(made.take) as script:
        made.url = script.url
        yield made


@pytest.fixture(scope="module")
def there(url: str, starter: Starter) -> dict[str, str]:
    """A schedule, and a workflow that lists show."""
    schedule = unique("every day?")
    action = ScheduleActionStartWorkflow("Waits", 1, id=schedule, task_queue="nobody")
    starter.run(
        starter.client.create_schedule(schedule, Schedule(action=action, spec=ScheduleSpec()))
    )
    listed, _ = starter.start(unique("listed-"), task_queue="nobody")
    with Client(url) as client:
        until(lambda: client.workflows.search(f"WorkflowId = '{listed}'")["executions"])
        until(lambda: client.schedules.list()["schedules"])
    return {"schedule": schedule, "listed": listed}


def _prepared(recorder: Recorder, there: dict[str, str], way: str) -> list[Call]:
    """Every row by every name."""
    calls = []
    for row in ROWS:
        for name in row.names:
            facts = dict(there)
            if "{id}" in row.arguments:
                own = f"order {unique()}?é&x=1"
                facts["id"], facts["run"] = recorder.starter.start(
                    own, {"item": "é", "count": 2}, task_queue="nobody"
                )
            call = Call(row, name, facts)
            recorder.calls[f"{way}-{len(calls)}"] = call
            calls.append(call)
    return calls


def _url(recorder: Recorder, way: str, position: int) -> str:
    return f"{recorder.url}/{way}-{position}"


def _check(call: Call, answer: Any) -> None:
    """The requests are those of the row, and the answer is the server's."""
    sent = [(request, body) for request, body, _ in call.sent]
    assert sent == [
        (call.filled(request, encoded=True), call.filled(body))
        for request, body in call.row.requests
    ], call.name
    assert call.row.shows(answer), (call.name, answer)
    wire = call.sent[-1][2]
    if call.method == "health":
        return
    if isinstance(answer, bool):
        assert answer == (
            wire["workflowExecutionInfo"]["status"] == "WORKFLOW_EXECUTION_STATUS_RUNNING"
        )
        return
    for name in call.row.lists:
        assert name not in wire
        wire[name] = []
    plain = _without_decoded(answer)
    if "events" in plain:
        assert plain.pop("events") == plain["history"]["events"]
    assert (plain or {}) == wire, call.name


def _without_decoded(value: Any) -> Any:
    """An answer as the server sent it; the decoded payloads beside it are what the payloads hold."""
    if isinstance(value, list):
        return [_without_decoded(each) for each in value]
    if not isinstance(value, dict):
        return value
    if "payloads" in value:
        assert value["decoded"] == [_decoded(each) for each in value["payloads"]]
    if set(value) == {"metadata", "data", "decoded"}:
        assert value["decoded"] == _decoded(value)
    return {name: _without_decoded(each) for name, each in value.items() if name != "decoded"}


def _decoded(payload: dict[str, Any]) -> Any:
    encoding = base64.b64decode(payload["metadata"]["encoding"])
    assert encoding == b"json/plain"
    return json.loads(base64.b64decode(payload["data"]))


# ----------------------------------------------------------------------------------------------------------------- tests


def test_the_table_has_every_method() -> None:
    assert {row.name for row in ROWS} == set(_ARGUMENTS)
    older = (
        "health system_info namespaces namespace workflows workflow workflow_history signal_workflow terminate_workflow "
        "cancel_workflow search_workflows is_workflow_running wait_workflow_complete task_queue schedules schedule"
    )
    names = {name for row in ROWS for name in row.names}
    assert {name for name in names if "." not in name} == set(older.split())
    for row in ROWS:
        owner, _, name = row.name.rpartition(".")
        assert set(row.options) <= set(METHODS_OF[owner][name].options)


def test_from_lua(recorder: Recorder, there: dict[str, str], tmp_path: Path) -> None:
    command = [sys.executable, "-m", "assay.transpiler.cli", str(_HERE / "page.lua"), "-q"]
    subprocess.run([*command, "-o", str(tmp_path)], check=True, timeout=60)
    calls = _prepared(recorder, there, "lua")
    lines = [
        {
            "url": _url(recorder, "lua", position),
            "namespace": call.namespace,
            "owner": call.owner,
            "method": call.method,
            "arguments": call.filled(call.row.arguments),
            "options": call.filled(call.row.options),
            "position": 1 + len(_ARGUMENTS[call.row.name]),
        }
        for position, call in enumerate(calls)
    ]
    found = subprocess.run(
        [sys.executable, str(tmp_path / "page.py")],
        input="".join(f"{json.dumps(line)}\n" for line in lines),
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    assert found.stderr == ""
    answers = [json.loads(line)["answer"] for line in found.stdout.splitlines()]
    for call, answer in zip(calls, answers, strict=True):
        _check(call, answer)


def _called(client: Any, call: Call) -> Any:
    target = getattr(client, call.owner) if call.owner else client
    arguments, options = call.filled(call.row.arguments), call.filled(call.row.options)
    return getattr(target, call.method)(*arguments, **options)


def test_from_python(recorder: Recorder, there: dict[str, str]) -> None:
    for position, call in enumerate(_prepared(recorder, there, "python")):
        url = _url(recorder, "python", position)
        with Client(url, namespace=call.namespace) as client:
            _check(call, _called(client, call))


def test_from_python_with_asyncio(recorder: Recorder, there: dict[str, str]) -> None:
    async def answered(call: Call, url: str) -> Any:
        async with AsyncClient(url, namespace=call.namespace) as client:
            return await _called(client, call)

    for position, call in enumerate(_prepared(recorder, there, "asyncio")):
        _check(call, asyncio.run(answered(call, _url(recorder, "asyncio", position))))
