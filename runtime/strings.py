"""Lua strings at the edges: concatenation, and bytes or text in and out.

A Lua string is a `str` whose characters are bytes. Text is UTF-8 encoded into it and decoded from it only here.
Lua manual: 2.1, 3.4.6 (concatenation).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from .accelerator import accelerated
from .calls import first
from .errors import operand_error
from .numbers import format_float, format_number
from .values import metamethod


@accelerated
def concat(*operands: Any) -> Any:
    """`a .. b .. c`: right associative; numbers become text, other operands go through `__concat`."""
    try:
        return "".join(
            [
                value if type(value) is str else _NUMBER_TEXTS[type(value)](value)
                for value in operands
            ]
        )
    except KeyError:
        pass
    result = operands[-1]
    for position in range(len(operands) - 2, -1, -1):
        result = concat_pair(operands[position], result, position)
    return result


_NUMBER_TEXTS: Final[dict[type, Callable[[Any], str]]] = {int: str, float: format_float}


def concat_pair(left: Any, right: Any, position: int) -> Any:
    """`left .. right`, of which `left` is operand number `position` in a row of concatenations."""
    left_text, right_text = _text(left), _text(right)
    if left_text is not None and right_text is not None:
        return left_text + right_text
    handler = metamethod(left, "__concat") or metamethod(right, "__concat")
    if handler is not None:
        return first(handler(left, right))
    # Real Lua blames the left operand unless it could be concatenated (luaG_concaterror).
    if left_text is None:
        raise operand_error("concatenate", left, position)
    raise operand_error("concatenate", right, position + 1)


def _text(value: Any) -> str | None:
    kind = type(value)
    if kind is str:
        return str(value)
    return format_number(value) if kind is int or kind is float else None


def from_text(text: str) -> str:
    """Python text as a Lua string: its UTF-8 bytes. Lone surrogates, which UTF-8 cannot hold, are kept as WTF-8
    does."""
    return text if text.isascii() else text.encode("utf-8", "surrogatepass").decode("latin-1")


def to_text(string: str) -> str:
    """A Lua string as Python text, for people to read: bytes that are not UTF-8 become U+FFFD."""
    return string if string.isascii() else string.encode("latin-1").decode("utf-8", "replace")


def to_bytes(string: str) -> bytes:
    """The bytes of a Lua string."""
    return string.encode("latin-1")


def from_bytes(data: bytes) -> str:
    """Bytes as a Lua string."""
    return data.decode("latin-1")
