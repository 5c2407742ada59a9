"""Running a Lua script that starts workers: the script, then its workers until they are shut down or a signal asks them to end.

In: the compiled chunk and its arguments. Out: the exit status: that of the script; workers are drained first.
"""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any, NoReturn

from ..program import set_arguments
from ..script import call_script
from ..strings import from_text
from .worker_handle import running_workers

_POLL_SECONDS = 0.5
"""How long to wait for a worker at a time: a signal is handled between two waits."""


def run_worker_script(main: Callable[..., Any]) -> NoReturn:
    """Calls the chunk with the command line's arguments, keeps its workers running, and exits.

    SIGINT and SIGTERM drain the workers: exit status 0. A script that fails drains them too, and the status is 1.
    """
    arguments = [from_text(argument) for argument in sys.argv[1:]]
    set_arguments(from_text(sys.argv[0]), arguments)
    sys.exit(serve_script(main, arguments))


def serve_script(main: Callable[..., Any], arguments: list[str]) -> int:
    """The exit status of the script `main`, once it and its workers have ended. To be called in the main thread."""
    stopped = False

    def stop(number: int, frame: FrameType | None) -> None:
        nonlocal stopped
        if stopped or not running_workers():
            # Asked twice, or nothing to drain: what the signal does by itself.
            signal.signal(number, signal.SIG_DFL)
            signal.raise_signal(number)
        stopped = True
        for handle in running_workers():
            handle.request_stop()

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        status = call_script(main, arguments)
        if status != 0:
            for handle in running_workers():
                handle.request_stop()
        for handle in running_workers(ending=True):
            while not handle.wait(_POLL_SECONDS):
                pass
        return status
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
