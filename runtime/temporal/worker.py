"""The workers of a compiled package: `main` is the command line of one, `serve` that of several, `run_worker` is for embedding.

In: workflow classes, activities, and what the Lua source says; the command line and TEMPORAL_* variables say otherwise
(worker_settings.py). Workflows run outside the SDK's sandbox unless `--sandbox` asks for it: the compiler has already refused what
the sandbox would catch at run time, and a run costs a quarter less processor time without it.
"""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

from temporalio.client import Client
from temporalio.runtime import PrometheusConfig, Runtime, TelemetryConfig
from temporalio.worker import Worker

from ..host.lifetime import connections_open
from ..stack import DeepStackExecutor, allow_deep_recursion
from . import worker_log
from .activity import record_side_effect
from .connection import ConnectionProblem, ConnectionSettings, connect
from .draining import RunningActivities
from .worker_definition import WorkerDefinition
from .worker_settings import (
    WorkerProblem,
    WorkerSettings,
    data_converter,
    sdk_arguments,
    settings_of_workers,
    worker_settings,
)

__all__ = [
    "WorkerProblem",
    "WorkerSettings",
    "connected_client",
    "main",
    "run_worker",
    "serve",
    "worker_settings",
]

_WORKFLOW_THREADS: Final = 500
"""As many as the SDK makes by itself."""

_NO_TIMEOUT: Final = timedelta(days=1)
"""What the SDK is told: `RunningActivities` ends the activities when their time is over."""


def main(
    *,
    workflows: Sequence[type],
    activities: Sequence[Callable[..., Any]],
    address: str,
    namespace: str = "default",
    task_queue: str = "",
    options: Mapping[str, Any] | None = None,
    arguments: Sequence[str] | None = None,
) -> None:
    """Runs a worker until SIGINT or SIGTERM, then drains it. Ends the process: 0 after draining, 1 for a problem that is
    told in one line on standard error, 2 for wrong arguments. `options` are further ones of the Lua source.
    """
    definition = WorkerDefinition(
        task_queue, workflows, activities, address, namespace, options or {}
    )
    serve([definition], arguments)


def serve(workers: Sequence[WorkerDefinition], arguments: Sequence[str] | None = None) -> None:
    """Runs several workers in this process as `main` runs one. They end together: one that fails drains the others."""
    worker_log.set_up()
    try:
        asyncio.run(_serve(settings_of_workers(workers, arguments)))
    except (ConnectionProblem, WorkerProblem) as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(1)
    sys.exit(0)


async def _serve(workers: Sequence[tuple[WorkerDefinition, WorkerSettings]]) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    # All are connected before one takes a task: what is wrong with one is told before anything happens.
    clients = [await connected_client(settings) for _, settings in workers]

    async def run(client: Client, definition: WorkerDefinition, settings: WorkerSettings) -> None:
        try:
            await run_worker(
                client,
                settings,
                definition.workflows,
                definition.activities,
                stop=stop,
                on_ready=lambda: _say_ready(definition, settings),
            )
        finally:
            stop.set()

    running = [run(c, *worker) for c, worker in zip(clients, workers, strict=True)]
    for outcome in await asyncio.gather(*running, return_exceptions=True):
        if outcome is not None:
            raise outcome


def _say_ready(definition: WorkerDefinition, settings: WorkerSettings) -> None:
    print(
        f"worker ready: task queue {settings.task_queue} on {settings.connection.address}, "
        f"namespace {settings.connection.namespace}, {_counted(len(definition.workflows), 'workflow')}, "
        f"{_counted(len({*definition.activities} - {record_side_effect}), 'activity', 'activities')}",
        flush=True,
    )


async def connected_client(settings: WorkerSettings) -> Client:
    """A client for a worker: connected, its namespace seen to exist, with metrics, log level and data converter as set.

    Raises `ConnectionProblem` and `WorkerProblem`.
    """
    if settings.log_level is not None:
        logging.getLogger().setLevel(worker_log.LEVELS[settings.log_level])
    converter = None if settings.data_converter is None else data_converter(settings.data_converter)
    if settings.metrics_address is not None:
        _serve_metrics(settings.metrics_address)
    client = await connect(settings.connection)
    await _checked_namespace(client, settings.connection)
    if converter is None:
        return client
    configuration = client.config()
    configuration["data_converter"] = converter
    return Client(**configuration)


_runtimes: Final[dict[str, Runtime]] = {}
"""Those that serve metrics, by their address: workers of one process may share it."""


def _serve_metrics(address: str) -> None:
    try:
        if address not in _runtimes:
            telemetry = TelemetryConfig(metrics=PrometheusConfig(bind_address=address))
            _runtimes[address] = Runtime(telemetry=telemetry)
        Runtime.set_default(_runtimes[address], error_if_already_set=False)
    except (RuntimeError, ValueError) as error:
        raise WorkerProblem(f"no metrics can be served at {address}: {error}") from error


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
    drain_seconds: Callable[[], float | None] = lambda: None,
) -> None:
    """Runs a worker on `client` until `stop` is set, then lets what is in flight finish: within the graceful shutdown
    timeout of the settings, or within what `drain_seconds()` then says. Activities still running after that are asked to stop.

    Raises `WorkerProblem` for settings that the SDK does not take, and what makes the worker fail.
    """
    # All threads that run Lua have a large stack now: those of workflow tasks, and those of activities anyway. With `debug`
    # workflow tasks run in the main thread, where a stack overflow has to come at Python's own limit.
    if not settings.debug:
        allow_deep_recursion()
    executor = DeepStackExecutor(_WORKFLOW_THREADS, "temporal_workflow_")
    in_flight = RunningActivities()
    try:
        worker = Worker(
            client,
            task_queue=settings.task_queue,
            workflows=() if settings.only == "activities" else workflows,
            activities=activities,
            # Local activities, which record side effects, still run with the workflows.
            no_remote_activities=settings.only == "workflows",
            workflow_task_executor=executor,
            graceful_shutdown_timeout=_NO_TIMEOUT,
            interceptors=[in_flight],
            **sdk_arguments(settings),
        )
    except ValueError as error:
        raise WorkerProblem(f"the worker cannot be started: {error}") from error
    running = asyncio.ensure_future(worker.run())
    stopping = asyncio.ensure_future(stop.wait())
    on_ready()
    try:
        await asyncio.wait({running, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if not running.done():
            seconds = drain_seconds()
            if seconds is None:
                seconds = settings.graceful_shutdown_timeout.total_seconds()
            await in_flight.drained(asyncio.ensure_future(worker.shutdown()), seconds)
        await running
    finally:
        stopping.cancel()
        executor.shutdown(wait=False)
