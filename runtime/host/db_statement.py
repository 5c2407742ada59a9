"""SQL with `$1`, `$2`, ... in, the same statement with the driver's placeholders out.

Values never become part of the text: only the placeholders are rewritten, and only where SQL has them, not in string
literals, quoted names and comments. What those look like differs between the databases (PostgreSQL 15 manual, 4.1; SQLite
"SQL As Understood By SQLite"; MySQL 8 manual, 9.1 and 9.7).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from functools import cache, lru_cache
from typing import Any

MAXIMUM_PARAMETERS = 32_766
"""The smallest limit of the three databases (SQLite's)."""


class Dialect(Enum):
    """Which database a statement is for."""

    POSTGRESQL = "postgresql"
    MYSQL = "mysql"
    SQLITE = "sqlite"


class StatementError(Exception):
    """A statement that cannot be run; the message says why."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement for the driver, and the highest number of its parameters."""

    text: str
    count: int
    named: bool
    words: tuple[str, ...]
    """Its first words in capitals, three at most."""

    @property
    def controls_transaction(self) -> bool:
        """Whether it begins or ends a transaction. (Going back to a savepoint does neither.)"""
        if not self.words:
            return False
        if self.words[0] == "ROLLBACK":
            return "TO" not in self.words
        if self.words[0] == "START":
            return self.words[1:2] == ("TRANSACTION",)
        return self.words[0] in ("BEGIN", "COMMIT", "END", "ABORT")

    def arguments(self, values: list[Any]) -> Any:
        """`values`, those of $1 to $count, as the driver takes them."""
        if not self.named:
            return tuple(values)
        return {f"p{number}": value for number, value in enumerate(values, 1)}


_QUOTED = r"'(?:[^']|'')*(?:'|\Z)"
_QUOTED_NAME = r'"(?:[^"]|"")*(?:"|\Z)'
_BACKQUOTED = r"`(?:[^`]|``)*(?:`|\Z)"
_LINE_COMMENT = r"--[^\n]*"
_PARAMETER = r"\$(?P<number>[0-9]+)"
_NAME = r"(?P<word>[^\W\d][\w$]*)|[0-9][\w.]*"
_ESCAPED_QUOTED = r"'(?:[^'\\]|''|\\.)*(?:'|\Z)"
_ESCAPED_DOUBLE_QUOTED = r'"(?:[^"\\]|""|\\.)*(?:"|\Z)'
_COMMENT = r"/\*.*?(?:\*/|\Z)"

_TOKENS = {
    Dialect.POSTGRESQL: (
        rf"[eE]{_ESCAPED_QUOTED}",
        _QUOTED,
        _QUOTED_NAME,
        _LINE_COMMENT,
        r"(?P<nested>/\*)",
        r"\$(?P<tag>(?:[^\W\d]\w*)?)\$.*?(?:\$(?P=tag)\$|\Z)",
        _PARAMETER,
        _NAME,
    ),
    Dialect.MYSQL: (
        _ESCAPED_QUOTED,
        _ESCAPED_DOUBLE_QUOTED,
        _BACKQUOTED,
        _LINE_COMMENT,
        r"\#[^\n]*",
        _COMMENT,
        _PARAMETER,
        _NAME,
    ),
    Dialect.SQLITE: (
        _QUOTED,
        _QUOTED_NAME,
        _BACKQUOTED,
        r"\[[^\]]*(?:\]|\Z)",
        _LINE_COMMENT,
        _COMMENT,
        _PARAMETER,
        _NAME,
    ),
}


@cache
def _pattern(dialect: Dialect) -> re.Pattern[str]:
    return re.compile("|".join(_TOKENS[dialect]), re.DOTALL)


_COMMENT_ENDS = re.compile(r"/\*|\*/")


@lru_cache(maxsize=1000)
def prepared(text: str, dialect: Dialect) -> Statement:
    """The statement `text` for the driver of `dialect`. Raises `StatementError`."""
    named = dialect is not Dialect.SQLITE
    parts: list[str] = []
    count = 0
    end = 0
    words: list[str] = []
    for match in _tokens(text, dialect):
        if match["word"] and len(words) < 3:
            words.append(match["word"].upper())
        if match["number"] is None:
            continue
        number = _number(match["number"])
        count = max(count, number)
        parts.append(_plain(text[end : match.start()], named))
        parts.append(f"%(p{number})s" if named else f"?{number}")
        end = match.end()
    parts.append(_plain(text[end:], named))
    return Statement("".join(parts), count, named, tuple(words))


def _plain(text: str, named: bool) -> str:
    return text.replace("%", "%%") if named else text


def _number(digits: str) -> int:
    if len(digits) > 6 or not 1 <= int(digits) <= MAXIMUM_PARAMETERS:
        raise StatementError(
            f"there is no parameter ${digits[:12]}: numbers go from 1 to {MAXIMUM_PARAMETERS}"
        )
    return int(digits)


def _tokens(text: str, dialect: Dialect) -> Iterator[re.Match[str]]:
    pattern = _pattern(dialect)
    position = 0
    while (match := pattern.search(text, position)) is not None:
        position = match.end()
        if dialect is Dialect.POSTGRESQL and match["nested"]:
            position = _after_nested_comment(text, position)
        else:
            yield match


def _after_nested_comment(text: str, position: int) -> int:
    depth = 1
    for match in _COMMENT_ENDS.finditer(text, position):
        depth += 1 if match[0] == "/*" else -1
        if depth == 0:
            return match.end()
    return len(text)
