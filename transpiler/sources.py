"""Paths in, Lua sources out: which files a command line means, and their bytes. Imports nothing of the compiler proper."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fnmatch import fnmatch
from pathlib import Path

from .diagnostics import Diagnostic, files
from .syntax.source import Source


class InputError(Exception):
    """A path that cannot be read: exit status 2. Carries the diagnostics."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics = tuple(diagnostics)
        super().__init__("; ".join(d.message for d in self.diagnostics))


TEST_FILES = ("*_test.lua", "test_*.lua")
"""How files with tests are named, unless pyproject.toml says so."""


def find_test_files(paths: Iterable[Path], patterns: Sequence[str]) -> list[Path]:
    """The files with tests of `paths`: files as they are, of folders those below whose names match. Raises InputError."""
    found: dict[Path, None] = {}
    problems: list[Diagnostic] = []
    for path in paths:
        if not path.exists():
            problems.append(files.cannot_read(str(path), "No such file or directory"))
        below = sorted(path.rglob("*.lua")) if path.is_dir() else [path]
        for each in below:
            hidden = any(part.startswith(".") for part in each.relative_to(path).parts)
            if each == path or (not hidden and _matches(each, patterns)):
                found[each] = None
    if problems:
        raise InputError(problems)
    return list(found)


def _matches(path: Path, patterns: Sequence[str]) -> bool:
    return any(fnmatch(path.name, pattern) for pattern in patterns)


def _holds_tests(path: Path) -> bool:
    """Is this a file that only `assay test` can run?"""
    return _matches(path, TEST_FILES) and b"assay.test" in path.read_bytes()


def find_sources(paths: Iterable[Path]) -> list[Path]:
    """The Lua files of `paths`: files as they are, folders with all `.lua` files below but tests. Raises InputError."""
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
    if not path.is_dir():
        return [path]
    return sorted(p for p in path.rglob("*.lua") if p.is_file() and not _holds_tests(p))


def read_source(path: Path) -> Source:
    """The source at `path`; its name in messages is the path as given. Raises InputError."""
    try:
        data = path.read_bytes()
    except OSError as problem:
        raise InputError(
            [files.cannot_read(str(path), problem.strerror or str(problem))]
        ) from problem
    return Source.from_bytes(path.as_posix(), data)
