"""temporal.worker in a script that goes on: the handle, draining within a deadline, and what is wrong with the options."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from assay.runtime import LuaError, LuaTable, new_table
from assay.runtime.temporal.worker_handle import start_worker
from compiled import LUA
from workers import unique


def _process(address: str, *arguments: str) -> subprocess.Popen[str]:
    assay = Path(sys.executable).with_name("assay")
    return subprocess.Popen(
        [sys.executable, "-u", str(assay), "run", str(LUA / "handle.lua"), *arguments],
        env={**os.environ, "ADDRESS": address, "QUEUE": unique("handle")},
        stdout=subprocess.PIPE,
        text=True,
    )


BEGINNING = ["running\ttrue\tuserdata", "2\t2", "4\t4"]
"""The activities are the script's own functions: it sees what they count."""

CANCELED = "stopped because the activity was canceled"
"""What an activity sees that is still running when the deadline is over."""


def test_the_script_goes_on_and_shuts_down_with_a_deadline(address: str, tmp_path: Path) -> None:
    process = _process(address, str(tmp_path / "slow"))
    shown, _ = process.communicate(timeout=60)
    assert shown.splitlines() == [*BEGINNING, "ended\ttrue\tfalse\ttrue", CANCELED]
    assert process.returncode == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_drains_the_workers_of_a_script(address: str, number: signal.Signals) -> None:
    process = _process(address, "stay")
    assert process.stdout is not None
    try:
        assert [process.stdout.readline().strip() for _ in BEGINNING] == BEGINNING
        process.send_signal(number)
        assert (process.communicate(timeout=60)[0], process.returncode) == ("stopped\n", 0)
    finally:
        process.kill()


def _options(**changed: Any) -> LuaTable:
    options = {
        "url": "127.0.0.1:9",
        "task_queue": "q",
        "activities": new_table({"echo": lambda input=None, *_: input}),
    }
    return new_table({**options, **changed})


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (_options(url=None), 'url is missing: url = "localhost:7233"'),
        (_options(task_queue=None), 'task_queue is missing: task_queue = "my-queue"'),
        (_options(activities=None), "neither an activity nor a workflow: add activities"),
        (_options(activities=LuaTable()), "neither an activity nor a workflow: add activities"),
        (_options(url="http://localhost:7233"), "must be host:port without http://"),
        (_options(url="localhost"), "must be host:port, such as localhost:7233, not 'localhost'"),
        (_options(), "no Temporal server answers at 127.0.0.1:9: connection refused"),
        (_options(queue="x"), "unknown option 'queue'; did you mean 'task_queue'?"),
        (_options(task_queue=5), "task_queue must be a string, got 5"),
        (_options(activities=5), "activities must be a table, got number"),
        (_options(activities=new_table({"a": 5})), "activities.a must be a function, got number"),
        (_options(activities=LuaTable({1: print})), "activities [1] has no name"),
        (
            _options(workflows=new_table({"W": print})),
            "workflows.W is not a workflow that the compiler found in the source",
        ),
        (None, "the options must be a table, got nil"),
    ],
    ids=lambda value: None if isinstance(value, LuaTable) else value,
)
def test_what_is_wrong_is_a_lua_error_of_its_own(
    options: Any, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in os.environ if name.startswith("TEMPORAL_")]:
        monkeypatch.delenv(name)
    with pytest.raises(LuaError) as problem:
        start_worker((), options)
    assert f"temporal.worker: {message}" in str(problem.value) or message in str(problem.value)


def test_an_unknown_namespace(address: str) -> None:
    with pytest.raises(LuaError) as problem:
        start_worker((), _options(url=address, namespace="nowhere"))
    assert f"there is no namespace 'nowhere' at {address}" in str(problem.value)
