"""Global functions as variables: `function helper() ... end` at the top level, when nothing else can change it.

In: resolved names. Out: the same, with each such global replaced by a variable of the main chunk, so that
everything that is known about local functions holds for it. Real Lua reads a global at each use; that makes no
difference when it is assigned once, before every use that can run.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ..syntax import nodes
from .scopes import GlobalUse, Resolution, Variable
from .walk import walk

_DYNAMIC = ("_G", "_ENV", "load", "loadstring", "dofile", "loadfile", "setfenv", "getfenv")


@dataclass(frozen=True)
class ForeignGlobals:
    """Names that other files of the program mention, and those they assign; locals of those files are among them,
    which only costs precision. `closes` says that one of them mentions the metamethod `__close`."""

    mentioned: frozenset[str] = frozenset()
    assigned: frozenset[str] = frozenset()
    closes: bool = False


NO_FOREIGN_GLOBALS = ForeignGlobals()


def foreign_globals(chunks: Iterable[nodes.Chunk]) -> ForeignGlobals:
    """What `chunks` may do with globals."""
    mentioned: set[str] = set()
    assigned: set[str] = set()
    closes = False
    for chunk in chunks:
        for node in walk(chunk.body):
            closes = closes or mentions_close(node)
            if isinstance(node, nodes.Name):
                mentioned.add(node.name)
            elif isinstance(node, nodes.Assign):
                assigned |= {
                    target.name for target in node.targets if isinstance(target, nodes.Name)
                }
            elif isinstance(node, nodes.FunctionStatement) and isinstance(node.target, nodes.Name):
                assigned.add(node.target.name)
    return ForeignGlobals(frozenset(mentioned), frozenset(assigned), closes)


def mentions_close(node: nodes.Node) -> bool:
    """Is `node` where a program names the metamethod `__close`?"""
    match node:
        case nodes.String(value="__close") | nodes.NamedField(
            name=nodes.Identifier(name="__close")
        ):
            return True
    return False


def promote_global_functions(resolution: Resolution, foreign: frozenset[str]) -> None:
    """Replaces the globals of `resolution` that are functions for the whole life of the program."""
    if any(name in resolution.globals for name in _DYNAMIC):
        return
    top_level = set(resolution.statements)
    if any(
        label in top_level and goto.start < label.start
        for goto, label in resolution.targets.items()
    ):
        return  # a jump forward at the top level may leave out a definition
    for name, use in list(resolution.globals.items()):
        if name in foreign or len(use.functions) != 1 or len(use.writes) != 1:
            continue
        statement = use.functions[0]
        if statement in resolution.statements and not _read_early(resolution, use, statement):
            _promote(resolution, name, use, statement)


def _read_early(resolution: Resolution, use: GlobalUse, statement: nodes.FunctionStatement) -> bool:
    """May the global be read before `statement` has run?"""
    before = [read for read in use.reads if read.start < statement.start]
    if not before:
        return False
    if any(resolution.containing[read] is resolution.main for read in before):
        return True
    # Functions above may use it, as long as nothing calls them before: no call, no loop's iterator, no metamethod.
    earliest = min(read.start for read in before)
    calling: tuple[type[nodes.Node], ...] = (nodes.Call, nodes.MethodCall, nodes.GenericFor)
    if "setmetatable" in resolution.globals:
        calling += (nodes.Binary, nodes.Unary, nodes.Index)
    return any(
        isinstance(node, calling)
        and scope is resolution.main
        and earliest <= node.start < statement.start
        for node, scope in resolution.containing.items()
    )


def _promote(
    resolution: Resolution, name: str, use: GlobalUse, statement: nodes.FunctionStatement
) -> None:
    target = statement.target
    assert isinstance(target, nodes.Name)
    main = resolution.main
    identifier = nodes.Identifier(target.start, target.end, target.line, name)
    variable = Variable(name, identifier, main, "global", scope_end=resolution.chunk.body.end)
    variable.values.append(statement.function)
    variable.assigned_in[main] = None
    main.variables.append(variable)
    resolution.declared[identifier] = variable
    resolution.variables[target] = variable
    for read in use.reads:
        resolution.variables[read] = variable
    resolution.add_reads(variable, use.reads)
    del resolution.globals[name]
