"""A server, a worker and stubbed activities for the time of a test: the async form.

Workflows run as in production: on a standard worker and a real server, with the settings of a generated worker.py; a source
with several workers runs all of them, each on its own task queue. With `skip_time` it is the time-skipping server, where
timers and timeouts pass at once while a result is awaited.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path
from types import ModuleType, TracebackType
from typing import Any

from temporalio import activity
from temporalio.client import Client, WorkflowHandle
from temporalio.worker import Replayer, UnsandboxedWorkflowRunner, Worker

from ..temporal.worker_definition import WorkerDefinition, worker_of, worker_of_history
from .packages import definitions
from .servers import BenchServer, bench_server
from .stubs import Call, Stubs, stub_activities

__all__ = ["AsyncWorkflowBench", "Call"]


class AsyncWorkflowBench:
    """Runs the workflows of `tested` (a compiled package, or the path of a Lua worker) in a test; an async context manager.

    `activities` replaces activities by name: Python functions, which get plain data, or the path of a Lua file that returns a
    table of functions. Activities without a stub run as they are. `skip_time` lets no time pass in vain: waits end at once.
    `server` is one that runs already (`bench_server`), for many tests; the bench's own when None.

    Entering raises `CompilationFailed`, or `ServerUnavailable` with what to install.
    """

    def __init__(
        self,
        tested: ModuleType | str | Path,
        *,
        activities: Stubs | None = None,
        skip_time: bool = False,
        server: BenchServer | None = None,
    ) -> None:
        self._tested = tested
        self._stubs = {} if activities is None else activities
        self._skip_time = skip_time
        self._stack = AsyncExitStack()
        self._server = server
        self._running: BenchServer | None = None
        self._workers: Sequence[WorkerDefinition] = ()
        self.task_queue: str = f"test-{uuid.uuid4().hex}"
        self.calls: list[Call] = []
        """The calls of stubbed activities so far, in order; an attempt after a failure is one more."""

    @property
    def server(self) -> BenchServer:
        """The running server."""
        if self._running is None:
            raise RuntimeError("the bench is not running: use it in an `async with` statement")
        return self._running

    @property
    def client(self) -> Client:
        """The SDK's client of the server, for whatever is not here."""
        return self.server.client

    async def __aenter__(self) -> AsyncWorkflowBench:
        async with AsyncExitStack() as stack:
            self._workers = stack.enter_context(definitions(self._tested))
            if len(self._workers) == 1:
                self._workers = [replace(self._workers[0], task_queue=self.task_queue)]
            self.task_queue = self._workers[0].task_queue
            self._running = self._server or await stack.enter_async_context(
                bench_server(skip_time=self._skip_time)
            )
            for each in self._workers:
                worker = new_worker(
                    self.client, each.task_queue, each.workflows, self._activities(each)
                )
                await stack.enter_async_context(worker)
            self._stack = stack.pop_all()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._running = None
        await self._stack.aclose()

    def _activities(self, worker: WorkerDefinition) -> list[Any]:
        stubs = stub_activities(self._stubs, self.calls)
        known = {activity_name(each): each for each in worker.activities}
        return list({**known, **stubs}.values())

    async def start(
        self, workflow: str, input: Any = None, **options: Any
    ) -> WorkflowHandle[Any, Any]:
        """Starts a workflow by its name, with plain data as input. `options` go to the SDK's `Client.start_workflow`."""
        options.setdefault("id", f"{workflow}-{uuid.uuid4().hex}")
        arguments = [] if input is None else [input]
        options.setdefault("task_queue", worker_of(self._workers, workflow).task_queue)
        handle: WorkflowHandle[Any, Any] = await self.client.start_workflow(
            workflow, args=arguments, **options
        )
        return handle

    async def run(self, workflow: str, input: Any = None, **options: Any) -> Any:
        """The result of a workflow as plain data, once its history has been replayed.

        Raises the SDK's WorkflowFailureError when the workflow fails, and NondeterminismError when it would not replay.
        """
        handle = await self.start(workflow, input, **options)
        result = await handle.result()
        await self.check_replay(handle)
        return result

    async def check_replay(self, handle: WorkflowHandle[Any, Any]) -> None:
        """Replays the workflow's history so far, as a worker does after a restart. Raises NondeterminismError."""
        await check_replay(self._workers, handle)

    async def sleep(self, seconds: float) -> None:
        """Lets `seconds` pass on the server: at once with `skip_time`, as long as it takes without."""
        await self.server.sleep(seconds)


def new_worker(
    client: Client,
    task_queue: str,
    workflows: Sequence[type],
    activities: Sequence[Callable[..., Any]],
) -> Worker:
    """A worker with the settings of a generated worker.py, to be run."""
    return Worker(
        client,
        task_queue=task_queue,
        workflows=workflows,
        activities=activities,
        workflow_runner=UnsandboxedWorkflowRunner(),
    )


async def check_replay(
    workers: Sequence[WorkerDefinition], handle: WorkflowHandle[Any, Any]
) -> None:
    """Replays a workflow's history so far, as one of `workers` does after a restart. Raises NondeterminismError."""
    history = await handle.fetch_history()
    workflows = worker_of_history(workers, history).workflows
    replayer = Replayer(workflows=workflows, workflow_runner=UnsandboxedWorkflowRunner())
    await replayer.replay_workflow(history)


def activity_name(function: Any) -> str:
    """Under which name a worker runs an activity."""
    found = activity._Definition.must_from_callable(function).name
    if found is None:
        raise ValueError(f"{function!r} is a dynamic activity, which compiled packages do not have")
    return found
