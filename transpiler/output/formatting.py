"""Python text in, the same formatted by black out, exactly as `black` leaves it.

`black.format_str` formats everything twice: a trailing comma that the first pass adds where it splits a statement may change what
the second makes of that statement. So only split statements are given to a second pass here, each below an `if` for each level of
indentation; all others cannot change. That is most of the time of a compile. When a split statement does change, or stands where it
cannot be taken out, the whole text gets its second pass. tests/output/test_formatting.py compares with `black.format_str`.
"""

from __future__ import annotations

import re
from typing import Final

import black
from black.parsing import InvalidInput

from .unreadable import UnreadableText

_MODE: Final = black.Mode(line_length=88)
"""Black's own default, so that the output is as black, and linters that agree with it, leave it."""

_INDENTATION: Final = 4
_OPENING, _CLOSING = ("(", "[", "{"), (")", "]", "}")
_DEPENDS_ON_REST: Final = re.compile(r"\s*(?:except|else|finally|case|match)\b|\s*@")
"""What black makes of these depends on the versions of Python that the other statements need, or on a statement around. (So do
commas after `*rest`, but where a version allows one the first pass has added it, from which the version is seen again.)"""


_HAS_MORE_TOKENS: Final = re.compile(r",\n\s*[)\]}]|(?<![\w)\]}])\(\n|#")
"""A comma at the end, which black may have added, or a parenthesis that is no call's. Without these the second pass reads the very
tokens that the first did."""


def formatted(text: str) -> str:
    """`text` as `black.format_str` formats it. Raises UnreadableText."""
    try:
        return _formatted(text)
    except InvalidInput as problem:
        raise UnreadableText(str(problem)) from problem


def _formatted(text: str) -> str:
    once = black._format_str_once(text, mode=_MODE)
    if once == text:
        return once
    split = _split_statements(once)
    if split is not None and (not split or _is_stable(split)):
        return once
    return black._format_str_once(once, mode=_MODE)


def _is_stable(text: str) -> bool:
    try:
        again = black._format_str_once(text, mode=_MODE)
    except InvalidInput:
        return False
    return _without_empty_lines(again) == _without_empty_lines(text)


def _without_empty_lines(text: str) -> list[str]:
    """Empty lines depend on what stands around a statement."""
    return [line for line in text.splitlines() if line.strip()]


def _split_statements(text: str) -> str | None:
    """A text of the statements (and heads of blocks) of a formatted text that black has split; None when that cannot be done."""
    lines = text.splitlines()
    made: list[str] = []
    depth = 0
    number = 0
    while number < len(lines):
        line = lines[number]
        if not line.endswith(_OPENING):
            number += 1
            continue
        width = len(line) - len(line.lstrip())
        end = _last_line(lines, number, width)
        statement = "\n".join(lines[number : end + 1]) if end is not None else ""
        if end is None or width % _INDENTATION or _DEPENDS_ON_REST.match(statement):
            return None
        number = end + 1
        if not _HAS_MORE_TOKENS.search(statement):
            continue
        if width != depth:
            made += [" " * each + "if x:" for each in range(0, width, _INDENTATION)]
            depth = width
        if line.lstrip().startswith("elif"):
            made += [" " * width + "if x:", " " * width + "    pass"]
        made.append(statement)
        if lines[end].endswith(":"):
            made.append(" " * width + "    pass")
    return "\n".join(made) + "\n" if made else ""


def _last_line(lines: list[str], first: int, width: int) -> int | None:
    """The index of the line that ends the statement whose first line, indented by `width`, ends with an opening bracket."""
    for number in range(first + 1, len(lines)):
        line = lines[number]
        indented = len(line) - len(line.lstrip())
        if not line or indented > width:
            continue
        if indented < width or not line.startswith(_CLOSING, width):
            return None
        if not line.endswith(_OPENING):
            return number
    return None
