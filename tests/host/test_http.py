"""The global `http` against a real server: what goes out, and what comes back."""

from __future__ import annotations

import base64
import threading
from typing import Any

import pytest
from assay.runtime import LuaTable, from_text, new_table, sequence
from assay.runtime.errors import LuaError
from assay.runtime.host import http
from assay.runtime.host.http_client import Answer
from assay.runtime.json_values import mark_array, parse


def echo(response: LuaTable) -> Any:
    """What the server saw, decoded; the body as bytes."""
    assert response["status"] == 200
    seen = parse(response["body"])
    seen["body"] = base64.b64decode(seen["body"])
    return seen


@pytest.mark.parametrize("status", [200, 201, 204, 304, 400, 401, 404, 418, 500, 503])
def test_every_status_is_an_answer(url: str, status: int) -> None:
    response = http.get(f"{url}/status/{status}")
    assert response["status"] == status
    assert response["body"] == ("" if status in (204, 304) else f"status {status}")


def test_the_verbs(url: str) -> None:
    for name in ("get", "delete"):
        assert echo(getattr(http, name)(f"{url}/echo"))["method"] == name.upper()
    for name in ("post", "put", "patch"):
        seen = echo(getattr(http, name)(f"{url}/echo", "text"))
        assert (seen["method"], seen["body"]) == (name.upper(), b"text")
    assert echo(http.request("options", f"{url}/echo"))["method"] == "OPTIONS"
    seen = echo(http.request("DELETE", f"{url}/echo", new_table({"body": new_table({"a": 1})})))
    assert (seen["method"], seen["body"]) == ("DELETE", b'{"a":1}')
    assert http.request("HEAD", f"{url}/binary")["headers"]["content-length"] == "256"


def test_a_table_is_sent_as_json(url: str) -> None:
    body = new_table({"text": from_text("grüße"), "items": sequence(1, 2.0, True), "none": None})
    seen = echo(http.post(f"{url}/echo", body))
    assert seen["body"] == '{"text":"grüße","items":[1,2.0,true]}'.encode()
    assert seen["headers"]["content-type"] == "application/json"
    assert echo(http.post(f"{url}/echo", LuaTable()))["body"] == b"{}"
    assert echo(http.post(f"{url}/echo", mark_array(LuaTable())))["body"] == b"[]"


def test_the_content_type_of_the_caller_wins(url: str) -> None:
    headers = new_table({"content-type": "application/vnd.api+json"})
    seen = echo(http.post(f"{url}/echo", new_table({"a": 1}), new_table({"headers": headers})))
    assert seen["headers"]["content-type"] == "application/vnd.api+json"


def test_a_string_is_sent_as_it_is(url: str) -> None:
    data = "".join(map(chr, range(256)))
    seen = echo(http.put(f"{url}/echo", data))
    assert seen["body"] == bytes(range(256))
    assert seen["headers"]["content-type"] is None
    assert echo(http.post(f"{url}/echo"))["headers"]["content-length"] == "0"
    assert echo(http.post(f"{url}/echo", 12.0))["body"] == b"12.0"


def test_headers_go_out(url: str) -> None:
    headers = new_table({"PRIVATE-TOKEN": "abc", "X-Number": 3, "X-Bytes": "caf\xe9"})
    seen = echo(http.get(f"{url}/echo", new_table({"headers": headers})))["headers"]
    assert (seen["private-token"], seen["x-number"]) == ("abc", "3")
    assert seen["x-bytes"] == from_text("caf\xe9")
    assert seen["user-agent"] == "assay-compile"


def test_headers_come_back_in_lower_case(url: str) -> None:
    headers = http.get(f"{url}/headers")["headers"]
    assert headers["x-several"] == "a, b"
    assert headers["x-bytes"] == "caf\xe9"
    assert headers["X-Several"] is None


def test_cookies_are_not_kept(url: str) -> None:
    assert "session" in http.get(f"{url}/headers")["headers"]["set-cookie"]
    assert echo(http.get(f"{url}/echo"))["headers"]["cookie"] is None


@pytest.mark.parametrize(
    "path, query, wanted",
    [
        ("/echo", {"q": "a b&c=d/é"}, "/echo?q=a%20b%26c%3Dd%2F%C3%A9"),
        ("/echo?x=1", {"n": 2, "f": 1.5, "yes": True}, "/echo?x=1&n=2&f=1.5&yes=true"),
        ("/echo", {}, "/echo"),
        ("/echo#part", {"a": "%"}, "/echo?a=%25"),
    ],
)
def test_query(url: str, path: str, query: dict[str, Any], wanted: str) -> None:
    fields = LuaTable(
        {key: from_text(value) if isinstance(value, str) else value for key, value in query.items()}
    )
    assert echo(http.get(url + path, new_table({"query": fields})))["path"] == wanted


def test_a_list_in_the_query_repeats_the_field(url: str) -> None:
    query = new_table({"id": sequence(1, 2), "raw": "\xff"})
    seen = echo(http.get(f"{url}/echo", new_table({"query": query})))
    assert seen["path"] == "/echo?id=1&id=2&raw=%FF"


def test_urls_may_hold_text(url: str) -> None:
    assert echo(http.get(from_text(f" {url}/echo/é ü")))["path"] == "/echo/%C3%A9%20%C3%BC"
    assert echo(http.get(f"{url}/echo/a%2Fb"))["path"] == "/echo/a%2Fb"


def test_binary_chunked_and_compressed_bodies(url: str) -> None:
    assert http.get(f"{url}/binary")["body"] == "".join(map(chr, range(256)))
    assert http.get(f"{url}/chunked")["body"] == "one two three"
    assert http.get(f"{url}/gzip")["body"] == "packed" * 1000


def test_a_large_body(url: str) -> None:
    body = http.get(f"{url}/large")["body"]
    assert len(body) == 50_000_000
    assert body[:2] + body[-2:] == "xxxx"


def test_redirects_are_followed(url: str) -> None:
    assert echo(http.get(f"{url}/redirect/302?to=/echo"))["path"] == "/echo"
    seen = echo(http.post(f"{url}/redirect/307?to=/echo", "again"))
    assert (seen["method"], seen["body"]) == ("POST", b"again")
    assert echo(http.post(f"{url}/redirect/303?to=/echo", "once"))["method"] == "GET"
    response = http.get(f"{url}/redirect/301?to=/echo", new_table({"follow_redirects": False}))
    assert (response["status"], response["headers"]["location"]) == (301, "/echo")
    with pytest.raises(LuaError, match="more than 10 redirects"):
        http.get(f"{url}/loop")


def test_secrets_do_not_follow_a_redirect_to_another_server(url: str, secure_url: str) -> None:
    headers = new_table({"PRIVATE-TOKEN": "a", "Authorization": "b", "X-Trace": "c"})
    options = new_table({"headers": headers, "verify": False})
    seen = echo(http.get(f"{url}/redirect/302?to={secure_url}/echo", options))["headers"]
    assert (seen["private-token"], seen["authorization"], seen["x-trace"]) == (None, None, "c")
    seen = echo(http.get(f"{url}/redirect/302?to={url}/echo", options))["headers"]
    assert (seen["private-token"], seen["authorization"]) == ("a", "b")


def test_connections_are_reused_and_survive_many_threads(url: str) -> None:
    ports = {http.get(f"{url}/connection")["body"] for _ in range(10)}
    assert len(ports) == 1
    answers: list[str] = []

    def ask() -> None:
        for _ in range(10):
            answers.append(http.get(f"{url}/binary")["body"])

    threads = [threading.Thread(target=ask) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 200
    assert set(answers) == {"".join(map(chr, range(256)))}


def test_after_close_there_are_new_connections(url: str) -> None:
    before = http.get(f"{url}/connection")["body"]
    http.close()
    assert http.get(f"{url}/connection")["body"] != before


def test_the_environments_proxy_is_used(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", url.replace("http://", "http://user:word@"))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    seen = echo(http.get("http://service.invalid/path?x=1"))
    assert seen["path"] == "http://service.invalid/path?x=1"
    expected = base64.b64encode(b"user:word").decode()
    assert seen["headers"]["proxy-authorization"] == f"Basic {expected}"
    monkeypatch.delenv("NO_PROXY")
    for host in ("127.0.0.1", "localhost"):
        own = url.replace("127.0.0.1", host)
        assert echo(http.get(f"{own}/echo"))["path"] == "/echo"


def test_an_answer_has_only_these_fields(url: str) -> None:
    assert list(http.get(f"{url}/status/200")) == ["status", "body", "headers"]
    assert Answer.__slots__ == ("status", "headers", "body")
