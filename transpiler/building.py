"""Sources in, what each compiled to out, in the same order: from the cache, else compiled, several at once.

The compiler proper is imported only when there is something to compile.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Sequence
from pathlib import Path

from .cache import Cache
from .collection import collected_seldom
from .compiled import Compiled
from .syntax.source import Source

_BYTES_WORTH_A_PROCESS = 12_000
"""Below this much text for each, starting another process costs more than it saves."""

Report = Callable[[int, int, str], None]
"""Told after each source: how many are done, of how many, and its name."""


def available_cores() -> int:
    """The processor cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def compile_all(
    sources: Sequence[tuple[Source, Path]],
    cache: Cache | None,
    jobs: int,
    report: Report = lambda done, total, name: None,
) -> list[Compiled]:
    """Every source compiled, in the order given, by at most `jobs` processes. What goes wrong is in the diagnostics."""
    found: dict[int, Compiled] = {}
    for number, (source, path) in enumerate(sources):
        known = None if cache is None else cache.get(source, path)
        if known is not None:
            found[number] = known
    missing = [number for number in range(len(sources)) if number not in found]

    def done(number: int, compiled: Compiled) -> None:
        found[number] = compiled
        if cache is not None:
            cache.put(sources[number][0], compiled)
        report(len(found), len(sources), sources[number][0].name)

    if missing:
        # Largest first, so that no process is left with a large one at the end.
        missing.sort(key=lambda number: -len(sources[number][0].text))
        size = sum(len(sources[number][0].text) for number in missing)
        jobs = min(jobs, len(missing), size // _BYTES_WORTH_A_PROCESS)
        report(len(found), len(sources), sources[missing[0]][0].name)
        with collected_seldom():
            _compile(sources, missing, cache, jobs, done)
    if cache is not None:
        cache.tidy()
    return [found[number] for number in range(len(sources))]


def _compile(
    sources: Sequence[tuple[Source, Path]],
    missing: Sequence[int],
    cache: Cache | None,
    jobs: int,
    done: Callable[[int, Compiled], None],
) -> None:
    from .project import compile_source

    gc.freeze()
    tasks = [
        (number, *sources[number], {} if cache is None else cache.texts(*sources[number]))
        for number in missing
    ]
    if jobs < 2:
        for number, source, path, texts in tasks:
            done(number, compile_source(source, path, texts))
        return
    from .processes import compile_in_processes

    compile_in_processes(tasks, jobs, done)
