"""One run of `assay-compile`: settings in, files and exit status out.

Exit status: 0 done; 1 diagnostics of severity error, or `--check` found stale output; 2 wrong usage, input that cannot be read or
output that cannot be written.
"""

from __future__ import annotations

import difflib
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from . import left_overs, sources, writing
from .building import compile_all
from .cache import Cache, default_folder
from .compiled import Compiled
from .console import Console, count
from .diagnostics import Diagnostic, Severity, files
from .progress import Progress
from .settings import STANDARD_INPUT, Settings
from .syntax.source import Source

UNREADABLE = 2
"""The exit status for what cannot be read or written; argparse exits with it for wrong usage."""

_UNREADABLE_CODES = frozenset({"AY001", "AY005", "AY015"})


def run(settings: Settings, cache: Cache | None = None) -> int:
    """Compiles, and writes or compares. Gives the exit status. `cache` None: the user's, if the settings allow it."""
    console = console_for(settings)
    try:
        return _run(settings, console, cache)
    except sources.InputError as problem:
        console.show(problem.diagnostics)
        return UNREADABLE
    finally:
        console.finish()


def console_for(settings: Settings) -> Console:
    result_on_stdout = settings.output is None or settings.diff
    return Console(settings.format, quiet=settings.quiet, result_on_stdout=result_on_stdout)


def _run(settings: Settings, console: Console, cache: Cache | None) -> int:
    found = _read_sources(settings)
    if cache is None and settings.cache:
        cache = Cache(default_folder())
    progress = Progress(not settings.quiet and settings.format == "text")
    try:
        compiled = compile_all(found, cache, settings.jobs, progress.report)
    finally:
        progress.clear()
    compiled = _programs(compiled, settings.sources)
    diagnostics = [d for one in compiled for d in one.diagnostics]
    diagnostics += writing.check_collisions(compiled)
    if settings.output is None:
        diagnostics += [files.package_needs_folder(str(c.path)) for c in compiled if c.is_worker]
    console.show(diagnostics)
    if settings.verbose:
        for one in compiled:
            if one.crash:
                print(one.crash, file=sys.stderr)
    errors = sum(d.severity is Severity.ERROR for d in diagnostics)
    if errors:
        console.say(f"{count(errors, 'error')}: nothing was written")
        return _status(diagnostics)
    if settings.output is None:
        return _print(settings, compiled)
    return _write(settings, console, compiled, settings.output)


def _programs(compiled: Sequence[Compiled], named: Sequence[Path]) -> list[Compiled]:
    """Those that are programs: what a folder holds for other sources to require is compiled along with these."""
    required = {path.absolute() for one in compiled for path in one.lookups.read_paths()}
    return [
        one
        for one in compiled
        if one.is_worker or one.path in named or one.path.absolute() not in required
    ]


def _status(diagnostics: Sequence[Diagnostic]) -> int:
    return UNREADABLE if any(d.code in _UNREADABLE_CODES for d in diagnostics) else 1


def _read_sources(settings: Settings) -> list[tuple[Source, Path]]:
    """The sources with their paths. Raises InputError."""
    found = []
    if settings.reads_standard_input:
        name = settings.stdin_filename
        found.append((Source.from_bytes(name.as_posix(), sys.stdin.buffer.read()), name))
    paths = [path for path in settings.sources if path != STANDARD_INPUT]
    found += [(sources.read_source(path), path) for path in sources.find_sources(paths)]
    return found


def _print(settings: Settings, compiled: Sequence[Compiled]) -> int:
    """Writes the module that standard input became to standard output."""
    if not settings.check:
        for one in compiled:
            sys.stdout.write(next(iter(one.outputs.values())))
        sys.stdout.flush()
    return 0


def _write(settings: Settings, console: Console, compiled: Sequence[Compiled], folder: Path) -> int:
    changes = writing.stale_files(compiled, folder)
    gone = left_overs.left_overs(compiled, folder, settings.sources)
    if settings.prune:
        changes |= {path: None for paths in gone.values() for path in paths}
    problems = writing.check_foreign_files(changes)
    if settings.check or settings.diff:
        console.show(problems)
        return _report_changes(settings, console, changes, gone, bool(problems))
    problems = problems or writing.write_files(changes)
    console.show(problems)
    if problems:
        console.say(f"{count(len(problems), 'error')}: nothing was written")
        return _status(problems)
    if settings.prune:
        left_overs.remove_empty(gone)
    if settings.verbose:
        for path, text in changes.items():
            console.say(f"{'removed' if text is None else 'wrote'} {path}")
    for one in compiled:
        kind = "worker" if one.is_worker else "script (no temporal.worker in it)"
        first = next(iter(one.outputs))
        target = folder / (first.partition("/")[0] if one.is_worker else first)
        console.say(f"{one.path} -> {target}: {kind}")
    _report_left_overs(console, gone, "removed" if settings.prune else "")
    written = sum(text is not None for text in changes.values())
    console.say(f"{count(len(compiled), 'source')} compiled, {count(written, 'file')} written")
    return 0


def _report_changes(
    settings: Settings,
    console: Console,
    changes: Mapping[Path, str | None],
    gone: Mapping[Path, Sequence[Path]],
    refused: bool,
) -> int:
    """`gone` are left over, `refused` says that files of others are in the way, which has been told."""
    removed = {path for paths in gone.values() for path in paths}
    for path, text in changes.items():
        if settings.diff:
            old = (writing.read_generated(path) or "").splitlines(keepends=True)
            new = (text or "").splitlines(keepends=True)
            sys.stdout.writelines(difflib.unified_diff(old, new, str(path), str(path)))
        elif path not in removed:
            state = "would be removed" if text is None else "is not up to date"
            console.say(f"{path}: {state}")
    _report_left_overs(console, gone, "would be removed" if settings.prune else "")
    total = [f"{count(len(changes), 'file')} would change"] if changes else []
    if gone and not settings.prune:
        total.append(f"{len(gone)} left over")
    console.say(", ".join(total) or "everything is up to date")
    return 1 if refused or (total and settings.check) else 0


def _report_left_overs(console: Console, gone: Mapping[Path, Sequence[Path]], done: str) -> None:
    for module, paths in gone.items():
        source = left_overs.source_name(paths[0]) if not done else None
        why = f"is left over from {source}, which is gone: --prune removes it"
        console.say(f"{module}: {done or why}")
