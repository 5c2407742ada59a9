"""Checks of the option tables that host functions take as last argument."""

from __future__ import annotations

import difflib
from collections.abc import Collection
from typing import Any

from ..errors import library_error
from ..stdlib.arguments import check_table
from ..values import LuaTable


def optional_table(number: int, value: Any) -> LuaTable:
    """Argument `number` as a table, an empty one when it is nil or absent."""
    return LuaTable() if value is None else check_table(number, value)


def check_option_names(function: str, options: LuaTable, known: Collection[str]) -> None:
    """Raises a Lua error for an option that `function` does not have: a misspelt one would be silently without effect."""
    for key in options:
        if key not in known:
            names = sorted(known)
            near = difflib.get_close_matches(str(key), names, 1)
            hint = f"did you mean '{near[0]}'?" if near else f"there are {', '.join(names)}"
            raise library_error(f"{function}: unknown option '{key}', {hint}")
