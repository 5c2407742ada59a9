"""What Python refuses to read because it is nested too deeply: the exception in, the diagnostic about the source out.

Blocks that are too deep are split before (output/deep_blocks.py); what is left are functions in each other.
"""

from __future__ import annotations

from .analysis.walk import deepest
from .diagnostics import Diagnostic, language
from .output.unreadable import UnreadableText
from .syntax.nodes import Block, Chunk

REFUSALS = (SyntaxError, RecursionError, MemoryError, UnreadableText)
"""How Python and black say that a text is nested too deeply for them."""

_DEPTH_OF_BLOCKS, _DEPTH_OF_EXPRESSIONS = 18, 80
"""Python refuses 100 levels of indentation and 200 nested parentheses."""


def nested_too_deeply(chunk: Chunk, problem: Exception) -> Diagnostic | None:
    """Why Python or black cannot read what came out, when the source is nested as deeply as only generated code is."""
    place, depth = deepest(chunk.body)
    limit = _DEPTH_OF_BLOCKS if isinstance(place, Block) else _DEPTH_OF_EXPRESSIONS
    said = "too many" in str(problem) or isinstance(
        problem, RecursionError | MemoryError | UnreadableText
    )
    if depth < limit or not said:
        return None
    return language.too_deeply_nested(chunk.source, place)
