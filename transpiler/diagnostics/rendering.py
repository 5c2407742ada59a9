"""Diagnostic in, text for a person out."""

from __future__ import annotations

import unicodedata

from ..colours import BLUE, BOLD, GREEN, RED, YELLOW, paint
from ..syntax.source import Source
from .model import Diagnostic, Severity

_TAB_WIDTH = 4
_COLOURS = {Severity.ERROR: RED, Severity.WARNING: YELLOW}


def render(diagnostic: Diagnostic, *, colour: bool = False) -> str:
    """The text shown to a person: location, code and message, the source line with a caret, notes and help."""

    def painted(text: str, code: str) -> str:
        return paint(text, code if colour else None)

    shown = f"{diagnostic.severity.value}[{diagnostic.code}]"
    lines = [
        f"{painted(diagnostic.location, BOLD)}: {painted(shown, _COLOURS[diagnostic.severity])}: "
        + painted(diagnostic.message, BOLD)
    ]
    if diagnostic.source is not None:
        gutter, text, carets = _excerpt(diagnostic.source, diagnostic.start, diagnostic.end)
        lines.append(f" {painted(gutter, BLUE)} {painted('|', BLUE)} {text}".rstrip(" "))
        padding = " " * (len(carets) - len(carets.lstrip(" ")))
        under = padding + painted(carets.strip(" "), _COLOURS[diagnostic.severity])
        lines.append(f" {' ' * len(gutter)} {painted('|', BLUE)} {under}")
    lines += [f"  {painted('note', BLUE)}: {note}" for note in diagnostic.notes]
    if diagnostic.help:
        lines.append(f"  {painted('help', GREEN)}: {diagnostic.help}")
    return "\n".join(lines)


def _excerpt(source: Source, start: int, end: int) -> tuple[str, str, str]:
    """Line number, line, and carets under the span, as a terminal shows them."""
    position = source.position(start)
    text = source.line_text(position.line)
    # A span that goes on past its first line is underlined to the end of that line.
    finish = source.position(end)
    last = finish.column - 1 if finish.line == position.line else len(text)
    first = position.column - 1
    before = _shown(text[:first])
    inside = _shown(text[first:last], _width(before))
    after = _shown(text[last:], _width(before) + _width(inside))
    carets = " " * _width(before) + "^" * max(1, _width(inside))
    return str(position.line), before + inside + after, carets


def _shown(text: str, column: int = 0) -> str:
    """`text` from that column on: tabs as the blanks they stand for, control characters as pictures of themselves."""
    made = []
    for character in text:
        if character == "\t":
            shown = " " * (_TAB_WIDTH - column % _TAB_WIDTH)
        elif ord(character) < 0x20:
            shown = chr(0x2400 + ord(character))
        else:
            shown = "\N{REPLACEMENT CHARACTER}" if "\x7f" <= character <= "\x9f" else character
        made.append(shown)
        column += _width(shown)
    return "".join(made)


def _width(text: str) -> int:
    """How many columns of a terminal `text` takes: East Asian wide characters two, combining marks none."""
    if text.isascii():
        return len(text)
    return sum(map(_character_width, text))


def _character_width(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
