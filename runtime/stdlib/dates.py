"""Dates for the os library: seconds since the epoch to text or tables of fields and back (manual 6.9, os.date, os.time).

Local time is the process's time zone; names of days and months are those of the C locale.
"""

from __future__ import annotations

import calendar
import time
from typing import Any, Final

from ..errors import argument_error, library_error
from ..numbers import to_integer
from ..tables import index, setindex
from ..values import LuaTable, truthy

_SPECIFIERS: Final = frozenset("aAbBcCdDeFgGhHIjmMnprRStTuUVwWxXyYzZ%")
_SPECIFIERS_AFTER: Final = {"E": frozenset("cCxXyY"), "O": frozenset("deHImMSuUVwWy")}
"""What `strftime` of C99 knows, alone and after the modifiers E and O (loslib.c, LUA_STRFTIMEOPTIONS)."""

_LEAST_INT: Final = -2147483648
_GREATEST_INT: Final = 2147483647


def timestamp(table: LuaTable, universal: bool = False) -> int:
    """The time that a table of date fields means, local ones or `universal` (UTC); they are brought into their normal ranges.

    Errors as real Lua's: a missing field, one that is no integer, one that C cannot hold.
    """
    year = _field(table, "year", None, 1900)
    month = _field(table, "month", None, 1)
    day = _field(table, "day", None, 0)
    hour = _field(table, "hour", 12, 0)
    minute = _field(table, "min", 0, 0)
    second = _field(table, "sec", 0, 0)
    daylight = index(table, "isdst")
    flag = -1 if daylight is None else int(truthy(daylight))
    try:
        if universal:
            when = _universal_seconds(year, month, day) + hour * 3600 + minute * 60 + second
            fields = time.gmtime(when)
        else:
            when = int(time.mktime((year, month, day, hour, minute, second, 0, 0, flag)))
            fields = time.localtime(when)
    except (OverflowError, ValueError, OSError):
        raise library_error("time result cannot be represented in this installation") from None
    _store_fields(table, fields)
    return when


def _universal_seconds(year: int, month: int, day: int) -> int:
    """Midnight (UTC) of a day whose month and day may lie outside their ranges, as `mktime` takes them."""
    years, month = divmod(month - 1, 12)
    return calendar.timegm((year + years, month + 1, 1, 0, 0, 0)) + (day - 1) * 86400


def _field(table: LuaTable, name: str, default: int | None, offset: int) -> int:
    """A field of a date table; `offset` is what C subtracts from it to store it in an int."""
    value = index(table, name)
    if value is None:
        if default is None:
            raise library_error(f"field '{name}' missing in date table")
        return default
    integer = to_integer(value)
    if integer is None:
        raise library_error(f"field '{name}' is not an integer")
    if not _LEAST_INT <= integer - offset <= _GREATEST_INT:
        raise library_error(f"field '{name}' is out-of-bound")
    return integer


def _store_fields(table: LuaTable, fields: time.struct_time) -> None:
    values: tuple[tuple[str, Any], ...] = (
        ("year", fields.tm_year),
        ("month", fields.tm_mon),
        ("day", fields.tm_mday),
        ("hour", fields.tm_hour),
        ("min", fields.tm_min),
        ("sec", fields.tm_sec),
        ("yday", fields.tm_yday),
        ("wday", (fields.tm_wday + 1) % 7 + 1),
    )
    for name, value in values:
        setindex(table, name, value)
    if fields.tm_isdst >= 0:
        setindex(table, "isdst", fields.tm_isdst > 0)


def formatted(template: str, when: int) -> Any:
    """`when`, in seconds since the epoch, in the form that `template` asks for: text, or a table for "*t"."""
    universal = template.startswith("!")
    template = template.removeprefix("!")
    try:
        fields = time.gmtime(when) if universal else time.localtime(when)
    except (OverflowError, ValueError, OSError):
        raise library_error("date result cannot be represented in this installation") from None
    if template.partition("\0")[0] == "*t":
        table = LuaTable()
        _store_fields(table, fields)
        return table
    parts = []
    at = 0
    while (percent := template.find("%", at)) >= 0:
        parts.append(template[at:percent])
        specifier = _specifier(template[percent + 1 :])
        # C calls universal time GMT, Python calls it UTC.
        shown = "GMT" if universal and specifier == "Z" else time.strftime(f"%{specifier}", fields)
        parts.append(shown)
        at = percent + 1 + len(specifier)
    parts.append(template[at:])
    return "".join(parts)


def _specifier(rest: str) -> str:
    """The conversion specifier that `rest` begins with."""
    letter = rest[:1]
    if letter in _SPECIFIERS:
        return letter
    if rest[1:2] in _SPECIFIERS_AFTER.get(letter, ()):
        return rest[:2]
    shown = rest.partition("\0")[0]
    raise argument_error(1, f"invalid conversion specifier '%{shown}'")
