"""The global `toml`: TOML 1.0 text to Lua values and back, with the data model of `json`.

Dates and times become strings as ISO 8601 writes them (`2026-01-31T08:00:00+00:00`), and are written as strings. Integers
beyond 64 bits become floats. TOML has no null: a table with `json.null` or a hole cannot be written.
"""

from __future__ import annotations

import re
from functools import cache
from types import ModuleType
from typing import Any

from ..errors import library, library_error
from ..json_values import JsonError, from_json
from ..stdlib.arguments import ABSENT, check_string, check_table
from ..strings import from_text
from .late_imports import process_imports
from .plain_data import DataError, DataFormat, plain_data, text_of

_DEEP_KEY = re.compile(r"(?<![^\s=\[\]{},])(?:[^\s.=\[\]{}#,]++[ \t]*+\.[ \t]*+){1000}")
"""`a.b.c...`: the library's time grows with the square of such a key's length."""

_FORMAT = DataFormat("TOML", nulls=False)


@library("toml.parse")
def parse(text: Any = ABSENT, *_: Any) -> Any:
    """`toml.parse(text)`: the table of the document. Error: what is wrong, with line and column."""
    with process_imports():
        import tomllib

    source = check_string(1, text)
    if _DEEP_KEY.search(source):
        raise library_error("toml.parse: the text is nested too deeply")
    try:
        with process_imports():
            plain = tomllib.loads(text_of(source).removeprefix("\ufeff"))
        return from_json(_without_dates(plain))
    except tomllib.TOMLDecodeError as error:
        message = from_text(str(error))
        raise library_error(f"toml.parse: {message[:1].lower()}{message[1:]}") from None
    except ValueError:
        raise library_error("toml.parse: an integer with thousands of digits") from None
    except RecursionError:
        raise library_error("toml.parse: the text is nested too deeply") from None
    except DataError as error:
        raise library_error(f"toml.parse: {error}") from None
    except JsonError as error:
        raise library_error(f"toml.parse: {error.value}") from None


@library("toml.encode")
def encode(value: Any = ABSENT, *_: Any) -> str:
    """`toml.encode(table)`: TOML text, fields in the table's order, those that are tables after the others as TOML asks for.
    Error: the place of what TOML cannot hold, such as `value.items[2] is a function`."""
    table = check_table(1, value)
    try:
        plain = plain_data(table, "value", _FORMAT)
        if isinstance(plain, list):
            raise DataError("value is a list: a TOML document is a table with named fields")
        with process_imports():
            return from_text(_writer().dumps(plain))
    except DataError as error:
        raise library_error(f"toml.encode: {error}") from None


@cache
def _writer() -> ModuleType:
    import tomli_w

    return tomli_w


def _without_dates(value: Any) -> Any:
    """`value` with its dates and times as text, changed in place."""
    if isinstance(value, dict):
        for key, item in value.items():
            value[key] = _without_dates(item)
    elif isinstance(value, list):
        value[:] = map(_without_dates, value)
    elif hasattr(value, "isoformat"):
        return value.isoformat()
    return value
