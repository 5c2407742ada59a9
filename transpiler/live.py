"""A worker's source as a script that runs: what `assay run` starts.

In: a chunk that calls `temporal.worker{...}`, and the modules it requires. Out: one more file of its package, `script.py`: the
whole chunk as a script, in which `temporal.worker` starts a worker and gives its handle. The workflows it runs are those of
the package; its activities are the functions of the script, which see what the script holds.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from .analysis.globals import foreign_globals
from .analysis.program import analyse
from .compiled import Compiled
from .diagnostics import Diagnostic
from .output.package import generate_worker_script
from .project import compile_modules
from .requires import load_modules
from .stack import with_deep_stack
from .syntax import parse
from .syntax.nodes import Chunk
from .syntax.source import Source

LEFT_OUT = "AY409"
"""The warning about a statement that the script has and the package has not."""


def goes_on(diagnostics: tuple[Diagnostic, ...] | list[Diagnostic]) -> bool:
    """Does a worker's source, compiled with these diagnostics, do more than define a worker?"""
    return any(diagnostic.code == LEFT_OUT for diagnostic in diagnostics)


def compile_script(source: Source, path: Path, name: str) -> Compiled:
    """The file `NAME/script.py` and the modules that the script requires, to be added to the outputs of the package NAME.

    `source` has been compiled as a worker without errors; what is wrong with it as a script is in the diagnostics.
    """
    compiled = Compiled(path)

    def work() -> None:
        chunk = parse(source)
        modules, _ = load_modules(chunk, path.parent, compiled.lookups)
        outputs, diagnostics = worker_script(chunk, modules, name)
        compiled.outputs = outputs
        compiled.diagnostics = diagnostics
        compile_modules(chunk, modules, compiled)

    with_deep_stack(work)
    return compiled


def worker_script(
    chunk: Chunk, modules: Mapping[str, Chunk], name: str
) -> tuple[dict[str, str], list[Diagnostic]]:
    """The file `NAME/script.py` by its path, and what there is to say about the script.

    The package NAME itself, and `modules` below the folder `lua_modules`, are compiled as for `assay-compile`.
    """
    program = analyse(chunk, foreign=foreign_globals(modules.values()), starts_workers=True)
    program.module_paths = {n: module.source.chunk for n, module in modules.items()}
    return generate_worker_script(program, name), program.diagnostics
