"""`explain AY123`: a code in, its page out on standard output: cause, example, fix. Without a code, the list of all."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence


def main(arguments: Sequence[str], program: str) -> int:
    """Runs the command; 0, or 2 for a code that does not exist."""
    parser = argparse.ArgumentParser(
        prog=program, description="Explains a diagnostic: its cause, an example, the fix."
    )
    parser.add_argument("codes", nargs="*", metavar="AY123", help="codes; none lists them all")
    given = parser.parse_args(arguments)
    from .diagnostics.pages import all_pages, page_of

    if not given.codes:
        for page in all_pages():
            print(f"{page.code}  {page.title}")
        return 0
    for number, code in enumerate(given.codes):
        found = page_of(code.upper())
        if found is None:
            parser.error(f"there is no diagnostic {code}; `{program}` alone lists all")
        print(("\n\n" if number else "") + found.text)
    sys.stdout.flush()
    return 0
