"""What goes wrong in calls of the gRPC client: one error type that says what to do, and one more for workflows that did not
complete.

In: exceptions of the SDK. Out: `TemporalClientError`, whose text is one sentence with the call and the workflow.
"""

from __future__ import annotations

from typing import Any, Final

from temporalio import exceptions
from temporalio.client import (
    RPCTimeoutOrCancelledError,
    ScheduleAlreadyRunningError,
    WorkflowContinuedAsNewError,
    WorkflowFailureError,
    WorkflowQueryFailedError,
    WorkflowQueryRejectedError,
    WorkflowUpdateFailedError,
)
from temporalio.service import RPCError, RPCStatusCode

from ..strings import to_text
from ..temporal.connection import ConnectionProblem, SettingsProblem
from ..temporal.failures import FIELDS_KEY, describe
from ..temporal.tls import TlsProblem

ENDINGS: Final = {
    "FAILED": "failed",
    "TIMED_OUT": "timed out",
    "CANCELED": "was canceled",
    "TERMINATED": "was terminated",
    "CONTINUED_AS_NEW": "continued as new",
}
"""How a workflow ended other than by completing: its status, and how a sentence says it."""


class TemporalClientError(Exception):
    """A call of the client failed.

    `message` says what is wrong and what to do, `action` is the call with what it was about ("signal_workflow 'order-1'"),
    `code` the name of the gRPC status ("NOT_FOUND", "DEADLINE_EXCEEDED", "INVALID_ARGUMENT", ...), or "FAILED" for what the
    workflow's own code did: a query or an update that failed, a workflow that did not complete. No text has the API key in it.
    """

    def __init__(self, action: str, message: str, code: str) -> None:
        super().__init__(action, message, code)
        self.action = action
        self.message = message
        self.code = code

    def __str__(self) -> str:
        return f"{self.action}: {self.message}"

    def without(self, secret: str) -> TemporalClientError:
        """The same with a mask in place of `secret`."""
        return TemporalClientError(self.action, self.message.replace(secret, "***"), self.code)


class WorkflowFailedError(TemporalClientError):
    """`get_result` was asked for the result of a workflow that has none.

    `status` is how it ended (FAILED, TIMED_OUT, CANCELED, TERMINATED, CONTINUED_AS_NEW). `message`, `type` and `details` are
    those of the failure: `type` is what `non_retryable_errors` names, `details` a JSON value. `new_run_id` is the next run when
    it continued as new. The SDK's exception is `__cause__`.
    """

    def __init__(
        self,
        action: str,
        workflow_id: str,
        status: str,
        message: str,
        type: str | None = None,
        details: Any = None,
        new_run_id: str | None = None,
    ) -> None:
        super().__init__(action, message, "FAILED")
        # What a process pool makes the exception again of.
        self.args = (action, workflow_id, status, message, type, details, new_run_id)
        self.workflow_id = workflow_id
        self.status = status
        self.type = type
        self.details = details
        self.new_run_id = new_run_id

    def __str__(self) -> str:
        return self.beginning + self.message if self.says_more else self.beginning

    @property
    def says_more(self) -> bool:
        """Whether the message says more than how the workflow ended."""
        return self.message != self.status.lower()

    @property
    def beginning(self) -> str:
        """The text up to the message: which workflow, and how it ended."""
        ending = f"workflow '{self.workflow_id}' {ENDINGS[self.status]}"
        return f"{ending}: " if self.says_more else ending


def translated(
    error: Exception, action: str, subject: str = "", waited: float | None = None
) -> TemporalClientError | None:
    """The client's error for an exception of the SDK, None when it is something else (a bug).

    `subject` is what was awaited: "query `x`", "update `x`", "result"; `waited` the seconds it was given.
    """
    if isinstance(error, SettingsProblem | TlsProblem):
        return TemporalClientError(action, str(error), "INVALID_ARGUMENT")
    if isinstance(error, ConnectionProblem):
        return TemporalClientError(action, str(error), "UNAVAILABLE")
    if isinstance(error, RPCError):
        code, message = _status_message(error, action, subject, waited)
        return TemporalClientError(action, message, code)
    if isinstance(error, exceptions.WorkflowAlreadyStartedError):
        message = (
            f"a workflow with this id is already running or may not run again (run {error.run_id}): "
            "use another workflow_id, or see id_reuse_policy and id_conflict_policy"
        )
        return TemporalClientError(action, message, "ALREADY_EXISTS")
    if isinstance(error, ScheduleAlreadyRunningError):
        message = (
            "there is already a schedule with this id: use another schedule_id, or schedules.update"
        )
        return TemporalClientError(action, message, "ALREADY_EXISTS")
    if isinstance(error, WorkflowQueryFailedError):
        return TemporalClientError(action, f"{subject} failed: {error.message}", "FAILED")
    if isinstance(error, WorkflowQueryRejectedError):
        return TemporalClientError(action, f"{subject} was rejected: {error}", "FAILED")
    if isinstance(error, WorkflowUpdateFailedError):
        message = to_text(describe(error.cause).message)
        return TemporalClientError(action, f"{subject} failed: {message}", "FAILED")
    if isinstance(error, TimeoutError | RPCTimeoutOrCancelledError):
        return TemporalClientError(action, _too_late(subject, waited), "DEADLINE_EXCEEDED")
    if isinstance(error, RuntimeError | ValueError | TypeError):
        return TemporalClientError(action, str(error), "INVALID_ARGUMENT")
    return None


def ended(error: Exception, action: str, workflow_id: str) -> WorkflowFailedError | None:
    """The error for a workflow that did not complete, None when `error` says nothing of that kind."""
    if isinstance(error, WorkflowContinuedAsNewError):
        run_id = error.new_execution_run_id
        message = f"the next run is {run_id} (follow_runs awaits the last one)"
        return WorkflowFailedError(
            action, workflow_id, "CONTINUED_AS_NEW", message, "CONTINUED_AS_NEW", None, run_id
        )
    if not isinstance(error, WorkflowFailureError):
        return None
    cause = error.cause
    # The SDK makes these three itself for how the workflow closed; what came over the wire in a failure has it in `failure`.
    if getattr(cause, "failure", None) is None:
        if isinstance(cause, exceptions.CancelledError):
            details = _details(cause)
            return WorkflowFailedError(
                action, workflow_id, "CANCELED", "canceled", "CANCELED", details
            )
        if isinstance(cause, exceptions.TerminatedError):
            unsaid = cause.message == "Workflow terminated"
            reason = "terminated" if unsaid else cause.message
            return WorkflowFailedError(action, workflow_id, "TERMINATED", reason, "TERMINATED")
        if isinstance(cause, exceptions.TimeoutError):
            message = "its run_timeout or execution_timeout is over"
            return WorkflowFailedError(action, workflow_id, "TIMED_OUT", message, "TIMEOUT")
    failure = describe(cause)
    return WorkflowFailedError(
        action,
        workflow_id,
        "FAILED",
        to_text(failure.message),
        None if failure.type is None else to_text(failure.type),
        _details(cause),
    )


def _details(cause: BaseException | None) -> Any:
    """The details of the innermost failure: None, one value, or a list."""
    while isinstance(cause, exceptions.ActivityError | exceptions.ChildWorkflowError):
        cause = cause.cause
    found = list(getattr(cause, "details", ()))
    if len(found) == 2 and isinstance(found[1], dict) and set(found[1]) == {FIELDS_KEY}:
        found.pop()
    return found[0] if len(found) == 1 else found or None


def _status_message(
    error: RPCError, action: str, subject: str, waited: float | None
) -> tuple[str, str]:
    status, text = error.status, " ".join(error.message.split())
    code = status.name
    lower = text.lower()
    if status is RPCStatusCode.NOT_FOUND:
        if "namespace" in lower:
            return code, f"{text.rstrip('.')}: check the namespace given to connect, or create it"
        if "already completed" in lower:
            return code, "the workflow has already closed"
        if action.startswith("schedules."):
            return code, "there is no such schedule (check the schedule id and the namespace)"
        return code, "there is no such workflow (check the workflow id and the namespace)"
    if status in (RPCStatusCode.CANCELLED, RPCStatusCode.DEADLINE_EXCEEDED):
        return "DEADLINE_EXCEEDED", _too_late(subject, waited)
    if status is RPCStatusCode.UNAVAILABLE:
        return code, f"the server cannot be reached ({text}): is it still running?"
    if status in (RPCStatusCode.UNAUTHENTICATED, RPCStatusCode.PERMISSION_DENIED):
        return (
            code,
            f"access refused ({text}): check api_key, the client certificate and the namespace",
        )
    if status is RPCStatusCode.RESOURCE_EXHAUSTED:
        return code, f"the server is busy or a limit is reached ({text}): try again later"
    if status is RPCStatusCode.UNIMPLEMENTED:
        return (
            code,
            f"this server does not know the call ({text}): is it old, or no Temporal frontend?",
        )
    return code, text


def _too_late(subject: str, waited: float | None) -> str:
    within = "in time" if waited is None else f"within {waited:g} s"
    if subject.startswith(("query", "update")):
        return (
            f"{subject} got no answer {within}: is a worker running on the workflow's task queue?"
        )
    if subject == "result":
        return f"the workflow did not close {within}"
    return f"the server did not answer {within}: check the address and the network, or give a longer timeout"
