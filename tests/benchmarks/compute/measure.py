"""How fast compiled Lua computes: CPU time against a Python twin written by hand, and against real Lua 5.4.

    python tests/benchmarks/compute/measure.py [--repetitions 5] [PROGRAM ...]

The three forms of a program run in turn in one process, several times; the least CPU time of each counts. That keeps the
ratios steady on a busy machine. The exit status is 1 when results differ.
"""

from __future__ import annotations

import argparse
import gc
import math
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

from comparing import PROGRAMS, Run, load


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repetitions", type=int, default=5, help="how often each form runs")
    parser.add_argument("programs", nargs="*", default=list(PROGRAMS), help="which programs")
    given = parser.parse_args()
    print(f"{'program':<12}{'twin ms':>9}{'compiled/twin':>15}{'lua/twin':>10}")
    compiled_ratios, real_ratios = [], []
    agree = True
    for name in given.programs:
        forms = load(name)
        runs = (forms.compiled, forms.twin, forms.real)
        times, results = _measure(runs, PROGRAMS[name].full, given.repetitions)
        compiled_ratios.append(times[0] / times[1])
        real_ratios.append(times[2] / times[1])
        columns = f"{compiled_ratios[-1]:>15.2f}{real_ratios[-1]:>10.2f}"
        print(f"{name:<12}{times[1] * 1000:>9.1f}{columns}", flush=True)
        if not results[0] == results[1] == results[2]:
            agree = False
            print(f"  results differ: {results}")
    means = f"{_geometric_mean(compiled_ratios):>15.2f}{_geometric_mean(real_ratios):>10.2f}"
    print(f"{'geometric mean':<21}{means}")
    return 0 if agree else 1


def _measure(runs: Sequence[Run], size: int, repetitions: int) -> tuple[list[float], list[Any]]:
    """The least CPU seconds of each of `runs`, and their results."""
    least = [math.inf] * len(runs)
    results: list[Any] = [None] * len(runs)
    for _ in range(repetitions):
        for number, run in enumerate(runs):
            gc.collect()
            started = time.process_time()
            results[number] = run(size)
            least[number] = min(least[number], time.process_time() - started)
    return least, results


def _geometric_mean(ratios: Sequence[float]) -> float:
    return math.exp(sum(map(math.log, ratios)) / len(ratios))


if __name__ == "__main__":
    sys.exit(main())
