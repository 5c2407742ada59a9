"""Lua patterns, compiled: the text of a pattern in, an object that finds it in a subject out.

Most patterns translate exactly into one of Python's regular expressions, whose engine backtracks in the same order. What does
not translate (`%b`, a malformed part, hundreds of repetitions) is matched by a small backtracking matcher over the same items.
Manual 6.4.1; the limits are those of lstrlib.c.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, Final, TypeAlias

from ..accelerator import called_by_extension
from ..errors import library_error
from .pattern_syntax import ALL_CHARACTERS, Item, Kind, parse_pattern

Found: TypeAlias = "tuple[int, int, tuple[Any, ...]]"
"""A match: where it starts and ends (from 0), and its captures: strings, positions (from 1), or `UNFINISHED`."""

UNFINISHED: Final = object()
"""A capture that the pattern does not end: an error for whoever asks for it."""

_MAX_DEPTH: Final = 200
"""How deep real Lua's matcher recurses before it gives up (lstrlib.c, MAXCCALLS)."""

_RECURSING: Final = frozenset(
    (
        Kind.STAR,
        Kind.PLUS,
        Kind.LAZY,
        Kind.OPTIONAL,
        Kind.OPEN,
        Kind.CLOSE,
        Kind.POSITION,
    )
)


class RegexPattern:
    """A pattern that Python's regular expressions can do."""

    def __init__(self, regex: re.Pattern[str], items: tuple[Item, ...]) -> None:
        self.regex = regex
        self.positions = tuple(item.number for item in items if item.kind is Kind.POSITION)
        self.never_empty = any(item.kind in (Kind.SINGLE, Kind.PLUS) for item in items)
        """Whether every match has at least one character."""

    def search(self, subject: str, start: int) -> Found | None:
        """The first match at or after `start`."""
        match = self.regex.search(subject, start)
        return None if match is None else (match.start(), match.end(), self.captures(match))

    def match_at(self, subject: str, start: int) -> Found | None:
        """The match that begins at `start`."""
        match = self.regex.match(subject, start)
        return None if match is None else (start, match.end(), self.captures(match))

    def captures(self, match: re.Match[str]) -> tuple[Any, ...]:
        """The captures of a match of `regex`."""
        if not self.positions:
            return match.groups()
        groups: list[Any] = list(match.groups())
        for index in self.positions:
            groups[index] = match.start(index + 1) + 1
        return tuple(groups)


class BacktrackingPattern:
    """A pattern matched item by item."""

    def __init__(self, items: tuple[Item, ...]) -> None:
        self.items = items
        self.beginning = _beginning(items)
        """What every match begins with, when that is a character of some set."""

    def search(self, subject: str, start: int) -> Found | None:
        """The first match at or after `start`."""
        places: Iterable[int] = range(start, len(subject) + 1)
        if self.beginning is not None:
            places = (match.start() for match in self.beginning.finditer(subject, start))
        for at in places:
            found = self.match_at(subject, at)
            if found is not None:
                return found
        return None

    def match_at(self, subject: str, start: int) -> Found | None:
        """The match that begins at `start`."""
        run = _Run(self.items, subject)
        end = run.match(start, 0)
        return None if end is None else (start, end, run.captures())


def _beginning(items: tuple[Item, ...]) -> re.Pattern[str] | None:
    for item in items:
        if item.kind is Kind.BALANCED:
            return re.compile(re.escape(item.text[0]))
        if item.kind in (Kind.SINGLE, Kind.PLUS):
            return re.compile(_character_class(item.characters), re.DOTALL)
        if item.kind is not Kind.OPEN and item.kind is not Kind.POSITION:
            break
    return None


CompiledPattern: TypeAlias = RegexPattern | BacktrackingPattern


@lru_cache(maxsize=512)
def compile_pattern(pattern: str) -> CompiledPattern:
    """`pattern`, which is without the anchor `^`, ready to match. Errors show only when matching gets to them."""
    items = parse_pattern(pattern)
    regex = _regex(items)
    return (
        BacktrackingPattern(items)
        if regex is None
        else RegexPattern(re.compile(regex, re.DOTALL), items)
    )


_LETTERS: Final = {
    Kind.SINGLE: "1",
    Kind.STAR: "*",
    Kind.PLUS: "+",
    Kind.LAZY: "-",
    Kind.OPTIONAL: "?",
    Kind.OPEN: "(",
    Kind.CLOSE: ")",
    Kind.POSITION: "p",
    Kind.SAME: "=",
    Kind.BALANCED: "b",
    Kind.FRONTIER: "f",
    Kind.END: "$",
}
"""How the extension calls the kinds of items (patterns.h); it matches no pattern with errors."""


@called_by_extension
def native_items(pattern: str) -> tuple[tuple[str, bytes, int], ...] | None:
    """The items of `pattern`, which is without the anchor, for the extension: a letter, the set of characters with one bit for
    each (for `%b` the two delimiters), and the number of a capture. None for a pattern that may raise errors.
    """
    items = parse_pattern(pattern)
    kinds = [item.kind for item in items]
    if Kind.ERROR in kinds or kinds.count(Kind.OPEN) != kinds.count(Kind.CLOSE):
        return None
    if sum(kind in _RECURSING for kind in kinds) >= _MAX_DEPTH:
        return None
    return tuple(
        (_LETTERS[item.kind], item.text.encode("latin-1") or _bits(item.characters), item.number)
        for item in items
    )


def _bits(characters: frozenset[str]) -> bytes:
    return sum(1 << ord(character) for character in characters).to_bytes(32, "little")


def checked_captures(captures: tuple[Any, ...]) -> tuple[Any, ...]:
    """All captures of a match, for somebody who wants them; an error when one is unfinished."""
    for capture in captures:
        if capture is UNFINISHED:
            raise library_error("unfinished capture")
    return captures


# --------------------------------------------------------------------------------------------------- regular expressions

_SUFFIXES: Final = {
    Kind.SINGLE: "",
    Kind.STAR: "*",
    Kind.PLUS: "+",
    Kind.LAZY: "*?",
    Kind.OPTIONAL: "?",
}


def _regex(items: tuple[Item, ...]) -> str | None:
    """The regular expression for `items`, None when there is none that is exactly equal."""
    if sum(item.kind in _RECURSING for item in items) >= _MAX_DEPTH:
        return None
    parts = []
    positions = set()
    unfinished = 0
    for item in items:
        kind = item.kind
        if kind in _SUFFIXES:
            parts.append(_character_class(item.characters) + _SUFFIXES[kind])
        elif kind is Kind.OPEN:
            unfinished += 1
            parts.append("(")
        elif kind is Kind.CLOSE:
            unfinished -= 1
            parts.append(")")
        elif kind is Kind.POSITION:
            positions.add(item.number)
            parts.append("()")
        elif kind is Kind.FRONTIER:
            parts.append(_frontier(item.characters))
        elif kind is Kind.END:
            parts.append(r"\Z")
        elif kind is Kind.SAME and item.number not in positions:
            parts.append(f"(?:\\{item.number + 1})")
        else:
            return None
    return None if unfinished else "".join(parts)


@lru_cache(maxsize=512)
def _character_class(characters: frozenset[str]) -> str:
    if len(characters) == len(ALL_CHARACTERS):
        return "."
    if len(characters) == 1:
        return re.escape(next(iter(characters)))
    if not characters:
        return r"[^\x00-\xff]"
    return f"[{_ranges(characters)}]"


def _ranges(characters: frozenset[str]) -> str:
    codes = sorted(map(ord, characters))
    parts = []
    first = previous = codes[0]
    for code in [*codes[1:], 999]:
        if code != previous + 1:
            parts.append(f"\\x{first:02x}-\\x{previous:02x}")
            first = code
        previous = code
    return "".join(parts)


def _frontier(characters: frozenset[str]) -> str:
    """A transition into the set, where both ends of the subject count as the character NUL."""
    inside, outside = _character_class(characters), _character_class(ALL_CHARACTERS - characters)
    if "\0" in characters:
        return f"(?<={outside})(?!{outside})"
    return f"(?<!{inside})(?={inside})"


# ----------------------------------------------------------------------------------------------------------- backtracking


@lru_cache(maxsize=64)
def _delimiters(opening: str, closing: str) -> re.Pattern[str]:
    return re.compile(f"[{re.escape(opening)}{re.escape(closing)}]")


_OPEN: Final = -1
_POSITION: Final = -2


class _Run:
    """One attempt to match `items` at one place of `subject`."""

    def __init__(self, items: tuple[Item, ...], subject: str) -> None:
        self.items = items
        self.subject = subject
        self.depth = 0
        self.spans: list[tuple[int, int]] = []
        """Start and end of each capture; `_OPEN` or `_POSITION` instead of the end."""

    def captures(self) -> tuple[Any, ...]:
        """The captures as Lua values, or `UNFINISHED`."""
        return tuple(self._capture(start, end) for start, end in self.spans)

    def _capture(self, start: int, end: int) -> Any:
        if end == _OPEN:
            return UNFINISHED
        return start + 1 if end == _POSITION else self.subject[start:end]

    def match(self, at: int, number: int) -> int | None:
        """Where a match of the items from `number` on ends that begins at `at`; None when there is none."""
        if self.depth == _MAX_DEPTH:
            raise library_error("pattern too complex")
        self.depth += 1
        try:
            return self._match(at, number)
        finally:
            self.depth -= 1

    def _match(self, at: int, number: int) -> int | None:
        while number < len(self.items):
            item = self.items[number]
            number += 1
            if item.kind in _RECURSING:
                if item.kind is not Kind.OPTIONAL:
                    return self._branch(item, at, number)
                if self._fits(item, at):
                    end = self.match(at + 1, number)
                    if end is not None:
                        return end
            else:
                after = self._step(item, at)
                if after is None:
                    return None
                at = after
        return at

    def _fits(self, item: Item, at: int) -> bool:
        return at < len(self.subject) and self.subject[at] in item.characters

    def _step(self, item: Item, at: int) -> int | None:
        """Where the only way to match `item` at `at` ends, None when there is none."""
        kind = item.kind
        if kind is Kind.SINGLE:
            return at + 1 if self._fits(item, at) else None
        if kind is Kind.BALANCED:
            return self._balanced(item.text[0], item.text[1], at)
        if kind is Kind.END:
            return at if at == len(self.subject) else None
        if kind is Kind.FRONTIER:
            before = self.subject[at - 1] if at > 0 else "\0"
            after = self.subject[at] if at < len(self.subject) else "\0"
            return at if before not in item.characters and after in item.characters else None
        if kind is Kind.SAME:
            start, end = self.spans[item.number]
            text = self.subject[start:end]
            # The length of a position capture is a huge number in C: it never matches.
            return at + len(text) if end >= 0 and self.subject.startswith(text, at) else None
        raise library_error(item.text)

    def _balanced(self, opening: str, closing: str, at: int) -> int | None:
        subject = self.subject
        if not subject.startswith(opening, at):
            return None
        open_count = 1
        for delimiter in _delimiters(opening, closing).finditer(subject, at + 1):
            if delimiter[0] == closing:
                open_count -= 1
                if open_count == 0:
                    return delimiter.end()
            else:
                open_count += 1
        return None

    def _branch(self, item: Item, at: int, number: int) -> int | None:
        """Matches an item that can be matched in several ways or has to be undone, and everything after it."""
        kind = item.kind
        if kind is Kind.LAZY:
            return self._expand_lazily(item, at, number)
        if kind is Kind.STAR or kind is Kind.PLUS:
            last = at
            while self._fits(item, last):
                last += 1
            for middle in range(last, at if kind is Kind.PLUS else at - 1, -1):
                end = self.match(middle, number)
                if end is not None:
                    return end
            return None
        if kind is Kind.CLOSE:
            start, _ = self.spans[item.number]
            self.spans[item.number] = (start, at)
            end = self.match(at, number)
            if end is None:
                self.spans[item.number] = (start, _OPEN)
            return end
        self.spans.append((at, _POSITION if kind is Kind.POSITION else _OPEN))
        end = self.match(at, number)
        if end is None:
            self.spans.pop()
        return end

    def _expand_lazily(self, item: Item, at: int, number: int) -> int | None:
        while True:
            end = self.match(at, number)
            if end is not None:
                return end
            if not self._fits(item, at):
                return None
            at += 1
