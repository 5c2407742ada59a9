"""The server of a bench: Temporal's development server, or the time-skipping one, where days of waiting pass at once.

Out: a `BenchServer`. One of them may serve any number of benches, one after the other or at once.
SDK: temporalio.testing.WorkflowEnvironment.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from temporalio.client import Client

from ..temporal.dev_server import DevServer
from . import time_skipping

if TYPE_CHECKING:
    from temporalio.testing import WorkflowEnvironment


@dataclass(frozen=True)
class BenchServer:
    """A running server; made by `bench_server`."""

    client: Client
    """The SDK's client of the server. While it waits for a result, a time-skipping server skips time."""
    environment: WorkflowEnvironment | None = None
    """That of a time-skipping server, None for a development server."""

    async def sleep(self, seconds: float) -> None:
        """Lets `seconds` pass on the server: at once where time is skipped, as long as it takes elsewhere."""
        if self.environment is None:
            await asyncio.sleep(seconds)
        else:
            await self.environment.sleep(seconds)


@asynccontextmanager
async def bench_server(*, skip_time: bool = False) -> AsyncIterator[BenchServer]:
    """A server of one's own for a while. Raises `ServerUnavailable` with what to install."""
    if skip_time:
        environment = await time_skipping.start()
        async with environment:
            yield BenchServer(environment.client, environment)
        return
    server = DevServer()
    await asyncio.to_thread(server.__enter__)
    try:
        yield BenchServer(await Client.connect(server.address))
    finally:
        await asyncio.to_thread(server.stop)
