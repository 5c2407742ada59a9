"""Every program of tests/language/programs: compiled and run, it prints what real Lua prints and ends as real Lua
ends.

A file holds several programs, separated by lines that start with `--##` and name them.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from harness import compile_text, run_compiled, run_real

_FOLDER = Path(__file__).parent / "programs"


def _programs() -> list[tuple[str, bytes]]:
    found = []
    for path in sorted(_FOLDER.glob("*.lua")):
        parts = re.split(rb"^--## *(.*)\n", path.read_bytes(), flags=re.MULTILINE)
        assert not parts[0].strip(), f"{path.name} must begin with a --## line"
        for name, source in zip(parts[1::2], parts[2::2], strict=True):
            found.append((f"{path.stem}: {name.decode().strip()}", source))
    return found


_PROGRAMS = _programs()


@pytest.mark.parametrize(
    "source", [source for _, source in _PROGRAMS], ids=[name for name, _ in _PROGRAMS]
)
def test_same_as_real_lua(source: bytes) -> None:
    expected = run_real(source)
    found = run_compiled(source)
    assert found == expected, compile_text(source)
