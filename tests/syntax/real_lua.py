"""Real Lua 5.4 as the oracle: does it take a source, what does it say, what bytecode does it make of it?"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Any

import lupa.lua54

_RUNTIME = lupa.lua54.LuaRuntime(encoding=None)
_LOAD = _RUNTIME.eval(b"""function(text)
    local chunk, message = load(text, "=x", "t")
    return chunk and string.dump(chunk, true) or false, message
end""")
_RUN = b"""function(text)
    local chunk, message = load(text, "=x", "t")
    if not chunk then return message end
    local _, message = pcall(chunk)
    return message
end"""

# Sizes of the header of a binary chunk (ldump.c): signature, version, format, data, three sizes, two sample numbers, and
# the number of upvalues of the main function.
_HEADER_SIZE = 4 + 1 + 1 + 6 + 3 + 8 + 8 + 1
_INTEGER, _FLOAT, _SHORT_STRING, _LONG_STRING = 0x03, 0x13, 0x04, 0x14


@dataclass(frozen=True)
class Verdict:
    """`bytecode` is None for a refused source, `line` 0 for a message without one."""

    bytecode: bytes | None
    line: int = 0
    message: str = ""


def load(text: str) -> Verdict:
    """What `load` says to a source (characters are bytes)."""
    bytecode, message = _LOAD(text.encode("latin-1"))
    if bytecode:
        return Verdict(bytecode)
    first_line = message.decode("latin-1").split("\nstack traceback")[0]
    if not first_line.startswith("x:"):
        return Verdict(None, 0, first_line)
    _, line, rest = first_line.split(":", 2)
    return Verdict(None, int(line), rest[1:])


def error_line(text: str) -> int:
    """The line of the run-time error of a program, in a Lua state of its own."""
    message = lupa.lua54.LuaRuntime(encoding=None).eval(_RUN)(text.encode("latin-1"))
    assert message is not None, f"no error in {text!r}"
    return int(message.split(b":")[1])


def shape(bytecode: bytes) -> tuple[Any, ...]:
    """Bytecode as nested tuples without line information: equal for programs that differ in layout only."""
    reader = _Reader(bytecode)
    result = reader.function()
    assert reader.position == len(bytecode)
    return result


class _Reader:
    def __init__(self, data: bytes) -> None:
        self.data = data
        self.position = _HEADER_SIZE

    def take(self, size: int) -> bytes:
        self.position += size
        return self.data[self.position - size : self.position]

    def size(self) -> int:
        value = 0
        while True:
            byte = self.take(1)[0]
            value = value << 7 | byte & 0x7F
            if byte & 0x80:
                return value

    def string(self) -> bytes | None:
        size = self.size()
        return self.take(size - 1) if size else None

    def constant(self) -> tuple[Any, ...]:
        kind = self.take(1)[0]
        if kind == _INTEGER:
            return "integer", struct.unpack("<q", self.take(8))[0]
        if kind == _FLOAT:
            return "float", self.take(8)
        if kind in (_SHORT_STRING, _LONG_STRING):
            return "string", self.string()
        return (kind,)

    def function(self) -> tuple[Any, ...]:
        self.string()
        self.size()
        self.size()
        header = self.take(3)
        code = self.take(4 * self.size())
        constants = tuple(self.constant() for _ in range(self.size()))
        upvalues = self.take(3 * self.size())
        functions = tuple(self.function() for _ in range(self.size()))
        self.take(self.size())
        for _ in range(self.size()):
            self.size()
            self.size()
        for _ in range(self.size()):
            self.string()
            self.size()
            self.size()
        for _ in range(self.size()):
            self.string()
        return header, code, constants, upvalues, functions
