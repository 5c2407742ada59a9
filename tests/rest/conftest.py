"""One real development server with its HTTP API for the session, an SDK client to start workflows with, and REST clients."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from assay.runtime.rest import Client
from assay.runtime.temporal.dev_server import DevServer

sys.path.insert(0, str(Path(__file__).parent))

from rest_server import Starter


@pytest.fixture(scope="session")
def server() -> Iterator[DevServer]:
    with DevServer() as running:
        yield running


@pytest.fixture(scope="session")
def url(server: DevServer) -> str:
    return server.http_address


@pytest.fixture(scope="session")
def starter(server: DevServer) -> Iterator[Starter]:
    made = Starter(server.address)
    yield made
    made.stop()


@pytest.fixture
def client(url: str) -> Iterator[Client]:
    with Client(url) as made:
        yield made
