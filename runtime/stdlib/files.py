"""Files as Lua values: the methods of what `io.open` returns (manual 6.8), over Python's buffered binary streams."""

from __future__ import annotations

import errno
import io
import os
import sys
from collections.abc import Callable
from typing import Any, BinaryIO, Final

from ..errors import LuaError, argument_error, library, library_error
from ..numbers import format_number
from ..values import HostObject
from .arguments import ABSENT, check_integer, check_option, check_string, opt_integer, type_error
from .number_reader import read_number
from .streams import flush_output, write_error, write_output

_CHUNK: Final = 1 << 20
_MOST_LINE_ARGUMENTS: Final = 250
_WHENCE: Final = {"set": os.SEEK_SET, "cur": os.SEEK_CUR, "end": os.SEEK_END}


def failure(error: OSError, name: str | None = None) -> tuple[None, str, int]:
    """What functions return that may fail: nil, a message and the system's error number (luaL_fileresult)."""
    # A stream opened for the other direction: Python notices before the system could.
    number = error.errno or errno.EBADF
    reason = os.strerror(number)
    return (None, f"{name}: {reason}" if name is not None else reason, number)


class LuaFile(HostObject):
    """An open or closed file."""

    __slots__ = ("_appends", "_flush_at", "_stream", "closed")

    lua_object_name = "FILE*"
    lua_fields = frozenset(("close", "flush", "lines", "read", "seek", "setvbuf", "write"))

    def __init__(self, stream: BinaryIO, appends: bool = False) -> None:
        self._stream = stream
        self._appends = appends
        self._flush_at: bytes | None = None
        """Writing something that contains this flushes the buffer."""
        self.closed = False

    def lua_tostring(self) -> str:
        return "file (closed)" if self.closed else f"file ({id(self):#014x})"

    def stream(self) -> Any:
        """The stream that reads and writes."""
        return self._stream

    def put(self, data: bytes) -> None:
        """Writes `data`, in the buffering mode that `setvbuf` chose. Raises OSError."""
        if self._appends and data and self._stream.seekable():
            # The system writes at the end whatever the position is; Python's buffer does not know.
            self._stream.seek(0, os.SEEK_END)
        self._stream.write(data)
        if self._flush_at is not None and self._flush_at in data:
            self._stream.flush()

    def shut(self) -> Any:
        """Closes the file; returns the results of `file:close()`."""
        self.closed = True
        try:
            self._stream.close()
        except OSError as error:
            return failure(error)
        return True

    def lua_close(self) -> None:
        """The metamethod `__close`: closes the file if it is open."""
        if not self.closed:
            self.shut()

    @library("file.close")
    def close(self: Any = ABSENT, *_: Any) -> Any:
        """`file:close()`"""
        return open_file(self).shut()

    @library("file.flush")
    def flush(self: Any = ABSENT, *_: Any) -> Any:
        """`file:flush()`: writes out what is buffered."""
        try:
            open_file(self).stream().flush()
        except (OSError, ValueError) as error:
            return failure(_as_os_error(error))
        return True

    @library("file.lines")
    def lines(self: Any = ABSENT, *formats: Any) -> Any:
        """`file:lines(...)`: a function that reads by these formats (a line) at each call."""
        return line_reader(open_file(self), formats, close_at_end=False)

    @library("file.read")
    def read(self: Any = ABSENT, *formats: Any) -> Any:
        """`file:read(...)`: what each format asks for, up to the first that fails, which gives nil."""
        return read_formats(open_file(self), formats, 2)

    @library("file.seek")
    def seek(self: Any = ABSENT, whence: Any = None, offset: Any = None, *_: Any) -> Any:
        """`file:seek(whence?, offset?)`: moves in the file; returns the position from its beginning."""
        file = open_file(self)
        origin = check_option(2, whence, tuple(_WHENCE), "cur")
        distance = opt_integer(3, offset, 0)
        try:
            return _seek(file.stream(), distance, _WHENCE[origin])
        except io.UnsupportedOperation:
            return failure(OSError(errno.ESPIPE, ""))
        except OSError as error:
            return failure(error)

    @library("file.setvbuf")
    def setvbuf(self: Any = ABSENT, mode: Any = ABSENT, size: Any = None, *_: Any) -> Any:
        """`file:setvbuf(mode, size?)`: "no", "full" or "line" buffering; the size is not used."""
        file = open_file(self)
        chosen = check_option(2, mode, ("no", "full", "line"), None)
        opt_integer(3, size, 0)
        file._flush_at = {"no": b"", "full": None, "line": b"\n"}[chosen]
        return True

    @library("file.write")
    def write(self: Any = ABSENT, *values: Any) -> Any:
        """`file:write(...)`: writes strings and numbers; returns the file."""
        return write_values(open_file(self), values, 2)


class StandardFile(LuaFile):
    """One of the process's standard streams, looked up at each use, which cannot be closed."""

    __slots__ = ("_lookup", "_write")

    def __init__(self, lookup: Callable[[], Any], write: Callable[[bytes], None] | None) -> None:
        super().__init__(io.BytesIO())
        self._lookup = lookup
        self._write = write

    def stream(self) -> Any:
        return self._lookup()

    def put(self, data: bytes) -> None:
        if self._write is None:
            raise OSError(errno.EBADF, "")
        self._write(data)
        if self._flush_at is not None and self._flush_at in data:
            self.stream().flush()

    def shut(self) -> Any:
        return (None, "cannot close standard file")


def _standard_input() -> Any:
    if sys.stdout.line_buffering:
        flush_output()  # a prompt on a terminal
    return getattr(sys.stdin, "buffer", sys.stdin)


def _standard_output() -> Any:
    return getattr(sys.stdout, "buffer", sys.stdout)


def _standard_error() -> Any:
    return getattr(sys.stderr, "buffer", sys.stderr)


stdin: Final = StandardFile(_standard_input, None)
stdout: Final = StandardFile(_standard_output, write_output)
stderr: Final = StandardFile(_standard_error, write_error)


def _seek(stream: Any, distance: int, whence: int) -> int:
    """The new position. A position before the beginning is refused here: Python's buffers get confused by the attempt."""
    before: int = stream.tell()
    start: int = 0 if whence == os.SEEK_SET else before
    if whence == os.SEEK_END:
        start = stream.seek(0, os.SEEK_END)
    target = start + distance
    if target < 0:
        stream.seek(before)
        raise OSError(errno.EINVAL, "")
    moved: int = stream.seek(target)
    return moved


def _as_os_error(error: Exception) -> OSError:
    return error if isinstance(error, OSError) else OSError(errno.EBADF, str(error))


def open_file(value: Any) -> LuaFile:
    """The first argument of a method, which must be an open file."""
    if not isinstance(value, LuaFile):
        raise type_error(1, "FILE*", value)
    if value.closed:
        raise library_error("attempt to use a closed file")
    return value


def write_values(file: LuaFile, values: tuple[Any, ...], first_number: int) -> Any:
    """Writes Lua values; `first_number` is the argument number of the first."""
    try:
        for number, value in enumerate(values, first_number):
            if type(value) is float:
                # As C's "%.14g": unlike tostring, without ".0".
                value = format_number(value).removesuffix(".0")
            file.put(check_string(number, value).encode("latin-1"))
    except (OSError, ValueError) as error:
        return failure(_as_os_error(error))
    return file


def read_formats(file: LuaFile, formats: tuple[Any, ...], first_number: int) -> Any:
    """Reads what `formats` ask for; `first_number` is the argument number of the first."""
    found: list[Any] = []
    try:
        stream = file.stream()
        if not stream.readable():
            return failure(OSError(errno.EBADF, ""))
        if not formats:
            return _read_line(stream, keep_end=False)
        for number, wanted in enumerate(formats, first_number):
            found.append(_read_format(stream, number, wanted))
            if found[-1] is None:
                break
    except (OSError, ValueError) as error:
        return failure(_as_os_error(error))
    return found[0] if len(found) == 1 else tuple(found)


def _read_format(stream: Any, number: int, wanted: Any) -> Any:
    if type(wanted) is int or type(wanted) is float:
        return _read_characters(stream, check_integer(number, wanted))
    letter = check_string(number, wanted).removeprefix("*")[:1]
    if letter == "n":
        return read_number(stream)
    if letter == "l" or letter == "L":
        return _read_line(stream, keep_end=letter == "L")
    if letter == "a":
        return stream.read().decode("latin-1")
    raise argument_error(number, "invalid format")


def _read_line(stream: Any, keep_end: bool) -> str | None:
    line: bytes = stream.readline()
    if not line:
        return None
    return (line if keep_end else line.removesuffix(b"\n")).decode("latin-1")


def _read_characters(stream: Any, count: int) -> str | None:
    if count < 0:
        raise LuaError("not enough memory")
    if count == 0:
        return "" if stream.peek(1) else None
    chunks = []
    while count > 0 and (chunk := stream.read(min(count, _CHUNK))):
        chunks.append(chunk)
        count -= len(chunk)
    return b"".join(chunks).decode("latin-1") if chunks else None


def line_reader(file: LuaFile, formats: tuple[Any, ...], close_at_end: bool) -> Callable[..., Any]:
    """The function that `lines` returns; with `close_at_end` it closes the file when it has nothing more to give."""
    if len(formats) > _MOST_LINE_ARGUMENTS:
        raise argument_error(_MOST_LINE_ARGUMENTS + 2, "too many arguments")

    @library("for iterator")
    def next_line(*_: Any) -> Any:
        if file.closed:
            raise library_error("file is already closed")
        found = read_formats(file, formats, 2)
        leading = found[0] if type(found) is tuple else found
        if leading is not None:
            return found
        if type(found) is tuple and len(found) > 1:
            raise library_error(found[1])
        if close_at_end:
            file.shut()
        return ()

    return next_line


__all__ = [
    "LuaFile",
    "StandardFile",
    "failure",
    "line_reader",
    "open_file",
    "read_formats",
    "stderr",
    "stdin",
    "stdout",
    "write_values",
]
