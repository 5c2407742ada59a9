"""A syntax tree in, all its nodes out, by their fields alone."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from assay.transpiler.syntax import nodes


def direct_children(node: nodes.Node) -> list[nodes.Node]:
    found: list[nodes.Node] = []
    for field in dataclasses.fields(node):
        value = getattr(node, field.name)
        children = value if isinstance(value, tuple) else (value,)
        found += (child for child in children if isinstance(child, nodes.Node))
    return found


def every_node(root: nodes.Node) -> Iterator[nodes.Node]:
    stack = [root]
    while stack:
        node = stack.pop()
        yield node
        stack += direct_children(node)


def summary(node: object) -> object:
    """A node as nested tuples, to compare trees: nodes themselves compare by identity."""
    if isinstance(node, tuple):
        return tuple(summary(child) for child in node)
    if not isinstance(node, nodes.Node):
        return node
    fields = dataclasses.fields(node)
    return (type(node).__name__, *(summary(getattr(node, field.name)) for field in fields))


def comments_of(chunk: nodes.Chunk) -> list[nodes.Comment]:
    attached = [
        comment
        for found in chunk.comments.values()
        for comment in (*found.leading, *found.trailing)
    ]
    return attached + [comment for found in chunk.dangling.values() for comment in found]
