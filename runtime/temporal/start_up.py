"""What a package computes when it is imported: texts of the worker's settings, and errors in one line for who starts the worker.

In: Lua values. Out: Python text. `python -m NAME.worker` imports the package before the worker's own program runs, which could
catch what goes wrong: an environment variable that is not set, say.
"""

from __future__ import annotations

import sys
from types import TracebackType
from typing import Any

from ..errors import as_lua_error, library_error
from ..strings import to_text
from ..values import type_name


def setting_text(name: str, value: Any, default: str = "") -> str:
    """The option `name` of `temporal.worker` as text: `default` for nil, a Lua error for what is no string."""
    if value is None:
        return default
    if type(value) is not str:
        raise library_error(f"{name} must be a string, got {type_name(value)}")
    return to_text(value)


def tell_errors_in_one_line() -> None:
    """From now on a Lua error that ends the process is one line on standard error, the exit status 1 as for any exception.

    Only where Python is about to run a module of a package that it imports now (`python -m NAME.worker`); any other program
    gets its exceptions as they are.
    """
    if sys.argv[:1] == ["-m"]:
        sys.excepthook = _tell


def _tell(
    kind: type[BaseException], exception: BaseException, traceback: TracebackType | None
) -> None:
    error = as_lua_error(exception)
    if error is None:
        sys.__excepthook__(kind, exception, traceback)
    else:
        print(f"error: the worker cannot be started: {to_text(str(error))}", file=sys.stderr)
