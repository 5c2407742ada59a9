"""`ctx:side_effect(fn)`: runs a nondeterministic function once and records its result in the workflow's history.

The SDK has no such call. A local activity does it: the workflow leaves the function in a registry of this process under
(run id, sequence number) and starts the activity with that key; the activity calls the function and returns what it gave. On replay
the marker in the history gives the value, and the function is not called.

A workflow task that fails between the call and its record calls the function again: at least once, like any activity. Side
effects of one workflow go one at a time, because several local activities in flight replay wrongly (sdk-python issue 1881).
"""

from __future__ import annotations

import inspect
import json
import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

from temporalio import workflow
from temporalio.common import RetryPolicy

from ..calls import first
from ..errors import LuaError, as_lua_error, error_text, library_error
from ..json_values import to_json
from ..strings import from_text, to_text
from .payloads import from_json

ACTIVITY_NAME: Final = "assay.side_effect"
"""The local activity's name; it stands in the markers of histories, so it must never change."""

MAX_RESULT_BYTES: Final = 1_000_000
"""The server ends a workflow whose marker exceeds about 2 MB; refused well below it."""

_TIME_LIMIT = timedelta(hours=1)
_ONE_ATTEMPT = RetryPolicy(maximum_attempts=1)

_waiting: dict[tuple[str, int], Callable[[], Any]] = {}
"""Functions whose activity has not finished. Entries leave in `finally`, when the workflow is evicted too."""

_logger = logging.getLogger(__name__)


async def record(sequence: int, function: Callable[[], Any]) -> Any:
    """Calls `function` through the local activity, or takes its result from history; workflow code only.

    `sequence` numbers the side effects of the run from 1. Lua errors of the function are raised here, with the same value.
    """
    key = (workflow.info().run_id, sequence)
    _waiting[key] = function
    try:
        outcome = await workflow.execute_local_activity(
            ACTIVITY_NAME,
            args=list(key),
            start_to_close_timeout=_TIME_LIMIT,
            retry_policy=_ONE_ATTEMPT,
        )
    finally:
        if _waiting.get(key) is function:
            del _waiting[key]
    if "error" in outcome:
        raise LuaError(from_json(outcome["error"]))
    return from_json(outcome["value"])


def perform(run_id: str, sequence: int) -> dict[str, Any]:
    """The body of the local activity: the function's JSON result as `{"value": ...}`, a Lua error as `{"error": ...}`."""
    function = _waiting.get((run_id, sequence))
    if function is None:
        raise RuntimeError("the workflow that asked for this side effect is no longer here")
    try:
        return _checked({"value": to_json(_result(function), path="side_effect")})
    # Anything that escaped would be recorded as the activity's failure, and the workflow could never go on.
    except Exception as exception:
        error = as_lua_error(exception)
        if error is None:
            _logger.exception("side effect %d of run %s failed", sequence, run_id)
            error = LuaError(from_text(f"side_effect: {type(exception).__name__}: {exception}"))
        return {"error": _error_json(error)}


def _result(function: Callable[[], Any]) -> Any:
    # The function was compiled for the workflow: its module's imports are the sandbox's restricted ones.
    with workflow.unsafe.sandbox_unrestricted():
        result = function()
    if inspect.iscoroutine(result):
        result.close()
        raise library_error("side_effect: the function must not use ctx")
    return first(result)


def _checked(outcome: dict[str, Any]) -> dict[str, Any]:
    size = len(json.dumps(outcome, separators=(",", ":")))
    if size > MAX_RESULT_BYTES:
        raise LuaError(
            f"side_effect: the result is too large to record ({size} bytes, at most {MAX_RESULT_BYTES})"
        )
    return outcome


def _error_json(error: LuaError) -> Any:
    try:
        return _checked({"error": to_json(error.value, path="error")})["error"]
    except LuaError:
        return to_text(error_text(error.value))[:1000]
