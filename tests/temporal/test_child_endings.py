"""What becomes of a child workflow when its parent is canceled (`cancellation_type`) or closes (`parent_close_policy`)."""

from __future__ import annotations

import asyncio
import types
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from compiled import compile_package
from temporalio.client import WorkflowHandle
from workers import Bench, Mode, bench, on_loop

_MODES = [Mode(sandboxed=False, cached=cached) for cached in (True, False)]


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> types.ModuleType:
    """What tests/temporal/lua/endings.lua compiles to."""
    return compile_package("endings", tmp_path_factory.mktemp("endings"))


@dataclass
class _Family:
    """A parent and its child, which has started and waits."""

    parent: WorkflowHandle[Any, Any]
    child: WorkflowHandle[Any, Any]

    async def child_status(self) -> str:
        status = (await self.child.describe()).status
        assert status is not None
        return status.name

    async def child_ends(self) -> str:
        """How the child ends by itself, when it is told to."""
        await self.child.signal("finish")
        while (status := await self.child_status()) == "RUNNING":
            await asyncio.sleep(0.02)
        return status


async def _until_event(at: Bench, handle: WorkflowHandle[Any, Any], event: str) -> None:
    while event not in await at.event_types(handle):
        await asyncio.sleep(0.02)


@asynccontextmanager
async def _families(
    package: types.ModuleType, address: str, mode: Mode, workflow: str, kinds: list[str | None]
) -> AsyncIterator[tuple[Bench, dict[str | None, _Family]]]:
    async with bench(address, mode, package.WORKFLOWS, package.ACTIVITIES) as at:
        families = {}
        for kind in kinds:
            parent = await at.start(workflow, *([] if kind is None else [kind]))
            child = at.client.get_workflow_handle(f"{parent.id}-child")
            families[kind] = _Family(parent, child)
        yield at, families


_REQUEST = "REQUEST_CANCEL_EXTERNAL_WORKFLOW_EXECUTION_INITIATED"
_REQUESTED = "EXTERNAL_WORKFLOW_EXECUTION_CANCEL_REQUESTED"
_CANCELED = "CHILD_WORKFLOW_EXECUTION_CANCELED"
_COMPLETED = "CHILD_WORKFLOW_EXECUTION_COMPLETED"
_CAUGHT = "WORKFLOW_PROPERTIES_MODIFIED"
_WAITED = [_REQUEST, _REQUESTED, _CANCELED, _CAUGHT]
_ORDERS: dict[str | None, list[str]] = {
    "try_cancel": [_REQUEST, _CAUGHT, _REQUESTED, _CANCELED],
    # The SDK's core goes on when the child has ended here too (1.35, the same without Lua).
    "wait_cancellation_requested": _WAITED,
    "wait_cancellation_completed": _WAITED,
    "abandon": [_CAUGHT, _COMPLETED],
    None: _WAITED,
}
"""What stands in the history of a canceled parent, in order; `_CAUGHT` is where its code went on."""


@pytest.mark.parametrize("mode", _MODES, ids=str)
def test_the_parent_is_canceled(package: types.ModuleType, address: str, mode: Mode) -> None:
    """The request is passed on to the child or not, and the parent goes on at once or when the child has ended."""

    async def play(at: Bench, kind: str | None, family: _Family) -> list[str]:
        await at.until_waiting(family.parent, 9)  # the child has started
        await at.until_waiting(family.child, 4)
        await family.parent.cancel()
        if kind == "abandon":
            await _until_event(at, family.parent, _CAUGHT)
        else:
            await at.until_waiting(family.child, 8)  # it cleans up
        await family.child_ends()
        await family.parent.signal("close")
        assert await family.parent.result() == {"ok": False, "type": "CANCELED"}
        await at.check_replay(family.parent)
        ordered = {_CAUGHT, *_WAITED, _COMPLETED}
        return [event for event in await at.event_types(family.parent) if event in ordered]

    async def scenario() -> dict[str | None, list[str]]:
        async with _families(package, address, mode, "IsCanceled", list(_ORDERS)) as (at, families):
            found = await asyncio.gather(*(play(at, *family) for family in families.items()))
        return dict(zip(families, found, strict=True))

    assert on_loop(scenario) == _ORDERS


@pytest.mark.parametrize("mode", _MODES, ids=str)
def test_the_parent_closes(package: types.ModuleType, address: str, mode: Mode) -> None:
    kinds: list[str | None] = ["terminate", "request_cancel", "abandon", None]

    async def scenario() -> dict[str | None, str]:
        found = {}
        async with _families(package, address, mode, "Closes", kinds) as (at, families):
            for kind, family in families.items():
                assert await family.parent.result() is None
                if kind == "request_cancel":
                    await _until_event(at, family.child, "WORKFLOW_EXECUTION_CANCEL_REQUESTED")
                    await at.until_waiting(family.child, 5)  # it cleans up
                if kind in ("request_cancel", "abandon"):
                    found[kind] = await family.child_ends()
                else:
                    while (status := await family.child_status()) == "RUNNING":
                        await asyncio.sleep(0.02)
                    found[kind] = status
                await at.check_replay(family.parent)
        return found

    assert on_loop(scenario) == {
        "terminate": "TERMINATED",
        "request_cancel": "CANCELED",
        "abandon": "COMPLETED",
        None: "TERMINATED",
    }
