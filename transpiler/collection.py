"""When Python searches for unreachable cycles of objects: seldom, since what a compile makes lives as long as it does."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_OBJECTS_BETWEEN_COLLECTIONS = 2_000_000
"""Some 200 MB of syntax trees. Python's own 700 costs a third of the time of a compile."""


@contextmanager
def collected_seldom(*, process_ends: bool = False) -> Iterator[None]:
    """Around the compiling of several sources.

    With `process_ends` nothing is searched afterwards either, which would take as long as a tenth of the compile.
    """
    before = gc.get_threshold()
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS, 5, 100)
    try:
        yield
    finally:
        if process_ends:
            gc.freeze()
        else:
            gc.unfreeze()
            gc.set_threshold(*before)


@contextmanager
def not_collected() -> Iterator[None]:
    """Around the compiling of one source: almost all it makes is in use until the end, and a search through 100,000 lines
    takes seconds each time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
