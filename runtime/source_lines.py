"""The text of a line of Lua, for tracebacks. In: the frame that executes it, and its place. Out: the line, if it is at hand.

No source is embedded in a generated file. A chunk given to `load` has its text among its globals. Otherwise the source is looked
for in the folders of programs that were compiled in memory (`assay run`) and around the generated file: beside it and in the two
folders above, which covers a build folder in a project as well as sources copied into an image. A source that changed after it
was compiled would show a wrong line and counts as absent. Without a source it is the line of the generated file that is shown,
with its place. Files are read only when an error is shown, and once.
"""

from __future__ import annotations

import linecache
import os
import time
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from types import FrameType
from typing import Final

from .positions import Place
from .strings import to_text

_FOLDERS_ABOVE: Final = 2
_LONGEST: Final = 160
_folders: dict[Path, float] = {}

SOURCE_VARIABLE: Final = "__lua_source__"
"""The global of a chunk compiled in memory that holds its Lua text, whose characters are bytes."""


def remember_folder(folder: Path) -> None:
    """Sources are found in `folder`, relative to which chunks are named, as they are now."""
    _folders[folder.resolve()] = time.time()


def source_line(frame: FrameType, place: Place, python_line: int) -> str | None:
    """The text of the line that `frame` executes, without indentation; None when neither source nor generated file is there.

    `python_line` is the line of the generated file.
    """
    python_file = frame.f_code.co_filename
    text = frame.f_globals.get(SOURCE_VARIABLE)
    lines = _lines(to_text(place.chunk), python_file) if text is None else to_text(text).split("\n")
    if lines is not None:
        return _shown(lines[place.line - 1]) if 0 < place.line <= len(lines) else None
    if not os.path.isabs(python_file):
        return None  # made in memory: nobody could look at it
    generated = _shown(linecache.getline(python_file, python_line))
    return None if generated is None else f"{Path(python_file).name}:{python_line}: {generated}"


def _shown(line: str) -> str | None:
    stripped = line.strip()
    if not stripped:
        return None
    return stripped if len(stripped) <= _LONGEST else f"{stripped[:_LONGEST]}..."


@lru_cache(maxsize=256)
def _lines(chunk: str, python_file: str) -> Sequence[str] | None:
    """The lines of the source of a chunk, None when it is nowhere or has changed."""
    if not chunk.endswith(".lua"):
        return None
    for folder, compiled_at in _places(python_file):
        path = folder / chunk
        try:
            if path.stat().st_mtime > compiled_at:
                continue
            return path.read_text("utf-8", "replace").split("\n")
        except (OSError, ValueError):
            continue
    return None


def _places(python_file: str) -> Iterator[tuple[Path, float]]:
    """Folders that may have the source, with the time at which it was compiled at the latest."""
    yield from _folders.items()
    try:
        compiled_at = os.stat(python_file).st_mtime
    except OSError:
        return
    folder = Path(python_file).resolve().parent
    for each in (folder, *folder.parents[:_FOLDERS_ABOVE]):
        yield each, compiled_at
