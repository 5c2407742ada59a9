"""docs/snippets.md: each piece of Lua compiles to the Python below it, and prints what real Lua prints.

`pytest --update-goldens` writes the Python.
"""

from __future__ import annotations

import re
import sys
import textwrap
from pathlib import Path

import pytest
from assay.transpiler.project import compile_source
from assay.transpiler.syntax.source import Source

sys.path.insert(0, str(Path(__file__).parents[1] / "language"))

from harness import (
    difference,
)

_PAGE = Path(__file__).parents[2] / "docs" / "snippets.md"
_PAIR = re.compile(r"^```lua\n(.*?)^```\n\n```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_MAIN = re.compile(
    r"^(?:async )?def main\(\*args: Any\) -> \w+:\n(.*?)\n+(?=^__lua_positions__|^if __name__)",
    re.MULTILINE | re.DOTALL,
)


def _python(lua: str) -> str:
    compiled = compile_source(Source.from_bytes("snippet.lua", lua.encode()), Path("snippet.lua"))
    assert not compiled.diagnostics
    found = _MAIN.search(compiled.outputs["snippet.py"])
    assert found is not None
    return textwrap.dedent(found[1]).rstrip("\n") + "\n"


def test_every_snippet_compiles_to_what_is_shown(request: pytest.FixtureRequest) -> None:
    text = _PAGE.read_text(encoding="utf-8")
    pairs = _PAIR.findall(text)
    assert len(pairs) >= 10
    if request.config.getoption("--update-goldens"):
        for lua, python in pairs:
            old = f"```lua\n{lua}```\n\n```python\n{python}```"
            text = text.replace(old, f"```lua\n{lua}```\n\n```python\n{_python(lua)}```")
        _PAGE.write_text(text, encoding="utf-8")
        pairs = _PAIR.findall(text)
    for lua, python in pairs:
        assert _python(lua) == python


def test_every_snippet_runs() -> None:
    for lua, _ in _PAIR.findall(_PAGE.read_text(encoding="utf-8")):
        assert difference(lua.encode()) is None
