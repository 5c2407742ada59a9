"""One slow activity delays no other, whatever Lua it is made of; what workflows do with functions does not colour activities."""

from __future__ import annotations

import ast
import asyncio
import types
from pathlib import Path
from typing import Any

import pytest
from compiled import compile_package
from workers import Mode, bench, on_loop

FORMS = [
    "plain",
    "from_table",
    "through_helper",
    "by_metatable",
    "in_coroutine",
    "yielding",
    "yielding_too",
    "protected",
]


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> types.ModuleType:
    return compile_package("side_by_side", tmp_path_factory.mktemp("side_by_side"))


def test_all_forms_run_at_once(package: types.ModuleType, address: str, tmp_path: Path) -> None:
    """Each activity ends only when all the others have begun."""

    async def scenario() -> list[Any]:
        mode = Mode(sandboxed=False, cached=True)
        async with bench(address, mode, package.WORKFLOWS, package.ACTIVITIES) as at:
            inputs = [
                {"names": FORMS, "index": index, "folder": str(tmp_path)}
                for index in range(1, len(FORMS) + 1)
            ]
            return await asyncio.gather(*(at.run("Everyone", input) for input in inputs))

    assert on_loop(scenario) == FORMS


def test_only_what_yields_is_async(package: types.ModuleType) -> None:
    text = (Path(str(package.__file__)).parent / "activities.py").read_text()
    found = {n.name for n in ast.walk(ast.parse(text)) if isinstance(n, ast.AsyncFunctionDef)}
    assert found == {"yields", "yielding", "yielding_too"}
    assert "def function(*_: Any) -> Generator" in text  # the body of the coroutine
