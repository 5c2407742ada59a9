"""Hand-written prediction for luaparser's generated parser: which alternative of a rule comes next.

In: the token cursor and the number of a decision of the grammar; out: the number of the alternative. ANTLR's own adaptive
prediction (`ParserATNSimulator`) finds the same answers by simulating the grammar's automaton: it needs seconds to warm up,
its tables grow without bound, and chains of calls cost quadratic time. One or two tokens of look-ahead and the table of
matching brackets are enough for Lua.

The decision numbers belong to one exact version of the generated parser, so `hand_prediction_fits` compares a hash of its
automaton; when it differs, `antlr_parser` uses ANTLR's prediction, with the same result.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from typing import Any

from antlr4.atn.ParserATNSimulator import ParserATNSimulator
from luaparser.parser.LuaParser import LuaParser as P
from luaparser.parser.LuaParser import serializedATN

from .cursor import TokenCursor
from .tokens import NUMBERS, STRINGS

# luaparser 4.2.0.
_KNOWN_AUTOMATON = 0x71F89C33

_ARGUMENT_STARTS = frozenset({P.OP, P.OCU}) | STRINGS
_EXPRESSION_STARTS = (
    frozenset({P.NIL, P.FALSE, P.TRUE, P.DDD, P.FUNCTION, P.NAME, P.OP, P.OCU})
    | frozenset({P.NOT, P.POUND, P.MINUS, P.SQUIG})
    | NUMBERS
    | STRINGS
)
_STATEMENT_STARTS = frozenset(
    {
        P.SEMI,
        P.NAME,
        P.OP,
        P.CC,
        P.BREAK,
        P.GOTO,
        P.DO,
        P.WHILE,
        P.REPEAT,
        P.IF,
        P.FOR,
        P.FUNCTION,
        P.LOCAL,
    }
)
_STATEMENT_ALTERNATIVES: dict[int, int] = {
    P.SEMI: 1,
    P.CC: 4,
    P.BREAK: 5,
    P.GOTO: 6,
    P.DO: 7,
    P.WHILE: 8,
    P.REPEAT: 9,
    P.IF: 10,
    P.FUNCTION: 13,
}
_ASSIGNMENT, _CALL_STATEMENT = 2, 3
_NUMERIC_FOR, _GENERIC_FOR = 11, 12
_LOCAL_FUNCTION, _LOCAL = 14, 15
_OPERAND_ALTERNATIVES: dict[int, int] = {
    P.NIL: 1,
    P.FALSE: 2,
    P.TRUE: 3,
    **dict.fromkeys(NUMBERS, 4),
    **dict.fromkeys(STRINGS, 5),
    P.DDD: 6,
    P.FUNCTION: 7,
    P.NAME: 8,
    P.OP: 8,
    P.OCU: 9,
    **dict.fromkeys((P.NOT, P.POUND, P.MINUS, P.SQUIG), 10),
}
# Operator: (alternative, precedence) of the left-recursive rule `exp`; 12 binds tightest.
_OPERATORS: dict[int, tuple[int, int]] = {
    P.CARET: (1, 12),
    **dict.fromkeys((P.STAR, P.SLASH, P.PER, P.SS), (2, 10)),
    **dict.fromkeys((P.PLUS, P.MINUS), (3, 9)),
    P.DD: (4, 8),
    **dict.fromkeys((P.LL, P.GG), (5, 7)),
    P.AMP: (6, 6),
    P.SQUIG: (7, 5),
    P.PIPE: (8, 4),
    **dict.fromkeys((P.LT, P.GT, P.LE, P.GE, P.SQEQ, P.EE), (9, 3)),
    P.AND: (10, 2),
    P.OR: (11, 1),
}
_OPERATOR_ALTERNATIVES = {kind: alternative for kind, (alternative, _) in _OPERATORS.items()}
_OPERATOR_PRECEDENCES = {kind: precedence for kind, (_, precedence) in _OPERATORS.items()}

_NAME, _DOT, _COLON, _COMMA, _EQUALS = P.NAME, P.DOT, P.COL, P.COMMA, P.EQ
_OPEN_PARENTHESIS, _OPEN_BRACKET, _OPEN_BRACE = P.OP, P.OB, P.OCU

Predictor = Callable[[TokenCursor, Any, Any], int]


class Refused(Exception):
    """This is no Lua program (or it is nested too deep)."""


def hand_prediction_fits() -> bool:
    """Is the installed luaparser's grammar the one that the decision numbers below belong to?"""
    return automaton_hash() == _KNOWN_AUTOMATON


def automaton_hash() -> int:
    return zlib.crc32(repr(serializedATN()).encode())


class HandPrediction(ParserATNSimulator):  # type: ignore[misc]  # antlr4 has no type stubs
    """Takes the place of ANTLR's simulator inside the generated parser."""

    def __init__(self, parser: P) -> None:
        super().__init__(parser, P.atn, P.decisionsToDFA, P.sharedContextCache)

    def adaptivePredict(self, cursor: TokenCursor, decision: int, context: Any) -> int:
        return _PREDICTORS[decision](cursor, context, self.parser)


def _refuse() -> int:
    raise Refused


def _when_next(kinds: frozenset[int]) -> Predictor:
    """Alternative 1 when the next token is one of `kinds`, else 2."""

    def predict(cursor: TokenCursor, context: Any, parser: Any) -> int:
        return 1 if cursor.kinds[cursor.index] in kinds else 2

    return predict


def _skip_indexing(cursor: TokenCursor, index: int) -> int:
    """The index of the first token after any `.name` and `[...]` at `index`."""
    kinds = cursor.kinds
    while True:
        kind = kinds[index]
        if kind == _DOT:
            index += 2
        elif kind == _OPEN_BRACKET:
            index = cursor.partners[index] + 1
        else:
            return index


def _skip_suffixes(cursor: TokenCursor, index: int) -> tuple[int, bool, bool]:
    """Skips `.name`, `[...]`, arguments and `:name` arguments at `index`.

    Returns the index after them, whether there was a call, and whether the last one was a call."""
    kinds, partners = cursor.kinds, cursor.partners
    has_call = ends_with_call = False
    while True:
        kind = kinds[index]
        if kind == _DOT:
            index += 2
            ends_with_call = False
        elif kind == _OPEN_BRACKET:
            index = partners[index] + 1
            ends_with_call = False
        elif kind == _COLON:
            # The arguments after the name are the next round's.
            index += 2
            if kinds[index] not in _ARGUMENT_STARTS:
                _refuse()
        elif kind in _ARGUMENT_STARTS:
            index = index + 1 if kind in STRINGS else partners[index] + 1
            has_call = ends_with_call = True
        else:
            return index, has_call, ends_with_call


def _after_prefix(cursor: TokenCursor) -> int:
    """The index after the name or parenthesis at the cursor."""
    index = cursor.index
    kind = cursor.kinds[index]
    if kind == _NAME:
        return index + 1
    if kind == _OPEN_PARENTHESIS:
        return cursor.partners[index] + 1
    return _refuse()


def _statement(cursor: TokenCursor, context: Any, parser: Any) -> int:
    index = cursor.index
    kinds = cursor.kinds
    kind = kinds[index]
    alternative = _STATEMENT_ALTERNATIVES.get(kind)
    if alternative is not None:
        return alternative
    if kind == P.LOCAL:
        return _LOCAL_FUNCTION if kinds[index + 1] == P.FUNCTION else _LOCAL
    if kind == P.FOR:
        return _NUMERIC_FOR if kinds[index + 2] == _EQUALS else _GENERIC_FOR
    after, _, ends_with_call = _skip_suffixes(cursor, _after_prefix(cursor))
    if kinds[after] == _EQUALS or kinds[after] == _COMMA:
        return _ASSIGNMENT
    return _CALL_STATEMENT if ends_with_call else _refuse()


def _another_name(cursor: TokenCursor, context: Any, parser: Any) -> int:
    index = cursor.index
    return 1 if cursor.kinds[index] == _COMMA and cursor.kinds[index + 1] == _NAME else 2


def _operand(cursor: TokenCursor, context: Any, parser: Any) -> int:
    return _OPERAND_ALTERNATIVES.get(cursor.kinds[cursor.index]) or _refuse()


def _operator(cursor: TokenCursor, context: Any, parser: Any) -> int:
    return _OPERATOR_ALTERNATIVES[cursor.kinds[cursor.index]]


def _operator_follows(cursor: TokenCursor, context: Any, parser: Any) -> int:
    precedence = _OPERATOR_PRECEDENCES.get(cursor.kinds[cursor.index], -1)
    return 1 if precedence >= parser._precedenceStack[-1] else 2


def _variable(cursor: TokenCursor, context: Any, parser: Any) -> int:
    """1: a plain name; 2: an indexed expression."""
    if cursor.kinds[cursor.index] != _NAME:
        return 2
    following = cursor.kinds[cursor.index + 1]
    is_indexed = following in (_DOT, _OPEN_BRACKET, _COLON) or following in _ARGUMENT_STARTS
    return 2 if is_indexed else 1


def _prefix_expression(cursor: TokenCursor, context: Any, parser: Any) -> int:
    """1: has a call; 2: a name; 3: a parenthesis."""
    _, has_call, _ = _skip_suffixes(cursor, _after_prefix(cursor))
    if has_call:
        return 1
    return 2 if cursor.kinds[cursor.index] == _NAME else 3


def _another_tail(cursor: TokenCursor, context: Any, parser: Any) -> int:
    """Rule `var` takes the last `.name` or `[...]` itself, so its prefix must leave it."""
    index = cursor.index
    kind = cursor.kinds[index]
    if kind != _DOT and kind != _OPEN_BRACKET:
        return 2
    if type(context.parentCtx) is not P.VarContext:
        return 1
    following = cursor.kinds[index + 2 if kind == _DOT else cursor.partners[index] + 1]
    return 1 if following in (_DOT, _OPEN_BRACKET) else 2


def _another_call(cursor: TokenCursor, context: Any, parser: Any) -> int:
    return 1 if cursor.kinds[_skip_indexing(cursor, cursor.index)] in _ARGUMENT_STARTS else 2


def _method_follows(cursor: TokenCursor, context: Any, parser: Any) -> int:
    return 1 if cursor.kinds[_skip_indexing(cursor, cursor.index)] == _COLON else 2


def _function_call(cursor: TokenCursor, context: Any, parser: Any) -> int:
    """1, 2: a call of a name, a parenthesis; 3, 4: a method call on it."""
    is_method = cursor.kinds[_skip_indexing(cursor, _after_prefix(cursor))] == _COLON
    return (1 if cursor.kinds[cursor.index] == _NAME else 2) + (2 if is_method else 0)


def _nested_call(cursor: TokenCursor, context: Any, parser: Any) -> int:
    """Plain calls were all taken by the loops before, so only a method call can follow."""
    return 2


def _another_field(cursor: TokenCursor, context: Any, parser: Any) -> int:
    index = cursor.index
    is_separator = cursor.kinds[index] in (P.COMMA, P.SEMI)
    return 1 if is_separator and cursor.kinds[index + 1] != P.CCU else 2


def _field(cursor: TokenCursor, context: Any, parser: Any) -> int:
    """1: [key] = value; 2: name = value; 3: value."""
    kinds, index = cursor.kinds, cursor.index
    if kinds[index] == _OPEN_BRACKET:
        return 1
    return 2 if kinds[index] == _NAME and kinds[index + 1] == _EQUALS else 3


_PREDICTORS: dict[int, Predictor] = {
    0: _when_next(_STATEMENT_STARTS),
    5: _when_next(frozenset({_EQUALS})),
    6: _statement,
    7: _when_next(frozenset({_COMMA})),
    8: _when_next(frozenset({P.LT})),
    9: _when_next(_EXPRESSION_STARTS),
    15: _another_name,
    16: _when_next(frozenset({_COMMA})),
    17: _operand,
    18: _operator,
    19: _operator_follows,
    20: _variable,
    **dict.fromkeys((21, 22, 23), _another_tail),
    24: _prefix_expression,
    **dict.fromkeys((25, 26, 28, 30, 32, 34), _another_call),
    31: _function_call,
    35: _nested_call,
    36: _method_follows,
    39: _when_next(_EXPRESSION_STARTS),
    43: _when_next(_EXPRESSION_STARTS | {_OPEN_BRACKET}),
    44: _another_field,
    46: _field,
}
