"""Comments and the regions of a program in, comments attached to nodes out: each comment of the file exactly once.

A comment belongs to the innermost region it stands in:

- Between the statements of a block or the fields of a table, it trails the one before it when it starts on that one's last
  line; else it leads the next one. After the last statement it dangles from the block; after the last field it trails that
  field (`own_line` tells that it stands below). A comment behind the header of a block (`then -- why`) is therefore one
  that leads the block's first statement.
- Inside a statement or field, anywhere else, it leads that statement or field.
"""

from __future__ import annotations

from collections.abc import Iterable
from operator import itemgetter

from . import nodes
from .expression_builder import Region
from .nodes import Comment, Comments
from .source import Source

_PLACE = itemgetter(0, 1, 2)


class _Open:
    """A region that the sweep is in, and the statement or field that ended last in it."""

    __slots__ = ("end", "is_anchor", "node", "previous")

    def __init__(self, region: Region) -> None:
        _, negative_end, self.is_anchor, self.node = region
        self.end = -negative_end
        self.previous: nodes.Node | None = None


def attach(
    source: Source, comments: Iterable[Comment], regions: list[Region]
) -> tuple[dict[nodes.Node, Comments], dict[nodes.Block, tuple[Comment, ...]]]:
    """The comments of statements and fields, and those that dangle from blocks. Sorts `regions`."""
    leading: dict[nodes.Node, list[Comment]] = {}
    trailing: dict[nodes.Node, list[Comment]] = {}
    dangling: dict[nodes.Block, list[Comment]] = {}
    regions.sort(key=_PLACE)
    open_regions: list[_Open] = []
    following = 0
    for comment in comments:
        while following < len(regions) and regions[following][0] <= comment.start:
            _leave(open_regions, regions[following][0])
            open_regions.append(_Open(regions[following]))
            following += 1
        _leave(open_regions, comment.start)
        region = open_regions[-1]
        if region.is_anchor:
            leading.setdefault(region.node, []).append(comment)
        elif region.previous is not None and _on_last_line(source, region.previous, comment):
            trailing.setdefault(region.previous, []).append(comment)
        elif following < len(regions) and regions[following][0] < region.end:
            leading.setdefault(regions[following][3], []).append(comment)
        elif isinstance(region.node, nodes.Block):
            dangling.setdefault(region.node, []).append(comment)
        elif region.previous is not None:
            trailing.setdefault(region.previous, []).append(comment)
        else:
            # An empty table: the statement or field that it stands in.
            leading.setdefault(open_regions[-2].node, []).append(comment)
    attached = {
        node: Comments(tuple(leading.get(node, ())), tuple(trailing.get(node, ())))
        for node in {**leading, **trailing}
    }
    return attached, {block: tuple(found) for block, found in dangling.items()}


def _leave(open_regions: list[_Open], offset: int) -> None:
    """Closes the regions that end at or before `offset`; the chunk's own stays."""
    while len(open_regions) > 1 and open_regions[-1].end <= offset:
        ended = open_regions.pop()
        if ended.is_anchor:
            open_regions[-1].previous = ended.node


def _on_last_line(source: Source, node: nodes.Node, comment: Comment) -> bool:
    return source.line_at(node.end - 1) == comment.line
