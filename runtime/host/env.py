"""The global `env`: variables of the process environment, as bytes."""

from __future__ import annotations

import os
from typing import Any

from ..errors import argument_error, library, library_error
from ..stdlib.arguments import ABSENT, check_string
from ..strings import from_bytes, to_bytes
from .waiting import in_activity


@library("env.get")
def get(name: Any = ABSENT, *_: Any) -> str | None:
    """`env.get(name)`: the variable's value, nil when it is not set."""
    value = os.environb.get(to_bytes(check_string(1, name)))
    return None if value is None else from_bytes(value)


@library("env.set")
def set(name: Any = ABSENT, value: Any = None, *_: Any) -> tuple[()]:
    """`env.set(name, value)`: sets the variable for this process and its children, removes it when `value` is nil.

    For scripts only: in a worker all activities share one environment, and each would see what another one set.
    """
    variable = check_string(1, name)
    if in_activity():
        raise library_error(
            "env.set: not in an activity, which shares its environment with all others"
        )
    if not variable or "=" in variable or "\0" in variable:
        raise argument_error(1, "name of an environment variable expected")
    if value is None:
        os.environb.pop(to_bytes(variable), None)
        return ()
    text = check_string(2, value)
    if "\0" in text:
        raise argument_error(2, "text without zero bytes expected")
    os.environb[to_bytes(variable)] = to_bytes(text)
    return ()
