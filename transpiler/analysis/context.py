"""Where the workflow context `ctx` goes, and which functions wait: the colours of functions.

A Lua function may wait anywhere; a Python function only if it is `async`. A function is async when it calls
something that waits: a `ctx` method, an async function that the compiler knows, `pcall` of one, an iterator that waits,
or a callee it does not know while an async function is about as a value. A function that is only ever stored under a field name is
about for calls by that name (and for callees without a name); one that escapes otherwise is about for every unknown
callee.

A worker's source has two programs in it, what activities run and what workflows run, and each has colours of its own: an
activity does not become async because a workflow keeps functions that wait in a table.

Where a metamethod waits, so does every operation that may reach it; that is found when the types are known. Functions that are only
given to what cannot wait (a sort) stay plain then: as in real Lua it is an error when such an operation does wait.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from assay.runtime.temporal.context_methods import (
    METHODS,
    OBJECT_METHODS,
    WAITING_OBJECT_METHODS,
    ContextMethod,
)

from ..syntax import nodes
from .certain_waits import certainly_waiting, known_function
from .functions import KnownFunctions
from .library import Library
from .operations import EVENTS, Operations, stored_field
from .scopes import FunctionScope, Resolution, Variable, is_multiple
from .types import TypeInference
from .walk import find_parents, strip_parentheses

SUSPENDING_METHODS: Final = frozenset(name for name, method in METHODS.items() if method.waits)
PROTECTED_CALLS: Final = frozenset({"pcall", "xpcall"})
CONSUMERS: Final = frozenset({*PROTECTED_CALLS, "coroutine.create", "coroutine.wrap"})
"""Library functions that take an async function as it is."""

YIELD: Final = "coroutine.yield"
RESUMES: Final = frozenset({"coroutine.resume", "coroutine.wrap"})


@dataclass
class Stray:
    """Async functions that are about as values: under which field names, or anywhere.

    With `context`, ctx itself is about, with `futures` what its methods start: then calls by the names of their methods may wait.
    """

    names: set[str] = field(default_factory=set)
    anywhere: bool = False
    context: bool = False
    futures: bool = False


class Colours:
    """`contexts` are the variables that hold the workflow context, `suspending` the functions that wait.

    Only functions of `within` are looked at: what the other side of a worker runs has colours of its own. With
    `may_yield_anywhere` every function that the compiler does not know may be one that waits.
    """

    def __init__(
        self,
        resolution: Resolution,
        functions: KnownFunctions,
        library: Library,
        workflows: Iterable[FunctionScope],
        within: Collection[FunctionScope],
        registrations: Collection[nodes.Node] = frozenset(),
        may_yield_anywhere: bool = False,
    ) -> None:
        self.resolution = resolution
        self.functions = functions
        self.library = library
        self.within = within
        self.registrations = registrations
        self.parents = find_parents(resolution.statements)
        self.contexts = self._find_contexts(list(workflows))
        self.objects = self._find_objects()
        self.suspending: set[FunctionScope] = set()
        self.wrapped: set[FunctionScope] = set()
        self.stray = Stray(anywhere=may_yield_anywhere)
        self.certain: frozenset[FunctionScope] = frozenset()
        self._operations: Operations | None = None
        self._entries = set(workflows)
        self.yields = [node for node in self._found() if self._is_library(node, YIELD)]
        if self.contexts or self.yields or may_yield_anywhere:
            self._note_values()
            self._spread()
        self.certain = certainly_waiting(self)

    def differ(self, other: Colours, scope: FunctionScope) -> bool:
        """Must `scope`, which both sides use, be written otherwise for each of them?"""
        mine, others = scope in self.suspending, scope in other.suspending
        if mine != others or (scope in self.wrapped) != (scope in other.wrapped):
            return True
        return mine and self.stray != other.stray

    # ------------------------------------------------------------------------------------------------------ contexts

    def _find_contexts(self, workflows: list[FunctionScope]) -> set[Variable]:
        contexts = {w.parameters[0] for w in workflows if w.parameters}
        changed = bool(contexts)
        while changed:
            changed = False
            for facts in self.functions.facts.values():
                for position, parameter in enumerate(facts.scope.parameters):
                    passed = [self._argument(call, position) for call in facts.calls]
                    if (
                        parameter not in contexts
                        and passed
                        and not facts.escapes
                        and parameter.is_constant
                        and all(self.is_context(a, contexts) for a in passed)
                    ):
                        contexts.add(parameter)
                        changed = True
            for scope in self.functions.facts:
                for variable in scope.variables:
                    held = variable.values[0] if variable.is_constant and variable.values else None
                    if variable not in contexts and self.is_context(held, contexts):
                        contexts.add(variable)
                        changed = True
        return contexts

    def is_context(
        self, expression: nodes.Node | None, contexts: set[Variable] | None = None
    ) -> bool:
        """Is `expression` the workflow context for certain?"""
        known = self.contexts if contexts is None else contexts
        if isinstance(expression, nodes.Name):
            return self.resolution.variables.get(expression) in known
        return False

    def _find_objects(self) -> dict[Variable, str]:
        """Variables that always hold a future, or the handle of a child workflow ("future", "child")."""
        found: dict[Variable, str] = {}
        for scope in self.functions.facts:
            for variable in scope.variables:
                value = variable.values[0] if variable.is_constant and variable.values else None
                method = self._context_method(value) if value is not None else None
                if method is not None and method.makes is not None:
                    found[variable] = method.makes
        return found

    def _context_method(self, expression: nodes.Node) -> ContextMethod | None:
        if isinstance(expression, nodes.MethodCall) and self.is_context(expression.object):
            return METHODS.get(expression.method.name)
        return None

    def object_kind(self, expression: nodes.Node) -> str | None:
        """ "future" or "child" for what certainly is such an object."""
        if isinstance(expression, nodes.Name):
            variable = self.resolution.variables.get(expression)
            return None if variable is None else self.objects.get(variable)
        if isinstance(expression, nodes.Parenthesized):
            expression = strip_parentheses(expression)
        method = self._context_method(expression)
        return None if method is None else method.makes

    def known_method(self, call: nodes.MethodCall) -> ContextMethod | None:
        """The method that `call` certainly calls: of ctx, a future or a child."""
        method = self._context_method(call)
        if method is not None:
            return method
        kind = self.object_kind(call.object)
        return None if kind is None else OBJECT_METHODS[kind].get(call.method.name)

    @staticmethod
    def _argument(call: nodes.Call, position: int) -> nodes.Expression | None:
        return call.arguments[position] if position < len(call.arguments) else None

    # ------------------------------------------------------------------------------------------------------- colours

    def add_operations(self, types: TypeInference) -> None:
        """Makes functions wait whose operations may reach a metamethod that waits."""
        self._operations = Operations(self.functions, self.library, types, self)
        if self._operations.has_pairs:
            self._spread()
        while self._operations.take_events(self.stray.names):
            self._spread()

    def operation_waits(self, event: str, *operands: nodes.Expression) -> bool:
        """May the operation on `operands` reach a metamethod that waits?"""
        return self._operations is not None and self._operations.wait(event, operands)

    def _note_values(self) -> None:
        for variable in self.contexts:
            for read in variable.reads:
                if not self._stays_known(read):
                    self.stray.context = True
        self.stray.futures = any(
            method is not None and method.makes is not None
            for method in map(self._context_method, self.parents)
        )
        for node in self.yields:
            parent = self.parents[node]
            called = isinstance(parent, nodes.Call) and parent.function is node
            stored_as = stored_field(node, parent)
            if stored_as is not None:
                self.stray.names.add(stored_as)
            elif not called and not isinstance(parent, nodes.LocalAssign):
                self.stray.anywhere = True
        if self.contexts and any(
            self._is_library(node, "coroutine.wrap") for node in self._found()
        ):
            # In a workflow a wrapped coroutine may wait for Temporal, and so may whoever calls it.
            self.stray.anywhere = True

    def _spread(self) -> None:
        iterators: dict[FunctionScope, list[nodes.Expression]] = {}
        for node, scope in self.resolution.containing.items():
            if isinstance(node, nodes.GenericFor) and scope in self.within:
                iterators.setdefault(scope, []).append(node.iterators[0])
        changed = True
        while changed:
            changed = False
            for scope, facts in self.functions.facts.items():
                if (
                    scope in self.within
                    and scope not in self.suspending
                    and (
                        any(self.suspends(call) for call in scope.calls)
                        or any(self.iterator_may_wait(i) for i in iterators.get(scope, ()))
                        or (self._operations is not None and self._operations.in_function(scope))
                    )
                ):
                    self.suspending.add(scope)
                    for use in facts.value_uses:
                        self._note_stray(use, scope)
                    changed = True

    def _found(self) -> Iterator[nodes.Node]:
        """The nodes of this side's code."""
        containing = self.resolution.containing
        return (n for n in self.parents if n not in containing or containing[n] in self.within)

    def _stays_known(self, read: nodes.Name | nodes.Index | nodes.MethodCall) -> bool:
        parent = self.parents.get(read)
        if isinstance(parent, nodes.MethodCall):
            return parent.object is read
        if isinstance(parent, nodes.LocalAssign):
            return True
        if isinstance(parent, nodes.Call) and read is not parent.function:
            facts = self.functions.of_callee(parent.function)
            if facts is not None:
                position = parent.arguments.index(read)
                parameters = facts.scope.parameters
                return position < len(parameters) and parameters[position] in self.contexts
        return False

    def _is_library(self, node: nodes.Node, name: str) -> bool:
        if not isinstance(node, nodes.Name | nodes.Index):
            return False
        row = self.library.of(node)
        return row is not None and row.lua_name == name

    def _note_stray(self, use: nodes.Node, scope: FunctionScope) -> None:
        parent = self.parents.get(use)
        while isinstance(parent, nodes.Parenthesized):
            use, parent = parent, self.parents.get(parent)
        stored_as = stored_field(use, parent)
        match parent:
            case _ if isinstance(use, nodes.Index | nodes.MethodCall) and (
                use in self.resolution.string_fields
            ):
                self.stray.names.add(self.resolution.string_fields[use].name)
            case nodes.Node() if parent in self.registrations:
                return
            case _ if stored_as is not None:
                self.stray.names.add(stored_as)
            case nodes.Call() if self._consumes(parent) and use in parent.arguments[:2]:
                return
            case nodes.MethodCall() if use in parent.arguments and self._takes_waiting(parent):
                return
            case _ if scope in self._entries:
                return
            case _:
                self.stray.anywhere = True
                self.stray.names |= self._stored_by_callee(use, parent)
        self.wrapped.add(scope)

    def _stored_by_callee(self, argument: nodes.Node, call: nodes.Node | None) -> set[str]:
        """The metamethods that the function which `call` reaches makes of its `argument`."""
        facts = self.functions.of_callee(call.function) if isinstance(call, nodes.Call) else None
        if facts is None or not isinstance(call, nodes.Call) or argument not in call.arguments:
            return set()
        parameters = facts.scope.parameters[call.arguments.index(argument) :][:1]
        reads = [read for parameter in parameters for read in parameter.reads]
        fields = [stored_field(read, self.parents.get(read)) for read in reads]
        return {name for name in fields if name in EVENTS}

    def _takes_waiting(self, call: nodes.MethodCall) -> bool:
        method = self._context_method(call)
        return method is not None and method.consumes

    def _consumes(self, call: nodes.Call) -> bool:
        row = self.library.of(call.function)
        return row is not None and row.lua_name in CONSUMERS

    def is_protected_call(self, call: nodes.Call) -> bool:
        row = self.library.of(call.function)
        return row is not None and row.lua_name in PROTECTED_CALLS

    def suspends(self, call: nodes.Call | nodes.MethodCall) -> bool:
        """Does this call wait for certain (then it is awaited as it is)?"""
        return self.certainly_suspends(call) or self.may_suspend(call)

    def certainly_suspends(self, call: nodes.Call | nodes.MethodCall) -> bool:
        """Does this call reach something known that waits?"""
        if isinstance(call, nodes.MethodCall):
            method = self.known_method(call)
            return method is not None and method.waits
        facts = self.functions.of_callee(call.function)
        if facts is not None:
            return facts.scope in self.suspending
        row = self.library.of(call.function)
        if row is not None and (
            row.lua_name == YIELD or (self.contexts and row.lua_name == "coroutine.resume")
        ):
            return True
        return self.is_protected_call(call) and any(
            self.may_be_async(a) for a in call.arguments[:2]
        )

    def may_suspend(self, call: nodes.Call | nodes.MethodCall) -> bool:
        """May this call of an unknown callee give something that has to be awaited?"""
        if isinstance(call, nodes.MethodCall):
            if self.is_context(call.object) or self.object_kind(call.object) is not None:
                return False
            name: str | None = call.method.name
        else:
            if self.functions.of_callee(call.function) or self.library.of(call.function):
                return False
            callee = strip_parentheses(call.function)
            if isinstance(callee, nodes.Function):
                return self.resolution.functions[callee] in self.suspending
            if self.resolution.is_global(callee, "require"):
                return False
            name = None
            if isinstance(callee, nodes.Index) and isinstance(callee.key, nodes.String):
                name = callee.key.value
        called = [call.function] if isinstance(call, nodes.Call) else []
        if self.stray.anywhere or self.operation_waits("__call", *called):
            return True
        if name is None:
            return bool(self.stray.names) or self.stray.context
        return (
            name in self.stray.names
            or (self.stray.context and name in SUSPENDING_METHODS)
            or ((self.stray.futures or self.stray.context) and name in WAITING_OBJECT_METHODS)
        )

    def iterator_may_wait(self, iterator: nodes.Expression) -> bool:
        """May the function that a generic `for` calls be async? `iterator` is the first expression after `in`."""
        if not is_multiple(iterator):
            return self.may_be_async(iterator)
        if isinstance(iterator, nodes.Call):
            row = self.library.of(iterator.function)
            pairs = self._operations is not None and self._operations.may_be_other_pairs(iterator)
            if row is not None and row.lua_name != "coroutine.wrap" and not pairs:
                return False
        return bool(self.stray.anywhere or self.stray.names)

    def is_async(self, value: nodes.Expression) -> bool:
        """Does the function that `value` gives wait for certain, not only for what it may reach?"""
        return known_function(self, value) in self.certain

    def may_be_async(self, value: nodes.Expression) -> bool:
        """May the function that `value` gives be async?"""
        value = strip_parentheses(value)
        if isinstance(value, nodes.Function):
            return self.resolution.functions[value] in self.suspending
        if isinstance(value, nodes.Name):
            facts = self.functions.of_callee(value)
            if facts is not None:
                return facts.scope in self.suspending
        if self._is_library(value, YIELD):
            return True
        if self.library.of(value) is not None or isinstance(
            value, nodes.String | nodes.Number | nodes.Nil
        ):
            return False
        if self.stray.anywhere or self.stray.names or self.stray.context:
            return True
        # `pcall(future.get, future)`
        return (
            self.stray.futures
            and isinstance(value, nodes.Index)
            and isinstance(value.key, nodes.String)
            and value.key.value in WAITING_OBJECT_METHODS
        )
