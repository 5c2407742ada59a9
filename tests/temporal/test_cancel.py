"""Cancel requests: Lua code sees one, once, can clean up, and decides how the workflow closes. Eviction is none."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from cases.activities import calls
from temporalio.client import Client, WorkflowFailureError
from temporalio.exceptions import ApplicationError, CancelledError
from workers import Mode, all_modes, on_loop, running, unique


async def _canceled(
    address: str, mode: Mode, then: str, file: Path
) -> tuple[Any, BaseException | None]:
    async with running(address, mode, "Cleans") as at:
        handle = await at.start("Cleans", {"then": then, "file": str(file)})
        await at.until_waiting(handle, 4)
        await handle.cancel(reason="no longer needed")
        try:
            return await handle.result(), None
        except WorkflowFailureError as error:
            return (await handle.describe()).status, error.cause
        finally:
            await at.check_replay(handle)


CLEANUP = "cleanup 0\ncleanup 1\ncleanup 2\n"


@all_modes
def test_caught_cleaned_up_and_completed(address: str, mode: Mode, tmp_path: Path) -> None:
    file = tmp_path / "notes"
    result, _ = on_loop(_canceled, address, mode, "complete", file)
    assert result == {
        "ok": False,
        "marked": True,
        "type": "CANCELED",
        "text": "workflow canceled: no longer needed",
    }
    assert file.read_text() == CLEANUP


@all_modes
def test_thrown_on_after_clean_up_closes_as_canceled(
    address: str, mode: Mode, tmp_path: Path
) -> None:
    file = tmp_path / "notes"
    status, cause = on_loop(_canceled, address, mode, "rethrow", file)
    assert status.name == "CANCELED"
    assert isinstance(cause, CancelledError)
    assert file.read_text() == CLEANUP


def test_another_error_after_clean_up_fails(address: str, tmp_path: Path) -> None:
    mode = Mode(sandboxed=False, cached=True)
    status, cause = on_loop(_canceled, address, mode, "fail", tmp_path / "notes")
    assert status.name == "FAILED"
    assert isinstance(cause, ApplicationError)
    assert cause.message == "broken while cleaning up"


@all_modes
def test_uncaught_closes_as_canceled(address: str, mode: Mode, tmp_path: Path) -> None:
    status, cause = on_loop(_canceled, address, mode, "uncaught", tmp_path / "notes")
    assert status.name == "CANCELED"
    assert isinstance(cause, CancelledError)


@pytest.mark.parametrize("sandboxed", [True, False])
def test_eviction_during_clean_up_runs_no_lua_code(address: str, sandboxed: bool) -> None:
    """The workflow has been canceled and waits again; then it is evicted, since this worker keeps nothing in
    memory."""
    calls.clear()

    async def scenario() -> tuple[list[Any], Any]:
        async with running(address, Mode(sandboxed, cached=False), "CleansAndIsEvicted") as at:
            handle = await at.start("CleansAndIsEvicted")
            await at.until_waiting(handle, 4)
            await handle.cancel()
            await at.until_waiting(handle, 8)
            await asyncio.sleep(0.2)
            before = list(calls)
            await handle.signal("finish", "ok")
            result = await handle.result()
            await at.check_replay(handle)
            return before, result

    before, result = on_loop(scenario)
    assert before == []
    assert result == {"ok": True, "value": "ok"}
    assert {ok for _, ok in calls} == {True}


@pytest.mark.parametrize(
    ("activity", "expected"),
    [("beat", {"ok": False, "value": "CANCELED"}), ("notice", {"ok": True, "value": "noticed"})],
)
def test_activity_is_told_and_ends_by_itself(
    address: str, activity: str, expected: dict[str, Any]
) -> None:
    calls.clear()

    async def scenario() -> Any:
        mode = Mode(sandboxed=False, cached=True)
        async with running(address, mode, "CancelsActivity") as at:
            handle = await at.start("CancelsActivity", {"activity": activity})
            await at.until_waiting(handle, 5)
            await asyncio.sleep(0.3)
            await handle.cancel()
            return await handle.result()

    assert on_loop(scenario) == expected
    if activity == "notice":
        assert calls == [("notice", True)]


def test_cancel_before_the_first_task(address: str) -> None:
    """The request is there when the workflow begins: it shows at the first wait."""

    async def scenario(queue: str) -> str:
        client = await Client.connect(address)
        handle = await client.start_workflow(
            "Cleans", {"then": "uncaught"}, id=queue, task_queue=queue
        )
        await handle.cancel()
        async with running(
            address, Mode(sandboxed=True, cached=False), "Cleans", queue=queue
        ) as at:
            with pytest.raises(WorkflowFailureError):
                await handle.result()
            await at.check_replay(handle)
            status = (await handle.describe()).status
            assert status is not None
            return status.name

    assert on_loop(scenario, unique("early")) == "CANCELED"
