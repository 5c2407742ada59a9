"""Worker processes and what they use: CPU seconds and private memory, read from outside."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

_FOLDER = Path(__file__).parent
_CPUCLOCK_SCHED = 2


class MeasuredWorker:
    """`serve.py` in a process of its own; a context manager."""

    def __init__(self, variant: str, address: str, queue: str, build: Path, *limit: str) -> None:
        self.variant = variant
        self.queue = queue
        self._process = subprocess.Popen(
            [sys.executable, str(_FOLDER / "serve.py"), variant, address, queue, *limit],
            env={**os.environ, "PYTHONPATH": str(build)},
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> MeasuredWorker:
        assert self._process.stdout is not None
        if self._process.stdout.readline() != "ready\n":
            raise RuntimeError(f"the worker of {self.variant} did not start")
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.communicate()

    @property
    def cpu_seconds(self) -> float:
        """What all threads of the process have used, by Linux's CPU clock of that process."""
        return time.clock_gettime((~self._process.pid) << 3 | _CPUCLOCK_SCHED)

    @property
    def memory(self) -> int:
        """Bytes of memory that are the process's own."""
        text = Path(f"/proc/{self._process.pid}/smaps_rollup").read_text()
        return sum(
            int(line.split()[1]) * 1024 for line in text.splitlines() if line.startswith("Private_")
        )
