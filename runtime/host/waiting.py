"""Waiting in host functions: a wait ends when the activity it belongs to is canceled, and is known to the worker meanwhile.

Outside of an activity (scripts) these are plain waits.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from ..temporal.activity_context import current_activity

POLL_SECONDS = 0.1
"""How often a wait that cannot be woken looks whether its activity was canceled."""


def is_canceled() -> bool:
    """Whether the calling code belongs to an activity that was asked to stop."""
    activity = current_activity()
    return activity is not None and activity.cancelled.is_set()


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


def pause(seconds: float) -> bool:
    """Waits; returns whether the wait was cut short by cancellation of the activity."""
    activity = current_activity()
    if activity is None:
        time.sleep(seconds)
        return False
    with activity.waiting():
        return activity.cancelled.wait(seconds)
