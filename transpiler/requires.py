"""The modules a source requires: a source and its folder in, the parsed chunks of all modules out, dependencies
first.

`require("a.b")` is `a/b.lua` or `a/b/init.lua` beside the source that starts the program, as real Lua's default
`package.path` finds it; for a test, which often has a folder of its own, in the folders above as well. No file is needed for a
library table, and for any name when the sources fill `package.loaded` or `package.preload`.
"""

from __future__ import annotations

import keyword
from dataclasses import dataclass
from pathlib import Path

from assay.runtime.stdlib.registry import LIBRARY_TABLES

from .analysis.modules import required_modules
from .analysis.walk import walk
from .diagnostics import CompileError, Diagnostic, files, language
from .lookups import Lookups
from .syntax import nodes, parse
from .syntax.source import Source

_FOLDERS_ABOVE_A_TEST = 3


def is_module_name(name: str) -> bool:
    """Can a Python module have this name?"""
    return name.isidentifier() and not keyword.iskeyword(name)


def module_path(folder: Path, name: str, lookups: Lookups) -> Path | None:
    """The file of module `name`, None when there is none."""
    parts = name.split(".")
    if not all(part and "/" not in part for part in parts):
        return None
    base = folder.joinpath(*parts)
    for path in (base.parent / f"{base.name}.lua", base / "init.lua"):
        if lookups.is_file(path):
            return path
    return None


def _read(path: Path, folder: Path, lookups: Lookups) -> Source:
    chunk = (
        f"./{path.relative_to(folder).as_posix()}"  # as real Lua names what it finds by its path
    )
    try:
        data = lookups.read(path)
    except OSError as problem:
        reason = problem.strerror or str(problem)
        raise CompileError([files.cannot_read(path.as_posix(), reason)]) from problem
    return Source.from_bytes(path.as_posix(), data, chunk)


def load_modules(chunk: nodes.Chunk, folder: Path, lookups: Lookups) -> dict[str, nodes.Chunk]:
    """All modules that `chunk` requires, directly or not, by name. Raises CompileError for what is missing or
    requires itself."""
    found: dict[str, nodes.Chunk] = {}
    problems: list[Diagnostic] = []
    folders = (
        [folder, *folder.absolute().parents[:_FOLDERS_ABOVE_A_TEST]]
        if _is_test(chunk)
        else [folder]
    )
    _Loader(folders, lookups, found, problems).load(chunk, [], False)
    if problems:
        raise CompileError(problems)
    return found


@dataclass
class _Loader:
    folders: list[Path]
    lookups: Lookups
    found: dict[str, nodes.Chunk]
    problems: list[Diagnostic]

    def load(self, chunk: nodes.Chunk, loading: list[str], fills_package: bool) -> None:
        """Adds what `chunk`, the last module of the chain `loading`, requires."""
        fills_package = fills_package or _fills_package(chunk)
        for name, place in required_modules(chunk):
            if name in self.found or name in (*LIBRARY_TABLES, "_G") or name.startswith("assay."):
                continue
            if name in loading:
                chain = " -> ".join([*loading[loading.index(name) :], name])
                problem = language.modules_require_each_other(chunk.source, place, chain)
                self.problems.append(problem)
                continue
            folder, path = self._find(name)
            if path is None:
                if not fills_package:
                    self.problems.append(language.module_not_found(chunk.source, place, name))
                continue
            refused = self._refused_name(chunk.source, place, name, loading)
            if refused is not None:
                self.problems.append(refused)
                continue
            try:
                module = parse(_read(path, folder, self.lookups))
            except CompileError as problem:
                # The other modules may have something to say as well.
                self.problems += [d for d in problem.diagnostics if d not in self.problems]
                continue
            self.load(module, [*loading, name], fills_package)
            self.found[name] = module

    def _find(self, name: str) -> tuple[Path, Path | None]:
        """Where the module is: the folder that its name is relative to, and its file; None when there is none."""
        for folder in self.folders:
            path = module_path(folder, name, self.lookups)
            if path is not None:
                return folder, path
        return self.folders[0], None

    def _refused_name(
        self, source: Source, place: nodes.Node, name: str, loading: list[str]
    ) -> Diagnostic | None:
        plain = name.replace("-", "_")
        if not all(is_module_name(part) for part in plain.split(".")):
            return language.module_name_not_python(source, place, name)
        same = [n for n in (*self.found, *loading) if n.replace("-", "_") == plain]
        return language.module_names_alike(source, place, name, same[0]) if same else None


def _is_test(chunk: nodes.Chunk) -> bool:
    return any(name == "assay.test" for name, _ in required_modules(chunk))


def _fills_package(chunk: nodes.Chunk) -> bool:
    """Does `chunk` say where modules come from that are no files: `package.preload.name = ...`?"""
    for node in walk(chunk.body):
        match node:
            case nodes.Index(
                object=nodes.Name(name="package"), key=nodes.String(value="preload" | "loaded")
            ):
                return True
    return False
