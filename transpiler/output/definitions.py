"""A printed module in, the same formatted out, where the formatter reads only the definitions that an earlier compile has not seen.

How black formats a function depends on what is inside, on its indentation, and on whether the module needs a newer Python
(grammar.py). So a known one is put into the text as a short function in its place, which has the same empty lines around it,
and is put back into what the formatter made. tests/output/test_definitions.py compares with the whole formatted at once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from .known import KnownTexts

_KIND = "definition"
_STAND_IN = "_assay_known_"
_STAND_IN_LINE = re.compile(rf" *def {_STAND_IN}(\d+)\(\):")
_HEAD = re.compile(r" *(?:async )?def (\w+)\(")
_CLOSING = (")", "]", "}")
_MOST_LINES = 100
"""Of larger definitions those inside are looked at, so that a change makes little new."""


@dataclass(frozen=True)
class _Definition:
    """The lines of a function, by index, the last one included, and how far it is indented."""

    name: str
    first: int
    last: int
    width: int

    def text(self, lines: Sequence[str]) -> str:
        return "\n".join(lines[self.first : self.last + 1])


def formatted_by_definitions(
    text: str, newer: bool, texts: KnownTexts, formatter: Callable[[str], str]
) -> str:
    """`formatter(text)`, where definitions in `texts` are taken over and all others are added to them.

    `newer`: does the module need Python 3.6 or later?
    """
    lines = text.split("\n")
    if not _can_be_divided(lines):
        return formatter(text)
    rest: list[str] = []
    new: list[tuple[int, str]] = []
    taken: list[str] = []
    copied = 0
    for piece in _pieces(lines):
        given = _given(newer, piece.text(lines))
        known = texts.find(_KIND, given)
        rest += lines[copied : piece.first]
        copied = piece.last + 1
        if known is None:
            new.append((len(rest), given))
            rest += lines[piece.first : copied]
        else:
            indentation = " " * piece.width
            rest.append(f"{indentation}def {_STAND_IN}{len(taken)}():")
            # It needs the Python that the module needs.
            rest.append(f"{indentation}    " + ('f""' if newer else "pass"))
            taken.append(known)
    rest += lines[copied:]
    made = formatter("\n".join(rest)).split("\n")
    _keep(rest, made, new, texts)
    return "\n".join(_expanded(made, taken))


def find_definitions(text: str, texts: KnownTexts) -> None:
    """Finds the definitions of a `text` that was known as a whole, so that they are kept for the next compile."""
    lines = text.split("\n")
    if _can_be_divided(lines):
        for piece in _pieces(lines):
            for newer in (False, True):
                texts.find(_KIND, _given(newer, piece.text(lines)))


def _given(newer: bool, text: str) -> str:
    return f"{newer} {text}"


def _can_be_divided(lines: Sequence[str]) -> bool:
    """Has it no texts over several lines (but its docstring), and nothing like what stands for a definition?"""
    return not any(
        _STAND_IN in line or (number and ('"""' in line or "'''" in line))
        for number, line in enumerate(lines)
    )


def _keep(
    printed: Sequence[str], made: Sequence[str], new: Sequence[tuple[int, str]], texts: KnownTexts
) -> None:
    """Adds the new definitions, which begin at these lines of `printed`, as the formatter `made` them."""
    before, after = _definitions(printed), _definitions(made)
    if [each.name for each in before] != [each.name for each in after]:
        return
    found = {old.first: now for old, now in zip(before, after, strict=True)}
    for first, given in new:
        texts.keep(_KIND, given, found[first].text(made))


def _expanded(lines: Sequence[str], taken: Sequence[str]) -> list[str]:
    """`lines` with the definitions `taken` over in place of those that stand for them."""
    made: list[str] = []
    number = 0
    while number < len(lines):
        stand_in = _STAND_IN_LINE.fullmatch(lines[number])
        if stand_in:
            made.append(taken[int(stand_in[1])])
            number += 2
        else:
            made.append(lines[number])
            number += 1
    return made


def _pieces(lines: Sequence[str]) -> list[_Definition]:
    """The definitions that are taken over whole, none inside another."""
    found = _definitions(lines)
    pieces: list[_Definition] = []
    for number, each in enumerate(found):
        if pieces and each.first <= pieces[-1].last:
            continue
        has_inner = number + 1 < len(found) and found[number + 1].first <= each.last
        is_small = each.last - each.first < _MOST_LINES
        # A comment at the end may be about what follows.
        if (is_small or not has_inner) and not lines[each.last].lstrip().startswith("#"):
            pieces.append(each)
    return pieces


def _definitions(lines: Sequence[str]) -> list[_Definition]:
    """All functions of a text without texts over several lines, in the order of their beginnings."""
    found: list[_Definition] = []
    opened: list[tuple[str, int, int]] = []
    last = 0
    for number, line in enumerate([*lines, "end"]):
        if not line:
            continue
        width = len(line) - len(line.lstrip())
        if not line.startswith(_CLOSING, width):
            while opened and opened[-1][2] >= width:
                name, first, outer = opened.pop()
                found.append(_Definition(name, first, last, outer))
            head = _HEAD.match(line)
            if head:
                opened.append((head[1], number, width))
        last = number
    return sorted(found, key=lambda each: each.first)
