"""What is measured is the same work: compiled and by hand, the same commands in the same order and the same results."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from assay.runtime.temporal.dev_server import DevServer
from assay.transpiler.cli import main as compile_main
from measure import hundreds, promotion
from processes import MeasuredWorker
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client, WorkflowHistory


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("measured")
    assert compile_main([str(Path(__file__).parent / "measured.lua"), "-o", str(folder), "-q"]) == 0
    yield folder


def _events(history: WorkflowHistory) -> list[str]:
    """What the workflow asked for, and how it went on; the workers may cut it into tasks as they like."""
    names = [EventType.Name(event.event_type) for event in history.events]
    return [name for name in names if "WORKFLOW_TASK" not in name]


def test_the_same_work(build: Path) -> None:
    async def go(address: str) -> None:
        client = await Client.connect(address)
        found: dict[str, list[list[str]]] = {}
        for variant in ("compiled", "twin"):
            with MeasuredWorker(variant, address, variant, build):
                handles = [await promotion(client, variant), await hundreds(client, variant, 5)]
                found[variant] = [_events(await handle.fetch_history()) for handle in handles]
        assert found["compiled"] == found["twin"]

    with DevServer() as server:
        asyncio.run(asyncio.wait_for(go(server.address), 120))
