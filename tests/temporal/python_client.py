"""What the tests of the gRPC clients share: a worker beside blocking tests, errors, waiting for lists."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from assay.runtime.client import TemporalClientError
from workers import Mode, running, unique

_MODE = Mode(sandboxed=False, cached=True)
_NAMES = ("Echo", "Fails", "Queried", "Cleans", "CollectSignals")


def working_queue(address: str) -> Iterator[str]:
    """For a fixture: the task queue of a worker in a thread of its own, since the client blocks."""
    name = unique("client")
    ready, stop = threading.Event(), threading.Event()

    async def work() -> None:
        async with running(address, _MODE, *_NAMES, queue=name):
            ready.set()
            await asyncio.to_thread(stop.wait)

    thread = threading.Thread(target=asyncio.run, args=(work(),))
    thread.start()
    assert ready.wait(20)
    yield name
    stop.set()
    thread.join()


def failure(call: Callable[..., Any], *arguments: Any, **options: Any) -> TemporalClientError:
    with pytest.raises(TemporalClientError) as caught:
        call(*arguments, **options)
    return caught.value


def until(condition: Callable[[], Any], seconds: float = 20.0) -> Any:
    """What `condition` gives once it is true: lists come a little later than what is in them."""
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return found
