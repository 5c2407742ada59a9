"""What is published works where the work tree is not: built, installed into a fresh environment, and used there."""

from __future__ import annotations

import shlex
import subprocess
import sys
import tarfile
import zipfile
from importlib.metadata import version
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
PROMOTION = ROOT / "examples" / "promotion" / "promotion.lua"


def _run(*command: str | Path, cwd: Path) -> str:
    done = subprocess.run(
        [str(part) for part in command], cwd=cwd, capture_output=True, text=True, timeout=250
    )
    assert done.returncode == 0, f"{shlex.join(map(str, command))}\n{done.stdout}{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the source distribution, and the wheel that was built from it."""
    folder = tmp_path_factory.mktemp("dist")
    _run(sys.executable, "-m", "build", "--outdir", folder, ROOT, cwd=folder)
    return folder


@pytest.fixture(scope="module")
def environment(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of a new environment in which the wheel, and nothing else of ours, is installed."""
    folder = tmp_path_factory.mktemp("environment")
    _run(sys.executable, "-m", "venv", folder, cwd=folder)
    (wheel,) = built.glob("*.whl")
    programs = folder / "bin"
    _run(
        programs / "python",
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        wheel,
        cwd=folder,
    )
    return programs


def test_everything_is_packed(built: Path) -> None:
    (wheel,) = built.glob("*.whl")
    (sources,) = built.glob("*.tar.gz")
    packed = {name for name in zipfile.ZipFile(wheel).namelist() if name.startswith("assay/")}
    ours = {
        f"assay/{path.relative_to(ROOT).as_posix()}"
        for folder in ("transpiler", "runtime", "templates")
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert packed == ours
    with tarfile.open(sources) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {path.removeprefix("assay/") for path in ours} <= names
    assert {"README.md", "LICENSE", "pyproject.toml"} <= names


def test_the_installed_compiler_compiles_and_its_output_imports(
    environment: Path, tmp_path: Path
) -> None:
    source = tmp_path / "promotion.lua"
    source.write_bytes(PROMOTION.read_bytes())
    assert version("assay-compile") in _run(
        environment / "assay-compile", "--version", cwd=tmp_path
    )
    _run(environment / "assay-compile", source, "-o", "build", cwd=tmp_path)
    _run(environment / "assay-compile", source, "-o", "build", "--check", cwd=tmp_path)
    shown = _run(
        environment / "python",
        "-c",
        "import promotion, assay.runtime as r; print(promotion.TASK_QUEUE, len(promotion.ACTIVITIES), r.__file__)",
        cwd=tmp_path / "build",
    )
    assert shown.startswith("promotions 3 ")
    assert str(environment.parent) in shown
    help_text = _run(
        environment / "python", "-m", "promotion.worker", "--help", cwd=tmp_path / "build"
    )
    assert "--task-queue" in help_text


def test_the_installed_package_is_typed(environment: Path) -> None:
    (packages,) = environment.parent.glob("lib/python*/site-packages")
    for name in ("transpiler", "runtime"):
        assert (packages / "assay" / name / "py.typed").is_file()


def test_pre_commit_hooks(environment: Path, tmp_path: Path) -> None:
    hooks = {
        hook["id"]: hook for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    }
    for name in ("one.lua", "two.lua"):
        (tmp_path / name).write_text("print(1)\n")
    given = ["-o", "build", "one.lua", "two.lua"]

    def run(hook: str) -> int:
        program, *arguments = shlex.split(hooks[hook]["entry"])
        return subprocess.run(
            [environment / program, *arguments, *given], cwd=tmp_path, timeout=100, check=False
        ).returncode

    assert run("assay-check") == 1  # nothing was compiled yet
    assert run("assay-compile") == 0
    assert run("assay-check") == 0
    assert {hook["language"] for hook in hooks.values()} == {"python"}
