"""A diagnostic: a user's error as data, with its code and place.

Every diagnostic is made by a factory of the catalogue (the sibling modules, one a family), never from loose text,
so that tests refer to factories and a code means one thing for ever. The families:

- AY0xx  input and output files, command line
- AY1xx  syntax: what real Lua's compiler refuses as well
- AY2xx  language: valid Lua that this compiler does not support (yet), or a likely mistake
- AY3xx  workflows: what would break on replay, and misuse of `ctx`
- AY4xx  workers: what `temporal.worker` is given
- AY5xx  clients: calls of the Temporal clients
- AY9xx  internal errors: a bug of ours
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

from ..syntax.source import Source

if TYPE_CHECKING:
    # Not at run time: a command that compiles nothing need not load the syntax tree.
    from ..syntax.nodes import Node


class Severity(Enum):
    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True)
class Diagnostic:
    """One message to the user. `start` and `end` are offsets into `source.text`; without a source it is about a
    file."""

    code: str
    severity: Severity
    message: str
    help: str | None = None
    source: Source | None = None
    start: int = 0
    end: int = 0
    file: str | None = None
    notes: tuple[str, ...] = field(default=())

    @property
    def location(self) -> str:
        """`file.lua:LINE:COLUMN`, or the file alone."""
        if self.source is None:
            return self.file or "assay-compile"
        position = self.source.position(self.start)
        return f"{self.source.name}:{position.line}:{position.column}"


class CompileError(Exception):
    """Raised by a stage that cannot go on; carries all diagnostics found so far."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics = tuple(diagnostics)
        super().__init__(
            "; ".join(
                f"{d.location}: {d.severity.value}[{d.code}]: {d.message}" for d in self.diagnostics
            )
        )


def has_errors(diagnostics: Iterable[Diagnostic]) -> bool:
    return any(diagnostic.severity is Severity.ERROR for diagnostic in diagnostics)


def in_reading_order(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Whichever stage found them: by place in each file, the files in the order in which they come up."""
    found = list(diagnostics)
    files: dict[str | None, int] = {}
    for one in found:
        files.setdefault(one.source.name if one.source else one.file, len(files))
    return sorted(
        found, key=lambda one: (files[one.source.name if one.source else one.file], one.start)
    )


def error(
    code: str, message: str, source: Source, node: Node, help: str | None = None
) -> Diagnostic:
    """A diagnostic of severity error about `node`."""
    return Diagnostic(code, Severity.ERROR, message, help, source, node.start, node.end)


def warning(
    code: str, message: str, source: Source, node: Node, help: str | None = None
) -> Diagnostic:
    """A diagnostic of severity warning about `node`."""
    return Diagnostic(code, Severity.WARNING, message, help, source, node.start, node.end)
