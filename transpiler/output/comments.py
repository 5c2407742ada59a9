"""Comments back in place: unparsed Python with stand-ins in, Python with the author's comments out.

Lowering puts a stand-in statement where comments or a blank line belong (`scope.marker`). Here each becomes `#`
lines at its indentation, or the end of the line before it. The text of a comment can only ever become `#` text: it
is split at every line break Python knows.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..lowering.scope import MARKER_PREFIX
from ..syntax.nodes import Comment

_STAND_IN = re.compile(rf"^(?P<indent> *){re.escape(MARKER_PREFIX)}(?P<kind>\w+) (?P<number>\d+)$")


def restore(code: str, comments: Sequence[tuple[Comment, ...]]) -> str:
    """`code` with every stand-in replaced."""
    lines: list[str] = []
    after_comment = False
    for line in _with_inner(code, comments).split("\n"):
        match = _STAND_IN.match(line)
        if match is None:
            # The printer's own empty lines; those around comments are the author's.
            if line or not (_opens_block(lines) or after_comment):
                lines.append(line)
            after_comment = False
        elif match["kind"] == "blank":
            lines.append("")
            after_comment = False
        elif match["kind"] == "trailing" and _takes_trailing(lines):
            lines[-1] += "  " + _joined(comments[int(match["number"])])
        else:
            found = comments[int(match["number"])]
            lines += [match["indent"] + text if text else "" for text in _comment_lines(found)]
            after_comment = True
    return "\n".join(lines)


_INNER_STAND_IN = re.compile(
    rf"(?:\*\*)?{re.escape(MARKER_PREFIX)}(?P<kind>above|behind) (?P<number>\d+)"
    rf"(?:: {re.escape(MARKER_PREFIX)}\w+ \d+)?(?:, )?"
)


def has_inner(code: str) -> bool:
    """Are there stand-ins between the elements of expressions, each of which will end a line?"""
    return _INNER_STAND_IN.search(code) is not None


def _with_inner(code: str, comments: Sequence[tuple[Comment, ...]]) -> str:
    if not has_inner(code):
        return code
    return "\n".join(_divided(line, comments) for line in code.split("\n"))


def _divided(line: str, comments: Sequence[tuple[Comment, ...]]) -> str:
    """A statement with its inner comments, whose further lines are indented more than its first."""
    indentation = "\n" + " " * (len(line) - len(line.lstrip()) + 4)

    def text(match: re.Match[str]) -> str:
        found = comments[int(match["number"])]
        if not found:
            return ""
        if match["kind"] == "behind":
            return f" {_joined(found)}{indentation}"
        return indentation.join(["", *_comment_lines(found), ""])

    return _INNER_STAND_IN.sub(text, line)


def _takes_trailing(lines: list[str]) -> bool:
    """Is the line before one statement of its own, so that a comment at its end belongs to it?"""
    return (
        bool(lines)
        and bool(lines[-1].strip())
        and not lines[-1].rstrip().endswith(":")
        and "  # " not in lines[-1]
    )


def _opens_block(lines: list[str]) -> bool:
    return bool(lines) and lines[-1].endswith(":")


def _comment_lines(comments: Sequence[Comment]) -> list[str]:
    lines: list[str] = []
    next_line = None
    for comment in comments:
        if next_line is not None and comment.line > next_line:
            lines.append("")
        lines += [_hashed(line) for line in _lines(comment)]
        next_line = comment.line + comment.text.count("\n") + 1
    return lines


def _joined(comments: Sequence[Comment]) -> str:
    return _hashed(" ".join(line.strip() for comment in comments for line in _lines(comment)))


def _lines(comment: Comment) -> list[str]:
    text = comment.text.encode("latin-1").decode("utf-8", "replace")
    lines = text.splitlines() or [""]
    if comment.is_block:
        while lines and not lines[0].strip():
            lines.pop(0)
        while lines and not lines[-1].strip():
            lines.pop()
        margin = min(
            (len(line) - len(line.lstrip()) for line in lines[1:] if line.strip()), default=0
        )
        lines = [lines[0].strip(), *(line[margin:] for line in lines[1:])] if lines else []
    # A null or other control character would end or garble the line for Python's tokenizer.
    return [
        "".join(c if c.isprintable() or c == "\t" else "\N{REPLACEMENT CHARACTER}" for c in line)
        for line in lines
    ]


_TOOL_WORDS = re.compile(
    r"\s*(type:|fmt:|noqa|isort:|mypy:|pyright:|ruff:|pragma:|pylint:|black:|!)"
)


def _hashed(line: str) -> str:
    """A comment line in Python's manner; Lua's third dash of a doc comment goes, rulers stay."""
    text = line.rstrip()
    if text.startswith("-") and text.strip("-"):
        text = text[1:]
    if _TOOL_WORDS.match(text):
        text = f" --{text}"  # else it would mean something to Python's tools
    return f"#{text}" if not text or text[0] in " \t" else f"# {text}"
