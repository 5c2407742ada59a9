"""`assay compile SRC...`: the same as `assay-compile SRC...`, for who looks for it among the commands."""

from __future__ import annotations

import argparse

from ..arguments import add_compile_arguments
from ..cli import run as compile_sources


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_compile_arguments(parser)
    parser.set_defaults(parser=parser)


def run(given: argparse.Namespace) -> int:
    """Compiles; gives the exit status."""
    return compile_sources(given.parser, given, process_ends=True)
