"""The global `yaml`: YAML text to Lua values and back, with the data model of `json`.

Read is YAML 1.2's core schema: `yes`, `no`, `on`, `off` and dates are strings, `0o17` is octal, `010` is ten. Mappings are
tables whose keys are strings, also where the text has a number as key; lists stay lists when they are empty; a null reads as
nil, so its field is absent; a repeated key is an error. `<<` merges mappings. Aliases are copies, and may add 100,000 values at
most. Only one document is read; tags other than `!!str`, `!!int`, `!!float`, `!!bool`, `!!null`, `!!map`, `!!seq` are errors.

Written are fields in the table's order, and quotes around every string that a reader of YAML 1.1 or 1.2 would take for a
boolean, a number, a date or null. NaN and infinity are `.nan` and `.inf`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from ..errors import library, library_error
from ..json_values import JsonError, from_json
from ..stdlib.arguments import ABSENT, check_any, check_string
from ..strings import from_text
from .late_imports import process_imports
from .plain_data import DataError, DataFormat, plain_data, text_of

_FORMAT = DataFormat("YAML")


@library("yaml.parse")
def parse(text: Any = ABSENT, *_: Any) -> Any:
    """`yaml.parse(text)`: the value of the document, nil for an empty one. Error: what is wrong, with line and column."""
    source = check_string(1, text)
    try:
        with process_imports():
            plain = _reader()(text_of(source))
        return from_json(plain)
    except DataError as error:
        raise library_error(f"yaml.parse: {error}") from None
    except JsonError as error:
        raise library_error(f"yaml.parse: {error.value}") from None


@library("yaml.encode")
def encode(value: Any = ABSENT, *_: Any) -> str:
    """`yaml.encode(value)`: YAML text in block style that ends with a line break. Error: the place of what YAML cannot hold,
    such as `value.items[2] is a function`."""
    check_any(1, value)
    try:
        plain = plain_data(value, "value", _FORMAT)
        with process_imports():
            return from_text(_writer()(plain))
    except DataError as error:
        raise library_error(f"yaml.encode: {error}") from None


@cache
def _reader() -> Callable[[str], Any]:
    from .yaml_reader import read_yaml

    return read_yaml


@cache
def _writer() -> Callable[[Any], str]:
    from .yaml_writer import write_yaml

    return write_yaml
