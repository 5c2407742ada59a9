"""What the REST tests start workflows with: the SDK's client and a worker beside the blocking tests."""

from __future__ import annotations

import asyncio
import threading
import uuid
from collections.abc import Callable, Coroutine
from typing import Any

from temporalio import client as sdk
from temporalio import workflow
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

QUEUE = "rest-tests"


@workflow.defn(name="Waits")
class Waits:
    """Collects signals until one called `done`; continues as new after one called `again`."""

    def __init__(self) -> None:
        self.got: list[Any] = []
        self.ends = False
        self.again = False

    @workflow.run
    async def run(self, input: Any = None) -> Any:
        await workflow.wait_condition(lambda: self.ends or self.again)
        if self.again:
            workflow.continue_as_new(input)
        return self.got

    @workflow.signal
    def add(self, value: Any = None) -> None:
        self.got.append(value)

    @workflow.signal
    def done(self, value: Any = None) -> None:
        self.ends = True

    @workflow.signal(name="again")
    def run_again(self) -> None:
        self.again = True


class Starter:
    """The SDK's client and a worker on a loop of their own, for blocking tests."""

    def __init__(self, address: str) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._thread.start()
        self.client = self.run(sdk.Client.connect(address))
        self._worker = Worker(
            self.client,
            task_queue=QUEUE,
            workflows=[Waits],
            workflow_runner=UnsandboxedWorkflowRunner(),
        )
        self._working = asyncio.run_coroutine_threadsafe(self._worker.run(), self._loop)

    def run(self, call: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(call, self._loop).result(20)

    def start(self, workflow_id: str = "", *arguments: Any, **options: Any) -> tuple[str, str]:
        """Starts a workflow that waits; its id and run id. On a queue without worker with `task_queue="nobody"`."""
        options.setdefault("task_queue", QUEUE)
        found = self.run(
            self.client.start_workflow(
                "Waits", args=list(arguments), id=workflow_id or unique(), **options
            )
        )
        return found.id, found.result_run_id

    def later(self, seconds: float, call: Callable[[], Any]) -> None:
        """Runs a blocking call after a while."""
        timer = threading.Timer(seconds, call)
        timer.daemon = True
        timer.start()

    def stop(self) -> None:
        self.run(self._worker.shutdown())
        self._working.result(20)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


def unique(name: str = "w") -> str:
    return f"{name}-{uuid.uuid4().hex[:12]}"
