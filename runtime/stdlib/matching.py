"""The functions of the string library that use patterns: find, match, gmatch, gsub (manual 6.4)."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final, TypeAlias

from ..accelerator import accelerated, called_by_extension
from ..calls import first
from ..errors import library, library_error
from ..numbers import format_number
from ..tables import index
from ..values import LuaTable, truthy, type_name
from .arguments import ABSENT, check_string, opt_integer, type_error
from .patterns import (
    UNFINISHED,
    CompiledPattern,
    Found,
    RegexPattern,
    checked_captures,
    compile_pattern,
)

_SPECIAL: Final = re.compile(r"[\^$*+?.(\[%-]")


def _start(position: int, size: int) -> int:
    """The index from 0 for a start position as the string functions take it, where negative ones count from the end."""
    if position > 0:
        return position - 1
    return 0 if position == 0 or position < -size else size + position


def _locate(subject: str, pattern: str, start: int) -> Found | None:
    """The first match at or after `start`; `pattern` may begin with the anchor."""
    if pattern.startswith("^"):
        return compile_pattern(pattern[1:]).match_at(subject, start)
    return compile_pattern(pattern).search(subject, start)


@accelerated
@library("string.find")
def find(
    subject: Any = ABSENT, pattern: Any = ABSENT, init: Any = None, plain: Any = None, *_: Any
) -> Any:
    """`string.find(s, pattern, init?, plain?)`: start, end and captures of the first match, or nil."""
    text, wanted = check_string(1, subject), check_string(2, pattern)
    start = 0 if init is None else _start(opt_integer(3, init, 1), len(text))
    if start > len(text):
        return None
    if truthy(plain) or not _SPECIAL.search(wanted):
        at = text.find(wanted, start)
        return None if at < 0 else (at + 1, at + len(wanted))
    found = _locate(text, wanted, start)
    if found is None:
        return None
    return (found[0] + 1, found[1], *checked_captures(found[2]))


@accelerated
@library("string.match")
def match(subject: Any = ABSENT, pattern: Any = ABSENT, init: Any = None, *_: Any) -> Any:
    """`string.match(s, pattern, init?)`: the captures of the first match (the match itself when there are none), or nil."""
    text, wanted = check_string(1, subject), check_string(2, pattern)
    start = 0 if init is None else _start(opt_integer(3, init, 1), len(text))
    if start > len(text):
        return None
    found = _locate(text, wanted, start)
    return None if found is None else _results(text, found)


def _results(text: str, found: Found) -> Any:
    captures = checked_captures(found[2])
    if len(captures) == 1:
        return captures[0]
    return captures or text[found[0] : found[1]]


@accelerated
@library("string.gmatch")
def gmatch(subject: Any = ABSENT, pattern: Any = ABSENT, init: Any = None, *_: Any) -> Any:
    """`string.gmatch(s, pattern, init?)`: a function that gives the captures of one match after the other.

    `^` is no anchor here, but an ordinary character."""
    text, wanted = check_string(1, subject), check_string(2, pattern)
    start = min(_start(opt_integer(3, init, 1), len(text)), len(text) + 1)
    compiled = compile_pattern(wanted)
    if isinstance(compiled, RegexPattern) and compiled.never_empty and not compiled.positions:
        return _regex_iterator(compiled.regex, text, start)
    return _iterator(compiled, text, start)


def _regex_iterator(regex: re.Pattern[str], text: str, start: int) -> Callable[..., Any]:
    matches = regex.finditer(text, start)
    single = regex.groups < 2

    @library("for iterator")
    def next_match(*_: Any) -> Any:
        for found in matches:
            return found[regex.groups] if single else found.groups()
        return ()

    return next_match


def _iterator(compiled: CompiledPattern, text: str, start: int) -> Callable[..., Any]:
    at, last_end = start, -1

    @library("for iterator")
    def next_match(*_: Any) -> Any:
        nonlocal at, last_end
        while at <= len(text):
            found = compiled.search(text, at)
            if found is None:
                at = len(text) + 1
                break
            if found[1] == last_end:  # an empty match right after the previous match does not count
                at = found[0] + 1
                continue
            at = last_end = found[1]
            return _results(text, found)
        return ()

    return next_match


# ------------------------------------------------------------------------------------------------------------------- gsub

_Replacer: TypeAlias = Callable[[str, Found], str | None]
"""Gives the text to put in place of a match, None to keep it."""


@accelerated
@library("string.gsub")
def gsub(
    subject: Any = ABSENT,
    pattern: Any = ABSENT,
    replacement: Any = ABSENT,
    limit: Any = None,
    *_: Any,
) -> Any:
    """`string.gsub(s, pattern, replacement, n?)`: `s` with the (first `n`) matches replaced, and how many there were."""
    text, wanted = check_string(1, subject), check_string(2, pattern)
    most = opt_integer(4, limit, len(text) + 1)
    if type_name(replacement) == "function":
        return _substitute_calls(text, wanted, replacement, most)
    return _substitute_all(text, wanted, replacement, most)


@accelerated
def _substitute_calls(text: str, wanted: str, replacement: Any, most: int) -> tuple[str, int]:
    """`_substitute_all` for a function. It is called from a Python frame of `gsub`, which errors and tracebacks look for."""
    return _substitute_all(text, wanted, replacement, most)


def _substitute_all(text: str, wanted: str, replacement: Any, most: int) -> tuple[str, int]:
    replacer = _replacer(replacement)
    if most <= 0:
        return (text, 0)
    if wanted.startswith("^"):
        found = compile_pattern(wanted[1:]).match_at(text, 0)
        if found is None:
            return (text, 0)
        shown = replacer(text, found)
        return (text if shown is None else shown + text[found[1] :], 1)
    compiled = compile_pattern(wanted)
    if isinstance(compiled, RegexPattern) and compiled.never_empty:
        if type(replacement) is str and "%" not in replacement:
            return compiled.regex.subn(replacement.replace("\\", r"\\"), text, most)
        return _substitute_nonempty(compiled, text, replacer, most)
    return _substitute(compiled, text, replacer, most)


def _substitute_nonempty(
    compiled: RegexPattern, text: str, replacer: _Replacer, most: int
) -> tuple[str, int]:
    captures = compiled.captures

    def replace(found: re.Match[str]) -> str:
        shown = replacer(text, (found.start(), found.end(), captures(found)))
        return found[0] if shown is None else shown

    return compiled.regex.subn(replace, text, most)


def _substitute(
    compiled: CompiledPattern, text: str, replacer: _Replacer, most: int
) -> tuple[str, int]:
    parts: list[str] = []
    at = copied = count = 0
    last_end = -1
    while count < most and at <= len(text):
        found = compiled.search(text, at)
        if found is None:
            break
        start, end, _ = found
        if end == last_end:  # an empty match right after the previous match does not count
            at = start + 1
            continue
        count += 1
        shown = replacer(text, found)
        if shown is not None:
            parts += (text[copied:start], shown)
            copied = end
        at = last_end = end
    parts.append(text[copied:])
    return ("".join(parts), count)


def _replacer(replacement: Any) -> _Replacer:
    kind = type(replacement)
    if kind is str:
        return _template_replacer(replacement)
    if kind is int or kind is float:
        return _template_replacer(format_number(replacement))
    if isinstance(replacement, LuaTable):
        return lambda text, found: replacement_text(index(replacement, _capture(text, found, 0)))
    if type_name(replacement) != "function":
        raise type_error(3, "string/function/table", replacement)
    return lambda text, found: replacement_text(
        first(replacement(*(checked_captures(found[2]) or (text[found[0] : found[1]],))))
    )


@called_by_extension
def replacement_text(value: Any) -> str | None:
    """What a table or a function gives in place of a match, as text; None to keep the match."""
    kind = type(value)
    if kind is str:
        return str(value)
    if value is None or value is False:
        return None
    if kind is int or kind is float:
        return format_number(value)
    raise library_error(f"invalid replacement value (a {type_name(value)})")


def _capture(text: str, found: Found, number: int) -> Any:
    """Capture `number` (from 0); the whole match for the first one of a pattern without captures."""
    captures = found[2]
    if number < len(captures):
        if captures[number] is UNFINISHED:
            raise library_error("unfinished capture")
        return captures[number]
    if number > 0:
        raise library_error(f"invalid capture index %{number + 1}")
    return text[found[0] : found[1]]


_INVALID: Final = -2
_WHOLE: Final = -1


def _template_replacer(template: str) -> _Replacer:
    parts = _template(template)
    if all(type(part) is str for part in parts):
        whole = "".join(map(str, parts))
        return lambda text, found: whole

    def replace(text: str, found: Found) -> str:
        shown = []
        for part in parts:
            if type(part) is str:
                shown.append(part)
            elif part == _WHOLE:
                shown.append(text[found[0] : found[1]])
            elif part == _INVALID:
                raise library_error("invalid use of '%' in replacement string")
            else:
                shown.append(str(_capture(text, found, int(part))))
        return "".join(shown)

    return replace


@lru_cache(maxsize=256)
def _template(template: str) -> tuple[str | int, ...]:
    """A replacement string as literal parts and capture numbers (from 0), `_WHOLE` for `%0`, `_INVALID` for a wrong `%`."""
    head, *rest = template.split("%")
    parts: list[str | int] = [head]
    while rest:
        part = rest.pop(0)
        if part == "" and rest:  # "%%"
            parts.append("%" + rest.pop(0))
        elif part[:1] in set("0123456789"):
            parts += (ord(part[0]) - ord("1"), part[1:])
        else:
            parts.append(_INVALID)
            break
    return tuple(parts)


__all__ = ["find", "gmatch", "gsub", "match"]
