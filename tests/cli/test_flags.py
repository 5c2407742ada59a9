"""Each option of the command line, documented by the test that uses it; an option without one fails."""

from __future__ import annotations

import re
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

from compiler_command import WORKER, compile_lua, tree, write

_USED: set[str] = set()


def _uses(*options: str) -> Callable[[Callable[[Path], None]], Callable[[Path], None]]:
    """Marks the test of these options."""

    def mark(test: Callable[[Path], None]) -> Callable[[Path], None]:
        _USED.update(options)
        return test

    return mark


@_uses("-h", "--help")
def test_help(tmp_path: Path) -> None:
    long = compile_lua(tmp_path, "--help")
    assert long.status == 0
    assert long.out.startswith("usage: assay-compile ")
    assert compile_lua(tmp_path, "-h") == long


def test_every_option_has_a_test(tmp_path: Path) -> None:
    shown = compile_lua(tmp_path, "--help").out
    options = {
        found
        for line in shown.splitlines()
        if line.startswith("  -")
        for found in re.findall(r"(?<![\w-])--?[a-z][\w-]*", line)
    }
    described = {
        option for option in options if re.search(rf"^  (.*, )?{option}[ ,\n]", shown, re.MULTILINE)
    }
    assert described == _USED


@_uses("--version")
def test_version(tmp_path: Path) -> None:
    assert compile_lua(tmp_path, "--version").out == f"assay-compile {version('assay-compile')}\n"


@_uses("-o", "--output")
def test_output_says_where_the_files_go(tmp_path: Path) -> None:
    write(tmp_path, {"x.lua": "print(1)"})
    assert compile_lua(tmp_path, "x.lua", "-o", "a/b").status == 0
    assert compile_lua(tmp_path, "x.lua", "--output", "c").status == 0
    assert compile_lua(tmp_path, "x.lua").status == 0  # without it they go where the user stands
    text = (tmp_path / "x.py").read_text()
    assert (tmp_path / "a/b/x.py").read_text() == (tmp_path / "c/x.py").read_text() == text


@_uses("--check")
def test_check_writes_nothing_and_tells_what_is_stale(tmp_path: Path) -> None:
    write(tmp_path, {"w.lua": WORKER})
    fresh = compile_lua(tmp_path, "w.lua", "-o", "out", "--check")
    assert fresh.status == 1
    assert "out/w/shared.py: is not up to date\n" in fresh.err
    assert fresh.err.endswith("5 files would change\n")
    assert not (tmp_path / "out").exists()

    assert compile_lua(tmp_path, "w.lua", "-o", "out").status == 0
    done = compile_lua(tmp_path, "w.lua", "-o", "out", "--check")
    assert (done.status, done.err) == (0, "everything is up to date\n")

    write(tmp_path, {"w.lua": WORKER.replace("2 * x", "3 * x")})
    before = tree(tmp_path)
    changed = compile_lua(tmp_path, "w.lua", "-o", "out", "--check")
    assert (changed.status, changed.err) == (
        1,
        "out/w/shared.py: is not up to date\n1 file would change\n",
    )
    assert tree(tmp_path) == before

    write(tmp_path, {"w.lua": WORKER.replace("return double(input)", "return input")})
    removed = compile_lua(tmp_path, "w.lua", "-o", "out", "--check")
    assert removed.status == 1
    assert "out/w/shared.py: would be removed\n" in removed.err


@_uses("--diff")
def test_diff_shows_what_would_change(tmp_path: Path) -> None:
    write(tmp_path, {"x.lua": "print(1)"})
    assert compile_lua(tmp_path, "x.lua", "-o", "out").status == 0
    write(tmp_path, {"x.lua": "print(2)"})
    before = tree(tmp_path)
    shown = compile_lua(tmp_path, "x.lua", "-o", "out", "--diff")
    assert shown.status == 0
    assert "--- out/x.py\n+++ out/x.py\n" in shown.out
    assert "\n-    lua_print(1)\n+    lua_print(2)\n" in shown.out
    assert tree(tmp_path) == before
    both = compile_lua(tmp_path, "x.lua", "-o", "out", "--diff", "--check")
    assert (both.status, both.out) == (1, shown.out)


def test_diff_of_what_is_not_text(tmp_path: Path) -> None:
    write(tmp_path, {"x.lua": "print(1)", "out/x.py": b"\xff\xfe", "other/x.py/in_the_way": ""})
    for folder in ("out", "other"):
        shown = compile_lua(tmp_path, "x.lua", "-o", folder, "--diff")
        assert shown.status == 0
        assert "+    lua_print(1)\n" in shown.out


@_uses("-q", "--quiet")
def test_quiet_says_nothing_but_errors(tmp_path: Path) -> None:
    write(tmp_path, {"good.lua": b"print(1) -- caf\xe9", "bad.lua": "print("})
    for option in ("-q", "--quiet"):
        assert compile_lua(tmp_path, "good.lua", "-o", "out", option).err == ""
        bad = compile_lua(tmp_path, "bad.lua", "-o", "out", option)
        assert bad.status == 1
        assert bad.err.startswith("bad.lua:1:7: error[AY101]: ")
        assert "nothing was written" not in bad.err
    assert compile_lua(tmp_path, "good.lua", "-o", "new", "-q", "--check").err == ""


@_uses("-v", "--verbose")
def test_verbose_names_each_file(tmp_path: Path) -> None:
    write(tmp_path, {"w.lua": WORKER})
    first = compile_lua(tmp_path, "w.lua", "-o", "out", "-v")
    names = ("__init__", "activities", "shared", "worker", "workflows")
    assert sorted(line for line in first.err.splitlines() if line.startswith("wrote ")) == [
        f"wrote out/w/{name}.py" for name in names
    ]
    write(tmp_path, {"w.lua": WORKER.replace("return double(input)", "return input")})
    assert (
        "removed out/w/shared.py\n" in compile_lua(tmp_path, "w.lua", "-o", "out", "--verbose").err
    )
