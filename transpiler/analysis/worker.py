"""Worker discovery: where a chunk calls `temporal.worker{...}` (or returns such a table), and what it registers.

In: resolved names. Out: `Workers`, a definition for each call with the activities, the workflows and the settings, or None
when the chunk is a plain script. Functions are found inline, as named functions and in local tables; what cannot be found is
a diagnostic.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, TypeAlias

from assay.runtime.temporal.worker_options import REGISTRIES, WORKER_OPTIONS

from ..diagnostics import Diagnostic, language
from ..diagnostics import workers as catalogue
from ..syntax import nodes
from . import worker_options
from .functions import FunctionFacts, KnownFunctions
from .scopes import Resolution, Variable
from .start_up import constant_text, is_known_at_start
from .walk import child_nodes, strip_parentheses, walk
from .worker_definitions import Entry, WorkerDefinition, Workers, literal_text

_COMPUTED: Final = (nodes.Call, nodes.MethodCall, nodes.Index, nodes.Name, nodes.Logical)
KNOWN: Final = (*WORKER_OPTIONS, *REGISTRIES)
CONDITION: Final = "(condition)"
"""The option that holds on which condition a worker runs, from the `if` that it stood in (conditional_workers.py)."""

_Key: TypeAlias = str | nodes.Expression
"""What a function is registered as: a name, or what gives the name when the worker starts."""


class WorkerFinder:
    """Finds the worker definitions of one chunk; diagnostics are collected in `diagnostics`."""

    def __init__(self, resolution: Resolution, functions: KnownFunctions) -> None:
        self.resolution = resolution
        self.functions = functions
        self.source = resolution.chunk.source
        self.diagnostics: list[Diagnostic] = []
        self.module_registries: set[nodes.Node] = set()
        """Where all exports of a module are registered: module tables that are not used amiss."""
        self.unfollowed: dict[Variable, str] = {}
        """Tables of which the statements that fill them are not all known, with their roles (see registries.py)."""
        self.unknown_values: dict[nodes.Expression, tuple[str, str]] = {}
        """Computed functions in a constructor of the options, with role and name."""
        self._entries_made: dict[tuple[str, _Key, nodes.Function], Entry] = {}

    def find(self) -> Workers | None:
        """The workers of the chunk, None when it is a script. What a chunk returns counts where it calls no
        `temporal.worker`."""
        found: list[WorkerDefinition] = []
        for statement in self.resolution.chunk.body.statements:
            options = None
            if not (found and isinstance(statement, nodes.Return)):
                options = self._options(statement)
            if options is not None:
                found.append(self._definition(statement, options))
        self._check_modules()
        if found:
            self._check_nested()
        for definition in found:
            self._check_uses(definition, found)
        for definition in found:
            if not definition.activities and not definition.workflows and not self.diagnostics:
                place = definition.options
                self.diagnostics.append(catalogue.nothing_registered(self.source, place))
        self._check_queues(found)
        return Workers(found) if found else None

    def _check_modules(self) -> None:
        """A worker in a module that is required belongs to no package."""
        for statement in self.resolution.statements:
            source = self.resolution.sources[statement]
            call = worker_call(self.resolution, statement) if source is not self.source else None
            if call is not None:
                self.diagnostics.append(language.worker_not_at_top_level(source, call, True))

    def _check_nested(self) -> None:
        """A worker below the top level that could not be written out there (flattening.py) would be left out."""
        for statement in self.resolution.statements:
            source = self.resolution.sources[statement]
            own = worker_call(self.resolution, statement)
            for node in walk(statement):
                if node is not own and is_worker_call(self.resolution, node):
                    in_module = source is not self.source
                    found = language.worker_not_at_top_level(source, node, in_module)
                    self.diagnostics.append(found)

    def _options(self, statement: nodes.Statement) -> nodes.Table | None:
        call = worker_call(self.resolution, statement)
        if call is not None:
            return self._options_of_call(call)
        match statement:
            case nodes.Return(values=(value,)):
                table = self._table(value)
                if table is not None and {"activities", "workflows"} & {
                    name for name, _, _ in _named(table)
                }:
                    return table
        return None

    def _options_of_call(self, call: nodes.Call) -> nodes.Table | None:
        table = self._table(call.arguments[0]) if call.arguments else None
        if table is None:
            place = call.arguments[0] if call.arguments else call
            self.diagnostics.append(catalogue.options_not_a_table(self.source, place))
        return table

    def _table(self, expression: nodes.Expression) -> nodes.Table | None:
        """The constructor behind `expression`: itself, or that of a local assigned once."""
        expression = strip_parentheses(expression)
        if isinstance(expression, nodes.Name):
            variable = self.resolution.variables.get(expression)
            if (
                variable is not None
                and variable.is_constant
                and len(variable.values) == 1
                and variable.values[0]
            ):
                return self._table(variable.values[0])
            return None
        return expression if isinstance(expression, nodes.Table) else None

    def _definition(self, statement: nodes.Statement, options: nodes.Table) -> WorkerDefinition:
        definition = WorkerDefinition(statement, options)
        for name, place, value in _named(options):
            definition.places[name] = place
            if name == "activities":
                definition.activities = self._entries(definition, name, value)
            elif name == "workflows":
                definition.workflows = self._entries(definition, name, value)
            elif name == CONDITION:
                definition.condition = value
            elif name in WORKER_OPTIONS:
                definition.settings[name] = value
                self.diagnostics += worker_options.problems(self.source, name, value)
            else:
                self.diagnostics.append(catalogue.unknown_option(self.source, place, name, KNOWN))
        for position in options.fields:
            if not _is_named(position):
                self.diagnostics.append(catalogue.option_without_name(self.source, position))
        self._check(definition)
        return definition

    def _check(self, definition: WorkerDefinition) -> None:
        place = definition.options
        for name in ("url", "task_queue"):
            if name not in definition.settings and not isinstance(
                definition.statement, nodes.Return
            ):
                self.diagnostics.append(catalogue.missing_option(self.source, place, name))

    def _entries(
        self, definition: WorkerDefinition, role: str, value: nodes.Expression
    ) -> list[Entry]:
        module = self._module(value)
        if module is not None:
            return self._exports(value, role, module)
        table = self._table(value)
        if table is None:
            self.diagnostics.append(catalogue.registry_not_a_table(self.source, value, role))
            return []
        entries: dict[_Key, Entry] = {}
        unknown = len(self.unknown_values)
        variable = self.resolution.variables[value] if isinstance(value, nodes.Name) else None
        for each in table.fields:
            if isinstance(each, nodes.PositionalField):
                self.diagnostics.append(catalogue.entry_without_name(self.source, each, role))
                continue
            if isinstance(each, nodes.NamedField):
                self._add(entries, each.name.name, each, each.value, role)
                continue
            key = self._key(each.key)
            if key is not None:
                self._add(entries, key, each, each.value, role)
                continue
            self.diagnostics.append(catalogue.entry_of_unknown_name(self.source, each.key, role))
            if variable is not None:
                self.unfollowed[variable] = role
        if variable is not None:
            self._follow(definition, entries, variable, role)
            if len(self.unknown_values) > unknown:
                self.unfollowed[variable] = role
                for value in list(self.unknown_values)[unknown:]:
                    del self.unknown_values[value]
        return list(entries.values())

    def _key(self, expression: nodes.Expression) -> _Key | None:
        """The name that `expression` is, or itself when the name is known at start-up; None when it is not known even then."""
        name = constant_text(self.resolution, expression)
        if name is not None:
            return name
        return expression if is_known_at_start(self.resolution, expression) else None

    def _module(self, value: nodes.Expression) -> str | None:
        """The required module whose exports `value` is: `require("activities")`, or a local that holds it."""
        misuses = self.resolution.module_misuses  # what is not a use of one export
        return next((name for node, _, name in misuses if node is value), None)

    def _exports(self, value: nodes.Expression, role: str, module: str) -> list[Entry]:
        self.module_registries.add(value)
        entries = []
        for name, variable in self.resolution.exports[module].items():
            facts = self.functions.of_variable(variable)
            if facts is None or facts.scope.node is None:
                self.diagnostics.append(catalogue.entry_not_found(self.source, value, role, name))
            else:
                function = facts.scope.node
                entries.append(self._entry(role, name, function, function, facts))
        return entries

    def _check_uses(
        self, definition: WorkerDefinition, definitions: Sequence[WorkerDefinition]
    ) -> None:
        """A registry may be filled by statements of its own and given to workers; what else is done with it, such as
        filling it in a loop, the compiler does not follow."""
        known = {
            node
            for each in definitions
            for statement in (each.statement, *each.builders)
            for node in _outside_of_functions(statement)
        }
        for variable, role in definition.tables.items():
            for read in variable.reads:
                if read not in known:
                    self.unfollowed[variable] = role
                    found = catalogue.registry_used_otherwise(
                        self.source, read, role, variable.name
                    )
                    if found not in self.diagnostics:
                        self.diagnostics.append(found)

    def _check_queues(self, definitions: Sequence[WorkerDefinition]) -> None:
        """Two workers of one queue get each other's tasks, and fail those that they do not know."""
        first: dict[tuple[str | None, ...], WorkerDefinition] = {}
        for definition in definitions:
            names = ("url", "namespace", "task_queue")
            texts = tuple(literal_text(definition.settings.get(name)) for name in names)
            other = first.setdefault(texts, definition)
            if other is definition or texts[2] is None:
                continue
            if definition.condition is not None or other.condition is not None:
                continue  # perhaps only one of them runs
            for role in REGISTRIES:
                if any(e.key is not None for d in (definition, other) for e in d.entries(role)):
                    continue
                mine, others = ({e.name for e in d.entries(role)} for d in (definition, other))
                if mine and others and mine != others:
                    missing = sorted(mine ^ others)[0]
                    place = definition.places["task_queue"]
                    self.diagnostics.append(
                        catalogue.queue_shared(self.source, place, texts[2], role, missing)
                    )
                    break

    def _follow(
        self,
        definition: WorkerDefinition,
        entries: dict[_Key, Entry],
        variable: Variable,
        role: str,
    ) -> None:
        """Entries added to the local table `variable` by top-level statements such as `function
        activities.name()`."""
        definition.tables[variable] = role
        for statement in self.resolution.chunk.body.statements:
            if statement is definition.statement:
                break  # what is added later was not there when the worker started
            match statement:
                case nodes.FunctionStatement(
                    target=nodes.Index(object=nodes.Name() as table, key=nodes.String(value=name))
                ) if (self.resolution.variables.get(table) is variable):
                    self._add(entries, name, statement, statement.function, role)
                    definition.builders.add(statement)
                case nodes.Assign(
                    targets=(nodes.Index(object=nodes.Name() as table, key=key),), values=(value,)
                ) if (self.resolution.variables.get(table) is variable):
                    known = self._key(key)
                    if known is not None:
                        self._add(entries, known, statement, value, role)
                        definition.builders.add(statement)
                case nodes.LocalAssign() if any(
                    self.resolution.declared[target.name] is variable
                    for target in statement.targets
                ):
                    definition.builders.add(statement)

    def _add(
        self,
        entries: dict[_Key, Entry],
        key: _Key,
        place: nodes.Node,
        value: nodes.Expression,
        role: str,
    ) -> None:
        value = strip_parentheses(value)
        if not key:
            self.diagnostics.append(catalogue.entry_without_name(self.source, value, role))
            return
        if isinstance(value, nodes.Function):
            entries[key] = self._entry(role, key, place, value, None)
            return
        facts = self.functions.of_callee(value)
        if facts is None or facts.scope.node is None:
            name = self._shown(key)
            self.diagnostics.append(catalogue.entry_not_found(self.source, value, role, name))
            if isinstance(value, _COMPUTED) and isinstance(key, str):
                self.unknown_values[value] = role, key
            return
        entries[key] = self._entry(role, key, place, facts.scope.node, facts)

    def _shown(self, key: _Key) -> str:
        """A name, or the text that stands in the source for it."""
        return key if isinstance(key, str) else self.source.text[key.start : key.end]

    def _entry(
        self,
        role: str,
        key: _Key,
        place: nodes.Node,
        function: nodes.Function,
        facts: FunctionFacts | None,
    ) -> Entry:
        """The entry of this name and function: one for all workers that register it."""
        scope = self.resolution.functions[function]
        variable = None if facts is None else facts.variable
        computed = None if isinstance(key, str) else key
        made = Entry(self._shown(key), [], function, scope, variable, computed)
        entry = self._entries_made.setdefault((role, key, function), made)
        if place not in entry.places:
            entry.places.append(place)
        return entry


def worker_calls(resolution: Resolution) -> list[nodes.Call]:
    """The calls of `temporal.worker` that define the workers of a chunk, in order, those in branches of an `if` included."""
    pending: list[nodes.Statement] = list(reversed(resolution.chunk.body.statements))
    found = []
    while pending:
        statement = pending.pop()
        call = worker_call(resolution, statement)
        if call is not None:
            found.append(call)
        elif isinstance(statement, nodes.If):
            blocks = [branch.body for branch in statement.branches]
            blocks += [] if statement.orelse is None else [statement.orelse]
            pending += reversed([each for block in blocks for each in block.statements])
    return found


def worker_call(resolution: Resolution, statement: nodes.Statement) -> nodes.Call | None:
    """The call of `temporal.worker` that `statement` is, alone or with its handle."""
    match statement:
        case nodes.CallStatement(call=call):
            value: nodes.Expression = call
        case nodes.LocalAssign(values=(value,)) | nodes.Assign(values=(value,)):
            pass
        case _:
            return None
    if isinstance(value, nodes.Call) and is_worker_call(resolution, value):
        return value
    return None


def is_worker_call(resolution: Resolution, node: nodes.Node) -> bool:
    match node:
        case nodes.Call(function=nodes.Index(object=table, key=nodes.String(value="worker"))):
            return resolution.is_global(table, "temporal")
    return False


def _outside_of_functions(statement: nodes.Statement) -> Iterator[nodes.Node]:
    """The nodes of `statement` without those inside functions."""
    stack: list[nodes.Node] = [statement]
    while stack:
        node = stack.pop()
        yield node
        if not isinstance(node, nodes.Function):
            stack.extend(child_nodes(node))


def _is_named(field: nodes.Field) -> bool:
    return isinstance(field, nodes.NamedField) or (
        isinstance(field, nodes.KeyedField) and isinstance(field.key, nodes.String)
    )


def _named(table: nodes.Table) -> Iterator[tuple[str, nodes.Field, nodes.Expression]]:
    """The fields of a constructor whose name is a constant."""
    for entry in table.fields:
        if isinstance(entry, nodes.NamedField):
            yield entry.name.name, entry, entry.value
        elif isinstance(entry, nodes.KeyedField) and isinstance(entry.key, nodes.String):
            yield entry.key.value, entry, entry.value
