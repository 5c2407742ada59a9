"""Formatting what the compiler makes is exactly what `black` does, in less time."""

from __future__ import annotations

import ast
from pathlib import Path

import black
import pytest
from assay.transpiler.output.formatting import formatted

_REPOSITORY = Path(__file__).parents[2]
_FILES = sorted((_REPOSITORY / "transpiler").rglob("*.py"))[::7]
"""Python by hand, printed as the compiler prints: one long line for each statement."""

_LONG = "a" * 40
_CASES = {
    "head of a block": f"if {_LONG}(b) or {_LONG}(c):\n    pass\n",
    "elif": f"if a:\n    pass\nelif {_LONG} == b or {_LONG} == c:\n    pass\n",
    "except": f"try:\n    pass\nexcept ({_LONG}, {_LONG}) as e:\n    pass\n",
    "decorator": f"@a({_LONG}, {_LONG})\ndef f(): pass\n",
    "with": f"with {_LONG}(b) as c, {_LONG}(d) as e:\n    pass\n",
    "rest": f"a({_LONG}, {_LONG}, {_LONG}, *b)\n",
    "text with brackets": f'def f():\n    """Begins (\n\n    with {{\n    """\n    return {{{_LONG}: {_LONG}, b: 1}}\n',
    "comment": "x = [1, 2]  # opens (\ny = {  # first\n    'a': 1\n}\n",
    "nothing to do": "x = 1\n",
    "empty": "",
}


@pytest.mark.parametrize("text", _CASES.values(), ids=_CASES)
def test_as_black_does(text: str) -> None:
    assert formatted(text) == black.format_str(text, mode=black.Mode())


def test_files_as_black_does() -> None:
    for path in _FILES:
        text = ast.unparse(ast.parse(path.read_text(encoding="utf-8"))) + "\n"
        assert formatted(text) == black.format_str(text, mode=black.Mode()), path


def test_what_a_second_pass_changes_is_done_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """No text is known that black's second pass changes: here it is one that does, for split statements."""
    text = f"a({_LONG}, {_LONG}, {_LONG}, d)\n"
    split = black.format_str(text, mode=black.Mode())
    once = black._format_str_once

    def changes(given: str, *, mode: black.Mode) -> str:
        return once(given, mode=mode).replace("d,", "d1," if given == text else "d2,")

    monkeypatch.setattr(black, "_format_str_once", changes)
    assert formatted(text) != split
    assert formatted(text) == changes(changes(text, mode=black.Mode()), mode=black.Mode())
