"""Contents of tables: which types their fields and elements have, and which functions a call can reach.

In: the syntax tree and, while it is being computed, the types of expressions. Out: the shape of each table that never leaves
the code the compiler sees, and of each function value that never does (see shapes.py). Every use of a table that is not known to
keep it within that code opens its shape (see transfers.py); so does a metatable that makes reading or assigning a field call
something (see metatables.py). Reading a table whose shape is not open therefore has no effects.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING, Final

from assay.runtime.library import LibraryFunction

from ..syntax import nodes
from . import metatables, transfers
from .functions import FunctionFacts
from .kinds import (
    ANY,
    BOOLEAN,
    FLOAT,
    FUNCTION,
    INTEGER,
    NIL,
    NUMBER,
    OTHER,
    POSITION,
    STRING,
    TABLE,
)
from .scopes import FunctionScope, Variable
from .shapes import Shape, Shapes, Slot, find
from .walk import strip_parentheses

if TYPE_CHECKING:
    from .types import TypeInference

_OTHER_CODE: Final = frozenset({"debug", "load", "loadstring", "loadfile", "dofile", "_ENV"})
"""Where these are mentioned, variables and tables may be reached in ways that are not seen."""

HELD: Final = TABLE | FUNCTION
"""The types of values that have a shape."""


class Contents:
    """Shapes of the tables and functions of one program; `flow` is one round of finding out.

    `entries` are the functions that Temporal calls."""

    def __init__(
        self,
        inference: TypeInference,
        parents: Mapping[nodes.Node, nodes.Node],
        entries: Collection[FunctionScope],
    ) -> None:
        self.inference = inference
        self.parents = parents
        self.resolution = inference.resolution
        self.shapes = Shapes()
        self.enabled = _OTHER_CODE.isdisjoint(self.resolution.globals) and not (
            self.resolution.environments
        )
        self.given: dict[Variable, int] = {}
        """What calls through values give to parameters."""
        self._made: dict[nodes.Node, Shape] = {}
        self._variables: dict[Variable, Slot] = {}
        self._returned: dict[FunctionScope, Slot] = {}
        found = (*self.resolution.statements, *parents) if self.enabled else ()
        self._transfers = [
            (rule, node)
            for node in found
            if (rule := transfers.RULES.get(type(node))) is not None
            and (inference.uses_metatables or not isinstance(node, nodes.Binary | nodes.Unary))
        ]
        for scope in (self.resolution.main, *entries):
            self.shapes.open.functions[scope] = None
        for variable in self.resolution.string_fields.values():
            self.open_variable(variable)

    # ----------------------------------------------------------------------------------------------------- questions

    def is_closed(self, expression: nodes.Expression) -> bool:
        """Is every table that `expression` may give one of known contents?"""
        return self.enabled and not self.shape_of(expression).is_open

    def is_plain(self, expression: nodes.Expression) -> bool:
        """Is every table that `expression` may give one of known contents, and without a metatable?"""
        return self.is_closed(expression) and not self.shape_of(expression).metatables

    def is_known(self, facts: FunctionFacts) -> bool:
        """Is every call of the function seen?"""
        if facts.exact_signature:
            return True
        return self.enabled and facts.scope not in self.shapes.open.functions

    def read(self, node: nodes.Index) -> int:
        """The type of `t[k]`."""
        held = self.inference.of(node.object)
        if held == 0:
            return 0
        if not self.enabled or held & (STRING | OTHER):
            return ANY
        if not held & TABLE:
            return 0  # an error
        if self.shape_of(node.object).is_open:
            return ANY
        slots = list(self.slots_at(self.shape_of(node.object), node.key))
        kind = NIL if slots else 0
        for slot in slots:
            kind |= slot.kind
        return kind

    def entry_types(self, table: nodes.Expression, only_elements: bool) -> tuple[int, int] | None:
        """The types of keys and values that a loop over `table` gives, None when they are not known."""
        if not self.enabled or self.inference.of(table) & (STRING | OTHER):
            return None
        shape = self.shape_of(table)
        if shape.is_open:
            return None
        if only_elements:
            kind = 0
            for one in self.chain(shape):
                kind |= one.elements.kind
            return POSITION, kind & ~NIL
        keys = shape.keys | (INTEGER if shape.keys & FLOAT else 0)
        kind = 0
        for slot in shape.slots():
            kind |= slot.kind
        return (keys | (STRING if shape.fields else 0)) & ~NIL, kind & ~NIL

    def removed(self, node: nodes.Call) -> int:
        """The type of `table.remove(t)`."""
        held = self.inference.of(node.arguments[0]) if node.arguments else ANY
        if held & (STRING | OTHER):
            return ANY
        if not held & TABLE:
            return 0  # an error
        shape = self.shape_of(node.arguments[0])
        return ANY if shape.is_open or not self.enabled else shape.elements.kind | NIL

    def tables(self) -> Iterator[tuple[nodes.Table, Shape]]:
        """The constructors of tables that are not seen by other code, and their shapes."""
        for node, shape in self._made.items():
            if isinstance(node, nodes.Table) and not find(shape).is_open:
                yield node, find(shape)

    def callees(self, node: nodes.Call | nodes.MethodCall) -> tuple[FunctionFacts, ...] | None:
        """Every function that a call may reach; None when others than the source's own may be among them."""
        functions = self.inference.functions
        if isinstance(node, nodes.Call):
            facts = functions.of_callee(node.function)
            if facts is not None:
                return (facts,)
            if not self.enabled or self.inference.library(node.function) is not None:
                return None
            callee = strip_parentheses(node.function)
            if not isinstance(callee, nodes.Index):
                return self._functions_in(self.inference.of(callee), callee)
            return self._functions_at(callee.object, callee.key)
        if not self.enabled:
            return None
        return self._functions_at(node.object, node.method.name)

    def _functions_at(
        self, container: nodes.Expression, key: nodes.Expression | str
    ) -> tuple[FunctionFacts, ...] | None:
        held = self.inference.of(container)
        if held & (STRING | OTHER):
            return None
        if not held & TABLE:
            return ()
        shape = self.shape_of(container)
        if shape.is_open:
            return None
        found: dict[FunctionFacts, None] = {}
        for slot in self.slots_at(shape, key):
            functions = self.functions_in(slot)
            if functions is None:
                return None
            found.update(dict.fromkeys(functions))
        return tuple(found)

    def functions_in(self, slot: Slot) -> tuple[FunctionFacts, ...] | None:
        """The functions among what `slot` holds, None when something else there can be called."""
        if slot.kind & (TABLE | STRING | OTHER):
            return None
        if not slot.kind & FUNCTION:
            return ()
        shape = self.shapes.shape_in(slot)
        facts = self.inference.functions.facts
        return None if shape.is_open else tuple(facts[scope] for scope in shape.functions)

    def _functions_in(
        self, kind: int, expression: nodes.Expression
    ) -> tuple[FunctionFacts, ...] | None:
        if kind & (TABLE | STRING | OTHER):
            return None
        if not kind & FUNCTION:
            return ()
        shape = self.shape_of(expression)
        facts = self.inference.functions.facts
        return None if shape.is_open else tuple(facts[scope] for scope in shape.functions)

    # ----------------------------------------------------------------------------------------------------- shapes

    def shape_of(self, expression: nodes.Expression) -> Shape:
        """The shape of the tables and functions that `expression` may give."""
        expression = strip_parentheses(expression)
        match expression:
            case nodes.Table():
                return find(self._made.setdefault(expression, Shape()))
            case nodes.Function():
                return self._shape_of_function(expression)
            case nodes.Name():
                variable = self.resolution.variables.get(expression)
                if variable is not None:
                    return self.shapes.shape_in(self.slot_of_variable(variable))
            case nodes.Index():
                return self._shape_of_field(expression)
            case nodes.Call() | nodes.MethodCall():
                return self._shape_of_call(expression)
            case nodes.Binary(operator=operator):
                handlers = metatables.handlers_of_binary(self, expression)
                if handlers is not None and operator not in metatables.COMPARISONS:
                    return self._unified(expression, [self._shape_returned(f) for f in handlers])
            case nodes.Logical():
                operands = (expression.left, expression.right)
                return self._unified(
                    expression, [self.shape_of(o) for o in operands if self.is_held(o)]
                )
        return self.shapes.open

    def is_held(self, expression: nodes.Expression) -> bool:
        """May `expression` give a table or a function?"""
        return bool(self.inference.of(expression) & HELD)

    def _unified(self, node: nodes.Node, shapes: list[Shape]) -> Shape:
        """The one shape of all that `node` may give; one of its own while there is nothing."""
        if not shapes:
            return find(self._made.setdefault(node, Shape()))
        for other in shapes[1:]:
            self.shapes.unify(shapes[0], other)
        return find(shapes[0])

    def _shape_of_function(self, node: nodes.Function) -> Shape:
        shape = self._made.get(node)
        if shape is None:
            scope = self.resolution.functions[node]
            shape = self._made[node] = Shape(functions={scope: None})
            if scope in self.shapes.open.functions:
                self.shapes.unify(shape, self.shapes.open)
        return find(shape)

    def _shape_of_field(self, node: nodes.Index) -> Shape:
        linked = self.resolution.linked.get(node)
        if linked is not None:
            self.open_variable(linked)
            return self.shapes.open
        if self.inference.of(node.object) & (STRING | OTHER):
            return self.shapes.open
        shape = self.shape_of(node.object)
        if shape.is_open:
            return shape
        slots = [slot for slot in self.slots_at(shape, node.key) if slot.kind & HELD]
        return self._unified(node, [self.shapes.shape_in(slot) for slot in slots])

    def _shape_of_call(self, node: nodes.Call | nodes.MethodCall) -> Shape:
        callees = self.callees(node)
        if callees is not None:
            return self._unified(node, [self._shape_returned(facts) for facts in callees])
        if not isinstance(node, nodes.Call) or not node.arguments:
            return self.shapes.open
        name = self.library_name(node)
        table = node.arguments[0]
        if name == "table.remove":
            shape = self.shape_of(table)
            if not shape.is_open and not self.inference.of(table) & (STRING | OTHER):
                return self.shapes.shape_in(shape.elements)
        if name == "setmetatable" and len(node.arguments) == 2:
            return self.shape_of(table)
        return self.shapes.open

    def _shape_returned(self, facts: FunctionFacts) -> Shape:
        if not self.returns_are_known(facts):
            return self.shapes.open
        return self.shapes.shape_in(self.slot_returned(facts.scope))

    def returns_are_known(self, facts: FunctionFacts) -> bool:
        """Does what the function returns only go where it is called?"""
        return facts.results == 1 and self.is_known(facts)

    def library_name(self, node: nodes.Call) -> str | None:
        """The name of the library function that is called, if it is one."""
        row = self.inference.library(node.function)
        return row.lua_name if isinstance(row, LibraryFunction) else None

    # ----------------------------------------------------------------------------------------------------- slots

    def slot_of_variable(self, variable: Variable) -> Slot:
        """What holds the contents of a variable."""
        return self._variables.setdefault(variable, Slot())

    def slot_returned(self, scope: FunctionScope) -> Slot:
        """What holds the contents of a function's result."""
        return self._returned.setdefault(scope, Slot())

    def open_variable(self, variable: Variable) -> None:
        """Notes that a variable is seen in a way that is not followed."""
        self.shapes.unify(self.shapes.shape_in(self.slot_of_variable(variable)), self.shapes.open)

    def chain(self, shape: Shape) -> list[Shape]:
        """`shape`, which is not open, and the shapes of the tables where absent keys are looked up (`__index`)."""
        found = [shape]
        for one in found:
            for metatable in map(find, one.metatables):
                slot = self.own_slot(metatable, "__index")
                if slot is not None and slot.kind & TABLE:
                    following = self.shapes.shape_in(slot)
                    if following not in found and not following.is_open:
                        found.append(following)
        return found

    @staticmethod
    def own_slot(shape: Shape, name: str) -> Slot | None:
        """The slot of the field `name` if there is one."""
        return shape.elements if shape.is_merged else shape.fields.get(name)

    def slots_at(self, shape: Shape, key: nodes.Expression | str) -> Iterator[Slot]:
        """What reading `key` may give, of a shape that is not open."""
        if not isinstance(key, str):
            stripped = strip_parentheses(key)
            key = stripped.value if isinstance(stripped, nodes.String) else key
        if isinstance(key, str):
            found = [self.own_slot(one, key) for one in self.chain(shape)]
            yield from (slot for slot in found if slot is not None)
            return
        for one in self.chain(shape):
            slot = self.slot(find(one), key)
            if slot is not None:
                yield slot

    def slot(self, shape: Shape, key: nodes.Expression) -> Slot | None:
        """The slot of `shape` itself at `key`, None while nothing is known about the key's type."""
        key = strip_parentheses(key)
        if isinstance(key, nodes.String):
            return self.shapes.field(shape, key.value)
        kind = self.inference.of(key)
        if kind == 0:
            return None
        if kind & ~(NUMBER | BOOLEAN | NIL):
            self.shapes.merge_fields(shape)
        return shape.elements

    def give(self, parameter: Variable, kind: int, value: nodes.Expression | None = None) -> None:
        """Notes that some call gives `parameter` a value of the types `kind`."""
        known = self.given.get(parameter, 0)
        if kind & ~known:
            self.given[parameter] = known | kind
            self.shapes.changed = True
        if value is not None and self.is_held(value):
            slot = self.slot_of_variable(parameter)
            self.shapes.unify(self.shapes.shape_in(slot), self.shape_of(value))

    # ----------------------------------------------------------------------------------------------------- flow

    def flow(self) -> bool:
        """One round: moves what is known along assignments, calls and returns. Was there anything new?"""
        if not self.enabled:
            return False
        for variable, kind in self.inference.variables.items():
            slot = self.slot_of_variable(variable)
            if kind & HELD and kind & OTHER:
                self.shapes.unify(self.shapes.shape_in(slot), self.shapes.open)
            for value in variable.values:
                if value is not None and self.is_held(value):
                    self.shapes.unify(self.shapes.shape_in(slot), self.shape_of(value))
        for variable in self.inference.several:
            if self.inference.variables[variable] & HELD:
                self.open_variable(variable)  # tables among several results are not followed
        for rule, node in self._transfers:
            rule(self, node)
        changed, self.shapes.changed = self.shapes.changed, False
        return changed
