"""Lua values to plain Python data for the text formats beside JSON (YAML, TOML) and for templates, and Lua strings to text.

The model is that of `json_values`: sequences and marked tables are lists, other tables are dicts with text keys, strings are
UTF-8 text. What differs between the formats is said by the caller: their name, whether they have a null, and whether their
floats may be NaN or infinite. JSON itself keeps its own, faster way, which runs for every payload.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from ..json_model import (
    MAX_DEPTH,
    MAX_HOLES,
    NULL,
    Refusal,
    array_size,
    is_marked_array,
    key_text,
)
from ..numbers import format_float
from ..values import LuaTable, type_name

_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class DataError(Exception):
    """A value that the format cannot hold, or text that is not of the format; the message is a Lua string."""


@dataclass(frozen=True, slots=True)
class DataFormat:
    """What a format can hold beyond tables, strings, booleans and finite numbers."""

    name: str
    """As errors call it: "YAML"."""
    nulls: bool = True
    non_finite: bool = True


def text_of(string: str, what: str = "the text") -> str:
    """A Lua string as text. Raises `DataError` that calls it `what` when it is not UTF-8."""
    if string.isascii():
        return string
    try:
        return string.encode("latin-1").decode("utf-8")
    except UnicodeDecodeError as error:
        byte = error.object[error.start]
        raise DataError(
            f"{what} is not UTF-8 (byte 0x{byte:02X} at position {error.start + 1})"
        ) from None


def plain_data(value: Any, path: str, data_format: DataFormat) -> Any:
    """A Lua value as dict, list, str, int, float, bool or None; a new one. `path` names the value in errors.

    Raises `DataError` that names the place of what the format cannot hold: a function, a cycle, bytes that are not UTF-8.
    """
    return _plain(value, path, data_format, {})


def _plain(value: Any, path: str, data_format: DataFormat, open_tables: dict[int, str]) -> Any:
    kind = type(value)
    if kind is str:
        return text_of(value, path)
    if kind is int or kind is bool:
        return value
    if kind is float:
        if value - value != 0.0 and not data_format.non_finite:
            shown = "NaN" if value != value else "infinite"
            raise DataError(f"{path} is {shown}, which {data_format.name} cannot hold")
        return value
    if value is None or value is NULL:
        if not data_format.nulls:
            raise DataError(f"{path} is null, which {data_format.name} cannot hold")
        return None
    if not isinstance(value, LuaTable):
        raise DataError(f"{path} is a {type_name(value)}, which {data_format.name} cannot hold")
    if id(value) in open_tables:
        raise DataError(f"{path} is the same table as {open_tables[id(value)]}: a cycle")
    if len(open_tables) >= MAX_DEPTH:
        raise DataError(f"{path} is nested more than {MAX_DEPTH} levels deep")
    open_tables[id(value)] = path
    size = _list_size(value, path)
    plain: Any
    if size is None:
        plain = {}
        for key, item in value.items():
            name = _key(key, path, data_format)
            if name in plain:
                raise DataError(f'{path} has two keys with the text "{key}", a number and a string')
            plain[name] = _plain(item, path + _step(key), data_format, open_tables)
    else:
        plain = [
            _plain(value.get(position), f"{path}[{position}]", data_format, open_tables)
            for position in range(1, size + 1)
        ]
    del open_tables[id(value)]
    return plain


def _list_size(table: LuaTable, path: str) -> int | None:
    """How many elements a table has that is written as a list, None for one that is not."""
    if is_marked_array(table):
        size = array_size(table)
        if size is not None and size - len(table) > MAX_HOLES:
            raise DataError(
                f"{path} is an array with {len(table)} elements and {size - len(table)} holes"
            )
        return size
    count = len(table)
    if count == 0 or any(type(key) is not int or not 1 <= key <= count for key in table):
        return None
    return count


def _key(key: Any, path: str, data_format: DataFormat) -> str:
    if type(key) is str:
        return text_of(key, f"a key of {path}")
    try:
        return key_text(key)
    except Refusal:
        raise DataError(
            f"{path} has a key that is neither a string nor a number: in {data_format.name}, keys are strings"
        ) from None


def _step(key: Any) -> str:
    if type(key) is not str:
        return f"[{key if type(key) is int else format_float(key)}]"
    return f".{key}" if _IDENTIFIER.fullmatch(key) else f'["{key}"]'
