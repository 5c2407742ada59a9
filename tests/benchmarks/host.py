"""What the host globals cost beside the libraries they stand on: `http.get` beside bare httpx, `json` beside the standard library.

    .venv/bin/python tests/benchmarks/host.py [--repetitions N]

Both sides of a pair take turns in one process; a figure is the least processor time of a side over all turns, so that other
programs on the machine disturb little. The HTTP server is a process of its own. A ratio is our speed as a share of the other's.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import socket
import sys
import time
from collections.abc import Callable
from typing import Any

import httpx
from assay.runtime import LuaTable, from_text, new_table
from assay.runtime.host import http
from assay.runtime.host import json as lua_json
from assay.runtime.temporal.activity_context import ActivityContext, running_in

REQUESTS = 200
_ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (
    1000,
    b"x" * 1000,
)

TARGETS = {"http.get": 0.8, "http.get in an activity": 0.8, "json.parse": 0.3, "json.encode": 0.3}


def serve(listener: socket.socket) -> None:
    """Answers every request on every connection, one connection after the other."""
    while True:
        connection, _ = listener.accept()
        with connection:
            data = b""
            while chunk := connection.recv(65536):
                data += chunk
                while b"\r\n\r\n" in data:
                    _, _, data = data.partition(b"\r\n\r\n")
                    connection.sendall(_ANSWER)


def processor_seconds(work: Callable[[], object]) -> float:
    """What one run of `work` takes."""
    start = time.process_time()
    work()
    return time.process_time() - start


def least(pairs: dict[str, Callable[[], object]], repetitions: int) -> dict[str, float]:
    """The least time of each, taking turns."""
    found = dict.fromkeys(pairs, float("inf"))
    for _ in range(repetitions):
        for name, work in pairs.items():
            found[name] = min(found[name], processor_seconds(work))
    return found


def measure_http(repetitions: int) -> dict[str, tuple[float, float]]:
    """Milliseconds for one request over a connection that is open: ours, theirs."""
    listeners = [socket.create_server(("127.0.0.1", 0)) for _ in range(2)]
    servers = [multiprocessing.Process(target=serve, args=(one,), daemon=True) for one in listeners]
    for server in servers:
        server.start()
    ours, theirs = (f"http://127.0.0.1:{one.getsockname()[1]}/x" for one in listeners)
    options = new_table({"headers": new_table({"private-token": "abc"})})
    with httpx.Client(trust_env=False) as client:

        def bare() -> None:
            for _ in range(REQUESTS):
                assert len(client.get(theirs, headers={"private-token": "abc"}).content) == 1000

        def lua() -> None:
            for _ in range(REQUESTS):
                assert len(http.get(ours, options)["body"]) == 1000

        def in_activity() -> None:
            with running_in(ActivityContext(lambda details: None)):
                lua()

        found = least({"bare": bare, "lua": lua, "activity": in_activity}, repetitions)
    http.close()
    for server in servers:
        server.terminate()
    each = {name: seconds * 1000 / REQUESTS for name, seconds in found.items()}
    return {
        "http.get": (each["lua"], each["bare"]),
        "http.get in an activity": (each["activity"], each["bare"]),
    }


def document() -> Any:
    """About 1 MB of JSON as an API answers: objects with text, numbers, lists, some of it not ASCII."""
    item = {
        "id": 123456,
        "name": "service-main",
        "title": "Änderung übernehmen",
        "weight": 0.25,
        "active": True,
        "parent": None,
        "labels": ["production", "europe", "tier-1"],
        "owner": {"id": 17, "username": "deploy", "avatar": "https://example.com/a.png"},
    }
    return [{**item, "id": number} for number in range(4500)]


def measure_json(repetitions: int) -> dict[str, tuple[float, float]]:
    """Milliseconds for the document: ours, theirs."""
    plain = document()
    text = json.dumps(plain, ensure_ascii=False, separators=(",", ":"))
    lua_text = from_text(text)
    table = lua_json.parse(lua_text)
    assert isinstance(table, LuaTable)
    assert abs(len(lua_text) - 1_000_000) < 100_000, len(lua_text)
    found = least(
        {
            "parse": lambda: lua_json.parse(lua_text),
            "loads": lambda: json.loads(text),
            "encode": lambda: lua_json.encode(table),
            "dumps": lambda: json.dumps(plain, ensure_ascii=False, separators=(",", ":")),
        },
        repetitions,
    )
    each = {name: seconds * 1000 for name, seconds in found.items()}
    return {
        "json.parse": (each["parse"], each["loads"]),
        "json.encode": (each["encode"], each["dumps"]),
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repetitions", type=int, default=20, help="turns (default 20)")
    repetitions = parser.parse_args().repetitions
    rows = {**measure_http(repetitions), **measure_json(repetitions)}
    print(f"{'':26}{'ours ms':>10}{'theirs ms':>11}{'ratio':>8}{'target':>8}")
    for name, (ours, theirs) in rows.items():
        print(f"{name:26}{ours:10.3f}{theirs:11.3f}{theirs / ours:8.2f}{TARGETS[name]:8.2f}")
    return int(any(theirs / ours < TARGETS[name] for name, (ours, theirs) in rows.items()))


if __name__ == "__main__":
    sys.exit(main())
