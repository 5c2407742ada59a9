"""Compares the bytecode of Lua texts with that of the trees we make of them; real Lua makes both.

    python -m tests.syntax.bytecode --seed 1 --count 10000

compares so many programs of each generator and prints the first that differs.
"""

from __future__ import annotations

import argparse

from assay.transpiler.syntax import parse
from assay.transpiler.syntax.source import Source

from .emitter import emit
from .real_lua import load, shape


def assert_same_bytecode(text: str, name: str = "x") -> bool:
    """Raises AssertionError when the tree of `text` is not the program that real Lua reads; false when real Lua refuses it."""
    original = load(text)
    if original.bytecode is None:
        return False
    printed = emit(parse(Source(name, text)))
    again = load(printed)
    assert again.bytecode is not None, f"{name}: {again.message}\n{printed}"
    assert shape(again.bytecode) == shape(original.bytecode), f"{name}\n{printed}"
    return True


def main() -> None:
    from .lua_texts import generated

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="number of the first")
    parser.add_argument("--count", type=int, default=10_000, help="how many of each generator")
    given = parser.parse_args()
    same = refused = 0
    for seed in range(given.seed, given.seed + given.count):
        for name, text in generated(seed):
            if assert_same_bytecode(text, name):
                same += 1
            else:
                refused += 1
    print(f"{same} programs have the same bytecode, {refused} are none to real Lua")


if __name__ == "__main__":
    main()
