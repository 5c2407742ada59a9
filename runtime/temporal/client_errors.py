"""What goes wrong in calls of the Temporal client, as Lua errors that say what to do."""

from __future__ import annotations

from typing import Final

from temporalio.client import (
    WorkflowContinuedAsNewError,
    WorkflowFailureError,
    WorkflowQueryFailedError,
    WorkflowQueryRejectedError,
)
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from ..errors import LuaError, library_error
from ..strings import from_text
from ..tables import new_table
from .connection import ConnectionProblem
from .failures import Failure, describe, error_value

CONTINUED_AS_NEW: Final = "CONTINUED_AS_NEW"

_UNREACHABLE = (RPCStatusCode.UNAVAILABLE, RPCStatusCode.DEADLINE_EXCEEDED, RPCStatusCode.CANCELLED)


def translated(error: BaseException, action: str, detail: str = "") -> LuaError:
    """The Lua error for an exception of the SDK. `action` is the Lua call with its workflow ("get_result 'order-1'"), `detail`
    the name of the query. Raises `error` again when it is none of the SDK's."""
    if isinstance(error, ConnectionProblem):
        return _error(f"{action}: {error}")
    if isinstance(error, WorkflowAlreadyStartedError):
        return _error(
            f"{action}: a workflow with this id is already running (run {error.run_id}); "
            "wait for it, or use another workflow_id"
        )
    if isinstance(error, WorkflowContinuedAsNewError):
        next_run = error.new_execution_run_id
        failure = Failure(
            from_text(f"{action}: the run continued as new (run {next_run})"),
            CONTINUED_AS_NEW,
            new_table({"run_id": from_text(next_run)}),
            is_table=True,
        )
        return LuaError(error_value(failure))
    if isinstance(error, WorkflowFailureError):
        return LuaError(error_value(describe(error.cause), from_text(_workflow_prefix(action))))
    if isinstance(error, WorkflowQueryFailedError):
        return _error(f"{action}: query '{detail}' failed: {error.message}")
    if isinstance(error, WorkflowQueryRejectedError):
        return _error(f"{action}: query '{detail}' was rejected: {error}")
    if isinstance(error, RPCError):
        return _error(f"{action}: {_rpc_message(error, detail)}")
    if isinstance(error, RuntimeError | ValueError | TypeError | TimeoutError):
        return _error(f"{action}: {error}")
    raise error


def _workflow_prefix(action: str) -> str:
    _, _, workflow = action.partition(" ")
    return f"workflow {workflow} failed: "


def _error(message: str) -> LuaError:
    return library_error(from_text(message))


def _rpc_message(error: RPCError, query: str) -> str:
    text = error.message
    if error.status == RPCStatusCode.NOT_FOUND:
        if "namespace" in text.lower():
            return f"{text} (check the namespace given to connect)"
        if "already completed" in text:
            return "the workflow has already closed"
        return "there is no such workflow (check the workflow id and the namespace)"
    if error.status in _UNREACHABLE:
        if query:
            return f"query '{query}' got no answer in time: is a worker running on the workflow's task queue?"
        return f"the server did not answer in time ({text})"
    if error.status in (RPCStatusCode.UNAUTHENTICATED, RPCStatusCode.PERMISSION_DENIED):
        return f"access refused: {text}"
    return text
