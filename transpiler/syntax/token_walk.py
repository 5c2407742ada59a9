"""The tokens of a source one at a time, and Lua's errors about the current one: the lower half of `refusal`.

The methods correspond to helpers of real Lua's parser (`luaX_next`, `testnext`, `checknext`, `check_match`, ...).
"""

from __future__ import annotations

from typing import NoReturn

from luaparser.parser.LuaParser import LuaParser as P

from ..diagnostics import Diagnostic, syntax_errors
from .antlr_parser import MAXIMUM_LEVELS
from .errors import LuaSyntaxError
from .hints import hint, statement_hint
from .recovery import Recovery
from .source import Source
from .tokens import ERROR, SPELLINGS, Token, Tokens, near


def _indentation(source: Source, start: int) -> str | None:
    """The blanks before the line of the token at `start`; for a closing word, only when it begins that line."""
    before = source.text[source.line_starts[source.line_at(start) - 1] : start]
    blanks = before[: len(before) - len(before.lstrip())]
    is_closer = source.text.startswith("end", start)
    return None if is_closer and before != blanks else blanks


class TokenWalk:
    """One token after the other, and the errors that real Lua's parser raises at the current one."""

    def __init__(self, tokens: Tokens) -> None:
        self.tokens = tokens
        self.source = tokens.source
        self.index = -1
        self.level = 0
        # The last `else` directly followed by `if`, a likely cause of a missing `end`.
        self.else_if: Token | None = None
        # What to say about the first `end` that stands in another column than what it closes.
        self.misplaced: str | None = None
        # The index of the token behind the last `return`, which must be the last statement of its block.
        self.after_return = -1
        self.recovery = Recovery()
        self.token: Token
        self.advance()

    # ------------------------------------------------------------------------------------------------ tokens, errors

    def advance(self) -> None:
        self.index += 1
        token = self.token = self.tokens.tokens[self.index]
        if token.kind == ERROR:
            assert isinstance(token.value, Diagnostic)
            error = LuaSyntaxError([token.value], token.line)
            stand_in = self.tokens.stand_ins.get(self.index)
            if stand_in is None or not self.recovery.goes_on(error):
                raise error
            self.token = stand_in

    def move_to(self, index: int, level: int) -> None:
        """Goes on at the token `index`, at that depth of nesting, after an error. Raises LuaSyntaxError as `advance` does."""
        self.index, self.level = index - 1, level
        self.advance()

    def error(self, diagnostic: Diagnostic, lua_message: str | None = None) -> LuaSyntaxError:
        return LuaSyntaxError([diagnostic], self.token.line, lua_message)

    def fail(self, expected: str | None) -> NoReturn:
        token = self.token
        shown = near(self.tokens, token)
        help = hint(self.tokens, self.index, expected) or self._return_hint()
        notes = [] if self.misplaced is None or not self._follows_end() else [self.misplaced]
        raise self.error(
            syntax_errors.unexpected_token(
                self.source, token.start, token.end, expected, shown, help, notes
            )
        )

    def _follows_end(self) -> bool:
        return self.index > 0 and self.tokens.tokens[self.index - 1].kind == P.END

    def _return_hint(self) -> str | None:
        if self.index != self.after_return:
            return None
        return "a 'return' is the last statement of its block: 'do return end' elsewhere"

    def check_statement(self, condition: bool) -> None:
        if not condition:
            token = self.token
            shown = near(self.tokens, token)
            help = hint(self.tokens, self.index, None) or statement_hint(self.tokens, self.index)
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
        closer = self.token
        if self.take(kind):
            self.compare_columns(opener, closer)
            return
        token = self.token
        help = hint(self.tokens, self.index, f"'{SPELLINGS[kind]}'") or self._return_hint()
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
                self.misplaced if kind == P.END or self._follows_end() else None,
            )
        )

    def compare_columns(self, opener: Token, closer: Token) -> None:
        """Notes the first `end` that closes what begins a line in another column: an `end` may be missing before it."""
        if self.misplaced is not None or closer.kind != P.END:
            return
        columns = [_indentation(self.source, token.start) for token in (opener, closer)]
        if columns[1] is not None and columns[0] != columns[1] and opener.line != closer.line:
            line = self.source.line_at(opener.start)
            self.misplaced = (
                f"the 'end' at line {closer.line} closes '{SPELLINGS[opener.kind]}' of line {line}, "
                "which its indentation does not show: is the 'end' missing before it?"
            )

    def enter(self) -> None:
        self.level += 1
        if self.level > MAXIMUM_LEVELS:
            token = self.token
            problem = syntax_errors.nesting_too_deep(
                self.source, token.start, token.end, MAXIMUM_LEVELS
            )
            raise LuaSyntaxError([problem], 0, "C stack overflow")
