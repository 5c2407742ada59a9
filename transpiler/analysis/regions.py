"""Where jumps need structure: the statements of one block and what their gotos jump to in, the parts of the block that have to
become a Python loop (or an `else`) out.

A Lua goto leaves blocks but never enters one, so every jump lands in front of a statement of a block around it. A jump back makes
the statements between label and goto a loop; a jump forward that no `break`, `continue` or `return` serves skips the statements
between goto and label. Such parts nest, except when a jump forward enters a loop made by a jump back: then the whole is a dispatch
on a number.
Lua manual: 3.3.4 (goto), 3.3.8 (to-be-closed variables, whose scope is a part of its own).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from ..syntax import nodes


@dataclass(eq=False)
class Closed:
    """The scope of a `<close>` variable: its declaration, and the statements after which it is closed."""

    declaration: nodes.LocalAssign
    body: tuple[Item, ...]


@dataclass(eq=False)
class Until:
    """The condition at the end of `repeat`, evaluated in the scope of the body's locals."""

    statement: nodes.Repeat


Item: TypeAlias = nodes.Statement | Closed | Until
Jump: TypeAlias = nodes.Goto | nodes.Return
Targets: TypeAlias = Mapping[Jump, nodes.Label]


class Kind(Enum):
    AGAIN = "a jump back"
    SKIP = "a jump forward"
    DISPATCH = "jumps that cross"


@dataclass
class Region:
    """The items from `start` up to (not including) `end`; `labels` are where its jumps land, with their positions: in a
    loop the label is the first item, behind what is skipped it is at `end`."""

    kind: Kind
    start: int
    end: int
    labels: dict[nodes.Label, int]


def items_of(statements: Sequence[nodes.Statement], until: Until | None = None) -> tuple[Item, ...]:
    """The statements of a block with the scope of each `<close>` variable as one item."""
    for position, statement in enumerate(statements):
        if isinstance(statement, nodes.LocalAssign) and is_closing(statement):
            rest = statements[position + 1 :]
            # A label at the end of a block is outside the scope of its locals.
            end = len(rest) - (0 if until is not None else len(end_labels(rest)))
            inner = Closed(statement, items_of(rest[:end], until))
            return (*statements[:position], inner, *rest[end:])
    return (*statements,) if until is None else (*statements, until)


def is_closing(statement: nodes.LocalAssign) -> bool:
    """Does the statement declare a `<close>` variable?"""
    return any(target.attribute == "close" for target in statement.targets)


def end_labels(statements: Sequence[Item]) -> frozenset[nodes.Label]:
    """The labels at the end of a block, with nothing but labels after them."""
    return labels_at(statements, len(statements) - _run_before(statements, len(statements)))


def labels_at(items: Sequence[Item], position: int) -> frozenset[nodes.Label]:
    """The labels in a row that begin at `position`."""
    found = []
    while position < len(items) and isinstance(label := items[position], nodes.Label):
        found.append(label)
        position += 1
    return frozenset(found)


def _run_before(items: Sequence[Item], end: int) -> int:
    """How many labels stand in a row right before `end`."""
    start = end
    while start > 0 and isinstance(items[start - 1], nodes.Label):
        start -= 1
    return end - start


# ------------------------------------------------------------------------------------------------- jumps in a statement


def bodies(item: Item) -> tuple[tuple[Item, ...], ...]:
    """The blocks directly inside a statement, those of functions left out."""
    match item:
        case Closed(body=body):
            return (body,)
        case nodes.If(branches=branches, orelse=orelse):
            found = tuple(branch.body.statements for branch in branches)
            return found if orelse is None else (*found, orelse.statements)
        case (
            nodes.Do(body=block)
            | nodes.While(body=block)
            | nodes.Repeat(body=block)
            | nodes.NumericFor(body=block)
            | nodes.GenericFor(body=block)
        ):
            return (block.statements,)
    return ()


def jumps_in(item: Item) -> Iterator[Jump]:
    """The gotos and returns of a statement, those of functions inside left out."""
    stack = [item]
    while stack:
        current = stack.pop()
        if isinstance(current, Jump):
            yield current
        for body in bodies(current):
            stack.extend(body)


def needs_skipping(item: Item, label: nodes.Label, targets: Targets, is_last: bool) -> bool:
    """Does `item` contain a jump to `label` behind it that must skip something? `is_last` says that the label follows at once.

    A goto that is the last thing before its label does nothing, and a loop that is the last thing is left with `break`.
    """
    match item:
        case nodes.Goto():
            return targets.get(item) is label and not is_last
        case nodes.If() | nodes.Do() | Closed():
            return any(
                needs_skipping(
                    inner, label, targets, is_last and _only_labels(body, position + 1, len(body))
                )
                for body in bodies(item)
                for position, inner in enumerate(body)
            )
        case nodes.While() | nodes.Repeat() | nodes.NumericFor() | nodes.GenericFor():
            return not is_last and any(targets.get(jump) is label for jump in jumps_in(item))
    return False


def _only_labels(items: Sequence[Item], start: int, end: int) -> bool:
    return all(isinstance(item, nodes.Label) for item in items[start:end])


# --------------------------------------------------------------------------------------------------------------- regions


def find_regions(
    items: Sequence[Item],
    targets: Targets,
    lands: Callable[[nodes.Label], bool],
    label_behind: nodes.Label | None = None,
) -> list[Region]:
    """The parts of `items` that need structure, in order; they do not overlap, and none is inside another.

    `lands` says of a label that jumps to it are served by what is around already. `label_behind` is a label that
    stands behind the last item.
    """
    labels = {item: position for position, item in enumerate(items) if _starts_run(items, position)}
    if label_behind is not None:
        labels[label_behind] = len(items)
    regions: list[Region] = []
    for label, position in labels.items():
        assert isinstance(label, nodes.Label)
        if not lands(label):
            regions += _regions_of(items, label, position, targets)
    if not _make_nested(regions):
        return [_dispatch(regions)]
    regions = [region for region in regions if not _is_break(region, regions)]
    return sorted(
        (region for region in regions if not _is_inside(region, regions)),
        key=lambda region: region.start,
    )


def _starts_run(items: Sequence[Item], position: int) -> bool:
    return isinstance(items[position], nodes.Label) and not _run_before(items, position)


def _regions_of(
    items: Sequence[Item], label: nodes.Label, position: int, targets: Targets
) -> Iterator[Region]:
    behind = position + len(labels_at(items, position))
    forward = [
        index
        for index, item in enumerate(items[:position])
        if needs_skipping(item, label, targets, _only_labels(items, index + 1, position))
    ]
    back = [
        index
        for index in range(behind, len(items))
        if any(targets.get(jump) is label for jump in jumps_in(items[index]))
    ]
    if forward:
        yield Region(Kind.SKIP, forward[0], position, {label: position})
    if back:
        yield Region(Kind.AGAIN, position, back[-1] + 1, {label: position})


def _make_nested(regions: list[Region]) -> bool:
    """Extends regions until any two are apart or nested; false when a jump forward enters a loop."""
    changed = True
    while changed:
        changed = False
        for first in regions:
            for second in regions:
                if not first.start < second.start < first.end < second.end:
                    continue
                if first.kind is Kind.SKIP and second.kind is Kind.AGAIN:
                    return False
                if second.kind is Kind.AGAIN:
                    first.end = second.end
                else:
                    second.start = first.start
                changed = True
    return True


def _dispatch(regions: list[Region]) -> Region:
    labels = {label: at for region in regions for label, at in region.labels.items()}
    start = min(region.start for region in regions)
    end = max(region.end for region in regions)
    return Region(Kind.DISPATCH, start, end, {k: at for k, at in labels.items() if at < end})


def _is_break(region: Region, regions: list[Region]) -> bool:
    """Is it a jump to right behind a loop around it?"""
    return region.kind is Kind.SKIP and any(
        other.kind is Kind.AGAIN and other.start <= region.start and other.end == region.end
        for other in regions
    )


def _is_inside(region: Region, regions: list[Region]) -> bool:
    return any(
        other is not region and other.start <= region.start and region.end <= other.end
        for other in regions
    )
