"""Histories recorded at this codegen level and before replay with what the compiler writes today.

What a compiled workflow asks of Temporal, in its order, is a public interface: workflows that run in production
replay their history with the code of the next release. See record_histories.py.
"""

from __future__ import annotations

import json
import types
from pathlib import Path

import pytest
from compiled import compile_package
from temporalio.client import WorkflowHistory
from temporalio.worker import Replayer, UnsandboxedWorkflowRunner
from workers import on_loop

_HISTORIES = sorted((Path(__file__).parent / "histories").glob("*/*.json"))


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, types.ModuleType]:
    folder = tmp_path_factory.mktemp("histories")
    return {name: compile_package(name, folder) for name in ("beyond", "made", "page", "shapes")}


def test_there_are_histories() -> None:
    assert len(_HISTORIES) >= 33


@pytest.mark.parametrize("path", _HISTORIES, ids=lambda path: f"{path.parent.name}: {path.stem}")
def test_replays(path: Path, packages: dict[str, types.ModuleType]) -> None:
    async def go() -> None:
        workflows = packages[path.stem.partition(".")[0]].WORKFLOWS
        recorded = json.loads(path.read_text(encoding="utf-8"))
        started = recorded["events"][0]["workflowExecutionStartedEventAttributes"]
        # Children may be named after their parent, so the id must be the one of then.
        history = WorkflowHistory.from_json(started["workflowId"], recorded)
        replayer = Replayer(workflows=workflows, workflow_runner=UnsandboxedWorkflowRunner())
        result = await replayer.replay_workflow(history, raise_on_replay_failure=False)
        assert result.replay_failure is None, result.replay_failure

    on_loop(go)
