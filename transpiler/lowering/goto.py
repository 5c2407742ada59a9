"""`goto`: the statements of a block in, Python statements out in which every jump has become structure.

Most gotos need none: `continue`, `break` and `return` say the same (jumps.py). Else a jump back becomes `while`, a jump forward
puts what it skips into an `else` or into a `while True` that runs once, and jumps that cross become a `while True` around numbered
parts of which the jump chooses the first. Lua manual: 3.3.4.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence

from ..analysis.regions import (
    Closed,
    Item,
    Kind,
    Region,
    Until,
    find_regions,
    labels_at,
    needs_skipping,
)
from ..analysis.scopes import Resolution
from ..diagnostics import Diagnostic, language
from ..syntax import nodes
from . import build, closing, jumps, logical, loops, statements
from .scope import Loop, PythonScope, is_marker

_MOST_ELSE = 3
"""More jumps forward than this would indent too deeply as `else`."""


def sequence(
    scope: PythonScope,
    items: Sequence[Item],
    after: frozenset[nodes.Label],
    label_behind: nodes.Label | None = None,
) -> None:
    """Lowers the statements of a block. `after` are the labels that control reaches at its end, `label_behind` the one among
    them to which jumps may need structure here."""
    outer_after = scope.after
    regions = {region.start: region for region in _regions(scope, items, label_behind)}
    previous_end: int | None = None
    position = 0
    while position < len(items):
        region = regions.get(position)
        end = position + 1 if region is None else region.end
        next_labels = labels_at(items, end)
        scope.after = next_labels
        if end + len(next_labels) == len(items):
            scope.after |= after
        statements.blank_line(scope, previous_end, _first(items[position]))
        if region is None:
            _item(scope, items[position])
        else:
            _REGIONS[region.kind](scope, items, region)
        previous_end = statements.last_line(scope, _last(items[end - 1]))
        position = end
    scope.after = outer_after


def _regions(
    scope: PythonScope, items: Sequence[Item], label_behind: nodes.Label | None
) -> list[Region]:
    if label_behind is None and not any(isinstance(item, nodes.Label) for item in items):
        return []
    targets = scope.program.resolution.targets
    return find_regions(items, targets, lambda label: jumps.lands(scope, label), label_behind)


def _first(item: Item) -> nodes.Statement:
    """The statement that an item begins with."""
    if isinstance(item, Closed):
        return item.declaration
    return item.statement if isinstance(item, Until) else item


def _last(item: Item) -> nodes.Statement:
    """The statement that an item ends with."""
    return _last(item.body[-1]) if isinstance(item, Closed) and item.body else _first(item)


def _item(scope: PythonScope, item: Item) -> None:
    if isinstance(item, Closed):
        closing.scope_of_variable(scope, item)
    elif isinstance(item, Until):
        loops.until(scope, item.statement)
    else:
        statements.statement_with_comments(scope, item)


# ----------------------------------------------------------------------------------------------------------- jumps back


def _again(scope: PythonScope, items: Sequence[Item], region: Region) -> None:
    """`::label:: ... goto label` as `while True` that is left at its end."""
    labels = labels_at(items, region.start)
    for label in items[region.start : region.start + len(labels)]:
        _item(scope, label)
    content = items[region.start + len(labels) : region.end]
    loop = Loop(labels, scope.after, flagged=scope.flagged, is_lua=False)
    line = _first(content[0]).line
    with scope.block() as body, jumps.inside(scope, loop):
        sequence(scope, content, loop.breaks)
    made = _as_while(body)
    if made is None:
        _leave_at_end(body, line)
        made = ast.While(build.constant(True), body, [])
    jumps.emit_loop(scope, loop, build.at(made, line))


def _as_while(body: list[ast.stmt]) -> ast.While | None:
    """`while test:` for a body that is nothing but `if test: ... goto label`."""
    match body:
        case [ast.If(test=test, body=[*inner, ast.Continue()], orelse=[])]:
            return ast.While(test, inner if _has_statement(inner) else [*inner, ast.Pass()], [])
    return None


def _leave_at_end(body: list[ast.stmt], line: int) -> None:
    """Makes the end of a `while True` body leave the loop, unless it goes round again."""
    match body:
        case [*rest, ast.Continue()]:
            body[:] = rest if _has_statement(rest) else [*rest, ast.Pass()]
        case [*_, ast.If(test=test, body=[ast.Continue()], orelse=[]) as last]:
            last.test, last.body = _negated(test), [ast.Break()]
        case _ if _falls_off(body):
            body.append(build.at(ast.Break(), line))


def _has_statement(body: Sequence[ast.stmt]) -> bool:
    return not all(is_marker(statement) for statement in body)


def _has_effect(body: Sequence[ast.stmt]) -> bool:
    return not all(isinstance(statement, ast.Pass) for statement in body)


def _falls_off(body: Sequence[ast.stmt]) -> bool:
    """May control reach the end of `body`? Errs on the side of yes."""
    last = next((statement for statement in reversed(body) if not is_marker(statement)), None)
    match last:
        case ast.Break() | ast.Continue() | ast.Return():
            return False
        case ast.If(body=inner, orelse=orelse):
            return _falls_off(inner) or _falls_off(orelse)
    return True


def _negated(test: ast.expr) -> ast.expr:
    opposites: dict[type[ast.cmpop], type[ast.cmpop]] = {
        ast.Is: ast.IsNot,
        ast.IsNot: ast.Is,
        ast.Eq: ast.NotEq,
        ast.NotEq: ast.Eq,
    }
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return operand
        case ast.Compare(left=left, ops=[operator], comparators=[right]) if (
            type(operator) in opposites
        ):
            return build.compare(left, opposites[type(operator)](), right)
    return ast.UnaryOp(ast.Not(), test)


# -------------------------------------------------------------------------------------------------------- jumps forward


def _skip(scope: PythonScope, items: Sequence[Item], region: Region) -> None:
    """`goto label ... ::label::`: what is skipped becomes an `else`, or is left with `break`."""
    content = items[region.start : region.end]
    (label,) = region.labels
    if _skip_readably(scope, content, label):
        return
    loop = Loop(breaks=scope.after, is_lua=False)
    first = _first(content[0])
    with scope.block() as body, jumps.inside(scope, loop):
        sequence(scope, content, loop.breaks)
    if _falls_off(body):
        body.append(build.at(ast.Break(), first.line))
    made = ast.While(build.constant(True), body, [])
    jumps.emit_loop(scope, loop, build.at(made, first.line))


def _skip_readably(scope: PythonScope, content: Sequence[Item], label: nodes.Label) -> bool:
    """Lowers the common forms of a jump forward; false when `content` has none of them."""
    targets = scope.program.resolution.targets
    first = content[0]
    jumping = [item for item in content[:-1] if needs_skipping(item, label, targets, False)]
    if isinstance(first, nodes.Goto) and not any(isinstance(i, nodes.Label) for i in content):
        return True  # nothing gets to what is skipped
    if len(jumping) > _MOST_ELSE:
        return False
    loop = next(iter(_regions(scope, content, None)), None)
    if loop is not None and loop.start == 0:
        if loop.kind is Kind.AGAIN:
            _skip_if_left(scope, content, loop, label)
        return loop.kind is Kind.AGAIN
    if isinstance(first, _LOOPS):
        _skip_if_left(scope, content, None, label)
        return True
    count = _jumping_branches(scope, first, label) if isinstance(first, nodes.If) else 0
    if count:
        after = scope.after

        def rule(scope: PythonScope, node: nodes.If) -> None:
            rest = (*_without_branches(node, count), *content[1:])
            _if_else(scope, node, count, rest, after, label)

        assert isinstance(first, nodes.If)
        statements.statement_with_comments(scope, first, rule)
    return count > 0


_LOOPS = nodes.While | nodes.Repeat | nodes.NumericFor | nodes.GenericFor


def _skip_if_left(
    scope: PythonScope, content: Sequence[Item], region: Region | None, label: nodes.Label
) -> None:
    """A loop (made by jumps if it is a `region`) that jumps to behind what follows it: that is done `if not` the jump was
    made."""
    flag = jumps.flag_name(scope, label.name.name)
    jumps.clear(scope, flag)
    end = 1 if region is None else region.end
    after, scope.after = scope.after, labels_at(content, end)
    scope.flagged = {label: flag}
    if region is None:
        _item(scope, content[0])
    else:
        _again(scope, content, region)
    with scope.block() as body:
        sequence(scope, content[end:], after, label)
    scope.emit(ast.If(_negated(build.name(flag)), body, []))


def _jumping_branches(scope: PythonScope, node: nodes.If, label: nodes.Label) -> int:
    """How many of the first branches end with the jump, which is then all there is to it."""
    targets = scope.program.resolution.targets
    count = 0
    for branch in node.branches:
        body = branch.body.statements
        if not body or not isinstance(last := body[-1], nodes.Goto) or targets[last] is not label:
            break
        if any(needs_skipping(statement, label, targets, False) for statement in body[:-1]):
            break
        count += 1
    return count


def _without_branches(node: nodes.If, count: int) -> tuple[nodes.Statement, ...]:
    """What is left of an `if` when its first branches are not taken."""
    if count < len(node.branches):
        left = node.branches[count:]
        return (nodes.If(node.start, node.end, left[0].line, left, node.orelse),)
    if node.orelse is None:
        return ()
    return (nodes.Do(node.start, node.end, node.line, node.orelse),)


def _if_else(
    scope: PythonScope,
    node: nodes.If,
    count: int,
    rest: Sequence[Item],
    after: frozenset[nodes.Label],
    label: nodes.Label,
) -> None:
    """The first branches of `node`, and `rest` as what is done when none of them is taken."""
    branch = node.branches[0]
    scope.line = branch.line
    test = logical.condition(scope, branch.condition)
    with scope.block() as body:
        statements.block(scope, branch.body)
    with scope.block() as orelse:
        if count > 1:
            following = nodes.If(node.start, node.end, node.line, node.branches[1:], node.orelse)
            _if_else(scope, following, count - 1, rest, after, label)
        else:
            sequence(scope, rest, after, label)
    if not _has_effect(body):
        test, body, orelse = _negated(test), orelse, []
    elif not _has_effect(orelse):
        orelse = []
    scope.emit(build.at(ast.If(test, body, orelse), branch.line))


# ------------------------------------------------------------------------------------------------------ jumps that cross


def _dispatch(scope: PythonScope, items: Sequence[Item], region: Region) -> None:
    """Jumps into the middle of a loop: `while True` around parts that begin at the labels; a jump says with which part the
    next round begins."""
    starts = sorted({region.start, *region.labels.values()})
    first = _first(items[region.start])
    loop = Loop(breaks=scope.after, is_lua=False, selector=scope.temporary("part"))
    loop.segments = {label: starts.index(position) for label, position in region.labels.items()}
    entry = 0
    if isinstance(first, nodes.Goto) and starts[1] == region.start + 1:
        entry = loop.segments.get(scope.program.resolution.targets[first], 0)
    scope.emit(build.assign(build.store(loop.selector), build.constant(entry)))
    with scope.block() as body, jumps.inside(scope, loop):
        for number, start in enumerate(starts):
            end = starts[number + 1] if number + 1 < len(starts) else region.end
            content = items[start:end]
            if entry and number == 0:
                continue
            if end == region.end:
                sequence(scope, content, loop.breaks)
                continue
            with scope.block() as part:
                sequence(scope, content, labels_at(items, end))
            test = build.compare(build.name(loop.selector), ast.LtE(), build.constant(number))
            scope.emit(ast.If(test, part, []))
    _leave_at_end(body, first.line)
    made = ast.While(build.constant(True), body, [])
    jumps.emit_loop(scope, loop, build.at(made, first.line))


_REGIONS = {Kind.AGAIN: _again, Kind.SKIP: _skip, Kind.DISPATCH: _dispatch}


# ------------------------------------------------------------------------------------------------------ what is refused


def top_level_problems(resolution: Resolution) -> list[Diagnostic]:
    """A worker's top-level statements go to different Python modules: jumps between them, and variables that are
    closed at their end, have no place there."""
    found: list[Diagnostic] = []
    labels = {item for item in resolution.statements if isinstance(item, nodes.Label)}
    for goto, label in resolution.targets.items():
        if label in labels:
            source = resolution.sources[label]
            found.append(language.goto_at_top_level(source, goto, label.name.name))
    for statement in resolution.statements:
        if isinstance(statement, nodes.LocalAssign):
            found += [
                language.close_at_top_level(resolution.sources[statement], target)
                for target in statement.targets
                if target.attribute == "close"
            ]
    return found
