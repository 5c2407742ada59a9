"""What the front end raises for a source that real Lua refuses."""

from __future__ import annotations

from collections.abc import Iterable

from ..diagnostics import CompileError, Diagnostic


class LuaSyntaxError(CompileError):
    """`lua_line` and `lua_message` are what real Lua's `load` says: `NAME:lua_line: lua_message`.

    The line differs from the diagnostic's where Lua only notices later (a missing label: at the end of the function).
    A message without a line (`C stack overflow`) has `lua_line` 0. Bytes of the source stand in `lua_message` as characters.
    """

    def __init__(
        self, diagnostics: Iterable[Diagnostic], lua_line: int, lua_message: str | None = None
    ) -> None:
        super().__init__(diagnostics)
        self.lua_line = lua_line
        if lua_message is None:
            lua_message = self.diagnostics[0].message.encode("utf-8").decode("latin-1")
        self.lua_message = lua_message
