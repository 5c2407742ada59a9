"""Real Lua's random numbers: the generator xoshiro256**, seeded and projected as lmathlib.c does (manual 6.7, math.random).

`math.randomseed(42); math.random(1, 100)` gives the numbers that real Lua gives.
"""

from __future__ import annotations

import secrets
from typing import Final

from ..numbers import wrap

_MASK: Final = (1 << 64) - 1
_DISCARDED: Final = 16
"""How many numbers are drawn and thrown away after seeding."""


def _rotate_left(value: int, count: int) -> int:
    return ((value << count) | (value >> (64 - count))) & _MASK


class Generator:
    """One stream of random numbers; begins with a random seed."""

    __slots__ = ("_state",)

    def __init__(self) -> None:
        self.seed(secrets.randbits(64), secrets.randbits(64))

    def seed(self, first: int, second: int) -> None:
        """Starts the stream that these two integers (taken as 64 bits) stand for."""
        self._state = [first & _MASK, 0xFF, second & _MASK, 0]
        for _ in range(_DISCARDED):
            self.next_bits()

    def next_bits(self) -> int:
        """The next 64 random bits."""
        s0, s1, s2, s3 = self._state
        s2 ^= s0
        s3 ^= s1
        result = (_rotate_left((s1 * 5) & _MASK, 7) * 9) & _MASK
        self._state = [s0 ^ s3, s1 ^ s2, s2 ^ ((s1 << 17) & _MASK), _rotate_left(s3, 45)]
        return result

    def next_float(self) -> float:
        """A float from 0 up to, not including, 1: the highest 53 bits."""
        return (self.next_bits() >> 11) * 2.0**-53

    def next_integer(self, low: int, high: int) -> int:
        """An integer from `low` to `high`, both included, all equally likely."""
        span = (high - low) & _MASK
        bits = self.next_bits()
        # Real Lua draws again until the number fits, rather than favour some by a remainder.
        mask = (1 << span.bit_length()) - 1
        while (bits := bits & mask) > span:
            bits = self.next_bits()
        return wrap(low + bits)
