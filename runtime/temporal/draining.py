"""Draining a worker: activities in flight have a time to finish, then they are asked to stop.

The SDK fixes that time when a worker is made; `handle:shutdown(seconds)` says it when the worker ends. So the worker is made
without a limit, and this interceptor, which sees every activity come and go, keeps the time.
SDK: temporalio.worker.Interceptor, Worker.shutdown.
"""

from __future__ import annotations

import asyncio
from typing import Any

from temporalio import activity
from temporalio.exceptions import ApplicationError
from temporalio.worker import (
    ActivityInboundInterceptor,
    ExecuteActivityInput,
    Interceptor,
)

WORKER_SHUTDOWN = "WorkerShutdown"
"""The failure type of an activity that was stopped because its worker ends; the server tries it again elsewhere."""


class RunningActivities(Interceptor):
    """The activities that a worker runs right now."""

    def __init__(self) -> None:
        self.tasks: set[asyncio.Task[Any]] = set()
        self.is_over = False
        """Whether the time to finish is over."""

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:
        """Called by the SDK for each activity."""
        return _Watched(next, self)

    async def drained(self, shutdown: asyncio.Future[None], seconds: float) -> None:
        """Waits for `shutdown` of the worker; after `seconds` the activities still running are canceled."""
        await asyncio.wait({shutdown}, timeout=seconds)
        if not shutdown.done():
            self.is_over = True
            for task in self.tasks:
                task.cancel()
        await shutdown


class _Watched(ActivityInboundInterceptor):
    def __init__(self, next: ActivityInboundInterceptor, running: RunningActivities) -> None:
        super().__init__(next)
        self._running = running

    async def execute_activity(self, input: ExecuteActivityInput) -> Any:
        task = asyncio.current_task()
        if task is None or activity.info().is_local:
            return await super().execute_activity(input)
        self._running.tasks.add(task)
        try:
            return await super().execute_activity(input)
        except asyncio.CancelledError:
            if self._running.is_over and not activity.is_cancelled():
                # A cancellation that nobody asked for would not be retried.
                raise ApplicationError("the worker was shut down", type=WORKER_SHUTDOWN) from None
            raise
        finally:
            self._running.tasks.discard(task)
