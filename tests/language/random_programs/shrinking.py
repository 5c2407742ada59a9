"""A smaller program that still shows a problem: parts of the source are left out, or replaced by a part of themselves,
as long as the problem stays.

Works on any Lua source that the front end reads; knows nothing about how programs are made.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from assay.transpiler.analysis.walk import child_nodes, walk
from assay.transpiler.diagnostics import CompileError
from assay.transpiler.syntax import nodes, parse
from assay.transpiler.syntax.source import Source

Edit = tuple[int, int, str]
"""Replace the characters from the first offset up to the second."""

_SIMPLE = ("nil", "1", '"a"', "{}")


def shrink(source: bytes, shows: Callable[[bytes], bool], tries: int = 3000) -> bytes:
    """The smallest source found for which `shows` answers true; `source` must be one."""
    changed = True
    while changed and tries > 0:
        changed = False
        skip = 0
        while tries > 0:
            edits = list(_edits(source))[skip:]
            for position, (start, end, text) in enumerate(edits):
                candidate = source[:start] + text.encode("latin-1") + source[end:]
                tries -= 1
                if len(candidate) < len(source) and shows(candidate):
                    # The edits before this one have just failed: try them again in the next round.
                    source, changed, skip = candidate, True, skip + position
                    break
                if tries <= 0:
                    break
            else:
                break
    return source


def _edits(source: bytes) -> Iterator[Edit]:
    """Everything that can be tried on `source`, what removes most first."""
    try:
        tree = parse(Source.from_bytes("shrink.lua", source))
    except CompileError:
        return
    text = source.decode("latin-1")
    blank = [(m.start(), m.end(), "\n") for m in re.finditer(r"\n\s+", text)]
    found = blank + [edit for node in walk(tree.body) for edit in _edits_of(node, text)]
    yield from sorted(dict.fromkeys(found), key=lambda edit: len(edit[2]) - (edit[1] - edit[0]))


def _edits_of(node: nodes.Node, text: str) -> Iterator[Edit]:
    if isinstance(node, nodes.Block):
        yield from _without_runs(node.statements)
    elif isinstance(node, nodes.Call | nodes.MethodCall):
        yield from _without_items(node.arguments)
    elif isinstance(node, nodes.Table):
        yield from _without_items(node.fields)
    elif isinstance(node, nodes.Return | nodes.LocalAssign | nodes.Assign | nodes.GenericFor):
        for items in _lists(node):
            yield from _without_items(items)
    if isinstance(node, nodes.Statement):
        yield from _bodies(node, text)
    elif isinstance(node, nodes.Expression) and node.end - node.start > 1:
        for child in child_nodes(node):
            if isinstance(child, nodes.Expression):
                yield node.start, node.end, text[child.start : child.end]
        for simple in _SIMPLE:
            yield node.start, node.end, simple


def _lists(node: nodes.Node) -> list[tuple[nodes.Node, ...]]:
    match node:
        case nodes.Return():
            return [node.values]
        case nodes.LocalAssign() | nodes.Assign():
            return [node.values, node.targets]
        case nodes.GenericFor():
            return [node.variables]
    return []


def _without_runs(statements: tuple[nodes.Statement, ...]) -> Iterator[Edit]:
    length = len(statements)
    while length > 0:
        for first in range(0, len(statements) - length + 1, max(1, length // 2)):
            yield statements[first].start, statements[first + length - 1].end, ""
        length //= 2


def _without_items(items: tuple[nodes.Node, ...]) -> Iterator[Edit]:
    for position, item in enumerate(items):
        if position + 1 < len(items):
            yield item.start, items[position + 1].start, ""
        elif position > 0:
            yield items[position - 1].end, item.end, ""
        else:
            yield item.start, item.end, ""


def _bodies(node: nodes.Statement, text: str) -> Iterator[Edit]:
    """A compound statement replaced by one of its blocks, or a function's."""
    for child in walk(node):
        if isinstance(child, nodes.Block) and child.statements:
            yield node.start, node.end, text[child.start : child.end]
    if isinstance(node, nodes.If):
        for branch in node.branches[1:]:
            yield branch.start, branch.end, ""
