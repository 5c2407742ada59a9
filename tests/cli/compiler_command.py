"""The command line as a user runs it: a process with arguments in, exit status and what it printed out.

Every run also proves that no Python traceback reached the user (unless the test says that it expects one).
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
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
