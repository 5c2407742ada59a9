"""The modules a source requires: a source and its folder in, the parsed chunks of all modules out, dependencies
first.

`require("a.b")` is `a/b.lua` or `a/b/init.lua` beside the source that starts the program, or in the folders above it up to the
current one, where real Lua's default `package.path` looks; for a test, which often has a folder of its own, above that as well.
No file is needed for a library table, and for any name when the sources fill `package.loaded` or `package.preload`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from assay.runtime.module_names import TEST_MODULE, is_module_name, python_module_name
from assay.runtime.stdlib.registry import LIBRARY_TABLES

from .analysis.modules import required_modules
from .analysis.walk import walk
from .diagnostics import CompileError, Diagnostic, files, has_errors, language
from .lookups import Lookups
from .syntax import nodes, parse
from .syntax.source import Source

_FOLDERS_ABOVE_A_TEST = 3


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


def load_modules(
    chunk: nodes.Chunk, folder: Path, lookups: Lookups, *, linked: bool = False
) -> tuple[dict[str, nodes.Chunk], list[Diagnostic]]:
    """All modules that `chunk` requires, directly or not, by name, and warnings about them.

    Modules that are `linked`, a worker's, may not require each other at all; those of a script may once both are loaded, as in
    real Lua. Raises CompileError for what is missing and for modules that cannot be loaded before each other.
    """
    loader = _Loader(_folders(folder, _is_test(chunk)), lookups)
    loader.load(chunk)
    found = {name: loader.chunks[name] for name in loader.found}
    loops = _loops(found, linked)
    # Who is missing matters more than who is required too early.
    problems = loader.problems + ([] if has_errors(loader.problems) else loops)
    if has_errors(problems):
        raise CompileError(problems)
    return found, problems


def _folders(folder: Path, is_test: bool) -> list[Path]:
    """Where modules of a source in `folder` are looked for, in this order."""
    current, parents = Path.cwd(), folder.absolute().parents
    count = parents.index(current) + 1 if current in parents else 0
    return [folder, *parents[: max(count, _FOLDERS_ABOVE_A_TEST if is_test else 0)]]


def _loops(found: Mapping[str, nodes.Chunk], linked: bool) -> list[Diagnostic]:
    """Modules that require each other; unless they are `linked` only where each needs the other to be loaded first."""
    edges = {
        name: [one for one in required_modules(chunk) if one.at_once or linked]
        for name, chunk in found.items()
    }
    problems: list[Diagnostic] = []
    done: set[str] = set()

    def visit(name: str, loading: list[str]) -> None:
        if name in done or name not in edges:
            return
        for required in edges[name]:
            if required.name in loading:
                chain = [*loading[loading.index(required.name) :], required.name]
                problems.append(
                    language.modules_require_each_other(
                        found[name].source, required.place, " -> ".join(chain)
                    )
                )
            else:
                visit(required.name, [*loading, required.name])
        done.add(name)

    for name in reversed(list(found)):
        visit(name, [name])
    return problems


@dataclass
class _Loader:
    """Reads modules; `found` are their names, dependencies first."""

    folders: list[Path]
    lookups: Lookups
    chunks: dict[str, nodes.Chunk] = field(default_factory=dict)
    found: list[str] = field(default_factory=list)
    problems: list[Diagnostic] = field(default_factory=list)

    def load(self, chunk: nodes.Chunk, *, fills_package: bool = False) -> None:
        """Adds what `chunk` requires."""
        fills_package = fills_package or _fills_package(chunk)
        for required in required_modules(chunk):
            name = required.name
            if name in self.chunks or name in (*LIBRARY_TABLES, "_G") or name.startswith("assay."):
                continue
            folder, path = self._find(name)
            if path is None:
                if not fills_package and not required.protected:
                    self.problems.append(
                        language.module_not_found(
                            chunk.source, required.place, name, required.certain
                        )
                    )
                continue
            refused = self._refused_name(chunk.source, required.place, name)
            if refused is not None:
                self.problems.append(refused)
                continue
            try:
                self.chunks[name] = parse(_read(path, folder, self.lookups))
            except CompileError as problem:
                # The other modules may have something to say as well.
                self.problems += [d for d in problem.diagnostics if d not in self.problems]
                continue
            self.load(self.chunks[name], fills_package=fills_package)
            self.found.append(name)

    def _find(self, name: str) -> tuple[Path, Path | None]:
        """Where the module is: the folder that its name is relative to, and its file; None when there is none."""
        for folder in self.folders:
            path = module_path(folder, name, self.lookups)
            if path is not None:
                return folder, path
        return self.folders[0], None

    def _refused_name(self, source: Source, place: nodes.Node, name: str) -> Diagnostic | None:
        python_name = python_module_name(name)
        if not is_module_name(python_name):
            return language.module_name_not_python(source, place, name)
        same = [other for other in self.chunks if python_module_name(other) == python_name]
        return language.module_names_alike(source, place, name, same[0]) if same else None


def _is_test(chunk: nodes.Chunk) -> bool:
    return any(required.name == TEST_MODULE for required in required_modules(chunk))


def _fills_package(chunk: nodes.Chunk) -> bool:
    """Does `chunk` say where modules come from that are no files: `package.preload.name = ...`?"""
    for node in walk(chunk.body):
        match node:
            case nodes.Index(
                object=nodes.Name(name="package"), key=nodes.String(value="preload" | "loaded")
            ):
                return True
    return False
