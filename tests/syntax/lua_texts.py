"""Where Lua programs come from, for checks of the front end: files and pages of the repository, and generators with a seed."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from assay.transpiler.syntax.source import Source

from .generator import generate

_REPOSITORY = Path(__file__).parents[2]
sys.path.insert(0, str(_REPOSITORY / "tests" / "language"))

import goto_programs  # noqa: E402 - a module beside the other tests, found by the line above
from random_programs.classes import class_program  # noqa: E402
from random_programs.programs import program  # noqa: E402

_BLOCK = re.compile(r"^( *)```lua\n(.*?)^ *```", re.MULTILINE | re.DOTALL)
_SECTION = re.compile(r"^==> \S+\.lua <==\n(.*?)(?=^==> |\Z)", re.MULTILINE | re.DOTALL)


def _files(ending: str) -> list[Path]:
    return sorted(
        path
        for path in _REPOSITORY.rglob(f"*{ending}")
        if not any(part.startswith(".") for part in path.relative_to(_REPOSITORY).parts)
    )


def lua_files() -> Iterator[tuple[str, str]]:
    """Every Lua file: its name and its text."""
    for path in _files(".lua"):
        yield path.name, Source.from_bytes(path.name, path.read_bytes()).text


def lua_in_pages() -> Iterator[tuple[str, str]]:
    """The Lua blocks of the pages, and the sources in the cases of diagnostics."""
    for path in _files(".md"):
        text = path.read_bytes().decode("latin-1")
        for number, found in enumerate(_BLOCK.finditer(text)):
            yield f"{path.name}, block {number}", found[2]
    for path in _files(".case"):
        text = path.read_bytes().decode("latin-1")
        for number, found in enumerate(_SECTION.finditer(text)):
            yield f"{path.name}, source {number}", found[1]


def generated(seed: int) -> Iterator[tuple[str, str]]:
    """One program of each generator: those for the front end, and those that are run elsewhere."""
    yield f"program {seed}", generate(seed).text
    yield f"random program {seed}", program(seed).decode("latin-1")
    yield f"classes {seed}", class_program(seed).decode("latin-1")
    yield f"gotos {seed}", goto_programs.program(seed)
