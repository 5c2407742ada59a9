"""The global `regex`: matches, groups, replacements, and patterns that would hang a worker."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest
from assay.runtime import from_text, sequence
from assay.runtime.host import json, regex
from assay.runtime.host.asserts import same
from assay.runtime.host.regex_size import compiled_size, longest_text
from lua_errors import error_of

CATASTROPHIC = [
    (r"(a|aa)+$", "a" * 100 + "b"),
    (r"(\w+\s?)*$", "a " * 5000 + "!"),
    (r"(a+)+\1+\1b", "a" * 3000),
    (r"(a?){500}a{500}b", "a" * 3000),
    (r"(a(?1)?a)+b", "a" * 3000),
]


def test_match() -> None:
    assert regex.match("hello world", "^hello") is True
    assert regex.match("hello world", "^world") is False
    assert regex.match(from_text("grüße"), "^.{5}$") is True
    assert regex.match(from_text("GRÜSSE"), from_text("(?i)grüsse")) is True
    assert regex.match(12, "^12$", "extra") is True


def test_find() -> None:
    found = regex.find("on 2026-02-10", r"(?<year>\d{4})-(\d\d)(x)?-(\d\d)")
    assert found is not None
    assert found["match"] == "2026-02-10"
    assert json.encode(found["groups"]) == '["2026","02",null,"10"]'
    assert json.encode(found["named"]) == '{"year":"2026"}'
    assert regex.find("hello", r"^\d+$") is None
    plain = regex.find("x", "x")
    assert plain is not None
    assert json.encode(plain) == '{"match":"x","groups":[],"named":{}}'


def test_find_all() -> None:
    assert same(regex.find_all("foo123bar456", r"\d+"), sequence("123", "456"))
    assert json.encode(regex.find_all("x", r"\d")) == "[]"
    assert same(regex.find_all(from_text("äö"), "."), sequence(from_text("ä"), from_text("ö")))


def test_replace() -> None:
    assert regex.replace("John Smith", r"(\w+) (\w+)", "$2, $1") == "Smith, John"
    assert regex.replace("aaa bbb aaa", "aaa", "ccc") == "ccc bbb ccc"
    assert regex.replace("a1", r"(?<n>\d)", "$n${n}$0$$n$ \\1") == "a111$n$ \\1"
    assert regex.replace("ab", "(a)|(b)", "[$1$2]") == "[a][b]"
    assert regex.replace(from_text("grüße"), from_text("ü"), from_text("ö")) == from_text("größe")
    wrong = "regex.replace: the pattern has no group '2'; a dollar sign is written $$"
    assert error_of(regex.replace, "a", "(a)", "$2") == wrong
    assert "no group 'USD'" in error_of(regex.replace, "a", "a", "$USD")


def test_wrong_arguments() -> None:
    assert error_of(regex.match, "x", "[") == (
        "regex.match: the pattern is wrong: unterminated character set at position 1"
    )
    assert error_of(regex.find, "\xff", "x").startswith("regex.find: the text is not UTF-8")
    assert error_of(regex.find, "x", "\xff").startswith("regex.find: the pattern is not UTF-8")
    assert "the replacement is not UTF-8" in error_of(regex.replace, "x", "x", "\xff")
    assert "string expected, got no value" in error_of(regex.match, "x")
    assert "nested too deeply" in error_of(regex.match, "x", "(" * 5000 + ")" * 5000)


@pytest.mark.parametrize(("pattern", "text"), CATASTROPHIC)
def test_a_catastrophic_pattern_times_out(
    pattern: str, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(regex, "MATCH_SECONDS", 0.2)
    start = time.process_time()
    error = error_of(regex.match, text, pattern)
    assert time.process_time() - start < 1
    assert error.startswith("regex.match: the pattern takes more than 0.2 second")


@pytest.mark.parametrize("function", [regex.match, regex.find, regex.find_all, regex.replace])
def test_every_function_has_the_limit(function: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(regex, "MATCH_SECONDS", 0.2)
    pattern, text = CATASTROPHIC[0]
    arguments = (text, pattern, "") if function is regex.replace else (text, pattern)
    assert "the pattern takes more than" in error_of(function, *arguments)


def test_the_limit_as_it_is() -> None:
    pattern, text = CATASTROPHIC[0]
    start = time.process_time()
    assert "more than 1 second" in error_of(regex.match, text, pattern)
    assert 0.9 < time.process_time() - start < 3


def test_other_threads_run_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(regex, "MATCH_SECONDS", 0.5)
    pattern, text = CATASTROPHIC[0]
    thread = threading.Thread(target=lambda: error_of(regex.match, text, pattern))
    thread.start()
    turns = 0
    while thread.is_alive():
        time.sleep(0.01)
        turns += 1
    assert turns > 10


@pytest.mark.parametrize(
    "pattern",
    [
        "((a{1000}){1000}){1000}",
        "(?:a?){1000000}b",
        "((((((((((x{9}){9}){9}){9}){9}){9}){9}){9}){9}){9})",
        "[a-z]{99999999999999999999}",
        "a|" * 15_000,
        "é" * 1001,
        "(?i)" + "é" * 1001,
    ],
)
def test_a_pattern_that_is_large_is_refused_before_it_is_compiled(pattern: str) -> None:
    start = time.monotonic()
    error = error_of(regex.match, "x" * 100_000, from_text(pattern))
    assert "is too large" in error or "plain characters in a row" in error
    assert time.monotonic() - start < 0.5


def test_sizes() -> None:
    assert compiled_size("abc") == 3
    assert compiled_size(r"a\{3}[x{5}\]]{2,9}") == 6
    assert compiled_size("(ab){10}c") == 31
    assert compiled_size("[]a]b[^]]") == 3
    assert compiled_size("a{,7}(") == 1
    assert longest_text("abc|de") == 3
    assert longest_text(r"a\.b*cd") == 3
    assert longest_text("[abcdef]x") == 1
    assert longest_text("(a)(b)") == 2


def test_ordinary_patterns_are_not_refused() -> None:
    words = "|".join(f"word{number}" for number in range(1000))
    assert regex.match("word999", f"^(?:{words})$")
    assert regex.match("a" * 5000, "^a{1,10000}$")
    assert regex.match("0" * 64, "^[0-9a-f]{64}$")
