"""The threads of activities: used again one after the other, never waited for, and os.exit ends the worker from one."""

from __future__ import annotations

import asyncio
import contextvars
import threading
from collections.abc import Callable
from typing import Any

import pytest
from assay.runtime.errors import LuaError
from assay.runtime.stdlib import os as lua_os
from assay.runtime.temporal.activity import lua_activity
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

TIME_LIMIT = 30


def _run(function: Callable[[Any], Any], *inputs: Any) -> list[Any]:
    """The results of an activity for the inputs, all at once."""

    async def go() -> list[Any]:
        running = (ActivityEnvironment().run(lua_activity(function), each) for each in inputs)
        return await asyncio.wait_for(asyncio.gather(*running), TIME_LIMIT)

    return asyncio.run(go())


def test_activities_at_once_have_a_thread_each() -> None:
    barrier = threading.Barrier(50)

    def meet(_: Any) -> int:
        barrier.wait(TIME_LIMIT)
        return threading.get_ident()

    assert len(set(_run(meet, *range(50)))) == 50


def test_activities_one_after_the_other_share_a_thread() -> None:
    assert len({_run(lambda _: threading.get_ident(), None)[0] for _ in range(20)}) == 1


def test_nothing_stays_from_one_activity_to_the_next() -> None:
    variable: contextvars.ContextVar[int] = contextvars.ContextVar("variable", default=0)

    def count(_: Any) -> int:
        variable.set(variable.get() + 1)
        return variable.get()

    assert [_run(count, None)[0] for _ in range(3)] == [1, 1, 1]


def test_a_thread_goes_on_after_an_error() -> None:
    def fail(_: Any) -> None:
        raise LuaError("no")

    with pytest.raises(ApplicationError, match="no"):
        _run(fail, None)
    assert _run(lambda input: input, 5) == [5]


def test_exit_ends_the_worker() -> None:
    ended = lua_activity(lua_os.exit)

    async def reported(code: int) -> str:
        try:
            await ended(code)
        except BaseException:  # noqa: BLE001  # the SDK's worker catches everything
            return "the worker goes on"
        return "no exit"

    with pytest.raises(SystemExit) as end:
        asyncio.run(ActivityEnvironment().run(reported, 3))
    assert end.value.code == 3


def test_a_result_counts_that_comes_just_before_the_cancel_request(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    started, released, sent = threading.Event(), threading.Event(), threading.Event()

    def body(_: Any) -> str:
        started.set()
        released.wait(TIME_LIMIT)
        return "done"

    async def go() -> Any:
        environment = ActivityEnvironment()
        running = asyncio.ensure_future(environment.run(lua_activity(body), None))
        await asyncio.to_thread(started.wait, TIME_LIMIT)
        loop = asyncio.get_running_loop()
        send = loop.call_soon_threadsafe

        def tell(*arguments: Any) -> Any:
            handle = send(*arguments)
            sent.set()
            return handle

        monkeypatch.setattr(loop, "call_soon_threadsafe", tell)
        released.set()
        assert sent.wait(TIME_LIMIT)  # the event loop has the result, and has not looked at it
        environment.cancel()
        return await running

    assert asyncio.run(go()) == "done"
