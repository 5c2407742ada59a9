"""A worker beside tests that block: it runs in a thread with an event loop of its own."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager, contextmanager
from typing import Any

_START_SECONDS = 20


@contextmanager
def in_thread(worker: Callable[[], AbstractAsyncContextManager[Any]]) -> Iterator[None]:
    """Inside, the worker polls; `worker` makes it on the thread's loop. Raises what making it raised."""
    ready, stop = threading.Event(), threading.Event()
    problems: list[BaseException] = []

    async def work() -> None:
        async with worker():
            ready.set()
            await asyncio.to_thread(stop.wait)

    def run() -> None:
        try:
            asyncio.run(work())
        except BaseException as problem:  # noqa: BLE001  # raised again below
            problems.append(problem)
        finally:
            ready.set()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        assert ready.wait(_START_SECONDS)
        if not problems:
            yield
    finally:
        stop.set()
        thread.join()
    if problems:
        raise problems[0]
