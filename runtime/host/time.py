"""The globals `time` and `sleep`."""

from __future__ import annotations

import time as clock
from typing import Any

from ..errors import argument_error, library
from ..stdlib.arguments import ABSENT, check_number
from .waiting import canceled_error, pause


@library("time")
def time(*_: Any) -> float:
    """`time()`: seconds since 1970 in UTC, with fractions."""
    return clock.time()


@library("sleep")
def sleep(seconds: Any = ABSENT, *_: Any) -> tuple[()]:
    """`sleep(seconds)`: waits, fractions allowed. Raises a Lua error when its activity is canceled meanwhile."""
    duration = check_number(1, seconds)
    if not 0 <= duration <= 1e9:
        raise argument_error(1, "a number of seconds from 0 expected")
    if pause(float(duration)):
        raise canceled_error("sleep")
    return ()
