"""Each option of the command line, documented by the test that uses it; an option without one fails."""

from __future__ import annotations

import json
import re
import signal
import subprocess
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

from compiler_command import WORKER, compile_lua, run_python, running, tree, write

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
    """What stands in the way is compared with nothing; a file of somebody else is refused, as it is when it is to be written."""
    write(tmp_path, {"x.lua": "print(1)", "out/x.py": b"\xff\xfe", "other/x.py/in_the_way": ""})
    for folder, status in (("out", 1), ("other", 0)):
        shown = compile_lua(tmp_path, "x.lua", "-o", folder, "--diff")
        assert (shown.status, "error[AY010]" in shown.err) == (status, bool(status))
        assert "+    lua_print(1)\n" in shown.out
    checked = compile_lua(tmp_path, "x.lua", "-o", "out", "--check")
    assert (checked.status, "error[AY010]" in checked.err) == (1, True)


@_uses("--prune")
def test_what_is_left_over_is_told_and_removed_on_request(tmp_path: Path) -> None:
    sources = {
        "src/kept.lua": 'print(require("inner.part"))',
        "src/inner/part.lua": "return 1",
        "src/gone.lua": WORKER,
        "src/old.lua": 'print(require("inner.other"))',
        "src/inner/other.lua": "return 2",
        "beside.lua": "print(3)",
        "out/by_hand.py": "# mine\n",
    }
    write(tmp_path, sources)
    assert compile_lua(tmp_path, "src", "-o", "out", "-q").status == 0
    assert compile_lua(tmp_path, "beside.lua", "-o", "out", "-q").status == 0
    assert compile_lua(tmp_path, "src", "-o", "out", "--check").status == 0
    for gone in ("src/gone.lua", "src/old.lua", "src/inner/other.lua"):
        (tmp_path / gone).unlink()
    (tmp_path / "out/gone/__pycache__").mkdir()
    before = tree(tmp_path)

    told = (
        "out/gone: is left over from gone.lua, which is gone: --prune removes it\n"
        "out/lua_modules/inner/other.py: is left over from other.lua, which is gone: --prune removes it\n"
        "out/old.py: is left over from old.lua, which is gone: --prune removes it\n"
    )
    checked = compile_lua(tmp_path, "src", "-o", "out", "--check")
    assert (checked.status, checked.err) == (1, told + "3 left over\n")
    alone = compile_lua(tmp_path, "src/kept.lua", "-o", "out", "--check")
    assert (alone.status, alone.err) == (0, "everything is up to date\n")
    written = compile_lua(tmp_path, "src", "-o", "out")
    assert (written.status, told in written.err) == (0, True)
    assert tree(tmp_path) == before

    would = compile_lua(tmp_path, "src", "-o", "out", "--check", "--prune")
    assert (would.status, "out/gone: would be removed\n" in would.err) == (1, True)
    assert tree(tmp_path) == before
    pruned = compile_lua(tmp_path, "src", "-o", "out", "--prune")
    assert (pruned.status, "out/old.py: removed\n" in pruned.err) == (0, True)
    left = {path.relative_to(tmp_path / "out").as_posix() for path in (tmp_path / "out").rglob("*")}
    assert left == {
        "beside.py",
        "by_hand.py",
        "kept.py",
        "lua_modules",
        "lua_modules/inner",
        "lua_modules/inner/part.py",
    }
    assert compile_lua(tmp_path, "src", "-o", "out", "--check").status == 0


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


@_uses("--format")
def test_formats_for_other_programs(tmp_path: Path) -> None:
    """Columns count characters; the document goes to standard output, remarks stay on standard error."""
    write(tmp_path, {"bad.lua": 'local x = "caf\u00e9" + \n', "good.lua": "print(1)"})
    shown = compile_lua(tmp_path, "bad.lua", "good.lua", "-o", "out", "--format", "json")
    assert shown.status == 1
    (only,) = json.loads(shown.out)["diagnostics"]
    assert only["message"] == "unexpected symbol near <eof>"
    assert [only[key] for key in ("file", "code", "severity", "line", "column")] == [
        *("bad.lua", "AY101", "error", 2, 1)
    ]

    log = json.loads(compile_lua(tmp_path, "bad.lua", "--format", "sarif").out)
    assert log["version"] == "2.1.0"
    (result,) = log["runs"][0]["results"]
    assert result["ruleId"] == "AY101" == log["runs"][0]["tool"]["driver"]["rules"][0]["id"]
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "bad.lua"
    assert place["region"]["startLine"] == 2

    lines = compile_lua(tmp_path, "bad.lua", "--format", "github").out
    assert lines.startswith("::error file=bad.lua,title=AY101,line=2,endLine=2,col=1")
    assert lines.endswith("::unexpected symbol near <eof>\n")

    nothing = compile_lua(tmp_path, "good.lua", "-o", "out", "--format", "json")
    assert (nothing.status, json.loads(nothing.out)) == (0, {"version": 1, "diagnostics": []})


@_uses("--stdin-filename")
def test_standard_input(tmp_path: Path) -> None:
    """`-` compiles standard input to standard output; with a folder, as the file that it stands for."""
    write(tmp_path, {"x.lua": "print(1)", "lib.lua": "return { one = 1 }"})
    assert compile_lua(tmp_path, "x.lua", "-o", "out").status == 0
    command = ("-m", "assay.transpiler.cli", "-", "--stdin-filename", "x.lua")
    assert (
        run_python(tmp_path, *command, given="print(1)").out == (tmp_path / "out/x.py").read_text()
    )
    assert run_python(tmp_path, *command, "-o", "in", given="print(1)").status == 0
    assert (tmp_path / "in/x.py").read_bytes() == (tmp_path / "out/x.py").read_bytes()

    wrong = run_python(tmp_path, *command, given="print(")
    assert (wrong.status, wrong.out) == (1, "")
    assert wrong.err.startswith("x.lua:1:7: error[AY101]: ")
    wrong = run_python(tmp_path, *command, "--format", "json", given="print(")
    assert wrong.out == "" and '"AY101"' in wrong.err


@_uses("-j", "--jobs")
def test_jobs_change_nothing_but_time(tmp_path: Path) -> None:
    body = "local t = {}\n" + "t[#t + 1] = #t * 2 -- one\n" * 500
    write(tmp_path, {f"src/m{number}.lua": body for number in range(6)})
    write(tmp_path, {"src/m3.lua": body + "goto nowhere\n", "src/m5.lua": body + "x = = 1\n"})
    one = compile_lua(tmp_path, "src", "-o", "out", "-j", "1", "--no-cache")
    several = compile_lua(tmp_path, "src", "-o", "out", "--jobs", "3", "--no-cache")
    assert one == several
    assert one.status == 1
    assert [line[:13] for line in one.err.splitlines() if "error[" in line] == [
        *("src/m3.lua:50", "src/m5.lua:50")
    ]
    assert compile_lua(tmp_path, "src", "-j", "0").status == 2


@_uses("--no-cache")
def test_no_cache(tmp_path: Path) -> None:
    """Neither read nor written; the result is the same. What the cache does is tested in test_cache.py."""
    write(tmp_path, {"x.lua": "print(1)"})
    environment = {"ASSAY_CACHE_DIR": str(tmp_path / "cache")}
    assert compile_lua(tmp_path, "x.lua", "--no-cache", environment=environment).status == 0
    assert not (tmp_path / "cache").exists()
    assert compile_lua(tmp_path, "x.lua", environment=environment).status == 0
    assert list((tmp_path / "cache").iterdir())


@_uses("--required-version")
def test_required_version(tmp_path: Path) -> None:
    write(tmp_path, {"x.lua": "print(1)"})
    running = version("assay-compile")
    for good in (running, running.partition(".")[0], f">={running},<99"):
        assert compile_lua(tmp_path, "x.lua", "-q", "--required-version", good).status == 0
    for bad in ("99.1", "98", "<0.0.1", "rubbish"):
        refused = compile_lua(tmp_path, "x.lua", "--required-version", bad)
        assert refused.status == 2
        assert refused.err.startswith("--required-version: error[AY014]: ")


@_uses("--print-completion")
def test_completion_scripts(tmp_path: Path) -> None:
    for shell in ("bash", "zsh", "tcsh"):
        made = compile_lua(tmp_path, "--print-completion", shell)
        assert made.status == 0
        assert "required-version" in made.out
    script = compile_lua(tmp_path, "--print-completion", "bash").out
    asked = f"{script}\nCOMP_WORDS=(assay-compile --fo) COMP_CWORD=1\n"
    asked += "_shtab_assay_compile 2>/dev/null; echo ${COMPREPLY[@]}\n"
    done = subprocess.run(["bash", "-c", asked], capture_output=True, text=True, check=False)
    assert done.stdout == "--format\n"


@_uses("--watch")
def test_watch_compiles_what_changes(tmp_path: Path) -> None:
    write(tmp_path, {"src/x.lua": "print(1)"})
    with running(tmp_path, "-m", "assay.transpiler.cli", "src", "-o", "out", "--watch") as process:
        process.wait_for("1 source compiled, 1 file written")
        process.wait_for("watching for changes")
        # The wrong source first: a mistake does not end it.
        write(tmp_path, {"src/x.lua": "print("})
        process.wait_for("error[AY101]")
        write(tmp_path, {"src/x.lua": "print(3)"})
        process.wait_for("1 source compiled, 1 file written")
        assert "lua_print(3)" in (tmp_path / "out/x.py").read_text()
        write(tmp_path, {"src/y.lua": "print(4)"})
        process.wait_for("2 sources compiled, 1 file written")
        assert process.end(signal.SIGINT) == 0


def test_nothing_to_compile(tmp_path: Path) -> None:
    refused = compile_lua(tmp_path)
    assert refused.status == 2
    assert "nothing to compile" in refused.err
