"""Lua patterns, parsed: the text of a pattern in, a list of items out (manual 6.4.1).

Patterns have no alternation and no repeated groups, so that one left-to-right list says it all. Real Lua reads a pattern while
it matches and complains about a malformed part only when it gets there: such a part becomes an item of kind ERROR, the last one.
"""

from __future__ import annotations

from enum import Enum, auto
from functools import lru_cache
from typing import Final, NamedTuple

MAX_CAPTURES: Final = 32
"""How many captures a pattern may have (lstrlib.c, LUA_MAXCAPTURES)."""

ALL_CHARACTERS: Final = frozenset(map(chr, range(256)))


class Kind(Enum):
    """What an item does."""

    SINGLE = auto()
    """One character of the set."""
    STAR = auto()
    """As many characters of the set as possible, perhaps none."""
    PLUS = auto()
    """As many characters of the set as possible, at least one."""
    LAZY = auto()
    """As few characters of the set as possible, perhaps none."""
    OPTIONAL = auto()
    """One character of the set if possible."""
    OPEN = auto()
    """A capture begins; `number` counts from 0."""
    CLOSE = auto()
    """Capture `number` ends."""
    POSITION = auto()
    """Capture `number` is the current position."""
    SAME = auto()
    """The text of capture `number` once more."""
    BALANCED = auto()
    """`%bxy`; `text` is "xy"."""
    FRONTIER = auto()
    """`%f[set]`"""
    END = auto()
    """The end of the subject."""
    ERROR = auto()
    """The error `text` is raised."""


class Item(NamedTuple):
    """One item of a pattern; which fields mean something depends on its kind."""

    kind: Kind
    characters: frozenset[str] = frozenset()
    number: int = 0
    text: str = ""


_QUANTIFIERS: Final = {"*": Kind.STAR, "+": Kind.PLUS, "-": Kind.LAZY, "?": Kind.OPTIONAL}


def _ascii(*spans: str) -> frozenset[str]:
    return frozenset(chr(code) for span in spans for code in range(ord(span[0]), ord(span[1]) + 1))


_CLASSES: Final = {
    "a": _ascii("az", "AZ"),
    "c": _ascii("\0\x1f", "\x7f\x7f"),
    "d": _ascii("09"),
    "g": _ascii("!~"),
    "l": _ascii("az"),
    "p": _ascii("!/", ":@", "[`", "{~"),
    "s": _ascii("\t\r", "  "),
    "u": _ascii("AZ"),
    "w": _ascii("az", "AZ", "09"),
    "x": _ascii("09", "af", "AF"),
    "z": frozenset("\0"),  # of Lua 5.1, still there
}


def class_characters(letter: str) -> frozenset[str]:
    """The characters that `%letter` stands for: a class, its complement for a capital, else the letter itself."""
    found = _CLASSES.get(letter.lower())
    if found is None or not letter.isascii():
        return frozenset(letter)
    return found if letter.islower() else ALL_CHARACTERS - found


@lru_cache(maxsize=512)
def parse_pattern(pattern: str) -> tuple[Item, ...]:
    """The items of `pattern`, which is without the anchor `^`."""
    return _Parser(pattern).parse()


class _Malformed(Exception):
    """A part of the pattern that real Lua refuses; its text is the message."""


class _Parser:
    """One pass over a pattern."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.at = 0
        self.items: list[Item] = []
        self.open: list[int] = []
        """The captures that have begun and not ended, innermost last."""
        self.captures = 0

    def parse(self) -> tuple[Item, ...]:
        try:
            while self.at < len(self.pattern):
                self.items.append(self._item())
        except _Malformed as malformed:
            self.items.append(Item(Kind.ERROR, text=str(malformed)))
        return tuple(self.items)

    def _item(self) -> Item:
        character = self.pattern[self.at]
        if character == "(":
            return self._begin_capture()
        if character == ")":
            self.at += 1
            if not self.open:
                raise _Malformed("invalid pattern capture")
            return Item(Kind.CLOSE, number=self.open.pop())
        if character == "$" and self.at + 1 == len(self.pattern):
            self.at += 1
            return Item(Kind.END)
        if character == "%" and self.at + 1 < len(self.pattern):
            letter = self.pattern[self.at + 1]
            if letter == "b":
                return self._balanced()
            if letter == "f":
                return self._frontier()
            if letter in "0123456789":
                return self._same(letter)
        characters = self._single()
        following = self.pattern[self.at : self.at + 1]
        kind = _QUANTIFIERS.get(following)
        if kind is None:
            return Item(Kind.SINGLE, characters)
        self.at += 1
        return Item(kind, characters)

    def _begin_capture(self) -> Item:
        if self.captures >= MAX_CAPTURES:
            raise _Malformed("too many captures")
        index = self.captures
        self.captures += 1
        if self.pattern.startswith("()", self.at):
            self.at += 2
            return Item(Kind.POSITION, number=index)
        self.at += 1
        self.open.append(index)
        return Item(Kind.OPEN, number=index)

    def _balanced(self) -> Item:
        text = self.pattern[self.at + 2 : self.at + 4]
        if len(text) < 2:
            raise _Malformed("malformed pattern (missing arguments to '%b')")
        self.at += 4
        return Item(Kind.BALANCED, text=text)

    def _frontier(self) -> Item:
        self.at += 2
        if not self.pattern.startswith("[", self.at):
            raise _Malformed("missing '[' after '%f' in pattern")
        return Item(Kind.FRONTIER, self._single())

    def _same(self, digit: str) -> Item:
        index = ord(digit) - ord("1")
        if not 0 <= index < self.captures or index in self.open:
            raise _Malformed(f"invalid capture index %{index + 1}")
        self.at += 2
        return Item(Kind.SAME, number=index)

    def _single(self) -> frozenset[str]:
        """The set of characters that begins here: a character, a class or a set in brackets."""
        character = self.pattern[self.at]
        if character == "[":
            end = self._set_end()
            characters = _set_characters(self.pattern[self.at + 1 : end])
            self.at = end + 1
            return characters
        if character == "%":
            if self.at + 1 == len(self.pattern):
                raise _Malformed("malformed pattern (ends with '%')")
            self.at += 2
            return class_characters(self.pattern[self.at - 1])
        self.at += 1
        return ALL_CHARACTERS if character == "." else frozenset(character)

    def _set_end(self) -> int:
        """Where the `]` is that ends the set; one right after `[` or `[^` does not."""
        pattern, at = self.pattern, self.at + 1
        if pattern.startswith("^", at):
            at += 1
        while True:
            if at >= len(pattern):
                raise _Malformed("malformed pattern (missing ']')")
            at += 2 if pattern[at] == "%" else 1
            if pattern.startswith("]", at):
                return at


def _set_characters(content: str) -> frozenset[str]:
    """The characters of `[content]`."""
    complement = content.startswith("^")
    at = 1 if complement else 0
    found: set[str] = set()
    while at < len(content):
        character = content[at]
        if character == "%":
            found |= class_characters(content[at + 1])
            at += 2
        elif content.startswith("-", at + 1) and at + 2 < len(content):
            found.update(map(chr, range(ord(character), ord(content[at + 2]) + 1)))
            at += 3
        else:
            found.add(character)
            at += 1
    return ALL_CHARACTERS - found if complement else frozenset(found)
