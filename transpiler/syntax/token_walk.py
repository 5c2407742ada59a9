"""The tokens of a source one at a time, and Lua's errors about the current one: the lower half of `refusal`.

The methods correspond to helpers of real Lua's parser (`luaX_next`, `testnext`, `checknext`, `check_match`, ...).
"""

from __future__ import annotations

from typing import NoReturn

from luaparser.parser.LuaParser import LuaParser as P

from ..diagnostics import Diagnostic, syntax_errors
from .antlr_parser import MAXIMUM_LEVELS
from .errors import LuaSyntaxError
from .hints import hint
from .tokens import END_OF_FILE, ERROR, SPELLINGS, STRINGS, UNKNOWN_CHARACTER, Token, Tokens


def near(tokens: Tokens, token: Token) -> str:
    """The token as Lua's messages show it (`txtToken` in `llex.c`)."""
    if token.kind == END_OF_FILE:
        return "<eof>"
    text = tokens.text(token)
    if token.kind in STRINGS:
        # Lua shows its buffer, in which escapes are already decoded; C strings end at a zero byte.
        delimiter = text.index("[", 1) + 1 if text.startswith("[") else 1
        text = f"{text[:delimiter]}{token.value}{text[-delimiter:]}".split("\0")[0]
    elif token.kind == UNKNOWN_CHARACTER and not " " <= text <= "~":
        text = f"<\\{ord(text)}>"
    return f"'{text}'"


class TokenWalk:
    """One token after the other, and the errors that real Lua's parser raises at the current one."""

    def __init__(self, tokens: Tokens) -> None:
        self.tokens = tokens
        self.source = tokens.source
        self.index = -1
        self.level = 0
        # The last `else` directly followed by `if`, a likely cause of a missing `end`.
        self.else_if: Token | None = None
        self.token: Token
        self.advance()

    # ------------------------------------------------------------------------------------------------ tokens, errors

    def advance(self) -> None:
        self.index += 1
        token = self.token = self.tokens.tokens[self.index]
        if token.kind == ERROR:
            assert isinstance(token.value, Diagnostic)
            raise LuaSyntaxError([token.value], token.line)

    def error(self, diagnostic: Diagnostic, lua_message: str | None = None) -> LuaSyntaxError:
        return LuaSyntaxError([diagnostic], self.token.line, lua_message)

    def fail(self, expected: str | None) -> NoReturn:
        token = self.token
        shown = near(self.tokens, token)
        help = hint(self.tokens, self.index, expected)
        raise self.error(
            syntax_errors.unexpected_token(
                self.source, token.start, token.end, expected, shown, help
            )
        )

    def check_statement(self, condition: bool) -> None:
        if not condition:
            token = self.token
            shown = near(self.tokens, token)
            help = hint(self.tokens, self.index, None)
            raise self.error(
                syntax_errors.not_a_statement(self.source, token.start, token.end, shown, help)
            )

    def take(self, kind: int) -> bool:
        if self.token.kind == kind:
            self.advance()
            return True
        return False

    def expect(self, kind: int) -> None:
        if not self.take(kind):
            self.fail(f"'{SPELLINGS[kind]}'")

    def name(self) -> None:
        if not self.take(P.NAME):
            self.fail("<name>")

    def close(self, kind: int, opener: Token, opener_line: int) -> None:
        """The end of what `opener` began; `opener_line` is the line by which Lua calls it."""
        if self.take(kind):
            return
        token = self.token
        help = hint(self.tokens, self.index, f"'{SPELLINGS[kind]}'")
        if help is None and kind == P.END and self.else_if is not None:
            help = "'else if' begins an 'if' with an 'end' of its own; Lua writes 'elseif'"
        raise self.error(
            syntax_errors.unclosed(
                self.source,
                token.start,
                token.end,
                SPELLINGS[kind],
                SPELLINGS[opener.kind],
                opener.start,
                None if opener_line == token.line else opener_line,
                near(self.tokens, token),
                help,
            )
        )

    def enter(self) -> None:
        self.level += 1
        if self.level > MAXIMUM_LEVELS:
            token = self.token
            problem = syntax_errors.nesting_too_deep(
                self.source, token.start, token.end, MAXIMUM_LEVELS
            )
            raise LuaSyntaxError([problem], 0, "C stack overflow")
