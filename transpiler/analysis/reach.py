"""How workflow code reaches a function: the chain of calls from a workflow down to it.

In: resolved names and known functions. Out: for a function scope the functions on the shortest way to it, the workflow first. A
function that is mentioned counts as called.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Iterator
from functools import cached_property

from .functions import KnownFunctions
from .scopes import FunctionScope
from .worker_definitions import Entry


class Reach:
    """The ways from the workflows of a program to its functions."""

    def __init__(self, functions: KnownFunctions, workflows: Iterable[Entry]) -> None:
        self._functions = functions
        self._workflows = list(workflows)
        self._names = {entry.scope: entry.name for entry in self._workflows}
        self._before: dict[FunctionScope, FunctionScope | None] | None = None
        self._reached_from: dict[FunctionScope, Collection[FunctionScope]] = {}

    def chain(self, scope: FunctionScope) -> list[tuple[str, FunctionScope]]:
        """The named functions on the way to `scope`, from the workflow on; empty when no workflow is known to reach it."""
        if self._before is None:
            self._before = self._search(self._names)
        if scope not in self._before:
            return []
        way: list[tuple[str, FunctionScope]] = []
        at: FunctionScope | None = scope
        while at is not None:
            name = self._name(at)
            if name:
                way.append((name, at))
            at = self._before[at]
        return way[::-1]

    def workflows(self, scope: FunctionScope) -> list[Entry]:
        """The workflows that reach `scope`."""
        return [entry for entry in self._workflows if scope in self._reached(entry.scope)]

    def _reached(self, scope: FunctionScope) -> Collection[FunctionScope]:
        if scope not in self._reached_from:
            self._reached_from[scope] = self._search([scope])
        return self._reached_from[scope]

    def _name(self, scope: FunctionScope) -> str:
        if scope in self._names:
            return self._names[scope]
        variable = self._functions.facts[scope].variable
        return variable.name if variable is not None else ""

    def _search(self, starts: Iterable[FunctionScope]) -> dict[FunctionScope, FunctionScope | None]:
        """What can be reached from `starts`, each with the function before it on the shortest way."""
        edges = self._edges
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
            for user in self._users(scope):
                if user is not scope:
                    edges.setdefault(user, []).append(facts.scope)
        return edges

    def _users(self, scope: FunctionScope) -> Iterator[FunctionScope]:
        variable = self._functions.facts[scope].variable
        containing = self._functions.resolution.containing
        for read in variable.reads if variable is not None else ():
            if read in containing:
                yield containing[read]
