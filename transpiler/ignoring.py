"""Diagnostics that the author silences: `-- assay: ignore[AY301] reason`, behind the line it is about or on the line above.

In: the comments of the sources and their diagnostics. Out: the diagnostics that are left, with what is wrong with such comments:
one without a reason, one for what cannot be silenced, one that nothing needs. Warnings can be silenced, and AY301.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from .diagnostics import Diagnostic, Severity
from .diagnostics import workflows as catalogue
from .syntax.nodes import Chunk, Comment
from .syntax.source import Source

_DIRECTIVE = re.compile(r"\s*assay:\s*ignore\s*\[([^\]]*)\](.*)", re.DOTALL)
_SILENCEABLE_ERRORS = frozenset({"AY301"})


@dataclass(eq=False)
class _Ignore:
    """One comment: it silences the diagnostics `codes` on `line`."""

    source: Source
    comment: Comment
    line: int
    codes: tuple[str, ...]
    reason: str
    used: set[str] = field(default_factory=set)

    def silences(self, diagnostic: Diagnostic) -> bool:
        source = diagnostic.source
        if source is not self.source or diagnostic.code not in self.codes:
            return False
        return source.line_at(diagnostic.start) == self.line


def without_ignored(chunks: Iterable[Chunk], diagnostics: list[Diagnostic]) -> list[Diagnostic]:
    """`diagnostics` but for those that a comment silences, and those about such comments."""
    ignores = [ignore for chunk in chunks for ignore in _found(chunk)]
    left = []
    for diagnostic in diagnostics:
        ignore = next((i for i in ignores if i.silences(diagnostic)), None)
        if ignore is None:
            left.append(diagnostic)
            continue
        ignore.used.add(diagnostic.code)
        if not _is_silenceable(diagnostic):
            left += [
                diagnostic,
                catalogue.cannot_be_ignored(ignore.source, ignore.comment, diagnostic.code),
            ]
    for ignore in ignores:
        if not ignore.reason:
            left.append(catalogue.ignored_without_reason(ignore.source, ignore.comment))
        for code in ignore.codes:
            if code not in ignore.used:
                left.append(catalogue.nothing_to_ignore(ignore.source, ignore.comment, code))
    return left


def _is_silenceable(diagnostic: Diagnostic) -> bool:
    return diagnostic.severity is Severity.WARNING or diagnostic.code in _SILENCEABLE_ERRORS


def _found(chunk: Chunk) -> Iterator[_Ignore]:
    for comment in _comments(chunk):
        found = _DIRECTIVE.match(comment.text)
        if found is None:
            continue
        line = comment.line
        if comment.own_line:
            line = _next_line_of_code(chunk.source, chunk.source.line_at(comment.end))
        codes = tuple(code for each in found[1].split(",") if (code := each.strip()))
        yield _Ignore(chunk.source, comment, line, codes or ("",), found[2].strip())


def _comments(chunk: Chunk) -> Iterator[Comment]:
    for attached in chunk.comments.values():
        yield from (*attached.leading, *attached.trailing)
    for comments in chunk.dangling.values():
        yield from comments


def _next_line_of_code(source: Source, line: int) -> int:
    last = len(source.line_starts)
    for following in range(line + 1, last + 1):
        text = source.line_text(following).strip()
        if text and not text.startswith("--"):
            return following
    return last
