"""Compiles promotion.lua, runs it on a real Temporal server beside stand-ins for GitLab and the chat, and shows what happened.

`--keep` leaves server, worker and services running until Ctrl-C, for a look at the web UI.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from assay.runtime.temporal.dev_server import DevServer, ServerUnavailable

HERE = Path(__file__).resolve().parent
BUILD = HERE / "build"


class Service:
    """A small HTTP service on loopback that answers every POST and remembers what it received."""

    def __init__(self, name: str, status: int, answer: object) -> None:
        self.name = name
        self.received: list[str] = []
        received = self.received

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", "0"))).decode()
                received.append(f"{self.command} {self.path} {body}")
                data = json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, format: str, *args: object) -> None:
                """Quiet: what was received is shown at the end."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Service:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


@contextmanager
def worker(address: str) -> Iterator[subprocess.Popen[bytes]]:
    """The compiled worker as a user runs it: `python -m promotion.worker`."""
    command = [sys.executable, "-m", "promotion.worker", "--address", address]
    process = subprocess.Popen(command, cwd=BUILD)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(timeout=30)


def run_starter(environment: dict[str, str], working: subprocess.Popen[bytes]) -> int:
    """Runs start.py to its end; it would wait for ever for a worker that has died."""
    starter = subprocess.Popen([sys.executable, str(BUILD / "start.py")], env=environment)
    while starter.poll() is None:
        if working.poll() is not None:
            starter.kill()
            say(f"the worker ended with status {working.returncode}")
            return 1
        time.sleep(0.1)
    return starter.returncode


def say(text: str) -> None:
    print(f"== {text}", flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keep", action="store_true", help="leave everything running until Ctrl-C")
    keep = parser.parse_args().keep

    say("compiling promotion.lua and start.lua")
    compiler = Path(sys.executable).with_name("assay-compile")
    sources = [str(HERE / name) for name in ("promotion.lua", "start.lua")]
    compiled = subprocess.run([str(compiler), *sources, "-o", str(BUILD)], check=False)
    if compiled.returncode:
        return compiled.returncode

    with ExitStack() as stack:
        say("starting a Temporal server (getting it first takes minutes, once)")
        server = stack.enter_context(DevServer(ui=True))
        gitlab = stack.enter_context(Service("GitLab", 201, {"short_id": "ed899a2f"}))
        chat = stack.enter_context(Service("chat webhook", 200, {"ok": True}))
        say(f"server at {server.address}, web UI at {server.ui_address}")
        working = stack.enter_context(worker(server.address))

        say("running start.py: start the workflow, approve, wait for the result")
        environment = {
            **os.environ,
            "TEMPORAL_ADDRESS": server.address,
            "GITLAB_URL": f"{gitlab.url}/api/v4/projects/123/repository/commits",
            "GITLAB_TOKEN": "a-token",
            "CHAT_WEBHOOK": f"{chat.url}/hooks/deployments",
        }
        status = run_starter(environment, working)

        for service in (gitlab, chat):
            say(f"{service.name} received")
            for request in service.received:
                print(f"   {request}")
        say(f"generated files in {BUILD}")
        if keep:
            say(f"web UI at {server.ui_address}; Ctrl-C stops everything")
            with stack.pop_all():
                wait_for_interrupt()
        return status


def wait_for_interrupt() -> None:
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        print()


if __name__ == "__main__":
    try:
        sys.exit(main())
    except ServerUnavailable as problem:
        sys.exit(f"no Temporal server: {problem}")
