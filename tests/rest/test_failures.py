"""The REST client and what can go wrong: requests as they go out, retries, timeouts, odd servers, and the key nobody sees."""

from __future__ import annotations

import asyncio
import logging
import pickle
import socket
import time
from collections.abc import Callable
from typing import Any

import pytest
from assay.runtime.rest import AsyncClient, Client, TemporalHttpError, exchange, operations
from assay.runtime.temporal.dev_server import DevServer
from scripted_server import answer, drip, drop, scripted

KEY = "s3cret-k3y-0123456789"
RUNNING = {
    "workflowExecutionInfo": {
        "execution": {"workflowId": "w", "runId": "r"},
        "status": "WORKFLOW_EXECUTION_STATUS_RUNNING",
    }
}
COMPLETED = {
    "workflowExecutionInfo": {
        "execution": {"workflowId": "w", "runId": "r"},
        "status": "WORKFLOW_EXECUTION_STATUS_COMPLETED",
    }
}

Call = Callable[[Any], Any]
both = pytest.mark.parametrize("kind", ["blocking", "asyncio"])


def perform(kind: str, url: str, call: Call, **options: Any) -> Any:
    """What `call` gives for a client of that kind."""
    if kind == "blocking":
        with Client(url, **options) as client:
            return call(client)

    async def go() -> Any:
        async with AsyncClient(url, **options) as client:
            return await call(client)

    return asyncio.run(go())


def failure(kind: str, url: str, call: Call, **options: Any) -> TemporalHttpError:
    with pytest.raises(TemporalHttpError) as caught:
        perform(kind, url, call, **options)
    return caught.value


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exchange, "_BACKOFF_SECONDS", 0.02)
    monkeypatch.setattr(operations, "_SHORTEST_POLL_SECONDS", 0.1)


def unused_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


# ----------------------------------------------------------------------------------------------- what goes over the wire

FULL = "noPayloadShorthand=true"
W = "/api/v1/namespaces/ns/workflows"
Q = "taskQueueType=TASK_QUEUE_TYPE_ACTIVITY&reportStats=true&includeTaskQueueStatus=true"
SENT: list[tuple[Call, str, Any]] = [
    (lambda c: c.system_info(), "GET /api/v1/system-info", None),
    (lambda c: c.namespaces.list(), f"GET /api/v1/namespaces?{FULL}", None),
    (
        lambda c: c.namespaces.list(page_size=5, next_page_token="a+b="),
        f"GET /api/v1/namespaces?pageSize=5&nextPageToken=a%2Bb%3D&{FULL}",
        None,
    ),
    (lambda c: c.namespaces.get("a b"), f"GET /api/v1/namespaces/a%20b?{FULL}", None),
    (lambda c: c.workflows.list(), f"GET {W}?{FULL}", None),
    (
        lambda c: c.workflows.list(namespace="other", query="A = 'é'", page_size=2),
        f"GET /api/v1/namespaces/other/workflows?query=A%20%3D%20%27%C3%A9%27&pageSize=2&{FULL}",
        None,
    ),
    (lambda c: c.workflows.search("x&y", page_size=3), f"GET {W}?query=x%26y&pageSize=3&{FULL}", None),
    (lambda c: c.workflows.get("a?b#c"), f"GET {W}/a%3Fb%23c?{FULL}", None),
    (lambda c: c.workflows.get("w", "r"), f"GET {W}/w?execution.runId=r&{FULL}", None),
    (
        lambda c: c.workflows.history("w", "r", maximum_page_size=9, next_page_token="t"),
        f"GET {W}/w/history?execution.runId=r&maximumPageSize=9&nextPageToken=t&{FULL}",
        None,
    ),
    (lambda c: c.workflows.signal("w", "go now"), f"POST {W}/w/signal/go%20now", {}),
    (
        lambda c: c.workflows.signal("w", "go", {"a": 1}, run_id="r"),
        f"POST {W}/w/signal/go",
        {
            "workflowExecution": {"runId": "r"},
            "input": {
                "payloads": [
                    {"metadata": {"encoding": "anNvbi9wbGFpbg=="}, "data": "eyJhIjoxfQ=="}
                ]
            },
        },
    ),
    (lambda c: c.workflows.terminate("w"), f"POST {W}/w/terminate", {}),
    (
        lambda c: c.workflows.terminate("w", "why", run_id="r"),
        f"POST {W}/w/terminate",
        {"reason": "why", "workflowExecution": {"runId": "r"}},
    ),
    (lambda c: c.workflows.cancel("w"), f"POST {W}/w/cancel", {}),
    (
        lambda c: c.workflows.cancel("w", run_id="r", reason="why", namespace="other"),
        "POST /api/v1/namespaces/other/workflows/w/cancel",
        {"reason": "why", "workflowExecution": {"runId": "r"}},
    ),
    (
        lambda c: c.task_queues.get("q", task_queue_type="activity"),
        f"GET /api/v1/namespaces/ns/task-queues/q?{Q}&{FULL}",
        None,
    ),
    (
        lambda c: c.schedules.list(maximum_page_size=4),
        f"GET /api/v1/namespaces/ns/schedules?maximumPageSize=4&{FULL}",
        None,
    ),
    (lambda c: c.schedules.get("s"), f"GET /api/v1/namespaces/ns/schedules/s?{FULL}", None),
]  # fmt: skip


@both
def test_requests_exactly(kind: str) -> None:
    for call, target, body in SENT:
        with scripted(answer()) as server:
            perform(kind, f"{server.url}/", call, namespace="ns", api_key=KEY)
        assert server.targets() == [target]
        assert server.asked[0].body == body
        assert server.asked[0].headers["Authorization"] == f"Bearer {KEY}"


@both
def test_no_key_no_header_and_a_prefix(kind: str) -> None:
    with scripted(answer()) as server:
        url = server.url.replace("http", "HTTP") + "/temporal//"
        perform(kind, url, lambda c: c.system_info())
    assert server.targets() == ["GET /temporal/api/v1/system-info"]
    assert "Authorization" not in server.asked[0].headers


# --------------------------------------------------------------------------------------------------------------- health


@both
@pytest.mark.parametrize(
    ("answers", "healthy", "count"),
    [
        ([answer(200, b"OK")], True, 1),
        ([answer(404), answer(200, {"serverVersion": "1"})], True, 2),
        ([answer(404), answer(503)], False, 2),
        ([answer(500, b"oops")], False, 2),
        ([drop], False, 1),
        ([drip], False, 1),
    ],
)
def test_health(kind: str, answers: list[Any], healthy: bool, count: int) -> None:
    with scripted(*answers) as server:
        assert perform(kind, server.url, lambda c: c.health(), timeout=0.3) is healthy
    assert server.targets() == ["GET /health", "GET /api/v1/system-info"][:count]


@both
def test_health_of_nothing(kind: str, server: DevServer) -> None:
    for url in (
        f"http://127.0.0.1:{unused_port()}",
        f"http://{server.address}",
        "http://x.invalid",
    ):
        assert perform(kind, url, lambda c: c.health(), timeout=2) is False


def test_health_after_close() -> None:
    client = Client("http://127.0.0.1:1")
    client.close()
    assert client.health() is False


# --------------------------------------------------------------------------------------------------------------- retries


@both
@pytest.mark.parametrize("bad", [answer(503), answer(429), answer(502, b"<html>"), drop])
def test_a_read_is_tried_again(kind: str, bad: Any) -> None:
    with scripted(bad, bad, answer(200, {"serverVersion": "1"})) as server:
        assert perform(kind, server.url, lambda c: c.system_info()) == {"serverVersion": "1"}
    assert len(server.asked) == 3
    with scripted(bad) as server:
        failure(kind, server.url, lambda c: c.system_info())
    assert len(server.asked) == 3


@both
@pytest.mark.parametrize("bad", [answer(503), answer(429), drop, drip])
def test_a_change_is_never_sent_twice(kind: str, bad: Any) -> None:
    for call in (
        lambda c: c.workflows.signal("w", "go"),
        lambda c: c.workflows.cancel("w"),
        lambda c: c.workflows.terminate("w"),
    ):
        with scripted(bad) as server:
            failure(kind, server.url, call, timeout=0.2)
        assert len(server.asked) == 1


@both
@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 500, 501])
def test_other_errors_are_final(kind: str, status: int) -> None:
    with scripted(answer(status, {"code": 3, "message": "no", "details": [1]})) as server:
        error = failure(kind, server.url, lambda c: c.system_info())
    assert len(server.asked) == 1
    assert (error.status, error.code, error.message[:2]) == (status, 3, "no")


@both
def test_nothing_listening(kind: str) -> None:
    port = unused_port()
    for call in (lambda c: c.system_info(), lambda c: c.workflows.cancel("w")):
        error = failure(kind, f"http://127.0.0.1:{port}", call)
        assert (error.status, error.code) == (None, 14)
        assert "cannot connect: connection refused (is the server running, and is" in str(error)
        assert f"http://127.0.0.1:{port}/api/v1" in str(error)


@both
def test_a_server_that_comes_up_meanwhile_gets_the_change(kind: str) -> None:
    """A refused connection was certainly not sent; then a POST is tried again, too."""
    port = unused_port()
    tried: list[str] = []

    class Late(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if "connect_tcp.started" in record.getMessage():
                tried.append("connect")

    logger, handler = logging.getLogger("httpcore"), Late()
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    try:
        failure(kind, f"http://127.0.0.1:{port}", lambda c: c.workflows.cancel("w"))
    finally:
        logger.removeHandler(handler)
        logger.setLevel(logging.NOTSET)
    assert len(tried) == 3


# -------------------------------------------------------------------------------------------------------------- timeouts


@both
@pytest.mark.parametrize("slow", [drip, lambda _: time.sleep(1)])
def test_a_timeout_is_for_the_whole_call(kind: str, slow: Any) -> None:
    with scripted(slow) as server:
        began = time.monotonic()
        error = failure(kind, server.url, lambda c: c.system_info(), timeout=0.3)
        assert 0.25 < time.monotonic() - began < 0.9
    assert (error.status, error.code) == (None, 4)
    assert "no answer within 0.3 s" in str(error)


@both
def test_waiting_outlives_a_restart_of_the_server(kind: str) -> None:
    answers = [answer(200, RUNNING), answer(503), drop, answer(503), answer(503), answer(200, {})]
    with scripted(*answers, answer(200, COMPLETED)) as server:
        found = perform(kind, server.url, lambda c: c.workflows.wait_complete("w", 10))
    assert found == COMPLETED
    polls = [each for each in server.targets() if "waitNewEvent=true" in each]
    assert all("execution.runId=r&" in each for each in polls)
    assert "historyEventFilterType=HISTORY_EVENT_FILTER_TYPE_CLOSE_EVENT" in polls[0]


@both
def test_waiting_is_polite_and_says_why_it_ended(kind: str) -> None:
    with scripted(answer(200, RUNNING)) as server:
        error = failure(kind, server.url, lambda c: c.workflows.wait_complete("w", 0.5))
    assert 5 <= len(server.asked) <= 13
    assert "workflow 'w' (run r) did not complete within 0.5 s, its last status is RUNNING" in str(
        error
    )
    with scripted(answer(200, RUNNING), answer(404, {"code": 5, "message": "gone"})) as server:
        error = failure(kind, server.url, lambda c: c.workflows.wait_complete("w", 5))
    assert (error.status, error.message) == (404, "gone")


# ----------------------------------------------------------------------------------------------------------- odd servers


@both
def test_the_grpc_port(kind: str, server: DevServer) -> None:
    error = failure(kind, f"http://{server.address}", lambda c: c.system_info())
    assert "the gRPC port speaks no HTTP" in str(error)


@both
@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (answer(200, b"<html>\nhello</html>"), "not Temporal's JSON: <html> hello"),
        (answer(200, b""), "it is empty"),
        (answer(200, b"[1]"), "not Temporal's JSON: [1]"),
        (answer(200, b"[" * 100_000), "not Temporal's JSON"),
        (answer(502, b"Bad Gateway\n"), "HTTP 502: Bad Gateway"),
        (answer(302, b"", Location="http://127.0.0.1:1/"), "HTTP 302: no reason given"),
        (answer(404, {"code": 5, "message": "Not Found"}), "no such path"),
        (answer(403, {"code": 7, "message": "no", "details": []}), "(PERMISSION_DENIED): no (che"),
        (answer(400, {"code": "x", "message": 7}), "HTTP 400: "),
        (answer(200, {"message": "other"}), "describes no workflow"),
    ],
)
def test_answers_that_are_none(kind: str, reply: Any, words: str) -> None:
    with scripted(reply) as server:
        error = failure(kind, server.url, lambda c: c.workflows.is_running("w"))
    assert words in str(error)
    assert len(str(error)) < 600


@pytest.mark.parametrize("client", [Client, AsyncClient])
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("localhost:7233",), "must start with http://"),
        (("temporal://x",), "must start with http://"),
        (("http://",), "must start with http://"),
        (("http://h:port",), "cannot be read"),
        (("http://user:pass@h",), "must not hold a user"),
        (("http://h?x=1",), "must not have a query"),
        (("http://h", ""), "namespace must not be empty"),
        (("http://h", "ns", ""), "api_key has characters"),
        (("http://h", "ns", f"{KEY}\n"), "api_key has characters"),
    ],
)
def test_arguments_that_cannot_be_right(client: Any, arguments: Any, words: str) -> None:
    with pytest.raises(ValueError, match=words) as caught:
        client(*arguments)
    assert KEY not in str(caught.value)
    with pytest.raises(ValueError, match="timeout must be"):
        client("http://h", timeout=0)


# --------------------------------------------------------------------------------------------------------------- the key


@both
def test_nobody_sees_the_key(
    kind: str, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    texts: list[str] = []

    def shown_first(client: Any) -> Any:
        texts.extend((repr(client), str(vars(client))))
        return client.workflows.get("w")

    echo = {"code": 16, "message": f"bad token Bearer {KEY}", "details": [1]}
    padded = b"x" * 290 + f" Bearer {KEY}".encode()
    for reply in (answer(401, echo), answer(200, padded), answer(500, padded), drop, drip):
        with scripted(reply) as server:
            error = failure(kind, server.url, shown_first, api_key=KEY, timeout=0.5)
        texts += [str(error), repr(error), str(vars(error)), error.url]
        texts.append(str(pickle.loads(pickle.dumps(error))))
        assert server.asked[0].headers["Authorization"].endswith(KEY)
    captured = capsys.readouterr()
    for text in (*texts, caplog.text, captured.out, captured.err):
        assert KEY not in text
        assert KEY[:10] not in text
    assert "bad token Bearer ***" in texts[2]
