"""Metatables of tables that the compiler knows: which metamethods an operation may call.

In: the shapes of tables (see contents.py). Out: what `setmetatable` adds to them, and the functions behind an operator. Only
metatables whose `__index` is a table, and that have no metamethods for assigning and calling, are followed; a table that gets
another opens. Lua manual: 2.4.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from ..syntax import nodes
from .functions import FunctionFacts
from .kinds import NIL, OTHER, TABLE
from .shapes import Shape, find

if TYPE_CHECKING:
    from .contents import Contents

COMPARISONS: Final = {
    "==": "__eq",
    "~=": "__eq",
    "<": "__lt",
    ">": "__lt",
    "<=": "__le",
    ">=": "__le",
}
BINARY_EVENTS: Final = COMPARISONS | {
    "+": "__add",
    "-": "__sub",
    "*": "__mul",
    "/": "__div",
    "%": "__mod",
    "^": "__pow",
    "//": "__idiv",
    "&": "__band",
    "|": "__bor",
    "~": "__bxor",
    "<<": "__shl",
    ">>": "__shr",
    "..": "__concat",
}
UNARY_EVENTS: Final = {"-": "__unm", "#": "__len", "~": "__bnot"}
_NOT_FOLLOWED: Final = (
    "__newindex",
    "__call",
    "__close",
    "__pairs",
    "__gc",
    "__mode",
    "__metatable",
)
OPERANDS: Final = 2
"""How many values a metamethod gets, that of an operator with one operand too."""


def set_metatable(contents: Contents, arguments: Sequence[nodes.Expression]) -> bool:
    """Follows `setmetatable(table, metatable)`; False when that is not possible and both are to be opened."""
    inference = contents.inference
    if len(arguments) != 2 or inference.is_multiple(arguments[1]):
        return False
    table, metatable = arguments
    if not inference.of(table) or not inference.of(metatable):
        return True
    if inference.of(table) & OTHER or inference.of(metatable) & (NIL | OTHER):
        return False  # nil takes a metatable away, so that none is certain any more
    shape, other = contents.shape_of(table), contents.shape_of(metatable)
    if shape.is_open or other.is_open or not _is_followed(contents, other):
        return False
    contents.shapes.add_metatable(shape, other)
    return len(shape.metatables) < 4


def _is_followed(contents: Contents, metatable: Shape) -> bool:
    if metatable.is_merged:
        return False
    for name in _NOT_FOLLOWED:
        slot = metatable.fields.get(name)
        if slot is not None and slot.kind & ~NIL:
            return False
    index = metatable.fields.get("__index")
    if index is None or not index.kind & ~NIL:
        return True
    return not index.kind & ~(TABLE | NIL) and not contents.shapes.shape_in(index).is_open


def handlers(
    contents: Contents, operand: nodes.Expression, event: str
) -> tuple[FunctionFacts, ...] | None:
    """The metamethods for `event` that `operand` may have, None when they are not known."""
    kind = contents.inference.of(operand)
    if not kind & (TABLE | OTHER) or not contents.inference.uses_metatables:
        return ()
    if kind & OTHER or not contents.enabled:
        return None
    shape = contents.shape_of(operand)
    if shape.is_open:
        return None
    found: list[FunctionFacts] = []
    for metatable in map(find, shape.metatables):
        slot = contents.own_slot(metatable, event)
        if slot is not None and slot.kind & ~NIL:
            functions = contents.functions_in(slot)
            if functions is None:
                return None
            found += functions
    return tuple(found)


def handlers_of_binary(contents: Contents, node: nodes.Binary) -> tuple[FunctionFacts, ...] | None:
    """The metamethods that an operator with two operands may call, None when they are not known."""
    event = BINARY_EVENTS[node.operator]
    left, right = handlers(contents, node.left, event), handlers(contents, node.right, event)
    return None if left is None or right is None else tuple(dict.fromkeys((*left, *right)))


def handlers_of_unary(contents: Contents, node: nodes.Unary) -> tuple[FunctionFacts, ...] | None:
    """The metamethods that an operator with one operand may call, None when they are not known."""
    event = UNARY_EVENTS.get(node.operator)
    return () if event is None else handlers(contents, node.operand, event)


_OF_OTHER_USES: Final = frozenset({"__index", "__newindex", "__pairs", "__call", "__close"})


def may_call(contents: Contents, operand: nodes.Expression, event: str) -> bool:
    """May an operation on `operand` call a metamethod for `event`?"""
    kind = contents.inference.of(operand)
    if kind & OTHER:
        return True
    if event in _OF_OTHER_USES:  # no table that is followed has them as functions
        return bool(kind & TABLE) and not contents.is_closed(operand)
    return handlers(contents, operand, event) != ()
