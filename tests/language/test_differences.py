"""docs/differences-from-lua.md: each program on the page differs from real Lua as the page says, so that it cannot go stale."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from assay.transpiler.diagnostics import CompileError
from harness import Outcome, run_compiled, run_real

_PAGE = Path(__file__).parents[2] / "docs" / "differences-from-lua.md"
_ROW = re.compile(
    r"^## (?P<title>.*?)\n.*?"
    r"^```lua\n(?P<source>.*?)^```\n\nReal Lua:\n\n```text\n(?P<real>.*?)^```\n\n"
    r"Compiled:\n\n```text\n(?P<compiled>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
_ROWS = list(_ROW.finditer(_PAGE.read_text(encoding="utf-8")))


def test_every_section_is_tested() -> None:
    assert len(_ROWS) == _PAGE.read_text(encoding="utf-8").count("\n## ")


def _shown(outcome: Outcome) -> str:
    """An outcome as the page shows it, without spaces at the ends of lines."""
    lines = outcome.output.decode("latin-1").splitlines()
    if outcome.error is not None:
        lines.append(f"error: {outcome.error}")
    return "".join(f"{line.rstrip()}\n" for line in lines)


def _compiled(source: bytes) -> str:
    try:
        return _shown(run_compiled(source))
    except CompileError as problem:
        codes = sorted({diagnostic.code for diagnostic in problem.diagnostics})
        return f"refused: {', '.join(codes)}\n"


@pytest.mark.parametrize("row", _ROWS, ids=[row["title"] for row in _ROWS])
def test_differs_as_described(row: re.Match[str]) -> None:
    source = row["source"].encode()
    assert _shown(run_real(source)) == row["real"]
    assert _compiled(source) == row["compiled"]
    assert row["real"] != row["compiled"]
