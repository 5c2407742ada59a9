"""`assay run`: scripts behave as under `lua`, workers serve and drain; nothing is written."""

from __future__ import annotations

import asyncio
import signal
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from assay.runtime.temporal.dev_server import DevServer
from compiler_command import assay, running, tree, write
from temporalio.client import Client

_WORKER = """\
local function slow() sleep(1) return "drained" end
temporal.worker({
  url = "localhost:7233",
  task_queue = "run",
  activities = { slow = slow },
  workflows = {
    Slow = function(ctx) return ctx:execute_activity("slow") end,
  },
})
"""


@pytest.fixture(scope="module")
def server() -> Iterator[DevServer]:
    with DevServer() as running_server:
        yield running_server


def test_a_script_as_lua_runs_it(tmp_path: Path) -> None:
    """Arguments, modules beside it, standard input, messages with the path as given, exit status."""
    write(
        tmp_path,
        {
            "lib/s.lua": 'print(arg[0], #arg, ...)\nprint(require("m").one, io.read())\n',
            "lib/m.lua": "return { one = 1 }",
            "lib/e.lua": "local t\nprint(t.x)\n",
            "lib/x.lua": "os.exit(7)",
            "lib/o.lua": "error(setmetatable({}, { __tostring = function() return 'own' end }))",
        },
    )
    before = tree(tmp_path)
    done = assay(tmp_path, "run", "lib/s.lua", "a", "--help", given="typed\n")
    assert (done.status, done.out, done.err) == (0, "lib/s.lua\t2\ta\t--help\n1\ttyped\n", "")
    failed = assay(tmp_path, "run", "lib/e.lua")
    assert failed.status == 1
    assert failed.err.startswith(
        "lua: lib/e.lua:2: attempt to index a nil value (local 't')\nstack traceback:\n\tlib/e.lua:2: in main chunk\n"
    )
    assert assay(tmp_path, "run", "lib/x.lua").status == 7
    assert assay(tmp_path, "run", "lib/o.lua").err == "lua: own\n"
    assert tree(tmp_path) == before


def test_a_program_from_standard_input(tmp_path: Path) -> None:
    """`lua -`"""
    write(tmp_path, {"m.lua": "return { one = 1 }"})
    given = 'print(arg[0], require("m").one, ...)\nlocal x = nil + 1\n'
    done = assay(tmp_path, "run", "-", "a", "b", given=given)
    assert (done.status, done.out) == (1, "-\t1\ta\tb\n")
    assert done.err.startswith("lua: stdin:2: attempt to perform arithmetic on a nil value\n")


def test_compile_is_a_command_too(tmp_path: Path) -> None:
    write(tmp_path, {"x.lua": "print(1)"})
    assert assay(tmp_path, "compile", "x.lua", "-o", "out").status == 0
    before = tree(tmp_path)
    assert assay(tmp_path, "compile", "--check", "x.lua", "-o", "out").status == 0
    wrong = assay(tmp_path, "compile")
    assert (wrong.status, wrong.err.splitlines()[-1][:37]) == (
        2,
        "assay compile: error: nothing to comp",
    )
    assert tree(tmp_path) == before


def test_what_does_not_compile(tmp_path: Path) -> None:
    write(tmp_path, {"bad.lua": "print("})
    refused = assay(tmp_path, "run", "bad.lua")
    assert refused.status == 1
    assert refused.err.startswith("bad.lua:1:7: error[AY101]: ")
    missing = assay(tmp_path, "run", "missing.lua")
    assert missing.status == 1
    assert missing.err.startswith("missing.lua: error[AY001]: ")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_worker_serves_and_drains(tmp_path: Path, server: DevServer, number: int) -> None:
    write(tmp_path, {"lib/w.lua": _WORKER})
    queue = f"run-{uuid.uuid4().hex}"
    options = ("--address", server.address, "--task-queue", queue)
    with running(
        tmp_path, "-m", "assay.transpiler.commands.main", "run", "lib/w.lua", *options
    ) as worker:
        worker.wait_for("worker ready")

        async def go() -> object:
            client = await Client.connect(server.address)
            handle = await client.start_workflow("Slow", id=uuid.uuid4().hex, task_queue=queue)
            while not (await handle.describe()).raw_description.pending_activities:
                await asyncio.sleep(0.05)
            events = [event async for event in handle.fetch_history_events()]
            while (await handle.describe()).raw_description.pending_activities[0].attempt == 0:
                await asyncio.sleep(0.05)
            assert worker.end(number) == 0
            events = [event async for event in handle.fetch_history_events()]
            return any(
                event.HasField("activity_task_completed_event_attributes") for event in events
            )

        assert asyncio.run(asyncio.wait_for(go(), 60))
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["w.lua"]


def test_help_names_every_command(tmp_path: Path) -> None:
    shown = assay(tmp_path, "--help")
    assert shown.status == 0
    for command in ("run", "dev", "replay", "graph", "explain"):
        assert f"\n    {command} " in shown.out
        assert assay(tmp_path, command, "--help").status == 0
    assert assay(tmp_path).status == 2
