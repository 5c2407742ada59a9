"""The process's standard streams as byte streams, shared by `print` and the io library so that their output stays in order.

Looked up at every use: a test or a host may replace `sys.stdout` at any time.
"""

from __future__ import annotations

import sys
from typing import BinaryIO, TextIO


def write_output(data: bytes) -> None:
    """Writes to standard output: buffered, but line by line when that is a terminal, as C does."""
    _write(sys.stdout, data)


def write_error(data: bytes) -> None:
    """Writes to standard error at once."""
    _write(sys.stderr, data)
    sys.stderr.flush()


def _write(stream: TextIO, data: bytes) -> None:
    binary: BinaryIO | None = getattr(stream, "buffer", None)
    if binary is None:  # a replacement that takes text only
        stream.write(data.decode("utf-8", "replace"))
        return
    binary.write(data)
    if stream.line_buffering:
        binary.flush()


def flush_output() -> None:
    """Flushes standard output."""
    sys.stdout.flush()
