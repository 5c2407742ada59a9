"""The global `json`: text to Lua values and back. The same rules hold for all that crosses Temporal: inputs, results, signals.

- A table whose keys are 1 to n is an array, any other one an object: an empty table is `{}`, and stays an empty array only
  when it was read as one or marked with `json.array`. In a mixed table numbers become text as keys: `{10, x = 1}` is
  `{"1": 10, "x": 1}`, which reads back with the key `"1"`, a string. Keys of other types are errors.
- A null reads as nil: its field is absent, in an array it leaves a hole. `json.null` is written as null.
- Integers keep 64 bits; larger ones are read as floats. Floats stay floats: 1.0 is `1.0`.
- Strings are UTF-8. Functions, futures, text that is not UTF-8, NaN and infinity are errors that say where they stand:
  `input.items[3] is a function, which JSON cannot hold`. Metatables are not looked at.
"""

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
