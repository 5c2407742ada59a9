"""What each call of the REST client does, as operations that both clients run (see `exchange`).

Paths and names are those of the server's own description, `GET /openapi.yaml` of its HTTP API. Empty lists are absent on the
wire and present here; payloads are asked for in full and decoded beside. Specification: "assay.temporal (HTTP REST client)".
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from typing import Any, Final

from .errors import (
    CANCELLED,
    DEADLINE_EXCEEDED,
    INVALID_ARGUMENT,
    UNAVAILABLE,
    TemporalHttpError,
)
from .exchange import JsonObject, Operation, Pause, Settings, exchanged, request
from .payloads import add_decoded, encoded

RUNNING: Final = "WORKFLOW_EXECUTION_STATUS_RUNNING"
_OPEN = (RUNNING, "WORKFLOW_EXECUTION_STATUS_PAUSED")

_FULL_PAYLOADS: Final[Mapping[str, object]] = {"noPayloadShorthand": "true"}
_HEALTH_SECONDS = 5.0
_LONG_POLL_SECONDS = 30.0
"""The server answers a long poll after 20 s when nothing happened."""
_SHORTEST_POLL_SECONDS = 0.5
"""A server that does not hold a long poll is asked this often."""
_CLOSE_EVENT: Final[Mapping[str, object]] = {
    "waitNewEvent": "true",
    "historyEventFilterType": "HISTORY_EVENT_FILTER_TYPE_CLOSE_EVENT",
}
_QUEUE_TYPE = "TASK_QUEUE_TYPE_"


def health(settings: Settings) -> Operation[bool]:
    """`GET /health`, or else `GET /api/v1/system-info`, which Temporal answers without authorization: is it well?"""
    seconds = min(settings.timeout, _HEALTH_SECONDS)
    for prefix, segment in (("", "health"), ("/api/v1", "system-info")):
        try:
            yield from exchanged(settings, "GET", (segment,), None, None, seconds, 1, prefix)
        except TemporalHttpError as error:
            if error.status is None:
                return False  # nobody there: the second question would get no answer either
        else:
            return True
    return False


def system_info(settings: Settings) -> Operation[JsonObject]:
    """`GET /system-info`: `{serverVersion, capabilities}`"""
    return request(settings, "GET", ("system-info",))


# ---------------------------------------------------------------------------------------------------------------- reading


def listing(
    settings: Settings,
    segments: tuple[str, ...],
    query: Mapping[str, object],
    items: Callable[[JsonObject], list[Any]],
    all_pages: bool | None,
    decode: bool = True,
) -> Operation[JsonObject]:
    """One page, or all pages joined into one answer without `nextPageToken`.

    `items` gives the list of an answer, which it adds when it is absent. When `all_pages` is None, all pages are read unless
    `query` asks for pages itself, by a size or a token.
    """
    if all_pages is None:
        pages = ("pageSize", "maximumPageSize", "nextPageToken")
        all_pages = all(query.get(name) is None for name in pages)
    answer = yield from request(settings, "GET", segments, query={**query, **_FULL_PAYLOADS})
    found = items(answer)
    token = answer.get("nextPageToken")
    while all_pages and token:
        page = yield from request(
            settings,
            "GET",
            segments,
            query={**query, **_FULL_PAYLOADS, "nextPageToken": token},
        )
        found.extend(items(page))
        token = page.get("nextPageToken")
    if all_pages or not token:
        answer.pop("nextPageToken", None)
    if decode:
        add_decoded(answer)
    return answer


def items_of(name: str) -> Callable[[JsonObject], list[Any]]:
    """How to get the list `name` of an answer; an empty one is added where it is absent."""

    def items(answer: JsonObject) -> list[Any]:
        found: list[Any] = answer.setdefault(name, [])
        return found

    return items


def _events(answer: JsonObject) -> list[Any]:
    history: JsonObject = answer.setdefault("history", {})
    found: list[Any] = history.setdefault("events", [])
    return found


def reading(
    settings: Settings, segments: tuple[str, ...], query: Mapping[str, object] | None = None
) -> Operation[JsonObject]:
    """`GET` of one object, with its payloads decoded."""
    answer = yield from request(
        settings, "GET", segments, query={**(query or {}), **_FULL_PAYLOADS}
    )
    add_decoded(answer)
    return answer


def workflow_path(settings: Settings, namespace: str | None, *more: str) -> tuple[str, ...]:
    """The segments of a path below a namespace, the client's own when None."""
    return ("namespaces", settings.namespace if namespace is None else namespace, *more)


def get_workflow(
    settings: Settings, namespace: str | None, workflow_id: str, run_id: str | None
) -> Operation[JsonObject]:
    """`GET .../workflows/{id}`"""
    path = workflow_path(settings, namespace, "workflows", workflow_id)
    return reading(settings, path, {"execution.runId": run_id})


def history(
    settings: Settings,
    namespace: str | None,
    workflow_id: str,
    query: Mapping[str, object],
    all_pages: bool | None,
    raw_payloads: bool,
) -> Operation[JsonObject]:
    """`GET .../workflows/{id}/history`; the events are at `history.events`, as on the wire, and at `events`."""
    path = workflow_path(settings, namespace, "workflows", workflow_id, "history")
    answer = yield from listing(settings, path, query, _events, all_pages, not raw_payloads)
    answer["events"] = answer["history"]["events"]
    return answer


def task_queue(
    settings: Settings, namespace: str | None, name: str, task_queue_type: str
) -> Operation[JsonObject]:
    """`GET .../task-queues/{name}` with its statistics. The type is "workflow", "activity" or the server's name for it."""
    kind = task_queue_type.upper()
    query = {
        "taskQueueType": kind if kind.startswith(_QUEUE_TYPE) else _QUEUE_TYPE + kind,
        "reportStats": "true",
        "includeTaskQueueStatus": "true",
    }
    return reading(settings, workflow_path(settings, namespace, "task-queues", name), query)


# --------------------------------------------------------------------------------------------------------------- changing


def signal(
    settings: Settings,
    namespace: str | None,
    workflow_id: str,
    signal_name: str,
    value: Any,
    run_id: str | None,
) -> Operation[JsonObject]:
    """`POST .../workflows/{id}/signal/{name}`; no payload for None."""
    path = workflow_path(settings, namespace, "workflows", workflow_id, "signal", signal_name)
    body = _execution(run_id)
    if value is not None:
        try:
            body["input"] = {"payloads": [encoded(value)]}
        except (ValueError, TypeError, RecursionError) as error:
            raise TemporalHttpError(
                f"the input of signal '{signal_name}' cannot be sent as JSON: {error}",
                method="POST",
                url=settings.url,
                code=INVALID_ARGUMENT,
            ) from None
    answer = yield from request(settings, "POST", path, body=body)
    return answer


def closing(
    settings: Settings,
    namespace: str | None,
    workflow_id: str,
    verb: str,
    run_id: str | None,
    reason: str | None,
) -> Operation[JsonObject]:
    """`POST .../workflows/{id}/cancel` and `/terminate`"""
    path = workflow_path(settings, namespace, "workflows", workflow_id, verb)
    body = _execution(run_id)
    if reason:
        body["reason"] = reason
    return request(settings, "POST", path, body=body)


def _execution(run_id: str | None) -> JsonObject:
    return {} if run_id is None else {"workflowExecution": {"runId": run_id}}


# ---------------------------------------------------------------------------------------------------------------- waiting


def is_running(
    settings: Settings, namespace: str | None, workflow_id: str, run_id: str | None
) -> Operation[bool]:
    """Whether the status is RUNNING."""
    found = yield from get_workflow(settings, namespace, workflow_id, run_id)
    return _status(settings, found) == RUNNING


def wait_complete(
    settings: Settings,
    namespace: str | None,
    workflow_id: str,
    timeout_secs: float,
    run_id: str | None,
) -> Operation[JsonObject]:
    """The description of a run once it is closed. Follows the run that is the workflow's when it begins, also when that one
    continues as new. A server that cannot be reached meanwhile is waited for; what it answers with an error is an error.
    """
    if not 0 <= timeout_secs < math.inf:
        raise TemporalHttpError(
            f"timeout_secs must be a number of seconds, 0 or more, got {timeout_secs}",
            method="GET",
            url=settings.url,
            code=INVALID_ARGUMENT,
        )
    deadline = time.monotonic() + timeout_secs
    found = yield from get_workflow(settings, namespace, workflow_id, run_id)
    run_id = _information(settings, found).get("execution", {}).get("runId", run_id)
    last_problem = ""
    while _status(settings, found) in _OPEN:
        left = deadline - time.monotonic()
        if left <= 0:
            raise _too_late(settings, workflow_id, run_id, timeout_secs, found, last_problem)
        began = time.monotonic()
        try:
            yield from _until_closed(settings, namespace, workflow_id, run_id, left)
            found = yield from get_workflow(settings, namespace, workflow_id, run_id)
            last_problem = ""
        except TemporalHttpError as error:
            if not _passes(error):
                raise
            last_problem = str(error)
        rest = _SHORTEST_POLL_SECONDS - (time.monotonic() - began)
        if _status(settings, found) in _OPEN and rest > 0:
            yield Pause(max(0.0, min(rest, deadline - time.monotonic())))
    return found


def _until_closed(
    settings: Settings, namespace: str | None, workflow_id: str, run_id: str | None, left: float
) -> Operation[None]:
    """Returns when the run closed, or when the server or the time ended the wait."""
    path = workflow_path(settings, namespace, "workflows", workflow_id, "history")
    seconds = min(left, _LONG_POLL_SECONDS)
    query = {"execution.runId": run_id, **_CLOSE_EVENT}
    try:
        yield from exchanged(settings, "GET", path, query, None, seconds, 1, "/api/v1")
    except TemporalHttpError as error:
        if error.code != DEADLINE_EXCEEDED:
            raise


def _passes(error: TemporalHttpError) -> bool:
    """Is this a problem that may be over soon, such as a server that restarts?"""
    if error.code == CANCELLED and error.status is None:
        return False
    return error.code in (UNAVAILABLE, DEADLINE_EXCEEDED) or error.status in (429, 502, 503, 504)


def _too_late(
    settings: Settings,
    workflow_id: str,
    run_id: str | None,
    timeout_secs: float,
    found: JsonObject,
    last_problem: str,
) -> TemporalHttpError:
    status = _status(settings, found).removeprefix("WORKFLOW_EXECUTION_STATUS_")
    message = (
        f"workflow '{workflow_id}' (run {run_id}) did not complete within {timeout_secs:g} s, "
        f"its last status is {status}"
    )
    if last_problem:
        message += f"; the last try to ask failed: {last_problem}"
    return TemporalHttpError(message, method="GET", url=settings.url, code=DEADLINE_EXCEEDED)


def _status(settings: Settings, description: JsonObject) -> str:
    return str(_information(settings, description).get("status", ""))


def _information(settings: Settings, description: JsonObject) -> JsonObject:
    found = description.get("workflowExecutionInfo")
    if isinstance(found, dict):
        return found
    message = "the answer describes no workflow (is this the address of Temporal's HTTP API?)"
    raise TemporalHttpError(message, method="GET", url=settings.url, code=None)
