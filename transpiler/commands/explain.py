"""`assay explain AY123`: the page of a diagnostic, as `assay-compile explain` shows it."""

from __future__ import annotations

import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("codes", nargs="*", metavar="AY123", help="codes; none lists them all")


def run(given: argparse.Namespace) -> int:
    """Shows the pages; 0, or 2 for a code that does not exist."""
    from ..explaining import main

    return main(given.codes, "assay explain")
