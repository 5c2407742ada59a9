"""What makes the disorder: worker processes that are killed and started again, and a server that loses its power.

Workers run as in production: `python -m PACKAGE.worker`, started again by a supervisor whenever they end.
"""

from __future__ import annotations

import asyncio
import random
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from assay.runtime.temporal.dev_server import DevServer

_CACHES = ("0", "5", "1000")
"""How many workflows the workers keep in memory: none, fewer than there are, all."""


@dataclass
class Counts:
    """How often what happened."""

    worker_kills: int = 0
    server_kills: int = 0
    worker_starts: int = 0


@dataclass
class Disorder:
    """Processes and the dice. The workers are those of folder/PACKAGE."""

    folder: Path
    package: str
    queue: str
    server: DevServer
    draw: random.Random
    counts: Counts = field(default_factory=Counts)
    processes: dict[int, asyncio.subprocess.Process] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._log = (self.folder / "workers.log").open("ab")

    def worker_log(self) -> str:
        """The end of what the workers wrote to standard error."""
        self._log.close()
        return (self.folder / "workers.log").read_text(errors="replace")[-2000:]

    async def _keep_running(self, number: int) -> None:
        command = [sys.executable, "-m", f"{self.package}.worker", "--address", self.server.address]
        cache = _CACHES[number % len(_CACHES)]
        while True:
            process = await asyncio.create_subprocess_exec(
                *command,
                *("--task-queue", self.queue, "--max-cached-workflows", cache),
                cwd=self.folder,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=self._log,
            )
            self.counts.worker_starts += 1
            self.processes[number] = process
            try:
                await process.wait()
                # It ends by itself when the server was away as it started.
                await asyncio.sleep(0.1)
            finally:
                if process.returncode is None:
                    process.kill()
                    await process.wait()

    @asynccontextmanager
    async def workers(self, count: int) -> AsyncIterator[None]:
        """`count` worker processes, each started again whenever it ends."""
        tasks = [asyncio.ensure_future(self._keep_running(number)) for number in range(count)]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def go_on(self, seconds: float) -> None:
        """Kills at random moments for `seconds`: some workers, then the server, which is back a moment later, and so on."""
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        while loop.time() < end:
            for _ in range(self.draw.randint(2, 4)):
                await asyncio.sleep(self.draw.uniform(0.3, 1.2))
                self._kill_worker()
            await asyncio.sleep(self.draw.uniform(0.1, 0.6))
            await asyncio.to_thread(self._restart_server)

    def _kill_worker(self) -> None:
        process = self.processes[self.draw.choice(sorted(self.processes))]
        if process.returncode is None:
            process.kill()
            self.counts.worker_kills += 1

    def _restart_server(self) -> None:
        self.server.kill()
        self.server.restart()
        self.counts.server_kills += 1
