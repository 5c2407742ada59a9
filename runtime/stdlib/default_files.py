"""The functions of the io library (manual 6.8): files by name, default input and output, processes.

The files themselves, with their methods, are in files.py.
"""

from __future__ import annotations

import re
import subprocess
import tempfile
from typing import Any, BinaryIO, Final

from ..errors import argument_error, library, library_error
from .arguments import ABSENT, check_any, check_string, opt_string, type_error
from .files import (
    LuaFile,
    failure,
    line_reader,
    open_file,
    read_formats,
    stdin,
    stdout,
    write_values,
)
from .os import exit_status, file_name
from .streams import flush_output

_MODE: Final = re.compile(r"[rwa]\+?b*")


class _Defaults:
    """The default input and output: one pair for the process, as for a Lua state."""

    input: LuaFile = stdin
    output: LuaFile = stdout


_defaults: Final = _Defaults()


class _ProcessFile(LuaFile):
    """A file that is one end of a pipe; closing it waits for the process."""

    __slots__ = ("_process",)

    def __init__(self, stream: BinaryIO, process: subprocess.Popen[bytes]) -> None:
        super().__init__(stream)
        self._process = process

    def shut(self) -> Any:
        closed = super().shut()
        status = exit_status(self._process.wait())
        return status if closed is True else closed


@library("io.open")
def lua_open(name: Any = ABSENT, mode: Any = None, *_: Any) -> Any:
    """`io.open(name, mode?)`: the file, or nil, a message and an error number."""
    path, wanted = check_string(1, name), opt_string(2, mode, "r")
    if not _MODE.fullmatch(wanted):
        raise argument_error(2, "invalid mode")
    try:
        return _opened(path, wanted)
    except OSError as error:
        return failure(error, path)


def _opened(path: str, mode: str) -> LuaFile:
    python_mode = mode[0] + "b" + ("+" if "+" in mode else "")
    stream: Any = open(file_name(path), python_mode)  # noqa: SIM115  # the Lua program closes it
    if python_mode == "ab+":
        stream.seek(0)  # C reads from the beginning, Python from the end
    return LuaFile(stream, appends=mode[0] == "a")


def _opened_or_error(path: str, mode: str) -> LuaFile:
    try:
        return _opened(path, mode)
    except OSError as error:
        raise library_error(f"cannot open file '{path}' ({failure(error)[1]})") from None


@library("io.popen")
def popen(command: Any = ABSENT, mode: Any = None, *_: Any) -> Any:
    """`io.popen(command, mode?)`: runs a shell command; the file reads its output ("r") or writes its input ("w")."""
    line, wanted = check_string(1, command), opt_string(2, mode, "r")
    if wanted not in ("r", "w"):
        raise argument_error(2, "invalid mode")
    flush_output()
    try:
        process = subprocess.Popen(
            file_name(line),
            shell=True,
            stdin=subprocess.PIPE if wanted == "w" else None,
            stdout=subprocess.PIPE if wanted == "r" else None,
        )
    except OSError as error:
        return failure(error, line)
    stream: Any = process.stdin if wanted == "w" else process.stdout
    return _ProcessFile(stream, process)


@library("io.tmpfile")
def tmpfile(*_: Any) -> Any:
    """`io.tmpfile()`: a file for reading and writing that is gone when it is closed."""
    try:
        return LuaFile(tempfile.TemporaryFile("w+b"))
    except OSError as error:
        return failure(error)


@library("io.type")
def lua_type(value: Any = ABSENT, *_: Any) -> str | None:
    """`io.type(v)`: "file", "closed file", or nil for what is no file."""
    if not isinstance(check_any(1, value), LuaFile):
        return None
    return "closed file" if value.closed else "file"


@library("io.close")
def close(file: Any = ABSENT, *_: Any) -> Any:
    """`io.close(file?)`: closes the file, the default output without one."""
    return open_file(_defaults.output if file is ABSENT else file).shut()


def _default(file: LuaFile, name: str) -> LuaFile:
    if file.closed:
        raise library_error(f"default {name} file is closed")
    return file


@library("io.read")
def read(*formats: Any) -> Any:
    """`io.read(...)`: `read` of the default input."""
    return read_formats(_default(_defaults.input, "input"), formats, 1)


@library("io.write")
def write(*values: Any) -> Any:
    """`io.write(...)`: `write` of the default output."""
    return write_values(_default(_defaults.output, "output"), values, 1)


@library("io.flush")
def flush(*_: Any) -> Any:
    """`io.flush()`: `flush` of the default output."""
    return LuaFile.flush(_default(_defaults.output, "output"))


@library("io.lines")
def lines(name: Any = None, *formats: Any) -> Any:
    """`io.lines(name?, ...)`: for a generic `for` over the lines of a file, which is closed at its end; of the default input
    without a name."""
    if name is None:
        return line_reader(open_file(_defaults.input), formats, close_at_end=False)
    file = _opened_or_error(check_string(1, name), "r")
    return (line_reader(file, formats, close_at_end=True), None, None, file)


@library("io.input")
def lua_input(file: Any = None, *_: Any) -> LuaFile:
    """`io.input(file?)`: sets the default input to a file or to the file of that name; returns the default input."""
    if file is not None:
        _defaults.input = _chosen(file, "r")
    return _defaults.input


@library("io.output")
def output(file: Any = None, *_: Any) -> LuaFile:
    """`io.output(file?)`: sets the default output to a file or to the file of that name; returns the default output."""
    if file is not None:
        _defaults.output = _chosen(file, "w")
    return _defaults.output


def _chosen(file: Any, mode: str) -> LuaFile:
    if isinstance(file, LuaFile):
        return open_file(file)
    if type(file) in (str, int, float):
        return _opened_or_error(check_string(1, file), mode)
    raise type_error(1, "FILE*", file)
