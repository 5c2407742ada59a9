"""Lua's call stack, read from Python's: frames or an exception in, the levels that Lua would show out (their text:
traceback_text.py).

Only generated functions and library functions are levels. Python frames between two levels tell how the inner one was reached
(an operator's helper: a metamethod; the runner of generic `for` loops: an iterator). `return f(x)` of a Lua function is a tail
call, whose caller real Lua forgets, so it is left out here too. Nothing is recorded while a program runs well.

How real Lua differs: a function that calls itself last is a loop, which leaves no trace. The line in
`function <file:line>` is exact for a function that became a Python `def`; for one that became a `lambda` it is the line of the
statement it stands in. A global function that the compiler made a local Python function is named by how it is called.

Source: lauxlib.c (luaL_traceback), ldebug.c (lua_getstack).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from opcode import opmap
from types import CodeType, CoroutineType, FrameType, TracebackType
from typing import Any, Final, NamedTuple, TypeVar

from .errors import is_iterator_loop, library_name_of_code
from .positions import (
    IN_PARENTHESES,
    VARIABLE,
    Span,
    is_part,
    place_of_frame,
)
from .suspending import (
    frame_of_body,
    frames_of_coroutine,
    running_coroutine,
)

_OPERATORS: Final = (
    *("add", "sub", "mul", "div", "idiv", "mod", "concat"),
    *("band", "bor", "bxor", "shl", "shr", "bnot"),
    *("eq", "lt", "le", "index"),
)
METAMETHODS: Final = {name: name for name in _OPERATORS} | {
    "pow_": "pow",
    "neg": "unm",
    "ne": "eq",
    "gt": "lt",
    "ge": "le",
    "length": "len",
    "setindex": "newindex",
    "index_through": "index",
    "__missing__": "index",
    "__exit__": "close",
    "__aexit__": "close",
}
"""Metamethods by the name of the runtime function that an operator compiles to."""

_At = tuple[FrameType, int]
"""A frame and the byte offset of the instruction that it executes, or executed when an exception left it."""


class _Active(NamedTuple):
    """An active function: the frame that runs it or a part of it, the byte offset of its instruction, and its own code."""

    frame: FrameType
    instruction: int
    code: CodeType


@dataclass(slots=True)
class Level:
    """One active function; `library` is its registered name, None for a Lua function.

    `frame` is None for the C function that runs the whole program, below all others, and for a `yield` that waits.
    """

    frame: FrameType | None
    instruction: int = 0
    code: CodeType | None = None
    """Of the function; the frame may be that of a part of it."""
    library: str | None = None
    caller: _At | None = None
    """The Lua function that called it, None when a library function did."""
    through: CodeType | None = None
    """The Python function in between that the caller called, if any."""
    is_tail_call: bool = False

    @property
    def is_lua(self) -> bool:
        return self.frame is not None and self.library is None


# ---------------------------------------------------------------------------------------------------------- collecting


_HANDLER_CALLS: set[CodeType] = set()
_Function = TypeVar("_Function", bound=Callable[..., Any])


def calls_handler(function: _Function) -> _Function:
    """Marks a Python function that calls the message handler of an `xpcall` and holds the exception in its local `failure`.

    The stack is unwound by then; the levels of `failure` are shown there, where real Lua has them.
    """
    _HANDLER_CALLS.add(function.__code__)
    return function


_PROTECTED: Final = frozenset({"pcall", "xpcall", "coroutine.resume", "coroutine.wrap"})


def is_protected_call(code: CodeType) -> bool:
    """Does a frame of `code` catch the errors of what it calls?"""
    return library_name_of_code(code) in _PROTECTED


@calls_handler
def call_handler(handler: Any, value: Any, failure: BaseException) -> Any:
    """The results of the message handler `handler` for the error object `value` of `failure`."""
    return handler(value)


def live_levels(frame: FrameType | None) -> list[Level]:
    """The levels of the running coroutine from `frame` on, innermost first."""
    return _levels(_live(frame))


def exception_levels(exception: BaseException) -> list[Level]:
    """The levels that `exception` passed on its way up to whoever caught it, and the C function that ran them all."""
    return [*_levels(_unwound(exception.__traceback__)), Level(None)]


def coroutine_levels(body: Any, failure: BaseException | None) -> list[Level]:
    """The levels of a coroutine that does not run: suspended in `body`, or ended by `failure`; none when it has not begun
    or ended well."""
    if failure is not None:
        return _levels(_unwound(failure.__traceback__))
    frames: list[_At] = []
    while (frame := frame_of_body(body)) is not None:
        frames.append((frame, frame.f_lasti))
        body = body.cr_await if isinstance(body, CoroutineType) else body.gi_yieldfrom
    innermost = [Level(None, library="coroutine.yield")] if frames else []
    return _levels(reversed(frames), innermost)


def _live(frame: FrameType | None) -> Iterator[_At | None]:
    for active in frames_of_coroutine(frame):
        yield active, active.f_lasti
        if active.f_code in _HANDLER_CALLS:
            yield from _unwound(active.f_locals["failure"].__traceback__)
    if running_coroutine() is None:
        yield None


def _unwound(traceback: TracebackType | None) -> Iterator[_At]:
    """Innermost first; without the frame that caught the exception, which is still live."""
    found: list[_At] = []
    while traceback is not None:
        found.append((traceback.tb_frame, traceback.tb_lasti))
        traceback = traceback.tb_next
    yield from reversed(found[1:])


def _levels(
    frames: Iterator[_At | None] | Iterator[_At], innermost: Iterable[Level] = ()
) -> list[Level]:
    levels = [*innermost]
    through: CodeType | None = None
    reached_lua = False  # is the last frame a Lua function that the next may have called last?
    for active in _functions(frames):
        if active is None:
            levels.append(Level(None))
            continue
        frame, instruction, code = active
        at = frame, instruction
        library = library_name_of_code(code)
        if library is None and not _is_generated(frame):
            through = code
            reached_lua = reached_lua and through not in _HANDLER_CALLS
            continue
        inner = levels[-1] if levels else None
        if library is None and inner is not None and not inner.is_tail_call:
            inner.caller, inner.through = at, through
        called_directly = through is None or _is_plain(through)
        can_be_tail = library is None and reached_lua and called_directly
        if can_be_tail and inner is not None and _is_tail(at):
            inner.is_tail_call = True
        else:
            levels.append(Level(frame, instruction, code, library))
        through = None
        reached_lua = library is None
    return levels


def _functions(frames: Iterator[_At | None] | Iterator[_At]) -> Iterator[_Active | None]:
    """The functions of `frames`: one that was split for its depth has several, the innermost of which says where it is."""
    innermost: _At | None = None
    for at in frames:
        if at is None:
            yield None
        elif is_part(at[0].f_code):
            innermost = innermost or at
        else:
            yield _Active(*(innermost or at), at[0].f_code)
            innermost = None


def _is_generated(frame: FrameType) -> bool:
    return VARIABLE in frame.f_globals and frame.f_code.co_name != "<module>"


def _is_plain(through: CodeType) -> bool:
    """Does this runtime function do nothing but call, so that the call itself names the function?"""
    return through.co_name not in METAMETHODS and not is_iterator_loop(through)


def _is_tail(at: _At) -> bool:
    """Is the call that `at` executes all of a `return` statement?"""
    frame, instruction = at
    span = spans_of(frame.f_code)[instruction // 2]
    if span is None or span not in _returned_spans(frame.f_code):
        return False
    place = place_of_frame(frame, instruction)
    return place is None or IN_PARENTHESES not in place.names


@lru_cache(maxsize=1024)
def spans_of(code: CodeType) -> tuple[Span | None, ...]:
    spans: list[Span | None] = []
    for line, end_line, column, end_column in code.co_positions():
        if line is None or end_line is None or column is None or end_column is None:
            spans.append(None)
        else:
            spans.append(Span(line, column, end_line, end_column))
    return tuple(spans)


_RETURN: Final = opmap["RETURN_VALUE"]
_RETURN_WIDTH: Final = len("return ")


@lru_cache(maxsize=1024)
def _returned_spans(code: CodeType) -> frozenset[Span]:
    """Where the values of the `return` statements of `code` stand; of a lambda, its body."""
    spans = spans_of(code)
    returns = [number for number, opcode in enumerate(code.co_code[::2]) if opcode == _RETURN]
    if code.co_name == "<lambda>":
        # With a condition in it the body is no call, though its last step may be one.
        ends = [spans[number - 1] for number in returns] if len(returns) == 1 else []
        return frozenset(span for span in ends if span is not None)
    found = (spans[number] for number in returns)
    return frozenset(
        span._replace(column=span.column + _RETURN_WIDTH) for span in found if span is not None
    )
