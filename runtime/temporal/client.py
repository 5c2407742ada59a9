"""The Lua global `temporal`: a client that starts, signals, queries and awaits workflows.

In and out: Lua values. `connect` gives a client; the same methods as functions of the module use the client connected last.
Blocking calls, over one event loop in a background thread; never to be used in workflow code, which has `ctx`. Errors are
Lua errors that say what to do. Specification: "temporal.connect / temporal.start (gRPC client)".
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import threading
from collections.abc import Coroutine, Mapping
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar

from temporalio import workflow
from temporalio.client import Client, WorkflowHandle

from ..errors import library, library_error
from ..json_values import to_json
from ..strings import to_text
from ..tables import new_table
from ..values import HostObject, LuaTable
from . import option_names as names
from .activity_context import current_activity
from .client_errors import translated
from .connection import DEFAULT_NAMESPACE, ConnectionSettings
from .connection import connect as connect_to_server
from .failures import canceled_error
from .options import checked
from .payloads import from_json

_Result = TypeVar("_Result")

RPC_TIMEOUT: Final = timedelta(seconds=10)
"""For every call but get_result; a query waits that long for a worker."""

_POLL_SECONDS = 0.2


class TemporalClient(HostObject):
    """A connected client; the value that `temporal.connect` returns."""

    lua_fields = frozenset(
        {
            "cancel_workflow",
            "describe_workflow",
            "get_result",
            "query_workflow",
            "signal_workflow",
            "start_workflow",
            "terminate_workflow",
        }
    )

    def __init__(self, client: Client) -> None:
        self._client = client

    def lua_index(self, key: object) -> Any:
        """The method `key`, to be called as `client:method(...)` or `client.method(...)`."""
        if not isinstance(key, str) or key not in self.lua_fields:
            return None
        method = getattr(self, key)

        def call(*arguments: Any) -> Any:
            return method(*(arguments[1:] if arguments and arguments[0] is self else arguments))

        return call

    @library("client.start_workflow")
    def start_workflow(self, options: Any = None, *_: Any) -> LuaTable:
        """`client:start_workflow{task_queue, workflow_type, workflow_id, input?}`: `{workflow_id, run_id}`"""
        given = _required(
            checked(options, names.START_WORKFLOW_OPTIONS, "start_workflow"),
            "start_workflow",
            ("task_queue", "workflow_type", "workflow_id"),
        )
        workflow_id = given["workflow_id"]
        handle: WorkflowHandle[Any, Any] = _run(
            self._client.start_workflow(
                given["workflow_type"],
                args=_input(given),
                id=workflow_id,
                task_queue=given["task_queue"],
                rpc_timeout=RPC_TIMEOUT,
            ),
            f"start_workflow '{workflow_id}'",
        )
        return _lua_table({"workflow_id": handle.id, "run_id": handle.result_run_id})

    @library("client.signal_workflow")
    def signal_workflow(self, options: Any = None, *_: Any) -> tuple[()]:
        """`client:signal_workflow{workflow_id, signal_name, input?}`; without `input` the signal has no payload."""
        given = _required(
            checked(options, names.SIGNAL_WORKFLOW_OPTIONS, "signal_workflow"),
            "signal_workflow",
            ("workflow_id", "signal_name"),
        )
        call = self._handle(given).signal(
            given["signal_name"], args=_input(given), rpc_timeout=RPC_TIMEOUT
        )
        _run(call, f"signal_workflow '{given['workflow_id']}'")
        return ()

    @library("client.query_workflow")
    def query_workflow(self, options: Any = None, *_: Any) -> Any:
        """`client:query_workflow{workflow_id, query_type, input?}`: the answer of the workflow's query handler."""
        given = _required(
            checked(options, names.QUERY_WORKFLOW_OPTIONS, "query_workflow"),
            "query_workflow",
            ("workflow_id", "query_type"),
        )
        call = self._handle(given).query(
            given["query_type"], args=_input(given), rpc_timeout=RPC_TIMEOUT
        )
        return from_json(
            _run(call, f"query_workflow '{given['workflow_id']}'", given["query_type"])
        )

    @library("client.describe_workflow")
    def describe_workflow(self, workflow_id: Any = None, *_: Any) -> LuaTable:
        """`client:describe_workflow(workflow_id)`: `{status, workflow_type, run_id, start_time, close_time, history_length}`.

        Times are seconds since the epoch; close_time is nil while the workflow runs."""
        given = _workflow(workflow_id, names.DESCRIBE_WORKFLOW_OPTIONS, "describe_workflow")
        call = self._handle(given).describe(rpc_timeout=RPC_TIMEOUT)
        found = _run(call, f"describe_workflow '{given['workflow_id']}'")
        return _lua_table(
            {
                "workflow_id": found.id,
                "status": found.status.name if found.status is not None else "UNKNOWN",
                "workflow_type": found.workflow_type,
                "task_queue": found.task_queue,
                "run_id": found.run_id,
                "start_time": _epoch(found.start_time),
                "close_time": _epoch(found.close_time),
                "history_length": found.history_length,
            }
        )

    @library("client.get_result")
    def get_result(self, options: Any = None, *_: Any) -> Any:
        """`client:get_result{workflow_id, run_id?, follow_runs?}`: blocks until the workflow closed, returns its result.

        A workflow that failed, timed out or was canceled or terminated is an error with its failure's message. With
        `follow_runs = false` a run that continued as new is one too, whose `details` name the next run.
        """
        given = _workflow(options, names.GET_RESULT_OPTIONS, "get_result")
        action = f"get_result '{given['workflow_id']}'"
        return from_json(_run(self._result(given), action))

    async def _result(self, given: dict[str, Any]) -> Any:
        follow = given.get("follow_runs", True)
        handle = self._handle(given)
        if not follow and handle.run_id is None:
            # Without a run id the SDK would await the newest run, which may be the one after.
            description = await handle.describe(rpc_timeout=RPC_TIMEOUT)
            handle = self._client.get_workflow_handle(handle.id, run_id=description.run_id)
        return await handle.result(follow_runs=follow)

    @library("client.cancel_workflow")
    def cancel_workflow(self, workflow_id: Any = None, *_: Any) -> tuple[()]:
        """`client:cancel_workflow(workflow_id)`, or `{workflow_id, run_id?, reason?}`: asks the workflow to end itself."""
        given = _workflow(workflow_id, names.CLOSE_WORKFLOW_OPTIONS, "cancel_workflow")
        call = self._handle(given).cancel(reason=given.get("reason", ""), rpc_timeout=RPC_TIMEOUT)
        _run(call, f"cancel_workflow '{given['workflow_id']}'")
        return ()

    @library("client.terminate_workflow")
    def terminate_workflow(self, workflow_id: Any = None, *_: Any) -> tuple[()]:
        """`client:terminate_workflow(workflow_id)`, or `{workflow_id, run_id?, reason?}`: ends the workflow on the spot."""
        given = _workflow(workflow_id, names.CLOSE_WORKFLOW_OPTIONS, "terminate_workflow")
        call = self._handle(given).terminate(reason=given.get("reason"), rpc_timeout=RPC_TIMEOUT)
        _run(call, f"terminate_workflow '{given['workflow_id']}'")
        return ()

    def _handle(self, given: dict[str, Any]) -> WorkflowHandle[Any, Any]:
        return self._client.get_workflow_handle(given["workflow_id"], run_id=given.get("run_id"))


# ------------------------------------------------------------------------------------------------- the global `temporal`


@library("temporal.connect")
def connect(options: Any = None, *_: Any) -> TemporalClient:
    """`temporal.connect{url, namespace?, api_key?, tls?, identity?}`: a client, which the other functions then use."""
    client = _connected(checked(options, names.CONNECT_OPTIONS, "connect"), "connect")
    _background.last_client = client
    return client


@library("temporal.start")
def start(options: Any = None, *_: Any) -> LuaTable:
    """`temporal.start{url, namespace?, task_queue, workflow_type, workflow_id, input?}`: connects and starts in one call."""
    given = checked(options, names.ONE_SHOT_START_OPTIONS, "start")
    client = _connected(given, "start")
    own = {name: value for name, value in options.items() if name in names.START_WORKFLOW_OPTIONS}
    return client.start_workflow(LuaTable(own))


@library("temporal.start_workflow")
def start_workflow(options: Any = None, *_: Any) -> LuaTable:
    """As the client's method, on the client connected last; so are the functions below."""
    return _last_client().start_workflow(options)


@library("temporal.signal_workflow")
def signal_workflow(options: Any = None, *_: Any) -> tuple[()]:
    return _last_client().signal_workflow(options)


@library("temporal.query_workflow")
def query_workflow(options: Any = None, *_: Any) -> Any:
    return _last_client().query_workflow(options)


@library("temporal.describe_workflow")
def describe_workflow(workflow_id: Any = None, *_: Any) -> LuaTable:
    return _last_client().describe_workflow(workflow_id)


@library("temporal.get_result")
def get_result(options: Any = None, *_: Any) -> Any:
    return _last_client().get_result(options)


@library("temporal.cancel_workflow")
def cancel_workflow(workflow_id: Any = None, *_: Any) -> tuple[()]:
    return _last_client().cancel_workflow(workflow_id)


@library("temporal.terminate_workflow")
def terminate_workflow(workflow_id: Any = None, *_: Any) -> tuple[()]:
    return _last_client().terminate_workflow(workflow_id)


# -------------------------------------------------------------------------------------------------------------- plumbing


class _Background:
    """The event loop all clients of this process share, in a thread that starts with the first call."""

    def __init__(self) -> None:
        self.last_client: TemporalClient | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._lock = threading.Lock()

    def loop(self) -> asyncio.AbstractEventLoop:
        with self._lock:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                threading.Thread(
                    target=self._loop.run_forever, name="temporal-client", daemon=True
                ).start()
            return self._loop


_background = _Background()


def _run(call: Coroutine[Any, Any, _Result], action: str, detail: str = "") -> _Result:
    """The result of an SDK call. In an activity, a cancel request ends the wait."""
    if workflow.in_workflow():
        call.close()
        raise library_error("the temporal client cannot be used in a workflow: use ctx")
    future = asyncio.run_coroutine_threadsafe(call, _background.loop())
    activity = current_activity()
    while True:
        try:
            return future.result(None if activity is None else _POLL_SECONDS)
        except concurrent.futures.TimeoutError as error:
            if future.done():
                raise translated(error, action, detail) from error
            if activity is not None and activity.cancelled.is_set():
                future.cancel()
                raise canceled_error("activity canceled") from None
        except KeyboardInterrupt:
            future.cancel()
            raise
        except Exception as error:
            raise translated(error, action, detail) from error


def _connected(given: Mapping[str, Any], function: str) -> TemporalClient:
    if "url" not in given:
        raise library_error(f'{function}: url is required, such as "localhost:7233"')
    settings = ConnectionSettings(
        address=given["url"],
        namespace=given.get("namespace", DEFAULT_NAMESPACE),
        api_key=given.get("api_key"),
        tls=given.get("tls"),
        identity=given.get("identity"),
    )
    client = _run(connect_to_server(settings), function)
    return TemporalClient(client)


def _last_client() -> TemporalClient:
    client = _background.last_client
    if client is None:
        raise library_error("there is no connection yet: call temporal.connect{url = ...} first")
    return client


def _workflow(value: Any, known: Mapping[str, names.OptionKind], function: str) -> dict[str, Any]:
    """The options of a call that takes a workflow id or a table with `workflow_id`."""
    if isinstance(value, str) and value:
        return {"workflow_id": to_text(value)}
    if not isinstance(value, LuaTable):
        raise library_error(f"{function}: a workflow id is required")
    return _required(checked(value, known, function), function, ("workflow_id",))


def _required(given: dict[str, Any], function: str, required: tuple[str, ...]) -> dict[str, Any]:
    for name in required:
        if name not in given:
            raise library_error(f"{function}: {name} is required")
    return given


def _input(given: dict[str, Any]) -> list[Any]:
    return [to_json(given["input"])] if given.get("input") is not None else []


def _lua_table(fields: dict[str, Any]) -> LuaTable:
    return new_table({name: from_json(value) for name, value in fields.items()})


def _epoch(time: datetime | None) -> float | None:
    return None if time is None else time.timestamp()
