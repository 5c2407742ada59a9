"""What blocking Lua code of an activity can ask while it runs: was it canceled, and heartbeats.

Host functions (HTTP, sleep) look at `interruption` and mark the time they wait with `waiting()`: heartbeats go out meanwhile.
Free of the SDK: scripts that never see Temporal use the same host functions, there `current_activity()` is None.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final

HEARTBEAT_ACCEPT_SECONDS: Final = 10.0


class _CancelRequest(threading.Event):
    """An event that calls functions when it is set: what ends a wait that does not look at the event by itself."""

    def __init__(self) -> None:
        super().__init__()
        self._callbacks: list[Callable[[], None]] = []

    def set(self) -> None:
        super().set()
        for callback in tuple(self._callbacks):
            callback()

    @contextmanager
    def calling(self, callback: Callable[[], None]) -> Iterator[None]:
        """Has `callback` called, in whatever thread sets the event, while the code inside runs; at once when it is set
        already. It may be called twice, and must not block."""
        self._callbacks.append(callback)
        try:
            if self.is_set():
                callback()
            yield
        finally:
            self._callbacks.remove(callback)


class ActivityContext:
    """The running activity, shared by the thread of the Lua code and the worker's event loop."""

    def __init__(self, send_heartbeat: Callable[[tuple[Any, ...]], None]) -> None:
        self.is_canceled = False
        """Whether the activity was asked to stop: canceled, timed out or the worker shuts down."""
        self.interruption = _CancelRequest()
        """Set from that request until Lua code has seen it as an error: clean-up that catches the error may wait again."""
        self.last_details: tuple[Any, ...] = ()
        self._send_heartbeat = send_heartbeat
        self._waiting = 0
        self._lock = threading.Lock()

    def cancel(self) -> None:
        """Asks the activity to stop; from the worker's event loop."""
        self.is_canceled = True
        self.interruption.set()

    def heartbeat(self, *details: Any) -> None:
        """Tells the server that the activity is alive. `details` are plain JSON values that a next attempt can read.

        May be called from the activity's thread; returns when the SDK has taken the heartbeat.
        """
        self.last_details = details
        self._send_heartbeat(details)

    @property
    def is_waiting(self) -> bool:
        """Whether the Lua code waits for input or output right now: then the worker heartbeats in its place."""
        return self._waiting > 0

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """Marks a stretch in which the Lua code waits for something outside and cannot heartbeat itself."""
        with self._lock:
            self._waiting += 1
        try:
            yield
        finally:
            with self._lock:
                self._waiting -= 1


_current: ContextVar[ActivityContext | None] = ContextVar("lua_activity", default=None)


def current_activity() -> ActivityContext | None:
    """The activity that the calling code belongs to, None outside of one."""
    return _current.get()


@contextmanager
def running_in(context: ActivityContext) -> Iterator[None]:
    """Makes `context` the current activity for the code inside."""
    token = _current.set(context)
    try:
        yield
    finally:
        _current.reset(token)
