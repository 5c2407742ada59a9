"""The REST client in Python: `Client` blocks, `AsyncClient` gives coroutines; both have the same calls.

    with Client("http://localhost:7243", namespace="my-namespace") as client:
        for execution in client.workflows.list(query="ExecutionStatus = 'Running'")["executions"]: ...

Answers are the server's JSON objects with the server's names; a payload in them has its value in the field `decoded`. All
calls raise `TemporalHttpError`. Lists are read to their end unless a page size or a token is given, then the answer is that
page with the `nextPageToken` of the next one; `all_pages` says so explicitly.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Generic, TypeVar

from ..host.waiting import pause
from . import operations
from .exchange import (
    DEFAULT_TIMEOUT,
    JsonObject,
    Operation,
    Outcome,
    Pause,
    Settings,
    checked_settings,
)
from .transport import AsyncSender, Sender, checked_trust

Answer = TypeVar("Answer")
"""What a call gives: an object, or a coroutine that gives one."""
Flag = TypeVar("Flag")
"""The same for calls that give a boolean."""
_Result = TypeVar("_Result")


@dataclass(frozen=True)
class _Runner(Generic[Answer, Flag]):
    """How a client runs operations."""

    settings: Settings
    answer: Callable[[Operation[JsonObject]], Answer]
    flag: Callable[[Operation[bool]], Flag]


class Namespaces(Generic[Answer, Flag]):
    """`client.namespaces`"""

    def __init__(self, runner: _Runner[Answer, Flag]) -> None:
        self._runner = runner

    def list(
        self,
        *,
        page_size: int | None = None,
        next_page_token: str | None = None,
        all_pages: bool | None = None,
    ) -> Answer:
        """`{namespaces}`"""
        query = {"pageSize": page_size, "nextPageToken": next_page_token}
        items = operations.items_of("namespaces")
        settings = self._runner.settings
        return self._runner.answer(
            operations.listing(settings, ("namespaces",), query, items, all_pages)
        )

    __call__ = list

    def get(self, name: str) -> Answer:
        """One namespace: `{namespaceInfo, config, replicationConfig, ...}`"""
        return self._runner.answer(operations.reading(self._runner.settings, ("namespaces", name)))


class Workflows(Generic[Answer, Flag]):
    """`client.workflows`. `namespace` is the client's own when it is not given, the run is the newest without a `run_id`."""

    def __init__(self, runner: _Runner[Answer, Flag]) -> None:
        self._runner = runner

    def list(
        self,
        *,
        namespace: str | None = None,
        query: str | None = None,
        page_size: int | None = None,
        next_page_token: str | None = None,
        all_pages: bool | None = None,
    ) -> Answer:
        """`{executions}` that match the visibility query (docs.temporal.io, "List filter")"""
        settings = self._runner.settings
        path = operations.workflow_path(settings, namespace, "workflows")
        fields = {"query": query, "pageSize": page_size, "nextPageToken": next_page_token}
        items = operations.items_of("executions")
        return self._runner.answer(operations.listing(settings, path, fields, items, all_pages))

    __call__ = list

    def search(
        self,
        query: str,
        *,
        namespace: str | None = None,
        page_size: int | None = None,
        next_page_token: str | None = None,
        all_pages: bool | None = None,
    ) -> Answer:
        """As `list`, with the query first."""
        return self.list(
            namespace=namespace,
            query=query,
            page_size=page_size,
            next_page_token=next_page_token,
            all_pages=all_pages,
        )

    def get(
        self, workflow_id: str, run_id: str | None = None, *, namespace: str | None = None
    ) -> Answer:
        """`{executionConfig, workflowExecutionInfo, pendingActivities?, ...}`"""
        settings = self._runner.settings
        return self._runner.answer(
            operations.get_workflow(settings, namespace, workflow_id, run_id)
        )

    def history(
        self,
        workflow_id: str,
        run_id: str | None = None,
        *,
        namespace: str | None = None,
        maximum_page_size: int | None = None,
        next_page_token: str | None = None,
        all_pages: bool | None = None,
        raw_payloads: bool = False,
    ) -> Answer:
        """`{history = {events}, events}`, the same list twice. With `raw_payloads` nothing is added to the events, so that
        the SDK's `WorkflowHistory.from_json` takes them."""
        query = {
            "execution.runId": run_id,
            "maximumPageSize": maximum_page_size,
            "nextPageToken": next_page_token,
        }
        settings = self._runner.settings
        return self._runner.answer(
            operations.history(settings, namespace, workflow_id, query, all_pages, raw_payloads)
        )

    def signal(
        self,
        workflow_id: str,
        signal_name: str,
        input: Any = None,
        *,
        namespace: str | None = None,
        run_id: str | None = None,
    ) -> Answer:
        """Sends a signal; `input` is a JSON value or bytes, None for a signal without payload. Gives `{}`."""
        settings = self._runner.settings
        return self._runner.answer(
            operations.signal(settings, namespace, workflow_id, signal_name, input, run_id)
        )

    def terminate(
        self,
        workflow_id: str,
        reason: str | None = None,
        *,
        namespace: str | None = None,
        run_id: str | None = None,
    ) -> Answer:
        """Ends a workflow on the spot. Gives `{}`."""
        settings = self._runner.settings
        return self._runner.answer(
            operations.closing(settings, namespace, workflow_id, "terminate", run_id, reason)
        )

    def cancel(
        self,
        workflow_id: str,
        *,
        namespace: str | None = None,
        run_id: str | None = None,
        reason: str | None = None,
    ) -> Answer:
        """Asks a workflow to end itself. Gives `{}`."""
        settings = self._runner.settings
        return self._runner.answer(
            operations.closing(settings, namespace, workflow_id, "cancel", run_id, reason)
        )

    def is_running(
        self, workflow_id: str, *, namespace: str | None = None, run_id: str | None = None
    ) -> Flag:
        """Whether its status is RUNNING."""
        settings = self._runner.settings
        return self._runner.flag(operations.is_running(settings, namespace, workflow_id, run_id))

    def wait_complete(
        self,
        workflow_id: str,
        timeout_secs: float,
        *,
        namespace: str | None = None,
        run_id: str | None = None,
    ) -> Answer:
        """What `get` gives once the run is closed. The run is the one that is there at the start. An error with the code
        DEADLINE_EXCEEDED when that takes longer than `timeout_secs`."""
        settings = self._runner.settings
        return self._runner.answer(
            operations.wait_complete(settings, namespace, workflow_id, timeout_secs, run_id)
        )


class TaskQueues(Generic[Answer, Flag]):
    """`client.task_queues`"""

    def __init__(self, runner: _Runner[Answer, Flag]) -> None:
        self._runner = runner

    def get(
        self, name: str, *, namespace: str | None = None, task_queue_type: str = "workflow"
    ) -> Answer:
        """`{pollers?, stats, taskQueueStatus, ...}`; the type is "workflow" or "activity"."""
        settings = self._runner.settings
        return self._runner.answer(
            operations.task_queue(settings, namespace, name, task_queue_type)
        )


class Schedules(Generic[Answer, Flag]):
    """`client.schedules`"""

    def __init__(self, runner: _Runner[Answer, Flag]) -> None:
        self._runner = runner

    def list(
        self,
        *,
        namespace: str | None = None,
        maximum_page_size: int | None = None,
        next_page_token: str | None = None,
        all_pages: bool | None = None,
    ) -> Answer:
        """`{schedules}`"""
        settings = self._runner.settings
        path = operations.workflow_path(settings, namespace, "schedules")
        query = {"maximumPageSize": maximum_page_size, "nextPageToken": next_page_token}
        items = operations.items_of("schedules")
        return self._runner.answer(operations.listing(settings, path, query, items, all_pages))

    __call__ = list

    def get(self, schedule_id: str, *, namespace: str | None = None) -> Answer:
        """`{schedule, info, memo?, conflictToken}`"""
        settings = self._runner.settings
        path = operations.workflow_path(settings, namespace, "schedules", schedule_id)
        return self._runner.answer(operations.reading(settings, path))


class _Api(Generic[Answer, Flag]):
    """The calls of a client. The older names are those of the sub-objects' methods; a sub-object called lists."""

    def __init__(self, runner: _Runner[Answer, Flag]) -> None:
        self._runner = runner
        self.namespaces: Namespaces[Answer, Flag] = Namespaces(runner)
        self.workflows: Workflows[Answer, Flag] = Workflows(runner)
        self.task_queues: TaskQueues[Answer, Flag] = TaskQueues(runner)
        self.schedules: Schedules[Answer, Flag] = Schedules(runner)

        self.namespace = self.namespaces.get
        self.workflow = self.workflows.get
        self.workflow_history = self.workflows.history
        self.signal_workflow = self.workflows.signal
        self.terminate_workflow = self.workflows.terminate
        self.cancel_workflow = self.workflows.cancel
        self.search_workflows = self.workflows.search
        self.is_workflow_running = self.workflows.is_running
        self.wait_workflow_complete = self.workflows.wait_complete
        self.task_queue = self.task_queues.get
        self.schedule = self.schedules.get

    def health(self) -> Flag:
        """Whether the server answers and is well. Never raises `TemporalHttpError`."""
        return self._runner.flag(operations.health(self._runner.settings))

    def system_info(self) -> Answer:
        """`{serverVersion, capabilities}`"""
        return self._runner.answer(operations.system_info(self._runner.settings))

    def __repr__(self) -> str:
        settings = self._runner.settings
        return f"<{type(self).__name__} of {settings.url}, namespace {settings.namespace!r}>"


class Client(_Api[JsonObject, bool]):
    """The blocking client; a context manager, usable by several threads.

    `url` is the address of Temporal's HTTP API ("http://localhost:7243"), `timeout` the seconds a request may
    take. For https: `ca` is
    the path of a file with certificate authorities (the system's when not given), `verify=False` accepts any server, `cert` is
    the client's own certificate: the path of a PEM file that holds certificate and key, or the two paths. Raises ValueError
    for an argument that cannot be right.
    """

    def __init__(
        self,
        url: str,
        namespace: str = "default",
        api_key: str | None = None,
        *,
        timeout: float = DEFAULT_TIMEOUT,
        verify: bool | str = True,
        ca: str | None = None,
        cert: str | tuple[str, str] | None = None,
    ) -> None:
        settings = checked_settings(url, namespace, api_key, timeout)
        self._sender = Sender(settings.url, checked_trust(verify, ca, cert))
        super().__init__(_Runner(settings, self._run, self._run))

    def _run(self, operation: Operation[_Result]) -> _Result:
        outcome: Outcome = None
        while True:
            try:
                effect = operation.send(outcome)
            except StopIteration as end:
                result: _Result = end.value
                return result
            if isinstance(effect, Pause):
                pause(effect.seconds)
                outcome = None
            else:
                outcome = self._sender.send(effect)

    def close(self) -> None:
        """Closes the connections; a call after that is an error."""
        self._sender.close()

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


class AsyncClient(_Api[Coroutine[Any, Any, JsonObject], Coroutine[Any, Any, bool]]):
    """The client for asyncio: every call is awaited. Arguments as `Client`; belongs to the loop that uses it first."""

    def __init__(
        self,
        url: str,
        namespace: str = "default",
        api_key: str | None = None,
        *,
        timeout: float = DEFAULT_TIMEOUT,
        verify: bool | str = True,
        ca: str | None = None,
        cert: str | tuple[str, str] | None = None,
    ) -> None:
        settings = checked_settings(url, namespace, api_key, timeout)
        self._sender = AsyncSender(settings.url, checked_trust(verify, ca, cert))
        super().__init__(_Runner(settings, self._run, self._run))

    async def _run(self, operation: Operation[_Result]) -> _Result:
        outcome: Outcome = None
        while True:
            try:
                effect = operation.send(outcome)
            except StopIteration as end:
                result: _Result = end.value
                return result
            if isinstance(effect, Pause):
                await asyncio.sleep(effect.seconds)
                outcome = None
            else:
                outcome = await self._sender.send(effect)

    async def close(self) -> None:
        """Closes the connections; a call after that is an error."""
        await self._sender.close()

    async def __aenter__(self) -> AsyncClient:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()
