"""What a program being written knows: the random numbers, the variables in sight, and where the text will stand.

In: a seed. Every choice comes from `State.random`, so that a seed always gives the same program.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final, TypeVar

_Item = TypeVar("_Item")

KINDS: Final = ("int", "float", "str", "bool", "list", "record", "object", "func", "nil")
"""What a variable is meant to hold. It is a wish, not a promise: programs go wrong on purpose now and then."""

_PLAIN_NAMES = tuple("abcxytnsf")
_ODD_NAMES = (
    *("_", "__", "_2", "self", "None", "is", "class", "lambda", "def", "value", "receiver", "args"),
    *("container", "key", "first", "index", "add", "l", "O", "main", "ENV", "str", "list", "int"),
    *("len", "range", "i", "x", "x_2", "function_2", "LuaTable", "truthy", "Any", "numeric_for"),
)


@dataclass(eq=False)
class Variable:
    """A name in sight. A `fixed` one is never assigned again (constants, counters of `while` loops).

    `parameters` and `results` are kinds, for functions."""

    name: str
    kind: str
    fixed: bool = False
    parameters: tuple[str, ...] = ()
    results: tuple[str, ...] = ()


@dataclass(eq=False)
class Frame:
    """The function being written: may it use `...`, is a loop around the next statement, how deep does it nest?"""

    is_vararg: bool
    loops: int = 0
    level: int = 0


@dataclass(eq=False)
class State:
    """`mistakes` is the chance that an operand is of a wrong kind; `show` says that `show` is declared."""

    random: random.Random
    mistakes: float
    show: bool
    names: Sequence[str]
    visible: list[Variable] = field(default_factory=list)
    frames: list[Frame] = field(default_factory=lambda: [Frame(is_vararg=True)])
    budget: int = 30
    body: Callable[[State, int], str] = lambda state, size: ""
    labels: int = 0

    @staticmethod
    def from_seed(seed: int) -> State:
        source = random.Random(seed)
        names = _PLAIN_NAMES if source.random() < 0.6 else (*source.sample(_ODD_NAMES, 7), "a", "x")
        return State(source, source.choice((0.01, 0.03, 0.08)), source.random() < 0.3, names)

    @property
    def frame(self) -> Frame:
        return self.frames[-1]

    def chance(self, probability: float) -> bool:
        return self.random.random() < probability

    def choose(self, items: Sequence[_Item]) -> _Item:
        return self.random.choice(items)

    def new_name(self) -> str:
        return self.choose(self.names)

    def declare(self, variable: Variable) -> Variable:
        self.visible.append(variable)
        return variable

    def in_sight(self) -> list[Variable]:
        """The variables that a name would reach now, shadowed ones left out."""
        by_name = {variable.name: variable for variable in self.visible}
        return list(by_name.values())

    def pick(self, *kinds: str, assignable: bool = False) -> Variable | None:
        """A variable of one of `kinds` (of any without), None when there is none."""
        found = [
            variable
            for variable in self.in_sight()
            if (not kinds or variable.kind in kinds) and not (assignable and variable.fixed)
        ]
        return self.choose(found) if found else None

    @contextmanager
    def block(self) -> Iterator[None]:
        """What is declared inside is out of sight afterwards."""
        count = len(self.visible)
        yield
        del self.visible[count:]

    @contextmanager
    def function(self, is_vararg: bool) -> Iterator[None]:
        self.frames.append(Frame(is_vararg, level=self.frame.level + 1))
        with self.block():
            yield
        self.frames.pop()

    @contextmanager
    def loop(self) -> Iterator[None]:
        self.frame.loops += 1
        with self.block():
            yield
        self.frame.loops -= 1
