"""Search attributes and memo fields: Lua tables to what the SDK takes, and back.

A search attribute has the type of its Lua value: a string is a Keyword, an integer an Int, a float a Double, a boolean a Bool, a
list of strings a KeywordList; `{time = seconds since the epoch}` is a Datetime, `{text = "..."}` a Text; `json.null` removes it.
Source: temporalio.common (SearchAttributeKey). Documented in docs/ctx.md.
"""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import Any

from temporalio.common import (
    SearchAttributeKey,
    SearchAttributePair,
    SearchAttributeUpdate,
    TypedSearchAttributes,
)

from ..errors import LuaError, library_error
from ..json_values import NULL, to_json
from ..strings import from_text, to_text
from ..tables import length, new_table, sequence
from ..values import LuaTable, type_name

_EXPECTED = (
    "a string, number, boolean, list of strings, {time = seconds}, {text = string} or json.null"
)


def search_attribute_updates(attributes: Any) -> list[SearchAttributeUpdate[Any]]:
    """The changes for `workflow.upsert_search_attributes` from the table given to `ctx:upsert_search_attributes`.

    Raises a Lua error that names the attribute for a value that none can have.
    """
    updates: list[SearchAttributeUpdate[Any]] = []
    for name, value in _fields(attributes, "upsert_search_attributes"):
        if value is NULL:
            # The server looks at the type it knows; any key of that name does.
            updates.append(SearchAttributeKey.for_keyword(name).value_unset())
        else:
            key, plain = _typed(name, value, "upsert_search_attributes")
            updates.append(key.value_set(plain))
    return updates


def search_attributes(attributes: Any, option: str) -> TypedSearchAttributes:
    """The table of an option `search_attributes`; Lua errors begin with `option`."""
    pairs = [_typed(name, value, option) for name, value in _fields(attributes, option)]
    return TypedSearchAttributes([SearchAttributePair(key, plain) for key, plain in pairs])


def memo_fields(fields: Any, option: str = "upsert_memo") -> dict[str, Any]:
    """A memo as the SDK takes it: JSON values by name, None for `json.null`, which removes the field."""
    return {name: to_json(value, path=name) for name, value in _fields(fields, option)}


def _fields(table: Any, option: str) -> list[tuple[str, Any]]:
    if type(table) is dict:  # a constructor in the source, written as a plain one
        return [(to_text(name), value) for name, value in table.items() if value is not None]
    if not isinstance(table, LuaTable):
        raise library_error(f"{option}: table expected, got {type_name(table)}")
    found = []
    for name, value in table.items():
        if not isinstance(name, str):
            raise library_error(f"{option}: names must be strings, got a {type_name(name)}")
        found.append((to_text(name), value))
    return found


def _typed(name: str, value: Any, option: str) -> tuple[SearchAttributeKey[Any], Any]:
    kind = type(value)
    if kind is str:
        return SearchAttributeKey.for_keyword(name), to_text(value)
    if kind is bool:
        return SearchAttributeKey.for_bool(name), value
    if kind is int:
        return SearchAttributeKey.for_int(name), value
    if kind is float and math.isfinite(value):
        return SearchAttributeKey.for_float(name), value
    if isinstance(value, LuaTable):
        return _typed_table(name, value, option)
    raise _wrong(name, value, option)


def _typed_table(name: str, value: LuaTable, option: str) -> tuple[SearchAttributeKey[Any], Any]:
    if len(value) == 1:
        time, text = value.get("time"), value.get("text")
        if isinstance(time, int | float) and not isinstance(time, bool):
            try:
                return SearchAttributeKey.for_datetime(name), datetime.fromtimestamp(time, UTC)
            except (OverflowError, ValueError, OSError):
                raise _wrong(name, value, option) from None
        if isinstance(text, str):
            return SearchAttributeKey.for_text(name), to_text(str(text))
    items = [value.get(position) for position in range(1, length(value) + 1)]
    if len(items) != len(value) or not all(type(item) is str for item in items):
        raise _wrong(name, value, option)
    return SearchAttributeKey.for_keyword_list(name), [
        to_text(item) for item in items if isinstance(item, str)
    ]


def _wrong(name: str, value: Any, option: str) -> LuaError:
    return library_error(f"{option}: {from_text(name)} must be {_EXPECTED}, got {type_name(value)}")


def as_lua_table(attributes: TypedSearchAttributes) -> LuaTable:
    """What a run's search attributes are, in the form in which Lua gives them."""
    return new_table({from_text(pair.key.name): _lua_value(pair.value) for pair in attributes})


def _lua_value(value: Any) -> Any:
    if isinstance(value, datetime):
        return new_table({"time": value.timestamp()})
    if isinstance(value, str):
        return from_text(value)
    if isinstance(value, list | tuple):
        return sequence(*(from_text(item) for item in value))
    return value
