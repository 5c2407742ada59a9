"""`temporal.worker{...}` while a Lua script runs: a worker on a thread of its own, and the handle that Lua gets at once.

In: the options as Lua values. Activities are the Lua functions of the table themselves, so they share what the script holds;
workflows are the classes that the compiler made of the same source, found by their names, because they must be able to replay.
Out: a handle with `is_running()` and `shutdown(seconds?)`. Specification: "temporal.worker (Worker runtime)".
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any, Final

from temporalio import activity
from temporalio.client import Client

from ..errors import library, library_error
from ..numbers import format_number
from ..strings import to_text
from ..suspending import SuspendingFunction
from ..values import HostObject, LuaTable, type_name
from .activity import lua_activity, record_side_effect
from .connection import ConnectionProblem, checked_address, with_environment
from .options import seconds as duration
from .worker import WorkerProblem, connected_client, run_worker
from .worker_definition import workflow_name
from .worker_options import REGISTRIES
from .worker_settings import WorkerSettings, settings_of_options

STOP_SECONDS: Final = 30.0
"""How much longer than its time to drain a worker may take to end before `shutdown` gives up waiting."""

_logger = logging.getLogger(__name__)
_handles: set[WorkerHandle] = set()
"""Workers of this process that run."""


def start_worker(workflows: Sequence[type], options: Any = None, *_: Any) -> WorkerHandle:
    """Starts a worker with the Lua `options` of `temporal.worker`; `workflows` are the compiled ones of the program.

    Returns when the worker is connected. Raises a Lua error that says what is missing, unknown or wrong.
    """
    try:
        settings, activities, classes = _definition(workflows, options)
        handle = WorkerHandle(settings, classes, activities)
        handle.begin()
    except (WorkerProblem, ConnectionProblem) as problem:
        raise library_error(f"temporal.worker: {problem}") from None
    return handle


def running_workers(ending: bool = False) -> list[WorkerHandle]:
    """The workers that scripts of this process started and that still run; with `ending` those that drain as well."""
    return [handle for handle in list(_handles) if ending or handle.is_alive]


class WorkerHandle(HostObject):
    """A worker that a script started; what `temporal.worker` returns."""

    lua_fields = frozenset({"is_running", "shutdown"})

    def __init__(
        self,
        settings: WorkerSettings,
        workflows: Sequence[type],
        activities: Sequence[Callable[..., Any]],
    ) -> None:
        self._settings = settings
        self._workflows = workflows
        self._activities = activities
        self._seconds: float | None = None
        self._loop = asyncio.new_event_loop()
        self._stop = asyncio.Event()
        self._started: concurrent.futures.Future[None] = concurrent.futures.Future()
        self._thread = threading.Thread(target=self._work, name="temporal.worker", daemon=True)

    def lua_index(self, key: object) -> Any:
        """The method `key`, to be called as `handle:method(...)` or `handle.method(...)`."""
        if not isinstance(key, str) or key not in self.lua_fields:
            return None
        method = getattr(self, key)

        def call(*arguments: Any) -> Any:
            return method(*(arguments[1:] if arguments and arguments[0] is self else arguments))

        return call

    def begin(self) -> None:
        """Starts the worker and waits until it is connected. Raises `WorkerProblem` or `ConnectionProblem`."""
        self._thread.start()
        self._started.result()
        _handles.add(self)

    @property
    def is_alive(self) -> bool:
        return self._thread.is_alive() and not self._stop.is_set()

    @library("handle.is_running")
    def is_running(self, *_: Any) -> bool:
        """`handle:is_running()`: true until the worker was shut down or failed."""
        return self.is_alive

    @library("handle.shutdown")
    def shutdown(self, seconds: Any = None, *_: Any) -> bool:
        """`handle:shutdown(seconds?)`: takes no new tasks, and waits until those in flight are done; activities that still run
        after `seconds` (the option graceful_shutdown_timeout unless given) are asked to stop.

        Returns whether the worker has ended: false when an activity does not stop. Further calls only wait.
        """
        if seconds is not None:
            self._seconds = duration(seconds, "seconds").total_seconds()
        self.request_stop()
        wait = self._seconds
        if wait is None:
            wait = self._settings.graceful_shutdown_timeout.total_seconds()
        self._thread.join(wait + STOP_SECONDS)
        return not self._thread.is_alive()

    def request_stop(self) -> None:
        """Makes the worker drain and end; returns at once."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stop.set)

    def wait(self, seconds: float | None = None) -> bool:
        """Waits for the worker's end; whether it has come within `seconds`."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def _work(self) -> None:
        try:
            self._loop.run_until_complete(self._run())
        except (WorkerProblem, ConnectionProblem) as problem:
            self._failed(problem)
        except Exception as error:  # noqa: BLE001  # the script's thread or the log gets it
            self._failed(error)
        finally:
            _handles.discard(self)
            self._loop.close()

    async def _run(self) -> None:
        client: Client = await connected_client(self._settings)
        await run_worker(
            client,
            self._settings,
            self._workflows,
            self._activities,
            stop=self._stop,
            on_ready=lambda: self._started.set_result(None),
            drain_seconds=lambda: self._seconds,
        )

    def _failed(self, error: Exception) -> None:
        if self._started.done():
            _logger.error(
                "the worker of task queue %s failed: %s", self._settings.task_queue, error
            )
        else:
            self._started.set_exception(error)


# ------------------------------------------------------------------------------------------------------------- options


def _definition(
    compiled: Sequence[type], options: Any
) -> tuple[WorkerSettings, list[Callable[..., Any]], list[type]]:
    """What the Lua options say. Raises `WorkerProblem` or `ConnectionProblem`."""
    if not isinstance(options, LuaTable):
        raise WorkerProblem(f"the options must be a table, got {type_name(options)}")
    given = dict(_named(options, "option"))
    registered = {role: given.pop(role, None) for role in REGISTRIES}
    settings = settings_of_options(given)
    connection = with_environment(settings.connection)
    if not connection.address:
        raise WorkerProblem('url is missing: url = "localhost:7233"')
    checked_address(connection.address)
    if not settings.task_queue:
        raise WorkerProblem('task_queue is missing: task_queue = "my-queue"')
    activities = list(_activities(registered["activities"]))
    workflows = list(_workflows(registered["workflows"], compiled))
    if not activities and not workflows:
        raise WorkerProblem(
            "neither an activity nor a workflow: add activities = {...} or workflows = {...}"
        )
    return replace(settings, connection=connection), [*activities, record_side_effect], workflows


def _named(table: Any, what: str) -> Iterator[tuple[str, Any]]:
    if not isinstance(table, LuaTable):
        raise WorkerProblem(f"{what} must be a table, got {type_name(table)}")
    for key, value in table.items():
        if not isinstance(key, str) or not key:
            shown = format_number(key) if isinstance(key, int | float) else type_name(key)
            raise WorkerProblem(f"{what} [{shown}] has no name")
        yield to_text(key), value


def _functions(table: Any, role: str) -> Iterator[tuple[str, Any]]:
    if table is None:
        return
    for name, value in _named(table, role):
        if not callable(value) or (isinstance(value, LuaTable)):
            raise WorkerProblem(f"{role}.{name} must be a function, got {type_name(value)}")
        yield name, value


def _activities(table: Any) -> Iterator[Callable[..., Any]]:
    for name, function in _functions(table, "activities"):
        body = function.start if isinstance(function, SuspendingFunction) else function
        yield activity.defn(name=name)(lua_activity(body))


def _workflows(table: Any, compiled: Sequence[type]) -> Iterator[type]:
    by_name = {workflow_name(each): each for each in compiled}
    for name, _ in _functions(table, "workflows"):
        if name not in by_name:
            raise WorkerProblem(
                f"workflows.{name} is not a workflow that the compiler found in the source"
            )
        yield by_name[name]
