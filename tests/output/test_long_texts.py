"""Texts of several lines are split at their line breaks, and stay what they are."""

from __future__ import annotations

import ast

import pytest
from assay.transpiler.output.long_texts import split_texts

_LONG = "x" * 50
_TEXT = repr(f"{_LONG}\n\n  'two' and \"three\"\\n\x0bfour\n") + "  "


@pytest.mark.parametrize(
    "code",
    [
        f"text = {_TEXT}",
        f"f({_TEXT.strip()})",
        f"f(1, {_TEXT}, {_TEXT})",
        f"t = {{'a': {_TEXT}, {_TEXT}: 1}}",
        f"if True:\n    text = f({_TEXT}, k={_TEXT})",
        f"t = f({{'a': {_TEXT}, # one\n'b': {_TEXT}}})",
        f'def f():\n    """A {_LONG}\n    text = {_TEXT}\n    """\n    return {_TEXT}',
    ],
)
def test_split(code: str) -> None:
    made = split_texts(code)
    assert made != code
    assert ast.dump(ast.parse(made)) == ast.dump(ast.parse(code))
    assert f"'{_LONG}\\n'\n" in made


@pytest.mark.parametrize(
    "code",
    [
        "text = 'a\\nb'",
        f"text = '{_LONG}{_LONG}\\n'",
        f"text = f'{_LONG}{_LONG}\\n{{a}}'",
        f'f(f"""\ntext = {_TEXT}\n""")',
        f"text = b{_TEXT.strip()}",
    ],
)
def test_kept(code: str) -> None:
    assert split_texts(code) == code
