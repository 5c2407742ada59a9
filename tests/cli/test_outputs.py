"""Which files the command writes: names, folders, what a second run does, what becomes of files of earlier runs."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from compiler_command import WORKER, compile_lua, run_python, tree, write

_PACKAGE = {"__init__.py", "activities.py", "worker.py", "workflows.py"}


def _names(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*.py")}


def test_a_worker_becomes_a_package(tmp_path: Path) -> None:
    write(tmp_path, {"w.lua": WORKER})
    found = compile_lua(tmp_path, "w.lua", "-o", "out")
    assert (found.status, found.out) == (0, "")
    assert found.err == "w.lua -> out/w: worker\n1 source compiled, 5 files written\n"
    assert _names(tmp_path / "out/w") == {*_PACKAGE, "shared.py"}


def test_a_source_without_a_worker_becomes_a_script(tmp_path: Path) -> None:
    write(tmp_path, {"hello.lua": 'print("hello " .. ...)'})
    found = compile_lua(tmp_path, "hello.lua", "-o", "out")
    assert found.err == (
        "hello.lua -> out/hello.py: script (no temporal.worker in it)\n1 source compiled, 1 file written\n"
    )
    assert run_python(tmp_path, "out/hello.py", "world").out == "hello world\n"


def test_a_folder_with_sources(tmp_path: Path) -> None:
    write(
        tmp_path, {"src/w.lua": WORKER, "src/deep/er/x.lua": "print(1)", "src/readme.txt": "no Lua"}
    )
    assert compile_lua(tmp_path, "src", "-o", "out").status == 0
    assert _names(tmp_path / "out") == {"x.py", *(f"w/{name}" for name in (*_PACKAGE, "shared.py"))}


def test_a_source_named_twice_is_compiled_once(tmp_path: Path) -> None:
    write(tmp_path, {"src/x.lua": "print(1)"})
    found = compile_lua(tmp_path, "src/x.lua", "src", "./src/x.lua", "-o", "out")
    assert found.err.endswith("1 source compiled, 1 file written\n")


def test_names_become_python_names(tmp_path: Path) -> None:
    write(tmp_path, {"my-worker.lua": WORKER, "a.b.lua": "print(1)"})
    assert compile_lua(tmp_path, "my-worker.lua", "a.b.lua", "-o", "out").status == 0
    imported = run_python(
        tmp_path / "out", "-c", "import my_worker, a_b; print(my_worker.TASK_QUEUE)"
    )
    assert imported.out == "numbers\n"


@pytest.mark.parametrize(
    "name", ["json", "time", "signal", "temporalio", "assay", "lua_modules", "class", "is"]
)
def test_names_that_python_uses(tmp_path: Path, name: str) -> None:
    """A file json.py would hide Python's own (`python out/json.py` finds itself when it imports json); class is a keyword."""
    write(tmp_path, {f"{name}.lua": "print(1)"})
    assert compile_lua(tmp_path, f"{name}.lua", "-o", "out").status == 0
    assert run_python(tmp_path / "out", f"{name}_.py").out == "1\n"


def test_a_folder_with_modules_in_folders(tmp_path: Path) -> None:
    """Names are relative to the root, as `lua` run there finds them; what others require is no program of its own."""
    project = {
        "main.lua": 'print(require("lib.x").add(2))',
        "lib/x.lua": 'local y = require("lib.y") return { add = function(n) return y.double(n) + 1 end }',
        "lib/y.lua": "return { double = function(n) return n * 2 end }",
        "jobs/x.lua": 'print(require("lib.y").double(4), "job")',
    }
    write(tmp_path, project)
    for said in ("4 files written", "0 files written"):  # the second time from the cache
        found = compile_lua(tmp_path, ".", "-o", "out")
        assert found.err == (
            "jobs/x.lua -> out/x.py: script (no temporal.worker in it)\n"
            f"main.lua -> out/main.py: script (no temporal.worker in it)\n2 sources compiled, {said}\n"
        )
    assert run_python(tmp_path, "out/main.py").out == "5\n"
    assert run_python(tmp_path, "out/x.py").out == "8\tjob\n"
    named = compile_lua(tmp_path, "lib/y.lua", "main.lua", "-o", "named")
    assert "lib/y.lua -> named/y.py" in named.err


def test_a_second_run_writes_nothing(tmp_path: Path) -> None:
    write(tmp_path, {"w.lua": WORKER, "x.lua": "print(1)"})
    assert compile_lua(tmp_path, "w.lua", "x.lua", "-o", "out").status == 0
    files = sorted((tmp_path / "out").rglob("*.py"))
    for path in files:
        os.utime(path, ns=(1, 1))
    second = compile_lua(tmp_path, "w.lua", "x.lua", "-o", "out")
    assert second.err.endswith("2 sources compiled, 0 files written\n")
    assert {path.stat().st_mtime_ns for path in files} == {1}


def test_only_what_changed_is_written(tmp_path: Path) -> None:
    write(tmp_path, {"w.lua": WORKER})
    assert compile_lua(tmp_path, "w.lua", "-o", "out").status == 0
    files = sorted((tmp_path / "out").rglob("*.py"))
    for path in files:
        os.utime(path, ns=(1, 1))
    write(tmp_path, {"w.lua": WORKER.replace("2 * x", "3 * x")})
    assert compile_lua(tmp_path, "w.lua", "-o", "out").err.endswith("1 file written\n")
    assert [path.name for path in files if path.stat().st_mtime_ns != 1] == ["shared.py"]
    assert {path.name for path in (tmp_path / "out/w").iterdir()} == {*_PACKAGE, "shared.py"}


def test_files_of_earlier_runs_go(tmp_path: Path) -> None:
    """What the source no longer needs is removed when this compiler wrote it, and only then."""
    write(tmp_path, {"w.lua": 'print("not a worker yet")'})
    assert compile_lua(tmp_path, "w.lua", "-o", "out").status == 0
    helper = "local M = {}\nfunction M.twice(x) return 2 * x end\nreturn M\n"
    using = WORKER.replace("return 2 * x", "return helper.twice(x)")
    write(tmp_path, {"w.lua": f'local helper = require("helper")\n{using}', "helper.lua": helper})
    assert compile_lua(tmp_path, "w.lua", "-o", "out").status == 0
    write(tmp_path, {"out/w/own.py": "# by hand\n"})
    assert _names(tmp_path / "out") == {
        f"w/{name}" for name in (*_PACKAGE, "shared.py", "helper.py", "own.py")
    }
    write(tmp_path, {"w.lua": WORKER.replace("return double(input)", "return input")})
    assert compile_lua(tmp_path, "w.lua", "-o", "out").status == 0
    assert _names(tmp_path / "out") == {f"w/{name}" for name in (*_PACKAGE, "own.py")}


def test_a_shared_module_of_a_person_stays(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "w.lua": WORKER.replace("return double(input)", "return input"),
            "out/w/shared.py": "# by hand\n",
        },
    )
    assert compile_lua(tmp_path, "w.lua", "-o", "out").status == 0
    assert (tmp_path / "out/w/shared.py").read_text() == "# by hand\n"


def test_the_same_bytes_from_another_folder(tmp_path: Path) -> None:
    """The output does not know where its source lies."""
    write(tmp_path, {"src/w.lua": WORKER})
    assert compile_lua(tmp_path, "src/w.lua", "-o", "a").status == 0
    assert compile_lua(tmp_path / "src", str(tmp_path / "src/w.lua"), "-o", "../b").status == 0
    assert tree(tmp_path / "a") == tree(tmp_path / "b")
