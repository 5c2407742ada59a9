"""The Lua global `temporal`: a client that starts, signals, queries and awaits workflows.

In and out: Lua values. `connect` gives a client; the same methods as functions of the module use the client connected last.
Each method is a row of a table here over the method of the same name of `assay.runtime.client.AsyncClient`. Blocking calls,
never to be used in workflow code, which has `ctx`. Errors are Lua errors that say what to do. Specification: "temporal.connect
/ temporal.start (gRPC client)".
"""

from __future__ import annotations

import concurrent.futures
import dataclasses
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from ..client import AsyncClient, TemporalClientError
from ..client.background import background
from ..errors import library, library_error
from ..host.waiting import waiting
from ..json_values import mark_array
from ..values import HostObject, LuaTable
from . import client_options as options
from .activity_context import current_activity
from .client_errors import lua_error
from .failures import canceled_error
from .options import checked
from .payloads import from_json

_Result = TypeVar("_Result")

_POLL_SECONDS = 0.2
"""How often a call in an activity looks whether the activity was canceled."""


@dataclass(frozen=True, slots=True)
class _Method:
    """A method: the object it belongs to ("" for the client), its name, its options and which are required. Lua gives a table
    with options, or the first required one by itself (before a table with the others, if any)."""

    owner: str
    name: str
    options: options.Options
    required: tuple[str, ...] = ()
    alone: str = ""
    """The option that may be given by itself."""

    @property
    def shown(self) -> str:
        """How an error names it."""
        return f"{self.owner}.{self.name}" if self.owner else self.name


_ID = ("workflow_id",)
_SCHEDULE = ("schedule_id",)

_METHODS: Final = (
    _Method("", "start_workflow", options.START, ("task_queue", "workflow_type", "workflow_id")),
    _Method("", "signal_workflow", options.SIGNAL, ("workflow_id", "signal_name")),
    _Method("", "query_workflow", options.QUERY, ("workflow_id", "query_type")),
    _Method("", "update_workflow", options.UPDATE, ("workflow_id", "update_name")),
    _Method("", "describe_workflow", options.WORKFLOW, _ID, "workflow_id"),
    _Method("", "get_result", options.RESULT, _ID, "workflow_id"),
    _Method("", "cancel_workflow", options.CLOSE, _ID, "workflow_id"),
    _Method("", "terminate_workflow", options.CLOSE, _ID, "workflow_id"),
    _Method("", "workflow_history", options.WORKFLOW, _ID, "workflow_id"),
    _Method("", "list_workflows", options.LIST, (), "query"),
    _Method("", "count_workflows", options.COUNT, (), "query"),
    _Method(
        "schedules",
        "create",
        options.CREATE_SCHEDULE,
        ("schedule_id", "workflow_type", "task_queue"),
    ),
    _Method("schedules", "update", options.UPDATE_SCHEDULE, _SCHEDULE),
    _Method("schedules", "pause", options.PAUSE_SCHEDULE, _SCHEDULE, "schedule_id"),
    _Method("schedules", "unpause", options.PAUSE_SCHEDULE, _SCHEDULE, "schedule_id"),
    _Method("schedules", "trigger", options.TRIGGER_SCHEDULE, _SCHEDULE, "schedule_id"),
    _Method(
        "schedules",
        "backfill",
        options.BACKFILL_SCHEDULE,
        ("schedule_id", "start_at", "end_at"),
    ),
    _Method("schedules", "delete", options.SCHEDULE, _SCHEDULE, "schedule_id"),
    _Method("schedules", "describe", options.SCHEDULE, _SCHEDULE, "schedule_id"),
    _Method("schedules", "list", options.LIST, (), "query"),
)

_BY_OBJECT: Final = {
    owner: {method.name: method for method in _METHODS if method.owner == owner}
    for owner in ("", "schedules")
}


class ClientObject(HostObject):
    """`client.schedules`: methods to be called as `object:method(...)` or `object.method(...)`."""

    def __init__(self, calls: AsyncClient, name: str) -> None:
        self._calls = calls
        self._name = name

    def lua_index(self, key: object) -> Any:
        """The method `key`."""
        method = _BY_OBJECT[self._name].get(key) if isinstance(key, str) else None
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
        return _perform(self._calls, _BY_OBJECT[""][name], arguments)


def _bound(calls: AsyncClient, method: _Method, receiver: object) -> Callable[..., Any]:
    """`method` as a Lua function that `receiver` may be the first argument of."""

    @library("temporal.client")
    def call(*arguments: Any) -> Any:
        own = arguments[1:] if arguments and arguments[0] is receiver else arguments
        return _perform(calls, method, own)

    return call


# ------------------------------------------------------------------------------------------------- the global `temporal`


class _Last:
    """The client connected last, which the functions of the module use."""

    client: TemporalClient | None = None


@library("temporal.connect")
def connect(options_table: Any = None, *_: Any) -> TemporalClient:
    """`temporal.connect{url, namespace?, api_key?, tls?, ...}`: a client, which the other functions then use."""
    given = checked(options_table, options.CONNECT, "connect")
    _Last.client = TemporalClient(_run(lambda: AsyncClient.connect(**given)))
    return _Last.client


@library("temporal.start")
def start(options_table: Any = None, *_: Any) -> LuaTable:
    """`temporal.start{url, namespace?, task_queue, workflow_type, workflow_id, input?}`: connects, starts and closes the
    connection."""
    given = checked(options_table, {**options.CONNECT, **options.START}, "start")
    _require(given, _BY_OBJECT[""]["start_workflow"], "start")
    connection = {name: given[name] for name in options.CONNECT if name in given}
    workflow = {name: given[name] for name in options.START if name in given}

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


def _perform(calls: AsyncClient, method: _Method, arguments: tuple[Any, ...]) -> Any:
    """Runs a method for Lua arguments."""
    given = _given(method, arguments)
    target = getattr(calls, method.owner) if method.owner else calls
    result = _run(lambda: getattr(target, method.name)(**given))
    return () if method.name in _WITHOUT_RESULT else _lua_value(result)


_WITHOUT_RESULT: Final = frozenset(
    {"signal_workflow", "cancel_workflow", "terminate_workflow"}
    | {"create", "update", "pause", "unpause", "trigger", "backfill", "delete"}
)


def _given(method: _Method, arguments: tuple[Any, ...]) -> dict[str, Any]:
    """The options of a call by name."""
    first, second = (*arguments, None, None)[:2]
    found: dict[str, Any] = {}
    table = first
    if method.alone and isinstance(first, str):
        found = checked(LuaTable({method.alone: first}), method.options, method.shown)
        table = second
    elif first is None and method.alone:
        table = second
    found |= checked(table, method.options, method.shown)
    _require(found, method, method.shown)
    return found


def _require(given: dict[str, Any], method: _Method, shown: str) -> None:
    for name in method.required:
        if name not in given:
            raise library_error(f"{shown}: {name} is required")


def _run(start: Callable[[], Coroutine[Any, Any, _Result]]) -> _Result:
    """The result of a call of the client. In an activity, a cancel request ends the wait."""
    activity = current_activity()
    future = background.submit(_started(start))
    try:
        with waiting():
            while True:
                try:
                    return future.result(None if activity is None else _POLL_SECONDS)
                except concurrent.futures.TimeoutError:
                    if future.done():
                        raise
                    if activity is not None and activity.interruption.is_set():
                        activity.interruption.clear()
                        raise canceled_error("activity canceled") from None
    except TemporalClientError as error:
        raise lua_error(error) from error
    except concurrent.futures.CancelledError:
        raise library_error("the interpreter ends") from None
    finally:
        future.cancel()


async def _started(start: Callable[[], Coroutine[Any, Any, _Result]]) -> _Result:
    """Makes the coroutine on the loop, so that its checks run there too and none is left that nobody awaits."""
    return await start()


def _lua_value(result: Any) -> Any:
    """Records as tables, lists of them as sequences; what workflows gave by the rules of payloads."""
    if dataclasses.is_dataclass(result):
        table = LuaTable()
        for field in dataclasses.fields(result):
            value = getattr(result, field.name)
            if value is not None:
                table[field.name] = _lua_value(value)
        return table
    if isinstance(result, tuple) or (
        isinstance(result, list) and result and dataclasses.is_dataclass(result[0])
    ):
        sequence = LuaTable(enumerate(map(_lua_value, result), 1))
        mark_array(sequence)
        return sequence
    return from_json(result)
