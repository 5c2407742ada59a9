"""`assay replay`: what the source as it is now would do to histories. The histories are recorded ones (tests/temporal/histories)
and those of a real server; what is expected follows from how the source was changed."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from assay.runtime.temporal.dev_server import DevServer
from compiler_command import assay, running, write
from temporalio.client import Client

_SOURCE = """\
temporal.worker({
  url = "localhost:7233",
  task_queue = "replayed",
  activities = { echo = function(input) return input end },
  workflows = {
    Steps = function(ctx, input)
      local a = ctx:execute_activity("echo", { n = 1 })
      ctx:sleep(0.01)
      ctx:wait_signal("go")
      return ctx:execute_activity("echo", { n = a.n + 1 })
    end,
  },
})
"""


@pytest.fixture(scope="module")
def server() -> Iterator[DevServer]:
    with DevServer() as running_server:
        yield running_server


@pytest.fixture(scope="module")
def history(server: DevServer, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the history of one finished workflow; `open` is the id of one that waits for its signal."""
    folder = tmp_path_factory.mktemp("replay")
    write(folder, {"w.lua": _SOURCE})
    command = ("-m", "assay.transpiler.commands.main", "run", "w.lua", "--address", server.address)
    with running(folder, *command) as worker:
        worker.wait_for("worker ready")

        async def go() -> None:
            client = await Client.connect(server.address)
            options = {"id": "closed", "task_queue": "replayed"}
            handle = await client.start_workflow("Steps", **options)
            waiting = await client.start_workflow("Steps", id="open", task_queue="replayed")
            await handle.signal("go")
            assert await handle.result() == {"n": 2}
            write(folder, {"closed.json": (await handle.fetch_history()).to_json()})

            async def timers() -> int:
                events = [event async for event in waiting.fetch_history_events()]
                return sum(event.HasField("timer_fired_event_attributes") for event in events)

            while not await timers():
                await asyncio.sleep(0.05)
            while (await waiting.describe()).raw_description.HasField("pending_workflow_task"):
                await asyncio.sleep(0.05)

        asyncio.run(asyncio.wait_for(go(), 100))
        assert worker.end(15) == 0
    return folder


@pytest.mark.parametrize(
    ("old", "new", "status", "expected"),
    [
        ("", "", 0, ["ok      closed"]),
        (
            "{ n = 1 }",
            "{ n = 7 }",
            1,
            [
                "changed closed",
                'w.lua:7: activity \'echo\' was {"n": 1}, is now {"n": 7}',
            ],
        ),
        (
            "sleep(0.01)",
            "sleep(90)",
            1,
            ["w.lua:8: a timer was 0.01 s, is now 90 s"],
        ),
        ("return ctx", "local last = ctx", 1, ['the result was {"n": 2}, is now nil']),
        (
            "ctx:sleep(0.01)",
            'ctx:execute_activity("echo")',
            1,
            [
                "BREAKS  closed",
                "w.lua:8: the history has a timer, where the code has activity 'echo'",
            ],
        ),
        (
            "ctx:sleep(0.01)",
            "",
            1,
            ["BREAKS  closed", "the history has a timer, where the code has activity 'echo'"],
        ),
    ],
    ids=["same", "input", "timer", "result", "other command", "command gone"],
)
def test_changed_source(
    history: Path, tmp_path: Path, old: str, new: str, status: int, expected: list[str]
) -> None:
    assert old in _SOURCE
    write(tmp_path, {"w.lua": _SOURCE.replace(old, new, 1) if old else _SOURCE})
    shown = assay(tmp_path, "replay", "w.lua", str(history / "closed.json"))
    assert shown.status == status, shown
    for text in expected:
        assert text in shown.out
    breaks = "BREAKS" in shown.out
    allowed = assay(tmp_path, "replay", "w.lua", str(history / "closed.json"), "--allow-changes")
    assert allowed.status == (1 if breaks else 0)


def test_from_the_server(history: Path, server: DevServer, tmp_path: Path) -> None:
    at = ("--address", server.address, "--namespace", "default")
    write(tmp_path, {"w.lua": _SOURCE, "other.lua": _SOURCE.replace("ctx:sleep(0.01)", "")})
    one = assay(tmp_path, "replay", "w.lua", "--workflow-id", "open", *at)
    assert (one.status, one.out.splitlines()[0]) == (0, "ok      open")
    query = ("--query", "WorkflowType = 'Steps'", "--limit", "10")
    both = assay(tmp_path, "replay", "w.lua", *query, *at)
    assert (both.status, sorted(both.out.splitlines()[:2])) == (
        0,
        ["ok      closed", "ok      open"],
    )
    broken = assay(tmp_path, "replay", "other.lua", *query, *at)
    assert broken.status == 1
    assert "2 replayed: 0 the same, 0 changed, 2 break" in broken.out
    one_of_two = assay(
        tmp_path, "replay", "w.lua", "--query", "WorkflowType = 'Steps'", "--limit", "1", *at
    )
    assert (one_of_two.status, "1 replayed: 1 the same" in one_of_two.out) == (0, True)
    none = assay(tmp_path, "replay", "w.lua", "--workflow-id", "nobody", *at)
    assert (none.status, none.out) == (2, "")
    assert assay(tmp_path, "replay", "w.lua", "--query", "WorkflowType = 'X'", *at).status == 2
    run_id = ("--run-id", str(uuid.uuid4()))
    assert assay(tmp_path, "replay", "w.lua", "--workflow-id", "open", *run_id, *at).status == 2


def test_workflows_that_the_source_does_not_have(
    history: Path, server: DevServer, tmp_path: Path
) -> None:
    """On a queue of its own they are lost, on another they are another worker's; one that is asked for by name is neither."""
    at = ("--address", server.address)
    renamed = _SOURCE.replace("Steps =", "Others =")
    elsewhere = renamed.replace('"replayed"', '"elsewhere"')
    write(tmp_path, {"renamed.lua": renamed, "elsewhere.lua": elsewhere})
    query = ("--query", "WorkflowType = 'Steps'")
    lost = assay(tmp_path, "replay", "renamed.lua", *query, *at)
    assert lost.status == 1
    assert "BREAKS  closed\n        the source has no workflow 'Steps'\n" in lost.out
    none = assay(tmp_path, "replay", "elsewhere.lua", *query, *at)
    assert (none.status, none.err) == (
        2,
        "assay replay: no workflow of this worker was found\n",
    )
    assert "0 replayed" in none.out and "2 of other workers left out" in none.out
    named = assay(tmp_path, "replay", "elsewhere.lua", str(history / "closed.json"))
    assert (named.status, "has no workflow 'Steps'" in named.out) == (1, True)


def test_wrong_usage(tmp_path: Path) -> None:
    write(tmp_path, {"w.lua": _SOURCE, "s.lua": "print(1)", "bad.lua": "print(", "h.json": "[1]"})
    write(tmp_path, {"object.json": "{}"})
    for arguments in (
        ["w.lua"],
        ["s.lua", "h.json"],
        ["w.lua", "h.json"],
        ["w.lua", "missing.json"],
        ["w.lua", "object.json"],
        ["w.lua", "--query", "", "--run-id", "r"],
        ["w.lua", "h.json", "--run-id", "r"],
    ):
        refused = assay(tmp_path, "replay", *arguments)
        assert (refused.status, refused.out) == (2, "")
        assert refused.err.startswith("assay replay: ")
        assert refused.err.count("\n") == 1
    assert assay(tmp_path, "replay", "bad.lua", "h.json").status == 1
    nobody = assay(tmp_path, "replay", "w.lua", "--workflow-id", "x", "--address", "127.0.0.1:1")
    assert nobody.status == 2
    assert "no Temporal server answers" in nobody.err


def test_a_history_in_a_file_of_any_name(tmp_path: Path) -> None:
    """Children are named after their parent in this one, so it only replays under its own workflow id."""
    tests = Path(__file__).resolve().parents[1] / "temporal"
    recorded = (tests / "histories/level-1/beyond.Parent.json").read_bytes()
    write(tmp_path, {"beyond.lua": (tests / "lua/beyond.lua").read_bytes(), "any.json": recorded})
    found = assay(tmp_path, "replay", "beyond.lua", "any.json")
    assert (found.status, found.err) == (0, "")
