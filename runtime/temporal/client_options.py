"""The option tables of the gRPC client in Lua, and the kinds of values that only they have.

A kind is an `OptionKind`, or a function of the value and the option's name that gives what the Python client takes or raises a
Lua error. Names and meaning are those of the methods of `assay.runtime.client.AsyncClient`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from ..client.choices import CONFLICT_POLICIES, OVERLAP_POLICIES, REUSE_POLICIES
from ..errors import library_error
from ..json_values import JsonError, plain_value
from ..numbers import format_number
from ..strings import to_text
from ..values import LuaTable, type_name
from .option_names import OptionKind
from .options import Kind, checked, converted
from .tls import Tls

Options = Mapping[str, Kind]


def _json(value: Any, name: str) -> Any:
    try:
        return plain_value(value, name.rpartition(": ")[2])
    except JsonError as error:
        raise library_error(f"{name.rpartition(': ')[0]}: {error.value}") from None


def _fields(value: Any, name: str) -> dict[str, Any]:
    """A table with text keys."""
    plain = _json(value, name)
    if not isinstance(plain, dict):
        raise library_error(f"{name} must be a table with names, got {_shown(value)}")
    return plain


def _search_attributes(value: Any, name: str) -> dict[str, Any]:
    plain = _fields(value, name)
    for key, item in plain.items():
        is_list = isinstance(item, list) and all(isinstance(each, str) for each in item)
        if not (is_list or isinstance(item, str | int | float)):
            raise library_error(
                f"{name}.{key} must be a string, a number, a boolean or a list of strings "
                '(a time is a string such as "2026-01-31T12:00:00Z")'
            )
    return plain


def _tls(value: Any, name: str) -> bool | Tls:
    if type(value) is bool:
        return value
    if not isinstance(value, LuaTable):
        raise library_error(
            f"{name} must be a boolean or a table with ca, cert, key and server_name, got {_shown(value)}"
        )
    return Tls(**checked(value, _TLS, name))


def _texts(value: Any, name: str) -> str | list[str]:
    """One string, or a list of them."""
    if isinstance(value, LuaTable):
        return list(converted(value, OptionKind.STRINGS, name))
    return str(converted(value, OptionKind.STRING, name))


def _time(value: Any, name: str) -> float:
    if type(value) not in (int, float) or not 0 <= value < 253402300800:
        raise library_error(
            f"{name} must be a time in seconds since the epoch, got {_shown(value)}"
        )
    return float(value)


def _one_of(choices: Mapping[str, object]) -> Callable[[Any, str], str]:
    def choice(value: Any, name: str) -> str:
        text = to_text(value).lower() if type(value) is str else None
        if text not in choices:
            shown = f"'{to_text(value)}'" if type(value) is str else _shown(value)
            raise library_error(f"{name} must be one of {', '.join(choices)}, got {shown}")
        return str(text)

    return choice


def _shown(value: Any) -> str:
    return format_number(value) if type(value) in (int, float) else type_name(value)


def _table(**kinds: Kind) -> Options:
    return kinds


_STRING: Final = OptionKind.STRING
_DURATION: Final = OptionKind.DURATION
_BOOLEAN: Final = OptionKind.BOOLEAN
_COUNT: Final = OptionKind.COUNT

_TLS: Final = _table(ca=_STRING, cert=_STRING, key=_STRING, server_name=_STRING)
_TIMEOUT: Final = _table(timeout=_DURATION)
_WORKFLOW: Final = _table(workflow_id=_STRING, run_id=_STRING, **_TIMEOUT)
_SCHEDULE: Final = _table(schedule_id=_STRING, **_TIMEOUT)

CONNECT: Final = _table(
    url=_STRING,
    namespace=_STRING,
    api_key=_STRING,
    tls=_tls,
    identity=_STRING,
    profile=_STRING,
    config_file=_STRING,
    **_TIMEOUT,
)

_LIMITS: Final = _table(
    execution_timeout=_DURATION,
    run_timeout=_DURATION,
    task_timeout=_DURATION,
    retry_policy=OptionKind.RETRY_POLICY,
    memo=_fields,
    search_attributes=_search_attributes,
)
"""Of a workflow that is started, now or by a schedule."""

START: Final = _table(
    workflow_type=_STRING,
    workflow_id=_STRING,
    task_queue=_STRING,
    input=_json,
    id_reuse_policy=_one_of(REUSE_POLICIES),
    id_conflict_policy=_one_of(CONFLICT_POLICIES),
    cron_schedule=_STRING,
    start_delay=_DURATION,
    start_signal=_STRING,
    start_signal_input=_json,
    summary=_STRING,
    details=_STRING,
    **_LIMITS,
    **_TIMEOUT,
)
SIGNAL: Final = _table(signal_name=_STRING, input=_json, **_WORKFLOW)
QUERY: Final = _table(query_type=_STRING, input=_json, **_WORKFLOW)
UPDATE: Final = _table(update_name=_STRING, update_id=_STRING, input=_json, **_WORKFLOW)
WORKFLOW: Final = _WORKFLOW
RESULT: Final = _table(follow_runs=_BOOLEAN, **_WORKFLOW)
CLOSE: Final = _table(reason=_STRING, **_WORKFLOW)
LIST: Final = _table(query=_STRING, limit=_COUNT, **_TIMEOUT)
COUNT: Final = _table(query=_STRING, **_TIMEOUT)

_OVERLAP: Final = _one_of(OVERLAP_POLICIES)
UPDATE_SCHEDULE: Final = _table(
    workflow_type=_STRING,
    workflow_id=_STRING,
    task_queue=_STRING,
    input=_json,
    cron=_texts,
    every=_DURATION,
    offset=OptionKind.TIMEOUT,
    start_at=_time,
    end_at=_time,
    jitter=_DURATION,
    time_zone=_STRING,
    overlap=_OVERLAP,
    catchup_window=_DURATION,
    pause_on_failure=_BOOLEAN,
    paused=_BOOLEAN,
    note=_STRING,
    remaining_actions=_COUNT,
    **_SCHEDULE,
)
CREATE_SCHEDULE: Final = _table(trigger_immediately=_BOOLEAN, **_LIMITS, **UPDATE_SCHEDULE)
PAUSE_SCHEDULE: Final = _table(note=_STRING, **_SCHEDULE)
TRIGGER_SCHEDULE: Final = _table(overlap=_OVERLAP, **_SCHEDULE)
BACKFILL_SCHEDULE: Final = _table(start_at=_time, end_at=_time, overlap=_OVERLAP, **_SCHEDULE)
SCHEDULE: Final = _SCHEDULE
