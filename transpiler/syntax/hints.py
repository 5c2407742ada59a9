"""The token that Lua refused in, a help line out where the likely mistake is a habit from another language."""

from __future__ import annotations

from luaparser.parser.LuaParser import LuaParser as P

from .tokens import KEYWORDS, NUMBERS, STRINGS, Token, Tokens

_RESERVED = frozenset(KEYWORDS.values())
_COMPOUND = frozenset(
    {P.PLUS, P.MINUS, P.STAR, P.SLASH, P.PER, P.CARET, P.DD, P.PIPE, P.AMP, P.SQUIG, P.SS}
)

# The text that begins at the refused token, which nothing in Lua does (the longest first).
_FOREIGN_SPELLINGS = {
    "!=": "Lua writes 'not equal' as ~=",
    "===": "Lua compares with ==",
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
    "++": "Lua has no ++; write 'x = x + 1'",
    "**": "Lua writes ^",
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
    "fn": "Lua writes 'function'",
    "null": "Lua writes 'nil'",
    "async": "any Lua function may wait: leave 'async' out",
    "await": "a Lua call that waits looks like any other: leave 'await' out",
    "try": "Lua has no 'try'; pcall(function() ... end) gives false and the error",
    "throw": "Lua writes error(...)",
    "raise": "Lua writes error(...)",
    "new": "Lua has no 'new'; call the function that makes the object",
    "pass": "a block may be empty in Lua: leave 'pass' out",
    "print": "an argument that is no string or table stands in parentheses: print(...)",
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
    kinds = [each.kind for each in tokens.tokens[max(index - 2, 0) : index + 1]]
    if kinds == [P.LOCAL, P.NAME, P.EE]:
        return "'==' compares; Lua assigns with ="
    if token.kind == P.EQ and expected == "')'" and _is_parameter(tokens, index - 1):
        name = tokens.text(tokens.tokens[index - 1])
        return f"a parameter has no default value; write '{name} = {name} or ...' in the function"
    if token.kind == P.EQ and expected in ("'then'", "'do'", "')'"):
        return "'=' assigns; Lua compares with =="
    of_table = _in_table(tokens, index, expected)
    if of_table is not None:
        return of_table
    if token.kind == P.OCU and expected in ("'then'", "'do'"):
        return f"Lua has no braces around blocks: {expected} begins one, 'end' ends it"
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


def statement_hint(tokens: Tokens, index: int) -> str | None:
    """The help for an expression that stands where a statement must; the token at `index` ends it."""
    last = tokens.tokens[index - 1] if index else None
    for token in reversed(tokens.tokens[:index]):
        if last is None or token.line != last.line:
            return None
        if token.kind == P.SS:
            return "'//' divides; comments begin with --"
    return None


def _in_table(tokens: Tokens, index: int, expected: str | None) -> str | None:
    """Help for fields and lists as other languages write them; `expected` as for `hint`."""
    token = tokens.tokens[index]
    before = tokens.tokens[max(index - 2, 0) : index]
    kinds = [each.kind for each in before]
    if token.kind == P.OB and expected is None:
        return "a list is written { 1, 2, 3 }"
    is_key = bool(kinds) and kinds[-1] in STRINGS | NUMBERS
    if expected == "'}'" and token.kind in (P.COL, P.EQ) and is_key:
        return f"write [{tokens.text(before[-1])}] = value"
    is_value = token.kind not in (P.NAME, P.END) and expected == "<name>"
    if is_value and kinds == [P.NAME, P.COL]:
        return f"a field of a table is written '{tokens.text(before[0])} = value'"
    is_end = token.kind in (P.COMMA, P.CCU) and expected == "function arguments"
    if is_end and kinds == [P.COL, P.NAME]:
        return "a field of a table is written 'name = value'; a method is called with (...)"
    return None


def _is_parameter(tokens: Tokens, index: int) -> bool:
    """Is the token at `index` a name in the parameters of a function?"""
    while index > 0 and tokens.tokens[index].kind in (P.NAME, P.COMMA):
        index -= 1
    if tokens.tokens[index].kind != P.OP:
        return False
    index -= 1
    while index > 0 and tokens.tokens[index].kind in (P.NAME, P.DOT, P.COL):
        index -= 1
    return index >= 0 and tokens.tokens[index].kind == P.FUNCTION
