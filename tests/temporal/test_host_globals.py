"""Host globals in compiled workflows and activities on a real server: also where their libraries meet the SDK's sandbox."""

from __future__ import annotations

import sys
import types
from typing import Any

import pytest
from compiled import compile_package
from workers import Mode, all_modes, bench, on_loop, pick

LARGE = ("yaml", "regex", "jinja2", "tomli_w")


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> types.ModuleType:
    """What tests/temporal/lua/host_globals.lua compiles to."""
    return compile_package("host_globals", tmp_path_factory.mktemp("host_globals"))


@all_modes
def test_host_globals_in_a_workflow(package: types.ModuleType, address: str, mode: Mode) -> None:
    async def go() -> Any:
        workflows = pick(package.WORKFLOWS, "HostGlobals")
        async with bench(address, mode, workflows, package.ACTIVITIES) as worker:
            return await worker.run("HostGlobals", {})

    found = on_loop(go)
    message = found.pop("message")
    assert message.startswith(("host_globals.lua:", "template.render_string: "))
    assert "'__class__' of 'str' object is unsafe" in message
    assert found == {
        "settings": "[a]\nb = 1\n",
        "page": "80;443;",
        "found": ["2026", "11"],
        "kept": {"text": "image:\n  tag: v1.2\nports:\n- 80\n- 443\n", "gone": True},
        "wrong": False,
    }
    # The process has each library once, whoever was the first to use it.
    assert all(name in sys.modules for name in LARGE)
