"""What is tested: a compiled package, or a Lua source that is compiled for the time of the test.

Compiling needs `assay.transpiler`, which is imported only here and only then: a compiled package is tested without it.
"""

from __future__ import annotations

import importlib
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

from ..source_lines import remember_folder
from ..temporal.worker_definition import WorkerDefinition, workers_of


class CompilationFailed(Exception):
    """The Lua source cannot be compiled; the text holds all diagnostics, as the command line shows them."""


@contextmanager
def definitions(tested: ModuleType | str | Path) -> Iterator[Sequence[WorkerDefinition]]:
    """The workers of a compiled package (the imported module) or of a Lua source (its path).

    Raises `CompilationFailed`, and ImportError when a source is given and the compiler is not installed.
    """
    if isinstance(tested, ModuleType):
        yield workers_of(tested)
        return
    outputs = _compile(Path(tested))
    name = next(iter(outputs)).partition("/")[0]
    remember_folder(Path(tested).parent)
    with tempfile.TemporaryDirectory(prefix="assay-test-") as folder:
        for output, text in outputs.items():
            target = Path(folder) / output
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
        with _imported(name, folder) as module:
            yield workers_of(module)


def _compile(path: Path) -> dict[str, str]:
    from assay.transpiler.building import compile_all
    from assay.transpiler.cache import Cache, default_folder
    from assay.transpiler.diagnostics import render
    from assay.transpiler.sources import InputError, read_source

    try:
        source = read_source(path)
    except InputError as error:
        raise CompilationFailed("\n".join(render(each) for each in error.diagnostics)) from None
    (compiled,) = compile_all([(source, path)], Cache(default_folder()), 1)
    if compiled.failed:
        raise CompilationFailed("\n".join(render(each) for each in compiled.diagnostics))
    if not compiled.is_worker:
        raise CompilationFailed(f"{path}: this source registers no worker (temporal.worker)")
    return compiled.outputs


@contextmanager
def _imported(name: str, folder: str) -> Iterator[ModuleType]:
    """The package, imported from `folder` for a while: another test may compile another source of this name."""
    before = _take_out(name)
    sys.path.insert(0, folder)
    importlib.invalidate_caches()
    try:
        yield importlib.import_module(name)
    finally:
        sys.path.remove(folder)
        _take_out(name)
        sys.modules.update(before)


def _take_out(name: str) -> dict[str, ModuleType]:
    found = {
        each: module
        for each, module in sys.modules.items()
        if each == name or each.startswith(f"{name}.")
    }
    for each in found:
        del sys.modules[each]
    return found
