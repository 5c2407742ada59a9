"""Signals: buffered by name from before the first line, in order, none lost, whatever the workflow is doing."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from temporalio.api.common.v1 import Payload
from temporalio.client import Client, WorkflowFailureError
from temporalio.common import RawValue
from temporalio.exceptions import ApplicationError
from workers import UNCACHED, Mode, all_modes, on_loop, running, unique


@all_modes
def test_order_and_names(address: str, mode: Mode) -> None:
    async def scenario() -> Any:
        async with running(address, mode, "CollectSignals") as at:
            handle = await at.start(
                "CollectSignals", {"count": 20}, start_signal="item", start_signal_args=[0]
            )
            for number in range(1, 20):
                await handle.signal("other", number)
                await handle.signal("item", number)
            result = await handle.result()
            await at.check_replay(handle)
            return result

    assert on_loop(scenario) == list(range(20))


@all_modes
def test_two_signals_in_one_task_and_before_the_worker_runs(address: str, mode: Mode) -> None:
    async def scenario() -> Any:
        client = await Client.connect(address)
        queue = unique("queue")
        handle = await client.start_workflow(
            "CollectSignals",
            {"count": 2},
            id=unique("early"),
            task_queue=queue,
            start_signal="item",
            start_signal_args=[{"a": 1}],
        )
        await handle.signal("item", ["b", None, 2.0])
        async with running(address, mode, "CollectSignals", queue=queue) as at:
            result = await handle.result()
            await at.check_replay(handle)
            tasks = (await at.event_types(handle)).count("WORKFLOW_TASK_STARTED")
            return result, tasks

    assert on_loop(scenario) == ([{"a": 1}, ["b", None, 2.0]], 1)


@all_modes
def test_signal_while_an_activity_is_pending(address: str, mode: Mode) -> None:
    async def scenario() -> Any:
        async with running(address, mode, "CollectSignals") as at:
            handle = await at.start("CollectSignals", {"count": 2, "first": True})
            await at.until_waiting(handle, 5)
            await handle.signal("item", "one")
            await handle.signal("item", "two")
            result = await handle.result()
            await at.check_replay(handle)
            return result

    assert on_loop(scenario) == {"activity": False, "1": "one", "2": "two"}


@all_modes
def test_timeout(address: str, mode: Mode) -> None:
    async def scenario() -> Any:
        async with running(address, mode, "SignalOrTimeout") as at:
            return await at.run("SignalOrTimeout")

    assert on_loop(scenario) == {"nothing": True}


def test_signal_before_a_zero_timeout(address: str) -> None:
    async def scenario() -> Any:
        async with running(address, UNCACHED, "SignalOrTimeout") as at:
            return await at.run("SignalOrTimeout", start_signal="go", start_signal_args=["now"])

    assert on_loop(scenario) == {"at_once": "now", "nothing": False}


def test_signal_without_payload_is_nil_and_one_with_two_gives_the_first(address: str) -> None:
    async def scenario() -> Any:
        async with running(address, UNCACHED, "CollectSignals") as at:
            handle = await at.start("CollectSignals", {"count": 2})
            await handle.signal("item")
            await handle.signal("item", args=["a", "b"])
            return await handle.result()

    assert on_loop(scenario) == {"2": "a"}


def test_payload_that_cannot_be_read_is_a_lua_error_where_it_is_awaited(address: str) -> None:
    broken = RawValue(Payload(metadata={"encoding": b"json/plain"}, data=b"{no json"))

    async def scenario() -> str:
        async with running(address, UNCACHED, "CollectSignals") as at:
            handle = await at.start(
                "CollectSignals", {"count": 1}, start_signal="item", start_signal_args=[broken]
            )
            with pytest.raises(WorkflowFailureError) as failure:
                await handle.result()
            assert isinstance(failure.value.cause, ApplicationError)
            return failure.value.cause.message

    assert on_loop(scenario).startswith(
        "cases.lua:0: wait_signal: the payload of 'item' cannot be read: "
    )


def test_binary_payload_is_a_string(address: str) -> None:
    async def scenario() -> Any:
        async with running(address, UNCACHED, "CollectSignals") as at:
            return await at.run(
                "CollectSignals", {"count": 1}, start_signal="item", start_signal_args=[b"\xc3\xa9"]
            )

    assert on_loop(scenario) == ["é"]


def test_unread_signals_are_told_once(address: str, caplog: pytest.LogCaptureFixture) -> None:
    async def scenario() -> None:
        async with running(address, UNCACHED, "CollectSignals") as at:
            handle = await at.start("CollectSignals", {"count": 1})
            await at.until_waiting(handle, 4)
            for name in ("left", "right", "left", "item"):
                await handle.signal(name, 1)
            await handle.result()
            await at.check_replay(handle)

    with caplog.at_level(logging.WARNING):
        on_loop(scenario)
    told = [record.message for record in caplog.records if "nobody waited" in record.message]
    assert len(told) == 1
    assert "left (2), right (1)" in told[0]


def test_what_a_run_loses_is_told_when_it_continues_as_new(
    address: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Signals that are not kept for the next run, and an error of a spawned function that nobody asked for."""

    async def scenario() -> Any:
        async with running(address, UNCACHED, "LosesMuch") as at:
            handle = await at.start("LosesMuch", start_signal="left", start_signal_args=[1])
            await handle.signal("go")
            return await handle.result()

    with caplog.at_level(logging.WARNING):
        assert on_loop(scenario) == "done"
    told = [record.message for record in caplog.records if "nobody" in record.message]
    assert [message.partition(" (")[0] for message in told] == [
        "The workflow closed with signals nobody waited for: left",
        "A spawned function failed and nobody asked: nobody wants to know",
    ]
