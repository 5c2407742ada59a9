"""The global `fs`: files and folders of the worker's machine, for activities and scripts.

Contents are bytes, whatever they mean: `read` and `read_bytes` are the same, as are `write` and `write_bytes`. Paths are bytes
too and relative to the working directory of the process. Lists are sorted by the bytes of their names. Every error says which
path and why: `fs.read: settings.json: No such file or directory`.
"""

from __future__ import annotations

import os
import re
import stat as modes
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from ..errors import argument_error, library, library_error
from ..json_values import mark_array
from ..stdlib.arguments import ABSENT, check_string, type_error
from ..strings import from_bytes, from_text, to_bytes
from ..values import LuaTable
from .options import check_option_names, optional_table
from .waiting import waiting

_MODE: Final = re.compile(r"0?[0-7]{1,4}")


@library("fs.read")
def read(path: Any = ABSENT, *_: Any) -> str:
    """`fs.read(path)`: the bytes of the file. Error: it is not there, is a folder or may not be read."""
    return _read("fs.read", check_string(1, path))


@library("fs.read_bytes")
def read_bytes(path: Any = ABSENT, *_: Any) -> str:
    """`fs.read_bytes(path)`: another name for `fs.read`."""
    return _read("fs.read_bytes", check_string(1, path))


@library("fs.write")
def write(path: Any = ABSENT, data: Any = ABSENT, *_: Any) -> tuple[()]:
    """`fs.write(path, data)`: makes the file, or replaces what is in it; folders on the way are made. Error: it cannot be
    written."""
    return _write("fs.write", check_string(1, path), check_string(2, data))


@library("fs.write_bytes")
def write_bytes(path: Any = ABSENT, data: Any = ABSENT, *_: Any) -> tuple[()]:
    """`fs.write_bytes(path, data)`: another name for `fs.write`."""
    return _write("fs.write_bytes", check_string(1, path), check_string(2, data))


@library("fs.remove")
def remove(path: Any = ABSENT, *_: Any) -> tuple[()]:
    """`fs.remove(path)`: removes a file, a symbolic link (not what it leads to), or a folder with everything in it. Error: it is
    not there, cannot be removed, or is the root of the file system."""
    import shutil

    name = check_string(1, path)
    with _naming("fs.remove", name):
        target = to_bytes(name)
        if os.path.realpath(target) == b"/" and not os.path.islink(target):
            raise library_error("fs.remove: /: the root of the file system stays")
        if os.path.isdir(target) and not os.path.islink(target):
            shutil.rmtree(target)
        else:
            os.unlink(target)
    return ()


@library("fs.copy")
def copy(source: Any = ABSENT, target: Any = ABSENT, *_: Any) -> int:
    """`fs.copy(source, target)`: copies a file with its permissions, replacing the target; returns its size in bytes. Error: the
    source is no file that can be read, the target's folder is not there."""
    import shutil

    origin, destination = check_string(1, source), check_string(2, target)
    with _naming("fs.copy", origin):
        try:
            shutil.copyfile(to_bytes(origin), to_bytes(destination))
            shutil.copymode(to_bytes(origin), to_bytes(destination))
        except shutil.Error:
            raise library_error(f"fs.copy: {origin}: source and target are the same file") from None
        return os.stat(to_bytes(destination)).st_size


@library("fs.rename")
def rename(source: Any = ABSENT, target: Any = ABSENT, *_: Any) -> tuple[()]:
    """`fs.rename(source, target)`: renames a file or folder, replacing a file that is there. Error: the source is not there, both
    are not on the same file system."""
    origin, destination = check_string(1, source), check_string(2, target)
    with _naming("fs.rename", origin):
        os.rename(to_bytes(origin), to_bytes(destination))
    return ()


@library("fs.chmod")
def chmod(path: Any = ABSENT, mode: Any = ABSENT, *_: Any) -> tuple[()]:
    """`fs.chmod(path, mode)`: sets the permissions; `mode` is a string of octal digits as `chmod` takes them: `"644"`. Error: a
    mode that is a number, which Lua would read as decimal; the file is not there or belongs to somebody else.
    """
    name = check_string(1, path)
    if type(mode) is not str:
        raise type_error(2, "string", mode)
    if not _MODE.fullmatch(mode):
        raise argument_error(2, 'octal digits like "644" expected')
    with _naming("fs.chmod", name):
        os.chmod(to_bytes(name), int(mode, 8))
    return ()


@library("fs.mkdir")
def mkdir(path: Any = ABSENT, *_: Any) -> tuple[()]:
    """`fs.mkdir(path)`: makes a folder and those above it; does nothing when it is there. Error: a file is in its place."""
    name = check_string(1, path)
    with _naming("fs.mkdir", name):
        os.makedirs(to_bytes(name), exist_ok=True)
    return ()


@library("fs.list")
def list(path: Any = ABSENT, *_: Any) -> LuaTable:
    """`fs.list(path)`: what is in a folder, as a list of `{name, type}`; the type is `"file"`, `"directory"`, `"symlink"` or
    `"other"`. Error: it is no folder that can be read."""
    name = check_string(1, path)
    with _naming("fs.list", name):
        return _sequence(
            LuaTable({"name": from_bytes(entry.name), "type": _type(entry)})
            for entry in _entries(to_bytes(name))
        )


@library("fs.readdir")
def readdir(path: Any = ABSENT, opts: Any = None, *_: Any) -> LuaTable:
    """`fs.readdir(path, {depth}?)`: what is in a folder and in the folders in it, as a list of `{name, path, type}`, a folder
    before what is in it. `path` begins with the given path; `depth` is how many levels to go down, 1 for the folder alone, all
    when it is not given. Symbolic links are not followed. Errors as `fs.list`."""
    name = check_string(1, path)
    options = optional_table(2, opts)
    check_option_names("fs.readdir", options, ("depth",))
    depth = options["depth"]
    if depth is not None and (type(depth) is not int or depth < 1):
        raise library_error("fs.readdir: opts.depth must be an integer from 1")
    with _naming("fs.readdir", name):
        return _sequence(
            LuaTable(
                {
                    "name": from_bytes(entry.name),
                    "path": from_bytes(entry.path),
                    "type": _type(entry),
                }
            )
            for entry in _walk(to_bytes(name), depth)
        )


@library("fs.glob")
def glob(pattern: Any = ABSENT, *_: Any) -> LuaTable:
    """`fs.glob(pattern)`: a list of the paths that match, empty when none does. `*` and `?` stand for characters of a name, `[ab]`
    for one of several, `**` for folders of any depth; names that begin with a dot match only a pattern that has the dot.
    """
    import glob as patterns

    wanted = check_string(1, pattern)
    with _naming("fs.glob", wanted):
        return _sequence(map(from_bytes, sorted(patterns.glob(to_bytes(wanted), recursive=True))))


@library("fs.tempdir")
def tempdir(*_: Any) -> str:
    """`fs.tempdir()`: the path of a new, empty folder that only this user may enter; it stays until `fs.remove`. Error: the
    system's folder for temporary files cannot be written."""
    import tempfile

    with _naming("fs.tempdir", "temporary folder"):
        return from_bytes(os.fsencode(tempfile.mkdtemp(prefix="assay-")))


@library("fs.stat")
def stat(path: Any = ABSENT, *_: Any) -> LuaTable:
    """`fs.stat(path)`: `{size, modified, type, is_file, is_dir, mode}`, following symbolic links. `size` is in bytes, `modified` in
    seconds since 1970 with fractions, `mode` the permissions as `fs.chmod` takes them. Error: it is not there.
    """
    name = check_string(1, path)
    with _naming("fs.stat", name):
        found = os.stat(to_bytes(name))
    is_file, is_folder = modes.S_ISREG(found.st_mode), modes.S_ISDIR(found.st_mode)
    return LuaTable(
        {
            "size": found.st_size,
            "modified": found.st_mtime,
            "type": "file" if is_file else "directory" if is_folder else "other",
            "is_file": is_file,
            "is_dir": is_folder,
            "mode": f"{modes.S_IMODE(found.st_mode):03o}",
        }
    )


@library("fs.exists")
def exists(path: Any = ABSENT, *_: Any) -> bool:
    """`fs.exists(path)`: whether there is a file or folder; false for a symbolic link that leads nowhere."""
    return os.path.exists(to_bytes(check_string(1, path)))


@contextmanager
def _naming(function: str, path: str) -> Iterator[None]:
    """Turns errors of the system into Lua errors that name `path`; the worker heartbeats meanwhile."""
    try:
        with waiting():
            yield
    except OSError as error:
        reason = error.strerror or str(error)
        # A second path is one of several that an operation on `path` came upon.
        place = path
        if isinstance(error.filename, bytes | str) and os.fsencode(error.filename) != to_bytes(
            path
        ):
            place = f"{path}: {from_bytes(os.fsencode(error.filename))}"
        raise library_error(f"{function}: {place}: {from_text(reason)}") from None
    except ValueError:
        raise library_error(f"{function}: the path has a zero byte") from None


def _read(function: str, path: str) -> str:
    with _naming(function, path), open(to_bytes(path), "rb") as file:
        return from_bytes(file.read())


def _write(function: str, path: str, data: str) -> tuple[()]:
    with _naming(function, path):
        target = to_bytes(path)
        folder = os.path.dirname(target)
        if folder:
            os.makedirs(folder, exist_ok=True)
        with open(target, "wb") as file:
            file.write(to_bytes(data))
    return ()


def _entries(folder: bytes) -> Any:
    with os.scandir(folder) as entries:
        return sorted(entries, key=lambda entry: entry.name)


def _walk(folder: bytes, depth: int | None) -> Iterator[os.DirEntry[bytes]]:
    """What is in `folder` and, while `depth` lasts, below it; needs no stack however deep that is."""
    waiting_entries = [(entry, 1) for entry in reversed(_entries(folder))]
    while waiting_entries:
        entry, level = waiting_entries.pop()
        yield entry
        if (depth is None or level < depth) and entry.is_dir(follow_symlinks=False):
            waiting_entries += [(inner, level + 1) for inner in reversed(_entries(entry.path))]


def _type(entry: os.DirEntry[bytes]) -> str:
    if entry.is_symlink():
        return "symlink"
    if entry.is_dir(follow_symlinks=False):
        return "directory"
    return "file" if entry.is_file(follow_symlinks=False) else "other"


def _sequence(items: Iterator[Any]) -> LuaTable:
    return mark_array(LuaTable(enumerate(items, 1)))
