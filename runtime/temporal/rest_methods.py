"""The methods of the REST client in Lua as data: arguments, options, and the older names.

Read by the runtime (`rest.py`) and by the compiler, which checks literal options: so nothing heavy is imported here. Names and
meaning are those of `assay.runtime.rest.Client`. Specification: "assay.temporal (HTTP REST client)".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, TypeAlias

from .option_names import OptionKind

Options: TypeAlias = Mapping[str, OptionKind]

_STRING: Final = OptionKind.STRING
_COUNT: Final = OptionKind.COUNT
_BOOLEAN: Final = OptionKind.BOOLEAN


def _options(**kinds: OptionKind) -> Options:
    return MappingProxyType(kinds)


_PAGES: Final = _options(next_page_token=_STRING, all_pages=_BOOLEAN)
_NAMESPACE: Final = _options(namespace=_STRING)
_RUN: Final = _options(namespace=_STRING, run_id=_STRING)

CLIENT_OPTIONS: Final = _options(
    namespace=_STRING,
    api_key=_STRING,
    timeout=OptionKind.DURATION,
    verify=OptionKind.TRUST,
    ca=_STRING,
    cert=OptionKind.CERTIFICATE,
)
"""Of `require("assay.temporal").client(url, {...})`."""


@dataclass(frozen=True, slots=True, eq=False)
class RestMethod:
    """A method: the object it belongs to ("" for the client), its name, and what Lua gives it: the arguments in their order
    (a name with `?` may be nil), then a table with options."""

    owner: str
    name: str
    arguments: tuple[tuple[str, OptionKind], ...]
    options: Options

    @property
    def shown(self) -> str:
        """How an error names it."""
        return f"{self.owner}:{self.name}" if self.owner else self.name


_ID: Final = ("workflow_id", _STRING)

METHODS: Final = (
    RestMethod("", "health", (), _options()),
    RestMethod("", "system_info", (), _options()),
    RestMethod("namespaces", "list", (), _options(page_size=_COUNT, **_PAGES)),
    RestMethod("namespaces", "get", (("name", _STRING),), _options()),
    RestMethod(
        "workflows",
        "list",
        (),
        _options(namespace=_STRING, query=_STRING, page_size=_COUNT, **_PAGES),
    ),
    RestMethod("workflows", "get", (_ID, ("run_id?", _STRING)), _NAMESPACE),
    RestMethod(
        "workflows",
        "history",
        (_ID, ("run_id?", _STRING)),
        _options(namespace=_STRING, maximum_page_size=_COUNT, raw_payloads=_BOOLEAN, **_PAGES),
    ),
    RestMethod(
        "workflows",
        "signal",
        (_ID, ("signal_name", _STRING), ("input?", OptionKind.ANY)),
        _RUN,
    ),
    RestMethod("workflows", "terminate", (_ID, ("reason?", _STRING)), _RUN),
    RestMethod("workflows", "cancel", (_ID,), _options(reason=_STRING, **_RUN)),
    RestMethod(
        "workflows",
        "search",
        (("query", _STRING),),
        _options(namespace=_STRING, page_size=_COUNT, **_PAGES),
    ),
    RestMethod("workflows", "is_running", (_ID,), _RUN),
    RestMethod("workflows", "wait_complete", (_ID, ("timeout_secs", OptionKind.TIMEOUT)), _RUN),
    RestMethod(
        "task_queues",
        "get",
        (("name", _STRING),),
        _options(namespace=_STRING, task_queue_type=_STRING),
    ),
    RestMethod(
        "schedules", "list", (), _options(namespace=_STRING, maximum_page_size=_COUNT, **_PAGES)
    ),
    RestMethod("schedules", "get", (("schedule_id", _STRING),), _NAMESPACE),
)

METHODS_OF: Final[Mapping[str, Mapping[str, RestMethod]]] = MappingProxyType(
    {
        owner: MappingProxyType({each.name: each for each in METHODS if each.owner == owner})
        for owner in ("", "namespaces", "workflows", "task_queues", "schedules")
    }
)
"""The methods by the object they belong to and their name."""

OLDER_NAMES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "namespace": "namespaces.get",
        "workflow": "workflows.get",
        "workflow_history": "workflows.history",
        "signal_workflow": "workflows.signal",
        "terminate_workflow": "workflows.terminate",
        "cancel_workflow": "workflows.cancel",
        "search_workflows": "workflows.search",
        "is_workflow_running": "workflows.is_running",
        "wait_workflow_complete": "workflows.wait_complete",
        "task_queue": "task_queues.get",
        "schedule": "schedules.get",
    }
)
"""The colon-style names of the client; `namespaces`, `workflows` and `schedules` are sub-objects that can be called, which
lists."""
