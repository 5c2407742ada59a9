"""Workers that do not live long: processes that are killed whenever the workflows wait, and activities that can be held back.

In: a client, a package, the task queue. Out: what takes the workflows of a test through a new process at every wait, while the test
itself sends and asks as it does with a worker that lives.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import types
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from progress import Progress, progress
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.workflowservice.v1 import ResetStickyTaskQueueRequest
from temporalio.client import Client, WorkflowHandle
from temporalio.service import RPCError, RPCStatusCode
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput, Interceptor

POLL_SECONDS = 0.02
_ACTIVITY_SECONDS = 2.0
"""How long activities may take before the next process comes; slower ones end under it."""


class Gate(Interceptor):
    """Holds activities back while it is shut, so that the workflow waits for them when its worker is killed."""

    def __init__(self) -> None:
        self.is_open = asyncio.Event()

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:
        return _Gated(next, self)


class _Gated(ActivityInboundInterceptor):
    def __init__(self, next: ActivityInboundInterceptor, gate: Gate) -> None:
        super().__init__(next)
        self._gate = gate

    async def execute_activity(self, input: ExecuteActivityInput) -> Any:
        await self._gate.is_open.wait()
        return await self.next.execute_activity(input)


@asynccontextmanager
async def worker_process(
    package: types.ModuleType, address: str, queue: str
) -> AsyncIterator[None]:
    """`python -m PACKAGE.worker` for workflow tasks, all workers of the package; killed without warning in the end."""
    assert package.__file__ is not None
    command = [sys.executable, "-m", f"{package.__name__}.worker", "--address", address]
    if not hasattr(package, "WORKERS"):
        command += ["--task-queue", queue]
    process = await asyncio.create_subprocess_exec(
        *command,
        *("--only", "workflows"),
        cwd=Path(package.__file__).parent.parent,
        stdout=subprocess.PIPE,
    )
    try:
        assert process.stdout is not None
        assert b"worker ready" in await process.stdout.readline()
        yield
    finally:
        process.kill()
        await process.wait()


async def forget_worker(client: Client, workflow_ids: Iterable[str]) -> None:
    """The server holds the next task for the killed worker for ten seconds, unless told not to."""
    for workflow_id in workflow_ids:
        execution = WorkflowExecution(workflow_id=workflow_id)
        try:
            await client.workflow_service.reset_sticky_task_queue(
                ResetStickyTaskQueueRequest(namespace=client.namespace, execution=execution)
            )
        except RPCError as error:
            # A timer may have brought it to its end before the worker was gone; a child may not have begun.
            if error.status != RPCStatusCode.NOT_FOUND:
                raise


class Killer:
    """Takes workflows that a test has started from wait to wait; `kills` counts the waits at which a process was killed."""

    def __init__(self, client: Client, package: types.ModuleType, queue: str, gate: Gate) -> None:
        self.handles: list[WorkflowHandle[Any, Any]] = []
        self.kills = 0
        self._client = client
        self._package = package
        self._queue = queue
        self._gate = gate
        self._seen: dict[str, tuple[str, int]] = {}
        """Where each workflow was when the last process was killed."""

    async def run(self) -> None:
        """One process after the other, until it is canceled. One lives for as long as nothing goes on, to answer queries."""
        address = self._client.service_client.config.target_host
        while True:
            async with worker_process(self._package, address, self._queue):
                states = await self._until_all_waited()
            ids = [each for id, now in states.items() for each in (id, *now.child_ids)]
            await forget_worker(self._client, ids)
            await self._let_activities_happen()

    async def _until_all_waited(self) -> dict[str, Progress]:
        """Returns when every open workflow waits, or has waited since the process began, and one of them at another place than
        before."""
        waited: dict[str, Progress] = {}
        while True:
            states = {id: now for id, now in (await self._states()).items() if now.closed is None}
            waited.update({id: now for id, now in states.items() if now.waits})
            moved = [id for id, now in waited.items() if now.position != self._seen.get(id)]
            if moved and states.keys() <= waited.keys():
                self._seen.update({id: now.position for id, now in waited.items()})
                self.kills += len(moved)
                return states
            await asyncio.sleep(POLL_SECONDS)

    async def _states(self) -> dict[str, Progress]:
        handles = list(self.handles)
        histories = await asyncio.gather(*(handle.fetch_history() for handle in handles))
        return {h.id: progress(found) for h, found in zip(handles, histories, strict=True)}

    async def _let_activities_happen(self) -> None:
        self._gate.is_open.set()
        loop = asyncio.get_running_loop()
        end = loop.time() + _ACTIVITY_SECONDS
        while loop.time() < end:
            states = await self._states()
            if not any(now.activities for now in states.values() if now.closed is None):
                break
            await asyncio.sleep(POLL_SECONDS)
        self._gate.is_open.clear()
