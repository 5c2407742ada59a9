"""Workers in the branches of an `if`: the package has all of them, and a process runs those whose condition holds there."""

from __future__ import annotations

import importlib
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from assay.runtime.temporal.worker_definition import workers_of
from compiled import LUA, compile_package
from temporalio.client import Client
from workers import on_loop, unique

_PACKAGE = ("-m", "roles.worker", "--max-cached-workflows", "0")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("roles")
    compile_package("roles", made)
    return made


def _environment(address: str, **settings: str) -> dict[str, str]:
    return {**os.environ, "TEMPORAL_ADDRESS": address, **settings}


@pytest.mark.parametrize("kind", ["package", "script"])
def test_the_worker_of_the_branch_that_is_taken(kind: str, folder: Path, address: str) -> None:
    command = [sys.executable, *_PACKAGE]
    if kind == "script":
        command = [str(Path(sys.executable).parent / "assay"), "run", str(LUA / "roles.lua")]
    queue = unique("roles")
    process = subprocess.Popen(
        command,
        cwd=folder,
        env=_environment(address, ROLE="builder", QUEUE=queue),
        stdout=subprocess.PIPE,
        text=True,
    )

    async def result() -> Any:
        client = await Client.connect(address)
        return await client.execute_workflow("Build", 7, id=unique("b"), task_queue=queue)

    try:
        assert on_loop(result) == 7
        process.send_signal(signal.SIGTERM)
        output, _ = process.communicate(timeout=60)
    finally:
        process.kill()
    assert process.returncode == 0
    if kind == "package":
        assert output == (
            f"worker ready: task queue {queue} on {address}, namespace default, 1 workflow, 1 activity\n"
        )


def test_where_no_condition_holds_nothing_runs(folder: Path, address: str) -> None:
    done = subprocess.run(
        [sys.executable, *_PACKAGE],
        cwd=folder,
        env=_environment(address, ROLE="nobody"),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    message = "error: no worker to run: the source starts none in this environment (it has each in an `if`)\n"
    assert (done.returncode, done.stdout, done.stderr) == (1, "", message)


@pytest.mark.parametrize(
    ("role", "running"), [("", [True, False]), ("builder", [False, True]), ("x", [False, False])]
)
def test_the_package_has_all_of_them(
    role: str, running: list[bool], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if role:
        monkeypatch.setenv("ROLE", role)
    package = importlib.reload(importlib.import_module("roles"))
    assert [worker.runs for worker in workers_of(package)] == running
    names = [activity.__name__ for worker in workers_of(package) for activity in worker.activities]
    assert names == ["approve", "record_side_effect", "build", "record_side_effect"]
