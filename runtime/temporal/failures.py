"""Failures of the SDK as Lua errors: what Lua code sees when an activity fails, a timeout strikes or a cancel request comes.

In: an exception of the SDK (or asyncio's CancelledError in a workflow). Out: a `LuaError`, or None when Lua code must not see it.
Importing this module registers the conversion with `errors.as_lua_error`, which `pcall` asks.

An error is a string, `activity 'NAME' failed: MESSAGE`, when the activity threw a string. It is a table with `message`, `type` and
`details` (and that text for `tostring` and `..`) when the activity threw a table, and for timeouts, cancellation, failed child
workflows and messages that reached no workflow. Further fields say what failed: `activity`, or `child_workflow` and `workflow_id`;
`timeout` says which timeout it was. docs/ctx.md has them all.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from typing import Any, Final

from temporalio import exceptions, workflow

from ..errors import LuaError, error_text, register_conversion
from ..strings import concat, from_text
from ..tables import new_table, setindex
from ..values import LuaTable, TableWithMetatable, set_metatable
from .activity_context import current_activity
from .payloads import from_json

TIMEOUT: Final = "TIMEOUT"
CANCELED: Final = "CANCELED"
TERMINATED: Final = "TERMINATED"
ALREADY_STARTED: Final = "ALREADY_STARTED"
NOT_FOUND: Final = "NOT_FOUND"

FIELDS_KEY: Final = "lua_error_fields"
"""Under this key the second detail of a failure holds the other fields of a thrown table; its presence says "a table"."""

_CANCELLATION: Final = object()
"""Marks the metatable of the error that stands for a cancel request. No Lua value equals it, so Lua code cannot make one."""

_UNKNOWN_WORKFLOW: Final = "ExternalWorkflowExecutionNotFound"
"""The type of the SDK's failure when a signal or cancel request finds no workflow."""

_OPTION_OF_TIMEOUT = {
    exceptions.TimeoutType.START_TO_CLOSE: "start_to_close_timeout",
    exceptions.TimeoutType.SCHEDULE_TO_CLOSE: "schedule_to_close_timeout",
    exceptions.TimeoutType.SCHEDULE_TO_START: "schedule_to_start_timeout",
    exceptions.TimeoutType.HEARTBEAT: "heartbeat_timeout",
}


@dataclass(frozen=True)
class Failure:
    """What is known of a failure, as Lua values; `is_table` says whether Lua sees a table or a plain string."""

    message: str
    type: str | None = None
    details: Any = None
    fields: dict[str, Any] = field(default_factory=dict)
    is_table: bool = False
    is_cancellation: bool = False


def error_value(
    failure: Failure, prefix: str = "", cancels: bool = False, text: str | None = None
) -> Any:
    """The Lua error value for `failure`; `prefix` says what failed ("activity 'x' failed: "), or `text` says all.

    With `cancels`, throwing the value on closes the workflow (or ends the activity) as canceled.
    """
    text = prefix + failure.message if text is None else text
    if not failure.is_table:
        return text
    value = LuaTable()
    for name, content in failure.fields.items():
        setindex(value, from_text(name), content)
    for name, content in (
        ("message", failure.message),
        ("type", failure.type),
        ("details", failure.details),
    ):
        setindex(value, name, content)
    metatable = new_table(
        {
            "__name": "error",
            "__tostring": lambda *_: text,
            "__concat": _concatenate,
            "__metatable": "error",
        }
    )
    if cancels:
        metatable[_CANCELLATION] = True
    set_metatable(value, metatable)
    return value


def _concatenate(left: Any, right: Any, *_: Any) -> Any:
    shown = [
        error_text(side) if isinstance(side, TableWithMetatable) else side for side in (left, right)
    ]
    return concat(*shown)


def canceled_error(message: str) -> LuaError:
    """The error that shows a cancel request to Lua code; `message` contains the word "canceled"."""
    failure = Failure(from_text(message), CANCELED, is_table=True, is_cancellation=True)
    return LuaError(error_value(failure, cancels=True))


def stands_for_cancellation(value: object) -> bool:
    """Whether `value` is an error by which a cancel request was shown to Lua code."""
    return isinstance(value, TableWithMetatable) and _CANCELLATION in value.metatable


def describe(exception: BaseException | None) -> Failure:
    """What an SDK failure says: of the cause where there is one, since the outer failure only says that there is a cause."""
    if isinstance(exception, exceptions.ApplicationError):
        return _describe_application_error(exception)
    if isinstance(exception, exceptions.TimeoutError):
        return _describe_timeout(exception)
    if isinstance(exception, exceptions.CancelledError):
        return Failure("canceled", CANCELED, is_table=True, is_cancellation=True)
    if isinstance(exception, exceptions.TerminatedError):
        return Failure(from_text(f"terminated: {exception.message}"), TERMINATED, is_table=True)
    if isinstance(exception, exceptions.ActivityError | exceptions.ChildWorkflowError):
        inner = _of_what_failed(exception)
        return replace(inner, message=_prefix(exception) + inner.message)
    if isinstance(exception, exceptions.WorkflowAlreadyStartedError):
        return _describe_already_started(exception)
    if isinstance(exception, exceptions.FailureError):
        return Failure(from_text(exception.message))
    return Failure(from_text(str(exception)) if exception is not None else "unknown failure")


def _describe_application_error(exception: exceptions.ApplicationError) -> Failure:
    if exception.type == _UNKNOWN_WORKFLOW:
        return Failure("no such workflow is running", NOT_FOUND, is_table=True)
    message = from_text(exception.message)
    kind = from_text(exception.type) if exception.type else None
    details = [from_json(detail) for detail in exception.details]
    if not details:
        return Failure(message, kind)
    fields: dict[str, Any] = {}
    last = exception.details[-1]
    if len(details) == 2 and isinstance(last, dict) and set(last) == {FIELDS_KEY}:
        fields = {name: from_json(value) for name, value in last[FIELDS_KEY].items()}
        details.pop()
    detail = details[0] if len(details) == 1 else from_json(list(exception.details))
    message_thrown = fields.pop("message", message)
    return Failure(message_thrown, kind, detail, fields, is_table=True)


def _of_what_failed(
    exception: exceptions.ActivityError | exceptions.ChildWorkflowError,
) -> Failure:
    """The cause, with the fields that say what failed; a string thrown by an activity stays a string."""
    inner = describe(exception.cause)
    names: dict[str, Any] = {}
    if isinstance(exception, exceptions.ActivityError):
        # A table that the activity threw stays as it was thrown.
        if not isinstance(exception.cause, exceptions.ApplicationError):
            names = {"activity": from_text(exception.activity_type)}
    else:
        names = {
            "child_workflow": from_text(exception.workflow_type),
            "workflow_id": from_text(exception.workflow_id),
        }
    is_child = isinstance(exception, exceptions.ChildWorkflowError)
    if is_child and isinstance(exception.cause, exceptions.TimeoutError):
        # The wire has one kind for both timeouts of a workflow, named as an activity's.
        names["timeout"] = "run"
        inner = Failure("timeout: the workflow did not end in time", TIMEOUT, is_table=True)
    # The author's own fields come first: an activity may throw a table with a field `activity`.
    return replace(inner, fields={**names, **inner.fields}, is_table=inner.is_table or is_child)


def _describe_already_started(exception: exceptions.WorkflowAlreadyStartedError) -> Failure:
    workflow_id = from_text(exception.workflow_id)
    fields = {"child_workflow": from_text(exception.workflow_type), "workflow_id": workflow_id}
    text = f"a workflow with the id '{workflow_id}' has already been started"
    return Failure(text, ALREADY_STARTED, None, fields, is_table=True)


def _describe_timeout(exception: exceptions.TimeoutError) -> Failure:
    option = _OPTION_OF_TIMEOUT.get(exception.type) if exception.type is not None else None
    message = f"timeout: {option} exceeded" if option else f"timeout: {exception.message}"
    if exception.cause is not None:
        message = f"{message} (last failure: {describe(exception.cause).message})"
    heartbeats = exception.last_heartbeat_details
    details = from_json(heartbeats[0]) if heartbeats else None
    fields = {"timeout": option.removesuffix("_timeout")} if option else {}
    return Failure(from_text(message), TIMEOUT, details, fields, is_table=True)


def _prefix(exception: exceptions.ActivityError | exceptions.ChildWorkflowError) -> str:
    if isinstance(exception, exceptions.ActivityError):
        return from_text(f"activity '{exception.activity_type}' failed: ")
    return from_text(f"child workflow '{exception.workflow_type}' failed: ")


def failed_activity(name: str, failure: exceptions.FailureError) -> exceptions.ActivityError:
    """The failure of a local activity, which the SDK gives without its name, as that of any other activity."""
    if isinstance(failure, exceptions.ActivityError):
        return failure
    return exceptions.ActivityError(
        "Activity task failed",
        scheduled_event_id=0,
        started_event_id=0,
        identity="",
        activity_type=name,
        activity_id="",
        retry_state=None,
    )


def as_lua_failure(exception: BaseException) -> LuaError | None:
    """The conversion registered with `errors.as_lua_error`: failures of the SDK and cancellation, None for anything else."""
    if isinstance(exception, asyncio.CancelledError):
        return _linked(_cancellation(), exception)
    if not isinstance(exception, exceptions.FailureError):
        return None
    if isinstance(exception, exceptions.ActivityError | exceptions.ChildWorkflowError):
        failure, prefix = _of_what_failed(exception), _prefix(exception)
    else:
        failure, prefix = describe(exception), ""
    cancels = failure.is_cancellation
    return _linked(LuaError(error_value(failure, prefix, cancels)), exception)


def _linked(error: LuaError | None, exception: BaseException) -> LuaError | None:
    """`error` with the history of the exception it stands for, which the failure sent to the server tells."""
    if error is not None:
        error.__cause__ = exception
        error.__traceback__ = exception.__traceback__
    return error


def _cancellation() -> LuaError | None:
    if workflow.in_workflow():
        if is_eviction():
            return None
        reason = workflow.cancellation_reason()
        if reason is None:
            return canceled_error("canceled")  # by the workflow itself: a future's :cancel()
        return canceled_error(f"workflow canceled: {reason}" if reason else "workflow canceled")
    if current_activity() is not None:
        return canceled_error("activity canceled")
    return None


def is_eviction() -> bool:
    """Whether the SDK is taking the workflow out of its cache: it cancels all tasks then, and no Lua code may run any more.

    The cancel reason alone does not tell: a workflow that was canceled and is cleaning up may be evicted too. Any command is
    refused during eviction, so a change that changes nothing is tried.
    """
    try:
        workflow.set_dynamic_query_handler(workflow.get_dynamic_query_handler())
    # The SDK's eviction error is private, and no Exception.
    except BaseException:  # noqa: BLE001
        return True
    return False


register_conversion(as_lua_failure)
