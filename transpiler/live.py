"""A worker's source as a script that runs: what `assay run` starts.

In: a chunk that calls `temporal.worker{...}`, and the modules it requires. Out: one more file of its package, `script.py`: the
whole chunk as a script, in which `temporal.worker` starts a worker and gives its handle. The workflows it runs are those of
the package; its activities are the functions of the script, which see what the script holds.
"""

from __future__ import annotations

from collections.abc import Mapping

from .analysis.globals import foreign_globals
from .analysis.program import analyse
from .diagnostics import Diagnostic
from .output.package import generate_worker_script
from .syntax.nodes import Chunk


def worker_script(
    chunk: Chunk, modules: Mapping[str, Chunk], name: str
) -> tuple[dict[str, str], list[Diagnostic]]:
    """The file `NAME/script.py` by its path, and what there is to say about the script.

    The package NAME itself, and `modules` below the folder `lua_modules`, are compiled as for `assay-compile`.
    """
    program = analyse(chunk, foreign=foreign_globals(modules.values()), starts_workers=True)
    program.module_paths = {n: module.source.chunk for n, module in modules.items()}
    return generate_worker_script(program, name), program.diagnostics
