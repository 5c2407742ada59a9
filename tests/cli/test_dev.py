"""`assay dev`: a server if there is none, a worker that follows its source, and a warning for what cannot go on."""

from __future__ import annotations

import argparse
import asyncio
import re
import signal
import socket
from pathlib import Path

from assay.runtime.temporal.dev_server import DevServer
from assay.transpiler.commands.dev import _take_server_arguments
from compiler_command import WORKER, assay, running, write
from temporalio.client import Client

_SOURCE = """\
temporal.worker({
  url = "localhost:PORT",
  task_queue = "dev",
  activities = { echo = function(input) return input end },
  workflows = {
    W = function(ctx, input)
      ctx:sleep(0.01)
      ctx:wait_signal("go")
      return "first"
    end,
  },
})
"""
_COMMAND = ("-m", "assay.transpiler.commands.main", "dev")


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def test_server_worker_and_changes(tmp_path: Path) -> None:
    port = _free_port()
    source = _SOURCE.replace("PORT", str(port))
    write(tmp_path, {"w.lua": source})
    with running(tmp_path, *_COMMAND, "w.lua") as dev:
        started = dev.wait_for("started one at")
        assert f"no server answers at localhost:{port}; started one at 127.0.0.1:{port}" in started
        assert re.search(r"UI at http://127\.0\.0\.1:\d+", started)
        dev.wait_for("worker ready")

        async def go() -> None:
            client = await Client.connect(f"127.0.0.1:{port}")
            handle = await client.start_workflow("W", id="open", task_queue="dev")
            while True:
                events = [event async for event in handle.fetch_history_events()]
                if any(event.HasField("timer_fired_event_attributes") for event in events):
                    break
                await asyncio.sleep(0.05)
            write(tmp_path, {"w.lua": "temporal.worker({"})
            dev.wait_for("error[AY101]")
            dev.wait_for("the worker from before goes on")
            write(tmp_path, {"w.lua": source.replace('"first"', '"second"')})
            dev.wait_for("the worker starts again")
            dev.wait_for("worker ready")
            write(tmp_path, {"w.lua": source.replace("sleep(0.01)", 'execute_activity("echo")')})
            warning = dev.wait_for("warning: workflow open cannot go on: w.lua:7: ")
            assert "the history has a timer, where the code has activity 'echo'" in warning
            dev.wait_for("worker ready")
            write(tmp_path, {"w.lua": source.replace('"first"', '"third"')})
            dev.wait_for("worker ready")
            await handle.signal("go")
            assert await handle.result() == "third"

        asyncio.run(asyncio.wait_for(go(), 100))
        assert dev.end(signal.SIGINT) == 0
    with socket.socket() as free:
        assert free.connect_ex(("127.0.0.1", port)) != 0


def test_a_server_that_is_there(tmp_path: Path) -> None:
    write(tmp_path, {"w.lua": _SOURCE.replace("PORT", "1")})
    with (
        DevServer() as server,
        running(tmp_path, *_COMMAND, "--address", server.address, "w.lua") as dev,
    ):
        dev.wait_for(f"server at {server.address}")
        dev.wait_for("worker ready")
        assert dev.end(signal.SIGTERM) == 0
        assert not any("started one" in line for line in dev.lines)


def test_wrong_usage(tmp_path: Path) -> None:
    write(tmp_path, {"s.lua": "print(1)", "bad.lua": "print("})
    assert assay(tmp_path, "dev", "s.lua").err == (
        "assay dev: s.lua is no worker: it does not call temporal.worker\n"
    )
    assert assay(tmp_path, "dev", "bad.lua").status == 1
    assert assay(tmp_path, "dev").err.endswith("are required: FILE.lua\n")
    assert assay(tmp_path, "dev", "missing.lua").status == 2


def test_options_of_the_server_may_follow_the_file(tmp_path: Path) -> None:
    """Among those of the worker, which keep their order."""
    write(tmp_path, {"w.lua": WORKER})
    wrong = assay(tmp_path, "dev", "w.lua", "--task-queue", "q", "--address", "nowhere")
    assert (wrong.status, wrong.out) == (1, "")
    assert "the address must be host:port, such as localhost:7233, not 'nowhere'" in wrong.err
    before = argparse.Namespace(
        address=None, namespace="n", db=None, arguments=["-x", "1", "--db", "d", "--y", "--z=2"]
    )
    _take_server_arguments(before)
    assert (before.namespace, before.db) == ("n", Path("d"))
    assert before.arguments == ["-x", "1", "--y", "--z=2"]
