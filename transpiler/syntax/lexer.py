"""Source text in, tokens and comments out (Lua 5.4 manual, section 3.1; real Lua's `llex.c`).

One regular expression per token instead of luaparser's lexer: six to eight times faster, and exact where that one is not
(numbers, escapes, long brackets, line ends). The lexer never raises: where real Lua would stop with an error it leaves an
`ERROR` token that holds the diagnostic, because real Lua reads tokens one at a time and may find a syntax error before. It goes
on behind it, for the errors that follow (recovery.py).
"""

from __future__ import annotations

import re

from luaparser.parser.LuaParser import LuaParser

from ..diagnostics import Diagnostic, syntax_errors
from .literals import BadEscape, decode_long_string, decode_number, decode_string
from .nodes import Comment
from .source import Source
from .tokens import END_OF_FILE, ERROR, KEYWORDS, OPERATORS, UNKNOWN_CHARACTER, Token, Tokens

# The alternatives are numbered groups, told apart by `lastindex`. The possessive quantifiers keep it linear.
_TOKEN = re.compile(
    r"[ \t\n\v\f\r]*+(?:"
    r"([A-Za-z_][A-Za-z_0-9]*)"
    r"|(--(?:\[=*\[)?)"
    r"|(\.?0[xX](?:[pP][+-]?|[0-9a-fA-F.])*+[A-Za-z_]?|\.?[0-9](?:[eE][+-]?|[0-9a-fA-F.])*+[A-Za-z_]?)"
    r'|("(?>[^"\\\r\n]+|\\(?>z[ \t\n\v\f\r]*+|\r\n|\n\r|.))*+"'
    r"|'(?>[^'\\\r\n]+|\\(?>z[ \t\n\v\f\r]*+|\r\n|\n\r|.))*+')"
    r"|(\[=*\[)"
    r"|(\[=+|[\"'])"
    r"|(\.\.\.|\.\.|==|~=|<=|>=|<<|>>|//|::|[-+*/%^\#&~|<>=(){}\[\];:,.])"
    r"|(.))",
    re.DOTALL,
)
_NAME, _COMMENT, _NUMBER, _STRING, _LONG_BRACKET, _UNFINISHED, _OPERATOR, _UNKNOWN = range(1, 9)
_STRING_CONTENT = re.compile(
    r"\"(?>[^\"\\\r\n]+|\\(?>z[ \t\n\v\f\r]*+|\r\n|\n\r|.))*+|'(?>[^'\\\r\n]+|\\(?>z[ \t\n\v\f\r]*+|\r\n|\n\r|.))*+",
    re.DOTALL,
)
_LINE_END = re.compile(r"[\r\n]|\Z")
_CLOSING = {LuaParser.OP: LuaParser.CP, LuaParser.OB: LuaParser.CB, LuaParser.OCU: LuaParser.CCU}
_CLOSERS = frozenset(_CLOSING.values())
_MOST_ERRORS = 50
"""After so many tokens that are none it is no Lua source; more are not looked at."""


def tokenize(source: Source) -> Tokens:
    """All tokens of the source, an `ERROR` token for each that is none."""
    result = Tokens(source)
    _scan(source, result)
    end = len(source.text)
    result.tokens.append(Token(END_OF_FILE, end, end, len(source.line_starts), None))
    result.kinds.append(END_OF_FILE)
    _pair_brackets(result)
    return result


def _scan(source: Source, result: Tokens) -> None:
    text = source.text
    line_starts = source.line_starts
    line_count = len(line_starts)
    line = 1
    tokens, kinds, comments = result.tokens, result.kinds, result.comments
    match_token = _TOKEN.match
    keyword = KEYWORDS.get
    name_kind: int = LuaParser.NAME
    position = errors = 0
    while True:
        match = match_token(text, position)
        if match is None:
            return
        group = match.lastindex
        assert group is not None
        start, position = match.span(group)
        while line < line_count and line_starts[line] <= start:
            line += 1
        if group == _NAME:
            word = match[group]
            kind = keyword(word, name_kind)
            token = Token(kind, start, position, line, word)
        elif group == _OPERATOR:
            kind = OPERATORS[match[group]]
            token = Token(kind, start, position, line, None)
        elif group == _COMMENT:
            comment = _comment(source, start, position, line)
            if isinstance(comment, Comment):
                comments.append(comment)
                position = comment.end
                continue
            token, position = comment, len(text)
        elif group == _UNKNOWN:
            token = Token(UNKNOWN_CHARACTER, start, position, line, None)
        else:
            token = _literal(source, group, start, position, line)
            if token.kind == ERROR:
                position = _after_bad_literal(result, group, start, position, line)
            else:
                position = token.end
        tokens.append(token)
        kinds.append(token.kind)
        if token.kind >= UNKNOWN_CHARACTER:
            result.broken = True
            errors += 1
            if errors == _MOST_ERRORS:
                return


def _after_bad_literal(result: Tokens, group: int, start: int, end: int, line: int) -> int:
    """Where to go on. A literal whose end is clear gets a token that may stand in its place."""
    text = result.source.text
    if group == _LONG_BRACKET:
        return len(text)
    if group == _UNFINISHED:
        content = _STRING_CONTENT.match(text, start)
        return end if content is None else content.end()
    kind = LuaParser.INT if group == _NUMBER else LuaParser.NORMALSTRING
    value = 0 if group == _NUMBER else ""
    stand_in = Token(kind, start, end, result.source.line_at(end - 1), value)
    result.stand_ins[len(result.tokens)] = stand_in
    return end


def _pair_brackets(result: Tokens) -> None:
    kinds = result.kinds
    partners = result.partners = [-1] * len(kinds)
    open_brackets: list[tuple[int, int]] = []
    for index, kind in enumerate(kinds):
        if kind in _CLOSING:
            open_brackets.append((index, _CLOSING[kind]))
        elif kind in _CLOSERS:
            if not open_brackets or open_brackets[-1][1] != kind:
                result.broken = True
                return
            partners[open_brackets.pop()[0]] = index
    if open_brackets:
        result.broken = True


def _literal(source: Source, group: int, start: int, end: int, line: int) -> Token:
    """A number, string or long string, or the error that stands in its place."""
    text = source.text
    if group == _NUMBER:
        spelling = text[start:end]
        try:
            number = decode_number(spelling)
        except ValueError:
            return _error(syntax_errors.malformed_number(source, start, end, spelling), line)
        return Token(
            LuaParser.INT if isinstance(number, int) else LuaParser.FLOAT, start, end, line, number
        )
    if group == _STRING:
        try:
            value = decode_string(text[start:end])
        except BadEscape as problem:
            return _bad_escape(source, start, problem)
        kind = LuaParser.NORMALSTRING if text[start] == '"' else LuaParser.CHARSTRING
        return Token(kind, start, end, source.line_at(end - 1), value)
    if group == _LONG_BRACKET:
        content_end = text.find("]" + text[start + 1 : end - 1] + "]", end)
        if content_end < 0:
            problem_found = syntax_errors.unfinished_long_bracket(
                source, start, end, "string", line
            )
            return _error(problem_found, len(source.line_starts))
        stop = content_end + end - start
        value = decode_long_string(text[start:stop])
        return Token(LuaParser.LONGSTRING, start, stop, source.line_at(stop - 1), value)
    return _unfinished(source, start, end, line)


def _unfinished(source: Source, start: int, end: int, line: int) -> Token:
    """A quote without its partner on the line, or `[=` without a second bracket."""
    text = source.text
    if text[start] == "[":
        return _error(syntax_errors.invalid_long_bracket(source, start, end, text[start:end]), line)
    content = _STRING_CONTENT.match(text, start)
    assert content is not None
    stop = content.end()
    try:
        # Real Lua complains about the first bad escape before it notices the missing quote.
        decoded = decode_string(content.group() + text[start])
    except BadEscape as problem:
        return _bad_escape(source, start, problem)
    near = None if text[stop:] in ("", "\\") else _shown(text[start] + decoded)
    return _error(syntax_errors.unfinished_string(source, start, stop, near), source.line_at(stop))


def _bad_escape(source: Source, start: int, problem: BadEscape) -> Token:
    text = source.text
    escape, stop = start + problem.start, start + problem.stop
    # Lua shows what it has decoded so far.
    near = _shown(text[start] + decode_string(text[start:escape] + text[start]) + text[escape:stop])
    diagnostic = syntax_errors.invalid_escape(source, escape, stop, problem.reason, near)
    return _error(diagnostic, source.line_at(escape))


def _shown(text: str) -> str:
    """What a message shows of `text`: C strings end at a zero byte."""
    return text.split("\0")[0]


def _error(diagnostic: Diagnostic, line: int) -> Token:
    return Token(ERROR, diagnostic.start, diagnostic.end, line, diagnostic)


def _comment(source: Source, start: int, end: int, line: int) -> Comment | Token:
    """The comment whose dashes (and long bracket) are at `start`; an error token for one without end."""
    text = source.text
    line_start = source.line_starts[line - 1]
    own_line = not text[line_start:start].strip(" \t\v\f\r")
    if end == start + len("--"):
        found = _LINE_END.search(text, end)
        assert found is not None
        return Comment(start, found.start(), line, text[end : found.start()], False, own_line)
    delimiter = end - start - len("--")
    content_end = text.find("]" + "=" * (delimiter - 2) + "]", end)
    if content_end < 0:
        diagnostic = syntax_errors.unfinished_long_bracket(source, start, end, "comment", line)
        return _error(diagnostic, len(source.line_starts))
    stop = content_end + delimiter
    return Comment(start, stop, line, text[end:content_end], True, own_line)
