"""What a user of the gRPC client does wrong, and the one sentence for it that says what to do; in Python and in Lua."""

from __future__ import annotations

import io
import logging
import os
import socket
import subprocess
import sys
import time
import traceback
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from assay.runtime import LuaError
from assay.runtime.client import Client, TemporalClientError
from assay.runtime.client.errors import translated
from assay.runtime.json_values import from_json
from assay.runtime.tables import index
from assay.runtime.temporal import client as lua
from assay.runtime.temporal.application_errors import failure_type
from assay.runtime.temporal.connection import ConnectionSettings
from assay.runtime.temporal.dev_server import DevServer
from assay.runtime.temporal.tls import Tls
from grpc_answers import answering
from temporalio.service import RPCError, RPCStatusCode

KEY = "s3cret-k3y-0123456789"
START = {"workflow_type": "x", "workflow_id": "w", "task_queue": "nobody"}


@pytest.fixture
def client(server: DevServer) -> Iterator[Client]:
    with Client.connect(server.address) as made:
        yield made


def failure(call: Callable[..., Any], *arguments: Any, **options: Any) -> TemporalClientError:
    with pytest.raises(TemporalClientError) as caught:
        call(*arguments, **options)
    assert "\n" not in str(caught.value)
    return caught.value


def test_addresses() -> None:
    error = failure(Client.connect, "http://localhost:7233")
    assert error.code == "INVALID_ARGUMENT"
    assert str(error) == (
        "connect: the address must be host:port without http://, such as localhost:7233"
    )
    assert "must be host:port, such as localhost:7233, not 'x'" in str(failure(Client.connect, "x"))
    assert 'url is required, such as "localhost:7233"' in str(failure(Client.connect))
    assert "timeout must be a number" in str(failure(Client.connect, "h:1", timeout=-1))


def test_nobody_listens() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        error = failure(Client.connect, address)
    assert (error.code, str(error)) == (
        "UNAVAILABLE",
        f"connect: no Temporal server answers at {address}: "
        "connection refused (is it running, and is this its gRPC port?)",
    )
    error = failure(Client.connect, "no-such-host.invalid:7233")
    assert str(error).endswith("no-such-host.invalid:7233: the host name is unknown")


def test_a_server_that_is_none(server: DevServer) -> None:
    error = failure(Client.connect, server.http_address.removeprefix("http://"))
    assert "it speaks HTTP, not gRPC: the gRPC port is another one" in str(error)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"127.0.0.1:{silent.getsockname()[1]}"
        error = failure(Client.connect, address, timeout=0.3)
    assert str(error).endswith(f"{address}: it did not answer in time")


def test_a_namespace_that_is_not_there(server: DevServer) -> None:
    with Client.connect(server.address, namespace="nowhere") as client:
        for call in (
            lambda: client.describe_workflow("x"),
            lambda: client.start_workflow(**START),
            lambda: client.count_workflows(),
            lambda: client.schedules.list(),
        ):
            error = failure(call)
            assert error.code == "NOT_FOUND"
            assert "Namespace nowhere is not found: check the namespace given to connect" in str(
                error
            )


def test_workflows_that_are_not_there(client: Client) -> None:
    said = "there is no such workflow (check the workflow id and the namespace)"
    for name, more in (
        ("describe_workflow", ()),
        ("get_result", ()),
        ("cancel_workflow", ()),
        ("terminate_workflow", ()),
        ("workflow_history", ()),
        ("signal_workflow", ("go",)),
        ("query_workflow", ("state",)),
        ("update_workflow", ("change",)),
    ):
        error = failure(getattr(client, name), "none", *more)
        assert (error.code, str(error)) == ("NOT_FOUND", f"{name} 'none': {said}")
    error = failure(client.schedules.pause, "none")
    assert "there is no such schedule" in str(error)


def test_taken_and_closed(client: Client) -> None:
    start: dict[str, Any] = {**START, "workflow_id": uuid.uuid4().hex}
    run = client.start_workflow(**start)
    error = failure(client.start_workflow, **start)
    assert error.code == "ALREADY_EXISTS"
    assert f"already running or may not run again (run {run.run_id}): use another" in str(error)
    client.terminate_workflow(run.workflow_id)
    for call in (
        lambda: client.signal_workflow(run.workflow_id, "go"),
        lambda: client.terminate_workflow(run.workflow_id),
    ):
        assert str(failure(call)).endswith("the workflow has already closed")


def test_deadlines(client: Client) -> None:
    began = time.monotonic()
    workflow = client.start_workflow(**{**START, "workflow_id": uuid.uuid4().hex}).workflow_id
    queries = "got no answer within 0.3 s: is a worker running on the workflow's task queue?"
    for call, said in (
        (lambda: client.query_workflow(workflow, "state", timeout=0.3), f"query 'state' {queries}"),
        (lambda: client.update_workflow(workflow, "set", timeout=0.3), f"update 'set' {queries}"),
        (lambda: client.get_result(workflow, timeout=0.3), "did not close within 0.3 s"),
    ):
        error = failure(call)
        assert (error.code, said in str(error)) == ("DEADLINE_EXCEEDED", True), str(error)
    client.terminate_workflow(workflow)
    with answering(-1) as address, Client.connect(address, timeout=0.3) as silent:
        error = failure(silent.describe_workflow, "w")
        assert error.code == "DEADLINE_EXCEEDED"
        assert "the server did not answer within 0.3 s: check the address" in str(error)
    # Far more than these take; the SDK alone would ask for a result without end.
    assert time.monotonic() - began < 30


@pytest.mark.parametrize(
    ("status", "code", "said"),
    [
        (16, "UNAUTHENTICATED", "access refused (denied): check api_key"),
        (7, "PERMISSION_DENIED", "access refused (denied): check api_key"),
        (12, "UNIMPLEMENTED", "this server does not know the call (denied)"),
    ],
)
def test_access(status: int, code: str, said: str) -> None:
    with (
        answering(status, "denied") as address,
        Client.connect(address, api_key=KEY, tls=False, timeout=5) as client,
    ):
        error = failure(client.describe_workflow, "w")
    assert (error.code, said in str(error)) == (code, True), str(error)


def test_access_refused_at_once() -> None:
    with answering(16, "who are you", first=16) as address:
        error = failure(Client.connect, address, api_key=KEY, tls=False)
    assert str(error).endswith("access refused: check api_key and the client certificate")


@pytest.mark.parametrize(("status", "said"), [(13, "no"), (14, "be reached (no)")])
def test_a_server_that_is_busy_is_asked_again(status: int, said: str) -> None:
    """The SDK tries again by itself, and gives up before the call's time is over: the error says why."""
    with answering(status, "no") as address, Client.connect(address, timeout=3) as client:
        error = failure(client.describe_workflow, "w")
    assert said in str(error)


def test_limits() -> None:
    """The SDK tries this one again until the time is over; here is what it would say."""
    error = translated(RPCError("rps", RPCStatusCode.RESOURCE_EXHAUSTED, b""), "get_result 'w'")
    assert (
        str(error)
        == "get_result 'w': the server is busy or a limit is reached (rps): try again later"
    )


def test_a_server_that_went_away() -> None:
    with DevServer() as own:
        client = Client.connect(own.address, timeout=1)
        client.count_workflows()
    error = failure(client.count_workflows)
    assert error.code in ("UNAVAILABLE", "DEADLINE_EXCEEDED")
    client.close()


def test_from_lua(server: DevServer) -> None:
    """The same sentences, as Lua errors; options are checked before anything is sent."""
    with pytest.raises(LuaError, match="connect: the address must be host:port without http://"):
        lua.connect(from_json({"url": "http://localhost:7233"}))
    connected = lua.connect(from_json({"url": server.address}))

    def said(method: str, *arguments: Any) -> str:
        with pytest.raises(LuaError) as caught:
            index(connected, method)(connected, *map(from_json, arguments))
        return str(caught.value)

    assert said("describe_workflow", "none") == (
        "NOT_FOUND: describe_workflow 'none': there is no such workflow (check the workflow id and the namespace)"
    )
    # What activities fail with when they do not catch it.
    assert failure_type(f"x.lua:1: {said('describe_workflow', 'none')}") == "NOT_FOUND"
    assert "timeout must be a number of seconds" in said("get_result", {"timeout": "1"})
    for options, words in (
        ({"id_reuse_policy": "never"}, "start_workflow: id_reuse_policy must be one of allow_dup"),
        ({"memo": 5}, "start_workflow: memo must be a table with names, got 5"),
        ({"memo": [5]}, "start_workflow: memo must be a table with names, got table"),
        ({"search_attributes": {"A": {"b": 1}}}, "search_attributes.A must be a string, a number"),
        ({"retry_policy": {"maximum_attempt": 1}}, "did you mean 'maximum_attempts'?"),
        ({"run_timeout": 0}, "run_timeout must be a number of seconds greater than 0, got 0"),
        ({"task_queue": "q"}, "start_workflow: workflow_type is required"),
    ):
        assert words in said("start_workflow", options)
    schedules = index(connected, "schedules")
    for method, argument, words in (
        ("create", {"overlap": "none"}, "schedules.create: overlap must be one of skip, buffer_"),
        ("create", {"every": -1}, "schedules.create: every must"),
        ("backfill", {"schedule_id": "s"}, "schedules.backfill: start_at is required"),
        ("update", {"start_at": "now"}, "start_at must be a time in seconds since the epoch"),
        ("pause", None, "schedules.pause: schedule_id is required"),
        ("delete", "none", "there is no such schedule"),
    ):
        with pytest.raises(LuaError) as caught:
            index(schedules, method)(schedules, from_json(argument))
        assert words in str(caught.value)
    index(connected, "close")(connected)
    assert said("describe_workflow", "x") == ("describe_workflow 'x': the client is closed")


# --------------------------------------------------------------------------------------------------------------- the key


def test_nobody_sees_the_key(server: DevServer, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    shown = io.StringIO()

    def tell(call: Callable[[], Any]) -> None:
        try:
            print(repr(call()), file=shown)
        except (TemporalClientError, LuaError) as error:
            print(repr(error), vars(error), file=shown)
            traceback.print_exception(error, file=shown)

    options: dict[str, Any] = {"api_key": KEY, "tls": False, "timeout": 2}
    tell(lambda: Client.connect(server.address, **options))
    tell(lambda: Client.connect("127.0.0.1:9", **options))
    tell(lambda: Client.connect(server.address, api_key=KEY))
    # What the SDK tries again it also logs itself, with the server's words.
    for status in (16, 7, 3, 9):
        with answering(status, f"bad token Bearer {KEY}", first=status) as address:
            tell(lambda address=address: Client.connect(address, **options))
        with (
            answering(status, f"bad token Bearer {KEY}") as address,
            Client.connect(address, **options) as client,
        ):
            tell(lambda client=client: client.describe_workflow("w"))
            tell(lambda client=client: client.get_result("w"))
    tell(lambda: lua.connect(from_json({"url": server.address, "api_key": KEY, "tls": False})))
    tell(lambda: lua.connect(from_json({"url": "x", "api_key": KEY, "tls": {"key": KEY}})))
    settings = ConnectionSettings("h:1", api_key=KEY, metadata={"authorization": KEY})
    tell(lambda: (settings, Tls(key=KEY)))
    text = shown.getvalue() + caplog.text
    assert "access refused" in text
    assert KEY not in text


def test_nothing_is_printed(server: DevServer, tmp_path: Path) -> None:
    """A process of its own: what the SDK's native part might print is seen too."""
    program = tmp_path / "program.py"
    program.write_text(
        "import sys, logging\n"
        "from assay.runtime.client import Client, TemporalClientError\n"
        "logging.basicConfig(level=logging.DEBUG)\n"
        "client = Client.connect(sys.argv[1], api_key=sys.argv[2], tls=False)\n"
        "try: client.describe_workflow('none')\n"
        "except TemporalClientError as error: print(error)\n"
    )
    found = subprocess.run(
        [sys.executable, program, server.address, KEY],
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "RUST_LOG": "trace"},
        check=True,
    )
    assert "there is no such workflow" in found.stdout
    assert KEY not in found.stdout + found.stderr
