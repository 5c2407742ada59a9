"""Shapes: what the tables made at one place, or at places whose tables meet in a variable, hold; and which functions meet.

A shape has a slot for each field with a constant name and one for everything at other keys, and the shapes of the metatables that
some of its tables have. Shapes that meet are made one (union-find), so that each variable has at most one. An open shape stands
for tables and functions that code the compiler does not see may reach or have made: nothing is known about them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from .scopes import FunctionScope

_MOST_FUNCTIONS: Final = 8
_MOST_METATABLES: Final = 4
"""A shape with more of them opens: knowing so many would help nobody, and take time."""


@dataclass(eq=False)
class Slot:
    """What one field, or all elements, may hold: the bits of a type (see types.py), and the shape of the tables and functions
    among them."""

    kind: int = 0
    shape: Shape | None = None


@dataclass(eq=False)
class Shape:
    """`keys` are the types of the keys of `elements`; a `merged` shape has only that slot, because some key is not known.

    `functions` are those that are about where the tables are; of the open shape, all that code which is not seen may call.
    """

    fields: dict[str, Slot] = field(default_factory=dict)
    elements: Slot = field(default_factory=Slot)
    keys: int = 0
    metatables: list[Shape] = field(default_factory=list)
    functions: dict[FunctionScope, None] = field(default_factory=dict)
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
            kept.functions.update(gone.functions)
            if kept.is_open:
                waiting += [(slot.shape, self.open) for slot in gone.slots() if slot.shape]
                waiting += [(metatable, self.open) for metatable in gone.metatables]
                gone.fields, gone.metatables = {}, []
                continue
            kept.keys |= gone.keys
            for metatable in gone.metatables:
                self.add_metatable(kept, metatable)
            pairs = [(kept.elements, gone.elements)]
            pairs += [(self.field(kept, name), slot) for name, slot in gone.fields.items()]
            for into, origin in pairs:
                into.kind |= origin.kind
                if into.shape and origin.shape:
                    waiting.append((into.shape, origin.shape))
                into.shape = into.shape or origin.shape
            if gone.is_merged:
                self.merge_fields(kept)
            if len(kept.functions) > _MOST_FUNCTIONS or len(kept.metatables) > _MOST_METATABLES:
                waiting.append((kept, self.open))

    def add_metatable(self, shape: Shape, metatable: Shape) -> None:
        """Notes that tables of `shape`, which is not open, may have a metatable of the shape `metatable`."""
        known = shape.metatables
        if not any(find(one) is find(metatable) for one in known):
            known.append(find(metatable))
            self.changed = True

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
        held = [slot.shape for slot in fields.values() if slot.shape]
        for slot in fields.values():
            shape.elements.kind |= slot.kind
        if held:
            # Only now: a shape that holds itself may become another one here.
            shape.elements.shape = first = shape.elements.shape or held[0]
            for other in held:
                self.unify(first, other)

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
