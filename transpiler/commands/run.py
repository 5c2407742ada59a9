"""`assay run FILE.lua [ARGS]`: the drop-in for `lua FILE.lua ARGS`, for scripts and workers. Nothing is written.

The exit status is the script's, 1 for an error as with `lua`. A worker takes the options of `python -m NAME.worker` and drains what
is in flight on SIGTERM and SIGINT. A worker's source that does more, say with the handle of its worker, runs as a script does.
"""

from __future__ import annotations

import argparse
import runpy
import sys
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--no-cache", action="store_true", help="compile even what is known")
    parser.add_argument(
        "-v",
        "--verbose",
        action="store_true",
        help="show Python's frames too when an error ends it",
    )
    parser.add_argument(
        "file", type=Path, metavar="FILE.lua", help="the source; - is standard input"
    )
    parser.add_argument(
        "arguments",
        nargs=argparse.REMAINDER,
        metavar="ARGS",
        help="the script's arguments, or the worker's options",
    ).required = False


def run(given: argparse.Namespace) -> int:
    """Runs the file; gives the exit status (most programs end the process themselves)."""
    from assay.runtime.program import show_python_frames

    from ..settings import STANDARD_INPUT
    from ..syntax.source import Source
    from .loading import NotCompiled, load, load_source

    try:
        # A script's messages name the file as it was given, as those of `lua` do; a worker's are what a deployed one says.
        if given.file == STANDARD_INPUT:
            source = Source.from_bytes("stdin", sys.stdin.buffer.read())
            loaded = load_source(source, Path("stdin.lua"), script=True)
        else:
            loaded = load(
                given.file, chunk=given.file.as_posix(), cache=not given.no_cache, script=True
            )
        if loaded.is_worker and given.file.name != given.file.as_posix():
            loaded = load(given.file, cache=not given.no_cache, script=True)
    except NotCompiled:
        return 1  # as `lua` does for what it cannot read or compile
    if given.verbose:
        show_python_frames()
    sys.argv = [str(given.file), *given.arguments]
    part = ".script" if loaded.is_script else ".worker"
    runpy.run_module(loaded.name + (part if loaded.is_worker else ""), run_name="__main__")
    return 0
