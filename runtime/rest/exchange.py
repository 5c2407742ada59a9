"""One call of the HTTP API without its input and output: which requests go out, what an answer means, when to try again.

Operations are generators that yield what is to be done (`Request`, `Pause`) and are sent what came of it (`Reply`,
`NoAnswer`), so that the synchronous and the asynchronous client run the same ones. The API is the frontend's, under /api/v1.
"""

from __future__ import annotations

import json
import math
import random
import time
from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Final, TypeAlias, TypeVar
from urllib.parse import quote, urlencode, urlsplit

from . import advice
from .errors import (
    CANCELLED,
    DEADLINE_EXCEEDED,
    INVALID_ARGUMENT,
    UNAVAILABLE,
    TemporalHttpError,
)

JsonObject: TypeAlias = dict[str, Any]
"""An answer: the server's JSON with the server's names."""

API_PREFIX: Final = "/api/v1"
DEFAULT_TIMEOUT: Final = 30.0
"""Seconds for a request and its answer, tries included."""

ATTEMPTS: Final = 3
_BACKOFF_SECONDS = 0.2
_BUSY = (429, 502, 503, 504)
_SHOWN_CHARACTERS = 300
_MASK = "***"


@dataclass(frozen=True, slots=True)
class Settings:
    """Where a client sends its requests. `url` has no slash at its end, `timeout` is in seconds."""

    url: str
    namespace: str
    api_key: str | None = field(repr=False)
    timeout: float = DEFAULT_TIMEOUT


class Failure(Enum):
    """How far a request without an answer got, which decides whether it may be sent again."""

    NOT_SENT = "not sent"
    DROPPED = "dropped"
    TIMED_OUT = "timed out"
    CANCELED = "canceled"


_CODES: Final = {
    Failure.NOT_SENT: UNAVAILABLE,
    Failure.DROPPED: UNAVAILABLE,
    Failure.TIMED_OUT: DEADLINE_EXCEEDED,
    Failure.CANCELED: CANCELLED,
}


@dataclass(frozen=True, slots=True)
class Request:
    """To be sent within `seconds`, the answer included. Not shown as text: the headers may hold the key."""

    method: str
    url: str
    headers: Mapping[str, str] = field(repr=False)
    content: bytes | None = field(repr=False)
    seconds: float


@dataclass(frozen=True, slots=True)
class Pause:
    """To be waited."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to a `Request`."""

    status: int
    body: bytes


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """What became of a `Request` instead; `reason` is for people and names no secrets."""

    failure: Failure
    reason: str


_Result = TypeVar("_Result")
Effect: TypeAlias = Request | Pause
Outcome: TypeAlias = Reply | NoAnswer | None
Operation: TypeAlias = Generator[Effect, Outcome, _Result]


def checked_settings(url: str, namespace: str, api_key: str | None, timeout: float) -> Settings:
    """The settings of a client. Raises ValueError that says what to write instead."""
    try:
        parts = urlsplit(url.strip())
        scheme, host, _ = parts.scheme, parts.hostname, parts.port
    except ValueError as error:
        raise ValueError(f"the url cannot be read: {error}") from None
    if scheme not in ("http", "https") or not host:
        raise ValueError(
            'the url must start with http:// or https://, such as "http://localhost:7243" '
            "(host:port alone is for gRPC: temporal.connect)"
        )
    if parts.username is not None or parts.password is not None:
        raise ValueError("the url must not hold a user or password: give api_key")
    if parts.query or parts.fragment:
        raise ValueError("the url must not have a query or a fragment")
    if not namespace:
        raise ValueError("namespace must not be empty")
    if api_key is not None and not (api_key.isascii() and api_key.isprintable() and api_key):
        # The HTTP library would show the whole header in its own error.
        raise ValueError("api_key has characters that a header cannot hold, such as a line break")
    if not 0 < timeout < math.inf:
        raise ValueError("timeout must be a number of seconds greater than 0")
    return Settings(parts.geturl().rstrip("/"), namespace, api_key, float(timeout))


def request(
    settings: Settings,
    method: str,
    segments: tuple[str, ...],
    *,
    query: Mapping[str, object] | None = None,
    body: JsonObject | None = None,
    seconds: float | None = None,
    attempts: int = ATTEMPTS,
    prefix: str = API_PREFIX,
) -> Operation[JsonObject]:
    """The JSON object that the API answers. `segments` are the parts of the path, any text; query fields that are None are
    left out; `seconds` replaces the settings' timeout. Raises `TemporalHttpError`."""
    reply, where = yield from exchanged(
        settings, method, segments, query, body, seconds, attempts, prefix
    )
    return _decoded(settings, reply, method, where)


def exchanged(
    settings: Settings,
    method: str,
    segments: tuple[str, ...],
    query: Mapping[str, object] | None,
    body: JsonObject | None,
    seconds: float | None,
    attempts: int,
    prefix: str,
) -> Operation[tuple[Reply, str]]:
    """The answer with status 200 and the URL that gave it. Raises `TemporalHttpError` when there is none after all tries."""
    where = _address(settings, method, prefix, segments)
    fields = {name: value for name, value in (query or {}).items() if value is not None}
    url = f"{where}?{urlencode(fields, quote_via=quote)}" if fields else where
    content = None if body is None else json.dumps(body, separators=(",", ":")).encode()
    headers = _headers(settings, content is not None)
    deadline = time.monotonic() + (settings.timeout if seconds is None else seconds)
    tried = 0
    while True:
        tried += 1
        remaining = max(deadline - time.monotonic(), 0.001)
        outcome = yield Request(method, url, headers, content, remaining)
        assert outcome is not None
        if isinstance(outcome, Reply) and outcome.status == 200:
            return outcome, where
        wait = _BACKOFF_SECONDS * 2 ** (tried - 1) * random.uniform(0.5, 1.0)
        in_time = wait < deadline - time.monotonic()
        if tried >= attempts or not in_time or not _may_repeat(method, outcome):
            raise _error(settings, outcome, method, where)
        yield Pause(wait)


def _may_repeat(method: str, outcome: Reply | NoAnswer) -> bool:
    """A request that changes something is repeated only when it certainly did not reach the server."""
    if isinstance(outcome, Reply):
        return method == "GET" and outcome.status in _BUSY
    if outcome.failure is Failure.DROPPED:
        return method == "GET"
    return outcome.failure is Failure.NOT_SENT


def _address(settings: Settings, method: str, prefix: str, segments: tuple[str, ...]) -> str:
    path = settings.url + prefix
    for segment in segments:
        try:
            encoded = quote(segment, safe="", errors="strict")
        except UnicodeEncodeError:
            raise _refused("it is not text that UTF-8 can hold", segment, method, path) from None
        if not segment:
            raise _refused("it is empty", segment, method, path)
        if "/" in segment or segment in (".", ".."):
            reason = (
                "Temporal's HTTP API cannot address a name with a slash or of dots only; "
                "use the gRPC client: temporal.connect"
            )
            raise _refused(reason, segment, method, path)
        path += f"/{encoded}"
    return path


def _refused(reason: str, segment: str, method: str, path: str) -> TemporalHttpError:
    shown = segment.encode("ascii", "backslashreplace").decode()
    message = f"'{shown}' cannot be sent: {reason}"
    return TemporalHttpError(message, method=method, url=path, code=INVALID_ARGUMENT)


def _headers(settings: Settings, has_content: bool) -> dict[str, str]:
    headers = {"Accept": "application/json", "User-Agent": "assay-compile"}
    if has_content:
        headers["Content-Type"] = "application/json"
    if settings.api_key is not None:
        headers["Authorization"] = f"Bearer {settings.api_key}"
    return headers


def _decoded(settings: Settings, reply: Reply, method: str, where: str) -> JsonObject:
    try:
        answer = json.loads(reply.body)
    except (ValueError, RecursionError):
        answer = None
    if isinstance(answer, dict):
        return answer
    message = (
        f"the answer is not Temporal's JSON: {_text(settings, reply.body) or 'it is empty'} "
        "(is this the address of the HTTP API?)"
    )
    raise TemporalHttpError(message, method=method, url=where, status=reply.status, code=None)


def _error(
    settings: Settings, outcome: Reply | NoAnswer, method: str, where: str
) -> TemporalHttpError:
    if isinstance(outcome, NoAnswer):
        reason = _without_key(settings, outcome.reason)
        return TemporalHttpError(reason, method=method, url=where, code=_CODES[outcome.failure])
    try:
        body = json.loads(outcome.body)
    except (ValueError, RecursionError):
        body = None
    fields = body if isinstance(body, dict) else {}
    code, message = fields.get("code"), fields.get("message")
    if not isinstance(message, str) or not message:
        message = _text(settings, outcome.body) or "no reason given"
    else:
        message = advice.for_answer(code, message)
    if outcome.status in (401, 403):
        message += " (check api_key)"
    return TemporalHttpError(
        _without_key(settings, message),
        method=method,
        url=where,
        status=outcome.status,
        code=code if isinstance(code, int) else None,
    )


def _text(settings: Settings, body: bytes) -> str:
    """The beginning of an answer that is no JSON, in one line."""
    # The key first: a cut through its middle would leave a part that is not recognised.
    text = _without_key(settings, body.decode("utf-8", "replace"))
    return " ".join(text[: 4 * _SHOWN_CHARACTERS].split())[:_SHOWN_CHARACTERS]


def _without_key(settings: Settings, text: str) -> str:
    return text.replace(settings.api_key, _MASK) if settings.api_key else text
