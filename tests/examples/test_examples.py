"""Every example runs as its README says, and prints what its README shows."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from assay.runtime.testing import time_skipping_available

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
NAMES = sorted(path.parent.name for path in EXAMPLES.glob("*/README.md"))
_SHOWN = re.compile(r"^```text\n(.*?)^```", re.MULTILINE | re.DOTALL)
_RUN = re.compile(r"\(run [0-9a-f-]{36}\)")
_SECONDS = re.compile(r" in [0-9.]+s( \([0-9:]+\))?$", re.MULTILINE)


@pytest.mark.parametrize("name", NAMES)
def test_prints_what_its_readme_shows(name: str) -> None:
    readme = (EXAMPLES / name / "README.md").read_text(encoding="utf-8")
    assert f"make run EXAMPLE={name}\n" in readme
    done = subprocess.run(
        [sys.executable, EXAMPLES / "run.py", name],
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=200,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "warning[" not in done.stderr
    shown = [line for line in done.stdout.splitlines() if not _of_the_runner(line)]
    expected = _SHOWN.findall(readme)[0]
    text = _SECONDS.sub("", _RUN.sub("(run RUN-ID)", "\n".join(shown)))
    assert text + "\n" == expected


def _of_the_runner(line: str) -> bool:
    """Headings, requests that services received, and the worker's own line, which may come at any time."""
    return line.startswith(("== ", "   ", "worker ")) or not line


def test_the_tests_in_lua_pass() -> None:
    """All of them in one run, with one server, each workflow's days skipped."""
    if time_skipping_available() is not None:
        pytest.skip(str(time_skipping_available()))
    done = subprocess.run(
        [sys.executable, "-m", "assay.transpiler.commands.main", "test", "."],
        cwd=EXAMPLES,
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=200,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    files = {line.split()[1].partition(":")[0] for line in done.stdout.splitlines()[:-1]}
    assert files == {"escalation/approval_test.lua", "tested/tests/order_test.lua"}
    assert re.fullmatch(r"9 tests: 9 passed in [0-9.]+ s", done.stdout.splitlines()[-1])


def test_every_example_is_listed() -> None:
    listed = re.findall(r"^\| \[(\w+)\]", (EXAMPLES / "README.md").read_text(), re.MULTILINE)
    assert sorted(listed) == NAMES
