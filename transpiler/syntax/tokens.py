"""The tokens of a Lua source: what the lexer makes and the parser, the refusal walk and the comment stage read.

Token kinds are the numbers of luaparser's generated `LuaParser`, because that parser compares them; one kind of our own,
`ERROR`, stands where the lexer gave up.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from luaparser.parser.LuaParser import LuaParser

if TYPE_CHECKING:
    from ..diagnostics.model import Diagnostic
    from .nodes import Comment
    from .source import Source

END_OF_FILE: int = LuaParser.EOF
# Characters that begin no Lua token; real Lua also hands them to its parser, which then refuses them.
UNKNOWN_CHARACTER = 1000
ERROR = 1001

KEYWORDS: dict[str, int] = {
    "and": LuaParser.AND,
    "break": LuaParser.BREAK,
    "do": LuaParser.DO,
    "else": LuaParser.ELSE,
    "elseif": LuaParser.ELSEIF,
    "end": LuaParser.END,
    "false": LuaParser.FALSE,
    "for": LuaParser.FOR,
    "function": LuaParser.FUNCTION,
    "goto": LuaParser.GOTO,
    "if": LuaParser.IF,
    "in": LuaParser.IN,
    "local": LuaParser.LOCAL,
    "nil": LuaParser.NIL,
    "not": LuaParser.NOT,
    "or": LuaParser.OR,
    "repeat": LuaParser.REPEAT,
    "return": LuaParser.RETURN,
    "then": LuaParser.THEN,
    "true": LuaParser.TRUE,
    "until": LuaParser.UNTIL,
    "while": LuaParser.WHILE,
}

OPERATORS: dict[str, int] = {
    ";": LuaParser.SEMI,
    "=": LuaParser.EQ,
    ",": LuaParser.COMMA,
    "<": LuaParser.LT,
    ">": LuaParser.GT,
    "::": LuaParser.CC,
    ".": LuaParser.DOT,
    "~": LuaParser.SQUIG,
    "-": LuaParser.MINUS,
    "#": LuaParser.POUND,
    "(": LuaParser.OP,
    ")": LuaParser.CP,
    "<<": LuaParser.LL,
    ">>": LuaParser.GG,
    "&": LuaParser.AMP,
    "//": LuaParser.SS,
    "%": LuaParser.PER,
    ":": LuaParser.COL,
    "<=": LuaParser.LE,
    ">=": LuaParser.GE,
    "+": LuaParser.PLUS,
    "*": LuaParser.STAR,
    "{": LuaParser.OCU,
    "}": LuaParser.CCU,
    "[": LuaParser.OB,
    "]": LuaParser.CB,
    "==": LuaParser.EE,
    "..": LuaParser.DD,
    "|": LuaParser.PIPE,
    "^": LuaParser.CARET,
    "/": LuaParser.SLASH,
    "...": LuaParser.DDD,
    "~=": LuaParser.SQEQ,
}

# The spelling of every kind that has only one, for messages.
SPELLINGS: dict[int, str] = {kind: text for text, kind in (KEYWORDS | OPERATORS).items()}

STRINGS = frozenset({LuaParser.NORMALSTRING, LuaParser.CHARSTRING, LuaParser.LONGSTRING})
NUMBERS = frozenset({LuaParser.INT, LuaParser.FLOAT})


class Token:
    """`start` and `end` are offsets into the source; `line` is real Lua's line of the token: the one it ends on."""

    __slots__ = ("end", "kind", "line", "start", "value")

    def __init__(
        self,
        kind: int,
        start: int,
        end: int,
        line: int,
        value: str | int | float | Diagnostic | None,
    ) -> None:
        self.kind = kind
        self.start = start
        self.end = end
        self.line = line
        # A name's text, the decoded value of a string or number, or the diagnostic of an `ERROR`.
        self.value = value

    @property
    def type(self) -> int:
        """The name under which ANTLR's runtime asks for the kind."""
        return self.kind


@dataclass(eq=False)
class Tokens:
    """All tokens of a source, with an end-of-file token last.

    `partners[i]` is the index of the bracket that closes bracket `i`. When brackets do not balance or a token is none, `broken`
    is true: the source is no Lua program, and partners are incomplete. `stand_ins` has, by index, what an `ERROR` token was meant
    to be where that is clear: a number, or a string.
    """

    source: Source
    tokens: list[Token] = field(default_factory=list)
    kinds: list[int] = field(default_factory=list)
    partners: list[int] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)
    broken: bool = False
    stand_ins: dict[int, Token] = field(default_factory=dict)

    def text(self, token: Token) -> str:
        return self.source.text[token.start : token.end]


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


def token_at(tokens: Tokens, offset: int) -> Token:
    """The first token at or after `offset`."""
    found = tokens.tokens
    return found[min(bisect_left(found, offset, key=lambda token: token.start), len(found) - 1)]
