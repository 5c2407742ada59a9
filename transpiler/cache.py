"""Results of earlier compiles: a source in, what it compiled to out when nothing that it depends on has changed.

One JSON file a source, in the user's cache folder. Its name is a digest of everything known before the compile: the compiler
itself, the versions of Python and black, where the source is, and its bytes. Inside stand the questions that the compile
asked the disk (`lookups.py`: which modules are there, what is in them), which must have the same answers. Only good results
are kept, warnings included. A second file a source, named without its bytes, has the texts that its last compile made, most of
which a changed source needs again (output/known.py). Files appear whole or not at all, so parallel runs can share the folder;
what cannot be read counts as absent.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path

from .compiled import Compiled
from .diagnostics import Diagnostic, Severity
from .lookups import Lookups, answer, digest
from .syntax.source import Source
from .versions import compiler_version, installed_version

MAXIMUM_BYTES = 64 * 1024 * 1024
"""Past this size the results used longest ago go, down to three quarters of it."""

_SECONDS_BETWEEN_MARKS = 3600.0
"""A result is marked as used at most this often, so that reading does not write."""


def default_folder() -> Path:
    """`$ASSAY_CACHE_DIR`, else `assay-compile` in `$XDG_CACHE_HOME` or `~/.cache` (XDG base directory specification)."""
    chosen = os.environ.get("ASSAY_CACHE_DIR")
    if chosen:
        return Path(chosen)
    base = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(base) if os.path.isabs(base) else Path.home() / ".cache") / "assay-compile"


class Cache:
    """The cache in `folder`; every method does nothing where the folder cannot be used."""

    def __init__(self, folder: Path, maximum_bytes: int = MAXIMUM_BYTES) -> None:
        self._folder = folder
        self._maximum_bytes = maximum_bytes
        self._has_written = False

    def get(self, source: Source, path: Path) -> Compiled | None:
        """What `source` compiled to, None when that is not known."""
        file = self._file(source, path)
        try:
            stored = json.loads(file.read_bytes())
            if any(answer(kind, Path(at)) != said for kind, at, said in stored["lookups"]):
                return None
            _mark_as_used(file)
            return _from_json(stored, source, path)
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def put(self, source: Source, compiled: Compiled) -> None:
        """Keeps a good result."""
        if compiled.failed or not compiled.outputs:
            return
        self._write(self._file(source, compiled.path), _to_json(compiled))
        self._write(self._texts_file(source, compiled.path), dict(compiled.texts))

    def texts(self, source: Source, path: Path) -> dict[str, str]:
        """What the last compile of the file, whatever was in it, has made (`Compiled.texts`); empty when that is not known."""
        try:
            stored = json.loads(self._texts_file(source, path).read_bytes())
        except (OSError, ValueError):
            return {}
        is_good = isinstance(stored, dict) and all(
            isinstance(text, str) for text in stored.values()
        )
        return stored if is_good else {}

    def _write(self, file: Path, value: Mapping[str, object]) -> None:
        with suppress(OSError):
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(prefix=".new-", dir=self._folder)
            try:
                with os.fdopen(handle, "w", encoding="utf-8") as new:
                    json.dump(value, new)
                os.replace(name, file)
            except OSError:
                os.unlink(name)
                raise
            self._has_written = True

    def tidy(self) -> None:
        """Removes what was used longest ago, when this run has added something and the folder is too large."""
        if not self._has_written:
            return
        found = sorted(_entries(self._folder))
        total = sum(size for _, size, _ in found)
        if total <= self._maximum_bytes:
            return
        for _, size, file in found:
            with suppress(OSError):
                file.unlink()
            total -= size
            if total <= self._maximum_bytes * 3 // 4:
                return

    def _file(self, source: Source, path: Path) -> Path:
        return self._folder / f"{_name(source, path, source.text)}.json"

    def _texts_file(self, source: Source, path: Path) -> Path:
        return self._folder / f"{_name(source, path)}.texts.json"


def _name(source: Source, path: Path, *more: str) -> str:
    where = (str(path.absolute()), str(Path.cwd()))
    known = (_compiler(), source.name, source.chunk, *where, *more)
    return digest(chr(0).join(known).encode("utf-8", "surrogateescape"))


def _entries(folder: Path) -> Iterator[tuple[float, int, Path]]:
    """When each file was used, its size, and the file; files that a run that ended left unfinished too."""
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            with suppress(OSError):
                found = entry.stat()
                yield found.st_mtime, found.st_size, Path(entry.path)


def _mark_as_used(file: Path) -> None:
    now = time.time()
    if now - file.stat().st_mtime > _SECONDS_BETWEEN_MARKS:
        with suppress(OSError):
            os.utime(file, (now, now))


@cache
def _compiler() -> str:
    """What stands for this compiler: its version, its files as they are installed, and the tools that decide on the text."""
    root = Path(__file__).parent.parent
    # In a work tree the packages lie side by side as well.
    folders = [root / name for name in ("transpiler", "templates", "runtime")]
    stamps = sorted(found for folder in folders for found in _stamps(folder))
    tools = (compiler_version(), installed_version("black"), sys.version)
    return digest(repr((tools, stamps)).encode("utf-8", "surrogateescape"))


def _stamps(folder: Path) -> Iterator[tuple[str, int, int]]:
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir():
                if entry.name != "__pycache__":
                    yield from _stamps(Path(entry.path))
            elif entry.name.endswith((".py", ".j2")):
                found = entry.stat()
                yield entry.path, found.st_size, found.st_mtime_ns


# ---------------------------------------------------------------------------------------------------------------- JSON


def _to_json(compiled: Compiled) -> dict[str, object]:
    return {
        "outputs": compiled.outputs,
        "is_worker": compiled.is_worker,
        "lookups": [[kind, path, said] for (kind, path), said in compiled.lookups.answers.items()],
        "diagnostics": [_diagnostic_to_json(one) for one in compiled.diagnostics],
    }


def _diagnostic_to_json(one: Diagnostic) -> list[object]:
    where = None if one.source is None else [one.source.name, one.source.chunk]
    shown = [one.code, one.severity.value, one.message, one.help, one.start, one.end, one.file]
    return [*shown, list(one.notes), where]


def _from_json(stored: dict[str, object], source: Source, path: Path) -> Compiled:
    outputs, found, answers = stored["outputs"], stored["diagnostics"], stored["lookups"]
    if not (isinstance(outputs, dict) and isinstance(found, list) and isinstance(answers, list)):
        raise TypeError("not a cached result")
    diagnostics = [_diagnostic_from_json(one, source) for one in found]
    lookups = Lookups()
    lookups.answers = {(kind, about): said for kind, about, said in answers}
    return Compiled(path, outputs, diagnostics, bool(stored["is_worker"]), lookups=lookups)


def _diagnostic_from_json(stored: list[object], source: Source) -> Diagnostic:
    code, severity, message, help, start, end, file, notes, where = stored
    assert isinstance(code, str) and isinstance(message, str)
    assert isinstance(start, int) and isinstance(end, int) and isinstance(notes, list)
    about: Source | None = None
    if isinstance(where, list):
        name, chunk = map(str, where)
        known = (name, chunk) == (source.name, source.chunk)
        about = source if known else Source.from_bytes(name, Path(name).read_bytes(), chunk)
    shown_help = None if help is None else str(help)
    shown_file = None if file is None else str(file)
    return Diagnostic(
        code, Severity(severity), message, shown_help, about, start, end, shown_file, tuple(notes)
    )
