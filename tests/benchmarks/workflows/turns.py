"""Figures of several turns, and how a line of the table says them.

The variants take turns, each turn in another order. Every turn gives a ratio; the median of these is what counts, because what
else the machine and the server do comes and goes: single turns differ by a tenth and more, and comparing the best turn of each
variant lets the luckiest one decide.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Sequence
from typing import TypeVar

from variants import VARIANTS

HEADER = f"{'':<28}{'unit':<25}{''.join(f'{variant:>11}' for variant in VARIANTS)}" + "".join(
    f"{'/' + other:>12} (least to greatest)" for other in VARIANTS[1:]
)

_Item = TypeVar("_Item")


class Turns:
    """One figure of the variants: `add` what a turn gave, then print `line()`."""

    def __init__(self, name: str, unit: str) -> None:
        self._label = f"{name:<28}{unit:<25}"
        self._values: dict[str, list[float]] = {}

    def add(self, variant: str, value: float) -> None:
        self._values.setdefault(variant, []).append(value)

    def line(self) -> str:
        """Medians of the figures, and of the ratios of compiled to the others with their least and greatest."""
        cells = [
            (
                f"{statistics.median(self._values[variant]):>11.2f}"
                if variant in self._values
                else " " * 11
            )
            for variant in VARIANTS
        ]
        ratios = [self._ratio(other) for other in VARIANTS[1:] if other in self._values]
        return self._label + "".join(cells + ratios)

    def _ratio(self, other: str) -> str:
        pairs = zip(self._values[VARIANTS[0]], self._values[other], strict=True)
        ratios = [compiled / value for compiled, value in pairs]
        return (
            f"{statistics.median(ratios):>12.2f}{f' ({min(ratios):.2f} to {max(ratios):.2f})':<20}"
        )


def in_turn(items: Sequence[_Item], turns: int) -> Iterator[_Item]:
    """Each of `items`, `turns` times; each time another one is the first."""
    for turn in range(turns):
        start = turn % len(items)
        yield from items[start:]
        yield from items[:start]
