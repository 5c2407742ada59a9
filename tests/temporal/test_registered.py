"""Where real sources put activities and workflows, and what their state is: of one run, in every way to run workflows."""

from __future__ import annotations

import asyncio
import types
from pathlib import Path
from typing import Any

import pytest
from assay.transpiler.project import compile_source
from assay.transpiler.sources import read_source
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


_UNSEEN = [
    "for n in env.get('NAMES'):gmatch('%a') do T[n] = f end",
    "if env.get('X') then T.x = f end",
    "for _, n in ipairs({'a', 'b'}) do if n == 'b' then break end T[n] = f end",
    "for _, n in ipairs({'a', env.get('B')}) do T[n] = f end",
    "local names = {'a'} table.insert(names, 'b') for _, n in ipairs(names) do T[n] = f end",
    "local function add(n) T[n] = f end add('a')",
    "rawset(T, 'a', f)",
    "T.a = f T.a = nil for _, n in ipairs({'b'}) do T[n] = f end",
    "while not T.a do T.a = f end",
]
"""Statements after which the source does not show the keys of the table T."""


@pytest.mark.parametrize("statement", _UNSEEN)
def test_names_that_the_source_does_not_show_are_refused(statement: str, tmp_path: Path) -> None:
    source = tmp_path / "unseen.lua"
    source.write_text(
        f"local T = {{first = function(input) return input end}}\nlocal f = T.first\n{statement}\n"
        "temporal.worker({url = 'localhost:7233', task_queue = 'q', activities = T})\n"
    )
    errors = [d for d in compile_source(read_source(source), source).diagnostics if d.help]
    assert {error.code for error in errors} <= {"AY413", "AY403"} and errors


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> types.ModuleType:
    return compile_package("made", tmp_path_factory.mktemp("made"))


@all_modes
def test_activities_and_workflows_that_code_makes(
    made: types.ModuleType, address: str, mode: Mode
) -> None:
    """Loops register them, functions make them: a run has all that they hold for itself."""

    async def scenario() -> Any:
        async with bench(address, mode, made.WORKFLOWS, made.ACTIVITIES) as at:
            runs = [
                await at.start(name, "x") for name in ("First", "Second") for _ in range(RUNS // 4)
            ]
            results = await asyncio.gather(*(handle.result() for handle in runs))
            return results, await at.run("Wrapped", "x")

    results, wrapped = on_loop(scenario)
    quarter = RUNS // 4
    assert (
        results == [["First", 2, 1, "<red x>"]] * quarter + [["Second", 2, 1, "<red x>"]] * quarter
    )
    # The loop over the activities wraps those that were there before it, which call what the table holds then.
    both = "<<plain x>, <red x>>"
    activities = ["<plain x>", both, "<X>", "<x>", "<xx>", "number 2 x", "made x", "<plain x>"]
    assert wrapped == ["wrapped", 1, activities]
