"""The Lua global `temporal`: a client that starts, signals, queries and awaits workflows.

In and out: Lua values. `connect` gives a client; the same methods as functions of the module use the client connected last.
Each method is a row of `client_methods.py` over the method of the same name of `assay.runtime.client.AsyncClient`. Blocking calls,
never to be used in workflow code, which has `ctx`. Errors are Lua errors that say what to do. Specification: "temporal.connect
/ temporal.start (gRPC client)".
"""

from __future__ import annotations

import concurrent.futures
import dataclasses
import functools
from collections.abc import Callable, Coroutine
from typing import Any, Final, TypeVar

from ..client import AsyncClient, TemporalClientError
from ..client.background import background
from ..errors import library, library_error, named_library
from ..json_values import mark_array
from ..values import HostObject, LuaTable
from .activity_context import ActivityContext, current_activity
from .client_errors import lua_error
from .client_methods import (
    CONNECT,
    CONNECT_FUNCTION,
    METHODS,
    METHODS_OF,
    START,
    START_FUNCTION,
    ClientMethod,
)
from .client_options import kinds
from .failures import canceled_error
from .options import checked, converted
from .payloads import from_json

_Result = TypeVar("_Result")

_POLL_SECONDS = 0.2
"""How often a call in an activity looks whether the activity was canceled."""


_KINDS: Final = {method: kinds(method.options) for method in METHODS}
_CONNECT_KINDS: Final = kinds(CONNECT_FUNCTION.options)
_START_KINDS: Final = kinds(START_FUNCTION.options)


class ClientObject(HostObject):
    """`client.schedules`: methods to be called as `object:method(...)` or `object.method(...)`."""

    def __init__(self, calls: AsyncClient, name: str) -> None:
        self._calls = calls
        self._name = name

    def lua_index(self, key: object) -> Any:
        """The method `key`."""
        method = METHODS_OF[self._name].get(key) if isinstance(key, str) else None
        return None if method is None else _bound(self._calls, method, self)


class TemporalClient(ClientObject):
    """A connected client; the value that `temporal.connect` returns."""

    def __init__(self, calls: AsyncClient) -> None:
        super().__init__(calls, "")
        self._schedules = ClientObject(calls, "schedules")

    def lua_index(self, key: object) -> Any:
        """The method `key`, `schedules`, or `close`."""
        if key == "schedules":
            return self._schedules
        return self._close if key == "close" else super().lua_index(key)

    def _close(self, *_: Any) -> tuple[()]:
        """`client:close()`: closes the connection; a call after that is an error."""
        self._calls.disconnect()
        return ()

    def perform(self, name: str, arguments: tuple[Any, ...]) -> Any:
        """Calls the method `name` for a library function."""
        return _perform(self._calls, METHODS_OF[""][name], arguments)


def _bound(calls: AsyncClient, method: ClientMethod, receiver: object) -> Callable[..., Any]:
    """`method` as a Lua function that `receiver` may be the first argument of."""

    def call(*arguments: Any) -> Any:
        own = arguments[1:] if arguments and arguments[0] is receiver else arguments
        return _perform(calls, method, own)

    return named_library(call, method.shown)


# ------------------------------------------------------------------------------------------------- the global `temporal`


class _Last:
    """The client connected last, which the functions of the module use."""

    client: TemporalClient | None = None


@library("temporal.connect")
def connect(options_table: Any = None, *_: Any) -> TemporalClient:
    """`temporal.connect{url, namespace?, api_key?, tls?, ...}`: a client, which the other functions then use."""
    given = checked(options_table, _CONNECT_KINDS, "connect")
    _Last.client = TemporalClient(_run(lambda: AsyncClient.connect(**given)))
    return _Last.client


@library("temporal.start")
def start(options_table: Any = None, *_: Any) -> LuaTable:
    """`temporal.start{url, namespace?, task_queue, workflow_type, workflow_id, input?}`: connects, starts and closes the
    connection."""
    given = checked(options_table, _START_KINDS, "start")
    _require(given, START_FUNCTION)
    connection = {name: given[name] for name in CONNECT if name in given}
    workflow = {name: given[name] for name in START if name in given}

    async def connect_and_start() -> Any:
        async with await AsyncClient.connect(**connection) as calls:
            return await calls.start_workflow(**workflow)

    started: LuaTable = _lua_value(_run(connect_and_start))
    return started


@library("temporal.start_workflow")
def start_workflow(*arguments: Any) -> Any:
    """As the client's method, on the client connected last; so are the functions below."""
    return _last_client().perform("start_workflow", arguments)


@library("temporal.signal_workflow")
def signal_workflow(*arguments: Any) -> Any:
    return _last_client().perform("signal_workflow", arguments)


@library("temporal.query_workflow")
def query_workflow(*arguments: Any) -> Any:
    return _last_client().perform("query_workflow", arguments)


@library("temporal.update_workflow")
def update_workflow(*arguments: Any) -> Any:
    return _last_client().perform("update_workflow", arguments)


@library("temporal.update_with_start")
def update_with_start(*arguments: Any) -> Any:
    return _last_client().perform("update_with_start", arguments)


@library("temporal.describe_workflow")
def describe_workflow(*arguments: Any) -> Any:
    return _last_client().perform("describe_workflow", arguments)


@library("temporal.get_result")
def get_result(*arguments: Any) -> Any:
    return _last_client().perform("get_result", arguments)


@library("temporal.cancel_workflow")
def cancel_workflow(*arguments: Any) -> Any:
    return _last_client().perform("cancel_workflow", arguments)


@library("temporal.terminate_workflow")
def terminate_workflow(*arguments: Any) -> Any:
    return _last_client().perform("terminate_workflow", arguments)


@library("temporal.workflow_history")
def workflow_history(*arguments: Any) -> Any:
    return _last_client().perform("workflow_history", arguments)


@library("temporal.list_workflows")
def list_workflows(*arguments: Any) -> Any:
    return _last_client().perform("list_workflows", arguments)


@library("temporal.count_workflows")
def count_workflows(*arguments: Any) -> Any:
    return _last_client().perform("count_workflows", arguments)


def _last_client() -> TemporalClient:
    if _Last.client is None:
        raise library_error("there is no connection yet: call temporal.connect{url = ...} first")
    return _Last.client


# -------------------------------------------------------------------------------------------------------------- plumbing


def _perform(calls: AsyncClient, method: ClientMethod, arguments: tuple[Any, ...]) -> Any:
    """Runs a method for Lua arguments."""
    given = _given(method, arguments)
    target = getattr(calls, method.owner) if method.owner else calls
    result = _run(lambda: getattr(target, method.name)(**given))
    return _lua_value(result) if method.gives else ()


def _given(method: ClientMethod, arguments: tuple[Any, ...]) -> dict[str, Any]:
    """The options of a call by name."""
    first, second = (*arguments, None, None)[:2]
    known = _KINDS[method]
    found: dict[str, Any] = {}
    table = first
    if method.alone and isinstance(first, str):
        name = method.alone
        found[name] = converted(first, known[name], f"{method.shown}: {name}")
        table = second
    elif first is None and method.alone:
        table = second
    if table is not None:
        found |= checked(table, known, method.shown)
    _require(found, method)
    return found


def _require(given: dict[str, Any], method: ClientMethod) -> None:
    for name in method.required:
        if name not in given:
            raise library_error(f"{method.shown}: {name} is required")


def _run(start: Callable[[], Coroutine[Any, Any, _Result]]) -> _Result:
    """The result of a call of the client. In an activity, a cancel request ends the wait."""
    activity = current_activity()
    future = background.submit(_started(start))
    try:
        return future.result() if activity is None else _result_in_activity(activity, future)
    except TemporalClientError as error:
        raise lua_error(error) from error
    except concurrent.futures.CancelledError:
        raise library_error("the interpreter ends") from None
    finally:
        future.cancel()


def _result_in_activity(
    activity: ActivityContext, future: concurrent.futures.Future[_Result]
) -> _Result:
    with activity.waiting():
        while True:
            try:
                return future.result(_POLL_SECONDS)
            except concurrent.futures.TimeoutError:
                if future.done():
                    raise
                if activity.interruption.is_set():
                    activity.interruption.clear()
                    raise canceled_error("activity canceled") from None


async def _started(start: Callable[[], Coroutine[Any, Any, _Result]]) -> _Result:
    """Makes the coroutine on the loop, so that its checks run there too and none is left that nobody awaits."""
    return await start()


def _lua_value(result: Any) -> Any:
    """Records as tables, lists of them as sequences; what workflows gave by the rules of payloads."""
    names = _field_names(result.__class__)
    if names is not None:
        table = LuaTable()
        for name in names:
            value = getattr(result, name)
            if value is not None:
                table[name] = _lua_value(value)
        return table
    if isinstance(result, tuple) or (
        isinstance(result, list) and result and dataclasses.is_dataclass(result[0])
    ):
        sequence = LuaTable(enumerate(map(_lua_value, result), 1))
        mark_array(sequence)
        return sequence
    return from_json(result)


@functools.cache
def _field_names(kind: type) -> tuple[str, ...] | None:
    """The fields of a record; None for any other type."""
    if not dataclasses.is_dataclass(kind):
        return None
    return tuple(field.name for field in dataclasses.fields(kind))
