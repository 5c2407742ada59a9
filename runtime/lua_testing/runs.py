"""A workflow that a test has started: what `worker:start` gives. In: Lua calls. Out: what the workflow answered, as Lua values.

Waits skip time where the server can. One that takes longer than the limit is an error that tells where the workflow waits.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, TypeVar

from temporalio.client import (
    WorkflowExecutionStatus,
    WorkflowFailureError,
    WorkflowHandle,
)
from temporalio.exceptions import FailureError
from temporalio.service import RPCError

from ..client.calls import arguments
from ..client.errors import ended, translated
from ..errors import library, library_error
from ..json_values import to_json
from ..stdlib.arguments import ABSENT, check_string
from ..strings import from_text, to_text
from ..temporal.client_errors import lua_error
from ..temporal.payloads import from_json
from ..temporal.waiting_stacks import QUERY as STACK_QUERY
from ..testing.bench import check_replay
from ..values import HostObject
from .differences import shown
from .session import TooLong, WorkflowFailed
from .updates import execute_update

if TYPE_CHECKING:
    from .workers import TestedWorker

_Result = TypeVar("_Result")

_DIAGNOSIS_SECONDS: Final = 5.0


class TestedRun(HostObject):
    """Its methods are those of the page docs/testing.md."""

    __test__ = False  # for pytest, which would take the name for that of a test
    lua_object_name = "workflow run"
    lua_fields = frozenset(
        {"signal", "query", "update", "cancel", "terminate", "result", "failure", "status"}
    )

    def __init__(self, worker: TestedWorker, workflow: str, workflow_id: str) -> None:
        self._worker = worker
        self._session = worker.session
        self.workflow = workflow
        self.workflow_id = workflow_id
        self._started: WorkflowHandle[Any, Any] | None = None

    def lua_index(self, key: object) -> Any:
        """A method, or `workflow_id`."""
        return from_text(self.workflow_id) if key == "workflow_id" else super().lua_index(key)

    @property
    def _handle(self) -> WorkflowHandle[Any, Any]:
        assert self._started is not None, "begin() comes first"
        return self._started

    # ------------------------------------------------------------------------------------------------ called by tests

    @library("run:signal")
    def signal(self, name: Any = ABSENT, payload: Any = None, *_: Any) -> tuple[()]:
        """`run:signal(name, payload?)`: sends a signal."""
        given = arguments(to_json(payload, path="payload"))
        signal = to_text(check_string(1, name))
        self._wait(self._handle.signal(signal, args=given), f"signal '{signal}'")
        return ()

    @library("run:query")
    def query(self, name: Any = ABSENT, argument: Any = None, *_: Any) -> Any:
        """`run:query(name, argument?)`: what the workflow's query handler answers."""
        given = arguments(to_json(argument, path="argument"))
        query = to_text(check_string(1, name))
        return from_json(self._wait(self._handle.query(query, args=given), f"query '{query}'"))

    @library("run:update")
    def update(self, name: Any = ABSENT, argument: Any = None, *_: Any) -> Any:
        """`run:update(name, argument?)`: sends an update and gives what its handler returns."""
        given = arguments(to_json(argument, path="argument"))
        update = to_text(check_string(1, name))
        work = execute_update(self._session.server, self._handle, update, given)
        return from_json(self._wait(work, f"update '{update}'"))

    @library("run:cancel")
    def cancel(self, *_: Any) -> tuple[()]:
        """`run:cancel()`: asks the workflow to stop."""
        self._wait(self._handle.cancel(), "cancel request")
        return ()

    @library("run:terminate")
    def terminate(self, *_: Any) -> tuple[()]:
        """`run:terminate()`: ends the workflow at once."""
        self._wait(self._handle.terminate(), "termination")
        return ()

    @library("run:status")
    def status(self, *_: Any) -> str:
        """`run:status()`: "RUNNING", "COMPLETED", "FAILED", "CANCELED", "TERMINATED", "CONTINUED_AS_NEW" or "TIMED_OUT"."""
        found = self._wait(self._handle.describe(), "status").status
        return "UNSPECIFIED" if found is None else found.name

    @library("run:result")
    def result(self, *_: Any) -> Any:
        """`run:result()`: waits for the result. A workflow that fails is an error, a table as `failure` gives it."""
        try:
            return from_json(self._wait(self._handle.result(), "result"))
        except WorkflowFailureError as error:
            raise self._failed(error) from error

    @library("run:failure")
    def failure(self, *_: Any) -> Any:
        """`run:failure()`: waits for the failure: `{message, type, details, status}`. An error when it completes."""
        try:
            result = self._wait(self._handle.result(), "result")
        except WorkflowFailureError as error:
            return self._failed(error).value
        given = from_text(shown(from_json(result)))
        raise library_error(f"workflow '{self.workflow}' did not fail: its result is {given}")

    # ------------------------------------------------------------------------------------------ called by the test run

    def begin(self, input: Any) -> None:
        """Starts the workflow."""
        given = arguments(to_json(input, path="input"))

        async def start() -> WorkflowHandle[Any, Any]:
            client = self._session.server.client
            return await client.start_workflow(
                self.workflow,
                args=given,
                id=self.workflow_id,
                task_queue=self._worker.task_queue_of(self.workflow),
            )

        self._started = self._wait(start(), "start")

    def finish(self) -> None:
        """Replays what the workflow has done, and terminates it if it is open. Raises the SDK's NondeterminismError."""
        try:
            self._session.wait(check_replay(self._worker.workers, self._handle))
        finally:
            self._session.wait(self._end())

    async def _end(self) -> None:
        found = await self._handle.describe()
        if found.status is WorkflowExecutionStatus.RUNNING:
            with suppress(RPCError):  # it may close in between
                await self._handle.terminate("the test is over")

    # ---------------------------------------------------------------------------------------------------------- plumbing

    def _wait(self, work: Coroutine[Any, Any, _Result], subject: str) -> _Result:
        limit = self._session.limit
        try:
            return self._session.wait(work)
        except TooLong:
            said = f"workflow '{self.workflow}': no {subject} within {limit:g} seconds"
            raise WorkflowFailed(
                library_error(from_text(said)).value, self._where_it_stands()
            ) from None
        except WorkflowFailureError:
            raise
        except Exception as error:
            found = translated(error, f"workflow '{self.workflow}'", subject)
            if found is None:
                raise
            raise lua_error(found) from error

    def _failed(self, error: WorkflowFailureError) -> WorkflowFailed:
        found = ended(error, "result", self.workflow)
        assert found is not None
        found.__cause__ = error
        stack = "\n".join(_stacks(error.cause))
        if found.status == "TIMED_OUT":
            stack = self._where_it_stands()
        return WorkflowFailed(lua_error(found).value, stack)

    def _where_it_stands(self) -> str:
        """What holds the workflow up, or held it up until its time was over."""
        if self._started is None:
            return ""

        async def look() -> str:
            async with asyncio.timeout(_DIAGNOSIS_SECONDS):
                found = await self._handle.describe()
                lines = [
                    f"activity '{each.activity_type.name}' failed {each.attempt - 1} times: {each.last_failure.message}"
                    for each in found.raw_description.pending_activities
                    if each.attempt > 1
                ]
                failing = await _failing_task(self._handle)
                if failing:  # nor would a query be answered
                    return "\n".join([*lines, f"its workflow task fails: {failing}"])
                stack = await self._handle.query(STACK_QUERY)
                return "\n".join([*lines, f"it waits:\n{stack}"])

        # A diagnosis that fails must not hide what it is about.
        try:
            return self._session.wait(look(), 2 * _DIAGNOSIS_SECONDS)
        except Exception:  # noqa: BLE001
            return ""


async def _failing_task(handle: WorkflowHandle[Any, Any]) -> str:
    """Why the last workflow task failed (no wait for two seconds, a bug); "" when it did not."""
    message = ""
    async for event in handle.fetch_history_events():
        if event.HasField("workflow_task_completed_event_attributes"):
            message = ""
        elif event.HasField("workflow_task_failed_event_attributes"):
            message = event.workflow_task_failed_event_attributes.failure.message
    return message


def _stacks(failure: BaseException | None) -> list[str]:
    """The Lua stacks of a failure and of what caused it, the cause first."""
    found: list[str] = []
    while isinstance(failure, FailureError):
        stack = "" if failure.failure is None else failure.failure.stack_trace.strip("\n")
        if stack and not stack.lstrip().startswith('File "'):  # Python's, of what is not Lua
            found.append(stack)
        failure = failure.cause
    return found[::-1]
