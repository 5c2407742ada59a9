"""Lua values to plain JSON values and back: what crosses every border of a compiled program.

`from_json` takes what a JSON parser gives (dict, list, str, int, float, bool, None) and gives Lua values; `to_json`
is the way back. `parse` and `encode` do the same from and to JSON text. All of them run for every payload of a
workflow or an activity, so the way through is kept short, and what is wrong with a value is found out by a second
walk.

The rules, and what they mean where they leave a choice:

- A sequence (keys exactly 1 to n, n > 0) is an array. Any other table is an object: keys that are numbers become text,
  so a mixed table `{10, x = 1}` is `{"1": 10, "x": 1}`; keys of other types are errors, as are two keys with the same text.
- A table that came from a JSON array, or was given to `json.array`, is marked and stays an array, also when empty. Its
  holes are written as null. Once it has a key that is no position, it is an object like any mixed table.
- A null reads as nil: an absent field, a hole in an array. The other elements keep their positions, and nulls at the
  end of an array are written again as long as the table has as many elements as it was read with.
- `NULL` (json.null) is written as null, as an element and as a field.
- Integers keep 64 bits, larger ones are read as floats (as Lua reads such numerals); floats stay floats: 1.0 is "1.0".
- Strings are bytes in Lua and text in JSON, by way of UTF-8.
- Metatables are not looked at.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from .errors import operation_error
from .json_model import (
    ARRAY_MARK,
    MAX_DEPTH,
    MAX_HOLES,
    NULL,
    UNMARKED,
    JsonError,
    Refusal,
    array_size,
    is_marked_array,
    key_text,
    mark_array,
)
from .json_refusals import explain
from .numbers import MAX_INTEGER, MIN_INTEGER
from .strings import from_text
from .values import LuaTable, TableWithMetatable

__all__ = [
    "MAX_DEPTH",
    "NULL",
    "JsonError",
    "encode",
    "from_json",
    "is_marked_array",
    "mark_array",
    "parse",
    "plain_value",
    "to_json",
]

# ----------------------------------------------------------------------------------------------------------- JSON to Lua


def from_json(value: Any) -> Any:
    """A plain JSON value as a Lua value; a new one, nothing is shared with `value`.

    Raises a Lua error for a value nested too deeply for the stack."""
    try:
        return _lua_value(value)
    except RecursionError:
        raise JsonError("the value is nested too deeply") from None


def _lua_value(value: Any) -> Any:
    kind = type(value)
    if kind is str:
        return value if value.isascii() else from_text(value)
    if kind is dict:
        return _table_from_object(value)
    if kind is list:
        return _table_from_array(value)
    if kind is int:
        return value if MIN_INTEGER <= value <= MAX_INTEGER else _large(value)
    return value


def _table_from_object(plain: dict[str, Any]) -> LuaTable:
    table = LuaTable()
    for key, item in plain.items():
        if not key.isascii():
            key = from_text(key)
        kind = type(item)
        if kind is str:
            table[key] = item if item.isascii() else from_text(item)
        elif kind is dict:
            table[key] = _table_from_object(item)
        elif kind is list:
            table[key] = _table_from_array(item)
        elif kind is int:
            table[key] = item if MIN_INTEGER <= item <= MAX_INTEGER else _large(item)
        elif item is not None:
            table[key] = item
    return table


def _table_from_array(plain: list[Any]) -> LuaTable:
    table = LuaTable()
    position = 0
    for item in plain:
        position += 1  # noqa: SIM113  # enumerate would take a third longer
        kind = type(item)
        if kind is str:
            table[position] = item if item.isascii() else from_text(item)
        elif kind is dict:
            table[position] = _table_from_object(item)
        elif item is not None:
            table[position] = _lua_value(item)
    ends_with_null = plain and plain[-1] is None
    ARRAY_MARK.__set__(table, (len(plain), len(table)) if ends_with_null else None)
    return table


def _large(value: int) -> float:
    try:
        return float(value)
    except OverflowError:
        return float("inf") if value > 0 else float("-inf")


# ----------------------------------------------------------------------------------------------------------- Lua to JSON


def to_json(value: Any, path: str = "input") -> Any:
    """A Lua value, or a plain dict or list holding Lua values, as a plain JSON value; a new one.

    Entries of a plain dict that are nil are left out. `path` names the value in errors: "input" gives
    `input.items[3].callback is a function, ...`. Raises a Lua error with the position of the calling Lua code.
    """
    try:
        return plain_value(value, path)
    except JsonError as error:
        raise operation_error(error.value) from None


def plain_value(value: Any, path: str) -> Any:
    """`to_json` without a position in its errors, which are `JsonError`: for library functions, which add their
    own."""
    try:
        return _plain(value, 0)
    except (Refusal, UnicodeDecodeError, RecursionError) as error:
        refusal = explain(value, path)
        if refusal is None:
            raise error  # the stack was nearly used up before: Lua's stack overflow
    raise refusal


def _plain(value: Any, depth: int) -> Any:
    kind = type(value)
    if kind is str:
        return value if value.isascii() else value.encode("latin-1").decode("utf-8")
    if kind is LuaTable or kind is TableWithMetatable:
        return _plain_table(value, depth)
    if value is None or kind is int or kind is bool:
        return value
    if kind is float:
        if value - value != 0.0:
            raise Refusal
        return value
    if value is NULL:
        return None
    if depth >= MAX_DEPTH:
        raise Refusal
    if isinstance(value, dict):
        return _plain_object(value, depth)
    if isinstance(value, list):
        return _plain_array(value, depth)
    raise Refusal


def _plain_table(table: LuaTable, depth: int) -> Any:
    if depth >= MAX_DEPTH:
        raise Refusal
    for key in table:
        if type(key) is str:
            # The usual object. (A marked array with such a key is one too.)
            return _plain_object(table, depth)
        break
    mark = getattr(table, "_json_array", UNMARKED)
    if 1 in table and len(table) in table and type(mark) is not tuple:
        items = _elements(table)
        if items is not None:
            return _plain_array(items, depth)
    if mark is not UNMARKED:
        size = array_size(table)
        if size is not None:
            if size - len(table) > MAX_HOLES:
                raise Refusal
            get = table.get
            return _plain_array([get(position) for position in range(1, size + 1)], depth)
    return _plain_object(table, depth)


def _plain_array(items: Iterable[Any], depth: int) -> list[Any]:
    plain = []
    for item in items:
        kind = type(item)
        if (kind is str and item.isascii()) or kind is int:
            plain.append(item)
        elif kind is LuaTable:
            plain.append(_plain_table(item, depth + 1))
        else:
            plain.append(_plain(item, depth + 1))
    return plain


def _elements(table: LuaTable) -> Iterable[Any] | None:
    """The elements of a table whose keys are exactly 1 to n, None for any other table."""
    for position, key in enumerate(table, 1):
        if key != position:
            items = list(map(table.get, range(1, len(table) + 1)))
            return None if None in items else items
    return table.values()


def _plain_object(table: dict[Any, Any], depth: int) -> dict[str, Any]:
    plain: dict[str, Any] = {}
    for key, item in table.items():
        if type(key) is not str or not key.isascii():
            key = key_text(key)
        kind = type(item)
        # The most frequent types are repeated here: a call for each field would double the time.
        if (kind is str and item.isascii()) or kind is int or kind is bool:
            plain[key] = item
        elif kind is LuaTable:
            plain[key] = _plain_table(item, depth + 1)
        elif item is not None:
            plain[key] = _plain(item, depth + 1)
    if len(plain) != len(table):
        _check_keys(table)
    return plain


def _check_keys(table: dict[Any, Any]) -> None:
    """Raises when two keys have the same text; called when an object came out smaller than its table."""
    names = [key_text(key) for key, item in table.items() if item is not None]
    if len(set(names)) != len(names):
        raise Refusal


# ------------------------------------------------------------------------------------------------------------------ text

_write = json.JSONEncoder(
    ensure_ascii=False, check_circular=False, allow_nan=False, separators=(",", ":")
).encode


def encode(value: Any, path: str = "value") -> str:
    """A Lua value as JSON text, a Lua string, without spaces and with fields in the table's order. Raises
    `JsonError`."""
    plain = plain_value(value, path)
    try:
        return from_text(_write(plain))
    except RecursionError:
        raise JsonError(f"{path} is nested too deeply") from None


def _refuse_constant(name: str) -> Any:
    raise JsonError(f"{name} is not JSON")


def _read_digits(digits: str) -> int | float:
    # Python refuses to read an int of thousands of digits, which takes quadratic time; it is a float for Lua anyway.
    return int(digits) if len(digits) <= 20 else float(digits)


_read = json.JSONDecoder(parse_constant=_refuse_constant).decode
_read_long_integers = json.JSONDecoder(
    parse_constant=_refuse_constant, parse_int=_read_digits
).decode


def parse(text: str) -> Any:
    """The Lua value of JSON text, a Lua string. Raises `JsonError` that says what is wrong at which line and
    column.

    A byte order mark in front is passed over: some servers send one."""
    if not text.isascii():
        try:
            text = text.encode("latin-1").decode("utf-8")
        except UnicodeDecodeError as error:
            byte = error.object[error.start]
            raise JsonError(
                f"the text is not UTF-8 (byte 0x{byte:02X} at position {error.start + 1})"
            ) from None
    try:
        return from_json(_parse_text(text.removeprefix("\ufeff")))
    except json.JSONDecodeError as error:
        raise JsonError(_syntax_message(error)) from None
    except RecursionError:
        raise JsonError("the text is nested too deeply") from None


def _parse_text(text: str) -> Any:
    try:
        return _read(text)
    except json.JSONDecodeError:
        raise
    except ValueError:
        return _read_long_integers(text)


def _syntax_message(error: json.JSONDecodeError) -> str:
    if not error.doc.strip(" \t\r\n"):
        return "the text is empty"
    message = error.msg[:1].lower() + error.msg[1:].removesuffix(" at")
    excerpt = error.doc[error.pos : error.pos + 20].split("\n", 1)[0]
    near = f"near '{from_text(excerpt)}'" if excerpt else "at the end"
    return f"{message} {near} (line {error.lineno}, column {error.colno})"
