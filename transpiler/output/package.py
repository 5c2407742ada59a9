"""Files: lowered modules in, the text of each generated file out.

Imports and the body go through a jinja2 skeleton (templates/), black formats the whole once, and the position table
is appended. Both take long to load: what an earlier compile has made is taken over (known.py).
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping, Sequence
from enum import Enum

from ..analysis.program import Program
from ..lowering.field_comments import place_in_calls
from ..lowering.module import WorkerModules, lower_script, lower_worker
from ..lowering.scope import Module, ModuleKind
from . import python_types
from .annotations import annotate
from .comments import has_inner, restore
from .deep_blocks import split_deep_blocks
from .definitions import find_definitions, formatted_by_definitions
from .grammar import needs_newer
from .known import KnownTexts
from .long_texts import split_texts
from .parentheses import tidy
from .positions import position_table

CODEGEN_LEVEL = 1
"""Raised when the commands that existing sources send to Temporal change: a versioning event for running
workflows."""

_SDK = ("temporalio",)
_STANDARD_LIBRARY = ("collections.abc", "datetime", "typing", "sys")


def generate(
    program: Program, name: str, texts: KnownTexts | None = None, *, required: bool = False
) -> dict[str, str]:
    """The files of `program` by path relative to the output folder: `NAME.py`, or `NAME/...` for a worker.

    `texts` knows what an earlier compile has made. A `required` chunk is a module of a script: importing it runs nothing,
    `main` is what `require` calls.
    Diagnostics of lowering are added to `program.diagnostics`; with errors among them the files must not be used.
    """
    texts = texts or KnownTexts({})
    if program.workers is None:
        module = lower_script(program)
        program.diagnostics += module.diagnostics
        if module.needs_environment:
            module.use("assay.runtime.program", "current_globals")
        if not required:
            module.use("assay.runtime.script", "run_script")
        template = "required.py.j2" if required else "script.py.j2"
        return {f"{name}.py": render(module, template, texts, name=name)}
    return _package(_lowered_worker(program), name, texts)


def find_diagnostics(program: Program) -> None:
    """Adds what lowering has to say to `program.diagnostics`; nothing is generated."""
    if program.workers is None:
        module = lower_script(program)
        program.diagnostics += [d for d in module.diagnostics if d not in program.diagnostics]
    else:
        _lowered_worker(program)


def _lowered_worker(program: Program) -> WorkerModules:
    modules = lower_worker(program)
    found = [
        modules.activities,
        modules.workflows,
        modules.settings,
        *modules.helpers.values(),
    ]
    for module in found:
        program.diagnostics += [d for d in module.diagnostics if d not in program.diagnostics]
    return modules


def generate_worker_script(program: Program, name: str) -> dict[str, str]:
    """The script that a worker's source also is, as the module `NAME/script.py` of its package: the worker starts where
    `temporal.worker` is called, and the script goes on. `program` was analysed with `starts_workers`.
    """
    module = lower_script(program)
    program.diagnostics += module.diagnostics
    if module.needs_environment:
        module.use("assay.runtime.program", "current_globals")
    module.use("assay.runtime.temporal.worker_script", "run_worker_script", "run_script")
    return {f"{name}/script.py": render(module, "script.py.j2", KnownTexts({}), name=name)}


def _package(modules: WorkerModules, name: str, texts: KnownTexts) -> dict[str, str]:
    exported = modules.exported
    source = _source(modules.settings)
    start = {"name": name, "source": source, "level": CODEGEN_LEVEL, "exported": exported}
    made = {
        "__init__.py": render(
            modules.settings, "__init__.py.j2", texts, name=name, exported=exported
        ),
        "activities.py": render(
            modules.activities,
            "activities.py.j2",
            texts,
            name=name,
            entries=modules.activity_names,
        ),
        "workflows.py": render(
            modules.workflows, "workflows.py.j2", texts, name=name, entries=modules.workflow_names
        ),
        "worker.py": _formatted(texts, _filled(texts, "worker.py.j2", start)),
    }
    for file, module in modules.helpers.items():
        template = "shared.py.j2" if file == "shared" else "module.py.j2"
        made[f"{file}.py"] = render(module, template, texts, name=name)
    return {f"{name}/{file}": text for file, text in made.items()}


def generate_unformatted(program: Program) -> str:
    """The module of a chunk that nobody will read: not formatted, which is most of the time."""
    module = lower_script(program)
    program.diagnostics += module.diagnostics
    if module.needs_environment:
        module.use("assay.runtime.program", "current_globals")
    module.comments = [() for _ in module.comments]
    return render(module, "required.py.j2", KnownTexts({}), formatter=str, name="chunk")


def render(
    module: Module,
    template: str,
    texts: KnownTexts,
    formatter: Callable[[str], str] | None = None,
    **values: object,
) -> str:
    """The text of one generated module, formatted by black unless another `formatter` is given."""
    needs_any = split_deep_blocks(module.body)
    used = annotate(module.body, is_shared=module.kind is ModuleKind.HELPERS)
    if needs_any or python_types.ANY in used:
        module.use("typing", "Any")
    if python_types.TABLE in used:
        module.runtime("LuaTable")
    _forget_unused(module)
    if module.comments:
        place_in_calls(module.body)
    printed = ast.unparse(ast.fix_missing_locations(ast.Module(module.body, [])))
    values |= {
        "source": _source(module),
        "level": CODEGEN_LEVEL,
        "imports": _import_lines(module, _Place.TOP),
        "passed_through": _import_lines(module, _Place.PASSED_THROUGH),
        "siblings": _import_lines(module, _Place.SIBLINGS),
        "body": _BODY,
        "needs_environment": module.needs_environment,
    }
    body = split_texts(tidy(restore(printed, module.comments), not has_inner(printed)))
    text = _filled(texts, template, values).replace(_BODY, body)
    code = formatter(text) if formatter else _formatted(texts, text, module.body)
    found = ast.parse(code).body
    end = len(found) - _FOOTERS.get(template, 0)
    table = position_table(module.source.chunk, module.body, found[:end])
    return _with_table(code, found, end if template == _RUNS_ITSELF else len(found), table)


def _forget_unused(module: Module) -> None:
    """Drops the imports of what was lowered and then left out. Skeletons use nothing of `assay.runtime` itself."""
    used = {
        node.id
        for statement in module.body
        for node in ast.walk(statement)
        if isinstance(node, ast.Name)
    }
    found = module.imports.get("assay.runtime", {})
    kept = {name: local for name, local in found.items() if local in used}
    if kept:
        module.imports["assay.runtime"] = kept
    else:
        module.imports.pop("assay.runtime", None)


def _with_table(code: str, found: list[ast.stmt], end: int, table: str) -> str:
    """`code` with the position table after its first `end` statements: in a script before what runs it."""
    lines = code.splitlines(keepends=True)
    cut = found[end].lineno - 1 if end < len(found) else len(lines)
    before, after = "".join(lines[:cut]).rstrip("\n") + "\n", "".join(lines[cut:])
    # The numbers of empty lines that black wants.
    last = found[end - 1]
    is_definition = isinstance(last, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
    return before + ("\n\n" if is_definition else "\n") + table + ("\n" + after if after else "")


_BODY = "\0"
"""Stands for the body in a skeleton; no Python text has it."""
_RUNS_ITSELF = "script.py.j2"
_FOOTERS = {"activities.py.j2": 1, "workflows.py.j2": 1, "__init__.py.j2": 1, "script.py.j2": 1}
"""How many statements a skeleton has after the body."""


_NOT_SHOWN = re.compile(r"[^\w .:,;()+\-\[\]]")


def _source(module: Module) -> str:
    """The file's name for the first docstring, which nothing can end: `load` has names that the program makes."""
    return _NOT_SHOWN.sub("_", module.source.name.replace("\\", "/").rpartition("/")[2])


def _filled(texts: KnownTexts, template: str, values: Mapping[str, object]) -> str:
    def fill() -> str:
        from . import skeletons  # jinja2 is loaded only when it is needed

        return skeletons.fill(template, values)

    return texts.get("skeleton", repr((template, sorted(values.items()))), fill)


def _formatted(texts: KnownTexts, text: str, body: Sequence[ast.stmt] = ()) -> str:
    """`text`, in which `body` is printed, as black formats it."""
    known = texts.find("formatted", text)
    if known is not None:
        find_definitions(text, texts)
        return known
    from . import formatting  # black is loaded only when it is needed

    newer = needs_newer(body)
    if newer is None:
        made = formatting.formatted(text)
    else:
        made = formatted_by_definitions(text, newer, texts, formatting.formatted)
    return texts.keep("formatted", text, made)


# ------------------------------------------------------------------------------------------------------------- imports


class _Place(Enum):
    """Where an import stands in a module that the workflow sandbox loads."""

    TOP = "top"
    PASSED_THROUGH = "passed through"
    SIBLINGS = "siblings"


def _place(module: Module, name: str) -> _Place:
    """The runtime is passed through the sandbox, and so is what workflows do not use; the package's own modules come after it."""
    if module.kind is ModuleKind.WORKFLOWS and name.startswith("."):
        return _Place.SIBLINGS
    if module.kind is ModuleKind.WORKFLOWS and name.startswith("assay."):
        return _Place.PASSED_THROUGH
    if module.kind is ModuleKind.SETTINGS and name in (".", ".workflows"):
        return _Place.SIBLINGS
    if module.kind is ModuleKind.SETTINGS and name.startswith((".", "assay.")):
        return _Place.PASSED_THROUGH
    return _Place.TOP


def _import_lines(module: Module, place: _Place) -> list[str]:
    """The import statements that stand at `place`, sorted, in groups."""
    groups: list[list[str]] = [[], [], []]
    for name in sorted(module.imports):
        if _place(module, name) is place:
            group = 0 if name in _STANDARD_LIBRARY else 2 if name.startswith(".") else 1
            groups[group].append(_import_line(name, module.imports[name]))
    lines: list[str] = []
    for block in groups:
        lines += [*block, ""] if block else []
    return lines[:-1]


def _import_line(module: str, names: Mapping[str, str]) -> str:
    shown = [
        name if name == local else f"{name} as {local}" for name, local in sorted(names.items())
    ]
    return f"from {module} import {', '.join(shown)}"
