"""Shapes: what the tables made at one place, or at places whose tables meet in a variable, hold.

A shape has a slot for each field with a constant name and one for everything at other keys. Shapes that meet are made one
(union-find), so that each variable has at most one. An open shape stands for tables that code the compiler does not see
may reach or have made: nothing is known about them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(eq=False)
class Slot:
    """What one field, or all elements, may hold: the bits of a type (see types.py), and the shape of the tables among
    them."""

    kind: int = 0
    shape: Shape | None = None


@dataclass(eq=False)
class Shape:
    """`keys` are the types of the keys of `elements`; a `merged` shape has only that slot, because some key is not known."""

    fields: dict[str, Slot] = field(default_factory=dict)
    elements: Slot = field(default_factory=Slot)
    keys: int = 0
    is_open: bool = False
    is_merged: bool = False
    forward: Shape | None = None

    def slots(self) -> Iterator[Slot]:
        yield self.elements
        yield from self.fields.values()


def find(shape: Shape) -> Shape:
    """The shape that `shape` has become."""
    while shape.forward is not None:
        if shape.forward.forward is not None:
            shape.forward = shape.forward.forward
        shape = shape.forward
    return shape


class Shapes:
    """Operations on shapes; `changed` is set whenever one of them learns something."""

    def __init__(self) -> None:
        self.open = Shape(is_open=True)
        self.changed = False

    def unify(self, one: Shape, other: Shape) -> None:
        """Makes two shapes one; one that meets an open shape opens, and with it everything in it."""
        waiting = [(one, other)]
        while waiting:
            kept, gone = map(find, waiting.pop())
            if kept is gone:
                continue
            if gone.is_open:
                kept, gone = gone, kept
            gone.forward = kept
            self.changed = True
            if kept.is_open:
                waiting += [(slot.shape, self.open) for slot in gone.slots() if slot.shape]
                continue
            kept.keys |= gone.keys
            pairs = [(kept.elements, gone.elements)]
            pairs += [(self.field(kept, name), slot) for name, slot in gone.fields.items()]
            for into, origin in pairs:
                into.kind |= origin.kind
                if into.shape and origin.shape:
                    waiting.append((into.shape, origin.shape))
                into.shape = into.shape or origin.shape
            if gone.is_merged:
                self.merge_fields(kept)

    def field(self, shape: Shape, name: str) -> Slot:
        """The slot of the field `name` of a shape that is not open."""
        if shape.is_merged:
            return shape.elements
        return shape.fields.setdefault(name, Slot())

    def merge_fields(self, shape: Shape) -> None:
        """Makes all slots of `shape` one."""
        if shape.is_merged:
            return
        self.changed = shape.is_merged = True
        fields, shape.fields = shape.fields, {}
        for slot in fields.values():
            shape.elements.kind |= slot.kind
            if slot.shape and shape.elements.shape:
                self.unify(slot.shape, shape.elements.shape)
            shape.elements.shape = shape.elements.shape or slot.shape

    def shape_in(self, slot: Slot) -> Shape:
        """The shape of the tables in `slot`."""
        if slot.shape is None:
            slot.shape = Shape()
        return find(slot.shape)

    def add_kind(self, slot: Slot, kind: int) -> None:
        """Notes that `slot` may hold values of the types `kind`."""
        if kind & ~slot.kind:
            slot.kind |= kind
            self.changed = True
