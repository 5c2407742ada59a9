"""Several `temporal.worker` in one source: each has its queue, and activities and workflows whose names others have too."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from assay.runtime.testing import WorkflowBench
from compiled import LUA
from temporalio.client import Client
from workers import on_loop, unique

SOURCE = LUA / "several.lua"
_COMMANDS = Path(sys.executable).parent


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("several")
    command = [_COMMANDS / "assay-compile", SOURCE, "-o", folder, "-q"]
    subprocess.run(command, check=True)
    return folder


@contextmanager
def _running(address: str, prefix: str, *command: str, folder: Path) -> Iterator[list[str]]:
    """The lines that the process has said when its workers are ready. It must end well on SIGTERM."""
    process = subprocess.Popen(
        [sys.executable, "-u", *command],
        cwd=folder,
        env={**os.environ, "TEMPORAL_ADDRESS": address, "QUEUE": prefix},
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )
    assert process.stdout is not None
    try:
        first = process.stdout.readline()
        yield [first, *([] if "--task-queue" in command else [process.stdout.readline()])]
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
    finally:
        process.kill()
        process.stdout.close()


async def _results(address: str, prefix: str) -> list[Any]:
    client = await Client.connect(address)
    order = {"item": "book", "shipping": f"{prefix}shipping"}
    started = [
        await client.start_workflow(name, given, id=unique("several"), task_queue=prefix + queue)
        for name, given, queue in [
            ("Order", order, "orders"),
            ("Same", None, "orders"),
            ("Same", None, "shipping"),
        ]
    ]
    return list(await asyncio.gather(*(handle.result() for handle in started)))


EXPECTED = [["charged book", "posted book", "posted book", "x", "once"], "orders", "shipping"]


@pytest.mark.parametrize("options", [[], ["--sandbox"], ["--max-cached-workflows", "0"]], ids=str)
def test_all_run_in_one_process(address: str, built: Path, options: list[str]) -> None:
    prefix = unique("several")
    with _running(address, prefix, "-m", "several.worker", *options, folder=built) as said:
        assert sorted(line.split()[4].removeprefix(prefix) for line in said) == [
            "orders",
            "shipping",
        ]
        assert on_loop(_results, address, prefix) == EXPECTED


def test_one_of_them_runs_alone(address: str, built: Path) -> None:
    prefix = unique("several")
    command = ("-m", "several.worker", "--task-queue", f"{prefix}shipping")
    with _running(address, prefix, *command, folder=built) as said:
        assert said[0].startswith(f"worker ready: task queue {prefix}shipping ")
        assert "2 workflows, 2 activities" in said[0]


def test_a_queue_that_none_has(built: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "several.worker", "--task-queue", "nothing"],
        cwd=built,
        env={**os.environ, "QUEUE": "p-"},
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (
        1,
        "error: no worker of this package has the task queue nothing: there are p-orders, p-shipping\n",
    )


def test_handles_of_a_script(address: str, tmp_path: Path) -> None:
    """Each handle is of its own worker: one ends, the other goes on. Activities share what the script holds."""
    source = tmp_path / "several.lua"
    more = "print('ended', orders:shutdown(), orders:is_running())\n"
    source.write_text(SOURCE.read_text() + "print('both')\nlocal _ = io.read()\n" + more)
    prefix = unique("several")
    process = subprocess.Popen(
        [sys.executable, "-u", str(_COMMANDS / "assay"), "run", str(source)],
        env={**os.environ, "TEMPORAL_ADDRESS": address, "QUEUE": prefix},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )
    assert process.stdin is not None and process.stdout is not None
    try:
        assert process.stdout.readline() == "both\n"
        assert on_loop(_results, address, prefix) == EXPECTED
        process.stdin.write("\n")
        process.stdin.flush()
        assert process.stdout.readline() == "ended\ttrue\tfalse\n"

        async def on_the_other() -> Any:
            client = await Client.connect(address)
            return await client.execute_workflow(
                "Same", id=unique("several"), task_queue=f"{prefix}shipping"
            )

        assert on_loop(on_the_other) == "shipping"
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
    finally:
        process.kill()
        process.communicate()


def test_a_bench_runs_all_of_them() -> None:
    with WorkflowBench(SOURCE, activities={"charge": lambda item: f"free {item}"}) as bench:
        result = bench.run("Order", {"item": "book", "shipping": "shipping"})
    assert result == ["free book", "free book", "free book", "x", "once"]


def _assay(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [_COMMANDS / "assay", *arguments],
        env={**os.environ, **environment},
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )


def test_a_history_is_replayed_by_the_worker_of_its_queue(address: str, tmp_path: Path) -> None:
    """Both have a workflow `Same`; one asks for an activity, the other for none."""
    prefix = unique("several")

    async def history() -> str:
        client = await Client.connect(address)
        queue = f"{prefix}shipping"
        handle = await client.start_workflow("Same", id=unique("several"), task_queue=queue)
        assert await handle.result() == "shipping"
        return (await handle.fetch_history()).to_json()

    command = (str(_COMMANDS / "assay"), "run", str(SOURCE))
    with _running(address, prefix, *command, folder=tmp_path):
        (tmp_path / "same.json").write_text(on_loop(history))
    given = ("replay", str(SOURCE), str(tmp_path / "same.json"))
    done = _assay(*given, QUEUE=prefix)
    assert (done.returncode, done.stdout.splitlines()[-1]) == (
        0,
        "1 replayed: 1 the same, 0 changed, 0 break",
    )


def test_a_graph_has_the_workflows_of_all() -> None:
    shown = _assay("graph", str(SOURCE)).stdout
    for name in ("Order", "Same", "Ship", "Same (worker 2)"):
        assert f'["{name}"]\n' in shown
