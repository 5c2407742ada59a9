"""Every scenario three ways: kept in memory, replayed for every task, and with the worker killed at every wait. Each history
replays.

`make test-kill` kills workers under all of them; without it, under those that have few waits.
"""

from __future__ import annotations

import asyncio
import types

import pytest
from compiled import compile_package
from playing import check_replay, compare, play_steadily, play_with_kills
from scenarios import SCENARIOS, Scenario

_SECONDS = 240.0
_PACKAGES = sorted({scenario.package for scenario in SCENARIOS})


@pytest.fixture(scope="module", params=_PACKAGES)
def package(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> types.ModuleType:
    return compile_package(request.param, tmp_path_factory.mktemp(request.param))


def _of(package: types.ModuleType) -> list[Scenario]:
    return [scenario for scenario in SCENARIOS if scenario.package == package.__name__]


@pytest.mark.parametrize("max_cached", [1000, 0], ids=["cached", "uncached"])
def test_with_a_worker_that_lives(
    package: types.ModuleType, address: str, max_cached: int, subtests: pytest.Subtests
) -> None:
    async def go() -> None:
        outcomes = await play_steadily(address, package, _of(package), max_cached)
        for scenario in _of(package):
            with subtests.test(str(scenario)):
                compare(scenario, outcomes[scenario.workflow])
                await check_replay(package, outcomes[scenario.workflow])

    asyncio.run(asyncio.wait_for(go(), _SECONDS))


def test_with_a_worker_that_is_killed_at_every_wait(
    package: types.ModuleType,
    address: str,
    subtests: pytest.Subtests,
    request: pytest.FixtureRequest,
) -> None:
    everything = request.config.getoption("--kill-all")
    scenarios = [scenario for scenario in _of(package) if everything or not scenario.is_long]
    if not scenarios:
        pytest.skip("scenarios with many waits only: make test-kill")

    async def go() -> None:
        outcomes, kills = await play_with_kills(address, package, scenarios)
        print(f"{package.__name__}: {sum(kills.values())} waits survived: {kills}")
        for scenario in scenarios:
            with subtests.test(str(scenario)):
                compare(scenario, outcomes[scenario.workflow])
                await check_replay(package, outcomes[scenario.workflow])
                assert kills[scenario.workflow] >= scenario.waits

    asyncio.run(asyncio.wait_for(go(), _SECONDS))
