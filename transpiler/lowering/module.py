"""Modules: a program in, the Python modules of its package (or its one script module) out, as `ast` bodies with
imports.

Each workflow becomes a class, each activity a decorated function; what they use goes to module level, to `shared`,
or, when it may change, into the run method, so that no two runs share it.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass

from ..analysis.placement import Side
from ..analysis.program import Program
from ..analysis.quick import is_quick
from ..analysis.scopes import Variable
from ..analysis.walk import strip_parentheses
from ..analysis.worker_definitions import Entry, Workers
from ..syntax import nodes
from . import build, expressions, functions, goto, settings, statements
from .names import assign_names, identifier
from .scope import ForeignName, Module, ModuleKind, PythonScope, Temporary, marker
from .top_level import comments_of, note_methods, statements_of, text, top_scope

_WORKFLOW = "assay.runtime.temporal.workflow"
_ACTIVITY = "assay.runtime.temporal.activity"


@dataclass(eq=False)
class WorkerModules:
    """The modules of a worker's package; `helpers` by file name: what both sides share, and required modules."""

    activities: Module
    workflows: Module
    settings: Module
    helpers: dict[str, Module]
    activity_names: list[str]
    workflow_names: list[str]
    exported: list[str]
    """What the package exports."""


def lower_script(program: Program) -> Module:
    """A chunk as `def main(*args)`, run as the `lua` program would run it."""
    module = Module(program, ModuleKind.SCRIPT, program.chunk.source)
    top = top_scope(module)
    inner = PythonScope(module, top, program.resolution.main)
    inner.is_async = program.resolution.main in program.colours.suspending
    top.children.append(inner)
    rest = ast.arg(functions.declare_varargs(inner), module.use("typing", "Any"))
    signature = ast.arguments([], [], rest, [], [], None, [])
    note_methods(inner, program.chunk.body.statements)
    with inner.block() as body:
        statements.block(inner, program.chunk.body)
    made = functions.make_definition(inner, "main", signature, body, 1)
    module.body.append(made)
    assign_names(module, top)
    return module


def lower_worker(program: Program) -> WorkerModules:
    """A worker's source as the modules of its package."""
    workers, placement = program.workers, program.placement
    assert workers is not None and placement is not None
    helpers: dict[str, Module] = {}
    foreign: dict[Variable, ForeignName] = {}
    # Required modules come first in the order of statements, dependencies before what needs them.
    for name, found in placement.helpers.items():
        file = _module_file(name)
        source = program.resolution.sources[found[0]]
        module = Module(program, ModuleKind.HELPERS, source, foreign_names=dict(foreign))
        helpers[file] = module
        foreign.update(_helpers(module, file, found))
    source = program.chunk.source
    activities = Module(program, ModuleKind.ACTIVITIES, source, foreign_names=foreign)
    workflows = Module(program, ModuleKind.WORKFLOWS, source, foreign_names=foreign)
    activity_names = _activities(activities, workers, placement.activities)
    workflow_names = _workflows(workflows, workers, placement.workflows, placement.names)
    made, exported = settings.lower(
        program, dict(zip(workers.entries, (*activity_names, *workflow_names), strict=True))
    )
    made.diagnostics += goto.top_level_problems(program.resolution)
    return WorkerModules(
        activities, workflows, made, helpers, activity_names, workflow_names, exported
    )


_PACKAGE_FILES = frozenset({"activities", "workflows", "worker", "__init__", "shared"})


def _module_file(name: str) -> str:
    """The Python module for the required module `name` ("lib.util"), or for "shared"."""
    if name == "shared":
        return name
    file = identifier(name.replace(".", "_"))
    return f"{file}_" if file in _PACKAGE_FILES else file


def _helpers(
    module: Module, file: str, found: list[nodes.Statement]
) -> dict[Variable, ForeignName]:
    top = top_scope(module)
    statements_of(top, found)
    module.body = top.statements
    names = assign_names(module, top)
    return {
        named: ForeignName(file, names[module.identifiers[named]])
        for named in top.own
        if isinstance(named, Variable)
    }


# ---------------------------------------------------------------------------------------------------------- activities


def _activities(module: Module, workers: Workers, helpers: list[nodes.Statement]) -> list[str]:
    top = top_scope(module)
    statements_of(top, helpers)
    names = []
    for place in workers.places("activities"):
        comments_of(top, place)
    for entry in workers.activities:
        for place in entry.places:
            comments_of(top, place)
        names.append(_activity(top, entry))
    module.body = top.statements
    chosen = assign_names(module, top)
    module.use(_ACTIVITY, "record_side_effect")
    return [chosen[name] for name in names]


def _activity(top: PythonScope, entry: Entry) -> str:
    module = top.module
    name = top.declare(Temporary(_identifier(entry, "activity")))
    made: ast.FunctionDef | ast.AsyncFunctionDef
    if _stands_alone(top, entry):
        inner = functions.open_scope(top, entry.scope)
        signature = _entry_parameters(inner, entry.scope.parameters)
        with inner.block() as body:
            functions.box_parameters(inner, entry.scope)
            statements.block(inner, entry.function.body)
        made = functions.make_definition(inner, name, signature, body, entry.function.line)
    else:
        made = _delegate(top, entry, name)
    definition = build.attribute(module.use("temporalio", "activity"), "defn")
    made.decorator_list = [
        build.call(definition, name=_registered_name(top, entry, "activities")),
        module.use(_ACTIVITY, _activity_decorator(top.program, entry)),
    ]
    top.line = entry.function.line
    top.emit(made)
    return name


def _identifier(entry: Entry, fallback: str) -> str:
    """What the entry is called in Python; where its name is computed, after its function, or after the text in the name."""
    if entry.key is None:
        return identifier(entry.name, fallback)
    if entry.variable is not None:
        return identifier(entry.variable.name, fallback)
    words = []
    pending: list[nodes.Expression] = [entry.key]
    while pending:
        part = strip_parentheses(pending.pop())
        if isinstance(part, nodes.Binary):
            pending += [part.right, part.left]
        elif isinstance(part, nodes.String):
            words.append(part.value.strip("_"))
    return identifier("_".join(words), fallback)


def _registered_name(top: PythonScope, entry: Entry, role: str) -> ast.expr:
    """What Temporal knows the entry by; where that is computed, it is when the module is imported."""
    if entry.key is None:
        return build.constant(text(entry.name))
    side, top.side, top.line = top.side, Side.ACTIVITIES, entry.key.line  # no run of a workflow
    lowered = settings.known_text(top, entry.key)
    if lowered is None:
        helper = top.module.use("assay.runtime.temporal.option_values", "name_text")
        given = expressions.expression(top, entry.key)
        lowered = build.call(helper, given, build.constant(role))
    top.side = side
    return lowered


def _activity_decorator(program: Program, entry: Entry) -> str:
    """Which function of the runtime makes the entry an activity. A metamethod may wait in the simplest of functions."""
    waits = entry.scope in program.activity_colours.suspending
    if not waits and is_quick(entry.scope, program.resolution, program.library):
        return "quick_lua_activity"
    return "lua_activity"


def _stands_alone(top: PythonScope, entry: Entry) -> bool:
    """Can the function's body stand in the entry, because nothing else uses the function?"""
    return entry.variable is None or entry.variable in top.program.inlined


def _delegate(top: PythonScope, entry: Entry, name: str) -> ast.FunctionDef | ast.AsyncFunctionDef:
    """An entry for a function that other code calls too: it only passes its input on."""
    assert entry.variable is not None
    inner = functions.open_scope(top, entry.scope)
    signature = _entry_parameters(inner, [])
    given = build.name(signature.args[0].arg)
    arguments: list[ast.expr] = [given] if entry.scope.parameters else []
    body: list[ast.stmt] = [ast.Return(_passed_on(inner, entry, arguments))]
    return functions.make_definition(inner, name, signature, body, entry.function.line)


def _entry_parameters(inner: PythonScope, parameters: list[Variable]) -> ast.arguments:
    """`input` with the default None; parameters beyond it, which Temporal never fills, as well."""
    names = [inner.declare(parameter) for parameter in parameters] or [inner.temporary("_input")]
    any_ = "typing", "Any"
    arguments = [ast.arg(name, inner.module.use(*any_)) for name in names]
    rest = (
        ast.arg(functions.declare_varargs(inner), inner.module.use(*any_))
        if inner.function.is_vararg
        else None
    )
    defaults: list[ast.expr] = [build.constant(None) for _ in arguments]
    return ast.arguments([], arguments, rest, [], [], None, defaults)


# ----------------------------------------------------------------------------------------------------------- workflows


def _workflows(
    module: Module,
    workers: Workers,
    helpers: list[nodes.Statement],
    of_names: list[nodes.Statement],
) -> list[str]:
    top = top_scope(module, Side.WORKFLOWS)
    top.side = Side.ACTIVITIES  # these are no part of a run, and need not replay
    statements_of(top, of_names)
    top.side = Side.WORKFLOWS
    statements_of(top, helpers)
    names = []
    for place in workers.places("workflows"):
        comments_of(top, place)
    for entry in workers.workflows:
        for place in entry.places:
            comments_of(top, place)
        names.append(_workflow(top, entry))
    module.body = top.statements
    chosen = assign_names(module, top)
    return [chosen[name] for name in names]


def _workflow(top: PythonScope, entry: Entry) -> str:
    module = top.module
    name = top.declare(Temporary(_identifier(entry, "Workflow")))
    run = _run_method(top, entry)
    sdk = module.use("temporalio", "workflow")
    run.decorator_list = [build.attribute(sdk, "run"), module.use(_WORKFLOW, "lua_workflow")]
    decorator = build.call(
        build.attribute(build.copy_load(sdk), "defn"),
        name=_registered_name(top, entry, "workflows"),
    )
    made = ast.ClassDef(
        name=name,
        bases=[module.use(_WORKFLOW, "LuaWorkflow")],
        keywords=[],
        body=[run],
        decorator_list=[decorator],
    )
    top.line = entry.function.line
    top.emit(build.at(made, entry.function.line))
    return name


def _run_method(top: PythonScope, entry: Entry) -> ast.AsyncFunctionDef:
    program = top.program
    inner = functions.open_scope(top, entry.scope)
    inner.is_async = True
    inner.uses_self = True
    parameters = entry.scope.parameters
    if parameters and parameters[0] in program.colours.contexts:
        inner.context = parameters[0]
    signature = _entry_parameters(inner, parameters[1:])
    signature.args.insert(0, ast.arg("self"))
    placement = program.placement
    assert placement is not None
    with inner.block() as body:
        _prologue(inner, placement.prologues.get(entry, []))
        if _stands_alone(top, entry):
            functions.box_parameters(inner, entry.scope)
            statements.block(inner, entry.function.body)
        else:
            inner.emit(ast.Return(_delegated_run(inner, entry, signature)))
    made = functions.make_definition(inner, "run", signature, body, entry.function.line)
    assert isinstance(made, ast.AsyncFunctionDef)
    return made


def _delegated_run(inner: PythonScope, entry: Entry, signature: ast.arguments) -> ast.expr:
    given: list[ast.expr] = [inner.self_name()]
    given += [build.name(argument.arg) for argument in signature.args[1:]]
    return _passed_on(inner, entry, given[: len(entry.scope.parameters)])


def _passed_on(inner: PythonScope, entry: Entry, arguments: list[ast.expr]) -> ast.expr:
    """The call of an entry's function, which stands elsewhere, awaited when it waits."""
    assert entry.variable is not None
    callee = functions.read(inner, entry.variable)
    if entry.scope in inner.colours.wrapped:
        callee = build.attribute(callee, "start")
    call = build.call(callee, *arguments)
    return ast.Await(call) if entry.scope in inner.colours.suspending else call


def _prologue(inner: PythonScope, found: list[nodes.Statement]) -> None:
    """Top-level statements that make something that may change: anew for each run."""
    if not found:
        return
    own, inner.function = inner.function, inner.program.resolution.main
    statements_of(inner, found)
    inner.function = own
    inner.emit(marker("blank"))
