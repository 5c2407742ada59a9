"""What the tests on a real server share: workers in all modes, unique names, histories that are replayed."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import uuid
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

import cases
import pytest
from killing import Gate, Killer
from progress import progress
from temporalio.client import Client, WorkflowHandle
from temporalio.worker import Replayer, UnsandboxedWorkflowRunner, Worker
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner

T = TypeVar("T")

TIME_LIMIT = 60.0
"""Seconds that no test takes, even on a busy machine; what takes longer hangs."""


@dataclass(frozen=True)
class Mode:
    """How a worker runs workflows: in the SDK's sandbox or not, keeping them in memory or replaying every task; or a process
    that is killed at every wait."""

    sandboxed: bool
    cached: bool
    killed: bool = False

    def __str__(self) -> str:
        if self.killed:
            return "killed"
        return f"{'sandboxed' if self.sandboxed else 'plain'}-{'cached' if self.cached else 'uncached'}"

    @property
    def runner(self) -> Any:
        return SandboxedWorkflowRunner() if self.sandboxed else UnsandboxedWorkflowRunner()


MODES = [Mode(sandboxed, cached) for sandboxed in (True, False) for cached in (True, False)]
all_modes = pytest.mark.parametrize("mode", MODES, ids=str)
KILLED = Mode(sandboxed=False, cached=True, killed=True)
MODES_AND_KILLED = [*MODES]
"""With `--kill-all` (`make test-kill`) workers are killed as well, under tests whose workflows are compiled packages."""

all_modes_and_killed = pytest.mark.parametrize("mode", MODES_AND_KILLED, ids=str)
UNCACHED = Mode(sandboxed=True, cached=False)


def on_loop(test: Callable[..., Coroutine[Any, Any, T]], *arguments: Any, **named: Any) -> T:
    """Runs a coroutine to its end, failing instead of hanging."""
    seconds = TIME_LIMIT if KILLED not in MODES_AND_KILLED else 4 * TIME_LIMIT
    return asyncio.run(asyncio.wait_for(test(*arguments, **named), seconds))


def lua_levels(stack: str) -> list[str]:
    """The levels of a failure's stack trace, without the texts of their lines."""
    return [line for line in stack.splitlines() if not line.startswith("    ")]


def unique(name: str) -> str:
    return f"{name}-{uuid.uuid4().hex[:12]}"


def pick(workflows: Sequence[type], *names: str) -> list[type]:
    """The workflow classes called so. Loading a class into the sandbox takes a while, so tests name those they
    run."""
    return [workflow for workflow in workflows if workflow.__name__ in names]


class Bench:
    """A client and a running worker on a task queue of their own."""

    def __init__(
        self,
        client: Client,
        queue: str,
        workflows: Sequence[type],
        another: Callable[[str], Worker],
    ) -> None:
        self.client = client
        self.queue = queue
        self.another = another
        """Makes a second worker like the running one, for another task queue."""
        self._workflows = workflows
        self.handles: list[WorkflowHandle[Any, Any]] = []
        """The workflows that were started."""
        self.killer: Killer | None = None
        self.replays = True
        """Whether `check_replay` does anything: one mode's histories are as good as another's."""

    @property
    def workflow_module(self) -> str:
        """The Python module that the workflows are in."""
        return self._workflows[0].__module__

    async def start(
        self, workflow: str, *arguments: Any, **options: Any
    ) -> WorkflowHandle[Any, Any]:
        # A task that a killed worker had taken comes back after this long.
        options.setdefault("task_timeout", timedelta(seconds=5) if self.killer else None)
        handle = await self.client.start_workflow(
            workflow, args=list(arguments), id=unique(workflow), task_queue=self.queue, **options
        )
        self.handles.append(handle)
        return handle

    async def run(self, workflow: str, *arguments: Any, **options: Any) -> Any:
        """The result of a workflow whose history then passes the Replayer in both runners."""
        handle = await self.start(workflow, *arguments, **options)
        result = await handle.result()
        await self.check_replay(handle)
        return result

    async def check_replay(self, handle: WorkflowHandle[Any, Any]) -> None:
        if not self.replays:
            return
        history = await handle.fetch_history()
        kind = history.events[0].workflow_execution_started_event_attributes.workflow_type.name
        for runner in (SandboxedWorkflowRunner(), UnsandboxedWorkflowRunner()):
            replayer = Replayer(workflows=pick(self._workflows, kind), workflow_runner=runner)
            await replayer.replay_workflow(history)

    async def event_types(self, handle: WorkflowHandle[Any, Any]) -> list[str]:
        from temporalio.api.enums.v1 import EventType

        prefix = "EVENT_TYPE_"
        return [
            EventType.Name(event.event_type).removeprefix(prefix)
            async for event in handle.fetch_history_events()
        ]

    async def until_waiting(self, handle: WorkflowHandle[Any, Any], events: int) -> None:
        """Waits until the workflow waits and its history holds at least `events` events.

        On a busy machine a task may fail because it took too long, and is done again: its three events do not count.
        """
        while True:
            history = await handle.fetch_history()
            now = progress(history)
            if now.waits and len(history.events) - 3 * now.failed_tasks >= events:
                return
            await asyncio.sleep(0.01)


@asynccontextmanager
async def bench(
    address: str,
    mode: Mode,
    workflows: Sequence[type],
    activities: Sequence[Callable[..., Any]],
    queue: str = "",
    **options: Any,
) -> AsyncIterator[Bench]:
    client = await Client.connect(address)
    queue = queue or unique("queue")

    def worker(queue: str) -> Worker:
        return Worker(
            client,
            task_queue=queue,
            workflows=workflows,
            activities=activities,
            workflow_runner=mode.runner,
            max_cached_workflows=1000 if mode.cached else 0,
            graceful_shutdown_timeout=timedelta(seconds=5),
            **options,
        )

    made = Bench(client, queue, workflows, worker)
    if mode.killed:
        async with _killed_at_every_wait(made, activities):
            yield made
    else:
        async with worker(queue):
            yield made


@asynccontextmanager
async def _killed_at_every_wait(
    made: Bench, activities: Sequence[Callable[..., Any]]
) -> AsyncIterator[None]:
    """Workers of the bench's package, one after the other, while its activities run here."""
    package = sys.modules[made.workflow_module.partition(".")[0]]
    gate = Gate()
    killer = Killer(made.client, package, made.queue, gate)
    killer.handles = made.handles
    made.killer = killer
    async with Worker(
        made.client, task_queue=made.queue, activities=activities, interceptors=[gate]
    ):
        running = asyncio.ensure_future(killer.run())
        try:
            yield
        finally:
            gate.is_open.set()  # the worker ends when its activities have
            running.cancel()
            await asyncio.wait({running})
            print(f"{made.workflow_module}: {killer.kills} waits survived")
            if not running.cancelled():
                running.result()


def running(
    address: str, mode: Mode, *names: str, **options: Any
) -> AbstractAsyncContextManager[Bench]:
    """A worker for the workflows called `names` of the package `cases`, with all its activities."""
    return bench(address, mode, pick(cases.WORKFLOWS, *names), cases.ACTIVITIES, **options)


FIXTURES = Path(__file__).parent / "fixtures"


class WorkerProcess:
    """`python -m cases.worker` in a process of its own."""

    def __init__(self, address: str, queue: str, *options: str) -> None:
        command = [sys.executable, "-m", "cases.worker", "--address", address]
        self.process = subprocess.Popen(
            [*command, "--task-queue", queue, *options],
            cwd=FIXTURES,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        self.ready_line = self.process.stdout.readline().strip()

    def end(self, number: signal.Signals) -> int:
        """Sends the signal, waits for the end and returns the exit code."""
        os.kill(self.process.pid, number)
        try:
            return self.process.wait(15)
        finally:
            self.process.kill()
            assert self.process.stdout is not None
            self.process.stdout.close()
