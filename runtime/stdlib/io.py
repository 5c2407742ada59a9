"""The io library (manual 6.8) under Lua's names."""

from __future__ import annotations

from .default_files import close, flush, lines, output, popen, read, tmpfile, write
from .default_files import lua_input as input
from .default_files import lua_open as open
from .default_files import lua_type as type
from .files import stderr, stdin, stdout

__all__ = [
    "close",
    "flush",
    "input",
    "lines",
    "open",
    "output",
    "popen",
    "read",
    "stderr",
    "stdin",
    "stdout",
    "tmpfile",
    "type",
    "write",
]
