"""The workers of a chunk: what each registers and its settings.

Made by discovery (worker.py) from a chunk; placement and lowering read it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ..syntax import nodes
from .scopes import FunctionScope, Variable


@dataclass(frozen=True, eq=False)
class Entry:
    """One registered function: `name` is what Temporal knows it by, `places` the nodes that register it, whose comments
    belong to it: one for each worker, unless workers share a table.

    `variable` is the local or global function it is registered from, None for an inline function. With a `key` the name is what
    that expression gives when the worker starts, and `name` its text in the source, for people.
    """

    name: str
    places: list[nodes.Node]
    function: nodes.Function
    scope: FunctionScope
    variable: Variable | None
    key: nodes.Expression | None = None


@dataclass(eq=False)
class WorkerDefinition:
    """`statement` is the top-level statement with the worker call; `settings` the other fields by name, `places`
    the nodes of all fields (their comments belong to what the field becomes)."""

    statement: nodes.Statement
    options: nodes.Table
    activities: list[Entry] = field(default_factory=list)
    workflows: list[Entry] = field(default_factory=list)
    settings: dict[str, nodes.Expression] = field(default_factory=dict)
    places: dict[str, nodes.Node] = field(default_factory=dict)
    builders: set[nodes.Statement] = field(default_factory=set)
    tables: dict[Variable, str] = field(default_factory=dict)
    """The local tables that it registers, each with its role."""
    condition: nodes.Expression | None = None
    """What has to hold in a process for the worker to run there; None where it always runs."""

    def entries(self, role: str) -> list[Entry]:
        return self.activities if role == "activities" else self.workflows


class Workers:
    """The workers of one chunk, in the order of their calls; `activities` and `workflows` are those of all of them, each once."""

    def __init__(self, definitions: Sequence[WorkerDefinition]) -> None:
        self.definitions = tuple(definitions)
        self.activities = list(dict.fromkeys(e for d in definitions for e in d.activities))
        self.workflows = list(dict.fromkeys(e for d in definitions for e in d.workflows))

    @property
    def entries(self) -> list[Entry]:
        return [*self.activities, *self.workflows]

    @property
    def settings(self) -> list[nodes.Expression]:
        conditions = [each.condition for each in self.definitions if each.condition is not None]
        return [*conditions, *(v for each in self.definitions for v in each.settings.values())]

    def places(self, name: str) -> Iterator[nodes.Node]:
        """The fields `name` of the workers' options."""
        return (each.places[name] for each in self.definitions if name in each.places)

    def known(self, workflows: Sequence[Entry], role: str) -> Iterator[list[str]]:
        """For each worker that runs one of `workflows`: the names that it and others on its task queue register. Where it is
        not known which workers run the code, one of them may be any. None where some names are not known.
        """
        if any(entry.key is not None for each in self.definitions for entry in each.entries(role)):
            return
        running = [d for d in self.definitions if not set(workflows).isdisjoint(d.workflows)]
        if not running:
            yield [entry.name for each in self.definitions for entry in each.entries(role)]
        for definition in running:
            queue = literal_text(definition.settings.get("task_queue"))
            yield [
                entry.name
                for each in self.definitions
                if each is definition
                or (queue is not None and queue == literal_text(each.settings.get("task_queue")))
                for entry in each.entries(role)
            ]


def literal_text(value: nodes.Expression | None) -> str | None:
    """The text of a string in the source."""
    return value.value if isinstance(value, nodes.String) else None
