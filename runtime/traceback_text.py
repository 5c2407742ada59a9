"""What a level of Lua's call stack is called and how a whole stack is shown: levels in, names, places and text out.

Source: lauxlib.c (luaL_traceback, pushfuncname), ldebug.c (funcnamefromcode).
"""

from __future__ import annotations

from types import CodeType, FrameType
from typing import Any, Final

from .accelerator import pure
from .errors import is_iterator_loop
from .positions import VARIABLE, OperandName, Span, decode, place_of_frame, python_line
from .program import started_globals
from .source_lines import source_line
from .strings import from_text
from .suspending import SuspendingFunction
from .traceback import METAMETHODS, Level, live_levels, spans_of
from .values import LuaTable

_FIRST_SHOWN: Final = 10
_LAST_SHOWN: Final = 11
"""How many levels a long traceback shows at either end (lauxlib.c, LEVELS1 and LEVELS2)."""

_AWAIT_WIDTH: Final = len("await ")


def level_name(level: Level) -> OperandName | None:
    """How the code that called it names the function: its kind ("global", "method", "metamethod") and its name."""
    if level.is_tail_call or level.caller is None:
        return None
    if level.through is not None:
        if is_iterator_loop(level.through):
            return OperandName("for iterator", "for iterator")
        event = METAMETHODS.get(level.through.co_name)
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
    span = spans_of(frame.f_code)[instruction // 2]
    if (place is None or not place.names) and span is not None:
        inside = span._replace(column=span.column + _AWAIT_WIDTH)
        place = decode(frame.f_globals[VARIABLE]).expressions.get(inside)
    return place.names[0] if place is not None and place.names else None


def position_at_level(level: int, function: FrameType | None) -> str:
    """`file.lua:LINE: ` of the function at `level`, counted from the library function whose frame is `function`: 1 is its caller.
    "" if that is no Lua function (luaL_where). Tail calls count, whose callers real Lua forgets."""
    levels = live_levels(function)
    if level >= len(levels):
        return ""
    chunk, line = level_source(levels[level])
    return "" if line < 0 else f"{chunk}:{line}: "


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
