"""Compares random programs with real Lua and prints each difference as a small program.

    python tests/language/fuzz.py --seed 1 --count 1000

Program number N is the same on every machine. The exit status is 1 when something differs.
"""

from __future__ import annotations

import argparse
import collections
import faulthandler
import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from random_programs.classes import class_program
from random_programs.comparing import Verdict, compare, unformatted
from random_programs.features import feature_program
from random_programs.programs import program
from random_programs.shrinking import shrink

_PATIENCE = 100
"""Seconds for a program, and for making it smaller."""

_CANDIDATE_SECONDS = 5
_SHRINKING_SECONDS = 60


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="number of the first program")
    parser.add_argument("--count", type=int, default=1000, help="how many programs")
    parser.add_argument(
        "--show", action="store_true", help="print the programs and compare nothing"
    )
    parser.add_argument("--classes", action="store_true", help="programs about classes")
    parser.add_argument("--features", action="store_true", help="programs about single facilities")
    parser.add_argument(
        "--whole", action="store_true", help="print programs as they are, not shrunk"
    )
    parser.add_argument("--seconds", type=float, default=3600, help="stop after that time")
    parser.add_argument("--most", type=int, default=10, help="stop after so many differences")
    given = parser.parse_args()
    make = class_program if given.classes else feature_program if given.features else program
    if given.show:
        for seed in range(given.seed, given.seed + given.count):
            print(f"-- program {seed}\n{make(seed).decode('latin-1')}")
        return 0
    started = time.monotonic()
    kinds: collections.Counter[str] = collections.Counter()
    problems = 0
    with unformatted():
        for seed in range(given.seed, given.seed + given.count):
            if time.monotonic() - started > given.seconds:
                break
            with _watched(seed):
                source = make(seed)
                verdict = compare(source)
                kinds[verdict.kind] += 1
                if verdict.is_problem:
                    problems += 1
                    print(report(seed, source, verdict, whole=given.whole), flush=True)
            if problems == given.most:
                break
    print(f"{dict(kinds)} in {time.monotonic() - started:.0f} s")
    return 1 if problems else 0


@contextmanager
def _watched(seed: int) -> Iterator[None]:
    """Ends the command when program number `seed`, which is the last on standard error then, does not end."""
    print(f"\r{seed} ", end="", file=sys.stderr, flush=True)
    faulthandler.dump_traceback_later(_PATIENCE, exit=True)
    yield
    faulthandler.cancel_dump_traceback_later()


def report(seed: int, source: bytes, verdict: Verdict, *, whole: bool = False) -> str:
    """What people want to read about a difference."""
    small = source
    if not whole:
        deadline = time.monotonic() + _SHRINKING_SECONDS
        small = shrink(
            source, lambda candidate: time.monotonic() < deadline and _same(candidate, verdict)
        )
    return (
        f"---- program {seed}: {verdict.kind}\n{small.decode('latin-1')}\n"
        f"-- {compare(small).text}\n-- (as written: {verdict.text})\n"
    )


def _same(candidate: bytes, verdict: Verdict) -> bool:
    """Does a smaller program show the same problem? Asked in a process of its own, with a time limit.

    With a part left out a loop may lose its end, and then neither real Lua nor compiled code gives the interpreter back.
    """
    child = os.fork()
    if child == 0:
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(_CANDIDATE_SECONDS)
        shows = False
        try:
            shows = compare(candidate).kind == verdict.kind
        finally:
            os._exit(0 if shows else 1)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


if __name__ == "__main__":
    sys.exit(main())
