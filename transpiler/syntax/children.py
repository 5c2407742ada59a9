"""The children of a node of the syntax tree, in source order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields

from . import nodes

_PLACE = {"start", "end", "line"}
_FIELDS: dict[type, tuple[str, ...]] = {}


def child_nodes(node: nodes.Node) -> Iterator[nodes.Node]:
    """The direct children of `node` (nodes and tuples of nodes among its fields)."""
    kind = type(node)
    names = _FIELDS.get(kind)
    if names is None:
        names = _FIELDS[kind] = tuple(f.name for f in fields(node) if f.name not in _PLACE)
    for name in names:
        value = getattr(node, name)
        if isinstance(value, nodes.Node):
            yield value
        elif type(value) is tuple:
            yield from value
