"""No log line and no error of `http` shows a secret: a canary stands in every place where people put them."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from assay.runtime import LuaTable, new_table, sequence
from assay.runtime.errors import LuaError
from assay.runtime.host import http, log

CANARY = "canary1Secret"
NAMES = ("Authorization", "PRIVATE-TOKEN", "Cookie", "X-Api-Key", "X-Vault-Token", "api_key")


def with_canary(**options: Any) -> LuaTable:
    """Options whose headers and query hold the canary."""
    headers = new_table(dict.fromkeys(NAMES, CANARY))
    return LuaTable({"headers": headers, "query": new_table({"api_key": CANARY}), **options})


def test_logs_of_a_request(url: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    secret_url = url.replace("http://", f"http://user:{CANARY}@")
    assert http.get(f"{secret_url}/echo", with_canary())["status"] == 200
    assert http.get(f"{url}/redirect/302?to=/headers", with_canary())["status"] == 200
    assert http.post(f"{url}/echo", new_table({"password": CANARY}), with_canary())["status"] == 200
    assert CANARY not in caplog.text
    assert "session=secret" not in caplog.text
    assert f"GET {url}/echo: 200" in caplog.text


def test_logs_of_other_clients_are_left_alone(url: str, caplog: pytest.LogCaptureFixture) -> None:
    import httpx

    http.get(f"{url}/echo")
    caplog.set_level(logging.INFO)
    httpx.get(f"{url}/echo", trust_env=False)
    assert "HTTP Request: GET" in caplog.text


@pytest.mark.parametrize(
    "wrong_url, options",
    [
        (f"http://user:{CANARY}@127.0.0.1:1/x", {}),
        (f"http://user:{CANARY}@127.0.0.1:port/x", {}),
        (f"http://user:{CANARY}@[::1/x", {}),
        (f"http://user:{CANARY}@/x", {}),
        (f"https://127.0.0.1:1/hooks/{CANARY}{CANARY}", {}),
        (f"http://127.0.0.1:1/x?token={CANARY}#{CANARY}", {}),
        ("http://127.0.0.1:1/x", {"headers": new_table({"Authorization": f"{CANARY}\x01"})}),
        ("http://127.0.0.1:1/x", {"headers": new_table({"Authorization": f"{CANARY}\r\n"})}),
        ("http://127.0.0.1:1/x", {"headers": new_table({"Authorization": sequence(CANARY)})}),
        (f"ftp://user:{CANARY}@127.0.0.1/x", {}),
        (f"user:{CANARY}@127.0.0.1/x", {}),
    ],
)
def test_errors(wrong_url: str, options: dict[str, Any], caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with pytest.raises(LuaError) as caught:
        http.get(wrong_url, with_canary(**options))
    assert CANARY not in str(caught.value)
    assert CANARY not in caplog.text
    assert caught.value.__cause__ is None


def test_errors_of_a_proxy(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for proxy in (f"http://user:{CANARY}@127.0.0.1:1", f"http://user:{CANARY}@127.0.0.1:port"):
        monkeypatch.setenv("HTTP_PROXY", proxy)
        with pytest.raises(LuaError) as caught:
            http.get("http://service.invalid/x")
        assert CANARY not in str(caught.value) + caplog.text


def test_fields_of_log_lines(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    fields = new_table(
        {"request": new_table({"headers": new_table(dict.fromkeys(NAMES, CANARY)), "n": 1})}
    )
    log.logger.propagate = True
    log.info("sent", fields)
    log.error("sent", new_table(dict.fromkeys(NAMES, CANARY)))
    assert CANARY not in caplog.text
    assert '"n":1' in caplog.text
    assert "PRIVATE-TOKEN=***" in caplog.text
