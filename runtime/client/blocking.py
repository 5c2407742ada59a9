"""The blocking gRPC client, `Client`: the calls of `AsyncClient` from plain Python, over one background event loop.

Any number of threads may use it. Where an event loop runs in the calling thread a call is refused, since it would hold that
loop up: there `AsyncClient` is to be awaited.
"""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Callable, Coroutine
from types import TracebackType
from typing import Any, Concatenate, ParamSpec, TypeVar

from ..temporal.tls import TlsSetting
from .asynchronous import AsyncClient
from .background import background
from .calls import DEFAULT_TIMEOUT
from .choices import Seconds
from .errors import TemporalClientError
from .schedules import AsyncSchedules

_Parameters = ParamSpec("_Parameters")
_Result = TypeVar("_Result")
_Calls = TypeVar("_Calls")


class _Blocking:
    """Holds the object whose calls are made blocking."""

    def __init__(self, calls: Any) -> None:
        self._calls = calls


def _blocking(
    method: Callable[Concatenate[_Calls, _Parameters], Coroutine[Any, Any, _Result]],
) -> Callable[Concatenate[Any, _Parameters], _Result]:
    """`method` of the asynchronous client as a method that waits."""

    def call(self: Any, /, *given: _Parameters.args, **named: _Parameters.kwargs) -> _Result:
        return _wait(functools.partial(method, self._calls, *given, **named))

    functools.update_wrapper(call, method)
    return call


def _wait(start: Callable[[], Coroutine[Any, Any, _Result]]) -> _Result:
    if _in_event_loop():
        message = (
            "a blocking call would hold up the event loop that runs in this thread: "
            "use AsyncClient, or asyncio.to_thread"
        )
        raise TemporalClientError("assay.runtime.client", message, "FAILED_PRECONDITION")
    future = background.submit(start())
    try:
        return future.result()
    except BaseException:
        # Ctrl-C reaches the caller only; nothing happens to a call that is over.
        future.cancel()
        raise


def _in_event_loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


class Schedules(_Blocking):
    """`client.schedules`; times are seconds since the epoch or datetimes, durations are seconds."""

    create = _blocking(AsyncSchedules.create)
    update = _blocking(AsyncSchedules.update)
    pause = _blocking(AsyncSchedules.pause)
    unpause = _blocking(AsyncSchedules.unpause)
    trigger = _blocking(AsyncSchedules.trigger)
    backfill = _blocking(AsyncSchedules.backfill)
    delete = _blocking(AsyncSchedules.delete)
    describe = _blocking(AsyncSchedules.describe)
    list = _blocking(AsyncSchedules.list)


class Client(_Blocking):
    """A connected client; made by `Client.connect(...)`, a context manager. Calls, options and errors are those of `AsyncClient`.

    with Client.connect("localhost:7233", namespace="my-namespace") as client:
        run = client.start_workflow("ProcessOrder", workflow_id="order-1", task_queue="orders", input={"item": "widget"})
        print(client.get_result(run.workflow_id))
    """

    def __init__(self, calls: AsyncClient) -> None:
        super().__init__(calls)
        self.schedules: Schedules = Schedules(calls.schedules)

    @classmethod
    def connect(
        cls,
        url: str | None = None,
        *,
        namespace: str | None = None,
        api_key: str | None = None,
        tls: TlsSetting = None,
        identity: str | None = None,
        profile: str | None = None,
        config_file: str | None = None,
        timeout: Seconds = DEFAULT_TIMEOUT,
    ) -> Client:
        """Connects, as `AsyncClient.connect` does."""
        return cls(
            _wait(
                lambda: AsyncClient.connect(
                    url,
                    namespace=namespace,
                    api_key=api_key,
                    tls=tls,
                    identity=identity,
                    profile=profile,
                    config_file=config_file,
                    timeout=timeout,
                )
            )
        )

    start_workflow = _blocking(AsyncClient.start_workflow)
    signal_workflow = _blocking(AsyncClient.signal_workflow)
    query_workflow = _blocking(AsyncClient.query_workflow)
    update_workflow = _blocking(AsyncClient.update_workflow)
    update_with_start = _blocking(AsyncClient.update_with_start)
    describe_workflow = _blocking(AsyncClient.describe_workflow)
    get_result = _blocking(AsyncClient.get_result)
    cancel_workflow = _blocking(AsyncClient.cancel_workflow)
    terminate_workflow = _blocking(AsyncClient.terminate_workflow)
    list_workflows = _blocking(AsyncClient.list_workflows)
    count_workflows = _blocking(AsyncClient.count_workflows)
    workflow_history = _blocking(AsyncClient.workflow_history)

    def close(self) -> None:
        """Closes the connection; a call after that is an error."""
        self._calls.disconnect()

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return repr(self._calls).replace("AsyncClient", "Client", 1)


connect = Client.connect
"""As Lua's `temporal.connect`."""
