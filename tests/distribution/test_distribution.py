"""What is published works where the work tree is not: built, installed into a fresh environment, and used there."""

from __future__ import annotations

import os
import shlex
import shutil
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


def _run(*command: str | Path, cwd: Path, **environment: str) -> str:
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        capture_output=True,
        encoding="utf-8",
        timeout=250,
        env={**os.environ, **environment},
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


_BUILT = (".so", ".pyd")
"""How the compiled extension's file name ends."""


def test_everything_is_packed(built: Path) -> None:
    (wheel,) = built.glob("*.whl")
    (sources,) = built.glob("*.tar.gz")
    packed = {name for name in zipfile.ZipFile(wheel).namelist() if name.startswith("assay/")}
    ours = {
        f"assay/{path.relative_to(ROOT).as_posix()}"
        for folder in ("transpiler", "runtime", "templates")
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and path.suffix not in _BUILT
    }
    extension = {name for name in packed if Path(name).suffix in _BUILT}
    assert packed - extension == ours
    if shutil.which(os.environ.get("CC", "cc")):
        assert [Path(name).stem.partition(".")[0] for name in extension] == ["_native"]
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


_SHOW_STATE = (
    "from assay.runtime import accelerator as a, add; print(a.STATE, add('1', 2), a.__file__)"
)


def test_the_accelerator_is_installed(environment: Path, tmp_path: Path) -> None:
    shown = _run(environment / "python", "-c", _SHOW_STATE, cwd=tmp_path, ASSAY_PURE_PYTHON="")
    state, _, where = shown.rpartition(" ")
    assert str(environment.parent) in where
    if shutil.which(os.environ.get("CC", "cc")):
        assert state == "active 3"


def test_without_a_compiler(built: Path, environment: Path, tmp_path: Path) -> None:
    (sources,) = built.glob("*.tar.gz")
    # The program `false` fails whatever it is told to compile.
    pip = (environment / "python", "-m", "pip", "--quiet", "--disable-pip-version-check")
    _run(*pip, "install", "--no-deps", "--target", "installed", sources, cwd=tmp_path, CC="false")
    installed = tmp_path / "installed"
    assert not [path for path in installed.rglob("*") if path.suffix in _BUILT]
    python = environment / "python"
    shown = _run(
        python, "-c", _SHOW_STATE, cwd=tmp_path, PYTHONPATH=str(installed), ASSAY_PURE_PYTHON=""
    )
    assert shown.startswith("not built 3 ") and str(installed) in shown
    (tmp_path / "sum.lua").write_text("print(1 + '2')\n")
    (tmp_path / "build").mkdir()
    program = ("-m", "assay.transpiler.cli", "sum.lua", "-o", "build")
    _run(python, *program, cwd=tmp_path, PYTHONPATH=str(installed))
    assert _run(python, "build/sum.py", cwd=tmp_path, PYTHONPATH=str(installed)) == "3\n"


def test_the_installed_package_is_typed(environment: Path) -> None:
    (packages,) = environment.parent.glob("lib/python*/site-packages")
    for name in ("transpiler", "runtime"):
        assert (packages / "assay" / name / "py.typed").is_file()


def test_pre_commit_hooks(environment: Path, tmp_path: Path) -> None:
    hooks = {
        hook["id"]: hook for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    }
    (tmp_path / "src").mkdir()
    (tmp_path / "src/one.lua").write_text("print(require('two'))\n")
    (tmp_path / "src/two.lua").write_text("return 2\n")
    (tmp_path / "pyproject.toml").write_text('[tool.assay]\nsources = ["src"]\noutput = "build"\n')

    def run(hook: str) -> int:
        program, *arguments = shlex.split(hooks[hook]["entry"])
        return subprocess.run(
            [environment / program, *arguments], cwd=tmp_path, timeout=100, check=False
        ).returncode

    assert run("assay-check") == 1  # nothing was compiled yet
    assert run("assay-compile") == 0
    assert run("assay-check") == 0
    assert not (tmp_path / "build/two.py").exists()  # a module is no program of its own
    (tmp_path / "src/two.lua").write_text("return 3\n")
    assert run("assay-check") == 1
    for hook in hooks.values():
        assert hook["language"] == "python"
        assert (
            hook["pass_filenames"] is False
        )  # the changed file may be a module of an unchanged one
