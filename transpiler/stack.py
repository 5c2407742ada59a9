"""Room for recursion: runs a function in a thread with a large stack, so that deeply nested sources do not hit
Python's limits."""

from __future__ import annotations

import contextvars
import sys
import threading
from collections.abc import Callable
from typing import TypeVar

_Result = TypeVar("_Result")

_STACK_BYTES = 512 * 1024 * 1024
_DEPTH = 60_000


def with_deep_stack(work: Callable[[], _Result]) -> _Result:
    """The result of `work`, or the exception it raised. The memory is only reserved: what is not used costs
    nothing."""
    results: list[_Result] = []
    problems: list[BaseException] = []

    def run() -> None:
        try:
            results.append(work())
        except BaseException as problem:  # noqa: BLE001 - handed on below
            problems.append(problem)

    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(max(limit, _DEPTH))
    previous = threading.stack_size(_STACK_BYTES)
    try:
        # The thread sees the caller's context variables.
        context = contextvars.copy_context()
        thread = threading.Thread(target=context.run, args=(run,), name="assay-compile")
        thread.start()
    finally:
        threading.stack_size(previous)
    thread.join()
    sys.setrecursionlimit(limit)
    if problems:
        raise problems[0]
    return results[0]
