"""Patterns in the extension: each function finds what its Python twin finds, whatever the pattern and the subject are."""

from __future__ import annotations

import signal
from typing import Any

import pytest
from assay.runtime import LuaError, LuaTable, iterate
from assay.runtime.accelerator import pure
from assay.runtime.stdlib import matching
from assay.runtime.stdlib.basic import lua_type, setmetatable
from assay.runtime.stdlib.patterns import native_items
from hypothesis import given, settings
from hypothesis import strategies as some

from .differential import VALUES, assert_same, needs_extension, outcome, shown

_SETS = [
    "a",
    "b",
    ".",
    "%a",
    "%d",
    "%s",
    "%w",
    "%A",
    "[ab]",
    "[^a]",
    "[b-z%d]",
    "[%]-]",
    "é",
    "%.",
    "[%z\x80-ÿ]",
]
_PIECES = some.one_of(
    some.builds(str.__add__, some.sampled_from(_SETS), some.sampled_from(["", "", *"*+-?"])),
    some.sampled_from(["(", ")", "()", "%1", "%2", "$", "^", "%bab", "%b()", '%b""', "%f[%w]"]),
    some.sampled_from(["%f[^%w]", "%f[%z]", "%f", "[", "%", "%b", "[a"]),
    some.builds(lambda inner, end: f"({inner}{end})", some.sampled_from(_SETS), some.just("+")),
)
_PATTERNS = some.builds(
    lambda anchor, pieces: anchor + "".join(pieces),
    some.sampled_from(["", "", "^"]),
    some.lists(_PIECES, max_size=6),
)
_SUBJECTS = some.one_of(
    some.text("ab1 .()", max_size=12), some.text('ab \xe9\0\xff"]-', max_size=12)
)
_POSITIONS = some.one_of(
    some.none(), some.integers(-14, 14), some.sampled_from([2**63 - 1, -(2**63), "2", 2.0, True])
)
_PLENTY = settings(max_examples=400, deadline=None)


@needs_extension
@_PLENTY
@given(subject=_SUBJECTS, pattern=_PATTERNS, start=_POSITIONS, plain=some.sampled_from([None, 1]))
def test_find_and_match(subject: str, pattern: str, start: Any, plain: Any) -> None:
    assert_same(matching.find, [subject, pattern, start, plain])
    assert_same(matching.find, [subject, pattern])
    assert_same(matching.match, [subject, pattern, start])
    assert_same(matching.match, [subject, pattern])


def _all_matches(gmatch: Any, *arguments: Any) -> list[str]:
    try:
        iterator = gmatch(*arguments)
    except LuaError as error:
        return [str(error)]
    return [outcome(iterator, [None, None]) for _ in range(16)]


def _loop(gmatch: Any, loop: Any, count: int, *arguments: Any) -> list[str]:
    found = []
    try:
        for values in loop(gmatch(*arguments), count=count):
            found.append(shown(values))
    except LuaError as error:
        found.append(str(error))
    return found


@needs_extension
@_PLENTY
@given(subject=_SUBJECTS, pattern=_PATTERNS, start=_POSITIONS, count=some.integers(1, 3))
def test_gmatch(subject: str, pattern: str, start: Any, count: int) -> None:
    ours, twin = matching.gmatch, pure(matching.gmatch)
    assert _all_matches(ours, subject, pattern, start) == _all_matches(
        twin, subject, pattern, start
    )
    assert _loop(ours, iterate, count, subject, pattern) == _loop(
        twin, pure(iterate), count, subject, pattern
    )


def _shout(*captures: Any) -> Any:
    return "".join(str(capture).upper() for capture in captures), "not used"


def _fail(*captures: Any) -> Any:
    raise LuaError(captures[0])


_FIELDS = {"a": "1", "b": 2, "ab": 1.5, "1": False, " ": LuaTable(), 2: "two", "": "\xe9"}
_REPLACEMENTS = some.one_of(
    some.sampled_from(
        ["", "x", "%0", "<%1>", "%2%1", "100%%", "%", "%a", "%9", "\xe9%0\0", 7, 1.5]
    ),
    some.sampled_from([_shout, _fail, lambda *_: None, lambda *_: (), lambda *_: 12, _fail]),
    some.sampled_from([lambda *_: False, lambda *_: True, lambda *_: (1.5, 2), LuaTable()]),
    some.builds(lambda: LuaTable(_FIELDS)),
    some.builds(lambda: setmetatable(LuaTable(), LuaTable({"__index": LuaTable(_FIELDS)}))),
    some.builds(
        lambda: setmetatable(LuaTable(), LuaTable({"__index": lambda _, key: "k" + str(key)}))
    ),
    some.one_of(some.none(), some.booleans()),
)


@needs_extension
@_PLENTY
@given(subject=_SUBJECTS, pattern=_PATTERNS, replacement=_REPLACEMENTS, most=_POSITIONS)
def test_gsub(subject: str, pattern: str, replacement: Any, most: Any) -> None:
    assert_same(matching.gsub, [subject, pattern, replacement, most])
    assert_same(matching.gsub, [subject, pattern, replacement])


@needs_extension
@settings(max_examples=300, deadline=None)
@given(some.lists(some.one_of(VALUES, some.sampled_from(["a", "abc", "%a"])), max_size=5))
def test_arguments_of_all_kinds(arguments: list[Any]) -> None:
    for function in (matching.find, matching.match, matching.gsub):
        assert_same(function, list(arguments))
    assert _all_matches(matching.gmatch, *arguments) == _all_matches(
        pure(matching.gmatch), *arguments
    )


@needs_extension
def test_functions_called_in_the_middle_of_gsub_may_use_patterns() -> None:
    def nested(word: str) -> str:
        for number in range(600):  # more than the extension remembers
            assert (
                matching.find(word, f"{word}$", 1) == (1, len(word))
                and matching.match(word, f"^{number}") is None
            )
        return matching.gsub(word, ".", {"a": "1"}.get)[0] + "!"

    assert matching.gsub("a b ab", "%a+", nested) == ("1! b! 1b!", 3)


def test_gmatch_gives_a_function() -> None:
    assert lua_type(matching.gmatch("a", "a")) == "function"


@pytest.mark.parametrize(
    ("subject", "pattern"),
    [
        ("a" * 20_000, "a*b"),
        ("x " * 10_000, "(%w+)=(%w*)"),
        (" " * 20_000 + "x" + " " * 20_000, "^%s*(.-)%s*$"),
    ],
)
def test_runs_are_not_tried_again_from_inside(subject: str, pattern: str) -> None:
    """Where nothing else can follow; real Lua takes a time that grows with the square."""
    found = matching.find(subject, pattern)
    assert found is None or found[0] == 1


@needs_extension
@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="the system has no timers")
def test_a_pattern_that_takes_for_ever_can_be_interrupted() -> None:
    def stop(*_: Any) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, 0.2)
    try:
        with pytest.raises(KeyboardInterrupt):
            matching.find("a" * 100, "a-" * 30 + "c")
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@pytest.mark.parametrize("pattern", ["(a", "a)", "%", "[a", "%1", "%f", "%ba", "a?" * 200])
def test_what_may_raise_an_error_is_left_to_python(pattern: str) -> None:
    assert native_items(pattern) is None


def test_every_other_item_is_matched_by_the_extension() -> None:
    items = native_items("a.*b+c-d?(e)()%1%b()%f[x]$")
    assert items is not None
    assert "".join(letter for letter, _, _ in items) == "1*+-?(1)p=bf$"
