"""Parentheses nobody needs: `ast.unparse` writes `f((x := g()))` and `return (a, b)`.

In: Python text. Out: the same program without the superfluous pair.
"""

from __future__ import annotations

import io
import tokenize


def tidy(code: str) -> str:
    """`code` without a second pair of parentheses around an assignment expression that is the only argument, and
    without the pair around the values of a `return`."""
    if '"""' in code or "'''" in code:
        return _tidied(code)
    # The printer gives each statement one line, unless a text in it has more.
    return "\n".join(_tidied(line) for line in code.split("\n"))


def _tidied(code: str) -> str:
    if ":=" not in code and "return (" not in code:
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
            if _encloses_values(tokens, start, index) or (
                tokens[start - 1].string == "("
                and tokens[start + 2].string == ":="
                and tokens[index + 1].string == ")"
                and open_brackets
                and open_brackets[-1] == start - 1
            ):
                found += [start, index]
    return found


def _encloses_values(tokens: list[tokenize.TokenInfo], start: int, end: int) -> bool:
    """Is this pair all there is behind `return`, on one line, around two values or more?"""
    if tokens[start - 1].string != "return" or tokens[start].string != "(":
        return False
    if tokens[end + 1].type not in (tokenize.NEWLINE, tokenize.COMMENT):
        return False
    depth = 0
    for position in range(start + 1, end):
        token = tokens[position]
        if token.type == tokenize.OP:
            depth += (token.string in "([{") - (token.string in ")]}")
            if depth == 0 and token.string == "," and position + 1 < end:
                return True
    return False
