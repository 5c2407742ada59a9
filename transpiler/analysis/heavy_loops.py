"""Loops in workflow code that cannot come to an end in time: an activation of a workflow has two seconds.

In: the functions that workflows run. Out: warnings. Only what is certain is reported: loops whose condition does not change, or
that run more than ten million times, those of loops directly in them included, with nothing that waits, leaves or calls other code.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

from assay.runtime.library import LibraryFunction

from ..diagnostics import Diagnostic
from ..diagnostics import workflows as catalogue
from ..syntax import nodes
from .context import Colours
from .library import Library
from .loop_turns import Loop, LoopTurns
from .scopes import FunctionScope
from .walk import walk

MANY = 10_000_000
"""About as many simple operations as fit into the two seconds of an activation."""

_LEAVING = (nodes.Break, nodes.Goto, nodes.Return)
_LEAVING_CALLS = frozenset({"error", "assert", "os.exit", "coroutine.yield"})


def heavy_loops(
    scopes: Iterable[FunctionScope], colours: Colours, library: Library, turns: LoopTurns
) -> Iterator[Diagnostic]:
    """The warnings about loops in the functions `scopes`."""
    for scope in scopes:
        if scope.node is None or scope.source is None:
            continue
        for node in walk(scope.node.body, into_functions=False):
            if (
                isinstance(node, Loop)
                and _is_heavy(node, turns)
                and not _waits_or_leaves(node, colours, library)
            ):
                is_endless = _total(node, turns) == math.inf
                yield catalogue.loop_without_wait(scope.source, node, is_endless)


def _is_heavy(loop: Loop, turns: LoopTurns) -> bool:
    """Does the loop run its body, or that of a loop in it, too often, where no loop in it does so by itself?"""
    within = _directly_in(loop, turns)
    return _total(loop, turns) > MANY and all(_total(inner, turns) <= MANY for inner in within)


def _total(loop: Loop, turns: LoopTurns) -> float:
    """How often the innermost body runs of the loops that stand directly in each other."""
    count = turns.of(loop)
    return count and count * max([1.0, *(_total(i, turns) for i in _directly_in(loop, turns))])


def _directly_in(loop: Loop, turns: LoopTurns) -> list[Loop]:
    """The loops that certainly run in each turn of `loop`."""
    return [
        each
        for each in loop.body.statements
        if isinstance(each, Loop) and turns.starts_anew(each, loop)
    ]


def _waits_or_leaves(loop: nodes.Node, colours: Colours, library: Library) -> bool:
    for node in walk(loop, into_functions=False):
        if isinstance(node, _LEAVING):
            return True
        if isinstance(node, nodes.MethodCall):
            return True
        if isinstance(node, nodes.Call):
            row = library.of(node.function)
            if row is None or colours.suspends(node):
                return True
            calls_back = isinstance(row, LibraryFunction) and row.calls_back
            if calls_back or row.lua_name in _LEAVING_CALLS:
                return True
    return False
