"""What earlier runs wrote for sources that are gone. In: the output folder, what this run compiles. Out: files of ours to remove.

Only asked where a folder is compiled: one file says nothing about the others. A file of the output is left over when this compiler
has written it, no source of this run becomes it, and no source of the name that its first line tells is where sources are looked
for. Imports nothing of the compiler proper.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from .compiled import MODULES_FOLDER, Compiled
from .writing import GENERATED_MARK, is_generated, read_generated

_SOURCE_NAME = re.compile(r'"""(?:The worker of )?(.+?\.lua)(?:, .+)?\. ' + GENERATED_MARK)
_LEVELS_ABOVE = 2
"""How far above the output folder a source may lie, as for the texts of lines in tracebacks."""


def left_overs(
    compiled: Iterable[Compiled], folder: Path, given: Sequence[Path]
) -> dict[Path, list[Path]]:
    """Modules and packages in `folder` whose source is gone, each with the files of ours that it is made of.

    `given` are the paths that the command line names.
    """
    folders = [path for path in given if path.is_dir()]
    if not folders or not folder.is_dir():
        return {}
    written = {output for one in compiled for output in one.outputs}
    found: dict[Path, list[Path]] = {}
    names: set[str] | None = None
    for module in _modules(folder):
        first = module / "__init__.py" if module.is_dir() else module
        if first.relative_to(folder).as_posix() in written:
            continue
        source = source_name(first)
        if source is None:
            continue
        if names is None:
            names = _names_of_sources(folders, folder)
        if source not in names:
            inside = sorted(module.glob("*.py")) if module.is_dir() else [module]
            found[module] = [path for path in inside if is_generated(path)]
    return found


def source_name(path: Path) -> str | None:
    """The name of the Lua file that the module at `path` was compiled from; None when it is none of ours."""
    match = _SOURCE_NAME.match((read_generated(path) or "").partition("\n")[0])
    return None if match is None else match[1]


def remove_empty(modules: Iterable[Path]) -> None:
    """Removes the folders of packages that hold nothing any more but what Python has cached."""
    for module in modules:
        if module.is_dir() and all(path.name == "__pycache__" for path in module.iterdir()):
            shutil.rmtree(module, ignore_errors=True)
        elif module.parent.name and not module.exists():
            with suppress(OSError):  # not empty: others are still there
                module.parent.rmdir()


def _modules(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.name == MODULES_FOLDER:
            yield from sorted(path.rglob("*.py"))
        elif path.suffix == ".py" or (path / "__init__.py").is_file():
            yield path


def _names_of_sources(folders: Iterable[Path], output: Path) -> set[str]:
    names = {path.name for folder in folders for path in folder.rglob("*.lua")}
    above = output.absolute().parents[:_LEVELS_ABOVE]
    for place in (Path(), *above):
        names |= {path.name for path in place.glob("*.lua")}
    return names
