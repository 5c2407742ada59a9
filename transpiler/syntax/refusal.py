"""Tokens of a source that the parser refused in, the error that real Lua gives for it out.

luaparser predicts over many tokens, so it cannot say which token is the wrong one. This walk takes the tokens one at a
time, in the order and with the look-ahead of real Lua's own parser (`lparser.c`; functions here correspond to functions
there), builds nothing, and stops at the token where Lua stops. It only runs after an error.
"""

from __future__ import annotations

from luaparser.parser.LuaParser import LuaParser as P

from ..diagnostics import syntax_errors
from .errors import LuaSyntaxError
from .token_walk import TokenWalk
from .tokens import END_OF_FILE, NUMBERS, STRINGS, Token, Tokens

_BLOCK_ENDS = frozenset({P.ELSE, P.ELSEIF, P.END, END_OF_FILE, P.UNTIL})
_UNARY = frozenset({P.NOT, P.MINUS, P.SQUIG, P.POUND})
_UNARY_PRIORITY = 12
# The left and right priority of each binary operator; right-associative ones have a lower right one.
_PRIORITIES: dict[int, tuple[int, int]] = {
    **dict.fromkeys((P.PLUS, P.MINUS), (10, 10)),
    **dict.fromkeys((P.STAR, P.PER, P.SLASH, P.SS), (11, 11)),
    P.CARET: (14, 13),
    P.DD: (9, 8),
    **dict.fromkeys((P.LL, P.GG), (7, 7)),
    P.AMP: (6, 6),
    P.SQUIG: (5, 5),
    P.PIPE: (4, 4),
    **dict.fromkeys((P.EE, P.SQEQ, P.LT, P.LE, P.GT, P.GE), (3, 3)),
    P.AND: (2, 2),
    P.OR: (1, 1),
}
_SIMPLE = frozenset({P.NIL, P.TRUE, P.FALSE}) | NUMBERS | STRINGS


def explain_refusal(tokens: Tokens) -> LuaSyntaxError:
    """The error for a source that is no Lua program."""
    walk = _Walk(tokens)
    walk.chunk()
    found = walk.recovery.found
    if found:
        # Real Lua stops at the first.
        first = found[0]
        every = [problem for error in found for problem in error.diagnostics]
        return LuaSyntaxError(every, first.lua_line, first.lua_message)
    # The parser and this walk disagree, which no test has ever seen; some error is better than none.
    end = tokens.tokens[-1]
    problem = syntax_errors.unexpected_token(tokens.source, end.start, end.end, None, "<eof>")
    return LuaSyntaxError([problem], end.line)


class _Walk(TokenWalk):
    def __init__(self, tokens: Tokens) -> None:
        super().__init__(tokens)
        self.has_vararg = True

    # ---------------------------------------------------------------------------------------------------- statements

    def chunk(self) -> None:
        """Reads all. After an error that hides which block is which, goes on with the next function that begins in column 1."""
        went_on = False
        while True:
            try:
                self.statements()
                if self.token.kind != END_OF_FILE and not went_on:
                    self.fail("<eof>")
            except LuaSyntaxError as error:
                self.recovery.note(error)
            following = self.recovery.next_function(self)
            if following is None:
                return
            went_on = True
            self.has_vararg = True
            self.else_if = self.misplaced = None
            self.move_to(following, 0)

    def statements(self) -> None:
        while self.token.kind not in _BLOCK_ENDS:
            is_last = self.token.kind == P.RETURN
            with self.recovery.statement(self):
                self.statement()
            if is_last:
                self.after_return = self.index
                return

    def statement(self) -> None:
        self.enter()
        level = self.level
        kind = self.token.kind
        if kind in (P.SEMI, P.BREAK):
            self.advance()
        elif kind == P.IF:
            self.if_statement()
        elif kind in (P.WHILE, P.DO):
            opener = self.token
            self.advance()
            if kind == P.WHILE:
                with self.recovery.header(self, P.DO):
                    self.expression()
                    self.expect(P.DO)
            self.statements()
            self.close(P.END, opener, opener.line)
        elif kind == P.FOR:
            self.for_statement()
        elif kind == P.REPEAT:
            opener = self.token
            self.advance()
            self.statements()
            self.close(P.UNTIL, opener, opener.line)
            self.expression()
        elif kind == P.FUNCTION:
            self.function_statement()
        elif kind == P.LOCAL:
            self.local_statement()
        elif kind == P.CC:
            self.advance()
            self.name()
            self.expect(P.CC)
        elif kind == P.RETURN:
            self.advance()
            if self.token.kind not in _BLOCK_ENDS and self.token.kind != P.SEMI:
                self.expressions()
            self.take(P.SEMI)
        elif kind == P.GOTO:
            self.advance()
            self.name()
        else:
            self.expression_statement()
        self.level = level - 1

    def if_statement(self) -> None:
        opener = self.token
        while self.token.kind in (P.IF, P.ELSEIF):
            self.advance()
            with self.recovery.header(self, P.THEN):
                self.expression()
                self.expect(P.THEN)
            self.statements()
        if self.token.kind == P.ELSE:
            following = self.tokens.tokens[self.index + 1]
            if following.kind == P.IF and following.line == self.token.line:
                self.else_if = self.token
            self.advance()
            self.statements()
        self.close(P.END, opener, opener.line)

    def for_statement(self) -> None:
        opener = self.token
        self.advance()
        with self.recovery.header(self, P.DO):
            self.for_header()
            self.expect(P.DO)
        self.statements()
        self.close(P.END, opener, opener.line)

    def for_header(self) -> None:
        self.name()
        if self.token.kind == P.EQ:
            self.advance()
            self.expression()
            self.expect(P.COMMA)
            self.expression()
            if self.take(P.COMMA):
                self.expression()
        elif self.token.kind in (P.COMMA, P.IN):
            while self.take(P.COMMA):
                self.name()
            self.expect(P.IN)
            self.expressions()
        else:
            self.fail("'=' or 'in'")

    def function_statement(self) -> None:
        keyword = self.token
        self.advance()
        self.name()
        while self.take(P.DOT):
            self.name()
        if self.take(P.COL):
            self.name()
        self.function_body(keyword, keyword.line)

    def local_statement(self) -> None:
        self.advance()
        keyword = self.token
        if self.take(P.FUNCTION):
            self.name()
            self.function_body(keyword, self.token.line)
            return
        self.name()
        self.attribute()
        while self.take(P.COMMA):
            self.name()
            self.attribute()
        if self.take(P.EQ):
            self.expressions()

    def attribute(self) -> None:
        if self.take(P.LT):
            self.name()
            self.expect(P.GT)

    def expression_statement(self) -> None:
        result = self.suffixed()
        if self.token.kind not in (P.EQ, P.COMMA):
            self.check_statement(result == "call")
            return
        while True:
            self.check_statement(result == "variable")
            if not self.take(P.COMMA):
                break
            result = self.suffixed()
            self.enter()
        self.expect(P.EQ)
        self.expressions()

    # --------------------------------------------------------------------------------------------------- expressions

    def expressions(self) -> None:
        self.expression()
        while self.take(P.COMMA):
            self.expression()

    def expression(self, limit: int = 0) -> None:
        self.enter()
        if self.token.kind in _UNARY:
            self.advance()
            self.expression(_UNARY_PRIORITY)
        else:
            self.simple_expression()
        while True:
            left, right = _PRIORITIES.get(self.token.kind, (0, 0))
            if left <= limit:
                break
            self.advance()
            self.expression(right)
        self.level -= 1

    def simple_expression(self) -> None:
        token = self.token
        if token.kind in _SIMPLE:
            self.advance()
        elif token.kind == P.DDD:
            if not self.has_vararg:
                problem = syntax_errors.vararg_outside_vararg_function(
                    self.source, token.start, token.end
                )
                self.recovery.note(self.error(problem))
            self.advance()
        elif token.kind == P.OCU:
            self.table()
        elif token.kind == P.FUNCTION:
            self.advance()
            self.function_body(token, self.token.line)
        else:
            self.suffixed()

    def suffixed(self) -> str:
        """What it was: "variable", "call" or "value"."""
        opener = self.token
        result = "variable"
        if opener.kind == P.OP:
            self.advance()
            self.expression()
            self.close(P.CP, opener, opener.line)
            result = "value"
        elif not self.take(P.NAME):
            self.fail(None)
        while True:
            kind = self.token.kind
            if kind == P.DOT:
                self.advance()
                self.name()
                result = "variable"
            elif kind == P.OB:
                self.advance()
                self.expression()
                self.expect(P.CB)
                result = "variable"
            elif kind == P.COL:
                self.advance()
                self.name()
                self.arguments()
                result = "call"
            elif kind in STRINGS or kind in (P.OP, P.OCU):
                self.arguments()
                result = "call"
            else:
                return result

    def arguments(self) -> None:
        opener = self.token
        if opener.kind in STRINGS:
            self.advance()
        elif opener.kind == P.OCU:
            self.table()
        elif self.take(P.OP):
            if self.token.kind != P.CP:
                self.expressions()
            self.close(P.CP, opener, opener.line)
        else:
            self.fail("function arguments")

    def table(self) -> None:
        opener = self.token
        self.advance()
        while self.token.kind != P.CCU:
            if self.token.kind == P.NAME:
                following = self.tokens.tokens[self.index + 1]
                if following.kind == P.EQ:
                    self.advance()
                    self.advance()
            elif self.take(P.OB):
                self.expression()
                self.expect(P.CB)
                self.expect(P.EQ)
            self.expression()
            if not self.take(P.COMMA) and not self.take(P.SEMI):
                break
        self.close(P.CCU, opener, opener.line)

    def function_body(self, keyword: Token, line: int) -> None:
        outer_has_vararg, self.has_vararg = (
            self.has_vararg,
            True,
        )  # a wrong list may hold `...` behind the error
        with self.recovery.parameters(self):
            self.has_vararg = self.parameters()
        self.statements()
        self.close(P.END, keyword, line)
        self.has_vararg = outer_has_vararg

    def parameters(self) -> bool:
        """Is `...` among them?"""
        self.expect(P.OP)
        has_vararg = False
        if self.token.kind != P.CP:
            while True:
                if self.take(P.DDD):
                    has_vararg = True
                    break
                if not self.take(P.NAME):
                    self.fail("<name> or '...'")
                if not self.take(P.COMMA):
                    break
        self.expect(P.CP)
        return has_vararg
