"""One program in real Lua and compiled: do both print the same and end the same way?

The output is compared without the addresses in it. Programs that real Lua does not finish within some 100,000
instructions, or that overflow the stack, are not compared: `Verdict.skipped`.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from unittest import mock

from assay.transpiler.diagnostics import CompileError
from assay.transpiler.output import package
from harness import Outcome, run_compiled, run_real

_FUEL = b'debug.sethook(function() print("out of fuel") error("out of fuel") end, "", 100000); '
"""Stands on the program's first line, so that line numbers stay; only real Lua sees it. Coroutines are without it."""
_ADDRESS = re.compile(rb"(table|f?unction|Thing|userdata|thread)(: builtin)?: (0x)?[0-9a-fA-F]+")
_NOT_COMPARED = re.compile(
    rb"out of fuel|stack overflow|C stack|too many|constant table|string slice too long|<python>"
    # The position of this error is that of print, which is a Lua function in the harness.
    rb"|__tostring' must return"
    # Pieces of addresses that a program made.
    rb"|[0-9a-f]{6}x0 :"
    # Real Lua looks through all globals for the name of a function that C calls, in the order of its hash table.
    rb"|bad argument #. to 'g[abc]'"
)

_SYNTAX_ERROR = re.compile(
    r" near |break outside loop|no visible label|outside a vararg|const variable"
)


@dataclass(frozen=True)
class Verdict:
    """`kind` is "same", "skipped", "differs", "refused" (by the compiler) or the name of an exception; `text` is for
    people."""

    kind: str
    text: str = ""

    @property
    def is_problem(self) -> bool:
        return self.kind not in ("same", "skipped")


@contextmanager
def unformatted() -> Iterator[None]:
    """Compiles without black, which takes two thirds of the time. The position table is made from the text that is
    there, so errors keep their lines."""
    as_printed = mock.patch.object(package, "_formatted", lambda texts, text, body=(): text)
    with as_printed, warnings.catch_warnings():
        warnings.simplefilter("ignore", SyntaxWarning)
        yield


def compare(source: bytes) -> Verdict:
    """Runs `source` both ways."""
    expected = _masked(run_real(_FUEL + source))
    everything = expected.output + (expected.error or "").encode("latin-1", "replace")
    if _NOT_COMPARED.search(everything):
        return Verdict("skipped")
    if expected.error is not None and _SYNTAX_ERROR.search(expected.error):
        return Verdict("skipped", expected.error)
    try:
        found = _masked(run_compiled(source))
    except CompileError as problem:
        if any("which is not supported" in d.message for d in problem.diagnostics):
            return Verdict("skipped", "refused on purpose")
        return Verdict("refused", str([d.message for d in problem.diagnostics]))
    except Exception as problem:  # noqa: BLE001  # any is a finding
        return Verdict(type(problem).__name__, str(problem))
    if found == expected:
        return Verdict("same")
    return Verdict("differs", _difference(expected, found))


def _masked(outcome: Outcome) -> Outcome:
    """Without addresses, and without the sign of NaN, which C's pow chooses."""
    error = outcome.error
    if error is not None:
        error = _masked_text(error.encode("latin-1", "replace")).decode("latin-1")
    return Outcome(_masked_text(outcome.output), error)


def _masked_text(text: bytes) -> bytes:
    return _ADDRESS.sub(rb"\1: ADDRESS", text).replace(b"-nan", b"nan")


def _difference(expected: Outcome, found: Outcome) -> str:
    real, compiled = expected.output.split(b"\n"), found.output.split(b"\n")
    for line in range(max(len(real), len(compiled))):
        one = real[line] if line < len(real) else b"(nothing)"
        other = compiled[line] if line < len(compiled) else b"(nothing)"
        if one != other:
            return f"line {line + 1} of the output\nreal Lua: {one!r}\ncompiled: {other!r}"
    return f"ending\nreal Lua: {expected.error}\ncompiled: {found.error}"
