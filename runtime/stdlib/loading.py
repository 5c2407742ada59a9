"""`load`, `loadfile`, `dofile`: code compiled while the program runs. Lua manual: 6.1.

The compiler is only imported when one of them is called. Binary chunks (string.dump) do not exist here.
"""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any

from ..calls import first
from ..errors import LuaError, library, library_error
from ..numbers import format_number
from ..program import current_globals
from ..strings import to_text
from ..suspending import SuspendingFunction
from ..values import type_name
from .arguments import ABSENT, type_error

_LONGEST_CHUNK_NAME = 60
"""LUA_IDSIZE: how long a chunk's name may be in messages, its end included."""


@library("load")
def load(
    chunk: Any = ABSENT,
    chunk_name: Any = None,
    mode: Any = None,
    environment: Any = ABSENT,
    *_: Any,
) -> Any:
    """`load(chunk, chunkname?, mode?, env?)`: the compiled chunk as a function, or nil and a message."""
    if type(chunk) is int or type(chunk) is float:
        chunk = format_number(chunk)
    if type(chunk) is str:
        text = chunk
        name = chunk if chunk_name is None else chunk_name
    elif type_name(chunk) == "function":
        try:
            text = _pieces(chunk)
        except LuaError as error:
            return (None, error.value)
        name = "=(load)" if chunk_name is None else chunk_name
    else:
        raise type_error(1, "function", chunk)
    if type(mode) is str and "t" not in mode:
        return (None, f"attempt to load a text chunk (mode is '{mode}')")
    return _compiled(text, display_name(str(name)), environment)


@library("loadfile")
def loadfile(path: Any = None, mode: Any = None, environment: Any = ABSENT, *_: Any) -> Any:
    """`loadfile(filename?, mode?, env?)`: as load, from a file."""
    try:
        data = Path(to_text(str(path))).read_bytes()
    except OSError as problem:
        return (
            None,
            (
                f"cannot open {path}: {problem.strerror}"
                if problem.strerror
                else f"cannot open {path}"
            ),
        )
    return _compiled(_without_first_comment(data), display_name(f"@{path}"), environment)


@library("dofile")
def dofile(path: Any = None, *_: Any) -> Any:
    """`dofile(filename?)`: runs a file and gives its results."""
    loaded = loadfile(path)
    if type(loaded) is tuple:
        raise LuaError(loaded[1])
    return loaded()


def display_name(name: str) -> str:
    """How messages show a chunk's name (lobject.c, luaO_chunkid)."""
    room = _LONGEST_CHUNK_NAME - 1
    if name.startswith("="):
        return name[1 : room + 1]
    if name.startswith("@"):
        return name[1:] if len(name) - 1 <= room else "..." + name[-(room - 3) :]
    line, newline, _ = name.partition("\n")
    room -= len('[string "..."]')
    if not newline and len(line) <= room:
        return f'[string "{line}"]'
    return f'[string "{line[:room]}..."]'


def _compiled(text: str, name: str, environment: Any) -> Any:
    from assay.transpiler.diagnostics import CompileError
    from assay.transpiler.memory import compile_chunk
    from assay.transpiler.syntax.errors import LuaSyntaxError
    from assay.transpiler.syntax.source import Source

    scope = current_globals() if environment is ABSENT else environment
    try:
        main = compile_chunk(Source(name, text, name), scope)
    except LuaSyntaxError as problem:
        place = f"{name}:{problem.lua_line}: " if problem.lua_line else ""
        return (None, f"{place}{problem.lua_message}")
    except CompileError as problem:
        return (None, f"{name}: {problem}")
    return SuspendingFunction(main) if inspect.iscoroutinefunction(main) else main


def _pieces(function: Any) -> str:
    parts: list[str] = []
    while True:
        piece = first(function())
        if piece is None or piece == "":
            return "".join(parts)
        if type(piece) is not str:
            raise library_error("reader function must return a string")
        parts.append(piece)


def _without_first_comment(data: bytes) -> str:
    if data.startswith(b"\xef\xbb\xbf"):
        data = data[3:]
    if data.startswith(b"#"):
        end = data.find(b"\n")
        data = b"" if end < 0 else data[end:]
    return data.decode("latin-1")
