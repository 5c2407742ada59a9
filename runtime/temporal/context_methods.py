"""The methods of `ctx` and of what they return, as data: how many arguments each takes, whether it waits, what it gives.

Read by the runtime (which names Lua code may use), by the compiler (colours, types, checks of calls) and by the test that holds
docs/ctx.md against it. Data only: nothing heavy is imported here, the SDK least of all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from . import option_names
from .option_names import OptionKind


@dataclass(frozen=True, slots=True)
class ContextMethod:
    """One method, as the call `ctx:NAME(...)` sees it."""

    minimum: int
    """The fewest arguments it takes, without `ctx` itself."""
    maximum: int | None
    """The most arguments it takes; None for any number."""
    waits: bool = False
    """Whether the workflow may be suspended in it."""
    results: int | None = 1
    """How many values it gives; None when that varies."""
    types: frozenset[str] = frozenset()
    """The Lua types of its single result, as in `library.LibraryFunction`; empty when unknown."""
    options: Mapping[str, OptionKind] | None = None
    """The option table that its last argument may be."""
    makes: str | None = None
    """"future", "spawned" or "child": the result is an object with the methods of that table in `OBJECT_METHODS`."""
    consumes: bool = False
    """Whether it takes a function that may wait."""


_BOOLEAN: Final = frozenset({"boolean"})
_TABLE: Final = frozenset({"table"})


def _activity(waits: bool, options: Mapping[str, OptionKind]) -> ContextMethod:
    makes = None if waits else "future"
    types = frozenset[str]() if waits else frozenset({"userdata"})
    return ContextMethod(1, 3, waits, types=types, options=options, makes=makes)


METHODS: Final[Mapping[str, ContextMethod]] = MappingProxyType(
    {
        "all": ContextMethod(1, 1, waits=True, types=_TABLE),
        "any": ContextMethod(1, 1, waits=True, results=2),
        "cancel_workflow": ContextMethod(
            1, 2, waits=True, options=option_names.OTHER_WORKFLOW_OPTIONS
        ),
        "cancellation_requested": ContextMethod(0, 0, types=_BOOLEAN),
        "continue_as_new": ContextMethod(0, 2, options=option_names.CONTINUE_AS_NEW_OPTIONS),
        "deprecate_patch": ContextMethod(1, 1),
        "execute_activity": _activity(True, option_names.ACTIVITY_OPTIONS),
        "execute_child_workflow": ContextMethod(
            1, 3, waits=True, options=option_names.CHILD_WORKFLOW_OPTIONS
        ),
        "execute_local_activity": _activity(True, option_names.LOCAL_ACTIVITY_OPTIONS),
        "now": ContextMethod(0, 0, types=frozenset({"float"})),
        "patched": ContextMethod(1, 1, types=_BOOLEAN),
        "random": ContextMethod(0, 2, types=frozenset({"integer", "float"})),
        "register_query": ContextMethod(2, 2),
        "register_update": ContextMethod(2, 3, options=option_names.UPDATE_OPTIONS, consumes=True),
        "shielded": ContextMethod(1, None, waits=True, results=None, consumes=True),
        "side_effect": ContextMethod(1, 1, waits=True),
        "signal_workflow": ContextMethod(
            2, 4, waits=True, options=option_names.OTHER_WORKFLOW_OPTIONS
        ),
        "sleep": ContextMethod(1, 1, waits=True),
        "spawn": ContextMethod(
            1, None, types=frozenset({"userdata"}), makes="spawned", consumes=True
        ),
        "start_activity": _activity(False, option_names.ACTIVITY_OPTIONS),
        "start_child_workflow": ContextMethod(
            1,
            3,
            waits=True,
            types=frozenset({"userdata"}),
            options=option_names.CHILD_WORKFLOW_OPTIONS,
            makes="child",
        ),
        "start_timer": ContextMethod(1, 1, types=frozenset({"userdata"}), makes="future"),
        "upsert_memo": ContextMethod(1, 1),
        "upsert_search_attributes": ContextMethod(1, 1),
        "uuid": ContextMethod(0, 0, types=frozenset({"string"})),
        "wait_signal": ContextMethod(1, 2, waits=True, options=option_names.WAIT_SIGNAL_OPTIONS),
        "wait_until": ContextMethod(
            1, 2, waits=True, types=_BOOLEAN, options=option_names.WAIT_UNTIL_OPTIONS
        ),
        "workflow_info": ContextMethod(0, 0, types=_TABLE),
    }
)
"""The table of contents of `ctx`, in alphabetical order."""

_FUTURE: Final[Mapping[str, ContextMethod]] = {
    "cancel": ContextMethod(0, 0),
    "get": ContextMethod(0, 0, waits=True),
    "is_ready": ContextMethod(0, 0, types=_BOOLEAN),
}

OBJECT_METHODS: Final[Mapping[str, Mapping[str, ContextMethod]]] = MappingProxyType(
    {
        "future": MappingProxyType(_FUTURE),
        "spawned": MappingProxyType(
            {**_FUTURE, "get": ContextMethod(0, 0, waits=True, results=None)}
        ),
        "child": MappingProxyType({**_FUTURE, "signal": ContextMethod(1, 2, waits=True)}),
    }
)
"""The methods of futures, of those of spawned functions (any number of results) and of the handles of child workflows."""

CHILD_FIELDS: Final = ("run_id", "workflow_id")
"""The fields of the handle of a child workflow that are values."""

WAITING_OBJECT_METHODS: Final = frozenset(
    name for methods in OBJECT_METHODS.values() for name, method in methods.items() if method.waits
)
