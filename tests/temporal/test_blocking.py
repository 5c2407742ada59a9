"""Activities that wait in host functions: the worker heartbeats for them; cancellation and the worker's end stop them."""

from __future__ import annotations

import asyncio
import sqlite3
import types
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from assay.runtime.host import http_client
from assay.runtime.temporal.connection import ConnectionSettings
from assay.runtime.temporal.worker import WorkerSettings, run_worker
from compiled import compile_package
from temporalio.client import Client, WorkflowFailureError, WorkflowHandle
from temporalio.exceptions import CancelledError
from temporalio.worker import UnsandboxedWorkflowRunner, Worker
from workers import on_loop, unique

ACTIVITIES = ("fetch", "nap", "store")
ENDLESS = "with recursive t(n) as (select 1 union all select n + 1 from t) select max(n) from t"
STOPPED = "stopped because the activity was canceled"

_HEARTBEAT_TIMEOUT = 4
_OUTLASTS = 4.5
"""Seconds that activities run which would time out without heartbeats."""


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> types.ModuleType:
    """What tests/temporal/lua/blocking.lua compiles to."""
    return compile_package("blocking", tmp_path_factory.mktemp("blocking"))


class SlowServer:
    """Answers HTTP requests once `release` is set, and counts them."""

    def __init__(self) -> None:
        self.release = asyncio.Event()
        self.requests = 0
        self.url = ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with closing(writer):
            await reader.readuntil(b"\r\n\r\n")
            self.requests += 1
            await self.release.wait()
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
            await writer.drain()
            await reader.read()


@asynccontextmanager
async def slow_server() -> AsyncIterator[SlowServer]:
    slow = SlowServer()
    server = await asyncio.start_server(slow.serve, "127.0.0.1", 0)
    slow.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    try:
        yield slow
    finally:
        slow.release.set()
        server.close()


class Started:
    """One workflow for each activity, and the files in which the activities note how they ended."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.handles: dict[str, WorkflowHandle[Any, Any]] = {}

    async def start(self, client: Client, queue: str, common: dict[str, Any]) -> None:
        for name in ACTIVITIES:
            given = {**common, "activity": name, "file": str(self.folder / name)}
            self.handles[name] = await client.start_workflow(
                "Blocking", given, id=unique("blocking"), task_queue=queue
            )
        for handle in self.handles.values():
            await _until_activity_runs(handle)

    async def notes(self) -> dict[str, str]:
        """What the activities wrote, once all of them have."""
        while not all((self.folder / name).exists() for name in ACTIVITIES):
            await asyncio.sleep(0.02)
        return {name: (self.folder / name).read_text() for name in ACTIVITIES}


async def _until_activity_runs(handle: WorkflowHandle[Any, Any]) -> None:
    while True:
        description = await handle.describe()
        assert description.close_time is None
        pending = description.raw_description.pending_activities
        if pending and pending[0].HasField("last_started_time"):
            return
        await asyncio.sleep(0.02)


def _worker(client: Client, package: types.ModuleType, queue: str, drain: float) -> Worker:
    return Worker(
        client,
        task_queue=queue,
        workflows=package.WORKFLOWS,
        activities=package.ACTIVITIES,
        workflow_runner=UnsandboxedWorkflowRunner(),
        graceful_shutdown_timeout=timedelta(seconds=drain),
        # The SDK's core holds heartbeats back for 0.8 of their timeout otherwise: on a busy machine the next one is late.
        max_heartbeat_throttle_interval=timedelta(seconds=0.2),
    )


def _check(notes: dict[str, str]) -> None:
    assert notes["nap"] == f"CANCELED: sleep: {STOPPED}"
    assert notes["fetch"] == f"CANCELED: http.get: {STOPPED}"
    assert notes["store"] == f"CANCELED: db.execute: {STOPPED}"


def test_the_worker_heartbeats_for_them(
    address: str, package: types.ModuleType, tmp_path: Path
) -> None:
    database = tmp_path / "test.db"

    async def scenario() -> None:
        client, queue = await Client.connect(address), unique("queue")
        with closing(sqlite3.connect(database, isolation_level=None)) as blocker:
            blocker.execute("create table t (n integer)")
            blocker.execute("begin immediate")
            async with slow_server() as slow, _worker(client, package, queue, 1):
                started = Started(tmp_path)
                await started.start(
                    client,
                    queue,
                    {
                        "url": slow.url,
                        "seconds": _OUTLASTS,
                        "database": f"sqlite://{database}",
                        "sql": "insert into t values (1)",
                        "heartbeat_timeout": _HEARTBEAT_TIMEOUT,
                    },
                )
                await asyncio.sleep(_OUTLASTS)
                slow.release.set()
                blocker.execute("commit")
                for handle in started.handles.values():
                    assert await handle.result() == "done"

    on_loop(scenario)


def test_cancellation_stops_them(address: str, package: types.ModuleType, tmp_path: Path) -> None:
    async def scenario() -> None:
        client, queue = await Client.connect(address), unique("queue")
        async with slow_server() as slow, _worker(client, package, queue, 1):
            started = Started(tmp_path)
            common = {"url": slow.url, "seconds": 600, "database": "sqlite:", "sql": ENDLESS}
            await started.start(client, queue, {**common, "heartbeat_timeout": _HEARTBEAT_TIMEOUT})
            for handle in started.handles.values():
                await handle.cancel()
            _check(await started.notes())
            for handle in started.handles.values():
                with pytest.raises(WorkflowFailureError) as caught:
                    await handle.result()
                assert isinstance(caught.value.cause, CancelledError)

    on_loop(scenario)


def test_the_end_of_the_worker_stops_them_and_closes_connections(
    address: str, package: types.ModuleType, tmp_path: Path
) -> None:
    async def scenario() -> None:
        client, queue = await Client.connect(address), unique("queue")
        settings = WorkerSettings(
            ConnectionSettings(address, "default"),
            queue,
            graceful_shutdown_timeout=timedelta(seconds=0.5),
        )
        stop = asyncio.Event()
        async with slow_server() as slow:
            running = asyncio.ensure_future(
                run_worker(client, settings, package.WORKFLOWS, package.ACTIVITIES, stop=stop)
            )
            started = Started(tmp_path)
            common = {"url": slow.url, "seconds": 600, "database": "sqlite:", "sql": ENDLESS}
            await started.start(client, queue, common)
            while not (slow.requests and http_client._clients):
                await asyncio.sleep(0.02)
            stop.set()
            await running
            _check(await started.notes())
            assert http_client._clients == {}

    on_loop(scenario)
