"""Where in the Lua source a workflow waits: the answer to the query `__stack_trace`, which Temporal's UI and CLI ask.

In: the tasks of the workflow's event loop, all of which are suspended while a query is answered. Out: the Lua functions on the
stack of each, innermost first, in the form of the stack traces of failures.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from types import CoroutineType, FrameType, GeneratorType
from typing import Any

from .application_errors import lua_level

QUERY = "__stack_trace"


def waiting_stacks() -> str:
    """The stack of everything in this workflow that waits; the workflow function itself comes first."""
    stacks = ["\n".join(_levels(task)) for task in asyncio.all_tasks(asyncio.get_running_loop())]
    shown = sorted(
        (each for each in stacks if each), key=lambda each: ("workflow '" not in each, each)
    )
    return "\n\n".join(shown) or "no Lua function waits"


def _levels(task: asyncio.Task[Any]) -> list[str]:
    levels = [lua_level(frame) for frame in _frames(task.get_coro())]
    return [level for level in levels if level is not None][::-1]


def _frames(suspended: Any) -> Iterator[FrameType]:
    """The frames of a suspended coroutine and of what it awaits, outermost first."""
    while True:
        if isinstance(suspended, CoroutineType):
            frame, inner = suspended.cr_frame, suspended.cr_await
        elif isinstance(suspended, GeneratorType):
            frame, inner = suspended.gi_frame, suspended.gi_yieldfrom
        else:
            return
        if frame is not None:
            yield frame
        suspended = inner
