"""Tables that are used as arrays: which constructors make tables that only ever have numbers as keys.

In: the shapes of tables after inference (see contents.py). Out: the constructors whose tables the runtime may keep as arrays
(`assay.runtime.arrays`). Every use of such a table is seen and is one of few: items are read and assigned at numbers, its length is
taken, `ipairs` loops over it, functions of the table library get it, or it moves on. Others would work too, but the runtime would
have to make the table an ordinary one first; and the order of `pairs` would show which it was.
Lua manual: 2.1 (tables), 3.4.9 (constructors), 6.6 (table manipulation).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from ..syntax import nodes
from . import flows
from .contents import Contents
from .kinds import NIL, NUMBER, TABLE, is_only
from .metatables import COMPARISONS
from .shapes import Shape, find

_LIBRARY: Final = frozenset(
    {"table.concat", "table.insert", "table.remove", "table.sort", "table.unpack", "type"}
)
"""Library functions that do with an array what they do with any table."""

_KEYS: Final = NUMBER | NIL
"""A key that is a float mostly is an integer (`size // 2`); there is nothing at nil."""

_EQUALITY: Final = frozenset(operator for operator, event in COMPARISONS.items() if event == "__eq")


def find_arrays(contents: Contents) -> frozenset[nodes.Table]:
    """The constructors of tables that are used as arrays."""
    made = list(contents.tables())
    others: set[Shape] = set()
    for table, shape in made:
        if not _may_be_array(table, shape):
            others.update(contents.chain(shape), map(find, shape.metatables))
    for node in (*contents.resolution.statements, *contents.parents):
        for used in _used_otherwise(contents, node):
            if contents.inference.of(used) & TABLE:
                others.add(contents.shape_of(used))
    return frozenset(table for table, shape in made if find(shape) not in others)


def _may_be_array(table: nodes.Table, shape: Shape) -> bool:
    return (
        not shape.metatables
        and not shape.fields
        and not shape.is_merged
        and not shape.keys & ~_KEYS
        and all(isinstance(field, nodes.PositionalField) for field in table.fields)
    )


def _used_otherwise(contents: Contents, node: nodes.Node) -> Iterator[nodes.Expression]:
    """The operands of `node` that it uses in a way in which arrays are not used."""
    match node:
        case nodes.Index(object=container, key=key):
            if not is_only(contents.inference.of(key), _KEYS):
                yield container
        case nodes.MethodCall(object=receiver):
            yield receiver
        case nodes.Call(function=function, arguments=arguments):
            yield function
            name = contents.library_name(node)
            is_loop = name == "ipairs" and flows.is_loop_header(contents, node)
            if name is not None and name not in _LIBRARY and not is_loop:
                yield from arguments
        case nodes.Binary(operator=operator) if operator not in _EQUALITY:
            yield from (node.left, node.right)
        case nodes.Unary(operator="-" | "~"):
            yield node.operand
        case nodes.GenericFor(iterators=iterators):
            yield from iterators
        case nodes.NumericFor(first=first, limit=limit, step=step):
            yield from (first, limit) if step is None else (first, limit, step)
