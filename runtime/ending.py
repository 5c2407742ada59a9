"""Ending a process: an exit status in, no more Python out, after the SDK has run or when nobody reads the output any more.

The SDK's native threads may still be letting go of the interpreter when the last answer is there. An interpreter that takes itself
down at that moment is aborted by them (SIGABRT, seen with SDK 1.35 on busy machines, after all work was done). So the process ends
without that: what programs rely on at their end is done here, and the operating system takes the rest.
"""

from __future__ import annotations

import atexit
import os
import select
import signal
import sys
import threading
from typing import NoReturn

_FLUSH_FAILED = 120
"""Python's own exit status when what was printed cannot be written."""

_READER_IS_GONE = 128 + signal.SIGPIPE
"""What a shell says of a program that the operating system ended because nobody reads its output any more, as with `| head`."""


def reader_is_gone() -> bool:
    """After a BrokenPipeError: was it the reader of standard output, and not some other connection, that has gone?"""
    output = select.poll()
    output.register(sys.stdout.fileno(), 0)
    return bool(output.poll(0))  # not asked for what it is ready for, it tells of errors only


def drop_output() -> int:
    """What standard output still holds goes nowhere, so that the interpreter's end does not stumble over it. The exit status."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
    return _READER_IS_GONE


def end_process(status: int) -> NoReturn:
    """Ends the process as `sys.exit(status)` does at the top level: other threads that are no daemons end first, then what was
    registered with `atexit` runs, then output is flushed."""
    threading._shutdown()  # type: ignore[attr-defined]  # what the interpreter itself calls
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):  # whoever read it is gone, or the program closed it
            status = _FLUSH_FAILED
    os._exit(status)
