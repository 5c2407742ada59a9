"""The debug library as far as compiled code has what it shows: Lua values in, Lua values out.

Absent: `getupvalue`, `setupvalue`, `upvalueid`, `upvaluejoin`, `getregistry`, `getuservalue`, `setuservalue`, `setlocal`,
`setcstacklimit` and `debug` itself. `getlocal` is refused when compiling. Lua manual: 6.10.
"""

from __future__ import annotations

import inspect
import sys
from types import CodeType
from typing import Any

from ..errors import LuaError, argument_error, library, library_error
from ..numbers import format_number
from ..positions import VARIABLE
from ..string_library import loaded_string_metatable
from ..suspending import SuspendingFunction
from ..traceback import Level, coroutine_levels, live_levels
from ..traceback_text import (
    code_of,
    definition_place,
    is_main_chunk,
    level_name,
    level_source,
    traceback_text,
)
from ..values import LuaTable, get_metatable, set_metatable, type_name
from .arguments import ABSENT, check_any, check_integer, opt_integer, opt_string, type_error
from .coroutine import LuaThread, running

_INFORMATION = "SlnrutLf"
"""The letters that `getinfo` understands."""
_DEFAULT_INFORMATION = "flnSrtu"
_MAIN_CHUNK = "main"


@library("debug.traceback")
def traceback(*arguments: Any) -> Any:
    """`debug.traceback([thread,] message?, level?)`: the call stack as text; a message that is no string comes back as it is.

    Of a thread that resumed the running one, no levels are known.
    """
    thread, shift, (message, level, *_) = _with_thread(arguments)
    message = None if message is ABSENT else message
    if type(message) is int or type(message) is float:
        message = format_number(message)
    if message is not None and type(message) is not str:
        return message
    first = opt_integer(2 + shift, level, 1 if thread is None else 0)
    levels = live_levels(sys._getframe()) if thread is None else _levels_of(thread)
    return traceback_text(message, levels[first:] if first >= 0 else [])


@library("debug.getinfo")
def getinfo(*arguments: Any) -> Any:
    """`debug.getinfo([thread,] function or level, what?)`: a table about a function, nil for a level that is not there.

    Known: source, short_src, linedefined, what, currentline, name, namewhat, nparams, isvararg, istailcall, and func when it is
    given. Not known, so absent: lastlinedefined, nups, activelines and the func of a level.
    """
    thread, shift, (subject, what, *_) = _with_thread(arguments)
    options = opt_string(2 + shift, what, _DEFAULT_INFORMATION)
    if options.startswith(">"):
        raise argument_error(2 + shift, "invalid option '>'")
    if type_name(subject) == "function" and subject is not ABSENT:
        _check_options(2 + shift, options)
        return _function_information(subject, options)
    number = check_integer(1 + shift, subject)
    levels = live_levels(sys._getframe()) if thread is None else _levels_of(thread)
    if not 0 <= number < len(levels):
        return None
    _check_options(2 + shift, options)
    return _level_information(levels[number], options)


def _check_options(number: int, options: str) -> None:
    if set(options) - set(_INFORMATION):
        raise argument_error(number, "invalid option")


def _with_thread(arguments: tuple[Any, ...]) -> tuple[LuaThread | None, int, tuple[Any, ...]]:
    """The optional thread in front, None when it is left out or the one that runs; how many arguments it takes; the
    arguments after it, at least two."""
    if arguments and type(arguments[0]) is LuaThread:
        thread = None if arguments[0] is running()[0] else arguments[0]
        return thread, 1, (*arguments[1:], ABSENT, ABSENT)
    return None, 0, (*arguments, ABSENT, ABSENT)


def _levels_of(thread: LuaThread) -> list[Level]:
    failed = thread.function if isinstance(thread.function, LuaError) else None
    return coroutine_levels(thread.body if thread.status == "suspended" else None, failed)


def _level_information(level: Level, options: str) -> LuaTable:
    code, positions = None, None
    if level.is_lua and level.frame is not None:
        code, positions = level.code, level.frame.f_globals[VARIABLE]
    made = _information(code, positions, options)
    if "l" in options:
        made["currentline"] = level_source(level)[1]
    if "n" in options:
        name = level_name(level)
        made["namewhat"] = "" if name is None else name.kind
        if name is not None:
            made["name"] = name.name
    if "t" in options:
        made["istailcall"] = level.is_tail_call
    return made


def _function_information(function: Any, options: str) -> LuaTable:
    code = code_of(function)
    start = function.start if type(function) is SuspendingFunction else function
    positions = getattr(inspect.unwrap(start), "__globals__", {}).get(VARIABLE)
    made = _information(code if positions is not None else None, positions, options)
    if "l" in options:
        made["currentline"] = -1
    if "n" in options:
        made["namewhat"] = ""
    if "t" in options:
        made["istailcall"] = False
    if "f" in options:
        made["func"] = function
    return made


def _information(code: CodeType | None, positions: str | None, options: str) -> LuaTable:
    """What is the same for every activation of the Lua function `code`; of a C function when it is None."""
    made = LuaTable()
    is_lua = code is not None and positions is not None
    if "S" in options:
        made["source"], made["short_src"], made["what"], made["linedefined"] = (
            "=[C]",
            "[C]",
            "C",
            -1,
        )
        if code is not None and positions is not None:
            chunk, line = definition_place(code, positions)
            made["source"], made["short_src"], made["linedefined"] = _source(chunk), chunk, line
            made["what"] = _MAIN_CHUNK if is_main_chunk(code) else "Lua"
        else:
            made["lastlinedefined"] = -1
    if "u" in options:
        made["nparams"] = code.co_argcount if code is not None and is_lua else 0
        made["isvararg"] = code is None or not is_lua or _takes_varargs(code)
    if "r" in options:
        made["ftransfer"] = made["ntransfer"] = 0
    return made


def _source(chunk: str) -> str:
    """The chunk's name as it was given, guessed from how messages show it."""
    if chunk.startswith('[string "'):
        return chunk.removeprefix('[string "').removesuffix('"]')
    return f"={chunk}" if chunk.startswith("(") else f"@{chunk}"


def _takes_varargs(code: CodeType) -> bool:
    """Has the Lua function `...`? Others take surplus arguments as `*_`."""
    if not code.co_flags & inspect.CO_VARARGS:
        return False
    name = code.co_varnames[code.co_argcount + code.co_kwonlyargcount]
    return not name.startswith("_")


@library("debug.getmetatable")
def getmetatable(value: Any = ABSENT, *_: Any) -> Any:
    """`debug.getmetatable(v)`: the metatable of `v`, whatever its `__metatable` field says."""
    if type(check_any(1, value)) is str:
        loaded_string_metatable()
    return get_metatable(value)


@library("debug.setmetatable")
def setmetatable(value: Any = ABSENT, metatable: Any = ABSENT, *_: Any) -> Any:
    """`debug.setmetatable(v, metatable)`: sets it even if it is protected; returns `v`. Only tables can get another one."""
    if metatable is not None and not isinstance(metatable, LuaTable):
        raise type_error(2, "nil or table", metatable)
    if isinstance(value, LuaTable):
        set_metatable(value, metatable)
    elif get_metatable(value) is not metatable:
        kind = type_name(check_any(1, value))
        raise library_error(f"a compiled program cannot set the metatable of a {kind} value")
    return value


@library("debug.gethook")
def gethook(*_: Any) -> None:
    """`debug.gethook()`: nil, as there are no hooks."""
    return None


@library("debug.sethook")
def sethook(*_: Any) -> tuple[()]:
    """`debug.sethook(...)`: does nothing; a compiled program calls no hooks."""
    return ()
