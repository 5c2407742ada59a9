"""A source file: its bytes as text, and offsets turned into lines and columns.

The text is latin-1 decoded, so that offsets are byte offsets and every byte has one character (Lua strings are bytes).
A byte order mark and a first line starting with `#` are blanked as real Lua's file loader does (`luaL_loadfilex`);
lines keep their numbers.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_LINE_BREAK = re.compile(r"\n\r?|\r\n?")


@dataclass(frozen=True)
class Position:
    """A place in a source: 1-based line and 1-based column; columns count characters (UTF-8 decoded), not bytes."""

    line: int
    column: int


@dataclass(frozen=True, eq=False)
class Source:
    """`name` is what messages show (a path relative to where the user stands); `text` is what the parser reads; `chunk` is
    how the program's own error messages call it, the file's name unless given."""

    name: str
    text: str
    chunk: str = ""

    @classmethod
    def from_bytes(cls, name: str, data: bytes, chunk: str | None = None) -> Source:
        if data.startswith(_BYTE_ORDER_MARK):
            data = data[len(_BYTE_ORDER_MARK) :]
        if data.startswith(b"#"):
            first_line_end = data.find(b"\n")
            data = b"" if first_line_end < 0 else data[first_line_end:]
        return cls(name, data.decode("latin-1"), chunk or name.rpartition("/")[2])

    @cached_property
    def line_starts(self) -> list[int]:
        """Offset of the first character of each line; `\\r`, `\\n`, `\\r\\n` and `\\n\\r` end a line, as in real Lua."""
        return [0, *(match.end() for match in _LINE_BREAK.finditer(self.text))]

    def line_at(self, offset: int) -> int:
        return bisect_right(self.line_starts, offset)

    def line_text(self, line: int) -> str:
        """The line as a person reads it: UTF-8 decoded, without its line end."""
        return _readable(self._raw_line(line))

    def position(self, offset: int) -> Position:
        line = self.line_at(offset)
        before = self.text[self.line_starts[line - 1] : offset]
        return Position(line, len(_readable(before)) + 1)

    def _raw_line(self, line: int) -> str:
        starts = self.line_starts
        end = starts[line] if line < len(starts) else len(self.text)
        return self.text[starts[line - 1] : end].rstrip("\r\n")


def _readable(text: str) -> str:
    return text.encode("latin-1").decode("utf-8", errors="replace")
