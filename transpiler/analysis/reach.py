"""How workflow code reaches a function: the chain of calls from a workflow down to it.

In: resolved names and known functions. Out: for a function scope the functions on the shortest way to it, the workflow first. A
function that is mentioned counts as called. Where no such way is known, so does each function of a table that is mentioned.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cached_property

from .functions import KnownFunctions
from .held_functions import Held, held_functions
from .scopes import FunctionScope, Variable
from .worker_definitions import Entry


class Reach:
    """The ways from the workflows of a program to its functions."""

    def __init__(self, functions: KnownFunctions, workflows: Iterable[Entry]) -> None:
        self._functions = functions
        self._workflows = list(workflows)
        self._names = {entry.scope: entry.name for entry in self._workflows}
        self._reached_from: dict[FunctionScope, Collection[FunctionScope]] = {}

    def chain(self, scope: FunctionScope) -> list[tuple[str, FunctionScope]]:
        """The named functions on the way to `scope`, from the workflow on; empty when no workflow is known to reach it."""
        before = self._before if scope in self._before else self._before_with_tables
        if scope not in before:
            return []
        way: list[tuple[str, FunctionScope]] = []
        at: FunctionScope | None = scope
        while at is not None:
            name = self._name(at)
            if name:
                way.append((name, at))
            at = before[at]
        return way[::-1]

    @cached_property
    def _before(self) -> dict[FunctionScope, FunctionScope | None]:
        return self._search(self._names, self._edges)

    @cached_property
    def _before_with_tables(self) -> dict[FunctionScope, FunctionScope | None]:
        edges = {user: list(reached) for user, reached in self._edges.items()}
        for scope, held in self._held.items():
            for user in self._readers(held.variable):
                edges.setdefault(user, []).append(scope)
        return self._search(self._names, edges)

    @cached_property
    def _held(self) -> dict[FunctionScope, Held]:
        return held_functions(self._functions)

    def workflows(self, scope: FunctionScope) -> list[Entry]:
        """The workflows that reach `scope`."""
        return [entry for entry in self._workflows if scope in self._reached(entry.scope)]

    def _reached(self, scope: FunctionScope) -> Collection[FunctionScope]:
        if scope not in self._reached_from:
            self._reached_from[scope] = self._search([scope], self._edges)
        return self._reached_from[scope]

    def _name(self, scope: FunctionScope) -> str:
        if scope in self._names:
            return self._names[scope]
        variable = self._functions.facts[scope].variable
        if variable is not None:
            return variable.name
        return self._held[scope].name if scope in self._held else ""

    def _search(
        self, starts: Iterable[FunctionScope], edges: Mapping[FunctionScope, list[FunctionScope]]
    ) -> dict[FunctionScope, FunctionScope | None]:
        """What can be reached from `starts`, each with the function before it on the shortest way."""
        before: dict[FunctionScope, FunctionScope | None] = dict.fromkeys(starts)
        pending = deque(before)
        while pending:
            scope = pending.popleft()
            for reached in (*scope.functions, *edges.get(scope, ())):
                if reached not in before:
                    before[reached] = scope
                    pending.append(reached)
        return before

    @cached_property
    def _edges(self) -> dict[FunctionScope, list[FunctionScope]]:
        """Which known functions each function mentions."""
        edges: dict[FunctionScope, list[FunctionScope]] = {}
        for scope, facts in self._functions.facts.items():
            for user in self._readers(facts.variable):
                if user is not scope:
                    edges.setdefault(user, []).append(facts.scope)
        return edges

    def _readers(self, variable: Variable | None) -> Iterator[FunctionScope]:
        """The functions that mention `variable`."""
        containing = self._functions.resolution.containing
        for read in variable.reads if variable is not None else ():
            if read in containing:
                yield containing[read]
