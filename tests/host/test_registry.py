"""The registry: every row leads to a function of that name, and the design's table of globals is complete."""

from __future__ import annotations

import subprocess
import sys
from ast import literal_eval
from importlib import import_module
from pathlib import Path

import pytest
from assay.runtime import LuaTable, index
from assay.runtime.errors import library_name
from assay.runtime.host.globals import add_host_globals
from assay.runtime.host.reference import page
from assay.runtime.host.registry import CONSTANTS, FUNCTIONS
from assay.runtime.library import LibraryFunction, WorkflowUse

AVAILABLE = [row for row in FUNCTIONS if row.available]


@pytest.mark.parametrize("row", AVAILABLE, ids=[row.lua_name for row in AVAILABLE])
def test_rows_resolve(row: LibraryFunction) -> None:
    function = getattr(import_module(f"assay.runtime.{row.module}"), row.attribute)
    assert library_name(function) == row.lua_name
    assert row.types <= {
        "nil",
        "boolean",
        "integer",
        "float",
        "string",
        "table",
        "function",
        "userdata",
    }
    assert not row.types or row.results == 1


def test_names_are_unique_and_what_is_refused_has_advice() -> None:
    names = [row.lua_name for row in FUNCTIONS]
    assert len(set(names)) == len(names)
    for row in FUNCTIONS:
        assert row.advice or row.workflow is WorkflowUse.ALLOWED, row.lua_name


def test_what_may_be_called_in_a_workflow() -> None:
    use = {row.lua_name: row.workflow for row in FUNCTIONS}
    by_use = {kind: {name for name, value in use.items() if value is kind} for kind in WorkflowUse}
    assert by_use[WorkflowUse.SIDE_EFFECT_ONLY] == {"crypto.random", "crypto.jwt_sign"}
    assert by_use[WorkflowUse.MAPPED] == {"time", "log.info", "log.warn", "log.error", "log.debug"}
    forbidden = {name.partition(".")[0] for name in by_use[WorkflowUse.FORBIDDEN]}
    assert forbidden == {"http", "env", "sleep", "fs", "db", "template"}
    assert use["template.render_string"] is WorkflowUse.ALLOWED


def test_nothing_is_missing() -> None:
    assert all(row.available for row in FUNCTIONS)


def test_globals() -> None:
    scope = add_host_globals(LuaTable({"assert": lambda *values: values}))
    for row in AVAILABLE:
        value = scope
        for name in row.lua_name.split("."):
            value = index(value, name)
        assert library_name(value) == row.lua_name
    for constant in CONSTANTS:
        table_name, _, name = constant.lua_name.partition(".")
        assert scope[table_name][name] is not None
    assert scope["assert"](1, 2) == (1, 2)
    assert add_host_globals(LuaTable())["json"] is not scope["json"]


def test_the_registry_is_light() -> None:
    code = (
        "import sys; import assay.runtime.host.registry\n"
        "heavy = {'httpx', 'httpcore', 'ssl', 'temporalio', 'asyncio', 'assay.runtime.host.http'}\n"
        "print(sorted(heavy & set(sys.modules)))\n"
        "import assay.runtime.host.http\n"
        "print(sorted({'httpx', 'temporalio', 'asyncio'} & set(sys.modules)))\n"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "[]\n[]\n"


def test_large_libraries_are_imported_at_their_first_use() -> None:
    code = (
        "import sys; from assay.runtime import LuaTable; from assay.runtime.host.globals import add_host_globals\n"
        "add_host_globals(LuaTable())\n"
        "print(sorted({'yaml', 'tomli_w', 'regex', 'jinja2', 'tempfile', 'httpx'} & set(sys.modules)))\n"
        "from assay.runtime.host import regex, template, toml, yaml\n"
        "print(yaml.parse('1'), toml.encode(LuaTable()) == '', regex.match('x', 'x'), template.render_string('{{ 1 }}'))\n"
        "print(sorted({'yaml', 'tomli_w', 'regex', 'jinja2', 'tempfile', 'httpx'} & set(sys.modules)))\n"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.splitlines()[:2] == ["[]", "1 True True 1"]
    assert {"yaml", "tomli_w", "regex", "jinja2"} <= set(literal_eval(run.stdout.splitlines()[2]))


def test_the_page_of_host_globals_is_what_the_code_says() -> None:
    text = (Path(__file__).parents[2] / "docs" / "host.md").read_text(encoding="utf-8")
    assert text == page(), "run: python -m assay.runtime.host.reference > docs/host.md"
    for row in AVAILABLE:
        assert f"`{row.lua_name}" in text
