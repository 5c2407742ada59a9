"""Activities: side by side in threads, heartbeats from them, inputs and results of every shape."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from cases.activities import held_ones, let_go
from workers import TIME_LIMIT, Mode, all_modes, on_loop, running

PLAIN = Mode(sandboxed=False, cached=True)


@all_modes
def test_fifty_side_by_side(address: str, mode: Mode) -> None:
    async def scenario() -> Any:
        async with running(address, mode, "Fifty") as at:
            return await at.run("Fifty")

    assert on_loop(scenario) == list(range(1, 51))


async def _result(address: str, activity: str, input: Any = None, **options: Any) -> Any:
    async with running(address, PLAIN, "OneActivity") as at:
        return await at.run("OneActivity", {"activity": activity, "input": input, **options})


@pytest.mark.parametrize("input", [None, 5, 1.0, "é", True, {"a": [1, None]}, [], {}], ids=repr)
def test_input_comes_back(address: str, input: Any) -> None:
    result = on_loop(_result, address, "echo", input)
    assert result == input
    assert type(result) is type(input)


def test_no_result_is_nil(address: str) -> None:
    assert on_loop(_result, address, "nothing", 5) is None


def test_heartbeats_go_out_while_the_code_waits(address: str) -> None:
    assert on_loop(_result, address, "wait_long", 1.5, heartbeat=0.5) == "done"


def test_next_attempt_reads_the_last_heartbeat(address: str) -> None:
    assert on_loop(_result, address, "resume") == [{"reached": 7}, 2]


def test_coroutine_functions_may_be_activities(address: str) -> None:
    assert on_loop(_result, address, "asynchronous", "boom") is False


def test_a_slow_activity_delays_no_other(address: str) -> None:
    """While ten activities hold their threads, another one begins and ends."""

    let_go.clear()

    async def scenario() -> list[Any]:
        async with running(address, PLAIN, "OneActivity") as at:
            slow = [
                asyncio.ensure_future(at.run("OneActivity", {"activity": "hold", "input": number}))
                for number in range(10)
            ]
            try:
                for _ in slow:
                    assert await asyncio.to_thread(held_ones.acquire, timeout=TIME_LIMIT)
                await at.run("OneActivity", {"activity": "echo", "input": 1})
                assert not any(task.done() for task in slow)
            finally:
                let_go.set()
            return [await each for each in slow]

    assert on_loop(scenario) == [True] * 10
