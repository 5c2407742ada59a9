"""Single option values and names that are only known at run time, for generated code that writes the other options out.

In: Lua values. Out: what the SDK takes. Whole option tables go through `options.py`.
"""

from __future__ import annotations

from typing import Any

from ..errors import library_error
from ..strings import to_text
from ..values import type_name
from .option_names import OptionKind
from .options import converted


def option_value(value: Any, kind: OptionKind, name: str) -> Any:
    """`value` as the SDK takes an option of this kind; None (not set) for nil. Errors name the option `name`."""
    return None if value is None else converted(value, kind, name)


def name_text(value: Any, method: str) -> str:
    """The name of an activity, signal or query as text; a Lua error for anything but a string that is not empty."""
    if type(value) is not str or not value:
        raise library_error(f"{method}: the name must be a string, got {type_name(value)}")
    return to_text(value)
