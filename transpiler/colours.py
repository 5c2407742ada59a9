"""Colours on a terminal: whether a stream gets them, and the codes. https://no-color.org"""

from __future__ import annotations

import os
from typing import TextIO

RED, YELLOW, BLUE, GREEN, BOLD = "31;1", "33;1", "34;1", "32;1", "1"


def wants_colour(stream: TextIO) -> bool:
    """Only a terminal gets colours, and not where NO_COLOR says no; FORCE_COLOR gives them to any stream."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def paint(text: str, colour: str | None) -> str:
    """`text` in the colour, as it is for None."""
    return text if colour is None or not text else f"\x1b[{colour}m{text}\x1b[0m"
