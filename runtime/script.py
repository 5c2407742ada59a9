"""Running a compiled script as the `lua` program runs a source: arguments in, exit status out. Source: lua.c
(pmain, msghandler)."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable, Coroutine
from typing import Any, NoReturn

from .ending import drop_output, reader_is_gone
from .errors import LuaError, as_lua_error
from .program import set_arguments, shows_python_frames
from .stack import allow_deep_recursion, with_lua_stack
from .strings import from_text, to_text
from .suspending import run_to_end
from .traceback import exception_levels
from .traceback_text import traceback_text
from .values import metamethod


def run_script(main: Callable[..., Any]) -> NoReturn:
    """Calls the chunk with the command line's arguments and exits: 0, or 1 after printing the error as `lua`
    does."""
    arguments = [from_text(argument) for argument in sys.argv[1:]]
    set_arguments(from_text(sys.argv[0]), arguments)
    sys.exit(call_script(main, arguments))


def call_script(main: Callable[..., Any], arguments: list[str]) -> int:
    """The exit status of the chunk `main`, which runs with a stack for Lua's depth of calls."""

    def work() -> int:
        try:
            result = main(*arguments)
            if isinstance(result, Coroutine):
                run_to_end(result)
            return 0
        except SystemExit as request:
            return _exit_status(request)
        except BaseException as exception:  # what is no Lua error is raised again
            error = as_lua_error(exception)
            if error is None:
                raise
            print(f"lua: {to_text(_report(error, exception))}", file=sys.stderr)
            return 1

    allow_deep_recursion()
    try:
        status = with_lua_stack(work)
        sys.stdout.flush()
        return status
    except BrokenPipeError:
        # A Lua interpreter is ended by SIGPIPE here, which Python ignores: other connections of the process may break unharmed.
        if not reader_is_gone():
            raise
        return drop_output()


def _report(error: LuaError, exception: BaseException) -> str:
    """What `lua` prints about an uncaught error: the message, and the stack unless `__tostring` made it (msghandler)."""
    if metamethod(error.value, "__tostring") is not None and type(error.value) is not str:
        return str(error)
    report = traceback_text(str(error), exception_levels(exception), texts=True)
    if not shows_python_frames():
        return report
    frames = "".join(traceback.format_tb(exception.__traceback__))
    return f"{report}\nPython frames, outermost first:\n{from_text(frames.rstrip())}"


def _exit_status(request: SystemExit) -> int:
    if isinstance(request.code, int):
        return request.code
    return 0 if request.code is None else 1
