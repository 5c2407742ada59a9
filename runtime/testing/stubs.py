"""Activities that stand in for the real ones: Python functions, or the functions of a table that a Lua file returns.

In: what the user gave. Out: activities for a worker, which note each call.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from temporalio import activity

from ..stdlib.loading import loadfile
from ..strings import from_text, to_text
from ..temporal.activity import lua_activity
from ..values import LuaTable, type_name

Stubs = Mapping[str, Callable[..., Any]] | str | Path
"""Functions by the name of the activity, or the path of a Lua file that returns a table of functions."""


@dataclass(frozen=True)
class Call:
    """An activity was called: its name and its input as plain JSON data (None without input)."""

    name: str
    input: Any


def stub_activities(stubs: Stubs, calls: list[Call]) -> dict[str, Callable[..., Any]]:
    """Activities by name. A Python stub gets the input as plain data, or nothing when it has no parameter.

    Raises ValueError for a Lua file that cannot be compiled or returns no table of functions.
    """
    if isinstance(stubs, str | Path):
        return {
            name: _noted(name, lua_activity(function), calls)
            for name, function in _lua_functions(Path(stubs)).items()
        }
    return {name: _noted(name, _python_stub(stub), calls) for name, stub in stubs.items()}


def _noted(name: str, run: Callable[..., Any], calls: list[Call]) -> Callable[..., Any]:
    async def stub(*arguments: Any) -> Any:
        calls.append(Call(name, arguments[0] if arguments else None))
        return await run(*arguments)

    return activity.defn(name=name)(stub)


def _python_stub(function: Callable[..., Any]) -> Callable[..., Any]:
    takes_input = bool(inspect.signature(function).parameters)

    @functools.wraps(function)
    async def run(input: Any = None, *_: Any) -> Any:
        result = function(input) if takes_input else function()
        return await result if inspect.isawaitable(result) else result

    return run


def _lua_functions(path: Path) -> dict[str, Callable[..., Any]]:
    chunk = loadfile(from_text(str(path)))
    if isinstance(chunk, tuple):
        raise ValueError(to_text(chunk[1]))
    table = chunk()
    if isinstance(table, tuple):
        table = table[0] if table else None
    if not isinstance(table, LuaTable):
        raise ValueError(f"{path}: must return a table of functions, got {type_name(table)}")
    functions: dict[str, Callable[..., Any]] = {}
    for name, function in table.items():
        if not isinstance(name, str) or not callable(function):
            raise ValueError(f"{path}: must return functions by name, got {type_name(function)}")
        functions[to_text(name)] = function
    return functions
