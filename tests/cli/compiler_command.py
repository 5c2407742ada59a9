"""The command line as a user runs it: a process with arguments in, exit status and what it printed out.

Every run also proves that no Python traceback reached the user (unless the test says that it expects one).
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).parent.parent.parent

WORKER = """\
local function double(x) return 2 * x end
temporal.worker({
  url = "localhost:7233",
  task_queue = "numbers",
  activities = { twice = function(input) return double(input) end },
  workflows = {
    Twice = function(ctx, input)
      return double(ctx:execute_activity("twice", input))
    end,
  },
})
"""
"""A worker whose two sides share a helper, so that its package has all kinds of files."""


@dataclass(frozen=True)
class Result:
    status: int
    out: str
    err: str


def compile_lua(
    folder: Path,
    *arguments: str,
    before: Callable[[], None] | None = None,
    environment: Mapping[str, str] | None = None,
) -> Result:
    """`assay-compile ARGUMENTS` in `folder`; `before` runs in the new process first."""
    return run_python(
        folder, "-m", "assay.transpiler.cli", *arguments, before=before, environment=environment
    )


def assay(
    folder: Path, *arguments: str, given: str = "", environment: Mapping[str, str] | None = None
) -> Result:
    """`assay ARGUMENTS` in `folder`, with the text `given` as standard input."""
    command = ("-m", "assay.transpiler.commands.main", *arguments)
    return run_python(folder, *command, given=given, environment=environment)


def run_python(
    folder: Path,
    *arguments: str,
    given: str = "",
    before: Callable[[], None] | None = None,
    environment: Mapping[str, str] | None = None,
) -> Result:
    """`python ARGUMENTS` in `folder` with the text `given` as standard input."""
    found = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        input=given.encode(),
        capture_output=True,
        check=False,
        timeout=120,
        preexec_fn=before,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1", **(environment or {})},
    )
    result = Result(
        found.returncode,
        found.stdout.decode(errors="replace"),
        found.stderr.decode(errors="replace"),
    )
    assert "Traceback (most recent call last)" not in result.err, result.err
    return result


_RUNNING_SECONDS = 120
"""No command that a test waits for takes this long; then it is killed, and the test fails."""


class Running:
    """A command that goes on until it is told to end; its output, both streams in one, is read line by line."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self.lines: list[str] = []

    def wait_for(self, text: str) -> str:
        """The next line that contains `text`; fails when the command ends before."""
        for line in self._process.stdout or ():
            self.lines.append(line)
            if text in line:
                return line
        raise AssertionError(f"ended without {text!r}: {''.join(self.lines)}")

    def end(self, number: int) -> int:
        """Sends the signal; gives the exit status."""
        self._process.send_signal(number)
        assert self._process.stdout is not None
        self.lines += self._process.stdout.readlines()
        assert "Traceback" not in "".join(self.lines), "".join(self.lines)
        return self._process.wait()


@contextmanager
def running(
    folder: Path, *arguments: str, environment: Mapping[str, str] | None = None
) -> Iterator[Running]:
    """`python ARGUMENTS` in `folder`, which is still running when the block begins; killed at its end."""
    process = subprocess.Popen(
        [sys.executable, *arguments],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1", **(environment or {})},
    )
    killer = threading.Timer(_RUNNING_SECONDS, process.kill)
    killer.start()
    try:
        yield Running(process)
    finally:
        killer.cancel()
        process.kill()
        process.communicate()


def write(folder: Path, files: Mapping[str, str | bytes]) -> None:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)


def tree(folder: Path) -> dict[str, bytes | None]:
    """All files below `folder` with their content, and all folders (None)."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() if path.is_file() else None
        for path in sorted(folder.rglob("*"))
    }
