"""Sockets with a time limit for a whole request, that stop when their activity is canceled.

In httpx a timeout counts for each read anew, so that a server which sends a byte now and then is waited for without end;
and nothing wakes a read before its timeout. httpcore's own interface for network backends is where both can be changed:
every socket operation asks the `Budget` of the request that runs in this thread.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import httpcore

from .waiting import POLL_SECONDS, in_activity, is_canceled

_WRITE_BYTES = 1 << 16
"""How much is written between two looks at the budget."""


class RequestCanceled(Exception):
    """The activity that the request belongs to was canceled."""


class Budget:
    """The time limit of one request; `deadline` in the seconds of `time.monotonic`."""

    def __init__(self, seconds: float) -> None:
        self.deadline = time.monotonic() + seconds
        self.can_be_canceled = in_activity()

    def remaining(self) -> float:
        """Seconds that are left, more than 0. Raises httpcore's timeout, or `RequestCanceled`."""
        if self.can_be_canceled and is_canceled():
            raise RequestCanceled
        seconds = self.deadline - time.monotonic()
        if seconds <= 0:
            raise httpcore.ReadTimeout("the time is up")
        return seconds


_budget: ContextVar[Budget | None] = ContextVar("http_budget", default=None)


@contextmanager
def spending(seconds: float) -> Iterator[Budget]:
    """Gives all socket operations of the code inside `seconds` together."""
    token = _budget.set(budget := Budget(seconds))
    try:
        yield budget
    finally:
        _budget.reset(token)


class _LimitedStream(httpcore.NetworkStream):
    def __init__(self, stream: httpcore.NetworkStream) -> None:
        self._stream = stream

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        budget = _budget.get()
        if budget is None:
            return self._stream.read(max_bytes, timeout)
        while True:
            remaining = budget.remaining()
            if not budget.can_be_canceled:
                return self._stream.read(max_bytes, remaining)
            try:
                return self._stream.read(max_bytes, min(remaining, POLL_SECONDS))
            except httpcore.ReadTimeout:
                continue  # nothing came in this slice; `remaining` says whether there is another one

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        budget = _budget.get()
        for start in range(0, len(buffer), _WRITE_BYTES):
            seconds = timeout if budget is None else budget.remaining()
            self._stream.write(buffer[start : start + _WRITE_BYTES], seconds)

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        budget = _budget.get()
        seconds = timeout if budget is None else budget.remaining()
        return _LimitedStream(self._stream.start_tls(ssl_context, server_hostname, seconds))

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class LimitedBackend(httpcore.NetworkBackend):
    """Connections whose operations all keep to the budget of the running request."""

    def __init__(self) -> None:
        self._backend = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        budget = _budget.get()
        seconds = timeout if budget is None else budget.remaining()
        stream = self._backend.connect_tcp(host, port, seconds, local_address, socket_options)
        return _LimitedStream(stream)
