"""The io library against real Lua: the same steps on the same files; processes and standard streams, which this real Lua lacks or
shares with the test, on their own."""

from __future__ import annotations

import io as python_io
import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from assay.runtime.calls import values
from assay.runtime.stdlib import io, string
from assay.runtime.stdlib.basic import pcall
from assay.runtime.tables import index, sequence
from assay.runtime.values import LuaTable

from .oracle import Call, assert_same, define

_FILE_STEPS = """
    function(path, mode, steps)
      local good, file, message, code = pcall(io.open, path, mode)
      if not good then error(file, 0) end
      if not file then return message, code end
      local log = {}
      for _, step in ipairs(steps) do
        local found = table.pack(pcall(file[step[1]], file, table.unpack(step, 2, step.n)))
        for place = 1, found.n do if found[place] == file then found[place] = "the file" end end
        if type(found[2]) == "string" and not found[1] then found[2] = found[2]:gsub("'[%w.?]*'", "NAME") end
        log[#log + 1] = found
      end
      if io.type(file) == "file" then file:close() end
      return log, tostring(file)
    end"""


def _file_steps(path: Any, mode: Any, steps: LuaTable) -> Any:
    opened = values(io.open(path, mode))
    file = opened[0]
    if file is None:
        return opened[1:]
    log = LuaTable()
    for number in range(1, len(steps) + 1):
        step = steps[number]
        arguments = [step[place] for place in range(2, step["n"] + 1)]
        found = list(pcall(index(file, step[1]), file, *arguments))
        found = ["the file" if value is file else value for value in found]
        if found[0] is False and isinstance(found[1], str):
            found[1] = string.gsub(found[1], "'[%w.?]*'", "NAME")[0]
        log[number] = sequence(*found)
        log[number]["n"] = len(found)
    if io.type(file) == "file":
        file.close()
    return log, "file (closed)"


define("file_steps", _FILE_STEPS, _file_steps)


_FRESH = """
    function(path, mode, steps)
      local file = io.open(path, "w") file:write("12 first\\n0x1F second\\n\\nlast") file:close()
      local log, shown = file_steps(path, mode, steps)
      return log, shown, io.open(path):read("a")
    end"""


def _fresh(path: str, mode: str, steps: LuaTable) -> Any:
    Path(path).write_bytes(b"12 first\n0x1F second\n\nlast")
    log, shown = _file_steps(path, mode, steps)
    return log, shown, Path(path).read_bytes().decode("latin-1")


define("fresh_steps", _FRESH, _fresh)


def _steps(*steps: tuple[Any, ...]) -> list[dict[Any, Any]]:
    return [{**dict(enumerate(step, 1)), "n": len(step)} for step in steps]


_TEXTS = (
    b"", b"\n", b"one\ntwo\n\nthree", b"one\r\ntwo\0x\n", b"1 2\n3 x\n5",
        b"  0x1p4 -12 +5 1e5 1e+ 7", b".5 5. 0x.8 99999999999999999999 0x 12",
    b"--1", b"+x", b"0xg1", b"1.5.5 1e5x 0x1p-2z 1p5 0x1e5", b"1" * 199 + b"22 x",
        b"1" * 200 + b" 2", b"nan inf 0x", b"\xff\xfe\n\x80", b"0x" + b"1" * 300,
)  # fmt: skip
_READS = (
    (), ("l",), ("L",), ("a",), ("n",), (0,), (1,), (3,), (100,), ("*l",), ("*n", "*a"), ("n",
        "n", "n", "n", "n"), ("l", "L", "l"), ("a", "a", "l"),
    (2, 0, 5, 0), ("n", "l"), ("x",), ("",), ("*",), ("**l",), ("lx",), (1.0,), (1.5,), ("1",),
        (None,), ([],), (True,), ("l", "x"), ("l", None),
)  # fmt: skip


def _reading(folder: Path) -> Iterator[Call]:
    for number, text in enumerate(_TEXTS):
        path = folder / f"text{number}"
        path.write_bytes(text)
        for formats in _READS:
            yield (
                "file_steps",
                str(path),
                "r",
                _steps(("read", *formats), ("read", "a"), ("read", "l")),
            )
        yield ("file_steps", str(path), "rb", _steps(*(("read", "L"),) * 5))
        yield ("file_steps", str(path), None, _steps(*(("read", "n"),) * 5, ("read", "a")))
    path = str(folder / "text2")
    for arguments in (
        (),
        ("set",),
        ("cur",),
        ("end",),
        ("set", 3),
        ("cur", 2),
        ("end", -2),
        ("set", -1),
        ("x",),
        ("set", 1.5),
        ("set", "2"),
        (None, None),
        (5,),
        ([],),
    ):
        yield (
            "file_steps",
            path,
            "r",
            _steps(("read", 2), ("seek", *arguments), ("read", 2), ("seek",)),
        )
    for arguments in (
        ("no",),
        ("full",),
        ("line",),
        ("full", 1024),
        ("x",),
        (),
        (None,),
        ("no", "x"),
        ("no", []),
    ):
        yield ("file_steps", path, "r", _steps(("setvbuf", *arguments)))
    for method in ("read", "write", "lines", "seek", "flush", "setvbuf", "close"):
        yield ("file_steps", path, "r", _steps(("close",), (method, "no")))
    yield ("file_steps", path, "r", _steps(("write", "x"), ("flush",), ("read", "l")))


def test_reading(tmp_path: Path) -> None:
    assert_same(_reading(tmp_path))


def _opening(folder: Path) -> Iterator[Call]:
    path = str(folder / "file")
    for mode in (
        "r",
        "w",
        "a",
        "r+",
        "w+",
        "a+",
        "rb",
        "r+b",
        "rb+",
        "rw",
        "",
        "x",
        "+r",
        "rbb",
        "br",
        "R",
        5,
        [],
        None,
    ):
        steps = _steps(("write", "abc", 1), ("seek", "set"), ("read", "a"))
        yield ("fresh_steps", path, mode, steps)
        yield ("file_steps", str(folder / "missing" / "file"), mode, _steps())
    yield ("file_steps", str(folder), "w", _steps())
    for arguments in ((), (None,), ([],), (5, "r"), ("a", [])):
        yield ("io.open", *arguments)
    for arguments in ((), (5,), (None,), ("x",)):
        yield ("io.type", *arguments)
    for name in ("close", "input", "output", "lines"):
        for argument in (5, "/nonexistent/file", [], True):
            if name != "output" or argument != 5:
                yield (f"io.{name}", argument)


def test_opening(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # where a file called 5 is opened
    assert_same(_opening(tmp_path))


_WRITTEN = ("x", "line\n", 1, -7, 2.5, 2.0, 1e100, "\xff\0")
_FORMATS = ("l", "L", "n", "a", 0, 2)


def _random_steps(folder: Path, seed: int, count: int) -> Iterator[Call]:
    chance = random.Random(seed)
    for number in range(count):
        mode = chance.choice(("w+", "r+", "a+", "w", "r", "a"))
        # What C says about reading from a file for writing depends on what was in errno.
        kinds = ("write", "seek") if mode in ("w", "a") else ("write", "read", "seek")
        steps: list[tuple[Any, ...]] = []
        for _ in range(chance.randint(2, 10)):
            kind = chance.choice(kinds)
            if kind == "seek":
                steps.append(("seek", chance.choice(("set", "cur", "end")), chance.randint(-3, 6)))
                continue
            items = _WRITTEN if kind == "write" else _FORMATS
            steps.append((kind, *chance.choices(items, k=chance.randint(0, 3))))
            steps.append(("seek", "cur", 0))  # C wants one between reading and writing
        yield ("fresh_steps", str(folder / f"random{number}"), mode, _steps(*steps))


def test_random_steps(tmp_path: Path) -> None:
    assert_same(_random_steps(tmp_path, 8, 1500))


_LINES = """
    function(path, ...)
      local seen = {}
      for one, two in io.lines(path, ...) do seen[#seen + 1] = tostring(one) .. "," .. tostring(two) end
      return seen
    end"""


def _lines(path: str, *formats: Any) -> LuaTable:
    from assay.runtime.iteration import iterate
    from assay.runtime.stdlib.basic import tostring

    made = io.lines(path, *formats)
    return sequence(
        *(f"{tostring(one)},{tostring(two)}" for one, two in iterate(*made[:3], count=2))
    )


define("lines_seen", _LINES, _lines)


def test_lines(tmp_path: Path) -> None:
    paths = []
    for number, text in enumerate(_TEXTS):
        paths.append(tmp_path / f"text{number}")
        paths[-1].write_bytes(text)
    formats = ((), ("l",), ("L",), (3,), ("n", "l"), ("l", "n"))
    assert_same(("lines_seen", str(path), *wanted) for path in paths for wanted in formats)


def test_lines_closes_the_file_at_its_end(tmp_path: Path) -> None:
    path = tmp_path / "text"
    path.write_text("one\n")
    step, _, _, file = io.lines(str(path))
    assert step() == "one"
    assert io.type(file) == "file"
    assert step() == ()
    assert io.type(file) == "closed file"
    assert pcall(step) == (False, "file is already closed")
    opened = io.open(str(path))
    step = opened.lines()
    assert [step(), step()] == ["one", ()]
    assert io.type(opened) == "file"


def test_default_files(tmp_path: Path) -> None:
    path = str(tmp_path / "text")
    try:
        io.output(path)
        assert io.write("a\n", 1, 2.5, "\xff") is io.output()
        assert io.close() is True
        assert pcall(io.write, "x") == (False, "default output file is closed")
        io.input(path)
        assert (io.read(), io.read("n"), io.read("a")) == ("a", 12.5, "\xff")
        assert io.close(io.input()) is True
        assert pcall(io.read) == (False, "default input file is closed")
    finally:
        io.output(io.stdout)
        io.input(io.stdin)
    assert io.input() is io.stdin


def test_standard_streams(
    capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    from assay.runtime.stdlib.basic import lua_print

    lua_print("first")
    io.write("second\n")
    index(io.stdout, "write")(io.stdout, "third\xff\n")
    io.stderr.write("error\n")
    io.flush()
    seen = capfdbinary.readouterr()
    assert seen.out == b"first\nsecond\nthird\xff\n"
    assert seen.err == b"error\n"
    assert io.stdout.close() == (None, "cannot close standard file")
    assert io.stdin.write("x") == (None, "Bad file descriptor", 9)
    monkeypatch.setattr(
        sys,
        "stdin",
        python_io.TextIOWrapper(python_io.BufferedReader(python_io.BytesIO(b"5 six\nseven"))),
    )
    assert (io.read("n"), io.read(), io.read("a"), io.read("l")) == (5, " six", "seven", None)


def test_popen() -> None:
    process = io.popen("echo one; echo two; exit 3")
    assert process.read("a") == "one\ntwo\n"
    assert process.close() == (None, "exit", 3)
    assert io.popen("true").close() == (True, "exit", 0)
    assert io.popen("kill -9 $$").close() == (None, "signal", 9)
    writer = io.popen("cat >/dev/null", "w")
    assert writer.write("x") is writer
    assert writer.close() == (True, "exit", 0)
    assert_same([("io.popen", "x", "q"), ("io.popen",), ("io.popen", [])])


def test_tmpfile_and_text() -> None:
    file = io.tmpfile()
    assert str(string.format("%s", file)).startswith("file (0x")
    assert file.write("abc") is file
    assert file.seek("set", 1) == 1
    assert file.read("a") == "bc"
    file.close()
    assert string.format("%s", file) == "file (closed)"


def test_output_reaches_the_system_in_order() -> None:
    program = (
        "from assay.runtime.stdlib import io, basic\n"
        "io.write('a'); basic.lua_print('b'); io.stdout.write('c\\n'); io.stdout.setvbuf('no'); io.write('d')\n"
        "import os; os._exit(0)"
    )
    assert (
        subprocess.run([sys.executable, "-c", program], stdout=subprocess.PIPE, check=True).stdout
        == b"ab\nc\nd"
    )
