"""Running a compiled script as the `lua` program runs a source: arguments in, exit status out. Source: lua.c
(pmain, msghandler)."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Coroutine
from typing import Any, NoReturn

from .errors import LuaError, as_lua_error
from .program import set_arguments
from .strings import from_text, to_text
from .suspending import run_to_end
from .traceback import exception_levels, traceback_text
from .values import metamethod

_STACK_BYTES = 512 * 1024 * 1024
_DEPTH = 200_000
"""Lua's own limit is about this many nested calls (LUAI_MAXSTACK); past it a script sees "stack overflow"."""


def run_script(main: Callable[..., Any]) -> NoReturn:
    """Calls the chunk with the command line's arguments and exits: 0, or 1 after printing the error as `lua`
    does."""
    arguments = [from_text(argument) for argument in sys.argv[1:]]
    set_arguments(from_text(sys.argv[0]), arguments)
    sys.exit(call_script(main, arguments))


def call_script(main: Callable[..., Any], arguments: list[str]) -> int:
    """The exit status of the chunk `main`. It runs in a thread of its own with a stack for Lua's depth of calls."""
    status: list[int] = []

    def work() -> None:
        try:
            result = main(*arguments)
            if isinstance(result, Coroutine):
                run_to_end(result)
            status.append(0)
        except SystemExit as request:
            status.append(_exit_status(request))
        except BaseException as exception:  # what is no Lua error is raised again
            error = as_lua_error(exception)
            if error is None:
                raise
            print(f"lua: {to_text(_report(error, exception))}", file=sys.stderr)
            status.append(1)

    sys.setrecursionlimit(max(sys.getrecursionlimit(), _DEPTH))
    previous = threading.stack_size(_STACK_BYTES)
    thread = threading.Thread(target=work, name="lua")
    thread.start()
    threading.stack_size(previous)
    thread.join()
    sys.stdout.flush()
    return status[0] if status else 1


def _report(error: LuaError, exception: BaseException) -> str:
    """What `lua` prints about an uncaught error: the message, and the stack unless `__tostring` made it (msghandler)."""
    if metamethod(error.value, "__tostring") is not None and type(error.value) is not str:
        return str(error)
    return traceback_text(str(error), exception_levels(exception))


def _exit_status(request: SystemExit) -> int:
    if isinstance(request.code, int):
        return request.code
    return 0 if request.code is None else 1
