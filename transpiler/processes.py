"""Sources in, results out as they come: compiling in several processes. Imported only when that is worth it."""

from __future__ import annotations

import multiprocessing
import signal
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.context import BaseContext
from pathlib import Path

from .compiled import Compiled
from .diagnostics import files
from .project import compile_source
from .syntax.source import Source


def compile_in_processes(
    sources: Sequence[tuple[Source, Path]],
    numbers: Sequence[int],
    jobs: int,
    done: Callable[[int, Compiled], None],
) -> None:
    """Compiles the sources of these `numbers`, begun in this order; `done` is told each result in this process."""
    with ProcessPoolExecutor(jobs, _start_method(), _ignore_interrupt) as pool:
        try:
            futures: dict[Future[Compiled], int] = {
                pool.submit(compile_source, *sources[number]): number for number in numbers
            }
            for future in as_completed(futures):
                number = futures[future]
                try:
                    done(number, future.result())
                except BrokenProcessPool:
                    source, path = sources[number]
                    problem = files.internal_error(source.name, "the compiling process ended")
                    done(number, Compiled(path, diagnostics=[problem]))
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _start_method() -> BaseContext:
    """A copy of this process where that is safe: it has loaded the compiler already, and runs no threads."""
    return multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")


def _ignore_interrupt() -> None:
    """Ctrl-C goes to all processes of the terminal; this process's parent answers it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
