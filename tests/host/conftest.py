"""A real HTTP server on loopback, in a thread, that misbehaves on request; and an environment without proxies."""

from __future__ import annotations

import base64
import gzip
import json
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from assay.runtime.host import http

CERTIFICATE = Path(__file__).with_name("localhost.pem")
"""A certificate for localhost with its key, signed by itself, for these tests only."""

LARGE_BYTES = 50_000_000


class Handler(BaseHTTPRequestHandler):
    """The path's first part names what happens: /status/404, /slow/2, /echo, ..."""

    protocol_version = "HTTP/1.1"

    def handle_any(self) -> None:
        length = int(self.headers.get("content-length") or 0)
        self.body = self.rfile.read(length)
        name = urlsplit(self.path).path.split("/")[1]
        if self.path.startswith("http"):
            name = "echo"  # a request to a proxy
        getattr(self, f"serve_{name}")()

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = do_HEAD = handle_any

    def answer(self, body: bytes, status: int = 200, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def argument(self) -> str:
        return urlsplit(self.path).path.split("/")[2]

    def serve_echo(self) -> None:
        """What arrived, as JSON."""
        seen = {
            "method": self.command,
            "path": self.path,
            "headers": {name.lower(): value for name, value in self.headers.items()},
            "body": base64.b64encode(self.body).decode(),
        }
        self.answer(json.dumps(seen).encode(), Content_Type="application/json")

    def serve_status(self) -> None:
        status = int(self.argument())
        self.answer(b"" if status in (204, 304) else b"status " + str(status).encode(), status)

    def serve_redirect(self) -> None:
        target = parse_qs(urlsplit(self.path).query)["to"][0]
        self.answer(b"moved", int(self.argument()), Location=target)

    def serve_loop(self) -> None:
        self.answer(b"", 302, Location="/loop")

    def serve_slow(self) -> None:
        time.sleep(float(self.argument()))
        self.answer(b"late")

    def serve_drip(self) -> None:
        """A byte now and then: no single read takes long, all together without end."""
        self.send_response(200)
        self.send_header("Content-Length", "100")
        self.end_headers()
        try:
            for _ in range(100):
                self.wfile.write(b".")
                time.sleep(0.1)
        except OSError:
            pass
        self.close_connection = True

    def serve_broken(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "100")
        self.end_headers()
        self.wfile.write(b"only this")
        self.close_connection = True

    def serve_silent(self) -> None:
        self.close_connection = True

    def serve_nonsense(self) -> None:
        self.wfile.write(b"this is not HTTP\r\n\r\n")
        self.close_connection = True

    def serve_binary(self) -> None:
        self.answer(bytes(range(256)), Content_Type="application/octet-stream")

    def serve_chunked(self) -> None:
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for part in (b"one ", b"two ", b"three"):
            self.wfile.write(f"{len(part):x}\r\n".encode() + part + b"\r\n")
        self.wfile.write(b"0\r\n\r\n")

    def serve_gzip(self) -> None:
        self.answer(gzip.compress(b"packed" * 1000), Content_Encoding="gzip")

    def serve_large(self) -> None:
        self.answer(b"x" * LARGE_BYTES)

    def serve_headers(self) -> None:
        self.send_response(200)
        self.send_header("X-Several", "a")
        self.send_header("X-Several", "b")
        self.send_header("X-Bytes", "caf\xe9")
        self.send_header("Set-Cookie", "session=secret; Path=/")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def serve_connection(self) -> None:
        """The client's port: the same for two requests over one connection."""
        self.answer(str(self.client_address[1]).encode())

    def log_message(self, format: str, *args: object) -> None:
        pass


class QuietServer(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that went away is what many of these tests are about."""


@contextmanager
def running(server: QuietServer) -> Iterator[QuietServer]:
    """Serves in a thread while the code inside runs."""
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(scope="session")
def _server() -> Iterator[QuietServer]:
    with running(QuietServer(("127.0.0.1", 0), Handler)) as server:
        yield server


@pytest.fixture(scope="session")
def _secure_server() -> Iterator[QuietServer]:
    server = QuietServer(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    with running(server):
        yield server


@pytest.fixture
def url(_server: QuietServer) -> str:
    """The server's address."""
    return f"http://127.0.0.1:{_server.server_port}"


@pytest.fixture
def secure_url(_secure_server: QuietServer) -> str:
    """The address of the server that speaks TLS."""
    return f"https://localhost:{_secure_server.server_port}"


@pytest.fixture(autouse=True)
def _no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for scheme in ("http", "https", "all", "no"):
        monkeypatch.delenv(f"{scheme}_proxy", raising=False)
        monkeypatch.delenv(f"{scheme.upper()}_PROXY", raising=False)


@pytest.fixture(scope="session", autouse=True)
def _close_connections() -> Iterator[None]:
    yield
    http.close()
