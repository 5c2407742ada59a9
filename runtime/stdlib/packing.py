"""`string.pack`, `string.packsize` and `string.unpack`: Lua values to and from binary data (manual 6.4.2).

Sizes and alignment of the native types are those of 64-bit Linux.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from ..errors import argument_error, library, library_error
from ..numbers import wrap
from .arguments import ABSENT, check_float, check_integer, check_string, opt_integer

_MAX_INTEGER_SIZE: Final = 16
_NATIVE_ALIGNMENT: Final = 8
_MAX_SIZE: Final = 2147483647
"""Limit of sizes in a format and of the size of packed data (lstrlib.c, MAXSIZE)."""


class _Native(NamedTuple):
    """A format option with a fixed type: signed "i", unsigned "u" or float "f", and its size in bytes."""

    kind: str
    size: int


_NATIVE: Final = {
    "b": _Native("i", 1),
    "B": _Native("u", 1),
    "h": _Native("i", 2),
    "H": _Native("u", 2),
    "l": _Native("i", 8),
    "L": _Native("u", 8),
    "j": _Native("i", 8),
    "J": _Native("u", 8),
    "T": _Native("u", 8),
    "f": _Native("f", 4),
    "d": _Native("f", 8),
    "n": _Native("f", 8),
}
_SIZED: Final = {"i": _Native("i", 4), "I": _Native("u", 4), "s": _Native("s", 8)}
"""Options with an optional size, and their default."""


class _Option(NamedTuple):
    """One data item of a format: kinds as in `_Native`, and "s" string with length, "z" string with a final zero, "c" fixed
    size string, "x" padding byte, "" nothing but alignment."""

    kind: str
    size: int
    alignment: int
    """Multiple of bytes at which it begins; 0 for anywhere."""
    little: bool


class _Format:
    """Reads the options of a format one by one; errors show when the faulty option is reached."""

    def __init__(self, text: str) -> None:
        self.text = text.partition("\0")[0]  # a C string ends there
        self.at = 0
        self.little = True
        self.most_alignment = 1

    def options(self) -> Iterator[_Option]:
        """The data items, without the options that only set a mode."""
        while self.at < len(self.text):
            letter = self.text[self.at]
            kind, size = self._read()
            alignment = size if kind in "iufs" else 0
            if letter == "X":
                alignment = self._next_alignment()
            elif not kind:
                continue
            yield _Option(kind, size, self._alignment(alignment), self.little)

    def _next_alignment(self) -> int:
        if self.at < len(self.text):
            kind, size = self._read()
            if kind and kind in "iufs":
                return size
            if kind == "x":
                return 1
        raise argument_error(1, "invalid next option for option 'X'")

    def _alignment(self, wanted: int) -> int:
        if wanted <= 1:
            return 0
        alignment = min(wanted, self.most_alignment)
        if alignment & (alignment - 1):
            raise argument_error(1, "format asks for alignment not power of 2")
        return alignment

    def _read(self) -> tuple[str, int]:
        """Kind and size of the option that begins here; kind "" for one that is no data."""
        letter = self.text[self.at]
        self.at += 1
        native = _NATIVE.get(letter)
        if native is not None:
            return native
        if letter in _SIZED:
            kind, default = _SIZED[letter]
            return kind, self._integer_size(default)
        if letter == "c":
            size = self._number(-1)
            if size < 0:
                raise library_error("missing size for format option 'c'")
            return "c", size
        if letter == "z":
            return "z", 0
        if letter == "x":
            return "x", 1
        if letter == "!":
            self.most_alignment = self._integer_size(_NATIVE_ALIGNMENT)
        elif letter in "<>=":
            self.little = letter != ">"
        elif letter not in " X":
            raise library_error(f"invalid format option '{letter}'")
        return "", 0

    def _integer_size(self, default: int) -> int:
        size = self._number(default)
        if not 1 <= size <= _MAX_INTEGER_SIZE:
            raise library_error(f"integral size ({size}) out of limits [1,{_MAX_INTEGER_SIZE}]")
        return size

    def _number(self, default: int) -> int:
        start = self.at
        value = 0
        while self.text[self.at : self.at + 1] in set("0123456789"):
            if value > (_MAX_SIZE - 9) // 10:
                break
            value = value * 10 + int(self.text[self.at])
            self.at += 1
        return default if self.at == start else value


def _padding(option: _Option, position: int) -> int:
    return -position % option.alignment if option.alignment else 0


@library("string.pack")
def pack(template: Any = ABSENT, *values: Any) -> str:
    """`string.pack(format, v1, v2, ...)`: the values as binary data."""
    parts: list[bytes] = []
    size = used = 0
    for option in _Format(check_string(1, template)).options():
        padding = bytes(_padding(option, size))
        if option.kind in ("", "x"):
            data = bytes(option.size)
        else:
            value = values[used] if used < len(values) else None
            used += 1
            data = _packed(option, used + 1, value)
        parts += (padding, data)
        size += len(padding) + len(data)
    return b"".join(parts).decode("latin-1")


def _packed(option: _Option, number: int, value: Any) -> bytes:
    kind, size, _, little = option
    if kind == "i" or kind == "u":
        return _packed_integer(option, number, check_integer(number, value))
    if kind == "f":
        return _packed_float(check_float(number, value), size, little)
    data = check_string(number, value).encode("latin-1")
    if kind == "c":
        if len(data) > size:
            raise argument_error(number, "string longer than given size")
        return data.ljust(size, b"\0")
    if kind == "z":
        if b"\0" in data:
            raise argument_error(number, "string contains zeros")
        return data + b"\0"
    if size < 8 and len(data) >= 1 << (8 * size):
        raise argument_error(number, "string length does not fit in given size")
    return len(data).to_bytes(size, "little" if little else "big") + data


def _packed_integer(option: _Option, number: int, value: int) -> bytes:
    bits = 8 * option.size
    if option.kind == "i":
        if bits < 64 and not -(1 << (bits - 1)) <= value < 1 << (bits - 1):
            raise argument_error(number, "integer overflow")
    else:
        value &= (1 << 64) - 1
        if bits < 64 and value >= 1 << bits:
            raise argument_error(number, "unsigned overflow")
    return value.to_bytes(
        option.size, "little" if option.little else "big", signed=option.kind == "i"
    )


def _packed_float(value: float, size: int, little: bool) -> bytes:
    form = ("<" if little else ">") + ("f" if size == 4 else "d")
    try:
        return struct.pack(form, value)
    except OverflowError:  # too large for a single: C makes it infinite
        return struct.pack(form, math.copysign(math.inf, value))


@library("string.packsize")
def packsize(template: Any = ABSENT, *_: Any) -> int:
    """`string.packsize(format)`: how many bytes `string.pack` would make; the format has no strings of varying length."""
    size = 0
    for option in _Format(check_string(1, template)).options():
        if option.kind in ("s", "z"):
            raise argument_error(1, "variable-length format")
        grows = _padding(option, size) + option.size
        if size > _MAX_SIZE - grows:
            raise argument_error(1, "format result too large")
        size += grows
    return size


@library("string.unpack")
def unpack(template: Any = ABSENT, data: Any = ABSENT, position: Any = None, *_: Any) -> Any:
    """`string.unpack(format, data, position?)`: the values in `data`, and the position after the last one read."""
    wanted, text = check_string(1, template), check_string(2, data)
    source = text.encode("latin-1")
    at = opt_integer(3, position, 1)
    if at < 0:
        at = max(len(source) + at + 1, 1)
    at = max(at, 1) - 1
    if at > len(source):
        raise argument_error(3, "initial position out of string")
    found: list[Any] = []
    for option in _Format(wanted).options():
        at += _padding(option, at)
        if at + option.size > len(source):
            raise argument_error(2, "data string too short")
        value, at = _unpacked(option, source, at)
        if option.kind not in ("", "x"):
            found.append(value)
    return (*found, at + 1) if found else at + 1


def _unpacked(option: _Option, source: bytes, at: int) -> tuple[Any, int]:
    kind, size, _, little = option
    end = at + size
    if kind == "i" or kind == "u":
        return _unpacked_integer(source[at:end], kind == "i", little), end
    if kind == "f":
        form = ("<" if little else ">") + ("f" if size == 4 else "d")
        return struct.unpack(form, source[at:end])[0], end
    if kind == "s":
        length = _unpacked_integer(source[at:end], False, little) & ((1 << 64) - 1)
        if length > len(source) - end:
            raise argument_error(2, "data string too short")
        return source[end : end + length].decode("latin-1"), end + length
    if kind == "z":
        zero = source.find(b"\0", at)
        if zero < 0:
            raise argument_error(2, "unfinished string for format 'z'")
        return source[at:zero].decode("latin-1"), zero + 1
    return source[at:end].decode("latin-1"), end


def _unpacked_integer(data: bytes, signed: bool, little: bool) -> int:
    value = int.from_bytes(data, "little" if little else "big", signed=signed)
    low, high = (-(1 << 63), 1 << 63) if signed else (0, 1 << 64)
    if not low <= value < high:
        raise library_error(f"{len(data)}-byte integer does not fit into Lua Integer")
    return wrap(value)
