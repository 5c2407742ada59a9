"""How workflow code reaches a function: the chain of calls from a workflow down to it.

In: resolved names and known functions. Out: for a function scope the functions on the shortest way to it, the workflow first. A
function that is mentioned counts as called.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator

from .functions import KnownFunctions
from .scopes import FunctionScope
from .worker import Entry


class Reach:
    """The ways from the workflows of a program to its functions."""

    def __init__(self, functions: KnownFunctions, workflows: Iterable[Entry]) -> None:
        self._functions = functions
        self._names = {entry.scope: entry.name for entry in workflows}
        self._before: dict[FunctionScope, FunctionScope | None] | None = None

    def chain(self, scope: FunctionScope) -> list[tuple[str, FunctionScope]]:
        """The named functions on the way to `scope`, from the workflow on; empty when no workflow is known to reach it."""
        if self._before is None:
            self._before = self._search()
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

    def _name(self, scope: FunctionScope) -> str:
        if scope in self._names:
            return self._names[scope]
        variable = self._functions.facts[scope].variable
        return variable.name if variable is not None else ""

    def _search(self) -> dict[FunctionScope, FunctionScope | None]:
        edges = self._edges()
        before: dict[FunctionScope, FunctionScope | None] = dict.fromkeys(self._names)
        pending = deque(before)
        while pending:
            scope = pending.popleft()
            for reached in (*scope.functions, *edges.get(scope, ())):
                if reached not in before:
                    before[reached] = scope
                    pending.append(reached)
        return before

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
