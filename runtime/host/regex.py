"""The global `regex`: regular expressions in Perl's syntax, for text in UTF-8.

`.` is a character, not a byte; `\\w`, `\\d` and `(?i)` know all of Unicode. Named groups are `(?<name>...)`. A match that takes
longer than about a second of the process's time is an error, so that no pattern hangs a worker; so is a pattern that is huge
with its repetitions written out, or has more than 1000 plain characters in a row. Inside a workflow keep far away from that
second: a match that is just in time at first may not be when the workflow replays.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final

from ..errors import LuaError, library, library_error
from ..json_values import mark_array
from ..stdlib.arguments import ABSENT, check_string
from ..strings import from_text
from ..values import LuaTable
from .late_imports import process_imports
from .plain_data import DataError, text_of
from .regex_size import compiled_size, longest_text

if TYPE_CHECKING:
    from regex import Match, Pattern

MATCH_SECONDS: Final = 1.0
"""How long one call may match, in seconds of the process's time (all its threads), which is what the engine counts."""

MAXIMUM_LENGTH: Final = 20_000
"""How many characters a pattern may have."""

MAXIMUM_SIZE: Final = 50_000
"""How many elements a pattern may have with its repetitions written out."""

MAXIMUM_TEXT: Final = 1_000
"""How many characters without alternatives and repetitions a pattern may have in a row."""

_REFERENCE = re.compile(r"\$(?:(?P<dollar>\$)|(?P<bare>[0-9]+|[A-Za-z_]\w*)|\{(?P<braced>\w+)\})")


@library("regex.match")
def match(text: Any = ABSENT, pattern: Any = ABSENT, *_: Any) -> bool:
    """`regex.match(text, pattern)`: whether the pattern matches somewhere in the text; `^` and `$` tie it to the ends. Error:
    a wrong pattern, text that is not UTF-8, more than a second."""
    subject, compiled = _arguments("regex.match", text, pattern)
    try:
        return compiled.search(subject, timeout=MATCH_SECONDS) is not None
    except TimeoutError:
        raise _too_long("regex.match") from None


@library("regex.find")
def find(text: Any = ABSENT, pattern: Any = ABSENT, *_: Any) -> LuaTable | None:
    """`regex.find(text, pattern)`: the first match as `{match, groups, named}`, nil when there is none. `groups` holds what each
    group matched, in their order, with holes for groups that took no part; `named` the same for those with a name. Errors as
    `regex.match`."""
    subject, compiled = _arguments("regex.find", text, pattern)
    try:
        found = compiled.search(subject, timeout=MATCH_SECONDS)
    except TimeoutError:
        raise _too_long("regex.find") from None
    if found is None:
        return None
    groups = _present(dict(enumerate(found.groups(), 1)))
    named = _present(found.groupdict())
    return LuaTable(
        {"match": from_text(found.group()), "groups": mark_array(groups), "named": named}
    )


@library("regex.find_all")
def find_all(text: Any = ABSENT, pattern: Any = ABSENT, *_: Any) -> LuaTable:
    """`regex.find_all(text, pattern)`: a list of the texts of all matches, from left to right, none overlapping; an empty one when
    there is none. Errors as `regex.match`."""
    subject, compiled = _arguments("regex.find_all", text, pattern)
    matches = LuaTable()
    try:
        for position, found in enumerate(compiled.finditer(subject, timeout=MATCH_SECONDS), 1):
            matches[position] = from_text(found.group())
    except TimeoutError:
        raise _too_long("regex.find_all") from None
    return mark_array(matches)


@library("regex.replace")
def replace(text: Any = ABSENT, pattern: Any = ABSENT, replacement: Any = ABSENT, *_: Any) -> str:
    """`regex.replace(text, pattern, replacement)`: the text with every match replaced. In the replacement `$1` or `${1}` is what
    the first group matched, `$name` or `${name}` a named group, `$0` the whole match, `$$` a dollar sign. Errors as
    `regex.match`, and a group that the pattern does not have."""
    subject, compiled = _arguments("regex.replace", text, pattern)
    try:
        parts = _parts(text_of(check_string(3, replacement), "the replacement"), compiled)
    except DataError as error:
        raise library_error(f"regex.replace: {error}") from None

    def replaced(found: Match[str]) -> str:
        return "".join(part if type(part) is str else found.group(part[0]) or "" for part in parts)

    try:
        return from_text(compiled.sub(replaced, subject, timeout=MATCH_SECONDS))
    except TimeoutError:
        raise _too_long("regex.replace") from None


def _arguments(function: str, text: Any, pattern: Any) -> tuple[str, Pattern[str]]:
    subject, wanted = check_string(1, text), check_string(2, pattern)
    try:
        return text_of(subject), _compiled(text_of(wanted, "the pattern"))
    except DataError as error:
        raise library_error(f"{function}: {error}") from None


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> Pattern[str]:
    if len(pattern) > MAXIMUM_LENGTH or compiled_size(pattern) > MAXIMUM_SIZE:
        raise DataError("the pattern is too large with its repetitions written out")
    if longest_text(pattern) > MAXIMUM_TEXT:
        raise DataError(f"the pattern has more than {MAXIMUM_TEXT} plain characters in a row")
    try:
        with process_imports():
            compiled: Pattern[str] = _engine().compile(pattern)
        return compiled
    except _engine().error as error:
        raise DataError(f"the pattern is wrong: {from_text(str(error))}") from None
    except RecursionError:
        raise DataError("the pattern is nested too deeply") from None


@cache
def _engine() -> ModuleType:
    import regex

    return regex


def _parts(replacement: str, compiled: Pattern[str]) -> list[str | tuple[str | int]]:
    """A replacement as texts and references to groups, each a tuple of one."""
    parts: list[str | tuple[str | int]] = []
    end = 0
    for found in _REFERENCE.finditer(replacement):
        parts.append(replacement[end : found.start()])
        end = found.end()
        name = found["bare"] or found["braced"]
        if name is None:
            parts.append("$")
            continue
        group = int(name) if name.isdecimal() and len(name) < 9 else name
        if group not in compiled.groupindex and not (
            type(group) is int and group <= compiled.groups
        ):
            raise DataError(
                f"the pattern has no group '{from_text(name)}'; a dollar sign is written $$"
            )
        parts.append((group,))
    parts.append(replacement[end:])
    return parts


def _present(groups: dict[Any, str | None]) -> LuaTable:
    return LuaTable({name: from_text(text) for name, text in groups.items() if text is not None})


def _too_long(function: str) -> LuaError:
    return library_error(
        f"{function}: the pattern takes more than {MATCH_SECONDS:g} second on this text; "
        "nested repetitions like (a+)+ do"
    )
