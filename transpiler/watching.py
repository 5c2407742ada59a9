"""`--watch`: compiles, waits until a source changes, compiles what changed, until it is interrupted.

watchfiles asks the operating system, so that a change is seen at once and waiting costs nothing.
"""

from __future__ import annotations

import importlib
import logging
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from . import command
from .cache import Cache, default_folder
from .settings import Settings

_MILLISECONDS_TO_GATHER = 100
"""What changes within this time, as when an editor saves several files, is compiled together."""


def watch(settings: Settings) -> int:
    """Compiles again and again; 0 when interrupted."""
    # Ctrl-C is how it ends, wherever it comes.
    with suppress(KeyboardInterrupt), tempfile.TemporaryDirectory(prefix="assay-watch-") as own:
        # Without the user's cache, what did not change is still not compiled again.
        cache = Cache(default_folder() if settings.cache else Path(own))
        before = _stamps(settings.sources)
        command.run(settings, cache)
        # One process from here on: a copy of one that has the watcher's threads is not safe.
        settings = replace(settings, jobs=1)
        console = command.console_for(settings)
        for is_first in changes(settings.sources):
            if not is_first or before != _stamps(settings.sources):
                command.run(settings, cache)
            if is_first:
                console.say("watching for changes; Ctrl-C ends it")
                # Now, so that the first change need not wait for the compiler to be loaded.
                importlib.import_module(".project", __package__)
    return 0


def changes(paths: Sequence[Path]) -> Iterator[bool]:
    """True once, when changes are seen from now on; then False each time that Lua files at or below `paths` have changed.

    Ends with Ctrl-C."""
    from watchfiles import watch as watch_files

    folders = {path if path.is_dir() else path.parent for path in paths}

    def is_source(change: object, path: str) -> bool:
        return path.endswith(".lua")

    # It would tell that Ctrl-C has ended it.
    logging.getLogger("watchfiles").setLevel(logging.ERROR)
    is_first = True
    for found in watch_files(
        *folders,
        watch_filter=is_source,
        debounce=_MILLISECONDS_TO_GATHER,
        step=20,
        rust_timeout=100,
        yield_on_timeout=True,
        raise_interrupt=False,
    ):
        if is_first or found:
            yield is_first
        is_first = False


def _stamps(paths: Sequence[Path]) -> dict[Path, int]:
    """When each Lua file at or below `paths` was last changed."""
    found = {}
    for path in paths:
        for file in path.rglob("*.lua") if path.is_dir() else [path]:
            with suppress(OSError):
                found[file] = file.stat().st_mtime_ns
    return found
