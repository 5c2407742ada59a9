"""Every diagnostic of the catalogue: what triggers it, where it points, and what a person reads (see `diagnostic_cases`).

Syntax errors (AY1xx) have their own tests in tests/syntax.
"""

from __future__ import annotations

import io
import re
import sys
from collections import Counter
from pathlib import Path

import pytest
from assay.transpiler import cli, project
from assay.transpiler.syntax.source import Source
from diagnostic_cases import Case, all_cases, catalogue

_CASES = all_cases()
_CATALOGUE = catalogue()
_REFUSED = Path(__file__).parent.parent.parent / "docs" / "refused.md"

_WITHOUT_CASE = {
    "files.internal_error": "only a bug of ours makes it; test_internal_error puts one in",
}
"""Factories without a case, with the reason."""


def _run(
    case: Case, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> tuple[int, str]:
    given = io.TextIOWrapper(io.BytesIO(case.sections.get("stdin", "").encode()))
    monkeypatch.setattr(sys, "stdin", given)
    for name, data in case.files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    status = cli.main(case.arguments)
    captured = capsys.readouterr()
    assert captured.out == ""
    return status, captured.err


@pytest.mark.parametrize(
    "case", _CASES, ids=lambda case: f"{case.path.parent.name}.{case.path.stem}"
)
def test_case(
    case: Case,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    request: pytest.FixtureRequest,
) -> None:
    monkeypatch.chdir(tmp_path)
    status, shown = _run(case, tmp_path, monkeypatch, capsys)
    if request.config.getoption("--update-goldens"):
        case.rewrite(shown)
    else:
        assert shown == case.shown
    code, place, expected_status = case.expected
    severity = "warning" if expected_status == 0 else "error"
    assert f"{place}: {severity}[{code}]: " in shown
    assert "\n  help: " in shown
    assert status == expected_status
    assert code == _CATALOGUE[case.factory]
    assert (tmp_path / "out").is_dir() == (status == 0)


def test_each_factory_has_a_case() -> None:
    assert set(_CATALOGUE) - {case.factory for case in _CASES} == set(_WITHOUT_CASE)


def test_a_code_means_one_thing() -> None:
    assert [code for code, count in Counter(_CATALOGUE.values()).items() if count > 1] == []


def test_internal_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A bug of ours is one line for the user; its traceback comes with -v only, and nothing is written."""

    def broken(source: Source) -> None:
        raise KeyError("oops")

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(project, "parse", broken)
    Path("x.lua").write_text("print(1)\n")
    assert cli.main(["x.lua", "-o", "out"]) == 1
    shown = capsys.readouterr().err
    assert shown.startswith("x.lua: error[AY900]: internal error: KeyError: 'oops'\n  help: ")
    assert "Traceback" not in shown
    assert cli.main(["x.lua", "-o", "out", "-v"]) == 1
    assert "Traceback" in capsys.readouterr().err
    assert not Path("out").exists()


def test_the_page_of_refusals_names_every_code() -> None:
    """docs/refused.md has a row for each code about a source that can be met, and no other."""
    named = re.findall(r"^\| (AY\d{3}) \|", _REFUSED.read_text(encoding="utf-8"), re.MULTILINE)
    met = [code for factory, code in _CATALOGUE.items() if factory not in _WITHOUT_CASE]
    assert sorted(named) == sorted(code for code in met if code[2] in "2345")
