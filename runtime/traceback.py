"""Lua's call stack, read from Python's: frames or an exception in, the levels Lua would show and their text out.

Only generated functions and library functions are levels. Python frames between two levels tell how the inner one was reached
(an operator's helper: a metamethod; the runner of generic `for` loops: an iterator). `return f(x)` of a Lua function is a tail
call, whose caller real Lua forgets, so it is left out here too. Nothing is recorded while a program runs well.

How real Lua differs: a function that calls itself last is a loop, which leaves no trace. The line in
`function <file:line>` is exact for a function that became a Python `def`; for one that became a `lambda` it is the line of the
statement it stands in. A global function that the compiler made a local Python function is named by how it is called.

Source: lauxlib.c (luaL_traceback, pushfuncname), ldebug.c (funcnamefromcode).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from opcode import opmap
from types import CodeType, CoroutineType, FrameType, TracebackType
from typing import Any, Final, NamedTuple, TypeVar

from .accelerator import pure
from .errors import is_iterator_loop, library_name_of_code
from .positions import (
    IN_PARENTHESES,
    VARIABLE,
    OperandName,
    Span,
    decode,
    is_part,
    place_of_frame,
    python_line,
)
from .program import started_globals
from .source_lines import source_line
from .strings import from_text
from .suspending import (
    SuspendingFunction,
    frame_of_body,
    frames_of_coroutine,
    running_coroutine,
)
from .values import LuaTable

_FIRST_SHOWN: Final = 10
_LAST_SHOWN: Final = 11
"""How many levels a long traceback shows at either end (lauxlib.c, LEVELS1 and LEVELS2)."""

_OPERATORS: Final = (
    *("add", "sub", "mul", "div", "idiv", "mod", "concat"),
    *("band", "bor", "bxor", "shl", "shr", "bnot"),
    *("eq", "lt", "le", "index"),
)
_METAMETHODS: Final = {name: name for name in _OPERATORS} | {
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
    return through.co_name not in _METAMETHODS and not is_iterator_loop(through)


def _is_tail(at: _At) -> bool:
    """Is the call that `at` executes all of a `return` statement?"""
    frame, instruction = at
    span = _spans(frame.f_code)[instruction // 2]
    if span is None or span not in _returned_spans(frame.f_code):
        return False
    place = place_of_frame(frame, instruction)
    return place is None or IN_PARENTHESES not in place.names


@lru_cache(maxsize=1024)
def _spans(code: CodeType) -> tuple[Span | None, ...]:
    spans: list[Span | None] = []
    for line, end_line, column, end_column in code.co_positions():
        if line is None or end_line is None or column is None or end_column is None:
            spans.append(None)
        else:
            spans.append(Span(line, column, end_line, end_column))
    return tuple(spans)


_RETURN: Final = opmap["RETURN_VALUE"]
_RETURN_WIDTH: Final = len("return ")
_AWAIT_WIDTH: Final = len("await ")


@lru_cache(maxsize=1024)
def _returned_spans(code: CodeType) -> frozenset[Span]:
    """Where the values of the `return` statements of `code` stand; of a lambda, its body."""
    spans = _spans(code)
    returns = [number for number, opcode in enumerate(code.co_code[::2]) if opcode == _RETURN]
    if code.co_name == "<lambda>":
        # With a condition in it the body is no call, though its last step may be one.
        ends = [spans[number - 1] for number in returns] if len(returns) == 1 else []
        return frozenset(span for span in ends if span is not None)
    found = (spans[number] for number in returns)
    return frozenset(
        span._replace(column=span.column + _RETURN_WIDTH) for span in found if span is not None
    )


# ------------------------------------------------------------------------------------------------------------- describing


def level_name(level: Level) -> OperandName | None:
    """How the code that called it names the function: its kind ("global", "method", "metamethod") and its name."""
    if level.is_tail_call or level.caller is None:
        return None
    if level.through is not None:
        if is_iterator_loop(level.through):
            return OperandName("for iterator", "for iterator")
        event = _METAMETHODS.get(level.through.co_name)
        if event is not None:
            return OperandName("metamethod", event)
    named = _called_name(*level.caller)
    if named is not None:
        return named
    if level.library is None:
        return None
    table, _, name = level.library.rpartition(".")
    return OperandName("field" if table else "global", name)


def _called_name(frame: FrameType, instruction: int) -> OperandName | None:
    """What the call that `frame` executes calls its function; an awaited call's name stands with the call itself."""
    place = place_of_frame(frame, instruction)
    span = _spans(frame.f_code)[instruction // 2]
    if (place is None or not place.names) and span is not None:
        inside = span._replace(column=span.column + _AWAIT_WIDTH)
        place = decode(frame.f_globals[VARIABLE]).expressions.get(inside)
    return place.names[0] if place is not None and place.names else None


def level_source(level: Level) -> tuple[str, int]:
    """The chunk a level belongs to and the line it executes; "[C]" and -1 for what is no Lua function."""
    place = (
        None
        if level.library or level.frame is None
        else place_of_frame(level.frame, level.instruction)
    )
    return ("[C]", -1) if place is None else (place.chunk, place.line)


def definition_place(code: CodeType, positions: str) -> tuple[str, int]:
    """The chunk and the line where the function `code` begins, 0 for a main chunk; `positions` is its module's table."""
    table = decode(positions)
    if is_main_chunk(code):
        return table.chunk, 0
    return table.chunk, table.place(Span(code.co_firstlineno, -1, 0, 0)).line


def is_main_chunk(code: CodeType) -> bool:
    """Is `code` a whole file, or a chunk given to `load`?"""
    return code.co_qualname == "main"


def _shown_name(level: Level) -> str:
    if level.frame is None and level.library is None:
        return "?"
    name = level_name(level)
    known = _name_in_loaded(level)
    if known is None and name is not None and name.kind == "global":
        known = name.name
    if known is not None:
        return f"function '{known}'"
    if name is not None:
        return str(name)
    if level.library is not None:
        return "?"
    assert level.code is not None and level.frame is not None  # a Lua function
    if is_main_chunk(level.code):
        return "main chunk"
    chunk, line = definition_place(level.code, level.frame.f_globals[VARIABLE])
    return f"function <{chunk}:{line}>"


_NAMED_BY_CALL: Final = ("for iterator", "coroutine.wrap")
"""Library functions that real Lua keeps in no table."""


def _name_in_loaded(level: Level) -> str | None:
    """The name of the function in `package.loaded`: "string.rep", "print", a function of a module (pushglobalfuncname)."""
    if level.library is not None:
        return None if level.library in _NAMED_BY_CALL else level.library
    globals_ = started_globals()
    package = None if globals_ is None else globals_.get("package")
    loaded = package.get("loaded") if isinstance(package, LuaTable) else None
    if not isinstance(loaded, LuaTable) or level.code is None:
        return None
    code = level.code
    for module, table in loaded.items():
        if isinstance(module, str) and code_of(table) is code:
            return module
        if isinstance(table, LuaTable) and isinstance(module, str):
            for name, value in table.items():
                if code_of(value) is code and isinstance(name, str):
                    return name if module == "_G" else f"{module}.{name}"
    return None


def code_of(function: Any) -> CodeType | None:
    """The Python code of a Lua function, None for a value that has none."""
    if type(function) is SuspendingFunction:
        function = function.start
    code = getattr(pure(function), "__code__", None)
    return code if isinstance(code, CodeType) else None


def level_text(level: Level) -> str | None:
    """The source text of the line that a level executes, None where it is not at hand (source_lines.py)."""
    if level.library is not None or level.frame is None:
        return None
    place = place_of_frame(level.frame, level.instruction)
    if place is None:
        return None
    return source_line(level.frame, place, python_line(level.frame, level.instruction))


def traceback_text(message: str | None, levels: list[Level], *, texts: bool = False) -> str:
    """`message` and a line for each of `levels`; a long stack shows its ends (luaL_traceback).

    With `texts` the source text of the line stands below each level, which real Lua does not show.
    """
    lines = ["stack traceback:"] if message is None else [message, "stack traceback:"]
    skipped = len(levels) - _FIRST_SHOWN - _LAST_SHOWN
    for number, level in enumerate(levels):
        if skipped > 0 and _FIRST_SHOWN <= number < _FIRST_SHOWN + skipped:
            if number == _FIRST_SHOWN:
                lines.append(f"\t...\t(skipping {skipped} levels)")
            continue
        chunk, line = level_source(level)
        where = chunk if line <= 0 else f"{chunk}:{line}"
        lines.append(f"\t{where}: in {_shown_name(level)}")
        text = level_text(level) if texts else None
        if text is not None:
            lines.append(f"\t\t{from_text(text)}")
        if level.is_tail_call:
            lines.append("\t(...tail calls...)")
    return "\n".join(lines)
