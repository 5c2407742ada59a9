"""The outline of a chunk: its names, functions and library use, and the workers that it defines.

In: a syntax tree and the modules it requires. Out: an `Outline`, which every later analysis builds on. What a worker registers
decides how the rest of its source is read, and a registry that is filled in a loop or with functions of the library is first
written out; so these steps go round until they agree.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from ..diagnostics import Diagnostic, language
from ..syntax import nodes
from .flattening import with_workers_at_top_level
from .functions import KnownFunctions
from .globals import ForeignGlobals, promote_global_functions
from .library import Library
from .library_fields import link_library_fields, plain_additions, with_statements
from .modules import shape_of
from .registries import with_named_entries
from .resolver import resolve
from .scopes import LinkedModule, Resolution
from .worker import WorkerFinder
from .worker_definitions import Workers


@dataclass(frozen=True)
class Outline:
    """What is known of a chunk before types and effects are. `chunk` is the one that was analysed: with registries written out.
    `workers` is None where nothing is registered."""

    chunk: nodes.Chunk
    resolution: Resolution
    functions: KnownFunctions
    library: Library
    workers: Workers | None
    linked: Mapping[str, LinkedModule]
    diagnostics: list[Diagnostic]


def outline(
    chunk: nodes.Chunk,
    modules: Mapping[str, nodes.Chunk],
    foreign: ForeignGlobals,
    *,
    dynamic: bool,
    registers: bool,
    starts: bool = False,
) -> Outline:
    """The outline of `chunk` with `modules` (see `analyse`); its calls of `temporal.worker` are definitions if it `registers`, and
    start those workers if it `starts` them."""
    resolution, linked, problems = _link(chunk, modules)
    if not dynamic:
        promote_global_functions(resolution, foreign.mentioned)
    flat = with_workers_at_top_level(resolution, starts) if registers or starts else None
    if flat is not None:
        return outline(flat, modules, foreign, dynamic=dynamic, registers=registers, starts=starts)
    functions = KnownFunctions(resolution)
    library = Library(resolution, foreign.assigned, dynamic)
    finder = WorkerFinder(resolution, functions)
    workers = finder.find() if registers else None
    if workers is not None:
        written_out = with_named_entries(
            resolution, finder.unfollowed, finder.unknown_values, workers.definitions
        )
        if written_out is not None:
            return outline(written_out, modules, foreign, dynamic=dynamic, registers=True)
        plain = plain_additions(resolution, library)
        if any(statement in plain for statement in resolution.statements):
            chunk, *others = (with_statements(c, plain) for c in (chunk, *modules.values()))
            modules = dict(zip(modules, others, strict=True))
            return outline(chunk, modules, foreign, dynamic=dynamic, registers=True)
        problems += link_library_fields(resolution, library)
        # Functions that were added to library tables have names now.
        functions = KnownFunctions(resolution)
        library = Library(resolution, foreign.assigned, dynamic)
        finder = WorkerFinder(resolution, functions)
        workers = finder.find()
    problems += _misused_modules(resolution, finder.module_registries)
    return Outline(
        chunk,
        resolution,
        functions,
        library,
        workers,
        linked,
        problems + finder.diagnostics,
    )


def _link(
    chunk: nodes.Chunk, modules: Mapping[str, nodes.Chunk]
) -> tuple[Resolution, dict[str, LinkedModule], list[Diagnostic]]:
    """Names of the chunk and of the modules it is linked with, and what is wrong with how it uses them."""
    linked: dict[str, LinkedModule] = {}
    problems: list[Diagnostic] = []
    for name, module in modules.items():
        shape = shape_of(module)
        if shape is None:
            problems.append(language.module_not_plain(module.source, module.body, name))
        else:
            linked[name] = LinkedModule(module, shape)
    resolution = resolve(chunk, linked)
    return resolution, linked, problems


def _misused_modules(
    resolution: Resolution, registries: Collection[nodes.Node]
) -> list[Diagnostic]:
    return [
        language.module_table_misused(source, node, name, resolution.exports[name])
        for node, source, name in resolution.module_misuses
        if node not in registries
    ]
