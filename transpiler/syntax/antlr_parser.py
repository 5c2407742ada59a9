"""Tokens in, luaparser's parse tree out.

The grammar, the recursive descent and the tree classes are luaparser's generated `LuaParser`. This subclass only makes the
runtime's inner steps lean: tokens go into the tree bare, without ANTLR's wrapper nodes, and nothing is done for listeners,
error recovery or tracing, which are not used. It refuses by raising `Refused`, without saying where: `refusal` finds out.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from antlr4.error.Errors import RecognitionException
from luaparser.parser.LuaParser import LuaParser

from .cursor import TokenCursor
from .prediction import HandPrediction, Refused, hand_prediction_fits
from .tokens import Token, Tokens

# Real Lua 5.4 counts nested statements and expressions as C levels and allows 200 (LUAI_MAXCCALLS); `load` and its caller
# take two of them.
MAXIMUM_LEVELS = 198

# Each level is at most twelve Python frames of parser and prediction, or of the builder.
_STACK_FRAMES = MAXIMUM_LEVELS * 12 + 1000

_HAND_PREDICTION_FITS = hand_prediction_fits()


def parse_tree(tokens: Tokens, use_hand_prediction: bool = _HAND_PREDICTION_FITS) -> Any:
    """The `ChunkContext` of a program; leaves of the tree are `Token`s. Raises `Refused`."""
    if tokens.broken:
        raise Refused
    parser = _LeanParser(TokenCursor(tokens))
    if use_hand_prediction:
        parser._interp = HandPrediction(parser)
    try:
        return parser.start_().children[0]
    except RecursionError as problem:
        raise Refused from problem
    finally:
        # The two hold each other, and with them every token.
        parser._interp = None


@contextmanager
def deep_stack() -> Iterator[None]:
    """Room for the deepest program that real Lua takes, however deep the caller already is."""
    previous = sys.getrecursionlimit()
    depth = 0
    frame = inspect.currentframe()
    while frame is not None:
        depth += 1
        frame = frame.f_back
    sys.setrecursionlimit(max(previous, depth + _STACK_FRAMES))
    try:
        yield
    finally:
        sys.setrecursionlimit(previous)


class _Refuse:
    """ANTLR's error strategy: no recovery."""

    def sync(self, parser: Any) -> None:
        pass

    def reportMatch(self, parser: Any) -> None:
        pass

    def reportError(self, parser: Any, error: RecognitionException) -> None:
        pass

    def reset(self, parser: Any) -> None:
        pass

    def inErrorRecoveryMode(self, parser: Any) -> bool:
        return False

    def recover(self, parser: Any, error: RecognitionException) -> None:
        raise Refused

    def recoverInline(self, parser: Any) -> None:
        raise Refused


class _LeanParser(LuaParser):  # type: ignore[misc]  # luaparser has no type stubs
    # The runtime makes this a property; it is set before almost every token.
    state = -1

    def __init__(self, cursor: TokenCursor) -> None:
        super().__init__(cursor)
        self._errHandler = _Refuse()
        self.removeErrorListeners()
        self._level = 0

    def match(self, kind: int) -> Token:
        cursor = self._input
        if cursor.kinds[cursor.index] != kind:
            raise Refused
        return self.consume()

    def consume(self) -> Token:
        cursor = self._input
        token: Token = cursor.tokens[cursor.index]
        if cursor.index < cursor.last:
            cursor.index += 1
        context = self._ctx
        if context.children is None:
            context.children = [token]
        else:
            context.children.append(token)
        return token

    def enterRule(self, context: Any, state: int, rule: int) -> None:
        cursor = self._input
        self.state = state
        self._ctx = context
        context.start = cursor.tokens[cursor.index]
        parent = context.parentCtx
        if parent is not None:
            if parent.children is None:
                parent.children = [context]
            else:
                parent.children.append(context)

    def exitRule(self) -> None:
        cursor = self._input
        context = self._ctx
        context.stop = cursor.tokens[cursor.index - 1] if cursor.index else None
        self.state = context.invokingState
        self._ctx = context.parentCtx
        # Nobody asks a finished node for its parent, and a tree without cycles goes as soon as it is not needed.
        context.parentCtx = None

    def enterOuterAlt(self, context: Any, alternative: int) -> None:
        if self._ctx is not context:
            self._ctx.parentCtx.children[-1] = context
            self._ctx = context

    def enterRecursionRule(self, context: Any, state: int, rule: int, precedence: int) -> None:
        cursor = self._input
        self.state = state
        self._precedenceStack.append(precedence)
        self._ctx = context
        context.start = cursor.tokens[cursor.index]

    def pushNewRecursionContext(self, context: Any, state: int, rule: int) -> None:
        finished = self._ctx
        super().pushNewRecursionContext(context, state, rule)
        finished.parentCtx = None

    def unrollRecursionContexts(self, parent: Any) -> None:
        finished = self._ctx
        super().unrollRecursionContexts(parent)
        finished.parentCtx = None

    def stat(self) -> Any:
        level = self._level
        self._enter_level(1)
        context = super().stat()
        self._level = level
        return context

    def retstat(self) -> Any:
        self._enter_level(1)
        context = super().retstat()
        self._level -= 1
        return context

    def exp(self, precedence: int = 0) -> Any:
        self._enter_level(1)
        context = super().exp(precedence)
        self._level -= 1
        return context

    def varlist(self) -> Any:
        """Real Lua parses each further target, and then the values, one level deeper; `stat` resets the level."""
        context = super().varlist()
        self._enter_level(len(context.children) // 2)
        return context

    def _enter_level(self, count: int) -> None:
        self._level += count
        if self._level > MAXIMUM_LEVELS:
            raise Refused
