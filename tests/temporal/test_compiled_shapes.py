"""Workflows as people write them, compiled: classes, helpers, modules, coroutines, retries. On a real server in every mode."""

from __future__ import annotations

import subprocess
import sys
import types
from typing import Any

import pytest
from compiled import compile_package
from workers import Mode, all_modes_and_killed, bench, on_loop, pick


@pytest.fixture(scope="session")
def shapes(tmp_path_factory: pytest.TempPathFactory) -> types.ModuleType:
    """The package that tests/temporal/lua/shapes.lua compiles to."""
    return compile_package("shapes", tmp_path_factory.mktemp("shapes"))


def _run(shapes: types.ModuleType, address: str, mode: Mode, name: str, given: Any = None) -> Any:
    async def go() -> Any:
        async with bench(address, mode, pick(shapes.WORKFLOWS, name), shapes.ACTIVITIES) as worker:
            return await worker.run(name, given)

    return on_loop(go)


@all_modes_and_killed
def test_methods_that_wait(shapes: types.ModuleType, address: str, mode: Mode) -> None:
    found = _run(shapes, address, mode, "Pipeline", {"n": 21})
    assert found == ["sync=42", "async=16", "wait=ok", "build", "test", "deploy"]


@all_modes_and_killed
def test_state_is_made_for_each_run(shapes: types.ModuleType, address: str, mode: Mode) -> None:
    for _ in range(2):
        assert _run(shapes, address, mode, "Again", {"n": 1}) == ["sync=2", 1, 2, 3]
        assert _run(shapes, address, mode, "Counting") == [1, 2]


@all_modes_and_killed
def test_functions_added_to_strings(shapes: types.ModuleType, address: str, mode: Mode) -> None:
    found = _run(shapes, address, mode, "Strings", {"name": " ann "})
    assert found == ["ann", "[ ANN ]", "ann", "x"]


@all_modes_and_killed
def test_coroutines_that_wait(shapes: types.ModuleType, address: str, mode: Mode) -> None:
    found = _run(shapes, address, mode, "Coroutines")
    assert found == ["n1", "n2", "n3", "end", 2, 20, "dead"]


@all_modes_and_killed
def test_retry_with_pcall(shapes: types.ModuleType, address: str, mode: Mode) -> None:
    assert _run(shapes, address, mode, "Retry") == {"attempts": 3, "last": "done"}


@all_modes_and_killed
def test_nested_protected_calls(shapes: types.ModuleType, address: str, mode: Mode) -> None:
    found = _run(shapes, address, mode, "Nested")
    assert found == ["false:handled shapes.lua:82: inner", "loop1", "loop2", "loop3", "outer"]


@all_modes_and_killed
def test_signals_in_a_loop(shapes: types.ModuleType, address: str, mode: Mode) -> None:
    async def go() -> Any:
        async with bench(
            address, mode, pick(shapes.WORKFLOWS, "Signals"), shapes.ACTIVITIES
        ) as worker:
            handle = await worker.start("Signals", {"timeout": 5})
            for item in ({"value": 1}, {"skip": True}, {"value": 2}):
                await handle.signal("item", item)
            result = await handle.result()
            await worker.check_replay(handle)
            return result

    assert on_loop(go) == [1, 2]


def test_string_methods_are_loaded_before_a_workflow_needs_them() -> None:
    """What a sandboxed workflow imports later would not be the shared modules, and the SDK warns of it."""
    code = "import sys, assay.runtime.temporal.workflow; print('assay.runtime.stdlib.matching' in sys.modules)"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout == "True\n"
