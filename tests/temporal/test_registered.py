"""Where real sources put activities and workflows, and what their state is: of one run, in every way to run workflows."""

from __future__ import annotations

import asyncio
import types
from typing import Any

import pytest
from compiled import compile_package
from temporalio.worker import Worker
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions
from workers import Mode, all_modes, bench, on_loop, unique

RUNS = 20


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> types.ModuleType:
    return compile_package("registered", tmp_path_factory.mktemp("registered"))


@all_modes
def test_activities_and_workflows_of_modules(
    package: types.ModuleType, address: str, mode: Mode
) -> None:
    async def scenario() -> Any:
        async with bench(address, mode, package.WORKFLOWS, package.ACTIVITIES) as at:
            return await at.run("FromModule", "you")

    assert package.TASK_QUEUE == "registered"
    assert on_loop(scenario) == "hello you"


async def _interleaved(start: Any) -> list[Any]:
    handles = await asyncio.gather(*(start("Counting", number) for number in range(RUNS)))
    return await asyncio.gather(*(handle.result() for handle in handles))


@all_modes
def test_runs_share_nothing(package: types.ModuleType, address: str, mode: Mode) -> None:
    """Many runs, interleaved by their sleeps, in one worker: each counts for itself."""

    async def scenario() -> list[Any]:
        async with bench(address, mode, package.WORKFLOWS, package.ACTIVITIES) as at:
            return await _interleaved(at.start)

    assert on_loop(scenario) == [[5, 5, 6, 2]] * RUNS


def test_runs_share_nothing_passed_through(package: types.ModuleType, address: str) -> None:
    """In the sandbox, with the compiled module itself passed through: loaded once for all runs."""
    restrictions = SandboxRestrictions.default.with_passthrough_modules("registered")

    async def scenario() -> list[Any]:
        mode = Mode(sandboxed=False, cached=True)
        async with bench(address, mode, (), package.ACTIVITIES) as at:
            queue = unique("passed")
            async with Worker(
                at.client,
                task_queue=queue,
                workflows=package.WORKFLOWS,
                workflow_runner=SandboxedWorkflowRunner(restrictions=restrictions),
            ):

                async def start(workflow: str, number: int) -> Any:
                    return await at.client.start_workflow(
                        workflow, number, id=unique("passed"), task_queue=queue
                    )

                return await _interleaved(start)

    assert on_loop(scenario) == [[5, 5, 6, 2]] * RUNS
