"""Random numbers of a workflow: the same on replay, with the generator and the projections of real Lua.

Each use has a stream of its own (`ctx:random`, `ctx:uuid`, `math.random`), so that one more draw here changes nothing there. A
stream starts from the run's seed, which survives a reset, and its name. Source: temporalio.workflow.random_seed.
"""

from __future__ import annotations

import hashlib
import uuid
from typing import Any

from temporalio import workflow

from ..errors import library, library_error
from ..numbers import wrap
from ..stdlib import math
from ..stdlib.arguments import check_integer, opt_integer
from ..stdlib.numeric import draw
from ..stdlib.random import Generator


class RandomStreams:
    """The streams of one run, by name."""

    def __init__(self) -> None:
        self._streams: dict[str, tuple[int | None, Generator]] = {}

    def stream(self, name: str) -> Generator:
        """The stream called `name`; a Lua error in a query or validator, whose draws would be missing on replay."""
        if workflow.unsafe.is_read_only():
            raise library_error("no random numbers in a query or validator: they would not replay")
        seed = workflow.random_seed()
        found = self._streams.get(name)
        if found is None or found[0] not in (None, seed):  # a reset gives a new seed
            generator = Generator()
            generator.seed(*_seeds(seed, name))
            found = self._streams[name] = (seed, generator)
        return found[1]

    def reseed(self, name: str, first: int, second: int) -> None:
        """Starts the stream called `name` anew, from seeds of the author's choice."""
        generator = self.stream(name)
        generator.seed(first, second)
        self._streams[name] = (None, generator)

    def uuid(self) -> str:
        """A random UUID (version 4) as text."""
        generator = self.stream("ctx.uuid")
        bits = generator.next_bits() << 64 | generator.next_bits()
        return str(uuid.UUID(int=bits, version=4))


def _seeds(seed: int, name: str) -> tuple[int, int]:
    digest = hashlib.sha256(f"{seed}:{name}".encode()).digest()
    return int.from_bytes(digest[:8], "big"), int.from_bytes(digest[8:16], "big")


def _streams() -> RandomStreams:
    streams: RandomStreams = workflow.instance().random_streams
    return streams


@library("math.random")
def math_random(*bounds: Any) -> int | float:
    """`math.random(...)`: of the run's stream in a workflow, the standard one elsewhere (in code that activities run too)."""
    if not workflow.in_workflow():
        return math.random(*bounds)
    return draw(_streams().stream("math.random"), bounds)


@library("math.randomseed")
def math_randomseed(*seeds: Any) -> tuple[int, int]:
    """`math.randomseed(x?, y?)`: starts the run's stream of `math.random` anew; without arguments from its own numbers."""
    if not workflow.in_workflow():
        return math.randomseed(*seeds)
    streams = _streams()
    if seeds:
        first = check_integer(1, seeds[0])
        second = opt_integer(2, seeds[1] if len(seeds) > 1 else None, 0)
    else:
        generator = streams.stream("math.random")
        first, second = wrap(generator.next_bits()), wrap(generator.next_bits())
    streams.reseed("math.random", first, second)
    return (first, second)
