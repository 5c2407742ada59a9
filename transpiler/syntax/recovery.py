"""Going on after a syntax error, so that one run tells several: where the walk failed in, where it may go on out.

Only what is sound is done. A malformed number or a wrong escape is noted where it stands. After an error in a statement without
inner blocks the walk goes on with the next line that begins a statement; after one in the head of a block, behind its `then` or
`do`, or behind the parameters of a function. Where it is not clear which `end` closes what, it goes on with the next function that
begins in column 1, if there is one: one error that is right is better than ten that follow from it. A string without its second
quote hides the rest of its line, which may hold such words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from luaparser.parser.LuaParser import LuaParser as P

from ..diagnostics import Diagnostic
from .errors import LuaSyntaxError
from .tokens import END_OF_FILE, ERROR, KEYWORDS, Token, Tokens

if TYPE_CHECKING:
    from .token_walk import TokenWalk

_MOST_ERRORS = 20
_BLOCK_WORDS = frozenset(
    {P.DO, P.THEN, P.ELSE, P.ELSEIF, P.END, P.FUNCTION, P.REPEAT, P.UNTIL, P.IF, P.WHILE, P.FOR}
)
_STATEMENT_WORDS = frozenset(
    {P.LOCAL, P.IF, P.WHILE, P.FOR, P.REPEAT, P.FUNCTION, P.RETURN, P.BREAK, P.GOTO, P.DO, P.CC}
)
_BLOCK_ENDS = frozenset({P.ELSE, P.ELSEIF, P.END, P.UNTIL, END_OF_FILE})
_ONLY_STATEMENTS = (_STATEMENT_WORDS - {P.FUNCTION}) | (_BLOCK_ENDS - {END_OF_FILE})
_WORD = re.compile("[A-Za-z_][A-Za-z_0-9]*")
_NOT_CLOSED, _TOO_DEEP = "AY102", "AY117"


class Recovery:
    """The errors of one walk, in the order of the source."""

    def __init__(self) -> None:
        self.found: list[LuaSyntaxError] = []

    def note(self, error: LuaSyntaxError) -> None:
        if error not in self.found:
            self.found.append(error)

    def goes_on(self, error: LuaSyntaxError) -> bool:
        """Notes an error after which reading may go on as if nothing were wrong, unless there are too many."""
        if self._is_final(error):
            return False
        self.note(error)
        return True

    @contextmanager
    def statement(self, walk: TokenWalk) -> Iterator[None]:
        """Reads one statement; after an error goes on behind it, or raises the error again."""
        first, level = walk.index, walk.level
        try:
            yield
        except LuaSyntaxError as error:
            target = None if self._is_final(error) else _next_statement(walk, first)
            if target is None:
                raise
            self.note(error)
            walk.move_to(target, level)

    @contextmanager
    def header(self, walk: TokenWalk, last: int) -> Iterator[None]:
        """Reads the head of a block up to the keyword `last`; after an error goes on behind that keyword, if it is on the line."""
        level = walk.level
        try:
            yield
        except LuaSyntaxError as error:
            target = None if self._is_final(error) else _on_this_line(walk, last)
            if target is None:
                raise
            self.note(error)
            walk.move_to(target + 1, level)

    @contextmanager
    def parameters(self, walk: TokenWalk) -> Iterator[None]:
        """Reads the parameters of a function with their parentheses; after an error goes on behind them, if it is clear where."""
        first, level = walk.index, walk.level
        try:
            yield
        except LuaSyntaxError as error:
            target = None if self._is_final(error) else _behind_parameters(walk, first)
            if target is None:
                raise
            self.note(error)
            walk.move_to(target, level)

    def next_function(self, walk: TokenWalk) -> int | None:
        """The index of the next `function` or `local function` in column 1: such a one is hardly inside anything that came before.

        None at the end, and after an error after which nothing else may be told.
        """
        if len(self.found) >= _MOST_ERRORS or _is_too_deep(self.found):
            return None
        tokens = walk.tokens.tokens
        for index in range(walk.index, len(tokens) - 1):
            kinds = (tokens[index].kind, tokens[index + 1].kind)
            if (kinds[0] == P.FUNCTION or kinds == (P.LOCAL, P.FUNCTION)) and (
                tokens[index].start in walk.source.line_starts
            ):
                return index
        return None

    def _is_final(self, error: LuaSyntaxError) -> bool:
        return (
            error in self.found
            or len(self.found) + 1 >= _MOST_ERRORS
            or any(map(_is_about_blocks, error.diagnostics))
        )


def _is_about_blocks(problem: Diagnostic) -> bool:
    """Is it an error after which nobody knows which block is which: a missing `end` (a bracket is another matter), or depth?"""
    if problem.code == _NOT_CLOSED:
        return problem.message.startswith(("'end'", "'until'"))
    return problem.code == _TOO_DEEP


def _is_too_deep(found: list[LuaSyntaxError]) -> bool:
    return any(problem.code == _TOO_DEEP for error in found for problem in error.diagnostics)


def _hidden_words(tokens: Tokens, token: Token) -> list[int]:
    """The words about blocks, as kinds of tokens, that a string without end or another token that is none holds."""
    if token.kind != ERROR:
        return []
    words = _WORD.findall(tokens.source.text, token.start, token.end)
    return [KEYWORDS[word] for word in words if KEYWORDS.get(word) in _BLOCK_WORDS]


def _next_statement(walk: TokenWalk, first: int) -> int | None:
    """The index of the token with which to go on after an error in the statement that begins at `first`.

    None when the statement has inner blocks, or when none begins a line before something that belongs to a block.
    """
    tokens = walk.tokens.tokens
    if any(token.kind in _BLOCK_WORDS for token in tokens[first : walk.index]):
        return None
    in_table = tokens[walk.index].kind == ERROR and _is_in_table(tokens[first : walk.index])
    for index in range(walk.index, len(tokens)):
        token = tokens[index]
        begins_line = tokens[index - 1].line < token.line if index else True
        # On the line of the error only what no expression can hold.
        is_later = index > walk.index or token.kind in _ONLY_STATEMENTS
        if begins_line and is_later and index > first:
            if token.kind in _STATEMENT_WORDS or token.kind in _BLOCK_ENDS - {END_OF_FILE}:
                return index
            if token.kind == P.NAME and _begins_statement(walk, index, in_table):
                return index
        if index > walk.index and _ends_block_and_line(tokens, index):
            return index
        if token.kind == END_OF_FILE or token.kind in _BLOCK_WORDS:
            return None
        if _hidden_words(walk.tokens, token):
            return None
    return None


def _ends_block_and_line(tokens: list[Token], index: int) -> bool:
    """`do x = = 1 end` on one line: is the token at `index` such an `end`?"""
    token, following = tokens[index], tokens[min(index + 1, len(tokens) - 1)]
    is_last = following.line > token.line or following.kind in _BLOCK_ENDS
    return token.kind in (P.END, P.UNTIL) and (is_last or token.kind == P.UNTIL)


def _is_in_table(tokens: list[Token]) -> bool:
    """Do the tokens open a table that they do not close?"""
    kinds = [token.kind for token in tokens]
    return kinds.count(P.OCU) > kinds.count(P.CCU)


def _begins_statement(walk: TokenWalk, index: int, in_table: bool) -> bool:
    """Does the name at `index`, the first of its line, look like the beginning of an assignment or a call?

    `in_table` is whether a table may still be open, with the comma before the name hidden: then `name =` is a field.
    """
    tokens = walk.tokens.tokens
    before, after = tokens[index - 1].kind, tokens[index + 1].kind
    continues = before in (P.COMMA, P.EQ, P.OP, P.OCU, P.OB, P.DOT, P.COL, P.DD, P.AND, P.OR, P.NOT)
    return not continues and after in (P.OP, P.DOT, P.COL, P.OB, *(() if in_table else (P.EQ,)))


def _on_this_line(walk: TokenWalk, kind: int) -> int | None:
    """The index of the word that ends the head of a block; a string without end hides it, or stands before it."""
    tokens = walk.tokens.tokens
    line = tokens[walk.index].line
    for index in range(walk.index, len(tokens)):
        token = tokens[index]
        if token.line > line or token.kind == END_OF_FILE:
            return None
        if token.kind == kind:
            return index
        if token.kind in _BLOCK_WORDS:
            return None
        if token.kind == ERROR:
            hidden = _hidden_words(walk.tokens, token)
            if hidden == [kind]:
                return index
            if hidden:
                return None
            if tokens[index + 1].kind == kind:
                return index + 1
    return None


def _behind_parameters(walk: TokenWalk, first: int) -> int | None:
    """The index of the first token of a function's body after an error in its parameters, which begin at `first`.

    That is the token of the error, when it begins a line as a statement does, or the one behind the `)` on the line.
    """
    tokens = walk.tokens.tokens
    wrong = tokens[walk.index]
    if tokens[first].kind != P.OP or walk.index == first:
        return None
    if tokens[walk.index - 1].line < wrong.line and (
        wrong.kind in _ONLY_STATEMENTS
        or (wrong.kind == P.NAME and _begins_statement(walk, walk.index, in_table=False))
    ):
        return walk.index
    depth = 1
    for index in range(walk.index, len(tokens)):
        token = tokens[index]
        if (
            token.line > wrong.line
            or token.kind in (END_OF_FILE, ERROR)
            or token.kind in _BLOCK_WORDS
        ):
            return None
        depth += (token.kind == P.OP) - (token.kind == P.CP)
        if depth == 0:
            return index + 1
    return None
