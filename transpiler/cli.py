"""The command line `assay-compile`: arguments in, exit status out. Diagnostics go to stderr, never a traceback for bad input.

Start-up is part of the product: nothing is imported here that `--help` does not need.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from .arguments import compile_parser

_INTERRUPTED = 130
"""128 and the number of SIGINT, as shells have it."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command; gives the exit status."""
    try:
        status = _run(arguments)
        print(end="", flush=True)
        return status
    except BrokenPipeError:
        from assay.runtime.ending import drop_output, reader_is_gone

        if not reader_is_gone():
            raise
        return drop_output()


def _run(arguments: Sequence[str] | None) -> int:
    words = list(sys.argv[1:] if arguments is None else arguments)
    if words[:1] == ["explain"]:
        from .explaining import main as explain

        return explain(words[1:], "assay-compile explain")
    parser = compile_parser()
    return run(parser, parser.parse_args(words), process_ends=arguments is None)


def run(parser: argparse.ArgumentParser, given: argparse.Namespace, *, process_ends: bool) -> int:
    """Compiles what the arguments `given` say; gives the exit status. `parser` is asked to refuse wrong usage, and
    `process_ends` says that nothing else will be done."""
    # Imported late, so that --help and wrong usage answer at once.
    from . import command
    from .collection import collected_seldom
    from .console import Console
    from .settings import load_settings
    from .sources import InputError

    try:
        settings = load_settings(given)
    except InputError as problem:
        console = Console(given.format or "text")
        console.show(problem.diagnostics)
        console.finish()
        return command.UNREADABLE
    if not settings.sources:
        parser.error(
            "nothing to compile: give SRC, or set sources in [tool.assay] of pyproject.toml"
        )
    if given.watch and settings.reads_standard_input:
        parser.error("standard input cannot be watched")
    try:
        if given.watch:
            from .watching import watch

            return watch(settings)
        with collected_seldom(process_ends=process_ends):
            return command.run(settings)
    except KeyboardInterrupt:
        return _INTERRUPTED


if __name__ == "__main__":
    sys.exit(main())
