"""AY0xx: input and output files, command line. AY9xx: errors of ours."""

from __future__ import annotations

import errno
import os
from collections.abc import Sequence
from difflib import get_close_matches

from ..syntax.source import Source
from .model import Diagnostic, Severity


def _about_file(code: str, file: str, message: str, help: str | None = None) -> Diagnostic:
    return Diagnostic(code, Severity.ERROR, message, help, file=file)


def cannot_read(file: str, reason: str) -> Diagnostic:
    is_folder = reason == os.strerror(errno.EISDIR)
    help = "name a file in it" if is_folder else "check the path and its permissions"
    return _about_file("AY001", file, f"cannot be read: {reason}", help)


def no_sources(folder: str) -> Diagnostic:
    return _about_file(
        "AY002",
        folder,
        "holds no .lua file",
        "give the folder with your Lua sources, or the files themselves",
    )


def not_utf8(source: Source, start: int, end: int) -> Diagnostic:
    return Diagnostic(
        "AY003",
        Severity.WARNING,
        "this comment is not UTF-8; in the output the bytes that are not show as \N{REPLACEMENT CHARACTER}",
        "save the file as UTF-8",
        source,
        start,
        end,
    )


def empty_source(file: str) -> Diagnostic:
    message = "holds no statement: there is nothing to compile"
    return _about_file("AY004", file, message, "write a statement, or leave the file out")


def cannot_write(file: str, reason: str) -> Diagnostic:
    return _about_file(
        "AY005", file, f"cannot be written: {reason}", "choose another output folder with -o"
    )


def same_output(file: str, other: str, module: str) -> Diagnostic:
    return _about_file(
        "AY006",
        file,
        f"would become the Python module `{module}`, as {other} does",
        "rename one of them, or compile each folder into an output of its own with -o",
    )


def not_lua_file(file: str) -> Diagnostic:
    return _about_file("AY007", file, "is not a .lua file", "Lua sources end in .lua")


def not_a_module_name(file: str, name: str) -> Diagnostic:
    return _about_file(
        "AY008",
        file,
        f"`{name}` cannot be the name of a Python module",
        "name the source with letters, digits, underscores and hyphens, not with a digit first",
    )


def not_generated(file: str) -> Diagnostic:
    return _about_file(
        "AY010",
        file,
        "would be replaced, and was not written by assay-compile",
        "move the file away, or choose another output folder with -o",
    )


def bad_settings(file: str, reason: str) -> Diagnostic:
    return _about_file("AY011", file, f"cannot be read as TOML: {reason}", "correct the file")


def unknown_setting(file: str, key: str, known: Sequence[str]) -> Diagnostic:
    near = get_close_matches(key, known, 1)
    help = f"did you mean '{near[0]}'?" if near else f"the settings are {', '.join(known)}"
    return _about_file("AY012", file, f"[tool.assay] has no setting '{key}'", help)


def wrong_setting(file: str, setting: str, expected: str, example: str) -> Diagnostic:
    return _about_file(
        "AY013", file, f"{setting} must be {expected}", f"write it like this: {example}"
    )


def other_version_required(said_by: str, required: str, running: str) -> Diagnostic:
    return _about_file(
        "AY014",
        said_by,
        f"version {required} of assay-compile is required, this is {running}",
        f"install it: pip install 'assay-compile{required if required[:1] in '<>=~!' else '==' + required}'",
    )


def package_needs_folder(file: str) -> Diagnostic:
    return _about_file(
        "AY015",
        file,
        "becomes a package of several files, which standard output cannot hold",
        "say where the package goes: -o DIR",
    )


def internal_error(file: str, what: str) -> Diagnostic:
    return _about_file(
        "AY900",
        file,
        f"internal error: {what}",
        "this is a bug of assay-compile, not of your source: please report it with the source; -v shows the traceback",
    )
