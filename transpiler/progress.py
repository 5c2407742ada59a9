"""A progress bar on the terminal for work that takes long enough to wonder. Nothing is shown anywhere else."""

from __future__ import annotations

import shutil
import sys
import time
from typing import TextIO

_WIDTH = 24
_SECONDS_BEFORE_SHOWN = 0.4
_ERASE_LINE = "\r\x1b[2K"


class Progress:
    """Told how far the work is, shows it in one line that `clear` removes again."""

    def __init__(self, enabled: bool, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stderr
        self._enabled = enabled and self._stream.isatty()
        self._started = time.monotonic()
        self._is_shown = False

    def report(self, done: int, total: int, name: str) -> None:
        if not self._enabled or total < 2:
            return
        if time.monotonic() - self._started < _SECONDS_BEFORE_SHOWN:
            return
        filled = _WIDTH * done // max(total, 1)
        text = f"[{'#' * filled}{'.' * (_WIDTH - filled)}] {done}/{total} {name}"
        self._stream.write(_ERASE_LINE + text[: shutil.get_terminal_size().columns - 1])
        self._stream.flush()
        self._is_shown = True

    def clear(self) -> None:
        if self._is_shown:
            self._stream.write(_ERASE_LINE)
            self._stream.flush()
            self._is_shown = False
