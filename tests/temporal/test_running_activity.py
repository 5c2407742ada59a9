"""The global `activity`: heartbeats and their details, information, cancellation; proven through compiled Lua."""

from __future__ import annotations

import asyncio
import types
from pathlib import Path
from typing import Any

import pytest
from compiled import compile_package
from workers import Bench, Mode, bench, on_loop

PLAIN = Mode(sandboxed=False, cached=True)


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> types.ModuleType:
    return compile_package("running_activity", tmp_path_factory.mktemp("running_activity"))


def _run(package: types.ModuleType, address: str, input: dict[str, Any]) -> Any:
    async def scenario() -> Any:
        async with bench(address, PLAIN, package.WORKFLOWS, package.ACTIVITIES, queue="run") as at:
            return await at.run("One", input)

    return on_loop(scenario)


def test_info(package: types.ModuleType, address: str) -> None:
    assert _run(package, address, {"name": "info", "heartbeat": 2.5}) == {
        "names": ["info", "One", "default", "run"],
        "ids": [True, True, True],
        "local_": False,
        "attempt": 1,
        "limits": [300.0, 2.5],
        "times": [True, True, "float", "float"],
        "count": 0,
        "cancelled": False,
    }


def test_a_later_attempt_reads_the_details(package: types.ModuleType, address: str) -> None:
    assert _run(package, address, {"name": "resumes"}) == [7, "half way", 2, 7]


def test_heartbeats_go_out_while_lua_waits(package: types.ModuleType, address: str) -> None:
    input = {"name": "waits", "input": 2.5, "heartbeat": 1}
    assert _run(package, address, input) == "not timed out"


@pytest.mark.parametrize("name", ["stopped_in_wait", "stopped_at_heartbeat"])
def test_a_cancel_stops_the_activity(
    package: types.ModuleType, address: str, name: str, tmp_path: Path
) -> None:
    async def ended(at: Bench) -> None:
        input = {"name": name, "input": str(tmp_path), "heartbeat": 1}
        handle = await at.start("One", input)
        while not list(tmp_path.iterdir()):
            await asyncio.sleep(0.02)
        await handle.cancel()
        assert (await handle.result())["type"] == "CANCELED"

    async def scenario() -> None:
        async with bench(address, PLAIN, package.WORKFLOWS, package.ACTIVITIES) as at:
            await ended(at)
            if name == "stopped_in_wait":
                while not (tmp_path / "seen").exists():
                    await asyncio.sleep(0.02)

    on_loop(scenario)
    if name == "stopped_in_wait":
        assert (tmp_path / "seen").read_text() == "CANCELED true"
