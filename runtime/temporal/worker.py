"""The worker of a compiled package: `main` is its command line, `run_worker` the same for embedding.

In: workflow classes, activities, and where the Lua source says the server is; the command line and TEMPORAL_* variables say
otherwise. Workflows run outside the SDK's sandbox unless `--sandbox` asks for it: the compiler has already refused what the sandbox
would catch at run time, and a run costs a quarter less processor time without it.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import signal
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final

from temporalio.client import Client
from temporalio.worker import UnsandboxedWorkflowRunner, Worker
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner

from ..host.lifetime import connections_open
from ..stack import DeepStackExecutor, allow_deep_recursion
from .connection import ConnectionProblem, ConnectionSettings, connect, with_environment

DRAIN_TIMEOUT: Final = timedelta(seconds=10)
"""How long running activities may take to finish once the worker was asked to stop."""

DEFAULT_CACHED_WORKFLOWS: Final = 1000

_WORKFLOW_THREADS: Final = 500
"""As many as the SDK makes by itself."""


@dataclass(frozen=True)
class WorkerSettings:
    """What a worker is started with, from command line, environment and the Lua source."""

    connection: ConnectionSettings
    task_queue: str
    sandbox: bool = False
    max_cached_workflows: int = DEFAULT_CACHED_WORKFLOWS
    only: str | None = None
    """What the worker polls for: "workflows", "activities", or both."""


def main(
    *,
    workflows: Sequence[type],
    activities: Sequence[Callable[..., Any]],
    address: str,
    namespace: str = "default",
    task_queue: str = "",
    arguments: Sequence[str] | None = None,
) -> None:
    """Runs a worker until SIGINT or SIGTERM, then drains it. Ends the process: 0 after draining, 1 for a problem that is
    told in one line on standard error, 2 for wrong arguments."""
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    try:
        settings = worker_settings(address, namespace, task_queue, arguments)
        asyncio.run(_serve(settings, workflows, activities))
    except (ConnectionProblem, WorkerProblem) as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(1)
    sys.exit(0)


class WorkerProblem(Exception):
    """The worker cannot run as asked; the message says what to change, in one line."""


def worker_settings(
    address: str,
    namespace: str,
    task_queue: str,
    arguments: Sequence[str] | None = None,
) -> WorkerSettings:
    """The settings from the Lua source (the parameters), TEMPORAL_* variables and command line: the last wins.

    Raises `ConnectionProblem` or `WorkerProblem`; SystemExit(2) for wrong command line arguments.
    """
    parser = argparse.ArgumentParser(
        description="Runs the workflows and activities of this package."
    )
    parser.add_argument("--address", metavar="HOST:PORT", help=f"Temporal server (now {address})")
    parser.add_argument("--namespace", help=f"namespace (now {namespace})")
    parser.add_argument("--task-queue", metavar="NAME", help=f"task queue (now {task_queue})")
    parser.add_argument(
        "--sandbox", action="store_true", help="run workflows in the SDK's sandbox (slower)"
    )
    parser.add_argument(
        "--max-cached-workflows",
        metavar="N",
        type=_count,
        default=DEFAULT_CACHED_WORKFLOWS,
        help=f"workflows kept in memory; 0 replays each from its history (default {DEFAULT_CACHED_WORKFLOWS})",
    )
    parser.add_argument(
        "--only",
        choices=("workflows", "activities"),
        help="leave the other kind of tasks to other workers on this task queue",
    )
    given = parser.parse_args(arguments)
    connection = with_environment(ConnectionSettings(address, namespace))
    if given.address:
        connection = replace(connection, address=given.address)
    if given.namespace:
        connection = replace(connection, namespace=given.namespace)
    queue = given.task_queue or os.environ.get("TEMPORAL_TASK_QUEUE") or task_queue
    if not queue:
        raise WorkerProblem("no task queue: give --task-queue or set TEMPORAL_TASK_QUEUE")
    return WorkerSettings(connection, queue, given.sandbox, given.max_cached_workflows, given.only)


def _count(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number")
    return int(text)


async def _serve(
    settings: WorkerSettings, workflows: Sequence[type], activities: Sequence[Callable[..., Any]]
) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    client = await connect(settings.connection)
    await _checked_namespace(client, settings.connection)

    def ready() -> None:
        print(
            f"worker ready: task queue {settings.task_queue} on {settings.connection.address}, "
            f"namespace {settings.connection.namespace}, {_counted(len(workflows), 'workflow')}, "
            f"{_counted(len(activities), 'activity', 'activities')}",
            flush=True,
        )

    await run_worker(client, settings, workflows, activities, stop=stop, on_ready=ready)


async def _checked_namespace(client: Client, settings: ConnectionSettings) -> None:
    """The SDK notices a namespace that does not exist only when it polls; said at once here."""
    from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest
    from temporalio.service import RPCError, RPCStatusCode

    try:
        await client.workflow_service.describe_namespace(
            DescribeNamespaceRequest(namespace=settings.namespace), timeout=timedelta(seconds=10)
        )
    except RPCError as error:
        if error.status == RPCStatusCode.NOT_FOUND:
            raise WorkerProblem(
                f"there is no namespace {settings.namespace!r} at {settings.address}"
            ) from error
        if error.status in (RPCStatusCode.UNAUTHENTICATED, RPCStatusCode.PERMISSION_DENIED):
            raise WorkerProblem(f"{settings.address} refuses access: {error.message}") from error
        # Anything else may pass, and the worker tries again by itself.
        logging.getLogger(__name__).warning("namespace %s: %s", settings.namespace, error.message)


def _counted(count: int, one: str, several: str | None = None) -> str:
    return f"{count} {one if count == 1 else several or one + 's'}"


@connections_open()
async def run_worker(
    client: Client,
    settings: WorkerSettings,
    workflows: Sequence[type],
    activities: Sequence[Callable[..., Any]],
    *,
    stop: asyncio.Event,
    on_ready: Callable[[], None] = lambda: None,
) -> None:
    """Runs a worker on `client` until `stop` is set, then lets what is in flight finish within `DRAIN_TIMEOUT`.

    Raises what makes the worker fail.
    """
    runner = SandboxedWorkflowRunner() if settings.sandbox else UnsandboxedWorkflowRunner()
    # All threads that run Lua have a large stack now: those of workflow tasks, and those of activities anyway.
    allow_deep_recursion()
    executor = DeepStackExecutor(_WORKFLOW_THREADS, "temporal_workflow_")
    worker = Worker(
        client,
        task_queue=settings.task_queue,
        workflows=workflows if settings.only != "activities" else [],
        activities=activities,
        # Local activities, which record side effects, still run with the workflows.
        no_remote_activities=settings.only == "workflows",
        workflow_task_executor=executor,
        workflow_runner=runner,
        max_cached_workflows=settings.max_cached_workflows,
        graceful_shutdown_timeout=DRAIN_TIMEOUT,
    )
    running = asyncio.ensure_future(worker.run())
    stopping = asyncio.ensure_future(stop.wait())
    on_ready()
    try:
        await asyncio.wait({running, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if not running.done():
            await worker.shutdown()
        await running
    finally:
        stopping.cancel()
        executor.shutdown(wait=False)
