"""What only a terminal gets: colours and the progress bar (the terminal is a pseudo-terminal). And a pipe whose reader is gone."""

from __future__ import annotations

import io
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from assay.transpiler import progress
from compiler_command import compile_lua, write


def _on_terminal(folder: Path, *arguments: str, **variables: str) -> str:
    """What `assay-compile ARGUMENTS` writes to standard error when that is a terminal."""
    master, slave = pty.openpty()
    environment = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "FORCE_COLOR")}
    environment |= {"TERM": "xterm", **variables}
    command = [sys.executable, "-m", "assay.transpiler.cli", *arguments]
    with subprocess.Popen(command, cwd=folder, stderr=slave, env=environment):
        os.close(slave)
        written = b""
        while True:
            try:
                piece = os.read(master, 4096)
            except OSError:  # Linux says so at the end
                break
            if not piece:
                break
            written += piece
    os.close(master)
    return written.decode().replace("\r\n", "\n")


def test_colours(tmp_path: Path) -> None:
    write(tmp_path, {"x.lua": "print("})
    plain = compile_lua(tmp_path, "x.lua").err
    coloured = _on_terminal(tmp_path, "x.lua")
    assert "\x1b[31;1merror[AY101]\x1b[0m: " in coloured
    assert "\x1b[" not in plain
    assert _on_terminal(tmp_path, "x.lua", NO_COLOR="1") == plain
    assert _on_terminal(tmp_path, "x.lua", TERM="dumb") == plain
    assert compile_lua(tmp_path, "x.lua", environment={"FORCE_COLOR": "1"}).err == coloured


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_bar() -> None:
    """It comes after a moment, grows, and leaves nothing behind."""
    terminal = _Terminal()
    bar = progress.Progress(True, terminal)
    bar.report(1, 4, "a.lua")
    assert terminal.getvalue() == ""
    bar._started -= 60
    bar.report(2, 4, "b.lua")
    assert terminal.getvalue() == "\r\x1b[2K[############............] 2/4 b.lua"
    bar.clear()
    assert terminal.getvalue().endswith("\r\x1b[2K")
    bar.clear()
    assert terminal.getvalue().count("\x1b[2K") == 2


def test_no_progress_bar_elsewhere() -> None:
    for enabled, stream in ((True, io.StringIO()), (False, _Terminal())):
        bar = progress.Progress(enabled, stream)
        bar._started -= 60
        bar.report(1, 2, "a.lua")
        bar.clear()
        assert stream.getvalue() == ""


@pytest.mark.parametrize(
    "command",
    [
        ("assay.transpiler.cli", "explain"),
        ("assay.transpiler.cli", "-", "--stdin-filename", "x.lua"),
        ("assay.transpiler.commands.main", "explain"),
        ("assay.transpiler.commands.main", "run", "x.lua"),
        ("x",),
    ],
)
def test_a_reader_that_is_gone(tmp_path: Path, command: tuple[str, ...]) -> None:
    """As with `| head`: a program of C is ended by SIGPIPE, which a shell tells as 141; nothing is said."""
    source = "for number = 1, 10000 do print(number) end"
    write(tmp_path, {"x.lua": source})
    compile_lua(tmp_path, "x.lua")
    reader, writer = os.pipe()
    os.close(reader)
    found = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=tmp_path,
        input=source,
        stdout=writer,
        stderr=subprocess.PIPE,
        text=True,
        timeout=100,
        check=False,
    )
    os.close(writer)
    assert (found.returncode, found.stderr) == (141, "")
