"""Settings: the command line and `[tool.assay]` of pyproject.toml in, one frozen `Settings` out. The command line wins.

The pyproject.toml is that of the current folder or the nearest one above it; paths in it are relative to where it lies. A key that
is not known is an error, so that a typing mistake does not pass for a setting.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from .arguments import FORMATS
from .building import available_cores
from .diagnostics import Diagnostic, files
from .sources import TEST_FILES, InputError
from .versions import compiler_version

STANDARD_INPUT = Path("-")

_DEFAULT_STANDARD_INPUT_NAME = Path("stdin.lua")


@dataclass(frozen=True)
class Settings:
    """What one run of `assay-compile` is to do. `output` None: standard input is compiled to standard output."""

    sources: tuple[Path, ...]
    output: Path | None
    check: bool
    diff: bool
    prune: bool
    quiet: bool
    verbose: bool
    format: str
    jobs: int
    cache: bool
    stdin_filename: Path

    @property
    def reads_standard_input(self) -> bool:
        return STANDARD_INPUT in self.sources


def load_settings(given: argparse.Namespace, folder: Path | None = None) -> Settings:
    """The settings for the arguments `given` in `folder` (the current one). Raises InputError."""
    file = find_pyproject(folder or Path.cwd())
    table = {} if file is None else read_table(file)
    shown = "pyproject.toml" if file is None else _shown(file)
    problems = _problems(shown, table)
    if problems:
        raise InputError(problems)
    base = Path() if file is None else file.parent
    _check_version(given.required_version, "--required-version")
    _check_version(table.get("required-version"), shown)
    sources = given.sources or [Path(_shown(base / each)) for each in _texts(table, "sources")]
    output = given.output
    if output is None and STANDARD_INPUT not in sources:
        output = Path(_shown(base / str(table["output"]))) if "output" in table else Path()
    jobs = table.get("jobs")
    return Settings(
        sources=tuple(sources),
        output=output,
        check=given.check,
        diff=given.diff,
        prune=given.prune or table.get("prune") is True,
        quiet=given.quiet or table.get("quiet") is True,
        verbose=given.verbose or table.get("verbose") is True,
        format=given.format or str(table.get("format", "text")),
        jobs=given.jobs or (jobs if isinstance(jobs, int) else available_cores()),
        cache=not given.no_cache and table.get("cache") is not False,
        stdin_filename=given.stdin_filename or _DEFAULT_STANDARD_INPUT_NAME,
    )


def test_patterns(folder: Path | None = None) -> tuple[str, ...]:
    """How files with tests are named, in `folder` (the current one): `test-files` of its pyproject.toml. Raises InputError."""
    file = find_pyproject(folder or Path.cwd())
    table = {} if file is None else read_table(file)
    problems = [] if file is None else _problems(_shown(file), table)
    if problems:
        raise InputError(problems)
    return tuple(_texts(table, "test-files")) or TEST_FILES


def find_pyproject(folder: Path) -> Path | None:
    """The pyproject.toml of `folder` or of the nearest folder above it."""
    for each in (folder, *folder.parents):
        if (each / "pyproject.toml").is_file():
            return each / "pyproject.toml"
    return None


def read_table(file: Path) -> Mapping[str, object]:
    """`[tool.assay]` of the file, empty when it has none. Raises InputError."""
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        raise InputError([files.bad_settings(_shown(file), str(problem))]) from problem
    if "assay" not in text:
        return {}
    # Most projects get here; those that use other tools' tables only do not pay for it.
    import tomllib

    try:
        tools = tomllib.loads(text).get("tool", {})
    except tomllib.TOMLDecodeError as problem:
        raise InputError([files.bad_settings(_shown(file), str(problem))]) from problem
    table: object = tools.get("assay", {}) if isinstance(tools, dict) else tools
    if not isinstance(table, dict):
        example = '[tool.assay], and below it: output = "build"'
        refused = files.wrong_setting(_shown(file), "tool.assay", "a table of settings", example)
        raise InputError([refused])
    return table


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_flag(value: object) -> bool:
    return isinstance(value, bool)


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


_KEYS: dict[str, tuple[Callable[[object], bool], str, str]] = {
    "sources": (_is_texts, "a list of paths", '["src"]'),
    "output": (_is_text, "a path", '"build"'),
    "prune": (_is_flag, "true or false", "true"),
    "format": (lambda value: value in FORMATS, f"one of {', '.join(FORMATS)}", '"json"'),
    "quiet": (_is_flag, "true or false", "true"),
    "verbose": (_is_flag, "true or false", "true"),
    "jobs": (_is_count, "a number of processes, at least 1", "4"),
    "cache": (_is_flag, "true or false", "false"),
    "test-files": (_is_texts, "a list of patterns for names of files", '["*_spec.lua"]'),
    "required-version": (_is_text, "a version as text", '">=0.1,<0.2"'),
}
"""What `[tool.assay]` may hold: a check of the value, what it must be in words, and an example."""


def _problems(file: str, table: Mapping[str, object]) -> list[Diagnostic]:
    found = []
    for key, value in table.items():
        if key not in _KEYS:
            found.append(files.unknown_setting(file, key, sorted(_KEYS)))
        elif not _KEYS[key][0](value):
            found.append(_wrong(file, key))
    return found


def _wrong(file: str, key: str) -> Diagnostic:
    _, expected, example = _KEYS[key]
    return files.wrong_setting(file, f"[tool.assay]: '{key}'", expected, f"{key} = {example}")


def _texts(table: Mapping[str, object], key: str) -> list[str]:
    value = table.get(key)
    return [str(each) for each in value] if isinstance(value, list) else []


def _shown(path: Path) -> str:
    """The path from where the user stands."""
    return os.path.relpath(path)


def _check_version(required: object, said_by: str) -> None:
    """Raises InputError when `required`, if anything, does not allow the version that runs."""
    if not isinstance(required, str):
        return
    running = compiler_version()
    if required in (running, running.partition(".")[0]):
        return
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    try:
        if SpecifierSet(required).contains(running, prereleases=True):
            return
    except InvalidSpecifier:
        pass
    raise InputError([files.other_version_required(said_by, required, running)])
