"""A small slice of the chaos run: a few workflows, some kills. `make chaos` runs hundreds."""

from __future__ import annotations

import asyncio

from chaos.run import Settings, run


def test_every_workflow_survives_kills_of_workers_and_server() -> None:
    settings = Settings(seed=7, count=20, steps=7, workers=2, seconds=5, deadline=200)
    report = asyncio.run(run(settings))
    assert report.problems == []
    assert report.completed == 20
    assert report.side_effects == 20
    assert report.children == 20
    assert report.counts.worker_kills >= 2
    assert report.counts.server_kills >= 1
