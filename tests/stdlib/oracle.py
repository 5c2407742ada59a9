"""Real Lua 5.4 as the judge: the same call made there and here, and what differs.

A call is the Lua name of a function and its arguments as plain Python values: lists and dicts stand for tables,
`Function` for a Lua function with its Python equivalent. Both sides call through `pcall`, so that errors have no
position and name functions alike.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import lupa.lua54
from assay.runtime.calls import adjust
from assay.runtime.stdlib.basic import pcall
from assay.runtime.stdlib.globals import new_globals
from assay.runtime.tables import sequence, setindex
from assay.runtime.values import LuaTable, loaded_key, set_metatable

LUA = lupa.lua54.LuaRuntime(encoding="latin-1", unpack_returned_tuples=True)
_CALL = LUA.execute("""
    return function(name, ...)
      local f = _G
      for part in name:gmatch("[^.]+") do f = f[part] end
      return table.pack(pcall(f, ...))
    end""")
_SET_METATABLE = LUA.globals().setmetatable

GLOBALS = new_globals()

Call = tuple[Any, ...]
"""The function's name, then its arguments."""


@dataclass(frozen=True)
class Function:
    """A function argument: its Lua source and a Python function that does the same."""

    lua: str
    python: Callable[..., Any]


@dataclass(frozen=True)
class WithMetatable:
    """A table argument with a metatable."""

    fields: Any
    metatable: dict[str, Any]


def to_real(value: Any) -> Any:
    """A plain Python value as a value of real Lua."""
    if isinstance(value, Function):
        return LUA.eval(value.lua)
    if isinstance(value, WithMetatable):
        return _SET_METATABLE(to_real(value.fields), to_real(value.metatable))
    if isinstance(value, dict | list):
        table = LUA.table()
        for key, item in _entries(value):
            table[to_real(key)] = to_real(item)
        return table
    return value


def to_ours(value: Any) -> Any:
    """A plain Python value as a value of our runtime."""
    if isinstance(value, Function):
        return value.python
    if isinstance(value, WithMetatable):
        table = to_ours(value.fields)
        set_metatable(table, to_ours(value.metatable))
        return table
    if isinstance(value, dict | list):
        table = LuaTable()
        for key, item in _entries(value):
            setindex(table, to_ours(key), to_ours(item))
        return table
    return value


def _entries(value: dict[Any, Any] | list[Any]) -> Iterable[tuple[Any, Any]]:
    return value.items() if isinstance(value, dict) else enumerate(value, 1)


_POSITION = re.compile(r'^\[string "<python>"\]:\d+: ')
_ADDRESS = re.compile(r"(\w+: |file \()0x[0-9a-f]{6,}")
"""What follows "table: " and "file ("."""


def canonical(value: Any) -> Any:
    """A value of either side in a form that compares exactly: the type counts, NaN has a sign, addresses do not
    count."""
    if isinstance(value, float):
        if value != value:
            return "-nan" if math.copysign(1.0, value) < 0 else "nan"
        return f"float {value.hex()}"
    if value is None or isinstance(value, bool | int):
        return repr(value)
    if isinstance(value, str):
        return repr(_ADDRESS.sub(r"\1ADDRESS", value))
    if isinstance(value, LuaTable):
        return {repr(canonical(loaded_key(key))): canonical(item) for key, item in value.items()}
    kind = lupa.lua54.lua_type(value)
    if kind == "table":
        return {repr(canonical(key)): canonical(item) for key, item in value.items()}
    if kind == "userdata":
        return "userdata"
    return "function" if kind == "function" or callable(value) else "userdata"


def real_outcome(call: Call) -> Any:
    """What real Lua makes of a call: success or not, the results or the error, and the tables among the arguments
    after it."""
    name, *arguments = call
    given = [to_real(argument) for argument in arguments]
    packed = _CALL(name, *given)
    results = [canonical(_without_position(packed[place])) for place in range(1, packed.n + 1)]
    return results, [canonical(value) for value in given]


def _without_position(value: Any) -> Any:
    """An error message without the position of the Lua code that these tests are made of."""
    return _POSITION.sub("", value) if isinstance(value, str) else value


def our_outcome(call: Call) -> Any:
    """The same from our library."""
    name, *arguments = call
    given = [to_ours(argument) for argument in arguments]
    results = [canonical(value) for value in pcall(_function(name), *given)]
    return results, [canonical(value) for value in given]


def _function(name: str) -> Any:
    found: Any = GLOBALS
    for part in name.split("."):
        found = found[part]
    return found


class Differences:
    """Compares calls and keeps what differs."""

    def __init__(self) -> None:
        self.compared = 0
        self.found: list[str] = []

    def compare(self, calls: Iterable[Call]) -> None:
        """Makes each call on both sides."""
        for call in calls:
            self.compared += 1
            real, ours = real_outcome(call), our_outcome(call)
            if real != ours:
                self.found.append(f"{call!r}\n    real {real}\n    ours {ours}")

    def check(self) -> None:
        """Fails the test when anything differed."""
        shown = "\n".join(self.found[:20])
        assert not self.found, f"{len(self.found)} of {self.compared} calls differ:\n{shown}"


def assert_same(calls: Iterable[Call]) -> None:
    """Every call gives the same on both sides."""
    differences = Differences()
    differences.compare(calls)
    differences.check()
    assert differences.compared > 0


def define(name: str, lua: str, python: Callable[..., Any]) -> None:
    """Gives both sides another function to call: its Lua source, and a Python function in our calling convention."""
    LUA.globals()[name] = LUA.eval(lua)
    GLOBALS[name] = python


def all_values(maker: Any, *arguments: Any) -> LuaTable:
    """The values a generic `for` over `maker(...)` sees, at most 100 times, each time as a table."""
    seen = LuaTable()
    step, state, control = adjust(maker(*arguments), 3)
    for number in range(1, 101):
        found = step(state, control)
        found = found if type(found) is tuple else (found,)
        if not found or found[0] is None:
            break
        control = found[0]
        seen[number] = sequence(*found)
    return seen


ALL_VALUES = """
    function(maker, ...)
      local function checked(good, ...)
        if not good then error((...), 0) end
        return ...
      end
      local seen = {}
      local step, state, control = checked(pcall(maker, ...))
      for number = 1, 100 do
        local found = {checked(pcall(step, state, control))}
        if found[1] == nil then break end
        control = found[1]
        seen[number] = found
      end
      return seen
    end"""
define("all_values", ALL_VALUES, all_values)


def define_loop(name: str) -> None:
    """Gives both sides `NAME_all(...)`: all values of the generic `for` over the library function `name`."""
    define(
        f"{name.rpartition('.')[2]}_all",
        f"function(...) return all_values({name}, ...) end",
        lambda *arguments: all_values(_function(name), *arguments),
    )
