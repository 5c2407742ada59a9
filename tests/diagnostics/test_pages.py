"""The page of each diagnostic: every code has one, its example gets the diagnostic, what is put right does not, and
docs/diagnostics.md shows them all.

`pytest --update-goldens` writes docs/diagnostics.md.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from assay.transpiler import cli, diagnostics
from assay.transpiler.diagnostics.pages import Page, all_pages
from assay.transpiler.project import compile_source
from assay.transpiler.syntax.source import Source

_DOCUMENT = Path(__file__).parent.parent.parent / "docs" / "diagnostics.md"
_PAGES = all_pages()

_HEAD = """\
# Diagnostics

Every message of the compiler has a code that means one thing for ever. This page is made of what `assay explain AY101` shows.

"""


def _codes() -> set[str]:
    """Every code that a module of the catalogue uses."""
    found = set()
    for path in Path(diagnostics.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and re.fullmatch(r"AY\d{3}", str(node.value)):
                found.add(str(node.value))
    return found


def test_every_code_has_a_page() -> None:
    """A new diagnostic needs a page in transpiler/diagnostics/explanations/."""
    assert {page.code for page in _PAGES} == _codes()


_WITH_EXAMPLE = [page for page in _PAGES if page.example is not None]


def _found(page: Page, text: str, folder: Path) -> list[str]:
    for name, content in page.modules.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content, encoding="utf-8")
    path = folder / "example.lua"
    compiled = compile_source(Source.from_bytes("example.lua", text.encode()), path)
    assert compiled.crash is None, compiled.crash
    return [one.code for one in compiled.diagnostics]


@pytest.mark.parametrize("page", _WITH_EXAMPLE, ids=lambda page: page.code)
def test_example(page: Page, tmp_path: Path) -> None:
    assert page.example is not None
    assert page.code in _found(page, page.example, tmp_path)
    assert page.fixed is not None
    assert _found(page, page.fixed, tmp_path) == []


def test_most_pages_have_an_example() -> None:
    """All but those about files and the command line, and what takes hundreds of lines to show."""
    without = {page.code for page in _PAGES} - {page.code for page in _WITH_EXAMPLE}
    assert {code for code in without if code[2] != "0"} == {
        "AY116",
        "AY117",
        "AY119",
        "AY212",
        "AY900",
    }


def test_document(request: pytest.FixtureRequest) -> None:
    expected = _HEAD + "\n\n".join(f"## {page.text}" for page in _PAGES) + "\n"
    if request.config.getoption("--update-goldens"):
        _DOCUMENT.write_text(expected, encoding="utf-8")
    assert _DOCUMENT.read_text(encoding="utf-8") == expected


def test_explain(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["explain", "ay101"]) == 0
    assert capsys.readouterr().out.startswith("AY101: ")
    assert cli.main(["explain", "AY301", "AY405"]) == 0
    assert re.findall(r"^AY\d+", capsys.readouterr().out, re.MULTILINE) == ["AY301", "AY405"]
    assert cli.main(["explain"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == len(_PAGES)
    with pytest.raises(SystemExit) as ended:
        cli.main(["explain", "AY000"])
    assert ended.value.code == 2
    assert "there is no diagnostic AY000" in capsys.readouterr().err
