"""Values of database columns as Lua values, and Lua values as parameters.

The rules are in the docstring of `db.py`, which users read. Source of the Python types: the drivers' own tables of types
(psycopg "Basic Python types adaptation", PyMySQL `converters`, Python's sqlite3).
"""

from __future__ import annotations

import datetime
import decimal
from typing import Any

from .. import json_values
from ..json_values import NULL, JsonError, from_json, mark_array
from ..numbers import MAX_INTEGER, MIN_INTEGER
from ..strings import from_bytes, from_text
from ..values import HostObject, LuaTable, type_name


class Bytes(HostObject):
    """What `db.bytes` makes: a parameter that is bytes, not text."""

    __slots__ = ("data",)
    lua_object_name = "database bytes"

    def __init__(self, data: bytes) -> None:
        self.data = data


class ParameterError(Exception):
    """A Lua value that no column can hold; the message is a Lua string that names the parameter."""


# ------------------------------------------------------------------------------------------------------------- parameters


def parameters(values: LuaTable, count: int) -> list[Any]:
    """The values of $1 to $`count`, nil where `values` has a hole. Raises `ParameterError`."""
    for key in values:
        if type(key) is not int or not 1 <= key <= count:
            shown = key if type(key) is int else f"'{key}'"
            there_are = "no parameters" if count == 0 else f"the parameters $1 to ${count}"
            raise ParameterError(f"there is a value for {shown}, but the statement has {there_are}")
    return [_parameter(values.get(number), number) for number in range(1, count + 1)]


def _parameter(value: Any, number: int) -> Any:
    kind = type(value)
    if kind is str:
        return _text(value, number)
    if value is None or value is NULL:
        return None
    if kind is int or kind is float or kind is bool:
        return value
    if kind is Bytes:
        return value.data
    if isinstance(value, LuaTable):
        try:
            return _text(json_values.encode(value, f"parameter ${number}"), number)
        except JsonError as error:
            raise ParameterError(error.value) from None
    raise ParameterError(f"parameter ${number} is a {type_name(value)}, which no database can hold")


def _text(string: str, number: int) -> str:
    try:
        return string if string.isascii() else string.encode("latin-1").decode("utf-8")
    except UnicodeDecodeError:
        raise ParameterError(
            f"parameter ${number} is not UTF-8: give bytes as db.bytes(data)"
        ) from None


# ---------------------------------------------------------------------------------------------------------------- columns

_MYSQL_JSON = 245
"""FIELD_TYPE.JSON: MySQL's driver leaves the text as it is."""


def rows(names: list[str], types: list[Any], found: list[Any], is_mysql: bool) -> LuaTable:
    """The rows of an answer as a list of tables; a NULL is an absent field."""
    fields = [from_text(name) for name in names]
    json_columns = {i for i, code in enumerate(types) if is_mysql and code == _MYSQL_JSON}
    result = LuaTable()
    for number, row in enumerate(found, 1):
        table = result[number] = LuaTable()
        for position, value in enumerate(row):
            if position in json_columns and isinstance(value, str):
                value = json_values.parse(from_text(value))
            else:
                value = lua_value(value)
            if value is not None:
                table[fields[position]] = value
    return mark_array(result)


def lua_value(value: Any) -> Any:
    """A value that a driver gives as a Lua value."""
    kind = type(value)
    if kind is str:
        return from_text(value)
    if value is None or kind is bool or kind is float:
        return value
    if kind is int:
        return value if MIN_INTEGER <= value <= MAX_INTEGER else str(value)
    if kind is decimal.Decimal:
        return _number(value)
    if isinstance(value, bytes | bytearray | memoryview):
        return from_bytes(bytes(value))
    if isinstance(value, datetime.datetime):
        moment = value if value.tzinfo is None else value.astimezone(datetime.UTC)
        return moment.isoformat()
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    if isinstance(value, datetime.timedelta):
        return value.total_seconds()
    if isinstance(value, list | tuple):
        return _list(value)
    if isinstance(value, dict):
        return from_json(value)
    return from_text(str(value))


def _list(items: list[Any] | tuple[Any, ...]) -> LuaTable:
    table = LuaTable()
    for position, item in enumerate(items, 1):
        converted = lua_value(item)
        if converted is not None:
            table[position] = converted
    return mark_array(table)


def _number(value: decimal.Decimal) -> int | float | str:
    """A number with all its digits: an integer, a float, or a string when neither can hold it."""
    if not value.is_finite():
        return float(value)
    if value.as_tuple().exponent == 0:
        integer = int(value)
        return integer if MIN_INTEGER <= integer <= MAX_INTEGER else str(integer)
    nearest = float(value)
    return nearest if decimal.Decimal(repr(nearest)) == value else f"{value:f}"
