"""How each call of the gRPC client runs: within its time, with its errors made `TemporalClientError`.

In: an SDK client. Everything of `assay.runtime.client` that talks to the server goes through `Connection.calling`.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta
from types import TracebackType
from typing import Any, Final

from temporalio import workflow
from temporalio.client import Client

from .choices import Seconds, duration
from .errors import TemporalClientError, ended, translated

DEFAULT_TIMEOUT: Final = 10.0
"""Seconds for a call, connecting included; a query or an update waits that long for a worker."""


RETRY_SHARE: Final = 0.6
"""For this share of a call's time the SDK tries again what failed (a server that is busy or cannot be reached)."""


class Connection:
    """A connection that calls share: the SDK's client until `close`, the timeout of calls that are given none."""

    def __init__(self, client: Client, timeout: timedelta) -> None:
        self._client: Client | None = client
        self.timeout = timeout
        self._api_key = client.api_key
        self.shown = f"{client.service_client.config.target_host}, namespace {client.namespace!r}"

    def close(self) -> None:
        """Lets go of the SDK's client, which has no other way to close its connection."""
        self._client = None

    def calling(
        self,
        function: str,
        target: str = "",
        *,
        subject: str = "",
        timeout: Seconds | None = None,
        endless: bool = False,
    ) -> Call:
        """A context for one call: `function` and the id it is about as errors name them, `subject` what is awaited ("query
        'state'").

        `timeout` is for the whole call and the connection's own when None, none at all with `endless`.
        """
        action = f"{function} '{target}'" if target else function
        if self._client is None:
            raise TemporalClientError(action, "the client is closed", "CANCELLED")
        if workflow.in_workflow():
            message = (
                "the client cannot be used in workflow code, which talks to Temporal through ctx"
            )
            raise TemporalClientError(action, message, "FAILED_PRECONDITION")
        limit = None
        if timeout is not None or not endless:
            limit = self.timeout if timeout is None else _duration(timeout, action)
        return Call(self._client, action, target, subject, limit, self._api_key)


class Call:
    """One call: its time limit, and the error that comes of what the SDK raises inside. `client` is the SDK's, `limit` what to
    give it as `rpc_timeout` (the SDK applies that to each request anew, so that it alone would not end a call).
    """

    def __init__(
        self,
        client: Client,
        action: str,
        target: str,
        subject: str,
        limit: timedelta | None,
        secret: str | None,
    ) -> None:
        self.client = client
        self.limit = limit
        self._action = action
        self._target = target
        self._subject = subject
        self._secret = secret
        self._seconds = None if limit is None else limit.total_seconds()
        self._time = None if limit is None else asyncio.timeout(self._seconds)

    async def __aenter__(self) -> Call:
        if self._time is not None:
            await self._time.__aenter__()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        try:
            if self._time is not None:
                await self._time.__aexit__(kind, error, traceback)
        except TimeoutError as late:
            error = late
        if not isinstance(error, Exception) or isinstance(error, TemporalClientError):
            return
        found: TemporalClientError | None = ended(error, self._action, self._target)
        found = found or translated(error, self._action, self._subject, self._seconds)
        if found is None:
            return
        if self._secret and self._secret in f"{error} {found}":
            # The server may quote what it was sent; the SDK's exception would show it in a traceback.
            raise found.without(self._secret) from None
        raise found from error


def arguments(input: Any) -> list[Any]:
    """What a workflow, signal, query or update is given: nothing for None."""
    return [] if input is None else [input]


def _duration(value: Seconds, action: str) -> timedelta:
    try:
        found = duration(value, "timeout")
    except ValueError as error:
        raise TemporalClientError(action, str(error), "INVALID_ARGUMENT") from None
    assert found is not None
    return found
