"""Waiting in host functions: a wait ends when the activity it belongs to is canceled, and is known to the worker meanwhile.

Outside of an activity (scripts) these are plain waits.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from ..errors import LuaError
from ..temporal.activity_context import current_activity

POLL_SECONDS: Final = 0.1
"""How often a wait that cannot be woken looks whether its activity was canceled."""


def is_canceled() -> bool:
    """Whether the calling code belongs to an activity that was asked to stop, and has not yet seen the error that says so."""
    activity = current_activity()
    return activity is not None and activity.interruption.is_set()


def was_canceled() -> bool:
    """Whether the calling code belongs to an activity that was asked to stop at any time."""
    activity = current_activity()
    return activity is not None and activity.is_canceled


def in_activity() -> bool:
    """Whether the calling code belongs to an activity."""
    return current_activity() is not None


@contextmanager
def waiting() -> Iterator[None]:
    """Marks a stretch in which the worker should heartbeat for the activity."""
    activity = current_activity()
    if activity is None:
        yield
        return
    with activity.waiting():
        yield


@contextmanager
def interruptible(interrupt: Callable[[], None]) -> Iterator[None]:
    """A wait inside a library: the worker heartbeats meanwhile, and when the activity is canceled `interrupt` is called from
    another thread, again and again until the code inside ends (it may come before the wait has begun, or block for a while).
    """
    activity = current_activity()
    if activity is None:
        yield
        return
    ended = threading.Event()
    interrupting = threading.Lock()

    def run() -> None:
        while not ended.wait(POLL_SECONDS):
            with interrupting:
                if not ended.is_set():
                    interrupt()

    def start() -> None:
        threading.Thread(target=run, name="interrupt", daemon=True).start()

    try:
        with activity.waiting(), activity.interruption.calling(start):
            yield
    finally:
        # What comes after must not be interrupted in place of this.
        with interrupting:
            ended.set()


def canceled_error(function: str) -> LuaError:
    """The error with which the host function `function` ends when its activity was canceled: of type "CANCELED", so that an
    activity which does not catch it is reported canceled. One that does may clean up: what it waits for then is not ended again.
    """
    activity = current_activity()
    if activity is not None:
        activity.interruption.clear()
    # Known here: the code belongs to an activity, so that the SDK is loaded.
    from ..temporal import failures

    return failures.canceled_error(f"{function}: stopped because the activity was canceled")


def pause(seconds: float) -> bool:
    """Waits; returns whether the wait was cut short by cancellation of the activity."""
    activity = current_activity()
    if activity is None:
        time.sleep(seconds)
        return False
    with activity.waiting():
        return activity.interruption.wait(seconds)
