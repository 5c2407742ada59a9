"""Which Lua types an expression can have: what lets lowering emit plain Python.

A type is a set of bits; every inference errs on the side of more bits. Variables have one type for their whole life
(the join of everything assigned to them); parameters of functions whose every call is known have the join of their
arguments.

Integers are told apart by their size (see kinds.py), so that sums and products which cannot leave 64 bits need no wrap. A loop
counter that starts SMALL and takes small steps is SMALL, and so is a variable that only ever counts up or down: it would take a
century to leave the 64 bits.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

from assay.runtime.library import LibraryConstant, LibraryFunction
from assay.runtime.temporal.context_methods import ContextMethod

from ..syntax import nodes
from . import loop_types, narrowing, operator_types, string_positions
from .contents import Contents
from .functions import FunctionFacts, KnownFunctions
from .kinds import (
    ANY,
    BOOLEAN,
    BYTE,
    COUNT,
    COUNTING_STEP,
    FLOAT,
    FUNCTION,
    INTEGER,
    NIL,
    OTHER,
    SMALL,
    STRING,
    TABLE,
    Interval,
    counted,
    integers,
    is_only,
)
from .scopes import FunctionScope, Resolution, Variable, is_multiple
from .walk import strip_parentheses

_NAMES = {
    "nil": NIL,
    "boolean": BOOLEAN,
    "integer": INTEGER,
    "float": FLOAT,
    "string": STRING,
    "table": TABLE,
    "function": FUNCTION,
    "userdata": OTHER,
    "thread": OTHER,
}
_FIRST_RESULTS = {"string.len": COUNT, "rawlen": COUNT, "string.byte": BYTE | NIL}
"""Types of the first result that say more than the registry does."""


class TypeInference:
    """Types of all expressions of a chunk, computed on demand until nothing changes."""

    def __init__(
        self,
        resolution: Resolution,
        functions: KnownFunctions,
        library: Callable[[nodes.Node], LibraryFunction | LibraryConstant | None],
        opaque: set[Variable],
        string_methods: Callable[[str], LibraryFunction | None] | None = None,
        parents: Mapping[nodes.Node, nodes.Node] | None = None,
        *,
        uses_metatables: bool = True,
        context_methods: Callable[[nodes.MethodCall], ContextMethod | None] | None = None,
        entries: Collection[FunctionScope] = (),
    ) -> None:
        self.uses_metatables = uses_metatables
        self.string_methods = string_methods
        self.context_methods = context_methods
        self.resolution = resolution
        self.functions = functions
        self.library = library
        self.variables: dict[Variable, int] = {}
        self.returned: dict[FunctionScope, int] = {}
        self._loops: dict[Variable, nodes.NumericFor | nodes.GenericFor] = {}
        self._parameters: dict[Variable, tuple[int, FunctionFacts]] = {}
        self._opaque = opaque
        self._narrowed = narrowing.narrowed(resolution, parents or (), uses_metatables)
        self.several: dict[Variable, list[tuple[nodes.Call | nodes.MethodCall, int]]] = {}
        self._known: dict[nodes.Expression, int] = {}
        self.intervals: dict[nodes.Expression, Interval | None] = {}
        self.contents = Contents(self, parents or {}, entries)
        self._collect()
        self._solve()

    def of(self, expression: nodes.Expression) -> int:
        """The type of `expression` where one value is wanted."""
        kind = self._known.get(expression)
        if kind is None:
            rule = _RULES.get(type(expression))
            kind = self._known[expression] = ANY if rule is None else rule(self, expression)
        return kind

    def is_multiple(self, expression: nodes.Expression) -> bool:
        """May `expression` give any number of values but one where a list ends with it?"""
        if not isinstance(expression, nodes.Call | nodes.MethodCall):
            return is_multiple(expression)
        return self.results(expression) != 1

    def results(self, call: nodes.Call | nodes.MethodCall) -> int | None:
        """How many values a call of functions of the source, or of the library, gives; None when that varies or is not known."""
        callees = self.contents.callees(call)
        if callees is None:
            row = self.library(call.function) if isinstance(call, nodes.Call) else None
            return row.results if isinstance(row, LibraryFunction) else None
        counts = {facts.results for facts in callees} or {1}
        return counts.pop() if len(counts) == 1 else None

    # --------------------------------------------------------------------------------------------------- variables

    def _collect(self) -> None:
        for statement in self.resolution.containing:
            if isinstance(statement, nodes.NumericFor):
                self._loops[self.resolution.declared[statement.variable]] = statement
            elif isinstance(statement, nodes.GenericFor):
                for identifier in statement.variables:
                    self._loops[self.resolution.declared[identifier]] = statement
            elif isinstance(statement, nodes.LocalAssign | nodes.Assign):
                self._collect_results(statement)
        for scope, facts in self.functions.facts.items():
            for position, parameter in enumerate(scope.parameters):
                self._parameters[parameter] = (position, facts)

    def _collect_results(self, statement: nodes.LocalAssign | nodes.Assign) -> None:
        """Notes the variables that get one of several results but the first: `b` in `local a, b = f()`."""
        first = len(statement.values) - 1
        call = statement.values[first] if statement.values else None
        if not isinstance(call, nodes.Call | nodes.MethodCall):
            return
        for position, target in enumerate(statement.targets[first:] if first >= 0 else ()):
            if isinstance(target, nodes.LocalTarget):
                variable = self.resolution.declared.get(target.name)
            else:
                found = target if isinstance(target, nodes.Name) else None
                variable = None if found is None else self.resolution.variables.get(found)
            if variable is not None and position > 0:
                self.several.setdefault(variable, []).append((call, position))

    def _solve(self) -> None:
        everything = [v for scope in self.functions.facts for v in scope.variables]
        self.variables = dict.fromkeys(everything, 0)
        self.returned = dict.fromkeys(self.functions.facts, 0)
        self.functions.assume_results(self.contents.callees)
        changed = True
        while changed:
            self._forget()
            changed = self.contents.flow()
            self._forget()
            changed |= self.functions.recount()
            for scope, facts in self.functions.facts.items():
                kind = self._returned(scope.returns, facts.falls_off_end) | self.returned[scope]
                if kind != self.returned[scope]:
                    self.returned[scope], changed = kind, True
            for variable in everything:
                kind = self._variable(variable) | self.variables[variable]
                if kind != self.variables[variable]:
                    self.variables[variable], changed = kind, True
        for variable, kind in self.variables.items():
            if kind == 0:  # only reached from code that is never called
                self.variables[variable] = ANY
        for scope, kind in self.returned.items():
            self.returned[scope] = kind or ANY
        self._forget()
        self._note_calls()

    def _forget(self) -> None:
        self._known.clear()
        self.intervals.clear()

    def _note_calls(self) -> None:
        """Writes into the facts about functions which calls through values reach them."""
        contents = self.contents
        tracked = {facts for facts in self.functions.facts.values() if contents.is_known(facts)}
        for scope in self.functions.facts:
            for call in scope.calls:
                if isinstance(call, nodes.Call) and self.functions.of_callee(call.function):
                    continue
                added = 1 if isinstance(call, nodes.MethodCall) else 0
                for facts in contents.callees(call) or ():
                    facts.reached_by.append(call)
                    facts.counts.add(len(call.arguments) + added)
                    facts.is_spread |= bool(call.arguments) and self.is_multiple(call.arguments[-1])
        for facts in tracked:
            facts.is_tracked = bool(facts.value_uses)

    def _variable(self, variable: Variable) -> int:
        if variable in self._opaque:
            return ANY
        kind = 0
        for value in variable.values:
            kind |= NIL if value is None else self._assigned(variable, value)
        if variable.kind == "parameter":
            kind |= self._parameter(variable)
        elif variable.kind == "loop":
            kind |= loop_types.of_variable(self, variable, self._loops[variable])
        elif variable.other_assignments:
            several = self.several.get(variable, ())
            known = len(several) == variable.other_assignments
            for call, position in several if known else ():
                kind |= self._result_at(call, position)
            kind |= 0 if known else ANY
        if variable.kind in ("parameter", "loop") and variable.other_assignments > 1:
            kind |= ANY
        return kind

    def _assigned(self, variable: Variable, value: nodes.Expression) -> int:
        """The type of a value assigned to `variable`: one step of counting leaves it as it is."""
        known = self.variables[variable]
        operator = None if known & ~SMALL else self.counts(variable, value)
        return self.of(value) if operator is None else counted(known, operator)

    def loop_of(self, variable: Variable) -> nodes.NumericFor | nodes.GenericFor | None:
        """The loop that declares `variable`."""
        return self._loops.get(variable)

    def counts(self, variable: Variable, value: nodes.Expression) -> str | None:
        """The operator if `value` is one step of counting up or down from `variable`: `n + 1`."""
        value = strip_parentheses(value)
        if (
            isinstance(value, nodes.Binary)
            and value.operator in ("+", "-")
            and isinstance(value.left, nodes.Name)
            and self.resolution.variables.get(value.left) is variable
            and isinstance(value.right, nodes.Number)
            and isinstance(value.right.value, int)
            and abs(value.right.value) <= COUNTING_STEP
        ):
            return value.operator
        return None

    def _parameter(self, variable: Variable) -> int:
        found = self._parameters.get(variable)
        if found is None or not self.contents.is_known(found[1]):
            return ANY
        if self.contents.enabled:
            return self.contents.given.get(variable, 0)
        position, facts = found
        kind = 0
        for call in facts.calls:
            arguments = call.arguments
            if position < len(arguments) and not (
                position == len(arguments) - 1 and self.is_multiple(arguments[-1])
            ):
                kind |= self.of(arguments[position])
            elif arguments and self.is_multiple(arguments[-1]):
                return ANY
            else:
                kind |= NIL
        return kind

    # ------------------------------------------------------------------------------------------------- expressions

    def _name(self, expression: nodes.Name) -> int:
        variable = self.resolution.variables.get(expression)
        if variable is None:
            return ANY
        kind = self.variables.get(variable, ANY)
        for start, end, only in self._narrowed.get(variable, ()):
            if start <= expression.start < end:
                kind &= only
        return kind

    def _index(self, expression: nodes.Index) -> int:
        linked = self.resolution.linked.get(expression)
        if linked is not None:
            return self.variables.get(linked, ANY)
        row = self.library(expression)
        if isinstance(row, LibraryFunction):
            return FUNCTION
        return self.contents.read(expression) if row is None else _kind(row.types)

    def _call(self, expression: nodes.Call) -> int:
        callees = self.contents.callees(expression)
        if callees is not None:
            return self.returned_by(callees)
        row = self.library(expression.function)
        if not isinstance(row, LibraryFunction):
            return ANY
        if row.lua_name == "table.remove":
            return self.contents.removed(expression)
        return self._first_result(row, expression.arguments)

    def _method_call(self, expression: nodes.MethodCall) -> int:
        """Methods of strings are library functions; whether the program changes them is the caller's question."""
        known = self.context_methods(expression) if self.context_methods is not None else None
        if known is not None:
            return _kind(known.types) if known.types else ANY
        callees = self.contents.callees(expression)
        if callees is not None:
            return self.returned_by(callees)
        if self.string_methods is None or not is_only(self.of(expression.object) & ~NIL, STRING):
            return ANY if self.of(expression.object) else 0
        row = self.string_methods(expression.method.name)
        if row is None:
            return ANY
        return self._first_result(row, (expression.object, *expression.arguments))

    def _first_result(self, row: LibraryFunction, arguments: Sequence[nodes.Expression]) -> int:
        """The type of the first value that a library function gives."""
        known = _FIRST_RESULTS.get(row.lua_name)
        if known is None:
            return _kind(row.types) if row.results == 1 else ANY
        if row.lua_name == "string.byte" and len(arguments) == 2:
            known &= ~NIL if string_positions.is_within(self, *arguments) else ANY
        return known

    def returned_by(self, callees: Iterable[FunctionFacts]) -> int:
        """The type of the first result of any of `callees`."""
        kind = 0
        for facts in callees:
            kind |= self.returned[facts.scope]
        return kind

    def _result_at(self, call: nodes.Call | nodes.MethodCall, position: int) -> int:
        """The type of the result number `position`, from 0, of a call."""
        callees = self.contents.callees(call)
        if callees is None:
            return ANY
        kind = 0
        for facts in callees:
            if facts.results is None:
                return ANY
            if position >= facts.results:
                kind |= NIL
                continue
            for statement in facts.scope.returns:
                values = statement.values
                if position < len(values) and not is_multiple(values[-1]):
                    kind |= self.of(values[position])
                else:
                    return ANY
        return kind

    def _returned(self, returns: list[nodes.Return], falls_off_end: bool) -> int:
        kind = NIL if falls_off_end else 0
        for statement in returns:
            kind |= self.of(statement.values[0]) if statement.values else NIL
        return kind

    def _number(self, expression: nodes.Number) -> int:
        if isinstance(expression.value, float):
            return FLOAT
        return integers((expression.value, expression.value))

    def _logical(self, expression: nodes.Logical) -> int:
        left, right = self.of(expression.left), self.of(expression.right)
        if expression.operator == "and":
            return (left & (NIL | BOOLEAN)) | right
        return (left & ~NIL) | right


def _kind(names: Iterable[str]) -> int:
    kind = 0
    for name in names:
        kind |= _NAMES.get(name, ANY)
    return kind or ANY


def _fixed(kind: int) -> Callable[[TypeInference, nodes.Expression], int]:
    return lambda inference, expression: kind


_RULES: dict[type, Callable[[TypeInference, Any], int]] = {
    nodes.Nil: _fixed(NIL),
    nodes.TrueLiteral: _fixed(BOOLEAN),
    nodes.FalseLiteral: _fixed(BOOLEAN),
    nodes.String: _fixed(STRING),
    nodes.Function: _fixed(FUNCTION),
    nodes.Table: _fixed(TABLE),
    nodes.Number: TypeInference._number,
    nodes.Name: TypeInference._name,
    nodes.Index: TypeInference._index,
    nodes.Call: TypeInference._call,
    nodes.MethodCall: TypeInference._method_call,
    nodes.Logical: TypeInference._logical,
    nodes.Unary: operator_types.unary,
    nodes.Binary: operator_types.binary,
    nodes.Parenthesized: lambda inference, expression: inference.of(expression.expression),
}
