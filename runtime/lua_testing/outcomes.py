"""How a test ended, as data: what reports are made of. In: the exception that ended a test. Out: `Failure` and `Outcome`."""

from __future__ import annotations

import linecache
from dataclasses import dataclass
from enum import Enum
from itertools import islice
from typing import Final

from ..errors import LuaError, as_lua_error, error_text
from ..host.asserts import NotEqual
from ..strings import to_text
from ..traceback import Level, exception_levels
from ..traceback_text import level_source, traceback_text
from ..values import LuaTable
from .differences import differences, shown
from .session import WorkflowFailed

_MOST_DIFFERENCES: Final = 20


class Status(Enum):
    """How a test ended."""

    PASSED = "passed"
    FAILED = "failed"
    PENDING = "pending"
    """Declared, but not to be run."""


@dataclass(frozen=True)
class Failure:
    """Why a test failed, in Lua's terms."""

    message: str
    """Begins with `file:LINE: ` as Lua errors do."""
    source: str | None = None
    """The text of the line of the test that failed."""
    expected: str | None = None
    got: str | None = None
    """Both sides of a failed `assert.eq`, as Lua constructors."""
    differences: tuple[str, ...] = ()
    """Where they differ, a line a place."""
    stack: str = ""
    """The Lua stack in the test, when it is more than one line of it."""
    workflow_stack: str = ""
    """Where the workflow failed, innermost first."""


@dataclass(frozen=True)
class Outcome:
    """One test: `file` and `line` of its declaration, its full name, how it ended, and after how many seconds."""

    file: str
    line: int
    name: str
    status: Status
    seconds: float = 0.0
    failure: Failure | None = None


def failure_of(exception: BaseException) -> Failure:
    """What a test's exception says."""
    levels = [level for level in exception_levels(exception) if level.is_lua]
    source = _line_text(levels[0]) if len(levels) == 1 else None
    stack = _stack(levels)
    error = as_lua_error(exception)
    if error is None:
        return Failure(_placed(_of_python(exception), levels), source, stack=stack)
    if isinstance(error, NotEqual):
        found = list(islice(differences(error.got, error.expected), _MOST_DIFFERENCES + 1))
        if len(found) > _MOST_DIFFERENCES:
            found[_MOST_DIFFERENCES:] = ["..."]
        note = "not equal" if error.note is None else to_text(error_text(error.note))
        return Failure(
            _placed(note, levels),
            source,
            shown(error.expected),
            shown(error.got),
            tuple(found),
            stack,
        )
    workflow_stack = error.stack if isinstance(error, WorkflowFailed) else ""
    return Failure(
        _placed(_message(error), levels), source, stack=stack, workflow_stack=workflow_stack
    )


def _line_text(level: Level) -> str | None:
    """The text of the line that `level` executes, None where the source is not at hand."""
    chunk, line = level_source(level)
    return linecache.getline(to_text(chunk), line).strip() or None


def _message(error: LuaError) -> str:
    text = to_text(str(error))
    bare = isinstance(error.value, LuaTable) and text == "(error object is a table value)"
    return f"error object {shown(error.value)}" if bare else text


def _placed(message: str, levels: list[Level]) -> str:
    """`message` with the place of the test's code in front, where an error object has none."""
    if not levels:
        return message
    chunk, line = level_source(levels[0])
    place = f"{to_text(chunk)}:{line}: "
    return message if message.startswith(place) else place + message


def _stack(levels: list[Level]) -> str:
    if len(levels) < 2:
        return ""
    lines = traceback_text(None, levels).split("\n")[1:]
    return to_text("\n".join(line.removeprefix("\t").replace("\t", "    ") for line in lines))


def _of_python(exception: BaseException) -> str:
    if isinstance(exception, SystemExit):
        return "the test called os.exit"
    kind = type(exception).__name__
    said = " ".join(str(exception).split())
    return said if kind in ("NondeterminismError", "ServerUnavailable") else f"{kind}: {said}"
