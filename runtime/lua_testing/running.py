"""Runs the tests of one file. In: the compiled chunk of the file. Out: an `Outcome` for each of its tests, as they end.

Tests share nothing: each begins with the stubs of the file and no calls. When a test ends, each workflow that it started is
replayed, as after the restart of a worker, and terminated if it is still open.
"""

from __future__ import annotations

import functools
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ..program import start_program
from ..suspending import run_to_end
from ..temporal.server_binary import ServerUnavailable
from .collecting import CollectedTest, collecting
from .outcomes import Failure, Outcome, Status, failure_of
from .session import Current, Session, TooLong

Select = Callable[[str], bool]
"""Is the test of this full name to be run?"""


def run_file(
    main: Callable[[], Callable[..., Any]],
    path: Path,
    session: Session,
    select: Select = lambda name: True,
) -> Iterator[Outcome]:
    """The outcomes of the tests of a file. `main()` gives its chunk once the file's globals are there.

    A chunk that fails is the outcome of a test named "loading the file".
    """
    shown = path.as_posix()
    session.folder = path.parent
    with _current(session), collecting() as collector:
        start_program()
        failure = _failure_of(lambda: _call(main()))
    try:
        if failure is not None:
            yield Outcome(shown, 0, "loading the file", Status.FAILED, 0.0, failure)
            return
        for test in collector.tests:
            if select(test.full_name):
                with _current(session):
                    outcome = _run(test, shown, session)
                yield outcome
    finally:
        session.end_file()


@contextmanager
def _current(session: Session) -> Iterator[None]:
    Current.session = session
    try:
        yield
    finally:
        Current.session = None


def _run(test: CollectedTest, file: str, session: Session) -> Outcome:
    function = test.function
    if function is None:
        return Outcome(file, test.line, test.full_name, Status.PENDING)
    for worker in session.workers:
        worker.begin_test()
    begin = time.perf_counter()
    groups = test.group.chain()

    def body() -> None:
        for group in groups:
            for hook in group.before_each:
                _call(hook)
        _call(function)

    failure = _failure_of(body)
    hooks = [hook for group in reversed(groups) for hook in reversed(group.after_each)]
    for hook in hooks:
        failed = _failure_of(functools.partial(_call, hook))
        failure = failure or failed
    for problem in _finish_workflows(session):
        failure = failure or problem
    status = Status.PASSED if failure is None else Status.FAILED
    seconds = time.perf_counter() - begin
    return Outcome(file, test.line, test.full_name, status, seconds, failure)


def _finish_workflows(session: Session) -> Iterator[Failure]:
    """Replays and ends what the test started; what goes wrong."""
    for worker in session.workers:
        for run in worker.runs():
            try:
                run.finish()
            except TooLong:
                yield Failure(f"workflow '{run.workflow}' cannot be ended: no answer of the server")
            # Whatever it is, it is about this test, and the other tests are to be run.
            except Exception as problem:  # noqa: BLE001
                yield Failure(f"workflow '{run.workflow}' does not replay: {_one_line(problem)}")


def _one_line(problem: Exception) -> str:
    return " ".join(str(problem).split())


def _failure_of(work: Callable[[], Any]) -> Failure | None:
    try:
        work()
    except (KeyboardInterrupt, ServerUnavailable):
        raise
    # What ends a test, os.exit included, must not end the run.
    except BaseException as exception:  # noqa: BLE001
        return failure_of(exception)
    return None


def _call(function: Callable[[], Any]) -> Any:
    result = function()
    return run_to_end(result) if isinstance(result, Coroutine) else result
