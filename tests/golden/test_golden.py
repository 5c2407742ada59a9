"""What the compiler writes: compared with reviewed files, checked by the tools a user's project runs, the same
bytes for every hash seed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from golden_cases import FOLDER, GoldenCase, all_cases, read_case, write_case

_CASES = all_cases()
_ROOT = FOLDER.parent.parent
_EXAMPLE = _ROOT / "examples" / "promotion" / "promotion.lua"


def _compile(case: GoldenCase, folder: Path, **environment: str) -> dict[str, str]:
    """The outputs of the case's first source, through the command line."""
    for name, text in case.sources.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    main = next(iter(case.sources))
    command = [sys.executable, "-m", "assay.transpiler.cli", main, "-o", "out", "-q"]
    subprocess.run(command, cwd=folder, check=True, env={**os.environ, **environment})
    out = folder / "out"
    return {p.relative_to(out).as_posix(): p.read_text(encoding="utf-8") for p in out.rglob("*.py")}


@pytest.mark.parametrize("case", _CASES, ids=lambda case: case.path.stem)
def test_golden(case: GoldenCase, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    outputs = _compile(case, tmp_path)
    if request.config.getoption("--update-goldens"):
        write_case(case, outputs)
        case = read_case(case.path)
    assert outputs == case.outputs


def test_the_example_is_a_golden_case() -> None:
    """The example of README and the golden case are the same source."""
    case = read_case(FOLDER / "promotion.golden")
    assert case.sources["promotion.lua"] == _EXAMPLE.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def outputs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All golden outputs as files, each case in a folder of its own."""
    folder = tmp_path_factory.mktemp("outputs")
    for case in _CASES:
        for name, text in case.outputs.items():
            path = folder / case.path.stem / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    return folder


def _tool(*command: str, cwd: Path, **environment: str) -> None:
    found = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=cwd,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode == 0, found.stdout + found.stderr


def test_outputs_pass_ruff_with_its_defaults(outputs: Path) -> None:
    _tool("ruff", "check", "--isolated", ".", cwd=outputs)


def test_outputs_are_formatted_as_black_formats(outputs: Path) -> None:
    _tool("black", "--check", "--quiet", ".", cwd=outputs)


@pytest.fixture(scope="module")
def typing_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The packages as an installation lays them out: mypy cannot follow an editable one."""
    folder = tmp_path_factory.mktemp("typing")
    (folder / "assay").mkdir()
    for part in ("runtime", "transpiler", "templates"):
        (folder / "assay" / part).symlink_to(_ROOT / part, target_is_directory=True)
    return folder


@pytest.mark.parametrize("case", _CASES, ids=lambda case: case.path.stem)
def test_outputs_pass_mypy(case: GoldenCase, outputs: Path, typing_path: Path) -> None:
    cache = str(typing_path / "cache")
    options = ["--config-file", os.devnull, "--cache-dir", cache, "--follow-imports", "silent"]
    _tool("mypy", *options, ".", cwd=outputs / case.path.stem, MYPYPATH=str(typing_path))


@pytest.mark.parametrize("seed", ["0", "1", "4242"])
def test_the_same_bytes_for_every_hash_seed(seed: str, tmp_path: Path) -> None:
    case = read_case(FOLDER / "modules.golden")
    assert _compile(case, tmp_path, PYTHONHASHSEED=seed) == case.outputs
