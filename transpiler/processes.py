"""Sources in, results out as they come: compiling in several processes. Imported only when that is worth it."""

from __future__ import annotations

import importlib
import multiprocessing
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.context import BaseContext
from pathlib import Path

from .compiled import Compiled
from .diagnostics import files
from .project import compile_source
from .syntax.source import Source

_LOADED_LATE = (".syntax.parser", ".output.formatting", ".output.skeletons")
"""Stages that a compile loads when it needs them: here once, before this process is copied."""


def compile_in_processes(
    tasks: Sequence[tuple[int, Source, Path, Mapping[str, str]]],
    jobs: int,
    done: Callable[[int, Compiled], None],
) -> None:
    """Compiles these sources, begun in this order; `done` is told the number and the result of each in this process.

    A task is a number, a source, its path, and the texts of an earlier compile.
    """
    for stage in _LOADED_LATE:
        importlib.import_module(stage, __package__)
    with ProcessPoolExecutor(jobs, _start_method(), _ignore_interrupt) as pool:
        try:
            futures: dict[Future[Compiled], tuple[int, Source, Path]] = {
                pool.submit(compile_source, source, path, texts): (number, source, path)
                for number, source, path, texts in tasks
            }
            for future in as_completed(futures):
                number, source, path = futures[future]
                try:
                    done(number, future.result())
                except BrokenProcessPool:
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
