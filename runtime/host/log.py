"""The global `log`: messages with fields, over Python's `logging` (logger "assay").

A message is followed by its fields as `name=value`; the values of fields whose name stands for a secret are masked, however
deep they are. In a program that has not set up logging itself, messages from "info" on go to the standard error stream; the
environment variable ASSAY_LOG_LEVEL (debug, info, warning, error) sets another level. In workflows the compiler hands
`line(message, fields)` to the SDK's workflow logger, which is silent during replay.
"""

from __future__ import annotations

import logging
import math
import os
from typing import Any

from .. import json_values
from ..errors import error_text, library
from ..json_values import NULL, JsonError
from ..stdlib.arguments import ABSENT, type_error
from ..strings import from_text, to_text
from ..values import LuaTable, type_name
from .secrets import MASK, is_secret_name

logger = logging.getLogger("assay")


@library("log.debug")
def debug(message: Any = ABSENT, fields: Any = None, *_: Any) -> tuple[()]:
    """`log.debug(message, fields?)`: for whoever looks for a mistake; not shown unless the level is set."""
    return _write(logging.DEBUG, message, fields)


@library("log.info")
def info(message: Any = ABSENT, fields: Any = None, *_: Any) -> tuple[()]:
    """`log.info(message, fields?)`: what happens."""
    return _write(logging.INFO, message, fields)


@library("log.warn")
def warn(message: Any = ABSENT, fields: Any = None, *_: Any) -> tuple[()]:
    """`log.warn(message, fields?)`: what may go wrong."""
    return _write(logging.WARNING, message, fields)


@library("log.error")
def error(message: Any = ABSENT, fields: Any = None, *_: Any) -> tuple[()]:
    """`log.error(message, fields?)`: what went wrong. Raises nothing."""
    return _write(logging.ERROR, message, fields)


def line(message: Any, fields: Any = None) -> str:
    """A message and its fields as one line of text: `deployed version="v2" replicas=3 token=***`."""
    text = _message(message)
    if fields is None:
        return text
    if not isinstance(fields, LuaTable):
        return f"{text} {_value(fields)}"
    return " ".join([text, *(_field(key, value) for key, value in fields.items())])


def masked(value: Any) -> Any:
    """A copy of a Lua value that JSON can hold, in which fields that hold secrets are `***`.

    A table that contains itself ends in "...", functions and the like are the names of their types.
    """
    return _masked(value, frozenset())


def _masked(value: Any, inside: frozenset[int]) -> Any:
    if type(value) is str:
        return from_text(to_text(value))
    if not isinstance(value, LuaTable):
        if type(value) is float and not math.isfinite(value):
            return error_text(value)
        return value if type(value) in (bool, int, float) or value is NULL else type_name(value)
    if id(value) in inside or len(inside) > 20:
        return "..."
    inside = inside | {id(value)}
    return LuaTable(
        {
            key: MASK if type(key) is str and is_secret_name(key) else _masked(item, inside)
            for key, item in value.items()
        }
    )


def _write(level: int, message: Any, fields: Any) -> tuple[()]:
    if message is ABSENT:
        raise type_error(1, "string", message)
    _set_up_once()
    if logger.isEnabledFor(level):
        logger.log(level, "%s", line(message, fields))
    return ()


def _message(message: Any) -> str:
    if isinstance(message, LuaTable):
        return _value(message)
    if message is None or type(message) is bool:
        return _value(message)
    return to_text(error_text(message))


def _field(key: Any, value: Any) -> str:
    name = to_text(key) if type(key) is str else str(key)
    return f"{name}={MASK if is_secret_name(name) else _value(value)}"


def _value(value: Any) -> str:
    if value is None:
        return "nil"
    try:
        return to_text(json_values.encode(masked(value)))
    except JsonError:
        return type_name(value)  # a table with keys that JSON does not know


def _set_up_once() -> None:
    if logger.hasHandlers():
        return
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    logger.addHandler(handler)
    logger.propagate = False
    level = os.environ.get("ASSAY_LOG_LEVEL", "info").upper()
    logger.setLevel(level if level in logging.getLevelNamesMapping() else logging.INFO)
