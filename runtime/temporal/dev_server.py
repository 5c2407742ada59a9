"""A Temporal server for development and tests: started on loopback, stopped when done.

`python -m assay.runtime.temporal.dev_server` prints the path of the server's binary, after getting it if need be.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import IO, Final

from .server_binary import ServerUnavailable, find_or_build_server

__all__ = ["DevServer", "ServerUnavailable", "find_or_build_server", "main"]

HOST: Final = "127.0.0.1"
START_SECONDS: Final = 30.0
STOP_SECONDS: Final = 5.0
_START_ATTEMPTS = 3

_TUNING = (
    # The stock server dispatches 20 tasks a second after a burst and fires timers up to a second late.
    "history.transferProcessorMaxPollRPS=100000",
    "history.visibilityProcessorMaxPollRPS=100000",
    "history.timerProcessorMaxPollRPS=100000",
    'history.timerProcessorMaxTimeShift="1ms"',
    'history.workflowIdReuseMinimalInterval="0s"',
    "matching.numTaskqueueReadPartitions=1",
    "matching.numTaskqueueWritePartitions=1",
)

GUARD = """
exec 3<&0
"$@" <&- &
server=$!
{ read -r _ <&3; kill $server 2>/dev/null; } &
wait $server
"""
"""A shell script: runs a program until standard input ends, which it does when the process that started it is gone, however
that went."""


class DevServer:
    """A running server; a context manager.

    `tuned` removes the stock server's own throttles (for tests and measurements), `ui` serves the web UI, `database` is a
    file in which workflows outlive the server (in memory when None), `search_attributes` are the custom ones that it knows:
    name and type ("Keyword", "Int", "Double", "Bool", "Datetime", "Text" or "KeywordList"), `port` is that of gRPC (a free one),
    `dynamic_config` are further settings of the server by name, their values in YAML.
    """

    def __init__(
        self,
        binary: Path | None = None,
        *,
        tuned: bool = True,
        ui: bool = False,
        database: Path | None = None,
        search_attributes: Mapping[str, str] | None = None,
        port: int | None = None,
        dynamic_config: Mapping[str, str] | None = None,
    ) -> None:
        self._binary = binary
        self._dynamic_config = dynamic_config or {}
        self._search_attributes = search_attributes or {}
        self._tuned = tuned
        self._ui = ui
        self._database = database
        self._process: subprocess.Popen[bytes] | None = None
        self._log: IO[bytes] | None = None
        self._ports = (0, 0, 0)
        self._port = port

    @property
    def address(self) -> str:
        """The gRPC address, "host:port"."""
        return f"{HOST}:{self._ports[0]}"

    @property
    def http_address(self) -> str:
        """The address of the HTTP API, "http://host:port"."""
        return f"http://{HOST}:{self._ports[1]}"

    @property
    def ui_address(self) -> str | None:
        """The address of the web UI, None when it is off."""
        return f"http://{HOST}:{self._ports[2]}" if self._ui else None

    def __enter__(self) -> DevServer:
        binary = self._binary or find_or_build_server(_print_progress)
        self._binary = binary
        for attempt in range(1, _START_ATTEMPTS + 1):
            try:
                first, second, third = _free_ports(3)
                self._ports = (self._port or first, second, third)
                self._start(binary)
                return self
            except ServerUnavailable:
                # Another process may have taken one of the free ports in between.
                if attempt == _START_ATTEMPTS:
                    raise
            except BaseException:
                self.stop()
                raise
        raise AssertionError("unreachable")

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    def kill(self) -> None:
        """Ends the server as a power failure would; `restart` brings it back. For tests of what survives that."""
        if self._process is not None:
            # The server itself is a child of the shell, in the shell's process group.
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        self.stop()

    def restart(self) -> None:
        """Starts the server again after `kill`, at the same addresses; what is in its database file is there again.

        A client that goes on calling the dead address may hold the port for a moment, so this is tried for a while.
        Raises `ServerUnavailable`.
        """
        assert self._binary is not None, "the server was never started"
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                self._start(self._binary)
                return
            except ServerUnavailable:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.2)

    def _start(self, binary: Path) -> None:
        first, second, third = self._ports
        command = [str(binary), "server", "start-dev", "--ip", HOST, "--log-level", "error"]
        command += ["--port", str(first), "--http-port", str(second)]
        command += ["--ui-port", str(third)] if self._ui else ["--headless"]
        if self._database is not None:
            command += ["--db-filename", str(self._database)]
        for name, kind in self._search_attributes.items():
            command += ["--search-attribute", f"{name}={kind}"]
        further = [f"{name}={value}" for name, value in self._dynamic_config.items()]
        for value in (*(_TUNING if self._tuned else ()), *further):
            command += ["--dynamic-config-value", value]
        self._log = tempfile.TemporaryFile()  # noqa: SIM115  # open until stop()
        self._process = subprocess.Popen(
            ["sh", "-c", GUARD, "sh", *command],
            stdin=subprocess.PIPE,
            stdout=self._log,
            stderr=self._log,
            # Ctrl-C is for this process, which may still need the server to end in order.
            start_new_session=True,
        )
        self._wait_until_usable()

    def _wait_until_usable(self) -> None:
        assert self._process is not None
        url = f"{self.http_address}/api/v1/namespaces/default"
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                break
            with contextlib.suppress(urllib.error.URLError, OSError):
                opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
                with opener.open(url, timeout=2):
                    return
            time.sleep(0.02)
        output = self._output()
        self.stop()
        raise ServerUnavailable(f"the Temporal server did not start: {output or 'no output'}")

    def _output(self) -> str:
        if self._log is None:
            return ""
        self._log.seek(0)
        lines = self._log.read().decode("utf-8", "replace").strip().splitlines()
        return " ".join(lines[-3:])

    def stop(self) -> None:
        """Stops the server; does nothing when it is not running."""
        process, self._process = self._process, None
        if process is not None:
            assert process.stdin is not None
            process.stdin.close()
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        if self._log is not None:
            self._log.close()
            self._log = None


def _free_ports(count: int) -> list[int]:
    sockets = [socket.socket() for _ in range(count)]
    try:
        for each in sockets:
            each.bind((HOST, 0))
        return [each.getsockname()[1] for each in sockets]
    finally:
        for each in sockets:
            each.close()


def _print_progress(message: str) -> None:
    print(message, file=sys.stderr, flush=True)


def main() -> int:
    """Prints the path of the binary on standard output, progress on standard error; 1 when it cannot be got."""
    try:
        print(find_or_build_server(_print_progress))
    except ServerUnavailable as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
