"""Small HTTP services on loopback that stand in for what an example's activities talk to."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any

Answer = Callable[[str, str, Any], tuple[int, object]]
"""Gets method, path and the decoded JSON body (None without one); gives the status and what to answer as JSON."""


class Service:
    """Answers every request with `answer` and remembers the requests; a context manager.

    `environment` are the variables by which Lua finds the service: name and the path that follows the service's address.
    """

    def __init__(self, name: str, environment: Mapping[str, str], answer: Answer) -> None:
        self.name = name
        self.received: list[str] = []
        handler = _handler(answer, self.received)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        address = f"http://127.0.0.1:{self._server.server_address[1]}"
        self.environment = {key: address + path for key, path in environment.items()}

    def __enter__(self) -> Service:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()


def _handler(answer: Answer, received: list[str]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def _handle(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0"))).decode()
            received.append(f"{self.command} {self.path} {body}".rstrip())
            status, content = answer(self.command, self.path, json.loads(body) if body else None)
            data = json.dumps(content).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = do_DELETE = _handle

        def log_message(self, format: str, *args: object) -> None:
            """Quiet: what was received is shown at the end."""

    return Handler
