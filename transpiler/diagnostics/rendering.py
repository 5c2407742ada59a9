"""Diagnostic in, text for a person out."""

from __future__ import annotations

from ..syntax.source import Source
from .model import Diagnostic


def render(diagnostic: Diagnostic) -> str:
    """The text shown to a person: location, code and message, the source line with a caret, notes and help."""
    lines = [
        f"{diagnostic.location}: {diagnostic.severity.value}[{diagnostic.code}]: {diagnostic.message}"
    ]
    if diagnostic.source is not None:
        lines += _excerpt(diagnostic.source, diagnostic.start, diagnostic.end)
    lines += [f"  note: {note}" for note in diagnostic.notes]
    if diagnostic.help:
        lines.append(f"  help: {diagnostic.help}")
    return "\n".join(lines)


def _excerpt(source: Source, start: int, end: int) -> list[str]:
    position = source.position(start)
    text = source.line_text(position.line)
    # A span that goes on past its first line is underlined to the end of that line.
    finish = source.position(end)
    last_column = finish.column if finish.line == position.line else len(text) + 1
    # Tabs are kept in the padding, so that the caret stands under its character whatever the tab width.
    padding = "".join(
        "\t" if character == "\t" else " " for character in text[: position.column - 1]
    )
    carets = "^" * max(1, last_column - position.column)
    number = str(position.line)
    gutter = " " * len(number)
    return [f" {number} | {text}", f" {gutter} | {padding}{carets}"]
