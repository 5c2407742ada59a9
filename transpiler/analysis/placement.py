"""Placement: which top-level statement of a worker's source goes where in the generated package.

In: the worker definition and the facts about functions. Out: for each side (activities, workflows) the top-level
statements it needs, sorted into those that go to module level, those both sides share, and those that must run anew
for each workflow run because they make something that may change. Workflow modules hold no state that runs could
share.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum

from ..diagnostics import Diagnostic
from ..diagnostics import workers as catalogue
from ..syntax import nodes
from .effects import Effects
from .functions import KnownFunctions
from .left_out import left_out
from .library import Library
from .scopes import FunctionScope, LinkedModule, Resolution, Variable
from .start_up import is_known_at_start
from .walk import child_nodes, strip_parentheses, walk
from .worker_definitions import Entry, Workers

_SCALARS = (nodes.Nil, nodes.TrueLiteral, nodes.FalseLiteral, nodes.Number, nodes.String)


class Side(Enum):
    """Who can reach a piece of code. What a workflow can reach has to replay."""

    ACTIVITIES = "activities"
    WORKFLOWS = "workflows"
    BOTH = "both"

    @classmethod
    def of(cls, in_activities: bool, in_workflows: bool) -> Side | None:
        if in_activities and in_workflows:
            return cls.BOTH
        return cls.ACTIVITIES if in_activities else cls.WORKFLOWS if in_workflows else None


@dataclass
class Placement:
    """Top-level statements in source order, by destination.

    `helpers` are modules of their own, by name: "shared" for what both sides use of the main file, else the
    required module's name. `prologues` are run anew by each run of that workflow.
    """

    helpers: dict[str, list[nodes.Statement]] = field(default_factory=dict)
    activities: list[nodes.Statement] = field(default_factory=list)
    workflows: list[nodes.Statement] = field(default_factory=list)
    sides: dict[nodes.Statement, Side] = field(default_factory=dict)
    prologues: dict[Entry, list[nodes.Statement]] = field(default_factory=dict)
    settings: list[nodes.Statement] = field(default_factory=list)
    names: list[nodes.Statement] = field(default_factory=list)
    """What the workflows' module needs beside, once for all runs: what gives workflows their names."""
    diagnostics: list[Diagnostic] = field(default_factory=list)


@dataclass(frozen=True, eq=False)
class Needs:
    """Which top-level statements the activities use (their names included), each workflow, the settings, and the names of
    workflows."""

    activities: set[nodes.Statement]
    workflows: dict[Entry, set[nodes.Statement]]
    settings: set[nodes.Statement]
    names: set[nodes.Statement]

    @property
    def of_workflows(self) -> set[nodes.Statement]:
        return {statement for needed in self.workflows.values() for statement in needed}


class Placer:
    """Sorts the statements of one chunk that defines workers."""

    def __init__(
        self,
        resolution: Resolution,
        functions: KnownFunctions,
        library: Library,
        workers: Workers,
        modules: Mapping[str, LinkedModule],
    ) -> None:
        self.modules = modules
        self.resolution = resolution
        self.functions = functions
        self.library = library
        self.workers = workers
        self.inlined = {
            e.variable for e in workers.entries if e.variable is not None and self.is_inlined(e)
        }
        calls = [definition.statement for definition in workers.definitions]
        skipped = {*calls, *(s for each in workers.definitions for s in each.builders)}
        self.statements = [s for s in resolution.statements if s not in skipped]
        self.declared = {s: self._declares(s) for s in self.statements}
        self.mentioned = {s: self._mentions(s) for s in self.statements}
        self.effects = Effects(
            resolution, library, {child for call in calls for child in child_nodes(call)}
        )
        self.changed = {s: self.effects.of_statement(s) for s in self.statements}
        self.pure = self._pure_variables()
        self.texts = {v for v in resolution.main.variables if self._is_text(v)}
        """Variables that hold a string, or nil, which is known when the worker starts."""

    def is_inlined(self, entry: Entry) -> bool:
        """Is the entry's function used for nothing but this entry, so that its body can stand in the entry
        itself?"""
        if entry.variable is None:
            return True
        facts = self.functions.of_variable(entry.variable)
        return facts is not None and not facts.calls and len(facts.value_uses) == len(entry.places)

    def needs(self) -> Needs:
        """The top-level statements that each part of the package uses."""
        workers = self.workers
        settings = {v for value in workers.settings for v in self._mentions(value)}
        activities = self._roots(workers.activities) | self._mentioned_in_keys(workers.activities)
        return Needs(
            self._slice(activities),
            {entry: self._slice(self._roots([entry])) for entry in workers.workflows},
            self._slice(settings),
            self._slice(self._mentioned_in_keys(workers.workflows)),
        )

    def code(self, needs: Needs) -> tuple[set[FunctionScope], set[FunctionScope]]:
        """The functions of the activities' side (and of the settings), and those of the workflows' side; the main chunk
        is on both."""
        workers = self.workers
        return (
            self._functions_of(workers.activities, needs.activities | needs.settings),
            self._functions_of(workers.workflows, needs.of_workflows),
        )

    def _functions_of(
        self, entries: Iterable[Entry], statements: set[nodes.Statement]
    ) -> set[FunctionScope]:
        found = {scope for entry in entries for scope in entry.scope.descendants()}
        functions = self.resolution.functions
        for statement in statements:
            found |= {functions[n] for n in walk(statement) if isinstance(n, nodes.Function)}
        return found | {self.resolution.main}

    def place(self, needs: Needs, differs: Callable[[FunctionScope], bool]) -> Placement:
        """Places the statements. A function for which `differs` waits in workflows and not in activities (or the other
        way round): each side gets one of its own, and of what uses it."""
        placement = Placement(settings=[s for s in self.statements if s in needs.settings])
        any_workflow = needs.of_workflows
        self._check_shared_state(needs.activities, any_workflow, placement)
        divided = self._divided(needs.activities & any_workflow, differs)
        for statement in self.statements:
            in_names = statement in needs.names
            pure = self._is_pure(statement) or (
                in_names and statement in any_workflow and self.declared[statement] <= self.texts
            )
            if in_names and not pure:
                placement.names.append(statement)
            in_activities = statement in needs.activities
            in_workflows = statement in any_workflow or (in_names and pure)
            side = Side.of(in_activities, in_workflows)
            if side is None:
                continue
            if pure and statement not in divided:
                placement.sides[statement] = side
                self._module(placement, statement, side).append(statement)
                continue
            if in_activities and statement in divided:
                placement.activities.append(statement)
            elif in_activities:
                self._module(placement, statement, Side.ACTIVITIES).append(statement)
            if in_workflows and pure:
                placement.workflows.append(statement)
            elif in_workflows:
                for entry, needed in needs.workflows.items():
                    if statement in needed:
                        placement.prologues.setdefault(entry, []).append(statement)
        used = needs.activities | any_workflow | needs.settings | needs.names
        placement.diagnostics += left_out(
            self.resolution,
            self.library,
            [s for s in self.statements if s not in used],
            self.declared,
        )
        return placement

    def _divided(
        self, shared: set[nodes.Statement], differs: Callable[[FunctionScope], bool]
    ) -> set[nodes.Statement]:
        """Statements of which each side has its own: functions that differ, and what uses those."""
        functions = self.resolution.functions
        divided = {
            s
            for s in shared
            if self._is_pure(s)
            and any(differs(functions[n]) for n in walk(s) if isinstance(n, nodes.Function))
        }
        changed = bool(divided)
        while changed:
            declared = {variable for statement in divided for variable in self.declared[statement]}
            rest = (s for s in self.statements if s not in divided)
            more = {s for s in rest if self.mentioned[s] & declared}
            divided |= more
            changed = bool(more)
        return divided

    def _module(
        self, placement: Placement, statement: nodes.Statement, side: Side
    ) -> list[nodes.Statement]:
        """The list of the Python module that a statement goes to."""
        origin = self._origin(statement)
        if not origin and side is Side.ACTIVITIES:
            return placement.activities
        if not origin and side is Side.WORKFLOWS:
            return placement.workflows
        return placement.helpers.setdefault(origin or "shared", [])

    def _origin(self, statement: nodes.Statement) -> str:
        """The required module whose statement this is, "" for the main file."""
        source = self.resolution.sources[statement]
        for name, module in self.modules.items():
            if module.chunk.source is source:
                return name
        return ""

    # -------------------------------------------------------------------------------------------------------- slices

    def _roots(self, entries: Iterable[Entry]) -> set[Variable]:
        roots: set[Variable] = set()
        for entry in entries:
            roots |= self._mentions(entry.function)
            if entry.variable is not None and entry.variable not in self.inlined:
                roots.add(entry.variable)
        return roots

    def _mentioned_in_keys(self, entries: Iterable[Entry]) -> set[Variable]:
        return {v for e in entries if e.key is not None for v in self._mentions(e.key)}

    def _slice(self, roots: set[Variable]) -> set[nodes.Statement]:
        needed = set(roots)
        chosen: set[nodes.Statement] = set()
        changed = True
        while changed:
            changed = False
            for statement in self.statements:
                if statement not in chosen and self._is_needed(statement, needed):
                    chosen.add(statement)
                    needed |= self.mentioned[statement]
                    changed = True
        return chosen

    def _is_needed(self, statement: nodes.Statement, needed: set[Variable]) -> bool:
        """Does `statement` make something that is needed, or change it?"""
        changed = self.changed[statement] - self.pure - self.texts
        return bool((self.declared[statement] | changed) & needed)

    def _declares(self, statement: nodes.Statement) -> set[Variable]:
        declared = self.resolution.declared
        match statement:
            case nodes.LocalAssign(targets=targets):
                return {declared[target.name] for target in targets}
            case nodes.LocalFunction(name=name):
                return {declared[name]}
            case nodes.FunctionStatement(target=nodes.Name() as target):
                variable = self.resolution.variables.get(target)
                return {variable} if variable is not None else set()
            case nodes.FunctionStatement(target=nodes.Index() as field) | nodes.Assign(
                targets=(nodes.Index() as field,)
            ):
                variable = self.resolution.linked.get(field)
                return {variable} if variable is not None and variable.is_constant else set()
        return set()

    def _mentions(self, node: nodes.Node) -> set[Variable]:
        resolution = self.resolution
        found = set()
        for child in walk(node):
            used: list[Variable | None] = []
            if isinstance(child, nodes.Name):
                used.append(resolution.variables.get(child))
            elif isinstance(child, nodes.Index):
                used.append(resolution.linked.get(child))
            if isinstance(child, nodes.Index | nodes.MethodCall):
                used.append(resolution.string_fields.get(child))
            found |= {
                variable
                for variable in used
                if variable is not None
                and variable.owner is resolution.main
                and variable not in self.inlined
                and variable not in resolution.module_tables
            }
        return found

    # --------------------------------------------------------------------------------------------------------- purity

    def _pure_variables(self) -> set[Variable]:
        """Variables whose value never changes and holds no table: scalars, and functions that use only such."""
        pure = {
            v for v in self.resolution.main.variables if self._is_scalar(v) or self._is_function(v)
        }
        changed = True
        while changed:
            changed = False
            for variable in list(pure):
                facts = self.functions.of_variable(variable)
                body = facts.scope.node if facts is not None else None
                if body is not None and self._mentions(body) - pure:
                    pure.discard(variable)
                    changed = True
        return pure

    def _is_scalar(self, variable: Variable) -> bool:
        if not variable.is_constant or len(variable.values) != 1:
            return False
        value = variable.values[0]
        if value is None:
            return False
        value = strip_parentheses(value)
        return isinstance(value, _SCALARS) or self.library.of(value) is not None

    def _is_text(self, variable: Variable) -> bool:
        value = variable.values[0] if variable.is_constant and len(variable.values) == 1 else None
        return value is not None and is_known_at_start(self.resolution, value)

    def _is_function(self, variable: Variable) -> bool:
        return variable.is_constant and self.functions.of_variable(variable) is not None

    def _is_pure(self, statement: nodes.Statement) -> bool:
        declared = self.declared[statement]
        return bool(declared) and declared <= self.pure

    # ------------------------------------------------------------------------------------------------------ diagnostics

    def _check_shared_state(
        self,
        activities: set[nodes.Statement],
        workflows: set[nodes.Statement],
        placement: Placement,
    ) -> None:
        for statement in self.statements:
            if statement in activities and statement in workflows:
                for variable in self.declared[statement] - self.pure:
                    if self._may_change(variable):
                        name = variable.name
                        place = variable.declaration
                        source = self.resolution.sources[statement]
                        placement.diagnostics.append(catalogue.shared_state(source, place, name))

    def _may_change(self, variable: Variable) -> bool:
        """May code inside functions change what `variable` holds? Errs on the side of yes."""
        if any(scope is not self.resolution.main for scope in variable.assigned_in):
            return True
        if variable in self.texts:
            return False
        for scope in variable.captured_by:
            assert scope.node is not None
            if any(self.effects.changes(node, variable) for node in walk(scope.node)):
                return True
        return False
