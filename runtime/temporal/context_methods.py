"""The methods of `ctx` and of what they return, as data: how many arguments each takes, whether it waits, what it gives.

Read by the runtime (which names Lua code may use), by the compiler (colours, types, checks of calls) and by the test that holds
docs/ctx.md against it. Data only: nothing heavy is imported here, the SDK least of all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType
from typing import Final

from . import option_names
from .option_names import OptionKind


class ArgumentKind(Enum):
    """What an argument must be; the values finish the sentence "the second argument must be ..."."""

    NAME = "a name (a string)"
    PAYLOAD = "a value that JSON can hold"
    OPTIONS = "a table of options"
    FUNCTION = "a function"
    SECONDS = "a number of seconds that is not negative"
    FUTURES = "a table of futures"
    FIELDS = "a table"


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
    arguments: tuple[ArgumentKind, ...] = ()
    """What its arguments must be, in their order; of those behind them any value will do."""


_BOOLEAN: Final = frozenset({"boolean"})
_TABLE: Final = frozenset({"table"})
_NAME: Final = ArgumentKind.NAME
_PAYLOAD: Final = ArgumentKind.PAYLOAD
_OPTIONS: Final = ArgumentKind.OPTIONS
_FUNCTION: Final = ArgumentKind.FUNCTION
_NAMED_WORK: Final = (_NAME, _PAYLOAD, _OPTIONS)
_SECONDS: Final = (ArgumentKind.SECONDS,)
_FUTURES: Final = (ArgumentKind.FUTURES,)


def _activity(waits: bool, options: Mapping[str, OptionKind]) -> ContextMethod:
    makes = None if waits else "future"
    types = frozenset[str]() if waits else frozenset({"userdata"})
    return ContextMethod(
        1, 3, waits, types=types, options=options, makes=makes, arguments=_NAMED_WORK
    )


METHODS: Final[Mapping[str, ContextMethod]] = MappingProxyType(
    {
        "all": ContextMethod(1, 1, waits=True, types=_TABLE, arguments=_FUTURES),
        "any": ContextMethod(1, 1, waits=True, results=2, arguments=_FUTURES),
        "cancel_workflow": ContextMethod(
            1,
            2,
            waits=True,
            options=option_names.OTHER_WORKFLOW_OPTIONS,
            arguments=(_NAME, _OPTIONS),
        ),
        "cancellation_requested": ContextMethod(0, 0, types=_BOOLEAN),
        "continue_as_new": ContextMethod(
            0, 2, options=option_names.CONTINUE_AS_NEW_OPTIONS, arguments=(_PAYLOAD, _OPTIONS)
        ),
        "deprecate_patch": ContextMethod(1, 1, arguments=(_NAME,)),
        "execute_activity": _activity(True, option_names.ACTIVITY_OPTIONS),
        "execute_child_workflow": ContextMethod(
            1, 3, waits=True, options=option_names.CHILD_WORKFLOW_OPTIONS, arguments=_NAMED_WORK
        ),
        "execute_local_activity": _activity(True, option_names.LOCAL_ACTIVITY_OPTIONS),
        "now": ContextMethod(0, 0, types=frozenset({"float"})),
        "patched": ContextMethod(1, 1, types=_BOOLEAN, arguments=(_NAME,)),
        "random": ContextMethod(0, 2, types=frozenset({"integer", "float"})),
        "register_query": ContextMethod(2, 2, arguments=(_NAME, _FUNCTION)),
        "register_update": ContextMethod(
            2,
            3,
            options=option_names.UPDATE_OPTIONS,
            consumes=True,
            arguments=(_NAME, _FUNCTION, _OPTIONS),
        ),
        "shielded": ContextMethod(
            1, None, waits=True, results=None, consumes=True, arguments=(_FUNCTION,)
        ),
        "side_effect": ContextMethod(1, 1, waits=True, arguments=(_FUNCTION,)),
        "signal_workflow": ContextMethod(
            2,
            4,
            waits=True,
            options=option_names.OTHER_WORKFLOW_OPTIONS,
            arguments=(_NAME, _NAME, _PAYLOAD, _OPTIONS),
        ),
        "sleep": ContextMethod(1, 1, waits=True, arguments=_SECONDS),
        "spawn": ContextMethod(
            1,
            None,
            types=frozenset({"userdata"}),
            makes="spawned",
            consumes=True,
            arguments=(_FUNCTION,),
        ),
        "start_activity": _activity(False, option_names.ACTIVITY_OPTIONS),
        "start_child_workflow": ContextMethod(
            1,
            3,
            waits=True,
            types=frozenset({"userdata"}),
            options=option_names.CHILD_WORKFLOW_OPTIONS,
            makes="child",
            arguments=_NAMED_WORK,
        ),
        "start_timer": ContextMethod(
            1, 1, types=frozenset({"userdata"}), makes="future", arguments=_SECONDS
        ),
        "upsert_memo": ContextMethod(1, 1, arguments=(ArgumentKind.FIELDS,)),
        "upsert_search_attributes": ContextMethod(1, 1, arguments=(ArgumentKind.FIELDS,)),
        "uuid": ContextMethod(0, 0, types=frozenset({"string"})),
        "wait_signal": ContextMethod(
            1, 2, waits=True, options=option_names.WAIT_SIGNAL_OPTIONS, arguments=(_NAME, _OPTIONS)
        ),
        "wait_until": ContextMethod(
            1,
            2,
            waits=True,
            types=_BOOLEAN,
            options=option_names.WAIT_UNTIL_OPTIONS,
            arguments=(_FUNCTION, _OPTIONS),
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
        "child": MappingProxyType(
            {**_FUTURE, "signal": ContextMethod(1, 2, waits=True, arguments=(_NAME, _PAYLOAD))}
        ),
    }
)
"""The methods of futures, of those of spawned functions (any number of results) and of the handles of child workflows."""

CHILD_FIELDS: Final = ("run_id", "workflow_id")
"""The fields of the handle of a child workflow that are values."""

WAITING_OBJECT_METHODS: Final = frozenset(
    name for methods in OBJECT_METHODS.values() for name, method in methods.items() if method.waits
)

INFO_FIELDS: Final = (
    *("workflow_id", "workflow_type", "namespace", "task_queue", "attempt", "start_time", "run_id"),
    *("first_run_id", "continued_run_id", "cron_schedule", "parent"),
    *("execution_timeout", "run_timeout", "task_timeout"),
    *("history_length", "history_size", "continue_as_new_suggested", "memo", "search_attributes"),
)
"""The fields of what `workflow_info` gives (run_info.py)."""
