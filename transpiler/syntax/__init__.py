"""The front end: Lua text in, typed nodes with positions and comments out (`nodes.py`). luaparser is used in here only.

`parse` runs: `lexer` (tokens, comments) -> `antlr_parser` (luaparser's parse tree, driven by `prediction`) ->
`statement_builder`, `expression_builder` (our nodes) -> `static_checks` (goto, const, limits) -> `comments` (attached to
nodes). When the parse fails, `refusal` walks the tokens as real Lua does, to say what is wrong and where.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .nodes import Chunk
    from .source import Source


def parse(source: Source) -> Chunk:
    """The syntax tree of a Lua 5.4 source.

    Raises `CompileError` (its subclass `errors.LuaSyntaxError`) for what real Lua's `load` refuses: one diagnostic for a
    syntax error, all of them for the checks that need the tree.
    """
    # The diagnostics need `source`, so this package must be importable without them.
    from .parser import parse_source

    return parse_source(source)
