"""The versions that the cache and `--version` name are those that the installer recorded."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pytest
from assay.transpiler.versions import DISTRIBUTION, installed_version


@pytest.mark.parametrize("distribution", [DISTRIBUTION, "black", "antlr4-python3-runtime"])
def test_the_version_is_that_of_the_metadata(distribution: str) -> None:
    assert installed_version(distribution) == version(distribution)


def test_two_versions_in_one_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What an interrupted upgrade leaves: importlib.metadata decides, and says what it cannot find."""
    for number in ("1.0", "2.0"):
        (tmp_path / f"assay_unheard_of-{number}.dist-info").mkdir()
        (tmp_path / f"assay_unheard_of-{number}.dist-info" / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: assay-unheard-of\nVersion: {number}\n"
        )
    monkeypatch.syspath_prepend(str(tmp_path))
    assert installed_version("assay-unheard-of") == version("assay-unheard-of")
    with pytest.raises(PackageNotFoundError):
        installed_version("assay-never-installed")
