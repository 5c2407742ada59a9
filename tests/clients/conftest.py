"""One real development server for the tests of both clients, and nothing of the developer's own Temporal settings."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from assay.runtime.temporal.dev_server import DevServer

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(scope="session")
def server() -> Iterator[DevServer]:
    with DevServer() as running:
        yield running


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [name for name in os.environ if name.startswith("TEMPORAL_")]:
        monkeypatch.delenv(name)
    # Where the SDK looks for its configuration file.
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
