"""The analysis of one chunk put together: what lowering asks.

In: a syntax tree. Out: a `Program` with names, functions, library use, types, colours and, for a worker's source,
the worker definition and the placement of its top-level statements. Diagnostics of all analyses are collected.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field
from functools import cached_property

from assay.runtime.library import LibraryFunction

from ..diagnostics import Diagnostic
from ..diagnostics.model import Severity
from ..syntax import nodes
from .arrays import find_arrays
from .captures import Captures
from .client_calls import ClientCalls
from .context import Colours
from .fixed_methods import FixedMethods
from .functions import KnownFunctions
from .globals import (
    NO_FOREIGN_GLOBALS,
    ForeignGlobals,
    mentions_close,
)
from .heavy_loops import heavy_loops
from .library import Library
from .loop_turns import LoopTurns
from .outline import Outline, outline
from .placement import Needs, Placement, Placer
from .reach import Reach
from .scopes import FunctionScope, Resolution, Variable
from .side_effects import called_in_side_effects, only_in_side_effects
from .tail_calls import find_tail_calls
from .types import TypeInference
from .worker_definitions import Entry, Workers


@dataclass(eq=False)
class Program:
    """Everything known about one chunk. `colours` are those of what workflows run, `activity_colours` those of what
    activities run; a script has one of both."""

    chunk: nodes.Chunk
    resolution: Resolution
    functions: KnownFunctions
    library: Library
    colours: Colours
    activity_colours: Colours
    types: TypeInference
    captures: Captures
    methods: FixedMethods
    workers: Workers | None
    placement: Placement | None
    reach: Reach
    inlined: set[Variable] = field(default_factory=set)
    comments: dict[nodes.Node, nodes.Comments] = field(default_factory=dict)
    dangling: dict[nodes.Block, tuple[nodes.Comment, ...]] = field(default_factory=dict)
    uses_metatables: bool = True
    may_close: bool = True
    """Can some part of the program make a value that is closable (`__close`)?"""
    module_paths: Mapping[str, str] = field(default_factory=dict)
    starts_workers: bool = False
    """Is this a worker's source as the script that it also is (see `generate_worker_script`)?"""
    diagnostics: list[Diagnostic] = field(default_factory=list)

    @cached_property
    def called_in_side_effects(self) -> frozenset[FunctionScope]:
        """Functions that may run outside of the workflow, since a recorded side effect may call them."""
        workflows = [] if self.workers is None else self.workers.workflows
        return called_in_side_effects(self.functions, self.library, workflows)

    @cached_property
    def only_in_side_effects(self) -> frozenset[FunctionScope]:
        """Functions that run outside of the workflow only."""
        if self.workers is None:
            return frozenset()
        return only_in_side_effects(
            self.functions, self.colours, self.workers.activities, self.resolution.main
        )

    @cached_property
    def arrays(self) -> frozenset[nodes.Table]:
        """The constructors of tables that are used as arrays."""
        return find_arrays(self.types.contents)

    @property
    def entries(self) -> list[Entry]:
        return _entries(self.workers)

    def known_beside(self, scope: FunctionScope, role: str) -> list[list[str]]:
        """The names of activities or workflows (`role`) that workers register on whose task queue the code of `scope` runs."""
        if self.workers is None:
            return []
        is_one = len(self.workers.definitions) == 1
        return list(self.workers.known([] if is_one else self.reach.workflows(scope), role))


def analyse(
    chunk: nodes.Chunk,
    modules: Mapping[str, nodes.Chunk] | None = None,
    *,
    foreign: ForeignGlobals = NO_FOREIGN_GLOBALS,
    dynamic: bool = False,
    starts_workers: bool = False,
    is_module: bool = False,
) -> Program:
    """Analyses `chunk`, linked with the modules it requires (a worker's; dependencies first).

    `foreign` are the globals that other files of the program use; a `dynamic` chunk finds every global in its environment, as
    one that is loaded at run time must. With `starts_workers` the chunk is a script that calls `temporal.worker`, not the
    definition of a worker's package; a module that a script requires (`is_module`) is neither."""
    found = outline(
        chunk,
        modules or {},
        foreign,
        dynamic=dynamic,
        registers=not (starts_workers or is_module or dynamic),
        starts=starts_workers,
    )
    chunk, resolution, workers = found.chunk, found.resolution, found.workers
    functions, library, diagnostics = found.functions, found.library, found.diagnostics
    diagnostics += ClientCalls(resolution, library, foreign.mentioned).problems()
    placer = Placer(resolution, functions, library, workers, found.linked) if workers else None
    needs = placer.needs() if placer else None
    colours, activity_colours = _colours(resolution, functions, library, placer, needs)
    uses_metatables = dynamic or _uses_metatables({*resolution.globals, *foreign.mentioned})
    types = _types(found, colours, uses_metatables)
    for side in dict.fromkeys((colours, activity_colours)):
        side.add_operations(types)
    placement = None
    if placer and needs:
        placement = placer.place(needs, lambda scope: activity_colours.differ(colours, scope))
    program = Program(
        chunk,
        resolution,
        functions,
        library,
        colours,
        activity_colours,
        types,
        Captures(resolution, library, colours, types),
        FixedMethods(types.contents),
        workers,
        placement,
        Reach(functions, workers.workflows if workers else ()),
        placer.inlined if placer else set(),
        uses_metatables=uses_metatables,
        may_close=dynamic or foreign.closes or _may_close(resolution, colours.parents),
        starts_workers=starts_workers,
        diagnostics=diagnostics
        + (_placed(placement.diagnostics, diagnostics) if placement else []),
    )
    program.diagnostics += _loops(placer, needs, program)
    _add_comments(program, (*(modules or {}).values(), chunk))
    for entry in _entries(workers):
        facts = functions.facts[entry.scope]
        facts.entry_only = entry.variable is None or entry.variable in program.inlined
    return program


def _add_comments(program: Program, chunks: Iterable[nodes.Chunk]) -> None:
    for chunk in chunks:
        program.comments.update(chunk.comments)
        program.dangling.update(chunk.dangling)


def _colours(
    resolution: Resolution,
    functions: KnownFunctions,
    library: Library,
    placer: Placer | None,
    needs: Needs | None,
) -> tuple[Colours, Colours]:
    """The colours of what workflows run and of what activities run."""
    if placer is None or needs is None:
        everything = frozenset(functions.facts)
        # Other code may have made anything of the library, `coroutine.yield` included.
        is_open = library.all_changed and "coroutine" in resolution.globals
        colours = Colours(
            resolution, functions, library, (), everything, may_yield_anywhere=is_open
        )
        return colours, colours
    of_activities, of_workflows = placer.code(needs)
    entries = [entry.scope for entry in placer.workers.workflows]
    places = {place for entry in _entries(placer.workers) for place in entry.places}
    return (
        Colours(resolution, functions, library, entries, of_workflows, places),
        Colours(resolution, functions, library, (), of_activities, places),
    )


def _types(found: Outline, colours: Colours, uses_metatables: bool) -> TypeInference:
    """The types of the chunk's values, after what is known of how its functions are called and what they give."""
    functions, library, entries = found.functions, found.library, _entries(found.workers)
    _mark_wanted_results(functions, colours.parents)
    functions.count_results(lambda call: _fixed_results(call, library, colours))
    entry_parameters = {p for e in entries for p in e.scope.parameters}
    entry_scopes = [entry.scope for entry in entries]
    find_tail_calls(found.resolution, functions, set(entry_scopes))
    types = TypeInference(
        found.resolution,
        functions,
        library.of,
        colours.contexts | entry_parameters,
        library.string_method,
        colours.parents,
        uses_metatables=uses_metatables,
        context_methods=colours.known_method,
        entries=entry_scopes,
    )
    # Types tell of more calls which function they reach.
    _mark_wanted_results(functions, colours.parents)
    return types


def _placed(found: list[Diagnostic], errors: Iterable[Diagnostic]) -> list[Diagnostic]:
    """What placement has `found`. Which statements are left out is unclear while it is unclear what is registered."""
    unclear = any(error.code in _ABOUT_REGISTRIES for error in errors)
    return [each for each in found if not (unclear and each.severity is Severity.WARNING)]


_ABOUT_REGISTRIES = ("AY211", "AY401", "AY402", "AY403", "AY413", "AY415")


def _loops(placer: Placer | None, needs: Needs | None, program: Program) -> list[Diagnostic]:
    """The warnings about loops of workflow code; what only side effects call has all the time it needs."""
    if placer is None or needs is None:
        return []
    scopes = placer.code(needs)[1] - program.only_in_side_effects
    in_order = sorted(scopes, key=lambda s: s.node.start if s.node else -1)
    turns = LoopTurns(program.resolution, program.library)
    return list(heavy_loops(in_order, program.colours, program.library, turns))


def _entries(workers: Workers | None) -> list[Entry]:
    return [] if workers is None else workers.entries


def _mark_wanted_results(
    functions: KnownFunctions, parents: Mapping[nodes.Node, nodes.Node]
) -> None:
    """Notes which known functions are called where all their values are wanted: "no value" differs from nil
    there."""
    for facts in functions.facts.values():
        calls = (*facts.calls, *facts.reached_by)
        facts.wanted_all = any(_wants_all(call, parents.get(call)) for call in calls)


def _wants_all(call: nodes.Call | nodes.MethodCall, parent: nodes.Node | None) -> bool:
    match parent:
        case nodes.Call() | nodes.MethodCall():
            return bool(parent.arguments) and parent.arguments[-1] is call
        case nodes.Return() | nodes.PositionalField():
            return True
        case nodes.LocalAssign() | nodes.Assign():
            return len(parent.values) < len(parent.targets)
        case nodes.GenericFor():
            return True
    return False


def _fixed_results(
    call: nodes.Call | nodes.MethodCall, library: Library, colours: Colours
) -> int | None:
    """How many values a call of the library or of ctx gives, None when that varies."""
    if isinstance(call, nodes.MethodCall):
        method = colours.known_method(call)
        return None if method is None else method.results
    row = library.of(call.function)
    return row.results if isinstance(row, LibraryFunction) else None


def _may_close(resolution: Resolution, found: Iterable[nodes.Node]) -> bool:
    return not resolution.globals.keys().isdisjoint(_LOADING) or any(map(mentions_close, found))


_LOADING = frozenset({"load", "loadfile", "dofile", "_G", "_ENV"})


def _uses_metatables(names: Set[str]) -> bool:
    """Can a value of this program have a metatable? Only if something that sets one, or other code, is mentioned."""
    return not names.isdisjoint(_METATABLES)


_METATABLES = _LOADING | {"setmetatable", "getmetatable", "debug", "loadstring", "require"}
