"""A worker that cannot start says why in one line, and its exit status is 1: no traceback, whatever is missing or wrong."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from compiled import compile_package
from workers import unique


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the package is that tests/temporal/lua/start.lua compiles to."""
    made = tmp_path_factory.mktemp("start")
    os.environ["PREFIX"] = ""  # it is imported in the test's process, too
    compile_package("start", made)
    return made


def _start(folder: Path, settings: dict[str, str]) -> subprocess.Popen[str]:
    inherited = {n: v for n, v in os.environ.items() if not n.startswith("TEMPORAL_")}
    del inherited["PREFIX"]
    return subprocess.Popen(
        [sys.executable, "-m", "start.worker"],
        cwd=folder,
        env={**inherited, **settings},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


_CASES: dict[str, tuple[dict[str, str], str]] = {
    "a text made of an unset variable": (
        {"PREFIX": ""},
        r"the worker cannot be started: start\.lua:3: attempt to concatenate a nil value",
    ),
    "no JSON": (
        {"LIMITS": "{"},
        r"the worker cannot be started: start\.lua:2: json\.parse: expecting property name .*",
    ),
    "no address": ({"ADDRESS": ""}, "no address: give --address or set TEMPORAL_ADDRESS"),
    "no task queue": ({"QUEUE": ""}, "no task queue: give --task-queue or set TEMPORAL_TASK_QUEUE"),
    "a number in the source": (
        {"LIMITS": '{"activities": 1.5}'},
        "max_concurrent_activities must be an integer, 1 or more, got 1.5",
    ),
    "a number in a variable": (
        {"TEMPORAL_MAX_CACHED_WORKFLOWS": "many"},
        "TEMPORAL_MAX_CACHED_WORKFLOWS: max_cached_workflows must be an integer, 0 or more, got 'many'",
    ),
    "metrics where another listens": (
        {"METRICS": "SERVER"},
        r"no metrics can be served at 127\..*: .*Address already in use.*",
    ),
    "no TLS file": ({"CA": "/nowhere/ca.pem"}, r"tls\.ca: the file /nowhere/ca\.pem cannot be .*"),
}


def test_one_line_and_exit_status_1(folder: Path, address: str, subtests: pytest.Subtests) -> None:
    common = {"PREFIX": "my-", "ADDRESS": address, "QUEUE": unique("start")}
    started = {}
    for case, (changes, _) in _CASES.items():
        changed = {name: value.replace("SERVER", address) for name, value in changes.items()}
        settings = {name: value for name, value in {**common, **changed}.items() if value}
        started[case] = _start(folder, settings)
    for case, (_, message) in _CASES.items():
        output, errors = started[case].communicate(timeout=120)
        with subtests.test(case):
            assert re.fullmatch(f"error: {message}\n", errors)
            assert (output, started[case].returncode) == ("", 1)


def test_variables_stand_in_for_what_the_source_leaves_open(folder: Path, address: str) -> None:
    queue = unique("start")
    settings = {"PREFIX": "my-", "TEMPORAL_ADDRESS": address, "TEMPORAL_TASK_QUEUE": queue}
    with _start(folder, settings) as process:
        assert process.stdout is not None
        ready = process.stdout.readline()
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
    assert ready.startswith(f"worker ready: task queue {queue} on {address}, namespace default")
