"""Bad input: a clear message, the exit status of the contract (2 for what cannot be read and wrong usage, else 1), no traceback
(`compiler_command` checks each run), and nothing written at all."""

from __future__ import annotations

import os
import resource
import sys
from pathlib import Path

import pytest
from assay.transpiler import cli
from compiler_command import WORKER, compile_lua, tree, write

_GOOD = "print(1)\n"


@pytest.mark.parametrize(
    ("files", "arguments", "status", "message"),
    [
        ({}, [], 2, "assay-compile: error: nothing to compile: give SRC"),
        ({}, ["--no-such-option", "x.lua"], 2, "assay-compile: error: unrecognized arguments: --no-such-option"),
        ({}, ["x.lua", "-o"], 2, "assay-compile: error: argument -o/--output: expected one argument"),
        ({}, ["missing.lua"], 2, "missing.lua: error[AY001]: cannot be read: No such file or directory"),
        ({}, ["a" * 300 + ".lua"], 2, "error[AY001]: cannot be read: File name too long"),
        ({"x.lua": _GOOD}, ["x.lua/y.lua"], 2, "x.lua/y.lua: error[AY001]: cannot be read: Not a directory"),
        ({"src/x.txt": ""}, ["src"], 2, "src: error[AY002]: holds no .lua file"),
        ({"x.py": _GOOD}, ["x.py"], 2, "x.py: error[AY007]: is not a .lua file"),
        ({"x.luac": b"\x1bLua"}, ["x.luac"], 2, "x.luac: error[AY007]: is not a .lua file"),
        ({"x.lua": ""}, ["x.lua"], 1, "x.lua: error[AY004]: holds no statement"),
        ({"x.lua": b"\x1bLuaT\x00"}, ["x.lua"], 1, "x.lua:1:1: error[AY1"),
        ({"x.lua": b"\x00" * 100}, ["x.lua"], 1, "x.lua:1:1: error[AY1"),
        ({"x.lua": b"\xff\xfeprint(1)"}, ["x.lua"], 1, "x.lua:1:1: error[AY1"),
        ({"x.lua": "print(1)\nif x then\n"}, ["x.lua"], 1, "x.lua:3:1: error[AY102]: 'end' expected"),
        ({"1x.lua": _GOOD}, ["1x.lua"], 1, "1x.lua: error[AY008]: `1x` cannot be the name"),
        ({'x".lua': _GOOD}, ['x".lua'], 1, 'x".lua: error[AY008]: `x"` cannot be the name'),
        ({"a/x.lua": _GOOD, "b/x.lua": _GOOD}, ["a", "b"], 1, "b/x.lua: error[AY006]: would become the Python module `x`"),
        ({"x.lua": "require('y')", "y.lua": "x ="}, ["x.lua"], 1, "y.lua:1:4: error[AY101]: unexpected symbol near <eof>"),
        ({"x.lua": "require('y\"\"\"')", 'y""".lua': _GOOD}, ["x.lua"], 1, "x.lua:1:1: error[AY219]: the module `y"),
    ],
)  # fmt: skip
def test_bad_input(
    tmp_path: Path, files: dict[str, str | bytes], arguments: list[str], status: int, message: str
) -> None:
    write(tmp_path, files)
    before = tree(tmp_path)
    extra = ["-o", "out"] if "-o" not in arguments else []
    found = compile_lua(tmp_path, *arguments, *extra)
    assert message in found.err
    assert (found.status, found.out) == (status, "")
    assert tree(tmp_path) == before


def test_all_that_cannot_be_read_is_told_at_once(tmp_path: Path) -> None:
    write(tmp_path, {"x.lua": _GOOD})
    found = compile_lua(tmp_path, "a.lua", "x.lua", "b.lua", "-o", "out")
    assert found.status == 2
    assert [line.partition(":")[0] for line in found.err.splitlines() if "error[" in line] == [
        "a.lua",
        "b.lua",
    ]


def test_a_source_whose_reading_fails(tmp_path: Path) -> None:
    """Reading fails after the file was found: for a source itself, and for one it requires."""
    target = Path("/proc/self/mem")
    if not target.exists():
        pytest.skip("needs a file that exists and cannot be read, even by root")
    (tmp_path / "broken.lua").symlink_to(target)
    write(tmp_path, {"x.lua": "require('broken')"})
    for source in ("broken.lua", "x.lua"):
        found = compile_lua(tmp_path, source, "-o", "out")
        assert found.status == 2
        assert found.err.startswith(
            "broken.lua: error[AY001]: cannot be read: Input/output error\n"
        )
    assert not (tmp_path / "out").exists()


def test_the_second_of_two_sources_fails(tmp_path: Path) -> None:
    write(tmp_path, {"good.lua": WORKER, "bad.lua": "x ="})
    before = tree(tmp_path)
    found = compile_lua(tmp_path, "good.lua", "bad.lua", "-o", "out")
    assert found.status == 1
    assert found.err.endswith("1 error: nothing was written\n")
    assert tree(tmp_path) == before


def test_invalid_utf8_in_a_comment_is_a_warning(tmp_path: Path) -> None:
    write(tmp_path, {"x.lua": b"-- caf\xe9\nprint(1)\n"})
    found = compile_lua(tmp_path, "x.lua", "-o", "out")
    assert found.status == 0
    assert found.err.startswith("x.lua:1:1: warning[AY003]: this comment is not UTF-8")
    assert "# caf\N{REPLACEMENT CHARACTER}\n" in (tmp_path / "out/x.py").read_text(encoding="utf-8")


# ------------------------------------------------------------------------------------------------------------- writing


@pytest.mark.parametrize("output", ["taken", "taken/below", "/proc/nothing/here"])
def test_an_output_folder_that_cannot_be_written(tmp_path: Path, output: str) -> None:
    write(tmp_path, {"w.lua": WORKER, "taken": "a file"})
    before = tree(tmp_path)
    found = compile_lua(tmp_path, "w.lua", "-o", output)
    assert found.status == 2
    assert "error[AY005]: cannot be written: " in found.err
    assert found.err.endswith("1 error: nothing was written\n")
    assert tree(tmp_path) == before


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_an_output_folder_without_permission(tmp_path: Path) -> None:
    write(tmp_path, {"w.lua": WORKER})
    (tmp_path / "out").mkdir(mode=0o500)
    found = compile_lua(tmp_path, "w.lua", "-o", "out")
    assert (found.status, "cannot be written: Permission denied" in found.err) == (2, True)
    assert list((tmp_path / "out").iterdir()) == []


def test_a_folder_stands_where_a_file_should_go(tmp_path: Path) -> None:
    """The last file cannot be written: those before it are as they were, and those that are new are gone."""
    write(tmp_path, {"a.lua": "print(1)", "b.lua": "print(2)"})
    assert compile_lua(tmp_path, "a.lua", "-o", "out").status == 0
    write(tmp_path, {"a.lua": "print(3)", "a2.lua": "print(4)", "out/b.py/inside": ""})
    before = tree(tmp_path)
    found = compile_lua(tmp_path, "a.lua", "a2.lua", "b.lua", "-o", "out")
    assert found.status == 2
    assert found.err.startswith("out/b.py: error[AY005]: cannot be written: Is a directory\n")
    assert tree(tmp_path) == before


@pytest.mark.skipif(sys.platform == "win32", reason="limits of file sizes are Unix's")
def test_the_disk_is_full(tmp_path: Path) -> None:
    """A file that is too large for the disk: the small ones before it are not written either."""
    write(tmp_path, {"small.lua": "print(1)", "w.lua": WORKER + "-- filler\n" * 2000})
    before = tree(tmp_path)

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))

    found = compile_lua(tmp_path, "small.lua", "w.lua", "-o", "out", before=limit)
    assert found.status == 2
    assert "error[AY005]: cannot be written: File too large\n" in found.err
    assert tree(tmp_path) == before


@pytest.mark.parametrize("failing", range(1, 6))
def test_renaming_fails_half_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: int
) -> None:
    """Whichever of the five renames fails, the package is what it was: old files back, new ones gone."""
    monkeypatch.chdir(tmp_path)
    changed = WORKER.replace("numbers", "others").replace("2 * x", "3 * x").replace("input)", "i)")
    write(tmp_path, {"w.lua": WORKER.replace("return double(input)", "return input")})
    assert cli.main(["w.lua", "-o", "out", "-q", "--no-cache"]) == 0
    write(tmp_path, {"w.lua": changed.replace("double(input", "double(i"), "x.lua": "print(1)"})
    before = tree(tmp_path)
    replace, calls = os.replace, [0]

    def failing_replace(source: Path, target: Path) -> None:
        calls[0] += 1
        if calls[0] == failing:
            raise OSError(5, "Input/output error", str(source), None, str(target))
        replace(source, target)

    monkeypatch.setattr(os, "replace", failing_replace)
    assert cli.main(["x.lua", "w.lua", "-o", "out", "-q", "--no-cache"]) == 2
    assert calls[0] >= failing
    assert tree(tmp_path) == before


def test_what_a_person_wrote_is_not_replaced(tmp_path: Path) -> None:
    write(
        tmp_path, {"x.lua": "print(1)", "x.py": "# by hand\n", "w.lua": WORKER, "w/__init__.py": ""}
    )
    before = tree(tmp_path)
    found = compile_lua(tmp_path, "x.lua")
    assert found.status == 1
    assert found.err.startswith(
        "x.py: error[AY010]: would be replaced, and was not written by assay-compile\n"
    )
    assert tree(tmp_path) == before
    assert compile_lua(tmp_path, "w.lua").status == 0  # an empty file is nobody's work
