"""`assay test [PATH...]`: tests written in Lua, docs/testing.md. Files by their names in, one line a test out.

Exit status: 0 all tests passed, 1 some failed, 2 wrong usage, no test, or no server to be had.
"""

from __future__ import annotations

import argparse
import importlib
import logging
import os
import re
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from assay.runtime.lua_testing.outcomes import Outcome
    from assay.runtime.lua_testing.session import Session


_UNUSABLE = 2


def add_arguments(parser: argparse.ArgumentParser) -> None:
    from ..reports import FORMATS

    parser.add_argument(
        "paths",
        nargs="*",
        type=Path,
        metavar="PATH",
        help="files with tests, or folders with files named *_test.lua or test_*.lua (default: here)",
    )
    parser.add_argument(
        "-k", dest="select", metavar="TEXT", help="only tests with TEXT in their full name"
    )
    parser.add_argument(
        "-x", "--exitfirst", action="store_true", help="end with the first test that fails"
    )
    parser.add_argument(
        "--format", choices=FORMATS, default="text", help="how results are shown (default: text)"
    )
    parser.add_argument(
        "-o", "--output", type=Path, metavar="FILE", help="write the results of --format there"
    )
    parser.add_argument(
        "--timeout",
        type=_seconds,
        default=None,
        metavar="SECONDS",
        help="how long a test may wait for one thing (default: 30)",
    )
    parser.add_argument(
        "--real-time",
        action="store_true",
        help="use the development server, where waiting takes as long as it takes",
    )
    parser.add_argument(
        "-v", "--verbose", action="store_true", help="show what workers log, failed attempts too"
    )


def _seconds(text: str) -> float:
    if not re.fullmatch(r"\d+(\.\d+)?", text) or float(text) == 0:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of seconds")
    return float(text)


def run(given: argparse.Namespace) -> int:
    """Runs the tests; gives the exit status."""
    from ..console import Console
    from ..settings import test_patterns
    from ..sources import InputError, find_test_files

    try:
        files = find_test_files(given.paths or [Path()], test_patterns())
    except InputError as problem:
        Console().show(problem.diagnostics)
        return _UNUSABLE
    if not files:
        return _wrong("no files with tests: they are named *_test.lua or test_*.lua")
    from assay.runtime.stack import allow_deep_recursion, with_lua_stack

    allow_deep_recursion()
    return with_lua_stack(lambda: _run_all(given, files))


def _wrong(message: str) -> int:
    print(f"assay test: {message}", file=sys.stderr)
    return _UNUSABLE


def _set_up_logs(verbose: bool) -> None:
    """Failed attempts of activities are part of many tests: what workers say about them is shown on demand."""
    from assay.runtime.temporal import worker_log
    from temporalio.runtime import LoggingConfig, Runtime, TelemetryConfig, TelemetryFilter

    if verbose:
        worker_log.set_up()
        return
    logging.getLogger("temporalio").setLevel(logging.CRITICAL)
    errors = TelemetryFilter(core_level="ERROR", other_level="ERROR")
    telemetry = TelemetryConfig(logging=LoggingConfig(filter=errors))
    Runtime.set_default(Runtime(telemetry=telemetry), error_if_already_set=False)


def _run_all(given: argparse.Namespace, files: Sequence[Path]) -> int:
    from assay.runtime.lua_testing.session import LIMIT_SECONDS, Session
    from assay.runtime.temporal.server_binary import ServerUnavailable

    from ..reports import new_report

    try:
        output = None if given.output is None else given.output.open("w", encoding="utf-8")
    except OSError as problem:
        return _wrong(f"{given.output} cannot be written: {problem.strerror}")
    with _output(given.format, output) as stream:
        report = new_report(given.format, stream)
        session = Session(
            skip_time=not given.real_time,
            limit=given.timeout or LIMIT_SECONDS,
            set_up=lambda: _set_up_logs(given.verbose),
        )
        begin = time.perf_counter()
        try:
            with session:
                for outcome in _outcomes(given, files, session):
                    report.add(outcome)
                    if given.exitfirst and outcome.failure is not None:
                        break
        except ServerUnavailable as problem:
            return _wrong(f"{problem}; --real-time needs no time-skipping server")
        report.finish(time.perf_counter() - begin)
        if report.total == 0:
            return _wrong("no test was found")
        return 1 if report.failed else 0


@contextmanager
def _output(format: str, file: TextIO | None) -> Iterator[TextIO]:
    """Where the results go: the file if there is one. A document on standard output is alone there: what tests print goes to
    standard error."""
    if file is not None:
        with file:
            yield file
        return
    if format == "text":
        yield sys.stdout
        return
    sys.stdout.flush()
    kept = os.dup(1)
    os.dup2(2, 1)
    with open(kept, "w", encoding="utf-8") as stream:
        yield stream


def _outcomes(
    given: argparse.Namespace, files: Sequence[Path], session: Session
) -> Iterator[Outcome]:
    from assay.runtime.lua_testing.outcomes import Failure, Outcome, Status
    from assay.runtime.lua_testing.running import run_file

    from ..diagnostics import render
    from .loading import NotCompiled, load

    wanted = (given.select or "").lower()

    def select(name: str) -> bool:
        return wanted in name.lower()

    for path in files:
        try:
            loaded = load(path, chunk=path.as_posix(), show=False)
        except NotCompiled as problem:
            text = "\n".join(render(each) for each in problem.diagnostics)
            failure = Failure(f"{path.as_posix()} does not compile\n{text}")
            yield Outcome(path.as_posix(), 0, "loading the file", Status.FAILED, 0.0, failure)
            continue
        yield from run_file(_main_of(loaded.name), path, session, select)


def _main_of(module: str) -> Callable[[], Any]:
    return lambda: importlib.import_module(module).main
