"""The token that Lua refused in, a help line out where the likely mistake is a habit from another language."""

from __future__ import annotations

from luaparser.parser.LuaParser import LuaParser as P

from .tokens import KEYWORDS, Token, Tokens

_RESERVED = frozenset(KEYWORDS.values())
_COMPOUND = frozenset(
    {P.PLUS, P.MINUS, P.STAR, P.SLASH, P.PER, P.CARET, P.DD, P.PIPE, P.AMP, P.SQUIG, P.SS}
)

# The text that begins at the refused token, which nothing in Lua does (the longest first).
_FOREIGN_SPELLINGS = {
    "!=": "Lua writes 'not equal' as ~=",
    "!": "Lua writes 'not'",
    "?": "Lua has no '?:'; write 'if', or 'condition and value or other'",
    "=>": "write 'name = value' or '[key] = value'; a function is 'function(x) ... end'",
    "$": "a Lua name consists of letters, digits and _",
    "@": "a Lua name consists of letters, digits and _",
    "\\": "a backslash is only used inside strings",
}
# The text that begins at the refused token where a statement or operand should begin or end.
_MISPLACED = {
    "++": "Lua has no ++; write 'x = x + 1'",
    "//": "comments begin with --",
    "/*": "comments begin with --",
    "#": "comments begin with --",
}
# The text that ends with the refused token.
_DOUBLED = {
    "&&": "Lua writes 'and'",
    "||": "Lua writes 'or'",
    "===": "Lua compares with ==",
    "->": "a function is 'function(x) ... end'",
    "~==": "Lua writes 'not equal' as ~=",
}
# The word before the refused token.
_FOREIGN_WORDS = {
    "continue": "Lua has no 'continue'; write 'goto continue' and '::continue::' at the end of the loop's body",
    "elif": "Lua writes 'elseif'",
    "elsif": "Lua writes 'elseif'",
    "switch": "Lua has no 'switch'; write if ... elseif ... end, or look it up in a table",
    "var": "Lua writes 'local'",
    "let": "Lua writes 'local'",
    "const": "Lua writes 'local name <const> = value'",
    "def": "Lua writes 'function'",
    "func": "Lua writes 'function'",
    "import": "Lua writes 'local name = require(\"name\")'",
    "null": "Lua writes 'nil'",
}


def hint(tokens: Tokens, index: int, expected: str | None) -> str | None:
    """The help for the token at `index`, which Lua refused; `expected` is what it wanted there."""
    token = tokens.tokens[index]
    previous = tokens.tokens[index - 1] if index else None
    text = tokens.source.text
    if previous is not None:
        if previous.kind == P.NAME and previous.value in _FOREIGN_WORDS:
            return _FOREIGN_WORDS[str(previous.value)]
        joined = text[previous.start : token.end] if previous.end == token.start else ""
        if joined in _DOUBLED:
            return _DOUBLED[joined]
    misplaced = _MISPLACED if expected in (None, "<eof>") else {}
    for spelling, help in (_FOREIGN_SPELLINGS | misplaced).items():
        if text.startswith(spelling, token.start):
            return help
    if text[token.start : token.end] > "\x7f":  # a byte of a character beyond ASCII
        return "a Lua name consists of the letters a to z and A to Z, digits and _"
    compound = _compound_assignment(tokens, index, previous)
    if compound is not None:
        return compound
    if token.kind == P.EQ and expected in ("'then'", "'do'", "')'"):
        return "'=' assigns; Lua compares with =="
    if expected == "<name>" and token.kind in _RESERVED:
        word = tokens.text(token)
        return f"'{word}' is a reserved word; as a table key it is written [\"{word}\"]"
    if expected == "<eof>" and token.kind == P.END:
        return "there is an 'end' too many here or above"
    return None


def _compound_assignment(tokens: Tokens, index: int, previous: Token | None) -> str | None:
    token = tokens.tokens[index]
    following = tokens.source.text[token.end : token.end + 1]
    if (
        token.kind in _COMPOUND
        and following == "="
        and previous is not None
        and previous.kind == P.NAME
    ):
        operator = tokens.text(token)
        return f"Lua has no {operator}=; write '{previous.value} = {previous.value} {operator} ...'"
    return None
