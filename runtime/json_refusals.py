"""Why a Lua value cannot be JSON, and where in it: `explain` gives the error for a value that `json_values`
refused.

A walk of its own, so that writing what is right keeps no account of where it is.
"""

from __future__ import annotations

import re
from typing import Any

from .errors import object_type_name
from .json_model import MAX_DEPTH, MAX_HOLES, NULL, JsonError, array_size, is_marked_array, key_text
from .numbers import format_float
from .values import FALSE_KEY, TRUE_KEY, LuaTable, type_name

_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def explain(value: Any, path: str) -> JsonError | None:
    """The first thing in `value`, in the order of writing, that JSON cannot hold; None when there is nothing.

    Needs no Python stack however deep the value is: `stack` holds what is still to be looked at, the innermost
    last, and None where a table ends, whose identity then leaves `open_tables`."""
    stack: list[tuple[Any, str] | None] = [(value, path)]
    open_tables: dict[int, str] = {}
    while stack:
        entry = stack.pop()
        if entry is None:
            open_tables.popitem()
            continue
        item, place = entry
        if not isinstance(item, dict | list):
            reason = _leaf_reason(item)
            if reason is not None:
                return JsonError(f"{place} {reason}")
            continue
        if id(item) in open_tables:
            return JsonError(f"{place} is the same table as {open_tables[id(item)]}: a cycle")
        if len(open_tables) >= MAX_DEPTH:
            return JsonError(f"{path} is nested more than {MAX_DEPTH} levels deep")
        reason = _keys_reason(item) if isinstance(item, dict) else None
        if reason is not None:
            return JsonError(f"{place} {reason}")
        open_tables[id(item)] = place
        stack.append(None)
        stack.extend(reversed(_children(item, place)))
    return None


def _children(item: dict[Any, Any] | list[Any], place: str) -> list[tuple[Any, str]]:
    if isinstance(item, list):
        return [(child, f"{place}[{position}]") for position, child in enumerate(item, 1)]
    return [(child, place + _step(key)) for key, child in item.items()]


def _step(key: Any) -> str:
    if type(key) is not str:
        return f"[{key if type(key) is int else format_float(key)}]"
    if _IDENTIFIER.fullmatch(key):
        return f".{key}"
    return f'["{key}"]'


def _leaf_reason(value: Any) -> str | None:
    if type(value) is str:
        return _text_reason(value)
    if type(value) is float and value - value != 0.0:
        return f"is {'NaN' if value != value else 'infinite'}, which JSON cannot hold"
    if value is None or value is NULL or type(value) in (bool, int, float):
        return None
    return f"is a {object_type_name(value)}, which JSON cannot hold"


def _text_reason(string: str) -> str | None:
    try:
        string.encode("latin-1").decode("utf-8")
    except UnicodeDecodeError as error:
        byte = error.object[error.start]
        return (
            f"is not UTF-8 (byte 0x{byte:02X} at position {error.start + 1}): "
            "send binary data as base64.encode(...)"
        )
    return None


def _keys_reason(table: dict[Any, Any]) -> str | None:
    names: set[str] = set()
    for key, item in table.items():
        if item is None:
            continue
        if type(key) is str:
            reason = _text_reason(key)
            if reason is not None:
                return f"has a key that {reason}"
        elif type(key) is not int and type(key) is not float:
            kind = "boolean" if key is TRUE_KEY or key is FALSE_KEY else type_name(key)
            return f"has a key that is a {kind}: in JSON, keys are strings"
        name = key_text(key)
        if name in names:
            return f'has two keys with the text "{name}", a number and a string'
        names.add(name)
    if isinstance(table, LuaTable) and is_marked_array(table):
        size = array_size(table)
        if size is not None and size - len(table) > MAX_HOLES:
            return f"is an array with {len(table)} elements and {size - len(table)} holes"
    return None
