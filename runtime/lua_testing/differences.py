"""Two Lua values in, how they differ out: each place with what it should be and what it is, in Lua's own notation."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from ..errors import error_text
from ..host.asserts import same
from ..json_model import NULL
from ..strings import to_text
from ..values import LuaTable, loaded_key, type_name

_WIDTH: Final = 88
_DEEPEST: Final = 20
_KEYWORDS: Final = frozenset(
    {
        *("and", "break", "do", "else", "elseif", "end", "false", "for", "function", "goto", "if"),
        *("in", "local", "nil", "not", "or", "repeat", "return", "then", "true", "until", "while"),
    }
)
_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def shown(value: Any, indent: int = 0, depth: int = 0) -> str:
    """A value as a Lua constructor: on one line when it fits, else a field a line, `indent` blanks deep. Keys are in order."""
    if type(value) is str:
        return _quoted(value)
    if not isinstance(value, LuaTable):
        return "nil" if value is None else to_text(_plain(value))
    if depth > _DEEPEST:
        return "{...}"
    parts = [f"{name}{shown(item, indent + 2, depth + 1)}" for name, item in _fields(value)]
    line = f"{{ {', '.join(parts)} }}" if parts else "{}"
    if len(line) + indent <= _WIDTH and "\n" not in line:
        return line
    blanks = " " * (indent + 2)
    return "{\n" + "".join(f"{blanks}{part},\n" for part in parts) + " " * indent + "}"


def differences(got: Any, expected: Any, path: str = "", depth: int = 0) -> Iterator[str]:
    """A line for each place at which `got` is not `expected`; `path` is how to reach the two from what is compared."""
    if same(got, expected):
        return
    tables = isinstance(got, LuaTable) and isinstance(expected, LuaTable) and depth < _DEEPEST
    if not tables:
        yield f"{path or 'it'}: expected {shown(expected)}, got {shown(got)}"
        return
    for key in sorted({*got, *expected}, key=_order):
        yield from differences(got.get(key), expected.get(key), path + _step(key), depth + 1)


def _fields(table: LuaTable) -> Iterator[tuple[str, Any]]:
    length = 0
    while length + 1 in table:
        length += 1
        yield "", table[length]
    for key in sorted((each for each in table if not _is_element(each, length)), key=_order):
        yield f"{_step(key).removeprefix('.')} = ", table[key]


def _is_element(key: object, length: int) -> bool:
    return type(key) is int and 1 <= key <= length


def _order(key: object) -> tuple[bool, float, str]:
    key = loaded_key(key)
    is_number = isinstance(key, int | float) and not isinstance(key, bool)
    return (not is_number, float(key) if is_number else 0.0, str(key))  # type: ignore[arg-type]  # a number


def _step(key: object) -> str:
    key = loaded_key(key)
    if isinstance(key, str) and _NAME.fullmatch(key) and key not in _KEYWORDS:
        return f".{key}"
    return f"[{shown(key)}]"


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is NULL:
        return "json.null"
    if isinstance(value, int | float):
        return error_text(value)
    return f"({type_name(value)})"


_ESCAPES: Final = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t", "\0": "\\0"}


def _quoted(string: str) -> str:
    return '"' + "".join(_ESCAPES.get(each, each) for each in to_text(string)) + '"'
