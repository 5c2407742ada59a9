"""Lua errors as Temporal failures: message, type, details and a stack trace in terms of the Lua source.

In: a `LuaError` that nobody caught. Out: an `ApplicationError`, which fails the workflow or the activity (any other Python
exception would only fail the workflow task, which is retried for ever: right for a bug of ours).
"""

from __future__ import annotations

import re
import traceback
from collections import deque
from types import FrameType, TracebackType
from typing import Any, Final

from temporalio.api.common.v1 import Payloads
from temporalio.api.failure.v1 import Failure as FailureMessage
from temporalio.converter import DefaultFailureConverter, PayloadConverter
from temporalio.exceptions import ApplicationError, FailureError

from ..errors import LuaError, error_text
from ..json_values import to_json
from ..positions import PART, VARIABLE, place_of_frame, python_line
from ..source_lines import source_line
from ..strings import to_text
from ..values import LuaTable, loaded_key
from .failures import FIELDS_KEY

DEFAULT_TYPE: Final = "LuaError"

_TYPE_IN_TEXT = re.compile(
    r"(?:(?:activity|child workflow) '[^']*' failed: )*(?:[^\s:]+:\d+: )?([A-Z][A-Z0-9_]*): "
)
_FIRST_FRAMES, _LAST_FRAMES = 10, 11
"""How much of a deep stack is shown, as in real Lua's tracebacks (lauxlib.c, LEVELS1 and LEVELS2)."""


class LuaApplicationError(ApplicationError):
    """An ApplicationError that brings its own wire form, because the SDK would show the Python stack of its converter."""

    def __init__(
        self,
        message: str,
        *details: Any,
        type: str,
        stack_trace: str,
        cause: FailureError | None,
        converter: PayloadConverter,
    ) -> None:
        super().__init__(message, *details, type=type)
        self.stack_trace = stack_trace
        self._wire_cause = cause
        self._converter = converter

    @property
    def failure(self) -> FailureMessage:
        """The failure as it is sent to the server."""
        failure = FailureMessage(message=self.message, stack_trace=self.stack_trace)
        failure.application_failure_info.type = self.type or DEFAULT_TYPE
        if self.details:
            payloads = Payloads(payloads=self._converter.to_payloads(list(self.details)))
            failure.application_failure_info.details.CopyFrom(payloads)
        if self._wire_cause is not None:
            DefaultFailureConverter().to_failure(self._wire_cause, self._converter, failure.cause)
        return failure


def application_error(
    error: LuaError, raised: BaseException, converter: PayloadConverter
) -> LuaApplicationError:
    """The failure for an uncaught Lua error.

    `raised` is the exception that `error` was made of, or `error` itself: its traceback is the stack. `converter` writes the
    details: the workflow's or activity's payload converter.
    """
    cause = error.__cause__
    return LuaApplicationError(
        to_text(error_text(error.value)),
        *_details(error.value),
        type=failure_type(error.value),
        stack_trace=lua_stack_trace(raised),
        cause=cause if isinstance(cause, FailureError) else None,
        converter=converter,
    )


def failure_type(value: object) -> str:
    """The failure type of a Lua error, which `non_retryable_errors` matches.

    `error({type = "X", ...})` has type X, `error("X: text")` too when X is capitals, digits and underscores; else "LuaError".
    """
    if isinstance(value, LuaTable):
        kind = value.get("type")
        return to_text(kind) if isinstance(kind, str) and kind else DEFAULT_TYPE
    if isinstance(value, str):
        match = _TYPE_IN_TEXT.match(value)
        if match is not None:
            return match[1]
    return DEFAULT_TYPE


def _details(value: object) -> list[Any]:
    """The details of a thrown table: its `details` field, then its other fields under a key that says what they are."""
    if not isinstance(value, LuaTable):
        return []
    fields = {
        loaded_key(key): content
        for key, content in value.items()
        if key not in ("type", "details") and isinstance(key, str)
    }
    return [
        _jsonable(value.get("details")),
        {FIELDS_KEY: {to_text(name): _jsonable(content) for name, content in fields.items()}},
    ]


def _jsonable(value: Any) -> Any:
    try:
        return to_json(value, path="details")
    except LuaError:
        # An error must get through: what JSON cannot hold is shown as text.
        return to_text(error_text(value))


def lua_stack_trace(exception: BaseException) -> str:
    """The stack at which `exception` was raised, innermost first: `file.lua:LINE: in function 'name'` for each Lua function, below
    it the text of the line where that is at hand (source_lines.py).

    The Python traceback instead when no Lua function is in it.
    """
    count, outer, inner = _lua_frames(exception.__traceback__)
    if not count:
        return "".join(traceback.format_tb(exception.__traceback__))
    skipped = count - len(outer) - len(inner)
    between = [f"...\t(skipping {skipped} levels)"] if skipped else []
    return "\n".join(
        [*reversed(list(map(_level, inner))), *between, *reversed(list(map(_level, outer)))]
    )


def _lua_frames(
    entry: TracebackType | None,
) -> tuple[int, list[TracebackType], deque[TracebackType]]:
    """How many entries are of Lua functions, the outermost of them, and the innermost of the others.

    Only these are looked at closely: a runaway recursion has 200,000, and a workflow task two seconds.
    """
    count = 0
    outer: list[TracebackType] = []
    inner: deque[TracebackType] = deque(maxlen=_FIRST_FRAMES)
    while entry is not None:
        if VARIABLE in entry.tb_frame.f_globals:
            count += 1
            (outer if len(outer) < _LAST_FRAMES else inner).append(entry)
        entry = entry.tb_next
    return count, outer, inner


def _level(entry: TracebackType) -> str:
    return lua_level(entry.tb_frame, entry.tb_lasti) or "?"


def lua_level(frame: FrameType, instruction: int | None = None) -> str | None:
    """`file.lua:LINE: in function 'name'` and the text of that line for a frame of a Lua function, None for any other.

    `instruction` is the byte offset that the frame had when an exception left it."""
    place = place_of_frame(frame, instruction)
    if place is None:
        return None
    level = f"{to_text(place.chunk)}:{place.line}: in {_function_name(frame)}"
    text = source_line(frame, place, python_line(frame, instruction))
    return level if text is None else f"{level}\n    {text}"


def _function_name(frame: FrameType) -> str:
    code = frame.f_code
    if code.co_name == "<module>":
        return "main chunk"
    # A part of a function that was split for its depth shows as the function.
    name = code.co_qualname.partition(f".<locals>.{PART}")[0]
    owner, _, method = name.rpartition(".")
    if method == "run" and owner and not owner.endswith("<locals>"):
        return f"workflow '{owner}'"
    if method == "<lambda>":
        return "anonymous function"
    return f"function '{method}'"
