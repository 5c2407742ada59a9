"""How long compiling takes: a project of some 10,000 lines made from the tests' sources in, a table out.

    python tests/benchmarks/compile.py [--lines N]

Rows: the bare work (stock luaparser parses the sources, black formats the text that our compiler hands it, nothing else), a
cold compile, an unchanged project, one changed file of about 300 lines: a line in one of its functions, then a line in each of
them. Processor time of all processes, the minimum of several
runs, because other work on the machine does not count; the wall-clock column means something on a quiet machine only. The
aim is a cold compile of at most 1.3 times the bare work on the same cores.
"""

from __future__ import annotations

import argparse
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

_REPOSITORY = Path(__file__).parent.parent.parent
_FOLDER = _REPOSITORY / "tests" / "language" / "programs"
_CHANGED_LINES = 300

_PARSE = """
import sys
from pathlib import Path
if sys.argv[1] == "stock":
    from luaparser import ast
    parse = ast.parse
else:
    from assay.transpiler.syntax import parse as parse_source
    from assay.transpiler.syntax.source import Source
    def parse(text):
        return parse_source(Source.from_bytes("x.lua", text.encode()))
if len(sys.argv) > 2:
    sys.setrecursionlimit(20000)
    for path in sorted(Path(sys.argv[2]).glob("*.lua")):
        parse(path.read_text())
"""
_FORMAT = """
import sys
from pathlib import Path
import black
if len(sys.argv) > 1:
    for path in sorted(Path(sys.argv[1]).glob("*.py")):
        black.format_str(path.read_text(), mode=black.Mode())
"""
_KEEP_UNFORMATTED = """
import sys
from pathlib import Path
from assay.transpiler.output import formatting
from assay.transpiler import cli
formatter = formatting.formatted
texts = []
def kept(text):
    texts.append(text)
    return formatter(text)
formatting.formatted = kept
status = cli.main([sys.argv[1], "-o", sys.argv[2], "-q", "-j", "1", "--no-cache"])
for number, text in enumerate(texts):
    (Path(sys.argv[3]) / f"text_{number}.py").write_text(text)
sys.exit(status)
"""


def make_project(folder: Path, lines: int) -> int:
    """Files of about 300 lines, of the programs of the tests (each a function of its own, again and again under other
    names), until there are so many lines; gives their number."""
    programs = _programs()
    made, files, current = 0, 0, ""
    number = 0
    while made < lines:
        body = programs[number % len(programs)]
        current += f"local function program_{number}(...)\n{body}\nend\n\n"
        number += 1
        if current.count("\n") >= _CHANGED_LINES or made + current.count("\n") >= lines:
            (folder / f"part_{files}.lua").write_text(current, encoding="utf-8")
            made += current.count("\n")
            files, current = files + 1, ""
    return made


def _programs() -> list[str]:
    found = []
    for path in sorted(_FOLDER.glob("*.lua")):
        text = path.read_text(encoding="utf-8")
        found += re.split(r"^--## *.*\n", text, flags=re.MULTILINE)[1:]
    # One that uses coroutines would make the others of its file async.
    return [program for program in found if "coroutine" not in program]


def measure(
    command: list[str], before: Callable[[], None] = lambda: None, times: int = 3
) -> tuple[float, float]:
    """Processor seconds (children included) and wall-clock seconds of the command: the minimum of several runs each."""
    found = []
    for _ in range(times):
        before()
        used, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        wall, now = time.monotonic() - begun, resource.getrusage(resource.RUSAGE_CHILDREN)
        found.append((now.ru_utime + now.ru_stime - used.ru_utime - used.ru_stime, wall))
    return min(cpu for cpu, _ in found), min(wall for _, wall in found)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=10_000)
    lines = parser.parse_args().lines
    with tempfile.TemporaryDirectory() as name:
        _table(Path(name), lines)
    return 0


def _table(folder: Path, lines: int) -> None:
    sources, texts = folder / "src", folder / "texts"
    sources.mkdir()
    texts.mkdir()
    made = make_project(sources, lines)
    os.environ["ASSAY_CACHE_DIR"] = str(folder / "cache")
    # As installed: Python's bytecode of all modules is there. The first command below makes it.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    python = [sys.executable, "-c"]
    subprocess.run([*python, _KEEP_UNFORMATTED, sources, folder / "out", texts], check=True)
    text_lines = sum(path.read_text().count("\n") for path in texts.iterdir())
    print(
        f"{made} lines of Lua in {len(list(sources.iterdir()))} files; {text_lines} lines of Python for black"
    )
    print(f"{'':34}{'CPU s':>8}{'wall s':>8}")

    def row(
        title: str, command: list[str], before: Callable[[], None] = lambda: None, less: float = 0.0
    ) -> float:
        cpu, wall = measure(command, before)
        print(f"{title:34}{cpu - less:8.2f}{wall:8.2f}", flush=True)
        return cpu - less

    compiling = [
        sys.executable,
        "-m",
        "assay.transpiler.cli",
        str(sources),
        "-o",
        str(folder / "out"),
        "-q",
    ]
    stock_start = measure([*python, _PARSE, "stock"])[0]
    own_start = measure([*python, _PARSE, "own"])[0]
    black_start = measure([*python, _FORMAT])[0]
    stock = row("stock luaparser parse", [*python, _PARSE, "stock", str(sources)], less=stock_start)
    own = row("own front end parse", [*python, _PARSE, "own", str(sources)], less=own_start)
    black = row("black format", [*python, _FORMAT, str(texts)], less=black_start)
    cold = row("cold compile, one process", [*compiling, "--no-cache", "-j", "1"])
    cold_all = row(
        "cold compile, all cores, cache kept", compiling, lambda: _remove(folder / "cache")
    )
    row("unchanged", compiling)
    row("unchanged, --check", [*compiling, "--check"])
    changed = _changed_file(sources)
    row("one function of a file changed", compiling, lambda: _change(changed, 1))
    row("all functions of a file changed", compiling, lambda: _change(changed, 0))
    for title, bare in (("stock", stock + black), ("own front end", own + black)):
        print(
            f"cold / ({title} parse + black): {cold / bare:.2f} in one process, {cold_all / bare:.2f} in all"
        )


def _remove(folder: Path) -> None:
    for path in folder.glob("*"):
        path.unlink()


def _change(source: Path, functions: int) -> None:
    """Adds a line that was never there to so many functions of a file; 0: to all."""
    line = f"\\nprint({time.monotonic_ns()})"
    text = re.sub(
        r"(?m)^local function program_.*", rf"\g<0>{line}", source.read_text(), count=functions
    )
    source.write_text(text)


def _changed_file(sources: Path) -> Path:
    """The source whose length is nearest to 300 lines."""
    return min(
        sources.iterdir(), key=lambda path: abs(path.read_text().count("\n") - _CHANGED_LINES)
    )


if __name__ == "__main__":
    sys.exit(main())
