"""Operations: what may call a metamethod, as Lua manual 2.4 lists them.

In: a node of the syntax tree. Out: the events that running it may cause, each with the operands whose metatables are asked. An
operation that reaches a metamethod which waits makes the function around it wait (see context.py).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Final, Protocol

from assay.runtime.library import LibraryFunction
from assay.runtime.temporal.context_methods import ContextMethod

from ..syntax import nodes
from .functions import KnownFunctions
from .library import Library
from .metatables import BINARY_EVENTS, UNARY_EVENTS, may_call
from .scopes import FunctionScope, is_multiple
from .types import TypeInference
from .walk import walk

EVENTS: Final = frozenset(
    {
        *BINARY_EVENTS.values(),
        *UNARY_EVENTS.values(),
        *("__index", "__newindex", "__call", "__close", "__pairs"),
    }
)
"""The events of Lua code, whose metamethods may wait."""

_LIBRARY_EVENTS: Final = frozenset({"__tostring", "__gc"})
"""The events of the library and the collector, which cannot wait."""

_CALLERS: Final = frozenset({"table.sort", "string.gsub", "load", "db.transaction"})
"""Library functions that call a function they are given and cannot wait for it."""

Operation = tuple[str, tuple[nodes.Expression, ...]]
"""An event, and the operands one of which must have the metamethod; none when it may be any value."""


class Contexts(Protocol):
    """What colours know already (see context.py)."""

    parents: dict[nodes.Node, nodes.Node]
    registrations: Collection[nodes.Node]

    def known_method(self, call: nodes.MethodCall) -> ContextMethod | None: ...


class Operations:
    """The operations of each function, and which of them may reach a metamethod that waits."""

    def __init__(
        self, functions: KnownFunctions, library: Library, types: TypeInference, contexts: Contexts
    ) -> None:
        self.functions = functions
        self.library = library
        self.types = types
        self.contexts = contexts
        self.has_pairs = any(map(_mentions_pairs, contexts.parents))
        self._events: frozenset[str] = frozenset()
        self._found: dict[FunctionScope, list[Operation]] = {}

    def take_events(self, names: Collection[str]) -> bool:
        """Notes the metamethods among `names`, fields that hold functions that wait. Are there new ones?"""
        known, self._events = self._events, EVENTS.intersection(names)
        return self._events != known

    def wait(self, event: str, operands: Iterable[nodes.Expression]) -> bool:
        """May an operation on `operands`, on any value without them, reach a metamethod that waits?"""
        if event not in self._events:
            return False
        asked = list(operands)
        return not asked or any(self._may_have(event, operand) for operand in asked)

    def in_function(self, scope: FunctionScope) -> bool:
        """Does the body of `scope` wait for a metamethod? The top level of a worker's modules cannot, nor what is only called
        by what cannot."""
        if not self._events or (scope.node is None and self.contexts.registrations):
            return False
        found = self._found.get(scope)
        if found is None:
            body = scope.node.body if scope.node else self.functions.resolution.chunk.body
            found = [] if self._is_callback(scope) else list(self._in_block(body))
            self._found[scope] = found
        return any(self.wait(event, operands) for event, operands in found)

    def _may_have(self, event: str, operand: nodes.Expression) -> bool:
        return may_call(self.types.contents, operand, event)

    def _is_callback(self, scope: FunctionScope) -> bool:
        """Is `scope` only ever given to what cannot wait?"""
        facts = self.functions.facts[scope]
        return not facts.calls and all(map(self._is_given_to_library, facts.value_uses))

    def _is_given_to_library(self, use: nodes.Node) -> bool:
        parent = self.contexts.parents.get(use)
        match parent:
            case nodes.Parenthesized():
                return self._is_given_to_library(parent)
            case nodes.Call() if use in parent.arguments:
                row = self.library.of(parent.function)
                return isinstance(row, LibraryFunction) and row.lua_name in _CALLERS
            case nodes.MethodCall() if use in parent.arguments:
                method = self.contexts.known_method(parent)
                return method is not None and not method.consumes
        return stored_field(use, parent) in _LIBRARY_EVENTS

    def _in_block(self, body: nodes.Block) -> Iterator[Operation]:
        assigned: set[nodes.Node] = set()
        for node in walk(body, into_functions=False):
            match node:
                case nodes.Assign(targets=targets):
                    assigned.update(targets)
                case nodes.FunctionStatement(target=target):
                    assigned.add(target)
                case nodes.Index(object=container) if not self._is_known(node):
                    yield "__newindex" if node in assigned else "__index", (container,)
                case nodes.MethodCall(object=receiver) if not self.contexts.known_method(node):
                    yield "__index", (receiver,)
                case nodes.Binary(operator=operator) if operator in BINARY_EVENTS:
                    yield BINARY_EVENTS[operator], (node.left, node.right)
                case nodes.Unary(operator=operator) if operator in UNARY_EVENTS:
                    yield UNARY_EVENTS[operator], (node.operand,)
                case nodes.Call() if self._is_pairs(node):
                    yield "__pairs", node.arguments[:1]
                case nodes.LocalAssign() if any(t.attribute == "close" for t in node.targets):
                    yield "__close", ()
                case nodes.GenericFor() if may_have_closing_value(node, self.library):
                    yield "__close", ()

    def _is_known(self, node: nodes.Index) -> bool:
        """Is this field found when the program is compiled: the library's, or what a module exports?"""
        return (
            node in self.functions.resolution.linked
            or self.library.of(node) is not None
            or self.library.table_of(node.object) is not None
        )

    def _is_pairs(self, node: nodes.Call) -> bool:
        row = self.library.of(node.function)
        return row is not None and row.lua_name == "pairs"

    def may_be_other_pairs(self, node: nodes.Call) -> bool:
        """May `node`, a call of `pairs`, give the iterator of a metamethod?"""
        return (
            self.has_pairs
            and self._is_pairs(node)
            and any(self._may_have("__pairs", operand) for operand in node.arguments[:1])
        )


def _mentions_pairs(node: nodes.Node) -> bool:
    match node:
        case nodes.NamedField(name=nodes.Identifier(name=name)) | nodes.String(value=name):
            return name == "__pairs"
    return False


def stored_field(value: nodes.Node, parent: nodes.Node | None) -> str | None:
    """The name of the field that `value` becomes in `parent`: a constructor, an assignment or `rawset`; or None."""
    match parent:
        case nodes.NamedField(name=name):
            return name.name
        case nodes.KeyedField(key=nodes.String(value=name)) if parent.value is value:
            return name
        case nodes.FunctionStatement(target=nodes.Index(key=nodes.String(value=name))):
            return name
        case nodes.Call(
            function=nodes.Name(name="rawset"), arguments=(_, nodes.String(value=name), stored)
        ) if (stored is value):
            return name
        case nodes.Assign():
            for target, assigned in zip(parent.targets, parent.values, strict=False):
                match target:
                    case nodes.Index(key=nodes.String(value=name)) if assigned is value:
                        return name
    return None


def may_have_closing_value(node: nodes.GenericFor, library: Library) -> bool:
    """May the loop have a fourth value?"""
    iterators = node.iterators
    if len(iterators) >= 4 and not isinstance(iterators[3], nodes.Nil):
        return True
    last = iterators[-1]
    if len(iterators) > 4 or not is_multiple(last):
        return False
    return not (isinstance(last, nodes.Call) and library.of(last.function))
