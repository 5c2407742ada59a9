"""The command line `assay-compile`: arguments in, files and exit status out.

Exit status: 0 done; 1 diagnostics of severity error, or `--check` found stale output; 2 wrong usage or unreadable
input. Diagnostics go to stderr, never a traceback for bad input.
"""

from __future__ import annotations

import argparse
import difflib
import sys
from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from .diagnostics import Diagnostic, Severity, render

if TYPE_CHECKING:
    from .project import Compiled

_UNREADABLE = 2
"""The exit status for a source that cannot be read; argparse exits with it for wrong usage."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command; gives the exit status."""
    options = _parser().parse_args(arguments)
    # Imported late, so that --help and wrong usage answer at once.
    from . import project

    try:
        paths = project.find_sources(options.sources)
        sources = [(project.read_source(path), path) for path in paths]
    except project.InputError as problem:
        _show(problem.diagnostics)
        return _UNREADABLE
    compiled = [project.compile_source(source, path) for source, path in sources]
    diagnostics = [d for one in compiled for d in one.diagnostics]
    diagnostics += project.check_collisions(compiled)
    _show(d for d in diagnostics if d.severity is Severity.ERROR or not options.quiet)
    if options.verbose:
        for one in compiled:
            if one.crash:
                print(one.crash, file=sys.stderr)
    if any(d.severity is Severity.ERROR for d in diagnostics):
        errors = sum(d.severity is Severity.ERROR for d in diagnostics)
        _say(options, f"{_count(errors, 'error')}: nothing was written")
        return _UNREADABLE if any(d.code == "AY001" for d in diagnostics) else 1
    changes = project.stale_files(compiled, options.output)
    if options.check or options.diff:
        return _report_changes(options, changes)
    problems = project.check_foreign_files(changes) or project.write_files(changes)
    _show(problems)
    if problems:
        _say(options, f"{_count(len(problems), 'error')}: nothing was written")
        return 1
    _summary(options, compiled, changes)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="assay-compile",
        description="Compiles Temporal workflows and activities written in Lua into Python modules.",
        epilog="A source that calls temporal.worker becomes the package OUTPUT/NAME/, any other the module OUTPUT/NAME.py.",
    )
    parser.add_argument(
        "sources", nargs="+", type=Path, metavar="SRC", help="Lua files, or folders with Lua files"
    )
    parser.add_argument(
        "-o",
        "--output",
        type=Path,
        default=Path("."),
        metavar="DIR",
        help="where the output goes (default: here)",
    )
    parser.add_argument(
        "--check",
        action="store_true",
        help="write nothing; exit 1 when the output is not up to date",
    )
    parser.add_argument("--diff", action="store_true", help="write nothing; show what would change")
    parser.add_argument("-q", "--quiet", action="store_true", help="say nothing but errors")
    parser.add_argument(
        "-v",
        "--verbose",
        action="store_true",
        help="name each file written; with a bug of ours, show its traceback",
    )
    parser.add_argument(
        "--version", action="version", version=f"%(prog)s {version('assay-compile')}"
    )
    return parser


def _show(diagnostics: Iterable[Diagnostic]) -> None:
    for diagnostic in diagnostics:
        print(render(diagnostic), file=sys.stderr)


def _report_changes(options: argparse.Namespace, changes: Mapping[Path, str | None]) -> int:
    from .project import read_generated

    for path, text in changes.items():
        if options.diff:
            old = (read_generated(path) or "").splitlines(keepends=True)
            new = (text or "").splitlines(keepends=True)
            sys.stdout.writelines(difflib.unified_diff(old, new, str(path), str(path)))
        else:
            _say(options, f"{path}: {'would be removed' if text is None else 'is not up to date'}")
    _say(
        options,
        f"{_count(len(changes), 'file')} would change" if changes else "everything is up to date",
    )
    return 1 if changes and options.check else 0


def _summary(
    options: argparse.Namespace, compiled: Sequence[Compiled], changes: Mapping[Path, str | None]
) -> None:
    if options.verbose:
        for path, text in changes.items():
            _say(options, f"{'removed' if text is None else 'wrote'} {path}")
    for one in compiled:
        kind = "worker" if one.is_worker else "script (no temporal.worker in it)"
        first = next(iter(one.outputs))
        target = options.output / (first.partition("/")[0] if one.is_worker else first)
        _say(options, f"{one.path} -> {target}: {kind}")
    _say(
        options,
        f"{_count(len(compiled), 'source')} compiled, {_count(len(changes), 'file')} written",
    )


def _say(options: argparse.Namespace, text: str) -> None:
    if not options.quiet:
        print(text, file=sys.stderr)


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"


if __name__ == "__main__":
    sys.exit(main())
