"""The global `http` when no answer comes, when the arguments are wrong, and when the activity is canceled."""

from __future__ import annotations

import socket
import threading
import time
from typing import Any

import pytest
from assay.runtime import LuaTable, new_table, sequence
from assay.runtime.host import http
from assay.runtime.host.secrets import is_secret_name, public_url
from assay.runtime.temporal.activity_context import ActivityContext, running_in
from lua_errors import error_of

from .conftest import CERTIFICATE


def test_connection_refused() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{unused.getsockname()[1]}"
        message = error_of(http.post, f"{address}/hook?token=abc", "x")
    assert message == f"http.post: POST {address}/hook: connection refused"


def test_unknown_host() -> None:
    assert error_of(http.get, "http://service.invalid/x").startswith(
        "http.get: GET http://service.invalid/x: "
    )


@pytest.mark.parametrize("path", ["/broken", "/silent", "/nonsense"])
def test_broken_answers(url: str, path: str) -> None:
    assert error_of(http.get, url + path).startswith(f"http.get: GET {url}{path}: ")


@pytest.mark.parametrize("path", ["/slow/600", "/drip"])
def test_the_timeout_counts_for_the_whole_request(url: str, path: str) -> None:
    message = error_of(http.get, url + path, new_table({"timeout": 0.5}))
    assert message == f"http.get: GET {url}{path}: no answer within 0.5 s"


def test_a_failed_request_spoils_nothing_for_the_next(url: str) -> None:
    for path in ("/slow/1", "/broken", "/drip"):
        error_of(http.get, url + path, new_table({"timeout": 0.2}))
        assert http.get(f"{url}/chunked")["body"] == "one two three"


@pytest.mark.parametrize("path", ["/slow/600", "/drip"])
def test_cancellation_of_the_activity_stops_a_request(url: str, path: str) -> None:
    activity = ActivityContext(lambda details: None)

    def cancel() -> None:
        while not activity.is_waiting:
            time.sleep(0.01)
        activity.cancel()

    thread = threading.Thread(target=cancel)
    thread.start()
    with running_in(activity):
        message = error_of(http.get, url + path)
    thread.join()
    assert message.endswith("stopped because the activity was canceled")


def test_in_an_activity_slow_answers_still_arrive(url: str) -> None:
    with running_in(ActivityContext(lambda details: None)):
        assert http.get(f"{url}/slow/0.4")["body"] == "late"
        message = error_of(http.get, f"{url}/slow/5", new_table({"timeout": 0.3}))
        assert message.endswith("no answer within 0.3 s")


def test_certificates_are_verified(secure_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    message = error_of(http.get, f"{secure_url}/status/200")
    assert "the server's certificate is not accepted: self-signed certificate" in message
    for options in ({"verify": False}, {"verify": str(CERTIFICATE)}):
        assert http.get(f"{secure_url}/status/200", LuaTable(options))["status"] == 200
    with_client = LuaTable({"verify": str(CERTIFICATE), "cert": str(CERTIFICATE)})
    assert http.get(f"{secure_url}/status/200", with_client)["status"] == 200
    http.close()
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    assert http.get(f"{secure_url}/status/200")["status"] == 200
    http.close()
    other_name = secure_url.replace("localhost", "127.0.0.1")
    assert "certificate is not accepted" in error_of(http.get, f"{other_name}/status/200")


WRONG_CALLS: list[tuple[Any, tuple[Any, ...], str]] = [
    (http.get, (), "bad argument #1 to 'http.get' (string expected, got no value)"),
    (http.get, (None,), "bad argument #1 to 'http.get' (string expected, got nil)"),
    (http.get, ("http://x", 1), "bad argument #2 to 'http.get' (table expected, got number)"),
    (http.get, ("x.org/a",), "http.get: the URL must start with http:// or https://"),
    (http.get, ("file:///etc/passwd",), "http.get: the URL must start with http:// or https://"),
    (http.get, ("http:///a",), "http.get: the URL 'http:///a' has no host"),
    (http.post, ("http://x", True), "http.post: the body must be a string or a table, got boolean"),
    (
        http.post,
        ("http://x", new_table({"items": sequence(1, new_table({"callback": print}))})),
        "http.post: body.items[2].callback is a function, which JSON cannot hold",
    ),
    (
        http.get,
        ("http://x", new_table({"header": LuaTable()})),
        "http.get: unknown option 'header', did you mean 'headers'?",
    ),
    (
        http.get,
        ("http://x", new_table({"headers": new_table({"A": "x\r\nB: y"})})),
        "http.get: the header 'A' has a control character",
    ),
    (
        http.get,
        ("http://x", new_table({"headers": new_table({"a b": "x"})})),
        "http.get: 'a b' is no name of a header",
    ),
    (
        http.get,
        ("http://x", new_table({"headers": new_table({"A": LuaTable()})})),
        "http.get: the header 'A' must be a string, got table",
    ),
    (
        http.get,
        ("http://x", new_table({"timeout": 0})),
        "http.get: opts.timeout must be more than 0 seconds",
    ),
    (
        http.get,
        ("http://x", new_table({"timeout": "1"})),
        "http.get: opts.timeout must be a number of seconds, got string",
    ),
    (
        http.get,
        ("http://x", new_table({"query": new_table({"q": print})})),
        "http.get: opts.query.q must be a string or a number, got function",
    ),
    (
        http.get,
        ("http://x", new_table({"verify": "/no/such/file"})),
        "http.get: there is no file '/no/such/file'",
    ),
    (
        http.get,
        ("http://x", new_table({"headers": "A: b"})),
        "http.get: opts.headers must be a table, got string",
    ),
    (
        http.get,
        ("http://x", new_table({"query": "q=1"})),
        "http.get: opts.query must be a table, got string",
    ),
    (
        http.get,
        ("http://x", new_table({"query": sequence("q")})),
        "http.get: a name in opts.query must be a string, got number",
    ),
    (
        http.get,
        ("http://x", new_table({"verify": 1})),
        "http.get: opts.verify must be true, false or a path, got number",
    ),
    (
        http.get,
        ("http://x", new_table({"cert": sequence("a", "b", "c")})),
        "http.get: opts.cert must be a path or {certificate, key}, got table",
    ),
    (http.request, ("GET /", "http://x"), "http.request: the method must be a word like GET"),
]


@pytest.mark.parametrize("function, arguments, message", WRONG_CALLS)
def test_wrong_arguments(function: Any, arguments: tuple[Any, ...], message: str) -> None:
    assert error_of(function, *arguments) == message


@pytest.mark.parametrize(
    "bad_url", ["http://[::1", "http://a:99999/", "http://a b/", "http://x\0y/", "http://\xff/"]
)
def test_malformed_urls_are_lua_errors(bad_url: str) -> None:
    assert error_of(http.get, bad_url).startswith("http.get: ")


def test_urls_are_shown_without_secrets() -> None:
    hidden = public_url(
        "https://user:pw@hooks.example.com:8443/services/T0/Xa1bCd2eFg3hIj4kLm5n?key=1#f"
    )
    assert hidden == "https://hooks.example.com:8443/services/T0/***"
    plain = "http://[::1]/api/v4/projects/123/repository/commits"
    assert public_url(plain) == plain
    identifier = "http://h/workflows/0b8e0d0e-7f2b-4a53-9d5b-0f6c1b2a3d4e"
    assert public_url(identifier) == identifier


def test_names_of_secrets() -> None:
    for name in (
        "PRIVATE-TOKEN",
        "password",
        "Authorization",
        "api_key",
        "X-Api-Key",
        "Cookie",
        "key",
    ):
        assert is_secret_name(name), name
    for name in ("author", "authors", "user", "monkey", "keyboard", "X-Trace", "path"):
        assert not is_secret_name(name), name
