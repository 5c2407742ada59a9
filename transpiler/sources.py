"""Paths in, Lua sources out: which files a command line means, and their bytes. Imports nothing of the compiler proper."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from .diagnostics import Diagnostic, files
from .syntax.source import Source


class InputError(Exception):
    """A path that cannot be read: exit status 2. Carries the diagnostics."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics = tuple(diagnostics)
        super().__init__("; ".join(d.message for d in self.diagnostics))


def find_sources(paths: Iterable[Path]) -> list[Path]:
    """The Lua files of `paths`: files as they are, folders with all `.lua` files below. Raises InputError."""
    found: dict[Path, None] = {}
    problems: list[Diagnostic] = []
    for path in paths:
        try:
            inside = _sources_at(path)
        except OSError as problem:
            inside = []
            problems.append(files.cannot_read(str(path), problem.strerror or str(problem)))
        else:
            if not inside:
                problems.append(files.no_sources(str(path)))
        for source in inside:
            if source.suffix != ".lua":
                problems.append(files.not_lua_file(str(source)))
            found[source] = None
    if problems:
        raise InputError(problems)
    return list(found)


def _sources_at(path: Path) -> list[Path]:
    """The file `path`, or the Lua files below the folder `path`. Raises OSError when there is neither."""
    path.stat()
    return sorted(p for p in path.rglob("*.lua") if p.is_file()) if path.is_dir() else [path]


def read_source(path: Path) -> Source:
    """The source at `path`; its name in messages is the path as given. Raises InputError."""
    try:
        data = path.read_bytes()
    except OSError as problem:
        raise InputError(
            [files.cannot_read(str(path), problem.strerror or str(problem))]
        ) from problem
    return Source.from_bytes(path.as_posix(), data)
