"""`assay dev FILE.lua`: the loop of writing a worker. Ctrl-C ends it.

When no server answers where the source says, one is started, with its UI. The worker runs in a process of its own; a change of
the source that compiles replaces it, after a warning when open workflows could not go on with the new source. A change with errors
leaves the old worker running.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import ModuleType

    from assay.runtime.temporal.worker_definition import WorkerDefinition
    from temporalio.client import Client

_DRAIN_SECONDS = 20.0
"""How long a worker may take to end before it is killed; more than it gives its activities."""
_CONNECT_SECONDS = 2.0
_OPEN_WORKFLOWS = 50
"""How many open workflows are replayed before a new worker takes over."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    _add_server_arguments(parser)
    parser.add_argument("file", type=Path, metavar="FILE.lua", help="the source of the worker")
    parser.add_argument(
        "arguments", nargs=argparse.REMAINDER, metavar="OPTIONS", help="options of the worker"
    ).required = False


def _add_server_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--address", metavar="HOST:PORT", help="the server (default: the source's)")
    parser.add_argument("--namespace", help="the namespace (default: the source's)")
    parser.add_argument(
        "--db",
        type=Path,
        metavar="FILE",
        help="where a server that is started keeps its workflows (default: in memory)",
    )


def _take_server_arguments(given: argparse.Namespace) -> None:
    """Those of the server that stand behind the file, where the worker's are, are taken as if they stood before it."""
    parser = argparse.ArgumentParser(prog="assay dev", add_help=False, allow_abbrev=False)
    _add_server_arguments(parser)
    _, given.arguments = parser.parse_known_args(given.arguments, given)


def run(given: argparse.Namespace) -> int:
    """Serves until it is interrupted; 0 then, 1 when there is no server to be had, 2 for what is no worker."""
    _take_server_arguments(given)
    from assay.runtime.temporal.connection import ConnectionProblem
    from assay.runtime.temporal.server_binary import ServerUnavailable

    from .loading import NotCompiled, load

    try:
        loaded = load(given.file, quiet=False)
    except NotCompiled as problem:
        return problem.status
    if not loaded.is_worker:
        return _wrong(f"{given.file} is no worker: it does not call temporal.worker", 2)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with _server(given, loaded.package) as address, suppress(KeyboardInterrupt):
            _Loop(given, address).go_on()
    except (ConnectionProblem, ServerUnavailable) as problem:
        return _wrong(str(problem), 1)
    except KeyboardInterrupt:
        pass
    return 0


def _wrong(message: str, status: int) -> int:
    print(f"assay dev: {message}", file=sys.stderr)
    return status


def _say(message: str) -> None:
    print(f"dev: {message}", flush=True)


@contextmanager
def _server(given: argparse.Namespace, package: ModuleType) -> Iterator[str]:
    """The address of a server: the one that is asked for if it answers, else of one started here."""
    from assay.runtime.temporal.connection import (
        ConnectionSettings,
        checked_address,
        with_environment,
    )
    from assay.runtime.temporal.dev_server import HOST, DevServer
    from assay.runtime.temporal.worker_definition import workers_of

    first = workers_of(package)[0]
    settings = with_environment(ConnectionSettings(first.address, first.namespace))
    address = checked_address(given.address or settings.address)
    if _answers(address):
        _say(f"server at {address}")
        yield address
        return
    host, _, port = address.rpartition(":")
    # At the address that the source's clients use, when it is one of this machine.
    is_here = host in ("localhost", HOST)
    with DevServer(ui=True, database=given.db, port=int(port) if is_here else None) as server:
        _say(
            f"no server answers at {address}; started one at {server.address}, UI at {server.ui_address}"
        )
        yield server.address


def _answers(address: str) -> bool:
    host, _, port = address.rpartition(":")
    try:
        socket.create_connection((host.strip("[]"), int(port)), _CONNECT_SECONDS).close()
    except OSError:
        return False
    return True


class _Loop:
    """One worker after the other."""

    def __init__(self, given: argparse.Namespace, address: str) -> None:
        self._given = given
        self._address = address

    def go_on(self) -> None:
        """Runs workers until KeyboardInterrupt."""
        from ..watching import changes

        with ExitStack() as worker:
            for is_first in changes([self._given.file]):
                if is_first:
                    _say("watching for changes; Ctrl-C ends it")
                elif not self._compiles():
                    continue
                worker.close()
                worker.enter_context(self._worker())

    def _compiles(self) -> bool:
        """Shows what is wrong with the source, and which open workflows could not go on with it."""
        from .loading import NotCompiled, load

        try:
            loaded = load(self._given.file, quiet=False)
        except NotCompiled:
            _say("the source has errors; the worker from before goes on")
            return False
        if not loaded.is_worker:
            _say("the source is no worker any more; the worker from before goes on")
            return False
        asyncio.run(self._check_open_workflows(loaded.package))
        _say("changed: the worker starts again")
        return True

    async def _check_open_workflows(self, package: ModuleType) -> None:
        from assay.runtime.temporal.connection import ConnectionSettings, connect
        from assay.runtime.temporal.worker_definition import workers_of
        from temporalio.service import RPCError

        for worker in workers_of(package):
            namespace = self._given.namespace or worker.namespace
            try:
                client = await connect(ConnectionSettings(self._address, namespace))
                await _check(client, worker)
            except RPCError as problem:
                _say(f"open workflows were not checked: {problem.message}")

    @contextmanager
    def _worker(self) -> Iterator[None]:
        """A worker in a process of its own, drained at the end of the block."""
        from assay.runtime.temporal.dev_server import GUARD

        command = [sys.executable, "-m", "assay.transpiler.commands.main", "run"]
        command += [str(self._given.file), "--address", self._address]
        if self._given.namespace:
            command += ["--namespace", self._given.namespace]
        command += self._given.arguments
        # In a group of its own: Ctrl-C of the terminal is for this process, which ends the worker in order.
        process = subprocess.Popen(
            ["sh", "-c", GUARD, "sh", *command], stdin=subprocess.PIPE, start_new_session=True
        )
        assert process.stdin is not None
        try:
            yield
        finally:
            process.stdin.close()
            try:
                process.wait(_DRAIN_SECONDS)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


async def _check(client: Client, worker: WorkerDefinition) -> None:
    """Tells which open workflows of `worker` could not go on with it. Raises RPCError."""
    from assay.runtime.temporal.replay import compare

    query = f"TaskQueue = '{worker.task_queue}' AND ExecutionStatus = 'Running'"
    async for found in client.list_workflows(query, limit=_OPEN_WORKFLOWS):
        handle = client.get_workflow_handle(found.id, run_id=found.run_id)
        comparison = await compare(worker.workflows, await handle.fetch_history())
        for difference in comparison.differences:
            if difference.breaks:
                _say(f"warning: workflow {found.id} cannot go on: {difference}")
