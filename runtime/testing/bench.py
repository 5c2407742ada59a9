"""A server, a worker and stubbed activities for the time of a test: the async form.

Workflows run as in production: on a standard worker and a real server, with the settings of a generated worker.py; a source
with several workers runs all of them, each on its own task queue. With
`skip_time` it is the time-skipping server, where timers and timeouts pass at once while a result is awaited.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from pathlib import Path
from types import ModuleType, TracebackType
from typing import TYPE_CHECKING, Any

from temporalio import activity
from temporalio.client import Client, WorkflowHandle
from temporalio.worker import Replayer, UnsandboxedWorkflowRunner, Worker

from ..temporal.dev_server import DevServer
from ..temporal.worker_definition import WorkerDefinition, worker_of, worker_of_history
from . import time_skipping
from .packages import definitions
from .stubs import Call, Stubs, stub_activities

if TYPE_CHECKING:
    from temporalio.testing import WorkflowEnvironment

__all__ = ["AsyncWorkflowBench", "Call"]


class AsyncWorkflowBench:
    """Runs the workflows of `tested` (a compiled package, or the path of a Lua worker) in a test; an async context manager.

    `activities` replaces activities by name: Python functions, which get plain data, or the path of a Lua file that returns a
    table of functions. Activities without a stub run as they are. `skip_time` lets no time pass in vain: waits end at once.

    Entering raises `CompilationFailed`, or `ServerUnavailable` with what to install.
    """

    def __init__(
        self,
        tested: ModuleType | str | Path,
        *,
        activities: Stubs | None = None,
        skip_time: bool = False,
    ) -> None:
        self._tested = tested
        self._stubs = {} if activities is None else activities
        self._skip_time = skip_time
        self._stack = AsyncExitStack()
        self._environment: WorkflowEnvironment | None = None
        self._workers: Sequence[WorkerDefinition] = ()
        self._client: Client | None = None
        self.task_queue = f"test-{uuid.uuid4().hex}"
        self.calls: list[Call] = []
        """The calls of stubbed activities so far, in order; an attempt after a failure is one more."""

    @property
    def client(self) -> Client:
        """The SDK's client of the server, for whatever is not here."""
        if self._client is None:
            raise RuntimeError("the bench is not running: use it in an `async with` statement")
        return self._client

    async def __aenter__(self) -> AsyncWorkflowBench:
        async with AsyncExitStack() as stack:
            self._workers = stack.enter_context(definitions(self._tested))
            if len(self._workers) == 1:
                self._workers = [replace(self._workers[0], task_queue=self.task_queue)]
            self.task_queue = self._workers[0].task_queue
            self._client = await stack.enter_async_context(self._server())
            for worker in self._workers:
                await stack.enter_async_context(
                    Worker(
                        self._client,
                        task_queue=worker.task_queue,
                        workflows=worker.workflows,
                        activities=self._activities(worker),
                        workflow_runner=UnsandboxedWorkflowRunner(),
                    )
                )
            self._stack = stack.pop_all()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._client = None
        await self._stack.aclose()

    @asynccontextmanager
    async def _server(self) -> AsyncIterator[Client]:
        if not self._skip_time:
            server = DevServer()
            await asyncio.to_thread(server.__enter__)
            try:
                yield await Client.connect(server.address)
            finally:
                await asyncio.to_thread(server.stop)
            return
        environment = await time_skipping.start()
        async with environment:
            self._environment = environment
            yield environment.client

    def _activities(self, worker: WorkerDefinition) -> list[Any]:
        stubs = stub_activities(self._stubs, self.calls)
        known = {_name(each): each for each in worker.activities}
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
        history = await handle.fetch_history()
        workflows = worker_of_history(self._workers, history).workflows
        replayer = Replayer(workflows=workflows, workflow_runner=UnsandboxedWorkflowRunner())
        await replayer.replay_workflow(history)

    async def sleep(self, seconds: float) -> None:
        """Lets `seconds` pass on the server: at once with `skip_time`, as long as it takes without."""
        if self._environment is None:
            await asyncio.sleep(seconds)
        else:
            await self._environment.sleep(seconds)


def _name(function: Any) -> str:
    found = activity._Definition.must_from_callable(function).name
    if found is None:
        raise ValueError(f"{function!r} is a dynamic activity, which compiled packages do not have")
    return found
