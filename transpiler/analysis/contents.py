"""Contents of tables: which types their fields and elements have.

In: the syntax tree and, while it is being computed, the types of expressions. Out: the shape of each table that never leaves
the code the compiler sees (see shapes.py). Every use of a table that is not known here to keep it within that code opens
its shape; so does a metatable. A table whose shape is not open therefore is a plain one, and reading it has no effects.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from assay.runtime.library import LibraryFunction

from ..syntax import nodes
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
    SMALL,
    STRING,
    TABLE,
    is_only,
)
from .scopes import FunctionScope, Variable
from .shapes import Shape, Shapes, Slot, find
from .walk import strip_parentheses

if TYPE_CHECKING:
    from .types import TypeInference

_OTHER_CODE: Final = frozenset({"debug", "load", "loadstring", "loadfile", "dofile", "_ENV"})
"""Where these are mentioned, variables and tables may be reached in ways that are not seen."""

_READERS: Final = frozenset(
    {"type", "tostring", "rawlen", "rawequal", "print", "table.concat", "table.remove"}
)
"""Library functions that keep nothing of a table without metatable, and give nothing of it to other code."""


class Contents:
    """Shapes of the tables of one program; `flow` is one round of finding out."""

    def __init__(self, inference: TypeInference, parents: Mapping[nodes.Node, nodes.Node]) -> None:
        self.inference = inference
        self.parents = parents
        self.resolution = inference.resolution
        self.shapes = Shapes()
        self.enabled = _OTHER_CODE.isdisjoint(self.resolution.globals)
        self._made: dict[nodes.Node, Shape] = {}
        self._variables: dict[Variable, Slot] = {}
        self._returned: dict[FunctionScope, Slot] = {}
        self._transfers = [
            (rule, node)
            for node in ((*self.resolution.statements, *parents) if self.enabled else ())
            if (rule := _TRANSFERS.get(type(node))) is not None
            and (inference.uses_metatables or not isinstance(node, nodes.Binary))
        ]

    # ----------------------------------------------------------------------------------------------------- questions

    def is_plain(self, expression: nodes.Expression) -> bool:
        """Is every table that `expression` may give one without a metatable, and of known contents?"""
        return self.enabled and not self.shape_of(expression).is_open

    def read(self, node: nodes.Index) -> int:
        """The type of `t[k]`."""
        held = self.inference.of(node.object)
        if held == 0:
            return 0
        if not self.enabled or held & (STRING | OTHER) or not held & TABLE:
            return ANY
        shape = self.shape_of(node.object)
        if shape.is_open:
            return ANY
        slot = self._slot(shape, node.key)
        return 0 if slot is None else slot.kind | NIL

    def entry_types(self, table: nodes.Expression, only_elements: bool) -> tuple[int, int] | None:
        """The types of keys and values that a loop over `table` gives, None when they are not known."""
        if not self.enabled or self.inference.of(table) & (STRING | OTHER):
            return None
        shape = self.shape_of(table)
        if shape.is_open:
            return None
        if only_elements:
            return SMALL, shape.elements.kind & ~NIL
        keys = shape.keys | (INTEGER if shape.keys & FLOAT else 0)
        kind = 0
        for slot in shape.slots():
            kind |= slot.kind
        return (keys | (STRING if shape.fields else 0)) & ~NIL, kind & ~NIL

    def shape_of(self, expression: nodes.Expression) -> Shape:
        """The shape of the tables that `expression` may give."""
        expression = strip_parentheses(expression)
        match expression:
            case nodes.Table():
                return find(self._made.setdefault(expression, Shape()))
            case nodes.Name():
                variable = self.resolution.variables.get(expression)
                if variable is not None:
                    return self.shapes.shape_in(self._slot_of_variable(variable))
            case nodes.Index():
                return self._shape_of_field(expression)
            case nodes.Call():
                return self._shape_of_call(expression)
            case nodes.Logical():
                operands = [o for o in (expression.left, expression.right) if self._is_table(o)]
                if operands:
                    first, *others = map(self.shape_of, operands)
                    for other in others:
                        self.shapes.unify(first, other)
                    return find(first)
        return self.shapes.open

    def _is_table(self, expression: nodes.Expression) -> bool:
        return bool(self.inference.of(expression) & TABLE)

    def _shape_of_field(self, node: nodes.Index) -> Shape:
        held = self.inference.of(node.object)
        if node in self.resolution.linked or held & (STRING | OTHER):
            return self.shapes.open
        shape = self.shape_of(node.object)
        slot = None if shape.is_open else self._slot(shape, node.key)
        return self.shapes.open if slot is None else self.shapes.shape_in(slot)

    def _shape_of_call(self, node: nodes.Call) -> Shape:
        facts = self.inference.functions.of_callee(node.function)
        if facts is not None:
            if self._returns_are_known(facts):
                return self.shapes.shape_in(self._returned.setdefault(facts.scope, Slot()))
            return self.shapes.open
        if self._library_name(node) == "table.remove" and node.arguments:
            shape = self.shape_of(node.arguments[0])
            if not shape.is_open and self.inference.of(node.arguments[0]) == TABLE:
                return self.shapes.shape_in(shape.elements)
        return self.shapes.open

    @staticmethod
    def _returns_are_known(facts: FunctionFacts) -> bool:
        return facts.exact_signature and facts.results == 1

    def removed(self, node: nodes.Call) -> int:
        """The type of `table.remove(t)`."""
        if not node.arguments or self.inference.of(node.arguments[0]) != TABLE:
            return ANY if not node.arguments or self.inference.of(node.arguments[0]) else 0
        shape = self.shape_of(node.arguments[0])
        return ANY if shape.is_open or not self.enabled else shape.elements.kind | NIL

    # ----------------------------------------------------------------------------------------------------- slots

    def _slot_of_variable(self, variable: Variable) -> Slot:
        return self._variables.setdefault(variable, Slot())

    def _slot(self, shape: Shape, key: nodes.Expression) -> Slot | None:
        """The slot at `key`, None while nothing is known about the key's type."""
        key = strip_parentheses(key)
        if isinstance(key, nodes.String):
            return self.shapes.field(shape, key.value)
        kind = self.inference.of(key)
        if kind == 0:
            return None
        if kind & ~(NUMBER | BOOLEAN | NIL):
            self.shapes.merge_fields(shape)
        return shape.elements

    def _store(self, target: nodes.Index, value: nodes.Expression | None, kind: int) -> None:
        """`target = value`; a value that is None is one of several, of which only the type is known."""
        if target in self.resolution.linked:
            self._escape(value)
            return
        shape = self.shape_of(target.object)
        if shape.is_open or self.inference.of(target.object) & (STRING | OTHER):
            self._escape(value)
            return
        slot = self._slot(shape, target.key)
        if slot is None:
            return
        if slot is shape.elements:
            self._add_keys(shape, self.inference.of(target.key))
        self._fill(slot, value, kind)

    def _add_keys(self, shape: Shape, kind: int) -> None:
        if kind & ~shape.keys:
            shape.keys |= kind
            self.shapes.changed = True

    def _fill(self, slot: Slot, value: nodes.Expression | None, kind: int) -> None:
        self.shapes.add_kind(slot, kind)
        if kind & TABLE:
            held = self.shapes.open if value is None or kind & OTHER else self.shape_of(value)
            self.shapes.unify(self.shapes.shape_in(slot), held)
            if kind & OTHER and value is not None:
                self._escape(value)

    def _escape(self, value: nodes.Expression | None) -> None:
        """Code that is not seen may get the tables that `value` gives."""
        if value is not None and self.inference.of(value) & TABLE:
            self.shapes.unify(self.shape_of(value), self.shapes.open)

    def _escape_elements(self, table: nodes.Expression) -> None:
        shape = self.shape_of(table)
        if not shape.is_open:
            self.shapes.unify(self.shapes.shape_in(shape.elements), self.shapes.open)

    # ----------------------------------------------------------------------------------------------------- flow

    def flow(self) -> bool:
        """One round: moves what is known along assignments, calls and returns. Was there anything new?"""
        if not self.enabled:
            return False
        for variable, kind in self.inference.variables.items():
            slot = self._slot_of_variable(variable)
            if kind & TABLE and kind & OTHER:
                self.shapes.unify(self.shapes.shape_in(slot), self.shapes.open)
            for value in variable.values:
                if value is not None and self.inference.of(value) & TABLE:
                    self.shapes.unify(self.shapes.shape_in(slot), self.shape_of(value))
        for rule, node in self._transfers:
            rule(self, node)
        changed, self.shapes.changed = self.shapes.changed, False
        return changed

    def _bind(self, variable: Variable, value: nodes.Expression) -> None:
        if self.inference.of(value) & TABLE:
            slot = self._slot_of_variable(variable)
            self.shapes.unify(self.shapes.shape_in(slot), self.shape_of(value))

    def _library_name(self, node: nodes.Call) -> str | None:
        row = self.inference.library(node.function)
        return row.lua_name if isinstance(row, LibraryFunction) else None

    def local_assign(self, node: nodes.LocalAssign) -> None:
        if len(node.targets) > len(node.values) and node.values:
            self._escape(node.values[-1])
        for target, value in zip(node.targets, node.values, strict=False):
            if target.attribute == "close":
                self._escape(value)

    def assign(self, node: nodes.Assign) -> None:
        last = len(node.values) - 1
        for position, target in enumerate(node.targets):
            several = (
                position >= last
                and self.inference.is_multiple(node.values[last])
                and last + 1 < len(node.targets)
            )
            if several:
                self._escape(node.values[last])
            value = node.values[position] if position <= last and not several else None
            kind = ANY if several else NIL if value is None else self.inference.of(value)
            if isinstance(target, nodes.Index):
                self._store(target, value, kind)
            elif target not in self.resolution.variables:
                self._escape(value)

    def function_statement(self, node: nodes.FunctionStatement) -> None:
        if isinstance(node.target, nodes.Index):
            self._store(node.target, node.function, FUNCTION)

    def table(self, node: nodes.Table) -> None:
        shape = self.shape_of(node)
        for position, item in enumerate(node.fields):
            if shape.is_open:
                self._escape(item.value)
                if isinstance(item, nodes.KeyedField):
                    self._escape(item.key)
                continue
            if isinstance(item, nodes.KeyedField):
                self._escape(item.key)
                slot = self._slot(shape, item.key)
                self._add_keys(shape, self.inference.of(item.key))
            elif isinstance(item, nodes.NamedField):
                slot = self.shapes.field(shape, item.name.name)
            else:
                slot = shape.elements
                self._add_keys(shape, SMALL)
                if position == len(node.fields) - 1 and self.inference.is_multiple(item.value):
                    self._escape(item.value)
                    self._fill(slot, None, ANY)
                    continue
            if slot is not None:
                self._fill(slot, item.value, self.inference.of(item.value))

    def index(self, node: nodes.Index) -> None:
        self._escape(node.key)

    def call(self, node: nodes.Call) -> None:
        facts = self.inference.functions.of_callee(node.function)
        if facts is not None and facts.exact_signature:
            for position, argument in enumerate(node.arguments):
                is_last = position == len(node.arguments) - 1
                known = position < len(facts.scope.parameters)
                if known and not (is_last and self.inference.is_multiple(argument)):
                    self._bind(facts.scope.parameters[position], argument)
                elif known and position == len(facts.scope.parameters) - 1:
                    self._bind(facts.scope.parameters[position], argument)
                    self._escape(argument)
                else:
                    self._escape(argument)
            return
        name = self._library_name(node)
        if name in ("pairs", "ipairs") and self._is_loop_header(node):
            return
        if name in ("table.insert", "table.sort", "table.unpack"):
            self._table_function(node, name)
        elif name is None or not (name in _READERS or name.startswith(("string.", "math."))):
            for argument in node.arguments:
                self._escape(argument)

    def _is_loop_header(self, node: nodes.Call) -> bool:
        parent = self.parents.get(node)
        return (
            isinstance(parent, nodes.GenericFor)
            and len(parent.iterators) == 1
            and len(node.arguments) == 1
        )

    def _table_function(self, node: nodes.Call, name: str) -> None:
        if not node.arguments:
            return
        table, *others = node.arguments
        if self.inference.of(table) & (STRING | OTHER) or self.shape_of(table).is_open:
            for argument in node.arguments:
                self._escape(argument)
            return
        if name != "table.insert":
            if others or name == "table.unpack":
                self._escape_elements(table)
            return
        shape = self.shape_of(table)
        self._add_keys(shape, INTEGER)
        for value in others:
            if self.inference.is_multiple(value):
                self._escape(value)
                self._fill(shape.elements, None, ANY)
        if others and not self.inference.is_multiple(others[-1]):
            self._fill(shape.elements, others[-1], self.inference.of(others[-1]))

    def method_call(self, node: nodes.MethodCall) -> None:
        string_methods = self.inference.string_methods
        is_string = is_only(self.inference.of(node.object), STRING)
        if is_string and string_methods is not None and string_methods(node.method.name):
            return
        self._escape(node.object)
        for argument in node.arguments:
            self._escape(argument)

    def return_(self, node: nodes.Return) -> None:
        scope = self.resolution.containing[node]
        facts = self.inference.functions.facts[scope]
        if self._returns_are_known(facts) and len(node.values) == 1:
            slot = self._returned.setdefault(scope, Slot())
            if self._is_table(node.values[0]):
                self.shapes.unify(self.shapes.shape_in(slot), self.shape_of(node.values[0]))
            return
        for value in node.values:
            self._escape(value)

    def binary(self, node: nodes.Binary) -> None:
        """A metamethod of one operand gets both."""
        left, right = self.inference.of(node.left), self.inference.of(node.right)
        if right & (TABLE | OTHER):
            self._escape(node.left)
        if left & (TABLE | OTHER):
            self._escape(node.right)

    def generic_for(self, node: nodes.GenericFor) -> None:
        iterator = node.iterators[0]
        name = self._library_name(iterator) if isinstance(iterator, nodes.Call) else None
        if name not in ("pairs", "ipairs") or not self._is_loop_header(iterator):  # type: ignore[arg-type]  # a call by its name
            for value in node.iterators:
                self._escape(value)
            return
        assert isinstance(iterator, nodes.Call)
        table = iterator.arguments[0]
        shape = self.shape_of(table)
        if len(node.variables) < 2:
            return
        slot = self._slot_of_variable(self.resolution.declared[node.variables[1]])
        if shape.is_open or self.inference.of(table) & (STRING | OTHER):
            self.shapes.unify(self.shapes.shape_in(slot), self.shapes.open)
            return
        for held in [shape.elements] if name == "ipairs" else list(shape.slots()):
            if held.kind & TABLE:
                self.shapes.unify(self.shapes.shape_in(slot), self.shapes.shape_in(held))


_TRANSFERS: Final[dict[type, Callable[[Contents, Any], None]]] = {
    nodes.LocalAssign: Contents.local_assign,
    nodes.Assign: Contents.assign,
    nodes.FunctionStatement: Contents.function_statement,
    nodes.Table: Contents.table,
    nodes.Index: Contents.index,
    nodes.Call: Contents.call,
    nodes.MethodCall: Contents.method_call,
    nodes.Return: Contents.return_,
    nodes.Binary: Contents.binary,
    nodes.GenericFor: Contents.generic_for,
}
