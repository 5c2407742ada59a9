"""What the tests of the gRPC clients share: a worker beside blocking tests, and errors."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from assay.runtime.client import TemporalClientError
from thread_worker import in_thread
from workers import Mode, running, unique

_MODE = Mode(sandboxed=False, cached=True)
_NAMES = ("Echo", "Fails", "Queried", "Cleans", "CollectSignals")


def working_queue(address: str) -> Iterator[str]:
    """For a fixture: the task queue of a worker in a thread of its own, since the client blocks."""
    name = unique("client")
    with in_thread(lambda: running(address, _MODE, *_NAMES, queue=name)):
        yield name


def failure(call: Callable[..., Any], *arguments: Any, **options: Any) -> TemporalClientError:
    with pytest.raises(TemporalClientError) as caught:
        call(*arguments, **options)
    return caught.value
