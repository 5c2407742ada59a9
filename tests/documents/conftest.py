"""One development server for the pages that talk to one, and the helpers of this folder on the path."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from assay.runtime.temporal.dev_server import DevServer

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(scope="session")
def server() -> Iterator[DevServer]:
    """Found, or downloaded or built if need be."""
    with DevServer() as running:
        yield running
