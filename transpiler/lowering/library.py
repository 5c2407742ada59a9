"""Globals and library functions: what a global name or a field of a library table is in Python.

A library function that nothing in the source changes is imported by name and called directly; everything else goes
through the table of globals (`ENV`), which only scripts have. In workflows each row of the registries says what is
allowed.
"""

from __future__ import annotations

import ast
import difflib
import keyword

from assay.runtime.library import LibraryConstant, LibraryFunction, WorkflowUse
from assay.runtime.module_names import REST_MODULE, TEST_MODULE, python_module_name
from assay.runtime.positions import OperandName

from ..analysis.context import PROTECTED_CALLS, RESUMES, YIELD
from ..analysis.kinds import STRING, is_only
from ..analysis.library import OTHER_CODE, rows, tables
from ..analysis.modules import required_name
from ..analysis.placement import Side
from ..analysis.scopes import Variable
from ..analysis.visible import visible_locals
from ..analysis.worker import worker_calls
from ..diagnostics import Diagnostic, language
from ..diagnostics import workflows as workflow_rules
from ..syntax import nodes
from . import build, expressions, waiting, workflow_library
from .naming import operand_name
from .scope import ModuleKind, PythonScope

_ENVIRONMENT = "ENV"
_OTHER_NAMES = {"activity": "running_activity"}
"""Library tables whose names the SDK's modules have."""
_BUILT_IN_MODULES = {
    REST_MODULE: (
        "assay.runtime.temporal.rest",
        "open_rest_module",
        "call the client in an activity: ctx:execute_activity(name, input)",
    ),
    TEST_MODULE: (
        "assay.runtime.lua_testing.module",
        "open_test_module",
        "tests stand in a file of their own, which `assay test` runs",
    ),
}
"""Modules of the runtime by their Lua name: the Python module with `open_module`, what generated code calls that, and what to do
instead of using it in a workflow."""
_PYTHON_BUILTINS = {"print", "type", "next", "pairs", "ipairs", "assert"}


def reference(scope: PythonScope, row: LibraryFunction | LibraryConstant) -> ast.expr:
    """The Python expression for a library function or constant: `string.format`, `tostring`."""
    table, _, _ = row.lua_name.rpartition(".")
    package, _, module = row.module.rpartition(".")
    if not table:
        alias = f"lua_{row.attribute}" if row.attribute in _PYTHON_BUILTINS else None
        return scope.module.use(f"assay.runtime.{row.module}", row.attribute, alias)
    alias = table if module != table and not keyword.iskeyword(table) else None
    alias = _OTHER_NAMES.get(table, alias)
    return build.attribute(
        scope.module.use(f"assay.runtime.{package}", module, alias), row.attribute
    )


def environment(scope: PythonScope) -> ast.expr:
    """The table of globals."""
    scope.module.needs_environment = True
    return build.name(_ENVIRONMENT)


def global_name(scope: PythonScope, node: nodes.Name) -> ast.expr:
    """A global variable as a value."""
    row = scope.program.library.of(node)
    if row is not None:
        check_use(scope, node, row)
        return reference(scope, row)
    local_environment = scope.program.resolution.environments.get(node)
    if local_environment is not None:
        held = scope.load(local_environment)
        found = build.call(
            scope.module.runtime("index"), held, expressions.string(scope, node.name)
        )
        return build.at(found, node.line, [environment_name(scope, local_environment)])
    if node.name == "package" and scope.module.kind is not ModuleKind.SCRIPT:
        # A worker's modules are found and linked when it compiles.
        scope.report(language.not_available(scope.source, node, node.name))
        return build.constant(None)
    if scope.module.kind is ModuleKind.SCRIPT:
        if node.name == "_ENV":
            return environment(scope)
        return build.subscript(environment(scope), expressions.string(scope, node.name))
    source = scope.source
    hidden = rows().get(node.name)
    if hidden is not None and node.name not in scope.program.library.changed:
        # `load` and its relatives: code of a worker that may change every global is not even compiled.
        check_use(scope, node, hidden)
        if node.name in OTHER_CODE and not scope.in_workflow:
            scope.report(language.not_available(source, node, node.name))
    elif node.name in tables():
        scope.report(language.library_table_as_value(source, node, node.name))
    else:
        _report_undefined(scope, node)
    return build.constant(None)


def _report_undefined(scope: PythonScope, node: nodes.Name) -> None:
    """Says what may have been meant: a local, something of the library, or an activity that only `ctx` can call."""
    program = scope.program
    known = [
        *visible_locals(program.resolution, scope.function, scope.source, node),
        *(name for name in rows() if "." not in name),
        *tables(),
    ]
    near = difflib.get_close_matches(node.name, known, n=1)
    beside = program.known_beside(scope.function, "activities") if scope.in_workflow else ()
    is_activity = any(node.name in activities for activities in beside)
    scope.report(
        language.undefined_global(
            scope.source, node, node.name, near[0] if near else None, is_activity
        )
    )


def environment_name(scope: PythonScope, variable: Variable) -> OperandName:
    """How an error names the local `_ENV` that holds a global."""
    return OperandName("local" if variable.owner is scope.function else "upvalue", "_ENV")


def field(scope: PythonScope, node: nodes.Index) -> ast.expr | None:
    """`library.name` as a value; None when the container is not a library table, or one the source changes."""
    row = scope.program.library.of(node)
    if row is not None:
        check_use(scope, node, row)
        return reference(scope, row)
    table = scope.program.library.table_of(node.object)
    if (
        table is None
        or scope.module.kind is ModuleKind.SCRIPT
        or not isinstance(node.key, nodes.String)
    ):
        return None
    if table in scope.program.library.changed:
        return None
    names = [name.partition(".")[2] for name in rows() if name.startswith(f"{table}.")]
    near = difflib.get_close_matches(node.key.value, names, n=1)
    suggestion = f"{table}.{near[0]}" if near else None
    scope.report(
        language.unknown_library_function(scope.source, node, table, node.key.value, suggestion)
    )
    return build.constant(None)


def alias(scope: PythonScope, node: nodes.Name) -> ast.expr | None:
    """A local that is another name of a library function: `local insert = table.insert`."""
    row = scope.program.library.of(node)
    if row is None:
        return None
    check_use(scope, node, row)
    return reference(scope, row)


def is_alias(scope: PythonScope, variable: Variable) -> bool:
    """Does every use of `variable` mean a library function or table directly, so that it needs no Python
    variable?"""
    value = variable.values[0] if variable.is_constant and variable.values else None
    if value is None or variable in scope.program.captures.boxed:
        return False
    library = scope.program.library
    if library.of(value) is not None:
        return True
    if not isinstance(value, nodes.Name) or library.table_of(value) is None:
        return False
    fields = [scope.colours.parents.get(read) for read in variable.reads]
    linked = scope.program.resolution.linked
    return all(
        isinstance(field, nodes.Index) and (field in linked or library.of(field) is not None)
        for field in fields
    )


# --------------------------------------------------------------------------------------------------------------- calls


def call(
    scope: PythonScope, node: nodes.Call, row: LibraryFunction | LibraryConstant
) -> tuple[ast.expr, int | None]:
    """A call of a library function, and how many values it gives."""
    if isinstance(row, LibraryConstant):
        lowered = build.call(reference(scope, row), *expressions.arguments(scope, node.arguments))
        return build.at(lowered, node.line, [operand_name(scope, node.function)]), None
    mapped = workflow_library.mapped_call(scope, node, row) if scope.in_workflow else None
    if mapped is not None:
        return mapped
    check_use(scope, node, row)
    if row.lua_name == "select" and _counts_varargs(node):
        return build.call("len", *[a.value for a in _starred(scope, node)]), 1
    if row.lua_name in PROTECTED_CALLS and scope.is_async and scope.colours.suspends(node):
        helper = scope.module.use("assay.runtime.temporal.protected", f"{row.attribute}_async")
        awaited = build.call(helper, *expressions.arguments(scope, node.arguments))
        return build.at(ast.Await(build.at(awaited, node.line)), node.line), None
    coroutine = _coroutine_call(scope, node, row)
    if coroutine is not None:
        return coroutine
    if row.calls_back:
        for argument in node.arguments:
            if row.lua_name not in PROTECTED_CALLS and scope.colours.is_async(argument):
                scope.report(workflow_rules.waits_in_callback(scope.source, argument, row.lua_name))
    arguments = expressions.arguments(scope, node.arguments)
    if row.lua_name == "pairs" and waiting.waits(scope, "__pairs", *node.arguments[:1]):
        called = build.call("", *arguments)
        return waiting.operation(scope, called, "pairs", node.line), None
    lowered = build.at(build.call(reference(scope, row), *arguments), node.line)
    name = operand_name(scope, node.function)
    if name is not None and name.name != row.lua_name.rpartition(".")[2]:
        build.at(lowered, node.line, [name])
    return lowered, row.results


def _coroutine_call(
    scope: PythonScope, node: nodes.Call, row: LibraryFunction
) -> tuple[ast.expr, int | None] | None:
    """Calls of the coroutine library that wait, or whose coroutines may wait for Temporal."""
    colours = scope.colours
    helper = {YIELD: "yield_"}.get(row.lua_name)
    if colours.contexts and row.lua_name in RESUMES and scope.side is Side.WORKFLOWS:
        helper = f"{row.attribute}_async"
    if helper is None:
        return None
    module = scope.module.use("assay.runtime.stdlib", "coroutine")
    lowered: ast.expr = build.call(
        build.attribute(module, helper), *expressions.arguments(scope, node.arguments)
    )
    build.at(lowered, node.line)
    if helper == "wrap_async":
        return lowered, 1
    if not scope.is_async:
        scope.report(language.wait_in_plain_function(scope.source, node))
    awaited = ast.Await(lowered)
    if row.lua_name == YIELD:
        scope.yields.add(awaited)
    return build.at(awaited, node.line), None


def string_method(scope: PythonScope, node: nodes.MethodCall) -> LibraryFunction | None:
    """The library function behind a method of what is certainly a string, when the program leaves the string
    library alone."""
    if not is_only(scope.program.types.of(node.object), STRING):
        return None
    return scope.program.library.string_method(node.method.name)


def _counts_varargs(node: nodes.Call) -> bool:
    arguments = node.arguments
    return (
        len(arguments) == 2
        and isinstance(arguments[0], nodes.String)
        and arguments[0].value == "#"
        and isinstance(arguments[1], nodes.Vararg)
    )


def _starred(scope: PythonScope, node: nodes.Call) -> list[ast.Starred]:
    lowered = expressions.last_argument(scope, node.arguments[-1])
    return [argument for argument in lowered if isinstance(argument, ast.Starred)]


def special_call(scope: PythonScope, node: nodes.Call) -> tuple[ast.expr, int | None] | None:
    """Calls the compiler has rules of its own for: `temporal.worker` where no worker definition was found."""
    if scope.program.resolution.is_global(node.function, "require"):
        return _require(scope, node)
    if _is_temporal_worker(scope, node):
        if scope.program.starts_workers:
            return _start_worker(scope, node), 1
        scope.report(language.worker_not_at_top_level(scope.source, node))
        return build.constant(None), 1
    return None


def _start_worker(scope: PythonScope, node: nodes.Call) -> ast.expr:
    """`temporal.worker{...}` in a script: it starts a worker with the workflows of the script's package."""
    start = scope.module.use("assay.runtime.temporal.worker_handle", "start_worker")
    calls = worker_calls(scope.program.resolution)
    workflows: ast.expr
    if len(calls) > 1 and node in calls:
        worker = ast.Subscript(scope.module.use(".", "WORKERS"), build.constant(calls.index(node)))
        workflows = build.attribute(worker, "workflows")
    else:
        workflows = scope.module.use(".workflows", "WORKFLOWS")
    given = expressions.arguments(scope, node.arguments)
    return build.at(build.call(start, workflows, *given), node.line)


def _require(scope: PythonScope, node: nodes.Call) -> tuple[ast.expr, int | None]:
    """`require("name")` in a script: runs the compiled module, once for a program."""
    name = required_name(node)
    if name is None:
        is_script = scope.module.kind is ModuleKind.SCRIPT
        scope.report(language.require_not_literal(scope.source, node, is_script))
        if not is_script:
            return build.constant(None), 1
        helper = scope.module.use("assay.runtime.stdlib.modules", "require_compiled")
        arguments = expressions.arguments(scope, node.arguments)
        return build.at(build.call(helper, *arguments), node.line), None
    if name in _BUILT_IN_MODULES:
        return _require_built_in(scope, node, name)
    if name.startswith("assay."):
        scope.report(language.not_available(scope.source, node, f'require("{name}")'))
        return build.constant(None), 1
    if name not in scope.program.module_paths:
        return _require_at_run_time(scope, node, name)
    parent, _, last = python_module_name(name).rpartition(".")
    package = ".".join(["lua_modules", *parent.split(".")] if parent else ["lua_modules"])
    module = scope.module.use(package, last, f"{last.rstrip('_')}_module")
    main = build.attribute(module, "main")
    path = build.constant(scope.program.module_paths[name])
    helper = scope.module.use("assay.runtime.stdlib.modules", "require")
    return build.at(build.call(helper, build.constant(name), main, path), node.line), None


def _require_built_in(
    scope: PythonScope, node: nodes.Call, name: str
) -> tuple[ast.expr, int | None]:
    """`require("assay.temporal")`: a module of the runtime; in a script it is loaded once for a program as others are."""
    python_module, local, advice = _BUILT_IN_MODULES[name]
    if scope.in_workflow:
        shown = f'require("{name}")'
        scope.report(_forbidden(scope, node, shown, advice))
    main = scope.module.use(python_module, "open_module", local)
    if scope.module.kind is not ModuleKind.SCRIPT:
        return build.at(build.call(main), node.line), 1
    helper = scope.module.use("assay.runtime.stdlib.modules", "require")
    call = build.call(helper, build.constant(name), main, build.constant(":builtin:"))
    return build.at(call, node.line), None


def _require_at_run_time(
    scope: PythonScope, node: nodes.Call, name: str
) -> tuple[ast.expr, int | None]:
    """`require("name")` of what no file was compiled for: a library table, or what the script puts into `package`."""
    is_linked = scope.module.kind is not ModuleKind.SCRIPT
    function = "require_missing" if is_linked else "require_compiled"
    helper = scope.module.use("assay.runtime.stdlib.modules", function)
    return build.at(build.call(helper, build.constant(name)), node.line), None


def _is_temporal_worker(scope: PythonScope, node: nodes.Call) -> bool:
    match node.function:
        case nodes.Index(
            object=nodes.Name(name="temporal") as table, key=nodes.String(value="worker")
        ):
            return table not in scope.program.resolution.variables
    return False


def _forbidden(scope: PythonScope, node: nodes.Node, name: str, advice: str) -> Diagnostic:
    """The refusal of a call in workflow code, with the calls that lead there from a workflow."""
    chain = []
    for function, where in scope.program.reach.chain(scope.function):
        line = where.node.line if where.node is not None else 0
        elsewhere = where.source is not None and where.source is not scope.source
        file = f"{where.source.name} " if elsewhere and where.source is not None else ""
        chain.append((function, f"{file}line {line}"))
    return workflow_rules.forbidden_in_workflow(scope.source, node, name, advice, chain)


def check_use(scope: PythonScope, node: nodes.Node, row: LibraryFunction | LibraryConstant) -> None:
    """Reports a library function that is not there yet, or that workflow code must not use."""
    if isinstance(row, LibraryConstant):
        return
    source = scope.source
    if not row.available:
        scope.report(language.not_available(source, node, row.lua_name))
    elif scope.in_workflow and row.workflow is not WorkflowUse.ALLOWED:
        scope.report(_forbidden(scope, node, row.lua_name, row.advice))
