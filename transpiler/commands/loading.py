"""A Lua file in, its compiled modules importable out, without writing them: what runs is exactly what would be deployed."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.abc import InspectLoader, MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import CodeType, ModuleType

from assay.runtime.source_lines import remember_folder

from ..building import compile_all
from ..cache import Cache, default_folder
from ..console import Console
from ..diagnostics import Diagnostic
from ..live import compile_script, goes_on
from ..sources import InputError, read_source
from ..syntax.source import Source


@dataclass(frozen=True)
class Loaded:
    """A compiled file whose modules can be imported: `name` is its package or module."""

    name: str
    is_worker: bool
    outputs: Mapping[str, str]
    is_script: bool = False
    """Is there a script to run: the module itself, or NAME.script of a worker's source that does more than define it?"""

    @property
    def package(self) -> ModuleType:
        """The package of a worker (what it defines: assay.runtime.temporal.worker_definition.workers_of)."""
        return importlib.import_module(self.name)


class NotCompiled(Exception):
    """The source has errors, which have been shown. `status` is the exit status."""

    def __init__(self, status: int, diagnostics: Iterable[Diagnostic]) -> None:
        super().__init__("the source does not compile")
        self.status = status
        self.diagnostics = tuple(diagnostics)


def load(
    path: Path,
    *,
    chunk: str | None = None,
    quiet: bool = True,
    cache: bool = True,
    script: bool = False,
    show: bool = True,
) -> Loaded:
    """Compiles the file and makes its modules importable. Raises NotCompiled; warnings are shown unless `quiet`, and
    errors too unless `show` is false.

    With `script` a worker's source that does more than define a worker is compiled as the script it is, too.

    `chunk` is how the program's own messages call the source: as in what is deployed, its name without folders, unless given.
    """
    console = Console(quiet=quiet)
    try:
        source = read_source(path)
    except InputError as problem:
        if show:
            console.show(problem.diagnostics)
        raise NotCompiled(2, problem.diagnostics) from problem
    source = Source(source.name, source.text, chunk or source.chunk)
    return load_source(source, path, quiet=quiet, cache=cache, script=script, show=show)


def load_source(
    source: Source,
    path: Path,
    *,
    quiet: bool = True,
    cache: bool = True,
    script: bool = False,
    show: bool = True,
) -> Loaded:
    """`load` for a text that is there; `path` is where it stands, or would."""
    console = Console(quiet=quiet)
    kept = Cache(default_folder()) if cache else None
    (compiled,) = compile_all([(source, path)], kept, 1)
    if show:
        console.show(compiled.diagnostics)
    if compiled.failed:
        raise NotCompiled(1, compiled.diagnostics)
    first = next(iter(compiled.outputs))
    name = first.partition("/")[0].removesuffix(".py")
    outputs = compiled.outputs
    is_script = not compiled.is_worker
    if script and compiled.is_worker and goes_on(compiled.diagnostics):
        added = compile_script(source, path, name)
        if added.failed:
            console.show(added.diagnostics)
            raise NotCompiled(1, added.diagnostics)
        outputs, is_script = {**outputs, **added.outputs}, True
    remember_folder(Path.cwd())  # for a chunk that is named as it was given
    remember_folder(path.parent)
    _Finder.install(outputs)
    return Loaded(name, compiled.is_worker, outputs, is_script)


class _Finder(MetaPathFinder, InspectLoader):
    """Imports modules from their texts; tracebacks find the lines through `get_source`."""

    def __init__(self, outputs: Mapping[str, str]) -> None:
        self._texts = {}
        self._packages = set()
        for path, text in outputs.items():
            name = path.removesuffix(".py").replace("/", ".")
            if name.endswith(".__init__"):
                name = name.removesuffix(".__init__")
                self._packages.add(name)
            self._texts[name] = text
            for parent in _parents(name):
                self._packages.add(parent)
                self._texts.setdefault(parent, "")

    @classmethod
    def install(cls, outputs: Mapping[str, str]) -> None:
        """Makes these modules importable, in place of those of an earlier call."""
        finder = cls(outputs)
        sys.meta_path[:] = [each for each in sys.meta_path if not isinstance(each, _Finder)]
        sys.meta_path.insert(0, finder)
        for name in finder._texts:
            sys.modules.pop(name, None)

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name not in self._texts:
            return None
        return importlib.util.spec_from_loader(
            name, self, origin=self._file(name), is_package=name in self._packages
        )

    def is_package(self, name: str) -> bool:
        return name in self._packages

    def get_source(self, name: str) -> str:
        return self._texts[name]

    def get_code(self, name: str) -> CodeType:
        return compile(self._texts[name], self._file(name), "exec", dont_inherit=True)

    def _file(self, name: str) -> str:
        return f"<compiled {name.replace('.', '/')}.py>"


def _parents(name: str) -> list[str]:
    parts = name.split(".")[:-1]
    return [".".join(parts[: end + 1]) for end in range(len(parts))]
