"""The methods of the gRPC client in Lua as data: their options, which of them are required, what may be given by itself.

Read by the runtime (`client.py`) and by the compiler, which checks literal options: so nothing heavy is imported here, the SDK
least of all. Names and meaning are those of the methods of `assay.runtime.client.AsyncClient`. Specification: "temporal.connect /
temporal.start (gRPC client)"; beyond it docs/clients.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, TypeAlias

from .option_names import OptionKind

Options: TypeAlias = Mapping[str, OptionKind]


def _table(**kinds: OptionKind) -> Options:
    return MappingProxyType(kinds)


_STRING: Final = OptionKind.STRING
_DURATION: Final = OptionKind.DURATION
_BOOLEAN: Final = OptionKind.BOOLEAN
_COUNT: Final = OptionKind.COUNT
_ANY: Final = OptionKind.ANY
_TIME: Final = OptionKind.TIME
_OVERLAP: Final = OptionKind.OVERLAP_POLICY

_TIMEOUT: Final = _table(timeout=_DURATION)
_WORKFLOW: Final = _table(workflow_id=_STRING, run_id=_STRING, **_TIMEOUT)
_SCHEDULE: Final = _table(schedule_id=_STRING, **_TIMEOUT)

CONNECT: Final = _table(
    url=_STRING,
    namespace=_STRING,
    api_key=_STRING,
    tls=OptionKind.TLS,
    identity=_STRING,
    profile=_STRING,
    config_file=_STRING,
    **_TIMEOUT,
)

TLS: Final = _table(ca=_STRING, cert=_STRING, key=_STRING, server_name=_STRING)

_LIMITS: Final = _table(
    execution_timeout=_DURATION,
    run_timeout=_DURATION,
    task_timeout=_DURATION,
    retry_policy=OptionKind.RETRY_POLICY,
    memo=OptionKind.FIELDS,
    search_attributes=OptionKind.SEARCH_ATTRIBUTES,
    priority=OptionKind.PRIORITY,
)
"""Of a workflow that is started, now or by a schedule."""

PRIORITY: Final = _table(
    priority_key=OptionKind.POSITIVE, fairness_key=_STRING, fairness_weight=OptionKind.RATE
)
PINNED_VERSION: Final = _table(deployment_name=_STRING, build_id=_STRING)
"""Of `versioning_override`, when it is a table; both are required."""

_WHAT: Final = _table(workflow_type=_STRING, workflow_id=_STRING, task_queue=_STRING, input=_ANY)

_NEW_WORKFLOW: Final = _table(
    id_reuse_policy=OptionKind.START_REUSE_POLICY,
    id_conflict_policy=OptionKind.ID_CONFLICT_POLICY,
    versioning_override=OptionKind.VERSIONING_OVERRIDE,
    summary=_STRING,
    details=_STRING,
    **_WHAT,
    **_LIMITS,
    **_TIMEOUT,
)
START: Final = _table(
    cron_schedule=_STRING,
    start_delay=_DURATION,
    start_signal=_STRING,
    start_signal_input=_ANY,
    **_NEW_WORKFLOW,
)
UPDATE_WITH_START: Final = _table(
    update_name=_STRING, update_id=_STRING, update_input=_ANY, **_NEW_WORKFLOW
)
SIGNAL: Final = _table(signal_name=_STRING, input=_ANY, **_WORKFLOW)
QUERY: Final = _table(query_type=_STRING, input=_ANY, **_WORKFLOW)
UPDATE: Final = _table(update_name=_STRING, update_id=_STRING, input=_ANY, **_WORKFLOW)
RESULT: Final = _table(follow_runs=_BOOLEAN, **_WORKFLOW)
CLOSE: Final = _table(reason=_STRING, **_WORKFLOW)
LIST: Final = _table(query=_STRING, limit=_COUNT, **_TIMEOUT)
COUNT: Final = _table(query=_STRING, **_TIMEOUT)

UPDATE_SCHEDULE: Final = _table(
    cron=OptionKind.TEXTS,
    every=_DURATION,
    offset=OptionKind.TIMEOUT,
    intervals=OptionKind.TABLES,
    calendars=OptionKind.TABLES,
    skip=OptionKind.TABLES,
    start_at=_TIME,
    end_at=_TIME,
    jitter=_DURATION,
    time_zone=_STRING,
    overlap=_OVERLAP,
    catchup_window=_DURATION,
    pause_on_failure=_BOOLEAN,
    paused=_BOOLEAN,
    note=_STRING,
    remaining_actions=_COUNT,
    **_WHAT,
    **_SCHEDULE,
)
CREATE_SCHEDULE: Final = _table(trigger_immediately=_BOOLEAN, **_LIMITS, **UPDATE_SCHEDULE)
PAUSE_SCHEDULE: Final = _table(note=_STRING, **_SCHEDULE)
TRIGGER_SCHEDULE: Final = _table(overlap=_OVERLAP, **_SCHEDULE)
BACKFILL_SCHEDULE: Final = _table(start_at=_TIME, end_at=_TIME, overlap=_OVERLAP, **_SCHEDULE)


@dataclass(frozen=True, slots=True, eq=False)
class ClientMethod:
    """A method: the object it belongs to ("" for the client), its name, its options and which are required. Lua gives it a table
    with options, or the one called `alone` by itself (before a table with the others, if any)."""

    owner: str
    name: str
    options: Options
    required: tuple[str, ...] = ()
    alone: str = ""
    gives: bool = True
    """Whether it has a result."""

    @property
    def shown(self) -> str:
        """How an error names it."""
        return f"{self.owner}.{self.name}" if self.owner else self.name


def _row(
    shown: str,
    options: Options,
    required: tuple[str, ...] = (),
    alone: str = "",
    gives: bool = True,
) -> ClientMethod:
    owner, _, name = shown.rpartition(".")
    return ClientMethod(owner, name, options, required, alone, gives)


_ID: Final = ("workflow_id",)
_SCHEDULE_ID: Final = ("schedule_id",)
_START: Final = ("task_queue", "workflow_type", "workflow_id")
_CREATE: Final = ("schedule_id", "workflow_type", "task_queue")
_BACKFILL: Final = ("schedule_id", "start_at", "end_at")

METHODS: Final = (
    _row("start_workflow", START, _START),
    _row("signal_workflow", SIGNAL, ("workflow_id", "signal_name"), gives=False),
    _row("query_workflow", QUERY, ("workflow_id", "query_type")),
    _row("update_workflow", UPDATE, ("workflow_id", "update_name")),
    _row("update_with_start", UPDATE_WITH_START, (*_START, "update_name")),
    _row("describe_workflow", _WORKFLOW, _ID, "workflow_id"),
    _row("get_result", RESULT, _ID, "workflow_id"),
    _row("cancel_workflow", CLOSE, _ID, "workflow_id", gives=False),
    _row("terminate_workflow", CLOSE, _ID, "workflow_id", gives=False),
    _row("workflow_history", _WORKFLOW, _ID, "workflow_id"),
    _row("list_workflows", LIST, (), "query"),
    _row("count_workflows", COUNT, (), "query"),
    _row("schedules.create", CREATE_SCHEDULE, _CREATE, gives=False),
    _row("schedules.update", UPDATE_SCHEDULE, _SCHEDULE_ID, gives=False),
    _row("schedules.pause", PAUSE_SCHEDULE, _SCHEDULE_ID, "schedule_id", gives=False),
    _row("schedules.unpause", PAUSE_SCHEDULE, _SCHEDULE_ID, "schedule_id", gives=False),
    _row("schedules.trigger", TRIGGER_SCHEDULE, _SCHEDULE_ID, "schedule_id", gives=False),
    _row("schedules.backfill", BACKFILL_SCHEDULE, _BACKFILL, gives=False),
    _row("schedules.delete", _SCHEDULE, _SCHEDULE_ID, "schedule_id", gives=False),
    _row("schedules.describe", _SCHEDULE, _SCHEDULE_ID, "schedule_id"),
    _row("schedules.list", LIST, (), "query"),
)
"""The table of contents of `client` and `client.schedules`; those of the client are functions of the global `temporal` too."""

CONNECT_FUNCTION: Final = ClientMethod("", "connect", CONNECT)
START_FUNCTION: Final = ClientMethod("", "start", MappingProxyType({**CONNECT, **START}), _START)
"""`temporal.connect` and `temporal.start`, which belong to no client."""

METHODS_OF: Final[Mapping[str, Mapping[str, ClientMethod]]] = MappingProxyType(
    {
        owner: MappingProxyType({each.name: each for each in METHODS if each.owner == owner})
        for owner in ("", "schedules")
    }
)
"""The methods by the object they belong to and their name."""
