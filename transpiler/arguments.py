"""The arguments of `assay-compile`, as an argparse parser. What is not given is None, so that pyproject.toml can say it."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

from .versions import compiler_version

FORMATS = ("text", "json", "sarif", "github")
SHELLS = ("bash", "zsh", "tcsh")

_DESCRIPTION = (
    "Compiles Temporal workflows and activities written in Lua into Python modules. "
    "A source that calls temporal.worker becomes the package OUTPUT/NAME/, any other the module OUTPUT/NAME.py."
)
_EPILOG = (
    "`assay-compile explain AY123` tells the cause, an example and the fix of a diagnostic. "
    "Settings come from [tool.assay] in pyproject.toml; arguments win."
)


def compile_parser() -> argparse.ArgumentParser:
    """The parser of `assay-compile`."""
    parser = argparse.ArgumentParser(
        prog="assay-compile", description=_DESCRIPTION, epilog=_EPILOG, allow_abbrev=False
    )
    add_compile_arguments(parser)
    add_information_arguments(parser)
    return parser


def add_information_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `assay` and `assay-compile` that tell something and exit."""
    parser.add_argument("--version", action=Version, nargs=0, help="show the version and exit")
    parser.add_argument(
        "--print-completion",
        action=PrintCompletion,
        choices=SHELLS,
        metavar="SHELL",
        help="print the completion script for bash, zsh or tcsh and exit",
    )


def add_compile_arguments(parser: argparse.ArgumentParser) -> None:
    """What `assay-compile` and `assay compile` share."""
    parser.add_argument(
        "sources",
        nargs="*",
        type=Path,
        metavar="SRC",
        help="Lua files, or folders with Lua files; - is standard input",
    )
    _add_output(parser)
    _add_messages(parser)
    _add_work(parser)
    parser.add_argument(
        "--required-version",
        metavar="VERSION",
        help="exit 2 unless this is the version that runs: 0.1.0, a major version, or a range such as >=0.1,<0.2",
    )


def _add_output(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "-o", "--output", type=Path, metavar="DIR", help="where the output goes (default: here)"
    )
    parser.add_argument(
        "--check",
        action="store_true",
        help="write nothing; exit 1 when the output is not up to date",
    )
    parser.add_argument("--diff", action="store_true", help="write nothing; show what would change")
    parser.add_argument(
        "--prune",
        action="store_true",
        help="with folders: remove what earlier runs wrote for sources that are gone",
    )
    parser.add_argument(
        "--watch", action="store_true", help="go on: compile again whenever a source changes"
    )
    parser.add_argument(
        "--stdin-filename",
        type=Path,
        metavar="FILE.lua",
        help="with SRC -: the file that standard input stands for, which gives the output its name",
    )


def _add_messages(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--format",
        choices=FORMATS,
        help="how diagnostics are shown: text on standard error (default), or json, sarif or github on standard output",
    )
    parser.add_argument("-q", "--quiet", action="store_true", help="say nothing but errors")
    parser.add_argument(
        "-v",
        "--verbose",
        action="store_true",
        help="name each file written; with a bug of ours, show its traceback",
    )


def _add_work(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "-j",
        "--jobs",
        type=job_count,
        metavar="N",
        help="compile up to N files at once (default: one for each processor core)",
    )
    parser.add_argument(
        "--no-cache",
        action="store_true",
        help="compile everything; neither use nor keep results of earlier runs",
    )


def job_count(text: str) -> int:
    """A number of processes. Raises argparse.ArgumentTypeError."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of processes")
    return int(text)


class Version(argparse.Action):
    """Looks the version up only when it is asked for, which costs time."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: str | Sequence[Any] | None,
        option: str | None = None,
    ) -> NoReturn:
        print(f"{parser.prog} {compiler_version()}")
        parser.exit(0)


class PrintCompletion(argparse.Action):
    """Prints the script for the parser it stands in, with shtab, which is loaded only here."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: str | Sequence[Any] | None,
        option: str | None = None,
    ) -> NoReturn:
        import shtab

        for action in parser._actions:
            if action.type is Path:
                kind = shtab.DIRECTORY if action.dest == "output" else shtab.FILE
                action.complete = kind  # type: ignore[attr-defined]  # where shtab looks for it
        print(shtab.complete(parser, shell=str(values)))
        parser.exit(0)
