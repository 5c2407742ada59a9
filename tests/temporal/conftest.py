"""One real development server for the session, and the folder of hand-written compiled packages on the import
path."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from assay.runtime.temporal.dev_server import DevServer

FOLDER = Path(__file__).parent

# Compiled modules are imported by name, by the SDK's sandbox too. The helpers of these tests stand next to them.
for each in (FOLDER / "fixtures", FOLDER):
    if str(each) not in sys.path:
        sys.path.insert(0, str(each))


def pytest_configure(config: pytest.Config) -> None:
    """With `--kill-all` tests of whole modes have one more, before they are collected."""
    from workers import KILLED, MODES_AND_KILLED

    if config.getoption("--kill-all") and KILLED not in MODES_AND_KILLED:
        MODES_AND_KILLED.append(KILLED)


@pytest.fixture(scope="session")
def server() -> Iterator[DevServer]:
    """Found, or downloaded or built if need be: these tests are never skipped."""
    with DevServer() as running:
        yield running


@pytest.fixture
def address(server: DevServer) -> str:
    return server.address
