"""Loops in workflow code that cannot come to an end in time: an activation of a workflow has two seconds.

In: the functions that workflows run. Out: warnings. Only what is certain is reported: `while true` with nothing in it that waits,
leaves or calls other code, and such numeric loops over more than ten million values, those of loops directly in them included.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from assay.runtime.library import LibraryFunction

from ..diagnostics import Diagnostic
from ..diagnostics import workflows as catalogue
from ..syntax import nodes
from .constants import constant_number
from .context import Colours
from .library import Library
from .scopes import FunctionScope
from .walk import strip_parentheses, walk

MANY = 10_000_000
"""About as many simple operations as fit into the two seconds of an activation."""

_LEAVING = (nodes.Break, nodes.Goto, nodes.Return)
_LEAVING_CALLS = frozenset({"error", "assert", "os.exit", "coroutine.yield"})


def heavy_loops(
    scopes: Iterable[FunctionScope], colours: Colours, library: Library
) -> Iterator[Diagnostic]:
    """The warnings about loops in the functions `scopes`."""
    for scope in scopes:
        if scope.node is None or scope.source is None:
            continue
        for node in walk(scope.node.body, into_functions=False):
            is_heavy = isinstance(node, nodes.NumericFor) and _is_heavy(node)
            if (is_heavy or _is_endless(node)) and not _waits_or_leaves(node, colours, library):
                yield catalogue.loop_without_wait(scope.source, node, is_endless=not is_heavy)


def _is_endless(node: nodes.Node) -> bool:
    match node:
        case nodes.While(condition=condition):
            return isinstance(strip_parentheses(condition), nodes.TrueLiteral)
        case nodes.Repeat(condition=condition):
            return isinstance(strip_parentheses(condition), nodes.FalseLiteral | nodes.Nil)
    return False


def _is_heavy(loop: nodes.NumericFor) -> bool:
    """Does the loop run its body, or that of a loop in it, too often, where no loop in it does so by itself?"""
    return _total(loop) > MANY and all(_total(inner) <= MANY for inner in _directly_in(loop))


def _total(loop: nodes.NumericFor) -> float:
    """How often the innermost body runs of the loops that stand directly in each other."""
    return _count(loop) * max([1.0, *(_total(inner) for inner in _directly_in(loop))])


def _directly_in(loop: nodes.NumericFor) -> list[nodes.NumericFor]:
    """The loops that certainly run in each turn of `loop`."""
    return [each for each in loop.body.statements if isinstance(each, nodes.NumericFor)]


def _count(loop: nodes.NumericFor) -> float:
    """How often a loop with literal bounds runs, 0 where they are not literal."""
    bounds = [constant_number(loop.first), constant_number(loop.limit)]
    step = 1.0 if loop.step is None else constant_number(loop.step)
    first, last = bounds
    if first is None or last is None or not step:
        return 0
    return max(0.0, (last - first) / step + 1)


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
