"""What a worker program writes to standard error: messages of Python's `logging`, with failures of Lua code told in Lua's terms.

The SDK logs a failed activity with the Python frames between its own code and ours, which say nothing about the Lua source. At
the log level "debug", and for `assay run -v`, they are shown as well.
"""

from __future__ import annotations

import logging
from types import TracebackType
from typing import Final

from ..program import shows_python_frames
from .application_errors import LuaApplicationError

LEVELS: Final = {
    "debug": logging.DEBUG,
    "info": logging.INFO,
    "warn": logging.WARNING,
    "error": logging.ERROR,
}
"""The option `log_level`."""

_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
_Raised = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class LuaFormatter(logging.Formatter):
    """Shows a Lua error as its message and the Lua stack."""

    def formatException(self, ei: _Raised) -> str:
        """The text below a record's message."""
        error = ei[1]
        if isinstance(error, LuaApplicationError):
            shown = f"{error.message}\n{error.stack_trace}".rstrip()
            if not (shows_python_frames() or logging.getLogger().isEnabledFor(logging.DEBUG)):
                return shown
            return f"{super().formatException(ei)}\n{shown}"
        return super().formatException(ei)


def set_up() -> None:
    """Writes log messages to standard error, unless the program has set up logging already."""
    handler = logging.StreamHandler()
    handler.setFormatter(LuaFormatter(_FORMAT))
    logging.basicConfig(handlers=[handler])
