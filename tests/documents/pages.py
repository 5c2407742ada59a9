"""Runs a page of documentation: its code blocks, from top to bottom, in one empty folder.

What is done with a block, by the comment on the line before it, or by its language:

- `<!-- save: path -->`: written to that file.
- `<!-- from: path -->`: must be in that file, word for word; a line `...` stands for lines that are left out.
- `sh`: run by bash, which stops at the first command that fails. `<!-- background -->` leaves it running until the end of the page.
- `text` after `sh`: what that printed; a line `...` stands for any lines, `...` in a line for any text.
- `<!-- not run: reason -->`: nothing.

A block of another language, or code without a comment, is an error: no code in a page goes untried.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

_BLOCK = re.compile(
    r"(?:^<!-- (?P<what>[^\n]*?) -->\n)?^```(?P<language>\w*)\n(?P<code>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
_COMMAND_SECONDS = 120
_BACKGROUND_SECONDS = 20
"""How long a program in the background may take to end when it is asked to."""


@dataclass(frozen=True)
class Block:
    """One block of a page; `action` and `detail` are the two sides of the colon in the comment before it."""

    line: int
    language: str
    action: str
    detail: str
    code: str


def blocks(text: str) -> Iterator[Block]:
    """The code blocks of a page, in order."""
    for found in _BLOCK.finditer(text):
        action, _, detail = (found["what"] or "").partition(": ")
        yield Block(
            text.count("\n", 0, found.start("code")),
            found["language"],
            action,
            detail.strip(),
            found["code"],
        )


class PageError(AssertionError):
    """A page says what is not so; the text begins with page and line."""


def run_page(page: Path, folder: Path, variables: Mapping[str, str]) -> int:
    """Runs the page in `folder`, with `variables` in the environment; returns how many blocks there were.

    Raises PageError.
    """
    environment = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "NO_COLOR": "1",
        **variables,
    }
    output: str | None = None
    count = 0
    with ExitStack() as running:
        for block in blocks(page.read_text(encoding="utf-8")):
            count += 1
            place = f"{page.name}:{block.line}"
            match block.action, block.language:
                case "not run", _ if block.detail:
                    output = None
                case "save", _:
                    path = folder / block.detail
                    path.parent.mkdir(parents=True, exist_ok=True)
                    path.write_text(block.code, encoding="utf-8")
                case "from", _:
                    _compare(
                        place, block.code, (folder / block.detail).read_text("utf-8"), whole=False
                    )
                case "background", "sh":
                    running.enter_context(_in_background(block.code, folder, environment))
                case "", "sh":
                    output = _run(place, block.code, folder, environment)
                case "", "text" if output is not None:
                    _compare(place, block.code, output, whole=True)
                    output = None
                case _:
                    raise PageError(f"{place}: nothing says what to do with this block")
    return count


def _run(place: str, code: str, folder: Path, environment: Mapping[str, str]) -> str:
    done = subprocess.run(
        ["bash", "-ec", code],
        cwd=folder,
        env=environment,
        text=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=_COMMAND_SECONDS,
        check=False,
    )
    expected = re.search(r"# exit status (\d+)$", code, re.MULTILINE)
    if done.returncode != (int(expected[1]) if expected else 0):
        raise PageError(f"{place}: exit status {done.returncode}\n{code}\n{done.stdout}")
    return done.stdout


@contextmanager
def _in_background(code: str, folder: Path, environment: Mapping[str, str]) -> Iterator[None]:
    log = folder / "background.log"
    with log.open("a") as out:
        process = subprocess.Popen(
            ["bash", "-ec", code],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    time.sleep(0.1)
    try:
        yield
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(_BACKGROUND_SECONDS)
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)


def _compare(place: str, expected: str, found: str, *, whole: bool) -> None:
    pattern = "".join(
        r"(?:.*\n)*?" if line.strip() == "..." else _line_pattern(line) + "\n"
        for line in expected.splitlines()
    )
    match = re.fullmatch if whole else re.search
    text = found if found.endswith("\n") or not found else found + "\n"
    if match(pattern if whole else rf"(?m)^{pattern}", text) is None:
        raise PageError(f"{place}: the page shows\n{expected}\nbut there is\n{found}")


def _line_pattern(line: str) -> str:
    return "[^\n]*?".join(re.escape(part) for part in line.split("..."))
