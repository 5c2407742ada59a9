"""The settings of a worker's package: what `temporal.worker{...}` is given beside its functions, as constants of the package.

In: the worker definitions of a program. Out: the body of `__init__.py`. One worker becomes ADDRESS, NAMESPACE, TASK_QUEUE and,
when it has further options, WORKER_OPTIONS; several become a `WorkerDefinition` each, and the list WORKERS.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping

from ..analysis.kinds import STRING, is_only
from ..analysis.program import Program
from ..analysis.worker_definitions import Entry, WorkerDefinition, Workers
from ..syntax import nodes
from . import build, expressions, logical, statements
from .names import assign_names, identifier
from .scope import Module, ModuleKind, PythonScope, Temporary, marker
from .top_level import comments_of, statements_of, text, top_scope

WORKER_OPTIONS = "WORKER_OPTIONS"
_CONSTANTS = {"url": "ADDRESS", "namespace": "NAMESPACE", "task_queue": "TASK_QUEUE"}
_DEFINITION = "assay.runtime.temporal.worker_definition"


def lower(program: Program, names: Mapping[Entry, str]) -> tuple[Module, list[str]]:
    """The module, and what the package exports. `names` are the Python names of activities and workflows in their modules."""
    module = Module(program, ModuleKind.SETTINGS, program.chunk.source)
    module.use(".activities", "ACTIVITIES")
    module.use(".workflows", "WORKFLOWS")
    module.use("temporalio", "workflow")
    top = top_scope(module)
    workers, placement = program.workers, program.placement
    assert workers is not None and placement is not None
    statements_of(top, placement.settings)
    if len(workers.definitions) == 1 and workers.definitions[0].condition is None:
        exported = _constants(top, workers.definitions[0])
    else:
        exported = _definitions(top, workers, names)
    dangling = program.dangling.get(program.chunk.body, ())
    if dangling:
        top.emit(marker("blank"))
        statements.comments(top, "own", dangling)
    module.body = top.statements
    assign_names(module, top)
    return module, sorted(["ACTIVITIES", "WORKFLOWS", *exported])


# ---------------------------------------------------------------------------------------------------------- one worker


def _constants(top: PythonScope, worker: WorkerDefinition) -> list[str]:
    """ADDRESS, NAMESPACE, TASK_QUEUE; gives what there is."""
    comments_of(top, worker.statement)
    defaults = {"url": "localhost:7233", "namespace": "default", "task_queue": _stem(top.program)}
    for setting, constant in _CONSTANTS.items():
        value = worker.settings.get(setting)
        comments_of(top, worker.places.get(setting))
        if value is None:
            lowered: ast.expr = build.constant(defaults[setting])
        else:
            top.line = value.line
            lowered = _setting(top, setting, value)
        top.emit(build.assign(build.store(constant), lowered))
    further = _further_options(top, worker)
    if further is None:
        return list(_CONSTANTS.values())
    top.emit(build.assign(build.store(WORKER_OPTIONS), further))
    return [*_CONSTANTS.values(), WORKER_OPTIONS]


def _further_options(top: PythonScope, worker: WorkerDefinition) -> ast.Dict | None:
    """The options beyond the three constants, when there are any. Their values stay those of Lua."""
    further = {n: v for n, v in worker.settings.items() if n not in _CONSTANTS}
    if not further:
        return None
    for name in further:
        comments_of(top, worker.places.get(name))
    top.line = next(iter(further.values())).line
    keys: list[ast.expr | None] = [build.constant(name) for name in further]
    values = [expressions.expression(top, value) for value in further.values()]
    return ast.Dict(keys, values)


def _setting(scope: PythonScope, name: str, node: nodes.Expression) -> ast.expr:
    """The text of a setting, which is computed when the package is imported, unless it is a string of the source."""
    known = known_text(scope, node)
    if known is not None:
        return known
    helper = scope.module.use("assay.runtime.temporal.start_up", "setting_text")
    given: list[ast.expr] = [build.constant(name), expressions.expression(scope, node)]
    if name == "namespace":
        given.append(build.constant("default"))
    return build.call(helper, *given)


def known_text(scope: PythonScope, node: nodes.Expression) -> ast.expr | None:
    """The text of what is certainly a string; None where it may be something else."""
    if isinstance(node, nodes.String):
        return build.constant(text(node.value))
    if not is_only(scope.program.types.of(node), STRING):
        return None
    lowered = expressions.expression(scope, node)
    return build.call(scope.module.use("assay.runtime.strings", "to_text"), lowered)


def _stem(program: Program) -> str:
    return program.chunk.source.name.replace("\\", "/").rpartition("/")[2].removesuffix(".lua")


# ------------------------------------------------------------------------------------------------------ several workers


def _definitions(top: PythonScope, workers: Workers, names: Mapping[Entry, str]) -> list[str]:
    """A WorkerDefinition for each worker, called what the source calls its handle, and WORKERS; gives what there is."""
    made = []
    for worker in workers.definitions:
        if top.statements:
            top.emit(marker("blank"))
        comments_of(top, worker.statement)
        keywords = [
            ast.keyword(keyword, value)
            for keyword, value in _arguments(top, worker, names).items()
            if value is not None
        ]
        call = build.call(top.module.use(_DEFINITION, "WorkerDefinition"))
        call.keywords = keywords
        name = top.declare(Temporary(identifier(_handle(worker.statement))))
        top.line = worker.statement.line
        top.emit(build.assign(build.store(name), call))
        made.append(name)
    top.emit(marker("blank"))
    top.emit(build.assign(build.store("WORKERS"), ast.List([build.name(n) for n in made])))
    return ["WORKERS"]


def _handle(statement: nodes.Statement) -> str:
    """What the source calls the handle of a worker: `orders` in `local orders = temporal.worker{...}`."""
    match statement:
        case nodes.LocalAssign(targets=(target,)):
            return target.name.name
        case nodes.Assign(targets=(nodes.Name(name=name),)):
            return name
    return "worker"


def _arguments(
    top: PythonScope, worker: WorkerDefinition, names: Mapping[Entry, str]
) -> dict[str, ast.expr | None]:
    found: dict[str, ast.expr | None] = {}
    for setting, keyword in (
        ("url", "address"),
        ("namespace", "namespace"),
        ("task_queue", "task_queue"),
    ):
        value = worker.settings.get(setting)
        comments_of(top, worker.places.get(setting))
        if value is not None:
            top.line = value.line
            found[keyword] = _setting(top, setting, value)
    for role in ("workflows", "activities"):
        of = [
            build.attribute(top.module.use(".", role), names[entry])
            for entry in worker.entries(role)
        ]
        found[role] = ast.List([*of]) if of else None
    if worker.activities or worker.workflows:
        # Side effects of workflows are recorded by an activity of the runtime.
        recorder = top.module.use("assay.runtime.temporal.activity", "record_side_effect")
        activities = found["activities"] or ast.List([])
        assert isinstance(activities, ast.List)
        activities.elts.append(recorder)
        found["activities"] = activities
    found["options"] = _further_options(top, worker)
    if worker.condition is not None:
        found["runs"] = logical.condition(top, worker.condition)
    return found
