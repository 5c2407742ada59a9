"""What the user sees: diagnostics and remarks in, text on standard error or a document for machines out.

Diagnostics in the format `text` go to standard error as they come. Those of the other formats are collected, because their
documents are written once, and go to standard output, or to standard error where standard output holds the result itself.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import TextIO

from .colours import wants_colour
from .diagnostics import Diagnostic, Severity, render


class Console:
    """Everything a command says goes through here."""

    def __init__(
        self, format: str = "text", *, quiet: bool = False, result_on_stdout: bool = False
    ) -> None:
        self._format = format
        self._quiet = quiet
        self._document: TextIO = sys.stderr if result_on_stdout else sys.stdout
        self._found: list[Diagnostic] = []

    def show(self, diagnostics: Iterable[Diagnostic]) -> None:
        """Shows diagnostics; of a quiet command only the errors."""
        for one in diagnostics:
            if self._quiet and one.severity is not Severity.ERROR:
                continue
            if self._format == "text":
                print(render(one, colour=wants_colour(sys.stderr)), file=sys.stderr)
            else:
                self._found.append(one)

    def say(self, text: str) -> None:
        """A remark, on standard error; nothing for a quiet command."""
        if not self._quiet:
            print(text, file=sys.stderr)

    def finish(self) -> None:
        """Writes the document of a format for machines, which says that there is nothing when there is nothing."""
        if self._format == "text":
            return
        from .diagnostics.formats import FORMATTERS

        self._document.write(FORMATTERS[self._format](self._found))
        self._document.flush()
        self._found = []


def count(number: int, word: str) -> str:
    """`number` and `word`, with an s where English has one."""
    return f"{number} {word}{'' if number == 1 else 's'}"
