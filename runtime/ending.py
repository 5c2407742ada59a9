"""Ending a process in which the SDK has run: an exit status in, no more Python out.

The SDK's native threads may still be letting go of the interpreter when the last answer is there. An interpreter that takes itself
down at that moment is aborted by them (SIGABRT, seen with SDK 1.35 on busy machines, after all work was done). So the process ends
without that: what programs rely on at their end is done here, and the operating system takes the rest.
"""

from __future__ import annotations

import atexit
import os
import sys
import threading
from typing import NoReturn

_FLUSH_FAILED = 120
"""Python's own exit status when what was printed cannot be written."""


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
