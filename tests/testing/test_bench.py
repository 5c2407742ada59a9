"""The bench for users' tests, beyond what docs/testing.md shows: packages, failures, and what is said when something is missing."""

from __future__ import annotations

import asyncio
import importlib
import os
import subprocess
import sys
import types
from pathlib import Path

import pytest
from assay.runtime.errors import LuaError
from assay.runtime.testing import (
    AsyncWorkflowBench,
    CompilationFailed,
    ServerUnavailable,
    WorkflowBench,
    time_skipping,
    time_skipping_available,
)
from assay.runtime.testing.class_archive import ARCHIVE, make_archive
from assay.runtime.testing.packages import definitions
from assay.runtime.testing.stubs import stub_activities
from temporalio.client import WorkflowFailureError

_LUA = """
temporal.worker({
  url = "localhost:7233", task_queue = "benched",
  activities = {
    real = function(input) return { real = input } end,
    replaced = function() return "original" end,
  },
  workflows = {
    Both = function(ctx, input)
      local state = "waiting"
      ctx:register_query("state", function(argument) return state .. argument end)
      ctx:wait_signal("go")
      state = "going"
      local ok, found = pcall(ctx.execute_activity, ctx, "replaced", input, { retry_policy = { maximum_attempts = 2 } })
      return { ok = ok, found = tostring(found), real = ctx:execute_activity("real", 1).real }
    end,
    Waits = function(ctx) ctx:sleep(86400) end,
  },
})
"""


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "benched.lua"
    path.write_text(_LUA, encoding="utf-8")
    return path


@pytest.fixture
def package(source: Path, monkeypatch: pytest.MonkeyPatch) -> types.ModuleType:
    """The compiled package, imported as a user does."""
    build = source.parent / "build"
    command = [sys.executable, "-m", "assay.transpiler.cli", str(source), "-o", str(build), "-q"]
    subprocess.run(command, check=True)
    monkeypatch.syspath_prepend(str(build))
    return importlib.import_module("benched")


def test_a_package_with_a_stub_that_fails_and_one_that_is_left(package: types.ModuleType) -> None:
    def replaced(input: object) -> object:
        raise LuaError(f"refused {input}")

    with WorkflowBench(package, activities={"replaced": replaced}) as bench:
        run = bench.start("Both", {"n": 1})
        assert run.query("state", "!") == "waiting!"
        run.signal("go")
        assert run.result() == {
            "ok": False,
            "found": "activity 'replaced' failed: refused {'n': 1}",
            "real": 1,
        }
        assert run.query("state", "!") == "going!"
        run.check_replay()
        assert [(call.name, call.input) for call in bench.calls] == [("replaced", {"n": 1})] * 2
        waiting = bench.start("Waits")
        waiting.cancel()
        with pytest.raises(WorkflowFailureError):
            waiting.result()


def test_sources_of_one_name_do_not_meet(source: Path, tmp_path: Path) -> None:
    other = tmp_path / "other" / "benched.lua"
    other.parent.mkdir()
    other.write_text(_LUA.replace("Both =", "Other ="), encoding="utf-8")
    before = sys.modules.get("benched")
    with definitions(source) as first, definitions(other) as second:
        assert [each.__name__ for each in first[0].workflows] == ["Both", "Waits"]
        assert [each.__name__ for each in second[0].workflows] == ["Other", "Waits"]
    assert sys.modules.get("benched") is before


def test_a_source_that_does_not_compile(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.lua"
    wrong.write_text("local x = ", encoding="utf-8")
    with pytest.raises(CompilationFailed, match=r"wrong\.lua:1:.*error\[AY1"):
        WorkflowBench(wrong).__enter__()
    wrong.write_text("print(1)", encoding="utf-8")
    with pytest.raises(CompilationFailed, match="registers no worker"):
        WorkflowBench(wrong).__enter__()
    with pytest.raises(CompilationFailed, match="AY0"):
        WorkflowBench(tmp_path / "absent.lua").__enter__()


def test_lua_stubs_that_are_none(tmp_path: Path) -> None:
    stubs = tmp_path / "stubs.lua"
    for text, message in (
        ("return 1", "must return a table of functions, got number"),
        ("", "must return a table of functions, got nil"),
        ("return {1}", "must return functions by name, got number"),
        ("return return", "stubs.lua:1:"),
    ):
        stubs.write_text(text, encoding="utf-8")
        with pytest.raises(ValueError, match=message):
            stub_activities(stubs, [])


def test_without_java_the_reason_is_told(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert time_skipping_available() == "the time-skipping server needs java on PATH"

    async def no_download(**_: object) -> None:
        raise RuntimeError("no internet")

    monkeypatch.setattr("temporalio.testing.WorkflowEnvironment.start_time_skipping", no_download)

    async def go() -> None:
        async with AsyncWorkflowBench(source, skip_time=True):
            pass

    with pytest.raises(ServerUnavailable, match="install Java 11 or later and Maven"):
        asyncio.run(go())


def test_maven_that_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("java", "mvn"):
        (tmp_path / name).write_text("#!/bin/sh\necho no such artifact\nexit 1\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    with pytest.raises(ServerUnavailable, match="failed: no such artifact"):
        time_skipping.find_or_get_time_skipping_server()


def test_a_bench_that_is_not_running(source: Path) -> None:
    with pytest.raises(RuntimeError, match="async with"):
        _ = AsyncWorkflowBench(source).client


def test_the_time_skipping_server_starts_from_an_archive_of_its_classes() -> None:
    server = time_skipping.find_or_get_time_skipping_server()
    assert server is not None
    assert (server.parent / ARCHIVE).exists()
    assert f'-XX:SharedArchiveFile="$folder/{ARCHIVE}"' in server.read_text(encoding="utf-8")


@pytest.mark.parametrize("command", [["false"], ["no-such-java"]], ids=str)
def test_a_java_that_makes_no_archive_is_asked_once(command: list[str], tmp_path: Path) -> None:
    make_archive(tmp_path, command)
    assert [path.name for path in tmp_path.iterdir()] == [ARCHIVE]
    assert (tmp_path / ARCHIVE).read_bytes() == b""
