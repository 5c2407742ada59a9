"""How tables and functions get from one place to another: the steps that the rules of transfers.py are made of.

In: an expression and where its value goes. Out, in the contents (see contents.py): shapes that have become one, or open.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from ..syntax import nodes
from .kinds import COUNTING_STEP, FUNCTION, NIL, OTHER, SMALL, STRING, TABLE, counted, is_only
from .shapes import Shape, Slot
from .walk import strip_parentheses

if TYPE_CHECKING:
    from .contents import Contents

HELD: Final = TABLE | FUNCTION
"""The types of values that have a shape."""


def escape(contents: Contents, value: nodes.Expression | None) -> None:
    """Code that is not seen may get the tables and functions that `value` gives."""
    if value is not None and contents.is_held(value):
        contents.shapes.unify(contents.shape_of(value), contents.shapes.open)


def escape_all(contents: Contents, values: Sequence[nodes.Expression]) -> None:
    """The same for several values."""
    for value in values:
        escape(contents, value)


def store(
    contents: Contents, target: nodes.Index, value: nodes.Expression | None, kind: int
) -> None:
    """`target = value`; a value that is None is one of several, of which only the type is known."""
    if target in contents.resolution.linked:
        escape(contents, value)
        return
    shape = contents.shape_of(target.object)
    if shape.is_open or contents.inference.of(target.object) & (STRING | OTHER):
        escape(contents, value)
        return
    slot = contents.slot(shape, target.key)
    if slot is None:
        return
    if slot is shape.elements:
        add_keys(contents, shape, contents.inference.of(target.key))
    if value is None or not _is_count(contents, slot, value):
        fill(contents, slot, value, kind)


def _is_count(contents: Contents, slot: Slot, value: nodes.Expression) -> bool:
    """Is `value` what the slot holds plus or minus a small step? Counting leaves its type as it is (see types.py)."""
    value = strip_parentheses(value)
    if not isinstance(value, nodes.Binary) or value.operator not in ("+", "-"):
        return False
    held, step = strip_parentheses(value.left), value.right
    if isinstance(held, nodes.Logical) and held.operator == "or":  # `(t[k] or 0) + 1`
        first = contents.inference.of(held.right)
        if not is_only(first, SMALL):
            return False
        contents.shapes.add_kind(slot, counted(first, value.operator))
        held = strip_parentheses(held.left)
    if not isinstance(held, nodes.Index) or not isinstance(step, nodes.Number):
        return False
    if not isinstance(step.value, int) or abs(step.value) > COUNTING_STEP:
        return False
    if slot.kind & ~(SMALL | NIL) or contents.inference.of(held.object) != TABLE:
        return False
    shape = contents.shape_of(held.object)
    if shape.is_open or list(contents.slots_at(shape, held.key)) != [slot]:
        return False
    contents.shapes.add_kind(slot, counted(slot.kind, value.operator))
    return True


def add_keys(contents: Contents, shape: Shape, kind: int) -> None:
    """Notes that elements of `shape` may have keys of the types `kind`."""
    if kind & ~shape.keys:
        shape.keys |= kind
        contents.shapes.changed = True


def fill(contents: Contents, slot: Slot, value: nodes.Expression | None, kind: int) -> None:
    """Notes that `slot` may get `value`, of the types `kind`; None is one of several values."""
    shapes = contents.shapes
    shapes.add_kind(slot, kind)
    if kind & HELD:
        held = shapes.open if value is None or kind & OTHER else contents.shape_of(value)
        shapes.unify(shapes.shape_in(slot), held)
        if kind & OTHER and value is not None:
            escape(contents, value)


def is_loop_header(contents: Contents, node: nodes.Node) -> bool:
    """Is `node` all that a generic `for` loops over, a call with one argument?"""
    parent = contents.parents.get(node)
    return (
        isinstance(node, nodes.Call)
        and isinstance(parent, nodes.GenericFor)
        and len(parent.iterators) == 1
        and len(node.arguments) == 1
    )
