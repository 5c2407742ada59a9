"""Every scenario three ways: kept in memory, replayed for every task, and with the worker killed at every wait. Each history
replays.

`make test-kill` kills workers under all of them; without it, under those that have few waits. It runs the tests of
page.lua, beyond.lua and shapes.lua in such a mode, too (`MODES_AND_KILLED` in workers.py).
"""

from __future__ import annotations

import asyncio
import re
import types

import pytest
from assay.runtime.temporal.context_methods import METHODS
from assay.runtime.temporal.dev_server import DevServer
from compiled import LUA, compile_package
from playing import check_replay, compare, play_steadily, play_with_kills
from scenarios import SCENARIOS, Scenario
from search_attributes import register_search_attributes
from temporalio.client import Client
from workers import on_loop

_SECONDS = 240.0
_PACKAGES = sorted({scenario.package for scenario in SCENARIOS})


def test_every_method_of_ctx_is_in_a_scenario() -> None:
    text = (LUA / "waiting.lua").read_text(encoding="utf-8")
    used = set(re.findall(r"\bctx[:.](\w+)", text))
    assert sorted(set(METHODS) - used) == []


@pytest.fixture(scope="module", autouse=True)
def attributes(server: DevServer) -> None:
    """Registers the search attributes that the workflow `Drawn` sets."""

    async def register() -> None:
        await register_search_attributes(await Client.connect(server.address))

    on_loop(register)


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
