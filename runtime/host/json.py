"""The global `json`: text to Lua values and back. The rules of the conversion are in `runtime/json_values.py`."""

from __future__ import annotations

from typing import Any

from .. import json_values
from ..errors import argument_error, library, library_error
from ..json_values import NULL, JsonError, is_marked_array, mark_array
from ..stdlib.arguments import ABSENT, check_any, check_string
from ..values import LuaTable
from .options import optional_table

null = NULL
"""json.null: written as null, where a nil field would not be written at all."""


@library("json.parse")
def parse(text: Any = ABSENT, *_: Any) -> Any:
    """`json.parse(text)`: the value of JSON text. Raises a Lua error that says where the text is wrong."""
    source = check_string(1, text)
    try:
        return json_values.parse(source)
    except JsonError as error:
        raise library_error(f"json.parse: {error.value}") from None


@library("json.decode")
def decode(text: Any = ABSENT, *_: Any) -> Any:
    """`json.decode(text)`: another name for `json.parse`."""
    source = check_string(1, text)
    try:
        return json_values.parse(source)
    except JsonError as error:
        raise library_error(f"json.decode: {error.value}") from None


@library("json.encode")
def encode(value: Any = ABSENT, *_: Any) -> str:
    """`json.encode(value)`: JSON text on one line. Raises a Lua error that names the place of what JSON cannot hold."""
    check_any(1, value)
    try:
        return json_values.encode(value)
    except JsonError as error:
        raise library_error(f"json.encode: {error.value}") from None


@library("json.array")
def array(table: Any = None, *_: Any) -> LuaTable:
    """`json.array{...}`: the same table, marked to be written as an array even when it is empty."""
    marked = optional_table(1, table)
    for key in marked:
        if type(key) is not int or key < 1:
            raise argument_error(1, "a list expected, the table has other fields")
    return marked if is_marked_array(marked) else mark_array(marked)
