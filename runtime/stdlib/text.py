"""The functions of the string library that need neither patterns nor formats (manual 6.4).

Lua strings are `str` whose characters are bytes.
"""

from __future__ import annotations

from typing import Any, Final

from ..accelerator import accelerated
from ..errors import argument_error, library, library_error
from ..values import type_name
from .arguments import ABSENT, check_integer, check_string, opt_integer, opt_string, type_error

_MAX_LENGTH: Final = 2147483647
"""The longest string that `rep` makes (lstrlib.c, MAXSIZE)."""

_LOWER: Final = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}
_UPPER: Final = {code: code - 32 for code in range(ord("a"), ord("z") + 1)}


def _first(position: int, size: int) -> int:
    """A start position as an index from 0: negative ones count from the end, and none is before the start."""
    if position > 0:
        return position - 1
    return 0 if position == 0 or position < -size else size + position


def _last(position: int, size: int) -> int:
    """An end position as an index from 0 of the character after it."""
    if position >= 0:
        return min(position, size)
    return max(size + position + 1, 0)


@accelerated
@library("string.sub")
def sub(string: Any = ABSENT, first: Any = ABSENT, last: Any = None, *_: Any) -> str:
    """`string.sub(s, i, j?)`: the characters from `i` to `j`; negative positions count from the end."""
    if type(string) is str and type(first) is int and first > 0 and type(last) is int and last >= 0:
        return string[first - 1 : last]
    text = check_string(1, string)
    size = len(text)
    start = _first(check_integer(2, first), size)
    return text[start : size if last is None else _last(opt_integer(3, last, -1), size)]


@accelerated
@library("string.byte")
def byte(string: Any = ABSENT, first: Any = None, last: Any = None, *_: Any) -> Any:
    """`string.byte(s, i?, j?)`: the codes of the characters from `i` (1) to `j` (`i`)."""
    if type(string) is str and last is None and type(first) is int and 0 < first <= len(string):
        return ord(string[first - 1])
    text = check_string(1, string)
    begin = opt_integer(2, first, 1)
    start = _first(begin, len(text))
    end = _last(opt_integer(3, last, begin), len(text))
    if end - start == 1:
        return ord(text[start])
    return tuple(text[start:end].encode("latin-1"))


@accelerated
@library("string.char")
def char(*codes: Any) -> str:
    """`string.char(...)`: the string of the characters with these codes."""
    if len(codes) == 1 and type(codes[0]) is int and 0 <= codes[0] <= 255:
        return chr(codes[0])
    characters = []
    for number, code in enumerate(codes, 1):
        value = check_integer(number, code)
        if not 0 <= value <= 255:
            raise argument_error(number, "value out of range")
        characters.append(chr(value))
    return "".join(characters)


@accelerated
@library("string.len")
def lua_len(string: Any = ABSENT, *_: Any) -> int:
    """`string.len(s)`: how many bytes it has."""
    return len(check_string(1, string))


@accelerated
@library("string.lower")
def lower(string: Any = ABSENT, *_: Any) -> str:
    """`string.lower(s)`: ASCII letters in lower case."""
    text = check_string(1, string)
    return text.lower() if text.isascii() else text.translate(_LOWER)


@accelerated
@library("string.upper")
def upper(string: Any = ABSENT, *_: Any) -> str:
    """`string.upper(s)`: ASCII letters in upper case."""
    text = check_string(1, string)
    return text.upper() if text.isascii() else text.translate(_UPPER)


@accelerated
@library("string.reverse")
def reverse(string: Any = ABSENT, *_: Any) -> str:
    """`string.reverse(s)`: its bytes from the last to the first."""
    return check_string(1, string)[::-1]


@accelerated
@library("string.rep")
def rep(string: Any = ABSENT, count: Any = ABSENT, separator: Any = None, *_: Any) -> str:
    """`string.rep(s, n, separator?)`: `s` `n` times, with `separator` between."""
    text, times = check_string(1, string), check_integer(2, count)
    between = opt_string(3, separator, "")
    if times <= 0:
        return ""
    if len(text) + len(between) > _MAX_LENGTH // times:
        raise library_error("resulting string too large")
    return (text + between) * (times - 1) + text


@library("string.dump")
def dump(function: Any = ABSENT, *_: Any) -> str:
    """`string.dump(f)`: always an error: there is no bytecode here."""
    if type_name(function) != "function":
        raise type_error(1, "function", function)
    raise library_error("unable to dump given function")
