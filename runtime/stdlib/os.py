"""The os library (manual 6.9): time, dates, environment, files and processes, as on a POSIX system."""

from __future__ import annotations

import os
import subprocess
import tempfile
import time as clock_time
from typing import Any, Final

from ..closing import ProgramExit
from ..errors import LuaError, library
from ..values import truthy
from . import dates
from .arguments import ABSENT, check_integer, check_option, check_string, check_table, opt_string
from .streams import flush_output

_CATEGORIES: Final = ("all", "collate", "ctype", "monetary", "numeric", "time")


def failure(error: OSError, name: str | None = None) -> tuple[None, str, int]:
    """What functions return that may fail: nil, a message and the system's error number (luaL_fileresult)."""
    number = error.errno or 0
    reason = os.strerror(number) if number else str(error)
    return (None, f"{name}: {reason}" if name is not None else reason, number)


def file_name(name: str) -> bytes:
    """A Lua string as the name of a file: its bytes, up to a NUL as in C."""
    return name.partition("\0")[0].encode("latin-1")


@library("os.clock")
def clock(*_: Any) -> float:
    """`os.clock()`: seconds of processor time used so far."""
    return clock_time.process_time()


@library("os.time")
def time(table: Any = None, *_: Any) -> int:
    """`os.time(table?)`: seconds since the epoch, now or at a local date and time; normalises the table's fields."""
    if table is None:
        return int(clock_time.time())
    return dates.timestamp(check_table(1, table))


@library("os.date")
def date(template: Any = None, moment: Any = None, *_: Any) -> Any:
    """`os.date(format?, time?)`: a date as text, or as a table for "*t"; with a leading "!" in UTC."""
    wanted = opt_string(1, template, "%c")
    when = int(clock_time.time()) if moment is None else check_integer(2, moment)
    return dates.formatted(wanted, when)


@library("os.difftime")
def difftime(later: Any = ABSENT, earlier: Any = ABSENT, *_: Any) -> float:
    """`os.difftime(t2, t1)`: seconds from `t1` to `t2`."""
    return float(check_integer(1, later)) - float(check_integer(2, earlier))


@library("os.getenv")
def getenv(name: Any = ABSENT, *_: Any) -> str | None:
    """`os.getenv(name)`: an environment variable, or nil."""
    value = os.environb.get(file_name(check_string(1, name)))
    return None if value is None else value.decode("latin-1")


@library("os.execute")
def execute(command: Any = None, *_: Any) -> Any:
    """`os.execute(command?)`: runs a shell command; true or nil, then "exit" or "signal" and the number."""
    if command is None:
        return True
    line = file_name(check_string(1, command))
    flush_output()
    return exit_status(subprocess.run(line, shell=True, check=False).returncode)


def exit_status(code: int) -> tuple[bool | None, str, int]:
    """How a process ended, given Python's return code of it: negative for a signal (luaL_execresult)."""
    if code < 0:
        return (None, "signal", -code)
    return (True if code == 0 else None, "exit", code)


@library("os.exit")
def exit(code: Any = None, close: Any = None, *_: Any) -> Any:
    """`os.exit(code?, close?)`: ends the program; true is success, false is failure. With `close` the main program's
    to-be-closed variables are closed on the way."""
    if code is None or code is True:
        status = 0
    elif code is False:
        status = 1
    else:
        status = check_integer(1, code) & 0xFF
    raise ProgramExit(status) if truthy(close) else SystemExit(status)


@library("os.remove")
def remove(name: Any = ABSENT, *_: Any) -> Any:
    """`os.remove(name)`: deletes a file or an empty directory."""
    path = check_string(1, name)
    try:
        os.remove(file_name(path))
    except IsADirectoryError:
        try:
            os.rmdir(file_name(path))
        except OSError as error:
            return failure(error, path)
    except OSError as error:
        return failure(error, path)
    return True


@library("os.rename")
def rename(old: Any = ABSENT, new: Any = ABSENT, *_: Any) -> Any:
    """`os.rename(old, new)`"""
    origin, target = check_string(1, old), check_string(2, new)
    try:
        os.rename(file_name(origin), file_name(target))
    except OSError as error:
        return failure(error)
    return True


@library("os.tmpname")
def tmpname(*_: Any) -> str:
    """`os.tmpname()`: the name of a new empty temporary file."""
    try:
        handle, path = tempfile.mkstemp(prefix="lua_")
    except OSError as error:
        raise LuaError("unable to generate a unique filename") from error
    os.close(handle)
    return os.fsencode(path).decode("latin-1")


@library("os.setlocale")
def setlocale(locale: Any = None, category: Any = None, *_: Any) -> str | None:
    """`os.setlocale(locale?, category?)`: only the locale "C" is there; nil for any other."""
    wanted = None if locale is None else check_string(1, locale)
    check_option(2, category, _CATEGORIES, "all")
    return "C" if wanted in (None, "", "C", "POSIX") else None


__all__ = [
    "clock",
    "date",
    "difftime",
    "execute",
    "exit",
    "getenv",
    "remove",
    "rename",
    "setlocale",
    "time",
    "tmpname",
]
