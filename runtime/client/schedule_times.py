"""When a schedule starts its workflow: the options of `schedules.create` and `schedules.update` to the SDK's specification.

In: `cron`, `every` and `offset`, `intervals`, `calendars`, `skip`, `start_at`, `end_at`, `jitter`, `time_zone`. Out: a changed
`temporalio.client.ScheduleSpec`. Raises ValueError that names the option and what it may be.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, TypeAlias, TypedDict

from temporalio.client import (
    ScheduleCalendarSpec,
    ScheduleIntervalSpec,
    ScheduleRange,
    ScheduleSpec,
)

from ..temporal.option_names import suggestion
from .choices import Seconds, duration, moment

TimeValue: TypeAlias = int | str | Sequence[int | str]
"""A number, a range ("9-17", "mon-fri"), one with a step ("0-59/15"), all ("*"), several of these ("1,15"); or a list of them."""


class Calendar(TypedDict, total=False):
    """Times of the calendar: each field that is given must match. Without them a time is at second, minute and hour 0, every day.
    Days of the week count from 0, Sunday; their names and those of months ("mon", "jan") may be used.
    """

    second: TimeValue
    minute: TimeValue
    hour: TimeValue
    day_of_month: TimeValue
    month: TimeValue
    year: TimeValue
    day_of_week: TimeValue
    comment: str


class _NeededInterval(TypedDict):
    every: Seconds


class Interval(_NeededInterval, total=False):
    """Every so many seconds since the epoch, `offset` seconds later."""

    offset: Seconds | None


class Times(TypedDict, total=False):
    """The options; what is None or not given stays as it is."""

    cron: str | Sequence[str] | None
    every: Seconds | None
    offset: Seconds | None
    intervals: Sequence[Interval] | None
    calendars: Sequence[Calendar] | None
    skip: Sequence[Calendar] | None
    start_at: float | datetime | None
    end_at: float | datetime | None
    jitter: Seconds | None
    time_zone: str | None


_DAYS: Final = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_MONTHS: Final = (
    *("jan", "feb", "mar", "apr", "may", "jun"),
    *("jul", "aug", "sep", "oct", "nov", "dec"),
)


def _numbered(names: Sequence[str], first: int) -> Mapping[str, int]:
    return {name: number for number, name in enumerate(names, first)}


_FIELDS: Final[Mapping[str, tuple[int, int, Mapping[str, int]]]] = {
    "second": (0, 59, {}),
    "minute": (0, 59, {}),
    "hour": (0, 23, {}),
    "day_of_month": (1, 31, {}),
    "month": (1, 12, _numbered(_MONTHS, 1)),
    "year": (2000, 2100, {}),
    "day_of_week": (0, 6, _numbered(_DAYS, 0)),
}
"""The least and the greatest value of each field (the server's), and names for values."""

_RANGE: Final = re.compile(r"(\*|\w+)(?:-(\w+))?(?:/([0-9]+))?")


def change_times(spec: ScheduleSpec, times: Times) -> None:
    """Sets what is given. `cron`, `every`, `intervals` and `calendars`, where one is given, replace all earlier times, `skip` what
    was left out of them."""
    every, offset = duration(times.get("every"), "every"), times.get("offset")
    if offset is not None and every is None:
        raise ValueError("offset belongs to every: give both")
    cron, intervals, calendars = times.get("cron"), times.get("intervals"), times.get("calendars")
    if not (cron is None and every is None and intervals is None and calendars is None):
        spec.cron_expressions = [cron] if isinstance(cron, str) else list(cron or ())
        spec.calendars = _calendars(calendars or (), "calendars")
        spec.intervals = [
            _interval(each, f"intervals[{number}].")
            for number, each in enumerate(intervals or (), 1)
        ]
        if every is not None:
            spec.intervals.append(_interval({"every": every, "offset": offset}, ""))
    skip = times.get("skip")
    if skip is not None:
        spec.skip = _calendars(skip, "skip")
    spec.start_at = moment(times.get("start_at")) or spec.start_at
    spec.end_at = moment(times.get("end_at")) or spec.end_at
    jitter, time_zone = duration(times.get("jitter"), "jitter"), times.get("time_zone")
    spec.jitter = spec.jitter if jitter is None else jitter
    spec.time_zone_name = time_zone or spec.time_zone_name


def _interval(given: Mapping[str, Any], name: str) -> ScheduleIntervalSpec:
    _check_names(given, ("every", "offset"), name)
    found = [_seconds(given.get(each), f"{name}{each}") for each in ("every", "offset")]
    if found[0] is None or found[0] < timedelta(seconds=1):
        raise ValueError(f"{name}every must be 1 second or more")
    return ScheduleIntervalSpec(found[0], found[1])


def _seconds(value: Any, name: str) -> timedelta | None:
    if isinstance(value, bool) or not isinstance(value, int | float | timedelta | None):
        raise ValueError(f"{name} must be a number of seconds, got {value!r}")
    return duration(value, name)


def _calendars(given: Sequence[Mapping[str, Any]], option: str) -> list[ScheduleCalendarSpec]:
    return [_calendar(each, f"{option}[{number}].") for number, each in enumerate(given, 1)]


def _calendar(given: Mapping[str, Any], name: str) -> ScheduleCalendarSpec:
    _check_names(given, (*_FIELDS, "comment"), name)
    fields: dict[str, Any] = {
        field: _ranges(given[field], field, name + field) for field in _FIELDS if field in given
    }
    comment = given.get("comment")
    if not isinstance(comment, str | None):
        raise ValueError(f"{name}comment must be text, got {comment!r}")
    return ScheduleCalendarSpec(**fields, comment=comment)


def _check_names(given: Mapping[str, Any], known: Sequence[str], name: str) -> None:
    for each in given:
        if each not in known:
            raise ValueError(f"{name}{each}: unknown field{suggestion(str(each), known)}")


def _ranges(value: Any, field: str, name: str) -> list[ScheduleRange]:
    items = list(value) if isinstance(value, list | tuple) else [value]
    parts = [
        part for item in items for part in (item.split(",") if isinstance(item, str) else [item])
    ]
    if not parts:
        raise ValueError(f"{name} must not be empty")
    return [_range(part, field, name) for part in parts]


def _range(part: Any, field: str, name: str) -> ScheduleRange:
    least, greatest, names = _FIELDS[field]
    text = part.strip().lower() if isinstance(part, str) else part
    match = _RANGE.fullmatch(text) if isinstance(text, str) else None
    if isinstance(text, int) and not isinstance(text, bool):
        start = end = text
        step = 1
    elif match is not None:
        first, last, steps = match[1], match[2], int(match[3] or 1)
        all_of_them = first == "*" and last is None
        start = least if all_of_them else _number(first, names)
        # "10/5" is every fifth from 10 on, as in cron.
        open_end = all_of_them or (last is None and match[3] is not None)
        end = greatest if open_end else _number(last or first, names)
        step = steps
    else:
        start = end = -1
        step = 1
    if not (least <= start <= end <= greatest and step > 0):
        shown = " or a name" if names else ""
        raise ValueError(
            f"{name} must be from {least} to {greatest}{shown}: a number, a range such as "
            f"'{least}-{least + 4}', or a list of them, got {part!r}"
        )
    return ScheduleRange(start, end, step)


def _number(text: str, names: Mapping[str, int]) -> int:
    return int(text) if text.isdecimal() else names.get(text, -1)
