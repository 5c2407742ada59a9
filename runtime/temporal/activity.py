"""Compiled activities: blocking Lua code as an `async def` activity, which any standard worker can run without an executor.

The Lua code gets a thread to itself, so that a slow activity holds up no other and any number runs side by side; the worker's
limit of concurrent activities is the limit. A Lua error becomes an ApplicationError with message, type and details.
Specification: "Activities". SDK: async and sync activities, heartbeats, cancellation.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextvars
import functools
import inspect
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, Final

from temporalio import activity

from ..calls import first
from ..errors import as_lua_error, library, library_error
from ..json_values import to_json
from ..stack import in_waiting_thread
from ..suspending import run_to_end
from ..tables import new_table
from ..values import LuaTable
from . import side_effects, start_up
from .activity_context import (
    HEARTBEAT_ACCEPT_SECONDS,
    ActivityContext,
    current_activity,
    running_in,
)
from .application_errors import application_error
from .failures import canceled_error, stands_for_cancellation
from .payloads import from_json

__all__ = [
    "heartbeat",
    "heartbeat_details",
    "info",
    "is_cancelled",
    "lua_activity",
    "quick_lua_activity",
    "record_side_effect",
]

CANCEL_GRACE_SECONDS: Final = 5.0
"""How long a canceled activity may go on in its thread to clean up before it is reported canceled and left alone."""

_HEARTBEAT_SHARE = 0.4
"""Automatic heartbeats go out after this share of the heartbeat timeout, so that one may get lost."""

_logger = logging.getLogger(__name__)

# Every package of a worker imports its activities first, before it computes anything.
start_up.tell_errors_in_one_line()


def lua_activity(function: Callable[..., Any]) -> Callable[..., Awaitable[Any]]:
    """Makes a compiled Lua function an activity; stands between it and `@activity.defn`.

    The function gets the input as a Lua value (nil when there is none, further arguments are ignored) and may block, an `async`
    one too: it is one that Lua's coroutines need to be so, and nothing it waits for needs the worker's event loop.
    """
    is_async = inspect.iscoroutinefunction(function)

    def body(input: Any) -> Any:
        return run_to_end(function(input)) if is_async else function(input)

    @functools.wraps(function)
    async def run(*arguments: Any) -> Any:
        context = _new_context()
        heartbeats = _start_heartbeats(context)
        try:
            with running_in(context):
                input = from_json(arguments[0]) if arguments else None
                result = await _in_thread(context, functools.partial(body, input))
                return to_json(first(result), path="result")
        except Exception as exception:
            failure = _failure(exception, context.is_canceled)
            if failure is None:
                raise
            raise failure from None
        finally:
            if heartbeats is not None:
                heartbeats.cancel()

    return run


def quick_lua_activity(function: Callable[..., Any]) -> Callable[..., Awaitable[Any]]:
    """As `lua_activity`, for a function that the compiler has proved to be done at once: it runs on the event loop."""

    @functools.wraps(function)
    async def run(*arguments: Any) -> Any:
        try:
            input = from_json(arguments[0]) if arguments else None
            return to_json(first(function(input)), path="result")
        except Exception as exception:
            failure = _failure(exception, False)
            if failure is None:
                raise
            raise failure from None

    return run


def _failure(exception: Exception, is_canceled: bool) -> BaseException | None:
    """A Lua error that an activity's code raised, in the SDK's form; None for anything else, which is a bug."""
    error = as_lua_error(exception)
    if error is None:
        return None
    if stands_for_cancellation(error.value) and is_canceled:
        return asyncio.CancelledError()
    return application_error(error, exception, activity.payload_converter())


@activity.defn(name=side_effects.ACTIVITY_NAME)
async def record_side_effect(run_id: str, sequence: int) -> dict[str, Any]:
    """The local activity behind `ctx:side_effect`; every worker of compiled workflows has it among its activities."""
    work = _ThreadWork(functools.partial(side_effects.perform, run_id, sequence))
    outcome: dict[str, Any] = await work.outcome
    return outcome


@library("activity.heartbeat")
def heartbeat(*details: Any) -> tuple[()]:
    """Lua's `activity.heartbeat(details...)`: keeps the activity alive; a later attempt reads `activity.heartbeat_details()`.

    Raises a Lua error of type "CANCELED", once, when the activity was asked to stop.
    """
    context = _required_context()
    if context.interruption.is_set():
        context.interruption.clear()
        raise canceled_error("activity canceled")
    context.heartbeat(*(to_json(detail, path="details") for detail in details))
    return ()


@library("activity.heartbeat_details")
def heartbeat_details(*_: Any) -> tuple[Any, ...]:
    """Lua's `activity.heartbeat_details()`: the values of the last heartbeat of an earlier attempt."""
    _required_context()
    return tuple(map(from_json, activity.info().heartbeat_details))


@library("activity.is_cancelled")
def is_cancelled(*_: Any) -> bool:
    """Lua's `activity.is_cancelled()`: whether the activity was asked to stop."""
    return _required_context().is_canceled


@library("activity.info")
def info(*_: Any) -> LuaTable:
    """Lua's `activity.info()`: ids, attempt, task queue, times (seconds since 1970), timeouts (seconds, nil when not set) and the
    first detail of the last heartbeat of an earlier attempt."""
    _required_context()
    found = activity.info()
    details = found.heartbeat_details
    fields = {
        "activity_id": found.activity_id,
        "activity_type": found.activity_type,
        "attempt": found.attempt,
        "current_attempt_scheduled_time": found.current_attempt_scheduled_time.timestamp(),
        "heartbeat_details": details[0] if details else None,
        "heartbeat_timeout": _seconds(found.heartbeat_timeout),
        "is_local": found.is_local,
        "namespace": found.namespace,
        "schedule_to_close_timeout": _seconds(found.schedule_to_close_timeout),
        "scheduled_time": found.scheduled_time.timestamp(),
        "start_to_close_timeout": _seconds(found.start_to_close_timeout),
        "started_time": found.started_time.timestamp(),
        "task_queue": found.task_queue,
        "workflow_id": found.workflow_id,
        "workflow_run_id": found.workflow_run_id,
        "workflow_type": found.workflow_type,
    }
    return new_table({name: from_json(value) for name, value in fields.items()})


def _seconds(duration: timedelta | None) -> float | None:
    return duration.total_seconds() if duration else None


def _required_context() -> ActivityContext:
    context = current_activity()
    if context is None:
        raise library_error("no activity is running here")
    return context


def _new_context() -> ActivityContext:
    """The context of the activity that is about to run. The SDK takes heartbeats on the event loop only, and in the activity's
    own context: calls from the thread go there and wait until they are taken, as in the SDK's threaded activities.
    """
    loop = asyncio.get_running_loop()
    variables = contextvars.copy_context()

    def send(details: tuple[Any, ...]) -> None:
        if _running_loop() is loop:
            activity.heartbeat(*details)
            return
        taken: concurrent.futures.Future[None] = concurrent.futures.Future()

        def on_loop() -> None:
            try:
                activity.heartbeat(*details)
                taken.set_result(None)
            except Exception as error:  # noqa: BLE001  # handed to the thread that waits for it
                taken.set_exception(error)

        loop.call_soon_threadsafe(on_loop, context=variables)
        taken.result(HEARTBEAT_ACCEPT_SECONDS)

    return ActivityContext(send)


def _running_loop() -> asyncio.AbstractEventLoop | None:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None


def _start_heartbeats(context: ActivityContext) -> asyncio.Task[None] | None:
    timeout = activity.info().heartbeat_timeout
    if timeout is None:
        return None
    pause = timeout.total_seconds() * _HEARTBEAT_SHARE
    return asyncio.create_task(_heartbeat_while_waiting(context, pause))


async def _heartbeat_while_waiting(context: ActivityContext, pause: float) -> None:
    while True:
        await asyncio.sleep(pause)
        if context.is_waiting:
            context.heartbeat(*context.last_details)


async def _in_thread(context: ActivityContext, function: Callable[[], Any]) -> Any:
    """`function()` in a thread. A cancel request is shown to the Lua code, which has a moment to end by itself."""
    work = _ThreadWork(function)
    try:
        return await work.outcome
    except asyncio.CancelledError:
        context.cancel()
        outcome = work.outcome_after_cancel()
        await asyncio.wait({outcome}, timeout=CANCEL_GRACE_SECONDS)
        if outcome.done():
            return outcome.result()
        _logger.warning(
            "activity %s was canceled; its Lua code has not noticed and goes on unheard",
            activity.info().activity_type,
        )
        raise


def _forget(outcome: asyncio.Future[Any]) -> None:
    if not outcome.cancelled():
        outcome.exception()  # marks it as seen


class _ThreadWork:
    """A function that runs in a thread, with the context variables of the caller; `outcome` is what it returns or raises.

    Canceling who awaits the outcome cancels that future. A new one can take its place: `asyncio.shield` does the same with a
    future more and another turn of the event loop, for every activity.
    """

    def __init__(self, function: Callable[[], Any]) -> None:
        self._loop = asyncio.get_running_loop()
        self.outcome: asyncio.Future[Any] = self._loop.create_future()
        in_waiting_thread(
            functools.partial(contextvars.copy_context().run, function), self._deliver
        )

    def outcome_after_cancel(self) -> asyncio.Future[Any]:
        """The outcome for somebody whose wait for it was canceled."""
        if self.outcome.cancelled():
            self.outcome = self._loop.create_future()
            self.outcome.add_done_callback(_forget)
        return self.outcome

    def _deliver(self, result: Any, error: BaseException | None) -> None:
        try:
            self._loop.call_soon_threadsafe(self._settle, result, error)
        except RuntimeError:
            _logger.debug("the worker ended before its activity did")

    def _settle(self, result: Any, error: BaseException | None) -> None:
        # A cancel request may have come first that its task has not seen yet: the outcome counts.
        outcome = self.outcome_after_cancel()
        if error is None:
            outcome.set_result(result)
            return
        outcome.set_exception(error)
        if isinstance(error, SystemExit | KeyboardInterrupt):
            raise error  # os.exit ends the worker, as it ends any program
