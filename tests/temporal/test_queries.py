"""Queries answered by Lua functions, and `ctx` used as a value."""

from __future__ import annotations

from typing import Any

import pytest
from temporalio.client import WorkflowQueryFailedError
from workers import Mode, all_modes, on_loop, running


@all_modes
def test_answers_while_waiting_and_after_close(address: str, mode: Mode) -> None:
    async def scenario() -> list[Any]:
        async with running(address, mode, "Queried") as at:
            handle = await at.start("Queried")
            await at.until_waiting(handle, 4)
            answers = [await handle.query("state"), await handle.query("echo", {"a": [1, "é"]})]
            answers.append(await handle.query("echo"))
            await handle.signal("go")
            assert await handle.result() is None
            answers.append(await handle.query("state"))
            await at.check_replay(handle)
            return answers

    assert on_loop(scenario) == [
        {"step": "waiting"},
        {"got": {"a": [1, "é"]}},
        {},
        {"step": "closed"},
    ]


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("broken", "cases.lua:99: no such thing"),
        ("unfit", "query 'unfit' is a function, which JSON cannot hold"),
        ("waits", "query 'waits': the function must not wait or use ctx"),
        ("missing", "known queries: ["),
    ],
)
def test_failed_queries_say_why_and_the_workflow_goes_on(
    address: str, query: str, message: str
) -> None:
    async def scenario() -> str:
        async with running(address, Mode(sandboxed=True, cached=True), "Queried") as at:
            handle = await at.start("Queried")
            with pytest.raises(WorkflowQueryFailedError) as failure:
                await handle.query(query)
            await handle.signal("go")
            await handle.result()
            return failure.value.message

    assert message in on_loop(scenario)


@all_modes
def test_ctx_as_a_value(address: str, mode: Mode) -> None:
    async def scenario() -> tuple[Any, Any, Any]:
        async with running(address, mode, "Lost") as at:
            handle = await at.start("Lost")
            await at.until_waiting(handle, 15)
            state = await handle.query("state", 5)
            await handle.signal("go", {"user": "jane"})
            result = await handle.result()
            await at.check_replay(handle)
            return handle, state, result

    handle, state, result = on_loop(scenario)
    assert state == {"got": 5}
    assert result["answer"] == {"a": 1}
    assert result["value"] == 42
    assert result["signal"] == {"user": "jane"}
    info = result["info"]
    assert (info["workflow_id"], info["workflow_type"]) == (handle.id, "Lost")
    assert (info["namespace"], info["attempt"]) == ("default", 1)
    assert info["run_id"] == info["first_run_id"] == handle.result_run_id
    assert info["task_queue"].startswith("queue-")
    assert isinstance(info["start_time"], float)
    assert result["checks"] == [
        True,
        True,
        "cases.lua:42: calling 'sleep' on bad self (ctx expected, got number): write ctx:sleep(...)",
        "cases.lua:40: bad argument #1 to 'sleep' (seconds must not be negative, got -1)",
        "cases.lua:40: bad argument #1 to 'sleep' (number expected, got string)",
        "cases.lua:40: bad argument #2 to 'wait_signal' (string expected, got number)",
        "cases.lua:40: execute_activity: unknown option 'retry'; did you mean 'retry_policy'?",
        "cases.lua:40: bad argument #2 to 'side_effect' (function expected, got number)",
    ]


@all_modes
def test_runtime_modules_are_one_in_the_sandbox(address: str, mode: Mode) -> None:
    async def scenario() -> Any:
        async with running(address, mode, "LateImport") as at:
            return await at.run("LateImport")

    assert on_loop(scenario) == ["hello", True, True]
