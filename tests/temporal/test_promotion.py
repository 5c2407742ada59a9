"""The specification's example, in the shape the compiler gives it, on a standard worker in every mode."""

from __future__ import annotations

from typing import Any

import pytest
from promotion import ACTIVITIES, WORKFLOWS
from temporalio.client import WorkflowFailureError
from temporalio.exceptions import ApplicationError
from workers import Mode, all_modes, bench, lua_levels, on_loop

INPUT = {
    "version": "v0.2.0",
    "target": "prod",
    "gitlab_url": "https://gitlab.example.com",
    "gitops_commit": {"branch": "main"},
    "token": "t",
    "webhook": "https://hooks.example.com",
}


@all_modes
def test_approved(address: str, mode: Mode) -> None:
    async def scenario() -> Any:
        async with bench(address, mode, WORKFLOWS, ACTIVITIES) as at:
            handle = await at.start("PromotionWorkflow", INPUT)
            await at.until_waiting(handle, 5)
            await handle.signal("approve", {"user": "jané"})
            result = await handle.result()
            await at.check_replay(handle)
            return result

    assert on_loop(scenario) == {"status": "done", "commit_id": "abc123", "approved_by": "jané"}


@all_modes
def test_failed_activity_fails_the_workflow_with_the_lua_error(address: str, mode: Mode) -> None:
    async def scenario() -> WorkflowFailureError:
        async with bench(address, mode, WORKFLOWS, ACTIVITIES) as at:
            handle = await at.start(
                "PromotionWorkflow",
                {**INPUT, "token": "wrong"},
                start_signal="approve",
                start_signal_args=[{"user": "jane"}],
            )
            with pytest.raises(WorkflowFailureError) as failure:
                await handle.result()
            await at.check_replay(handle)
            return failure.value

    cause = on_loop(scenario).cause
    assert isinstance(cause, ApplicationError)
    assert cause.message == (
        "activity 'update_gitops' failed: promotion.lua:7: GitLab commit failed: HTTP 401"
    )
    assert cause.type == "LuaError"
    assert cause.failure is not None
    # Where there is no Lua source, it is the generated line that is shown.
    assert cause.failure.stack_trace == (
        "promotion.lua:24: in workflow 'PromotionWorkflow'\n"
        "    workflows.py:24: await workflow.execute_activity("
    )
    assert cause.failure.cause.cause.stack_trace == (
        "promotion.lua:7: in function 'update_gitops'\n"
        '    activities.py:13: raise LuaError(concat("promotion.lua:7: ", "GitLab commit failed: HTTP ", 401))  # lua 7'
    )


@all_modes
def test_error_of_an_operator_fails_the_workflow(address: str, mode: Mode) -> None:
    async def scenario() -> WorkflowFailureError:
        async with bench(address, mode, WORKFLOWS, ACTIVITIES) as at:
            handle = await at.start(
                "PromotionWorkflow", start_signal="approve", start_signal_args=[{"user": "jane"}]
            )
            with pytest.raises(WorkflowFailureError) as failure:
                await handle.result()
            await at.check_replay(handle)
            return failure.value

    cause = on_loop(scenario).cause
    assert isinstance(cause, ApplicationError)
    assert cause.message == "promotion.lua:25: attempt to index a nil value"
    assert cause.failure is not None
    assert lua_levels(cause.failure.stack_trace) == [
        "promotion.lua:25: in workflow 'PromotionWorkflow'"
    ]
