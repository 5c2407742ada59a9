"""Every row of the registries, compiled: in a workflow it is allowed, mapped or refused with its advice, in an activity allowed.

What the rows say is written down a second time in test_registry.py; here the compiler is held to it.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from assay.runtime.host import registry as host
from assay.runtime.library import LibraryConstant, LibraryFunction, WorkflowUse
from assay.runtime.stdlib import registry as stdlib
from assay.runtime.temporal import registry as temporal
from assay.transpiler.project import Compiled, compile_source
from assay.transpiler.syntax.source import Source

WORKER = """\
temporal.worker({
  url = "localhost:7233",
  task_queue = "q",
  activities = {
    act = function(input)
      return %s
    end,
  },
  workflows = {
    W = function(ctx, input)
      return %s
    end,
  },
})
"""

ROWS = [row for row in host.FUNCTIONS if row.available]
FORBIDDEN = [
    row
    for row in (*stdlib.FUNCTIONS, *host.FUNCTIONS, *temporal.FUNCTIONS)
    if isinstance(row, LibraryFunction)
    and row.workflow in (WorkflowUse.FORBIDDEN, WorkflowUse.SIDE_EFFECT_ONLY)
]
MAPPED = {
    "time": "workflow_time('x')",
    "log.debug": "log_debug('x')",
    "log.info": "log_info('x')",
    "log.warn": "log_warn('x')",
    "log.error": "log_error('x')",
}
"""What stands in the generated workflow in place of a mapped host function."""


@cache
def compiled(activity: str, workflow: str) -> Compiled:
    """A worker with one activity and one workflow that return these expressions."""
    text = WORKER % (activity, workflow)
    return compile_source(Source.from_bytes("w.lua", text.encode()), Path("w.lua"))


def errors(found: Compiled) -> list[str]:
    """The code, message and help of each error."""
    return [f"{d.code}: {d.message}: {d.help}" for d in found.diagnostics]


def module(found: Compiled, name: str) -> str:
    """The text of a generated module."""
    return next(text for path, text in found.outputs.items() if Path(path).name == name)


def by_name(row: LibraryFunction | LibraryConstant) -> str:
    return row.lua_name


@pytest.mark.parametrize("row", ROWS, ids=by_name)
def test_host_functions_in_activities(row: LibraryFunction) -> None:
    found = compiled(f"{row.lua_name}('x')", "1")
    assert errors(found) == []
    assert row.attribute in module(found, "activities.py")


@pytest.mark.parametrize("row", FORBIDDEN, ids=by_name)
def test_what_is_refused_in_workflows(row: LibraryFunction) -> None:
    name = row.lua_name
    uses = f"{{ {name}('x'), {name}, pcall({name}, 'x'), function() return {name}() end }}"
    advice = row.advice.replace("{call}", f"{name}(...)")
    refused = f"AY301: `{name}` in workflow code would not replay: {advice}"
    assert errors(compiled("1", uses)) == [refused] * 4


ALLOWED = [row for row in ROWS if row.workflow is WorkflowUse.ALLOWED]


@pytest.mark.parametrize("row", ALLOWED, ids=by_name)
def test_what_is_allowed_in_workflows(row: LibraryFunction) -> None:
    found = compiled("1", f"{{ {row.lua_name}('x'), {row.lua_name} }}")
    assert errors(found) == []
    assert row.attribute in module(found, "workflows.py")


@pytest.mark.parametrize(
    "row", [row for row in ROWS if row.workflow is WorkflowUse.MAPPED], ids=by_name
)
def test_what_is_mapped_in_workflows(row: LibraryFunction) -> None:
    found = compiled("1", f"{row.lua_name}('x')")
    assert errors(found) == []
    text = module(found, "workflows.py").replace('"', "'")
    assert MAPPED[row.lua_name] in text
    assert row.module not in text


@pytest.mark.parametrize(
    "row", [row for row in ROWS if row.workflow is WorkflowUse.SIDE_EFFECT_ONLY], ids=by_name
)
def test_what_is_allowed_in_side_effects(row: LibraryFunction) -> None:
    found = compiled("1", f"ctx:side_effect(function() return {row.lua_name}('x') end)")
    assert errors(found) == []


def test_code_loaded_at_run_time_is_nothing_for_workers() -> None:
    for name in ("load", "loadfile", "dofile"):
        found = errors(compiled(f"{name}(print('x'))", "1"))
        assert len(found) == 1
        assert found[0].startswith(f"AY206: `{name}` is not available in this version: ")


def test_helpers_are_workflow_code_too() -> None:
    text = "local function fetch(url)\n  return http.get(url)\nend\n" + WORKER % ("1", "fetch('x')")
    found = compile_source(Source.from_bytes("w.lua", text.encode()), Path("w.lua"))
    assert [(d.code, d.location) for d in found.diagnostics] == [("AY301", "w.lua:2:10")]
