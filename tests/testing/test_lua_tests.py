"""`assay test`: what tests in Lua can do, what their failures say, and the command's reports. docs/testing.md and the examples show
more."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from assay.runtime.lua_testing.differences import differences, shown
from assay.runtime.lua_testing.runs import _failing_task
from assay.runtime.testing import time_skipping_available
from assay.runtime.values import LuaTable
from assay.transpiler.commands.main import main
from temporalio.api.history.v1 import HistoryEvent

skips_time = pytest.mark.skipif(
    time_skipping_available() is not None, reason=str(time_skipping_available())
)

_WORKER = """\
local helper = require("helper")
temporal.worker({
  url = "localhost:7233",
  task_queue = "tested",
  activities = { real = function(input) return { real = input } end },
  workflows = {
    Add = function(ctx)
      local n = 0
      ctx:register_update("add", function(k)
        ctx:sleep(3600)
        n = n + k
        return n
      end)
      ctx:register_query("n", function() return n end)
      ctx:wait_signal("done", { timeout = 864000 })
      return n
    end,
    Missing = function(ctx) ctx:execute_activity("nope", {}) end,
    Throws = function(ctx, input) helper.boom(input) end,
    Typed = function() error({ type = "BAD", message = "no good", details = { 1, 2 } }) end,
    Stuck = function(ctx) ctx:wait_signal("never") end,
    Real = function(ctx, input) return ctx:execute_activity("real", input) end,
  },
})
"""

_TESTS = """\
local test = require("assay.test")
local helper = require("helper")
local w = test.worker("../w.lua")
local trace = {}
test.describe("all", function()
  test.before_each(function() trace[#trace + 1] = "before" end)
  test.after_each(function() trace[#trace + 1] = "after" end)
  test.it("updates", function()
    local run = w:start("Add", nil, { workflow_id = "mine" })
    assert.eq(run.workflow_id, "mine")
    assert.eq(run:query("n"), 0)
    assert.eq(run:update("add", 5), 5)
    assert.eq(run:status(), "RUNNING")
    run:signal("done")
    assert.eq(run:result(), 5)
  end)
  test.it("no activity", function() w:run("Missing") end)
  test.it("throws", function() w:run("Throws", { a = 1 }) end)
  test.it("typed", function()
    local failure = w:start("Typed"):failure()
    assert.eq(failure.type, "BAD")
    assert.eq(failure.message, "no good")
    assert.eq(failure.details, { 1, 2 })
    assert.eq(failure.status, "FAILED")
  end)
  test.it("stub that is a value", function()
    w:stub("real", { r = 1 })
    assert.eq(w:run("Real", 7), { r = 1 })
    assert.eq(w:calls(), { { name = "real", input = 7 } })
    w:stub("nope", true)
    assert.eq(w:run("Missing"), nil)
  end)
  test.it("stub is gone", function()
    assert.eq(w:run("Real", 8), { real = 8 })
    assert.eq(w:calls("real"), { 8 })
    assert.eq(trace, { "before", "after", "before", "after", "before", "after", "before", "after", "before", "after", "before" })
  end)
  test.it("cancel", function()
    local run = w:start("Stuck")
    run:cancel()
    assert.eq(run:failure().status, "CANCELED")
  end)
  test.it("waits for ever", function() w:run("Stuck") end)
  test.it("is tried for ever", function()
    w:stub("real", function() error("ouch") end)
    w:run("Real")
  end)
  test.it("did not fail", function() w:start("Real"):failure() end)
  test.it("unknown workflow", function() w:run("Typd") end)
  test.it("differs", function() assert.eq({ a = 1, l = { 1, { x = "y" } } }, { a = 2, l = { 1, { x = "z" }, 3 } }, "lists") end)
  test.it("in a helper", function() helper.boom({}) end)
  test.it("object", function() error({ code = 1 }) end)
  test.it("exits", function() os.exit(3) end)
  test.it("declares", function() test.it("another") end)
  test.pending("later", function() end)
  test.it("nothing")
  test.it("misspelt stub", function() w:stub("nope", 1) w:stub("reall", 1) end)
  test.it("misspelt calls", function() w:calls("rael") end)
  test.it("terminate", function()
    local run = w:start("Stuck")
    run:terminate()
    assert.eq(run:failure().status, "TERMINATED")
  end)
end)
print("loaded")
"""


def _run(
    folder: Path, *arguments: str, environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, "-m", "assay.transpiler.commands.main", "test", *arguments],
        cwd=folder,
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=200,
        env={**os.environ, **(environment or {})},
    )
    assert "Traceback (most recent call last)" not in done.stderr, done.stderr
    return done


def _write(folder: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The report of all these tests; the helper is found above their folder, by the tests and by the worker."""
    folder = tmp_path_factory.mktemp("tested")
    _write(
        folder,
        {
            "w.lua": _WORKER,
            "helper.lua": "local M = {}\nfunction M.boom(x) return x.y.z end\nreturn M\n",
            "tests/w_test.lua": _TESTS,
        },
    )
    done = _run(folder, "--format", "json", "--timeout", "10")
    assert done.returncode == 1
    assert done.stderr == "loaded\n"
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _by_name(report: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {test["name"].removeprefix("all "): test for test in report["tests"]}


@skips_time
def test_what_a_test_can_do(report: dict[str, Any]) -> None:
    tests = _by_name(report)
    assert (report["passed"], report["failed"], report["pending"]) == (6, 13, 2)
    assert [name for name, test in tests.items() if test["status"] == "passed"] == [
        "updates",
        "typed",
        "stub that is a value",
        "stub is gone",
        "cancel",
        "terminate",
    ]
    assert [tests["updates"]["file"], tests["updates"]["line"]] == ["tests/w_test.lua", 8]


_MISSING = "w.lua has no activity 'nope', and the test has no stub for it"


@skips_time
@pytest.mark.parametrize(
    "name, message",
    [
        ("no activity", f"17: workflow 'Missing' failed: activity 'nope' failed: {_MISSING}"),
        ("is tried for ever", "46: workflow 'Real': no result within 10 seconds"),
        ("did not fail", "48: workflow 'Real' did not fail: its result is {}"),
        ("unknown workflow", "49: w.lua has no workflow 'Typd'; did you mean 'Typed'?"),
        ("misspelt stub", "57: w.lua has no activity 'reall'; did you mean 'real'?"),
        ("misspelt calls", "58: w.lua has no activity 'rael'; did you mean 'real'?"),
        ("differs", "50: lists"),
        ("object", "52: error object { code = 1 }"),
        ("exits", "53: the test called os.exit"),
    ],
)
def test_messages_of_failures(report: dict[str, Any], name: str, message: str) -> None:
    assert _by_name(report)[name]["failure"]["message"] == f"tests/w_test.lua:{message}"


@skips_time
@pytest.mark.parametrize(
    "name, beginning",
    [
        ("waits for ever", "43: workflow 'Stuck' timed out"),
        ("declares", "54: test.it: tests are declared while their file is"),
    ],
)
def test_how_messages_of_failures_begin(report: dict[str, Any], name: str, beginning: str) -> None:
    message = _by_name(report)[name]["failure"]["message"]
    assert message.startswith(f"tests/w_test.lua:{beginning}")


@skips_time
def test_stacks_of_failures(report: dict[str, Any]) -> None:
    failures = {name: test.get("failure") or {} for name, test in _by_name(report).items()}
    throws = failures["throws"]
    assert throws["source"] == 'test.it("throws", function() w:run("Throws", { a = 1 }) end)'
    assert throws["workflow_stack"].splitlines() == [
        "./helper.lua:2: in function 'boom'",
        "    function M.boom(x) return x.y.z end",
        "w.lua:19: in workflow 'Throws'",
        f"    {_WORKER.splitlines()[18].strip()}",
    ]
    assert "w.lua:21: in workflow 'Stuck'" in failures["waits for ever"]["workflow_stack"]
    tried = failures["is tried for ever"]["workflow_stack"]
    assert "activity 'real' failed" in tried
    assert "tests/w_test.lua:45: ouch" in tried
    helper = failures["in a helper"]
    assert helper["message"] == "./helper.lua:2: attempt to index a nil value (field 'y')"
    assert "tests/w_test.lua:51" in helper["stack"]


@skips_time
def test_differences_of_failures(report: dict[str, Any]) -> None:
    differs = _by_name(report)["differs"]["failure"]
    assert differs["expected"] == '{ a = 2, l = { 1, { x = "z" }, 3 } }'
    assert differs["got"] == '{ a = 1, l = { 1, { x = "y" } } }'
    assert differs["differences"] == [
        ".a: expected 2, got 1",
        '.l[2].x: expected "z", got "y"',
        ".l[3]: expected 3, got nil",
    ]


def test_reports_selection_and_files_that_do_not_load(tmp_path: Path) -> None:
    """Tests of plain functions need no server."""
    _write(
        tmp_path,
        {
            "pyproject.toml": '[tool.assay]\ntest-files = ["*.spec.lua"]\n',
            "a.spec.lua": 'local t = require("assay.test")\nprint("said")\n'
            't.it("one <&> \\1", function() assert.eq(1, 2) end)\nt.it("two", function() end)\nt.pending("three")\n',
            "b.spec.lua": "local x = \n",
            "c.spec.lua": 'require("assay.test").worker("none.lua")\n',
            "not_this.lua": "error(1)",
        },
    )
    done = _run(tmp_path)
    assert done.returncode == 1
    lines = done.stdout.splitlines()
    assert lines[0] == "said"
    assert lines[1].startswith("FAILED  a.spec.lua:3: one <&> ")
    assert lines[2:6] == [
        "        a.spec.lua:3: not equal",
        '            t.it("one <&> \\1", function() assert.eq(1, 2) end)',
        "        expected  2",
        "        got       1",
    ]
    assert lines[6].startswith("ok      a.spec.lua:4: two (")
    assert lines[7] == "pending a.spec.lua:5: three"
    assert lines[8].startswith("FAILED  b.spec.lua: loading the file")
    assert "b.spec.lua:2:1: error[AY101]" in done.stdout
    assert "c.spec.lua:1: none.lua: error[AY001]: cannot be read" in done.stdout
    assert lines[-1].startswith("5 tests: 1 passed, 3 failed, 1 pending in ")

    junit = _run(tmp_path, "--format", "junit", "a.spec.lua")
    assert junit.stderr == "said\n"
    root = ElementTree.fromstring(junit.stdout)
    assert {name: root.get(name) for name in ("tests", "failures", "skipped")} == {
        "tests": "3",
        "failures": "1",
        "skipped": "1",
    }
    failure = root.find("testsuite/testcase/failure")
    assert failure is not None
    assert failure.get("message") == "a.spec.lua:3: not equal"
    assert failure.text is not None
    assert "expected  2" in failure.text

    first = _run(tmp_path, "-x", "a.spec.lua", "-o", "report.txt", environment={"FORCE_COLOR": "1"})
    assert (first.returncode, first.stdout) == (1, "said\n")
    assert (tmp_path / "report.txt").read_text().startswith("\x1b[31;1mFAILED \x1b[0m a.spec.lua")
    selected = _run(tmp_path, "-k", "TWO", "a.spec.lua")
    assert selected.returncode == 0
    assert "1 test: 1 passed in" in selected.stdout
    wrong = _run(tmp_path, "-k", "nothing", "a.spec.lua")
    assert (wrong.returncode, "no test was found" in wrong.stderr) == (2, True)


def test_wrong_usage(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["test", "absent"]) == 2
    assert "AY001" in capsys.readouterr().err
    (tmp_path / "a_test.lua").write_text("")
    assert main(["test", "-o", "no/where.xml"]) == 2
    assert (
        capsys.readouterr().err
        == "assay test: no/where.xml cannot be written: No such file or directory\n"
    )
    with pytest.raises(SystemExit) as wrong:
        main(["test", "--timeout", "x"])
    assert wrong.value.code == 2
    assert "'x' is no number of seconds" in capsys.readouterr().err


def test_a_test_file_elsewhere(tmp_path: Path) -> None:
    """Another program than `assay test` says what to do; the build step leaves tests out of folders."""
    _write(
        tmp_path,
        {
            "x_test.lua": 'local t = require("assay.test")\n',
            "test_tool.lua": "print(1)",
            "w_test.lua": 'temporal.worker({ url = "x:1", task_queue = "q", workflows = {\n'
            '  W = function(ctx) require("assay.test") end,\n} })\n',
        },
    )
    command = [sys.executable, "-m", "assay.transpiler.commands.main"]
    ran = subprocess.run(
        [*command, "run", "x_test.lua"],
        cwd=tmp_path,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert ran.returncode == 1
    assert "lua: this file holds tests: run it with `assay test`" in ran.stderr
    compiler = [sys.executable, "-m", "assay.transpiler.cli"]
    refused = subprocess.run(
        [*compiler, "w_test.lua"], cwd=tmp_path, capture_output=True, encoding="utf-8", check=False
    )
    assert "help: tests stand in a file of their own, which `assay test` runs" in refused.stderr
    (tmp_path / "w_test.lua").unlink()
    built = subprocess.run(
        [*compiler, ".", "-o", "build"],
        cwd=tmp_path,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert built.returncode == 0, built.stderr
    assert [path.name for path in (tmp_path / "build").iterdir()] == ["test_tool.py"]


def test_values_are_shown_as_lua() -> None:
    inner = LuaTable({"x": 'a\n"é"'.encode().decode("latin-1"), "if": 1})
    cycle = LuaTable({1: 1, 2: inner, "k y": True, 3.5: -0.0})
    assert shown(cycle) == '{ 1, { ["if"] = 1, x = "a\\n\\"é\\"" }, [3.5] = -0.0, ["k y"] = true }'
    cycle["self"] = cycle
    assert "{...}" in shown(cycle)
    assert list(differences(LuaTable({"long": "x" * 100}), LuaTable())) == [
        f'.long: expected nil, got "{"x" * 100}"'
    ]
    assert list(differences(1, 1.0)) == []
    assert shown(LuaTable({"a": "x" * 60, "b": "y" * 60})).splitlines()[0] == "{"


def test_why_a_workflow_task_fails() -> None:
    """Of the last task that has ended, as the history has it."""

    def event(failure: str | None) -> HistoryEvent:
        found = HistoryEvent()
        if failure is None:
            found.workflow_task_completed_event_attributes.SetInParent()
        else:
            found.workflow_task_failed_event_attributes.failure.message = failure
        return found

    class Handle:
        def __init__(self, *failures: str | None) -> None:
            self.failures = failures

        async def fetch_history_events(self) -> AsyncIterator[HistoryEvent]:
            for failure in self.failures:
                yield event(failure)

    for failures, expected in (
        ((None, "deadlock"), "deadlock"),
        (("deadlock", None), ""),
        ((), ""),
    ):
        handle: Any = Handle(*failures)
        assert asyncio.run(_failing_task(handle)) == expected
