"""Parentheses nobody needs: `ast.unparse` writes `f((x := g()))`, `a, b = (b, a)` and `x and (not y)`.

In: Python text. Out: the same program without the superfluous pairs.
"""

from __future__ import annotations

import io
import keyword
import re
import tokenize
from typing import Final

_MAY_BE_SUPERFLUOUS: Final = re.compile(r":=|(?:return|yield|=|and|or) \(")
_JOINING: Final = frozenset({"and", "or"})
_AFTER_OPERAND: Final = frozenset({"and", "or", "if", "else", ")", "]", "}", ":", ","})
_BINDS_LESS: Final = frozenset({"and", "or", "if", "lambda", "for", "yield", ":=", ",", "="})
"""What binds its operands less tightly than `and` does: an operand with one of these needs its parentheses."""


def tidy(code: str, has_one_line_each: bool = True) -> str:
    """`code` without the parentheses around an assignment expression that is an argument, around the values of `return`, `yield`
    and assignments, and around operands of `and` and `or` that bind more tightly.

    `has_one_line_each` says that no statement has more lines than one, but for those of texts in it.
    """
    if not has_one_line_each or '"""' in code or "'''" in code:
        return _tidied(code)
    # The printer gives each statement one line, unless a text in it has more.
    return "\n".join(_tidied(line) for line in code.split("\n"))


def _tidied(code: str) -> str:
    if _MAY_BE_SUPERFLUOUS.search(code) is None:
        return code
    tokens = list(tokenize.generate_tokens(io.StringIO(code).readline))
    lines = code.split("\n")
    # From the end, so that what is still to be cut keeps its columns.
    for position in sorted(_superfluous(tokens), reverse=True):
        row, column = tokens[position].start
        line = lines[row - 1]
        lines[row - 1] = line[:column] + line[column + 1 :]
    return "\n".join(lines)


def _superfluous(tokens: list[tokenize.TokenInfo]) -> list[int]:
    """The indexes of the tokens to cut."""
    found: list[int] = []
    open_brackets: list[int] = []
    for index, token in enumerate(tokens):
        if token.type != tokenize.OP:
            continue
        if token.string in "([{":
            open_brackets.append(index)
        elif token.string in ")]}":
            start = open_brackets.pop()
            if tokens[start].string == "(" and (
                (not open_brackets and _encloses_values(tokens, start, index))
                or (open_brackets and _encloses_argument(tokens, open_brackets[-1], start, index))
                or _encloses_operand(tokens, start, index)
            ):
                found += [start, index]
    return found


def _encloses_values(tokens: list[tokenize.TokenInfo], start: int, end: int) -> bool:
    """Is this pair all there is behind `return`, `yield` or `=`, around two values or more?"""
    if tokens[start - 1].string not in ("return", "yield", "="):
        return False
    if tokens[end + 1].type not in (tokenize.NEWLINE, tokenize.COMMENT):
        return False
    return any(
        token.string == "," and position + 1 < end for position, token in _outer(tokens, start, end)
    )


def _encloses_argument(
    tokens: list[tokenize.TokenInfo], bracket: int, start: int, end: int
) -> bool:
    """Is this pair around an assignment expression that is an argument by position of the call that opens at `bracket`?"""
    called = tokens[bracket - 1]
    is_call = called.string in (")", "]") or (
        called.type == tokenize.NAME and not keyword.iskeyword(called.string)
    )
    return (
        tokens[bracket].string == "("
        and is_call
        and tokens[start + 2].string == ":="
        and tokens[start - 1].string in ("(", ",")
        and tokens[end + 1].string in (")", ",")
    )


def _encloses_operand(tokens: list[tokenize.TokenInfo], start: int, end: int) -> bool:
    """Is this pair around an operand of `and` or `or` that binds more tightly than they do?"""
    after = tokens[end + 1]
    return (
        tokens[start - 1].string in _JOINING
        and (after.string in _AFTER_OPERAND or after.type in (tokenize.NEWLINE, tokenize.COMMENT))
        and not any(token.string in _BINDS_LESS for _, token in _outer(tokens, start, end))
    )


def _outer(
    tokens: list[tokenize.TokenInfo], start: int, end: int
) -> list[tuple[int, tokenize.TokenInfo]]:
    """The tokens between two brackets that are in no brackets of their own, by index."""
    found: list[tuple[int, tokenize.TokenInfo]] = []
    depth = 0
    for position in range(start + 1, end):
        token = tokens[position]
        if token.type == tokenize.OP:
            depth += (token.string in "([{") - (token.string in ")]}")
        if depth == 0:
            found.append((position, token))
    return found
