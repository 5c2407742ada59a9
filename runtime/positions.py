"""Where in the Lua source a place of a generated module stands, and what its operands are called there.

Python has no `#line`. The compiler ends each generated module with one constant, `__lua_positions__`, which this
module writes and reads. It is looked at only when an error is raised, so that it costs nothing before. Python (3.11
and later) knows line and columns of the expression that a frame executes (`co_positions`), which finds the entry.

The text is the Lua chunk's name followed by records, all separated by blanks:

    P=L              from Python line P on, the Lua line is L
    P.C-E:L:names    the expression at line P from column C to column E is on Lua line L, its operands have these names
    P.C-R.E:L:names  the same, ending R lines further down

`names` are separated by commas, one an operand: a letter for the kind and the name, percent-encoded, or nothing.
"""

from __future__ import annotations

import ast
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from types import CodeType, FrameType
from typing import Any, NamedTuple
from urllib.parse import quote, unquote

VARIABLE = "__lua_positions__"

PART = "__inner_blocks"
"""How the Python functions are named that hold an inner part of the blocks of a Lua function (transpiler/output/deep_blocks.py); no
Lua function gets such a name."""

_KINDS = {
    "l": "local",
    "u": "upvalue",
    "g": "global",
    "f": "field",
    "m": "method",
    "c": "constant",
    "i": "for iterator",
    "p": "in parentheses",
}
_LETTERS = {kind: letter for letter, kind in _KINDS.items()}


class OperandName(NamedTuple):
    """How Lua names a value in an error: `kind` as in "local", "field"; shown as `(field 'x')`."""

    kind: str
    name: str

    def __str__(self) -> str:
        return f"{self.kind} '{self.name}'"


IN_PARENTHESES = OperandName("in parentheses", "")
"""Stands behind the names of a call in parentheses that is returned: to Lua that is no tail call, to Python it is one."""


class Span(NamedTuple):
    """Lines (1-based) and columns (0-based, UTF-8 bytes) of an expression, as `ast` and `co_positions` give
    them."""

    line: int
    column: int
    end_line: int
    end_column: int


class Place(NamedTuple):
    """A place in a Lua source; `names` has one element for each operand of the expression, None for one without a
    name."""

    chunk: str
    line: int
    names: tuple[OperandName | None, ...] = ()


@dataclass(frozen=True)
class PositionTable:
    """The decoded positions of one generated module."""

    chunk: str
    python_lines: tuple[int, ...]
    lua_lines: tuple[int, ...]
    expressions: dict[Span, Place]

    def place(self, span: Span) -> Place:
        found = self.expressions.get(span)
        if found is not None:
            return found
        at = bisect_right(self.python_lines, span.line) - 1
        return Place(self.chunk, self.lua_lines[at] if at >= 0 else 0)


def encode(
    chunk: str,
    lines: Iterable[tuple[int, int]],
    expressions: Iterable[tuple[Span, int, tuple[OperandName | None, ...]]],
) -> str:
    """The text of `__lua_positions__` for the chunk named `chunk`.

    `lines` pairs Python lines with Lua lines, ascending; `expressions` are spans with Lua line and operand names.
    """
    records = [_quote(chunk)]
    previous = None
    for python_line, lua_line in lines:
        if lua_line != previous:
            records.append(f"{python_line}={lua_line}")
            previous = lua_line
    for span, lua_line, names in expressions:
        rows = span.end_line - span.line
        end = f"{rows}.{span.end_column}" if rows else str(span.end_column)
        shown = ",".join(
            "" if name is None else _LETTERS[name.kind] + _quote(name.name) for name in names
        )
        records.append(f"{span.line}.{span.column}-{end}:{lua_line}:{shown}")
    return " ".join(records)


@lru_cache(maxsize=1024)
def decode(text: str) -> PositionTable:
    """The reverse of `encode`."""
    chunk, *records = text.split(" ")
    chunk = unquote(chunk, encoding="latin-1")
    python_lines: list[int] = []
    lua_lines: list[int] = []
    expressions: dict[Span, Place] = {}
    for record in records:
        if ":" not in record:
            python_line, lua_line = record.split("=")
            python_lines.append(int(python_line))
            lua_lines.append(int(lua_line))
            continue
        where, line, names = record.split(":", 2)
        start, end = where.split("-")
        row, column = map(int, start.split("."))
        *rows, end_column = map(int, end.split("."))
        span = Span(row, column, row + (rows[0] if rows else 0), end_column)
        expressions[span] = Place(chunk, int(line), tuple(map(_decode_name, names.split(","))))
    return PositionTable(chunk, tuple(python_lines), tuple(lua_lines), expressions)


def place_of_frame(frame: FrameType, instruction: int | None = None) -> Place | None:
    """The Lua place that `frame` executes (or executed at byte offset `instruction`); None for a frame not
    generated."""
    text = frame.f_globals.get(VARIABLE) or _text_of_module_at_import(frame.f_globals)
    if text is None:
        return None
    offset = frame.f_lasti if instruction is None else instruction
    line, end_line, column, end_column = next(
        islice(frame.f_code.co_positions(), offset // 2, None), (None, None, None, None)
    )
    span = Span(line or frame.f_lineno, column or 0, end_line or 0, end_column or 0)
    return decode(text).place(span)


def _text_of_module_at_import(names: Mapping[str, Any]) -> str | None:
    """The table of a generated module that fails while it is imported: it stands at the end, where the import did not come to."""
    if not getattr(names.get("__spec__"), "_initializing", False):
        return None
    source = names["__spec__"].loader.get_source(names["__name__"])
    if source is None or f"\n{VARIABLE} = " not in source:
        return None
    last = ast.parse(source).body[-1]
    assert isinstance(last, ast.Assign)
    text: str = ast.literal_eval(last.value)
    return text


def python_line(frame: FrameType, instruction: int | None = None) -> int:
    """The line of the generated file that `frame` executes (or executed at byte offset `instruction`)."""
    offset = frame.f_lasti if instruction is None else instruction
    line, *_ = next(islice(frame.f_code.co_positions(), offset // 2, None), (None,))
    return line or frame.f_lineno


def is_part(code: CodeType) -> bool:
    """Is `code` only a part of a Lua function, whose frame calls it?"""
    return code.co_name.startswith(PART)


def _quote(text: str) -> str:
    return quote(text, safe="/", encoding="latin-1", errors="xmlcharrefreplace")


def _decode_name(text: str) -> OperandName | None:
    return OperandName(_KINDS[text[0]], unquote(text[1:], encoding="latin-1")) if text else None
