"""Futures: work that goes on beside the workflow's own function, and waiting for several of them.

In: tasks of the SDK's event loop (an activity, a timer, a child workflow, a Lua function). Out: `Future`, the Lua value with
`:get()`, `:is_ready()` and `:cancel()`; `all_of` and `any_of` wait in an order that replay repeats.
Source of the SDK names: temporalio.workflow (start_activity, wait). Documented in docs/ctx.md.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from contextvars import ContextVar
from typing import Any, Final

from temporalio import workflow

from ..calls import first
from ..errors import as_lua_error, library, library_error, object_type_name
from ..numbers import format_number
from ..suspending import SuspendingFunction, call
from ..values import HostObject, LuaTable, type_name
from .context_methods import OBJECT_METHODS
from .failures import canceled_error, is_eviction
from .payloads import from_json

_UNKNOWN: Final = object()

beside_the_workflow: ContextVar[bool] = ContextVar("assay_beside_the_workflow", default=False)
"""Whether the running code is a spawned function's, whose end is not the workflow's."""


class Future(HostObject):
    """The outcome of something under way. `task` gives plain JSON, or a Lua value when it `is_lua`."""

    lua_object_name = "future"
    lua_fields = frozenset(OBJECT_METHODS["future"])

    def __init__(self, task: asyncio.Task[Any], is_lua: bool = False) -> None:
        self.task = task
        self.was_asked = False
        """Whether somebody has asked for the outcome, and so seen a failure."""
        self._value = _UNKNOWN
        self._is_lua = is_lua
        # An outcome that nobody asks for must not be reported by asyncio when memory is freed.
        task.add_done_callback(_seen)

    async def get(self) -> Any:
        """The result, waiting for it; the same value each time. A failure is a Lua error, each time as well.

        A cancel request that comes meanwhile cancels the work too.
        """
        self.was_asked = True
        if self._value is _UNKNOWN:
            result = await self.task
            self._value = result if self._is_lua else from_json(result)
        return self._value

    def is_ready(self) -> bool:
        """Whether the work has ended, however it ended."""
        return self.task.done()

    def cancel(self) -> None:
        """Asks the work to stop; `get` then raises an error of type "CANCELED", unless it ends otherwise first."""
        self.task.cancel()

    def lua_index(self, key: object) -> Any:
        """The method `key`, which takes the future as its first argument."""
        return _METHODS.get(key) if isinstance(key, str) and key in self.lua_fields else None


def _seen(task: asyncio.Future[Any]) -> None:
    if not task.cancelled():
        task.exception()


def checked_future(value: Any, method: str) -> Future:
    """`value` as the self of a method of futures; a Lua error for `future.get()` and the like."""
    if not isinstance(value, Future):
        raise library_error(
            f"calling '{method}' on bad self (future expected, got {type_name(value)}): write future:{method}()"
        )
    return value


@library("future.get")
async def _get(future: Any = None, *_: Any) -> Any:
    return await checked_future(future, "get").get()


@library("future.is_ready")
def _is_ready(future: Any = None, *_: Any) -> bool:
    return checked_future(future, "is_ready").is_ready()


@library("future.cancel")
def _cancel(future: Any = None, *_: Any) -> tuple[()]:
    checked_future(future, "cancel").cancel()
    return ()


_METHODS = {"get": SuspendingFunction(_get), "is_ready": _is_ready, "cancel": _cancel}


# --------------------------------------------------------------------------------------------------------------- several


async def all_of(futures: Any) -> LuaTable:
    """The results of a table of futures, in a table with the same keys.

    The first failure is raised as soon as it is there; the other work goes on. A cancel request cancels all of it.
    """
    members = _members("all", futures)
    waiting = [future.task for future in members.values()]
    while waiting:
        failed = next((f for f in members.values() if _has_failed(f.task)), None)
        if failed is not None:
            await failed.get()
        waiting = [task for task in waiting if not task.done()]
        if waiting:
            await _wait_for_one(waiting)
    results = LuaTable()
    for key, future in members.items():
        value = first(await future.get())
        if value is not None:
            results[key] = value
    return results


async def any_of(futures: Any) -> tuple[Any, Any]:
    """The key and the result of the first of a table of futures that is ready; its failure is raised.

    Of several that are ready at once it is the first in the order of `pairs`. A cancel request cancels all of them.
    """
    members = _members("any", futures)
    if not members:
        raise library_error("any: the table of futures is empty")
    while True:
        for key, future in members.items():
            if future.is_ready():
                return key, first(await future.get())
        await _wait_for_one([future.task for future in members.values()])


def _members(method: str, futures: Any) -> dict[Any, Future]:
    if not isinstance(futures, LuaTable):
        raise library_error(
            f"{method}: a table of futures expected, got {object_type_name(futures)}"
        )
    members: dict[Any, Future] = {}
    for key, value in futures.items():
        if not isinstance(value, Future):
            shown = f"'{key}'" if isinstance(key, str) else format_number(key)
            raise library_error(f"{method}: field {shown} is no future but a {type_name(value)}")
        members[key] = value
    return members


def _has_failed(task: asyncio.Task[Any]) -> bool:
    return task.done() and (task.cancelled() or task.exception() is not None)


async def _wait_for_one(tasks: list[asyncio.Task[Any]]) -> None:
    try:
        await workflow.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    except asyncio.CancelledError:
        if not is_eviction():
            for task in tasks:
                task.cancel()
        raise


# --------------------------------------------------------------------------------------------------- functions of their own


def spawn(function: Any, arguments: tuple[Any, ...]) -> Future:
    """Starts `function(...)` beside what runs, from the next wait on; the future gives all the values that it returns."""
    return Future(asyncio.create_task(_beside(function, arguments)), is_lua=True)


async def _beside(function: Any, arguments: tuple[Any, ...]) -> Any:
    beside_the_workflow.set(True)
    try:
        return await as_own_function(function, arguments)
    except Exception as exception:
        if as_lua_error(exception) is None:
            _fail_the_task(exception)
        raise


def _fail_the_task(bug: Exception) -> None:
    """Fails the workflow task by a bug of ours, as one in the workflow's own function does, though nobody may ever ask for the
    outcome of the spawned function. The workflow can go on when the bug is mended.
    """
    # Handlers and the run method have the SDK do this; for a task of a workflow it has no public way.
    loop: Any = asyncio.get_running_loop()
    loop._current_activation_error = bug


async def as_own_function(function: Any, arguments: tuple[Any, ...]) -> Any:
    """`function(...)` in a task of its own, so in no Lua coroutine: what started the task cannot be yielded to."""
    return await call(function, *arguments)


async def shielded(function: Any, arguments: tuple[Any, ...]) -> Any:
    """The results of `function(...)`, which a cancel request does not interrupt; it shows at the next wait after it."""
    work: asyncio.Task[Any] = asyncio.create_task(as_own_function(function, arguments))
    interrupted = False
    while not work.done():
        try:
            await asyncio.shield(work)
        except asyncio.CancelledError:
            if is_eviction():
                raise
            interrupted = interrupted or not work.done()
        # What the function raised: taken from the task below, where a cancel request has been handed on.
        except BaseException:  # noqa: BLE001
            break
    if interrupted:
        current = asyncio.current_task()
        assert current is not None
        current.cancel()
    if work.cancelled():
        raise canceled_error("canceled")
    return work.result()


def start_timer(pause: Coroutine[Any, Any, None]) -> Future:
    """A future that is ready when `pause`, a sleep of the workflow, ends."""
    return Future(asyncio.create_task(pause), is_lua=True)
