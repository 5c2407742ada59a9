"""The event loop of all blocking gRPC clients of a process, in one thread that starts with the first call.

In: coroutines of the SDK, from any thread. Out: futures. The thread ends when the interpreter does; a child process that was
forked starts its own with its first call.
"""

from __future__ import annotations

import asyncio
import atexit
import concurrent.futures
import contextlib
import os
import threading
from collections.abc import Coroutine
from typing import Any, Final, TypeVar

_Result = TypeVar("_Result")

THREAD_NAME: Final = "temporal-client"
_END_SECONDS = 5.0


class Background:
    """An event loop in a daemon thread."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()

    def submit(self, call: Coroutine[Any, Any, _Result]) -> concurrent.futures.Future[_Result]:
        """Starts `call` on the loop. Canceling the future cancels the call."""
        future: concurrent.futures.Future[_Result] = concurrent.futures.Future()
        with self._lock:
            if self._loop is None:
                self._start()
            assert self._loop is not None
            self._loop.call_soon_threadsafe(_begin, self._loop, call, future)
        return future

    def _start(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(
            target=self._loop.run_forever, name=THREAD_NAME, daemon=True
        )
        self._thread.start()

    def close(self) -> None:
        """Cancels the calls under way and ends the thread; the next call starts another one."""
        with self._lock:
            loop, thread = self._loop, self._thread
            self._loop = self._thread = None
        if loop is None or thread is None:
            return
        ended = asyncio.run_coroutine_threadsafe(_cancel_all(), loop)
        ended.add_done_callback(lambda _: loop.call_soon_threadsafe(loop.stop))
        thread.join(_END_SECONDS)
        if not thread.is_alive():
            loop.close()

    def forget(self) -> None:
        """For a forked child, where the thread does not exist."""
        self.__init__()  # type: ignore[misc]  # as new, the lock included, which the parent may hold


def _begin(
    loop: asyncio.AbstractEventLoop,
    call: Coroutine[Any, Any, _Result],
    future: concurrent.futures.Future[_Result],
) -> None:
    task = loop.create_task(_carry(call, future))

    def stop(ended: concurrent.futures.Future[_Result]) -> None:
        if ended.cancelled():
            loop.call_soon_threadsafe(task.cancel)

    future.add_done_callback(stop)


async def _carry(
    call: Coroutine[Any, Any, _Result], future: concurrent.futures.Future[_Result]
) -> None:
    """Takes the outcome of `call` to the thread that waits: at once, where asyncio's own `run_coroutine_threadsafe` takes one
    more turn of the loop."""
    # The future may be canceled at any time, by another thread.
    with contextlib.suppress(concurrent.futures.InvalidStateError):
        try:
            result = await call
        except asyncio.CancelledError:
            future.cancel()
        # Whatever it is goes to the thread that waits.
        except BaseException as error:  # noqa: BLE001
            future.set_exception(error)
        else:
            future.set_result(result)


async def _cancel_all() -> None:
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.wait(others, timeout=_END_SECONDS / 2) if others else None


background: Final = Background()
"""The one of this process."""

atexit.register(background.close)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=background.forget)
