"""What black refuses to read, told without loading black."""

from __future__ import annotations


class UnreadableText(ValueError):
    """Black cannot read a generated text: a bug of ours, or it is nested too deeply."""
