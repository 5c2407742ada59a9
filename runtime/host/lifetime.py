"""When the connections that host functions keep open are closed: at the end of the last worker, and of the process.

Modules with a pool register how to close it; workers say when they run. A pool that is used again afterwards opens anew.
"""

from __future__ import annotations

import atexit
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

_lock = threading.Lock()
_closers: list[Callable[[], None]] = []
_workers = 0


def register(close: Callable[[], None]) -> None:
    """Has `close` called when all connections are to be closed. It must not wait for long."""
    if close not in _closers:
        _closers.append(close)


@atexit.register
def close_all() -> None:
    """Closes all connections of host functions in this process."""
    for close in _closers:
        close()


@asynccontextmanager
async def connections_open() -> AsyncIterator[None]:
    """Around the run of a worker: the connections of its activities are kept open until the last worker of the process ends."""
    global _workers
    with _lock:
        _workers += 1
    try:
        yield
    finally:
        with _lock:
            _workers -= 1
            is_last = _workers == 0
        if is_last:
            close_all()
