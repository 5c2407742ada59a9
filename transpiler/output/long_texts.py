"""Texts of several lines, one line of the text on each line of code: `ast.unparse` writes them as one long line.

In: Python text. Out: the same program, where a long literal with line breaks is the concatenation of its lines, as people write it.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from typing import Final

_SHORTEST = 60
"""Shorter literals stay as they are."""
_WIDTH = 88
_MAY_HAVE: Final = re.compile(rf".*\\n.{{{_SHORTEST // 2}}}|.{{{_SHORTEST // 2}}}.*\\n")
_LINE: Final = re.compile(r"[^\n]*\n|[^\n]+")


def split_texts(code: str) -> str:
    """`code` with long texts of several lines split at their line breaks."""
    if '"""' in code or "'''" in code:
        return _split(code)
    # The printer gives each statement one line, unless a text in it has more.
    return "\n".join(
        _split(line) if len(line) > _WIDTH and _MAY_HAVE.match(line) else line
        for line in code.split("\n")
    )


def _split(code: str) -> str:
    tokens = list(_tokens(code))
    lines = code.split("\n")
    for index in range(
        len(tokens) - 1, -1, -1
    ):  # from the end, so that what is still to be split keeps its columns
        token = tokens[index]
        if (
            token.type != tokenize.STRING
            or token.string[0] not in "\"'"
            or token.start[0] != token.end[0]
        ):
            continue
        pieces = _pieces(token.string)
        if pieces:
            row, start, end = token.start[0] - 1, token.start[1], token.end[1]
            before, after = lines[row][:start], lines[row][end:]
            joined = f"\n{_indentation(before)}".join(pieces)
            is_alone = before.endswith("(") and after.startswith(")")
            lines[row] = f"{before}{joined}{after}" if is_alone else f"{before}({joined}){after}"
    return "\n".join(lines)


def _indentation(line: str) -> str:
    """That of the further lines of a statement."""
    return " " * (len(line) - len(line.lstrip()) + 4)


def _tokens(code: str) -> Iterator[tokenize.TokenInfo]:
    try:
        yield from tokenize.generate_tokens(io.StringIO(code).readline)
    except (tokenize.TokenError, IndentationError):
        return  # a part of a statement, which comments stand in


def _pieces(literal: str) -> list[str]:
    """The lines of a literal as literals of their own; none when it is to stay."""
    if len(literal) < _SHORTEST or literal.startswith(('"""', "'''")):
        return []
    pieces = _LINE.findall(ast.literal_eval(literal))
    return [repr(piece) for piece in pieces] if len(pieces) > 1 else []
