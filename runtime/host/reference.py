"""The page `docs/host.md`: rows of the registry and docstrings of the host modules in, Markdown out.

`python -m assay.runtime.host.reference > docs/host.md` writes it; a test keeps the page equal to the code.
"""

from __future__ import annotations

import inspect
from importlib import import_module
from itertools import groupby
from types import ModuleType

from ..library import LibraryFunction, WorkflowUse
from .registry import CONSTANTS, FUNCTIONS

_PACKAGE = __package__.rpartition(".")[0]
_INTRODUCTION = """# Host globals

What compiled Lua can use without `require`, beside Lua's own library. This page is made from the code:
`python -m assay.runtime.host.reference > docs/host.md`.

Arguments with `?` may be left out. A wrong argument is Lua's `bad argument #1 to 'read' (string expected, got nil)`; every other
error is a string `name.function: what went wrong`, with the place in the Lua source before it. Further arguments are ignored.
"""
_IN_WORKFLOWS = {
    WorkflowUse.ALLOWED: "In a workflow: allowed.",
    WorkflowUse.FORBIDDEN: "In a workflow: refused",
    WorkflowUse.MAPPED: "In a workflow: compiled to",
    WorkflowUse.SIDE_EFFECT_ONLY: "In a workflow: only in a side effect",
}


def page() -> str:
    """The whole page."""
    parts = [_INTRODUCTION]
    available = [row for row in FUNCTIONS if row.available]
    for name, rows in groupby(available, key=lambda row: row.module):
        parts.append(_section(import_module(f"{_PACKAGE}.{name}"), list(rows)))
    missing = sorted({_table(row) for row in FUNCTIONS if not row.available})
    if missing:
        parts.append(f"Not in this version: {', '.join(f'`{name}`' for name in missing)}.\n")
    return "\n".join(parts)


def _section(module: ModuleType, rows: list[LibraryFunction]) -> str:
    names = list(dict.fromkeys(_table(row) for row in rows))
    uses = list(dict.fromkeys(map(_use, rows)))
    lines = [f"## {', '.join(names)}", "", inspect.getdoc(module) or "", ""]
    if len(uses) == 1:
        lines += [uses[0], ""]
    for row in rows:
        described = " ".join((inspect.getdoc(getattr(module, row.attribute)) or "").split())
        end = "" if described.endswith(".") else "."
        lines.append(f"- {described}{end}{f' {_use(row)}' if len(uses) > 1 else ''}")
    lines += [
        f"- `{constant.lua_name}`: a constant."
        for constant in CONSTANTS
        if constant.module == rows[0].module
    ]
    return "\n".join(lines) + "\n"


def _table(row: LibraryFunction) -> str:
    return row.lua_name.partition(".")[0]


def _use(row: LibraryFunction) -> str:
    use = _IN_WORKFLOWS[row.workflow]
    if row.workflow is WorkflowUse.ALLOWED:
        return use
    separator = " " if row.workflow is WorkflowUse.MAPPED else ": "
    return f"{use}{separator}{row.advice}."


if __name__ == "__main__":
    print(page(), end="")
