"""Names of activities and workflows, and queues, that the environment of the worker decides."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from compiled import LUA, compile_package
from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Replayer, UnsandboxedWorkflowRunner
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner
from workers import Mode, all_modes, bench, on_loop, unique


@pytest.fixture(scope="module")
def named(tmp_path_factory: pytest.TempPathFactory) -> Iterator[types.ModuleType]:
    """The package as a process has it whose environment says so; the sandbox imports it again for each run."""
    with pytest.MonkeyPatch.context() as changed:
        changed.setenv("STAGE_OF_TEST", "prod")
        changed.setenv("OWNER_OF_TEST", "ANN")
        yield compile_package("named", tmp_path_factory.mktemp("named"))


async def _results(client: Client, queue: str, prefix: str, refund: str) -> list[Any]:
    refunded = {"name": f"{refund.partition('-')[0]}-refund", "id": 7}
    return [
        await client.execute_workflow(name, given, id=unique("named"), task_queue=queue)
        for name, given in [(f"{prefix}_Order", 5), (refund, refunded), ("Constant", None)]
    ]


@all_modes
def test_names_and_queue(named: types.ModuleType, address: str, mode: Mode) -> None:
    async def scenario() -> list[Any]:
        async with bench(address, mode, named.WORKFLOWS, named.ACTIVITIES) as at:
            found = await _results(at.client, at.queue, "PROD", "ann-prod-Refund")
            handle = await at.start("PROD_Order", 6)
            await handle.result()
            history = await handle.fetch_history()
            for runner in (SandboxedWorkflowRunner(), UnsandboxedWorkflowRunner()):
                replayer = Replayer(workflows=named.WORKFLOWS, workflow_runner=runner)
                await replayer.replay_workflow(history)
            return found

    expected = [["charged 5", "prod shipped 5"], "refunded charged 7", "prod"]
    assert on_loop(scenario) == expected
    assert named.TASK_QUEUE == "prod-orders"


def test_python_names_do_not_depend_on_the_environment(named: types.ModuleType) -> None:
    activities = {
        each.__name__: activity._Definition.must_from_callable(each).name
        for each in named.ACTIVITIES
    }
    assert activities == {
        "ship": "PROD_ship",
        "charge_2": "PROD_charge",
        "refund": "ann-refund",
        "record_side_effect": "assay.side_effect",
    }
    workflows = {
        each.__name__: workflow._Definition.must_from_class(each).name for each in named.WORKFLOWS
    }
    assert workflows == {
        "Order": "PROD_Order",
        "Refund": "ann-prod-Refund",
        "Constant": "Constant",
    }


def test_as_a_script(address: str) -> None:
    stage = unique("s").lower()
    process = subprocess.Popen(
        [Path(sys.executable).parent / "assay", "run", "named.lua"],
        cwd=LUA,
        env={
            **os.environ,
            "TEMPORAL_ADDRESS": address,
            "STAGE_OF_TEST": stage,
            "OWNER_OF_TEST": "shop",
        },
        stdout=subprocess.PIPE,
    )

    async def scenario() -> list[Any]:
        client = await Client.connect(address)
        queue, refund = f"{stage}-orders", f"shop-{stage}-Refund"
        return await _results(client, queue, stage.upper(), refund)

    try:
        expected = [["charged 5", f"{stage} shipped 5"], "refunded charged 7", stage]
        assert on_loop(scenario) == expected
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
    finally:
        process.kill()
        assert process.stdout is not None
        process.stdout.close()


def test_what_the_environment_lacks_is_an_error_of_the_lua_line(tmp_path: Path) -> None:
    """The package is made when it is imported, and says so where the script would."""
    (tmp_path / "lacks.lua").write_text(
        'local STAGE = env.get("STAGE_NOBODY_SETS")\n'
        'temporal.worker({ url = "localhost:7233", task_queue = STAGE .. "-q",\n'
        "  activities = { echo = function(input) return input end } })\n"
    )
    done = subprocess.run(
        [Path(sys.executable).parent / "assay", "run", "lacks.lua"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    message = "lacks.lua:2: attempt to concatenate a nil value (local 'STAGE')"
    assert (done.returncode, done.stderr) == (1, f"error: {message}\n")
