"""`describe`, `it` and their kin: the calls of a test file in, its tests out, in the order in which they stand there.

The names are those of busted, the test tool that Lua authors know. https://lunarmodules.github.io/busted/
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from ..errors import caller_position, library, library_error
from ..stdlib.arguments import ABSENT, check_string, type_error
from ..strings import to_text
from ..values import type_name


@dataclass
class Group:
    """A `describe`, or the file itself: what its tests share. `outer` is the group around it."""

    name: str = ""
    outer: Group | None = None
    before_each: list[Callable[[], Any]] = field(default_factory=list)
    after_each: list[Callable[[], Any]] = field(default_factory=list)

    def chain(self) -> list[Group]:
        """This group and those around it, outermost first."""
        return [*(self.outer.chain() if self.outer else ()), self]


@dataclass(frozen=True)
class CollectedTest:
    """One `it`; `function` is None for a test that is not to be run (`pending`, or `it` without a function)."""

    name: str
    group: Group
    line: int
    function: Callable[[], Any] | None

    @property
    def full_name(self) -> str:
        """The names of the groups around it and its own, separated by blanks."""
        names = [group.name for group in self.group.chain()]
        return " ".join(name for name in (*names, self.name) if name)


class Collector:
    """What a test file has declared so far."""

    def __init__(self) -> None:
        self.tests: list[CollectedTest] = []
        self.group = Group()


class _Current:
    collector: Collector | None = None


@contextmanager
def collecting() -> Iterator[Collector]:
    """Collects what is declared inside."""
    before, _Current.collector = _Current.collector, Collector()
    try:
        yield _Current.collector
    finally:
        _Current.collector = before


def _collector(function: str) -> Collector:
    if _Current.collector is None:
        raise library_error(f"{function}: tests are declared while their file is loaded, not later")
    return _Current.collector


def _check_function(number: int, value: Any) -> Callable[[], Any]:
    if type_name(value) != "function":
        raise type_error(number, "function", value)
    function: Callable[[], Any] = value
    return function


@library("test.describe")
def describe(name: Any = ABSENT, function: Any = ABSENT, *_: Any) -> tuple[()]:
    """`test.describe(name, function)`: a group of tests, which the function declares."""
    collector = _collector("test.describe")
    text, body = to_text(check_string(1, name)), _check_function(2, function)
    outer = collector.group
    collector.group = Group(text, outer)
    try:
        body()
    finally:
        collector.group = outer
    return ()


@library("test.it")
def it(name: Any = ABSENT, function: Any = None, *_: Any) -> tuple[()]:
    """`test.it(name, function?)`: a test, which passes when the function raises no error. Without a function it is pending."""
    body = None if function is None else _check_function(2, function)
    _add("test.it", to_text(check_string(1, name)), body)
    return ()


@library("test.pending")
def pending(name: Any = ABSENT, *_: Any) -> tuple[()]:
    """`test.pending(name, function?)`: a test that is not run, but shown."""
    _add("test.pending", to_text(check_string(1, name)), None)
    return ()


def _add(function: str, name: str, body: Callable[[], Any] | None) -> None:
    collector = _collector(function)
    line = caller_position().rpartition(": ")[0].rpartition(":")[2]
    collector.tests.append(CollectedTest(name, collector.group, int(line or 0), body))


@library("test.before_each")
def before_each(function: Any = ABSENT, *_: Any) -> tuple[()]:
    """`test.before_each(function)`: called before each test of this group and of the groups in it."""
    body = _check_function(1, function)
    _collector("test.before_each").group.before_each.append(body)
    return ()


@library("test.after_each")
def after_each(function: Any = ABSENT, *_: Any) -> tuple[()]:
    """`test.after_each(function)`: called after each test of this group, one that failed too."""
    body = _check_function(1, function)
    _collector("test.after_each").group.after_each.append(body)
    return ()
