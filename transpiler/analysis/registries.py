"""Activities and workflows that are registered by code: in a loop over names in the source, or as what a function returns.

In: a chunk whose worker definition names tables, or functions, that discovery cannot take apart. Out: the same program with one
function for each name that only calls what the table holds, `function(input) return activities["red"](input) end`, or None
when some name cannot be read off the source. The table is then one like any other: the activities' module fills it when it is
imported, and each run of a workflow fills its own, so that no two share what the functions hold.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, replace
from typing import Any, TypeAlias

from ..syntax import nodes
from .scopes import Resolution, Variable
from .walk import child_nodes, strip_parentheses, walk
from .worker_definitions import WorkerDefinition

_MOST_TURNS = 1000
"""More than this many turns of a loop are not looked at."""

Known: TypeAlias = str | int | float | nodes.Table | nodes.Function
"""What an expression is seen to be."""


class _Unseen(Exception):
    """A name that the source does not show."""


def with_named_entries(
    resolution: Resolution,
    tables: Mapping[Variable, str],
    values: Mapping[nodes.Expression, tuple[str, str]],
    definitions: Sequence[WorkerDefinition],
) -> nodes.Chunk | None:
    """The chunk with a function for each entry of `tables` (with their roles) and in place of each of `values` (with role and
    name), or None when there is nothing that can be written so.
    """
    changed: dict[nodes.Node, nodes.Node] = {}
    added: dict[nodes.Statement, list[nodes.Statement]] = {}
    for definition in definitions:
        for name, place in definition.places.items():
            if not isinstance(place, nodes.NamedField | nodes.KeyedField):
                continue
            value = strip_parentheses(place.value)
            variable = resolution.variables.get(value) if isinstance(value, nodes.Name) else None
            if variable is not None and tables.get(variable) == name:
                found = _names(resolution, variable, definition.statement)
                if found:
                    entries = [_entry(value, name, each, _field(value, each)) for each in found]
                    changed[place.value] = nodes.Table(*_span(value), tuple(entries))
        inside = set(walk(definition.statement)) if values else set()
        for value, (role, name) in values.items():
            if value in inside:
                local = _unused(resolution, name, role)
                target = nodes.LocalTarget(
                    *_span(value), nodes.Identifier(*_span(value), local), None
                )
                hoisted = nodes.LocalAssign(*_span(value), (target,), (value,))
                added.setdefault(definition.statement, []).append(hoisted)
                changed[value] = _passing_on(value, role, nodes.Name(*_span(value), local))
    return _rebuilt(resolution.chunk, changed, added) if changed else None


# ---------------------------------------------------------------------------------------------------------------- names


def loop_turns(
    resolution: Resolution, loop: nodes.GenericFor | nodes.NumericFor
) -> list[tuple[Known | None, ...]] | None:
    """What the variables of a loop at the top level are in each of its turns; None when the source does not show that."""
    reader = _Reader(resolution, loop)
    try:
        if isinstance(loop, nodes.NumericFor):
            return [(number,) for number in reader.numbers(loop)]
        return list(reader.turns(loop))
    except _Unseen:
        return None


def _names(
    resolution: Resolution, table: Variable, before: nodes.Statement
) -> tuple[str, ...] | None:
    """The keys of the table that a top-level variable holds when `before` runs; None when they are not all seen."""
    try:
        return tuple(_Reader(resolution, before).keys_of(table))
    except _Unseen:
        return None


class _Reader:
    """Reads keys off the top-level statements in front of `before`."""

    def __init__(self, resolution: Resolution, before: nodes.Statement) -> None:
        self.resolution = resolution
        self.statements = resolution.chunk.body.statements
        self.statements = self.statements[: self.statements.index(before)]
        self.parents = {
            child: node for node in walk(resolution.chunk.body) for child in child_nodes(node)
        }
        self.held: dict[Variable, Known | None] = {}
        self.table: Variable | None = None
        self.keys: dict[str, None] = {}

    def keys_of(self, table: Variable) -> list[str]:
        constructor = self.seen(table)
        if not isinstance(constructor, nodes.Table):
            raise _Unseen
        outer = self.table, self.keys, self.statements
        self.table, self.keys = table, dict.fromkeys(self.own_keys(constructor))
        for read in table.reads:
            self.check(read)
        for position, statement in enumerate(outer[2]):
            # What such a statement reads of another table is what was there before it.
            self.statements = outer[2][:position]
            self.run(statement)
        found = list(self.keys)
        self.table, self.keys, self.statements = outer
        return found

    def own_keys(self, table: nodes.Table) -> Iterator[str]:
        for item in table.fields:
            key = self.key_of(item)
            if not isinstance(key, str):
                raise _Unseen
            yield key

    def key_of(self, item: nodes.Field) -> Known | None:
        if isinstance(item, nodes.NamedField):
            return item.name.name
        return self.value(item.key) if isinstance(item, nodes.KeyedField) else None

    def check(self, read: nodes.Node) -> None:
        """Raises _Unseen for a use by which the table may get keys that no top-level statement shows."""
        parent = self.parents.get(read)
        match parent:
            case nodes.Index() if parent.object is read:
                is_target = self.is_assigned(parent)
                if is_target and self.resolution.containing.get(read) is not self.resolution.main:
                    raise _Unseen
            case nodes.NamedField() | nodes.KeyedField() if parent.value is read:
                pass  # the option of a worker: what else tables hold is not given to it
            case nodes.Call(arguments=(argument,)) if argument is read and self.only_reads(parent):
                pass
            case nodes.Unary():
                pass
            case _:
                raise _Unseen

    def is_assigned(self, node: nodes.Index) -> bool:
        parent = self.parents.get(node)
        if isinstance(parent, nodes.FunctionStatement):
            return parent.target is node
        return isinstance(parent, nodes.Assign) and node in parent.targets

    def only_reads(self, call: nodes.Call) -> bool:
        return any(self.resolution.is_global(call.function, n) for n in ("pairs", "ipairs", "next"))

    # ---------------------------------------------------------------------------------------------------- statements

    def run(self, statement: nodes.Statement) -> None:
        """What running `statement` adds to the keys."""
        match statement:
            case nodes.LocalAssign():
                self.bind([t.name for t in statement.targets], [*map(self.value, statement.values)])
            case nodes.Assign(targets=targets, values=values):
                if self.adds(statement) and any(isinstance(v, nodes.Nil) for v in values):
                    raise _Unseen  # takes an entry away
                for target in targets:
                    self.store(target)
            case nodes.FunctionStatement(target=target):
                self.store(target)
            case nodes.Do(body=body):
                self.block(body)
            case nodes.GenericFor():
                if self.adds(statement):
                    for turn in self.turns(statement):
                        self.bind(statement.variables, turn)
                        self.block(statement.body)
            case nodes.NumericFor():
                if self.adds(statement):
                    for number in self.numbers(statement):
                        self.bind((statement.variable,), (number,))
                        self.block(statement.body)
            case _:
                if self.adds(statement):
                    raise _Unseen  # only perhaps, or some unknown number of times

    def block(self, block: nodes.Block) -> None:
        for statement in block.statements:
            inside = walk(statement, into_functions=False)
            if any(isinstance(node, nodes.Break | nodes.Goto | nodes.Return) for node in inside):
                raise _Unseen  # some turns may end early
            self.run(statement)

    def adds(self, statement: nodes.Statement) -> bool:
        """Does `statement` assign a field of the table?"""
        return any(
            isinstance(node, nodes.Index) and self.is_of_table(node) and self.is_assigned(node)
            for node in walk(statement)
        )

    def is_of_table(self, node: nodes.Index) -> bool:
        name = node.object
        return isinstance(name, nodes.Name) and self.resolution.variables.get(name) is self.table

    def store(self, target: nodes.Expression) -> None:
        if isinstance(target, nodes.Index) and self.is_of_table(target):
            key = self.value(target.key)
            if not isinstance(key, str):
                raise _Unseen
            self.keys[key] = None

    def bind(self, names: Sequence[nodes.Identifier], values: Sequence[Known | None]) -> None:
        for position, name in enumerate(names):
            known = values[position] if position < len(values) else None
            self.held[self.resolution.declared[name]] = known

    def turns(self, loop: nodes.GenericFor) -> list[tuple[Known | None, Known | None]]:
        """Keys and values of a loop over a table that the source shows."""
        match loop.iterators:
            case (nodes.Call(arguments=(argument,)) as call,) if self.only_reads(call):
                pass
            case _:
                raise _Unseen
        elements_only = self.resolution.is_global(call.function, "ipairs")
        variable = self.variable(argument)
        if variable is not None and variable is self.table:
            return [] if elements_only else [(key, None) for key in self.keys]
        table = self.value(argument)
        if not isinstance(table, nodes.Table):
            raise _Unseen
        found: list[tuple[Known | None, Known | None]] = []
        if variable is not None:
            if any(isinstance(item, nodes.PositionalField) for item in table.fields):
                self.check_unchanged(variable)
            else:
                keys = self.keys_of(variable)
                fields_of = {self.key_of(item): self.value(item.value) for item in table.fields}
                return [] if elements_only else [(key, fields_of.get(key)) for key in keys]
        for number, item in enumerate(table.fields, 1):
            key = number if isinstance(item, nodes.PositionalField) else self.key_of(item)
            if key is None or _gives_several(item):
                raise _Unseen
            if isinstance(item, nodes.PositionalField) or not elements_only:
                found.append((key, self.value(item.value)))
        return found

    def check_unchanged(self, variable: Variable) -> None:
        """Raises _Unseen when elements of the list in `variable` may be added or replaced."""
        for read in variable.reads:
            self.check(read)
            parent = self.parents.get(read)
            if isinstance(parent, nodes.Index) and self.is_assigned(parent):
                raise _Unseen

    def numbers(self, loop: nodes.NumericFor) -> range:
        first, limit = self.value(loop.first), self.value(loop.limit)
        step = 1 if loop.step is None else self.value(loop.step)
        if not (type(first) is int and type(limit) is int and type(step) is int and step != 0):
            raise _Unseen
        numbers = range(first, limit + (1 if step > 0 else -1), step)
        if len(numbers) > _MOST_TURNS:
            raise _Unseen
        return numbers

    # --------------------------------------------------------------------------------------------------- expressions

    def variable(self, node: nodes.Expression) -> Variable | None:
        node = strip_parentheses(node)
        return self.resolution.variables.get(node) if isinstance(node, nodes.Name) else None

    def seen(self, variable: Variable) -> Known | None:
        """What a variable holds that is never assigned again."""
        if variable.assignments > 1:
            return None
        if variable in self.held:
            return self.held[variable]
        value = variable.values[0] if len(variable.values) == 1 else None
        return None if value is None else self.value(value)

    def value(self, node: nodes.Expression) -> Known | None:
        """What `node` is, when the source alone says so."""
        node = strip_parentheses(node)
        match node:
            case nodes.String() | nodes.Number():
                return node.value
            case nodes.Table() | nodes.Function():
                return node
            case nodes.Name():
                variable = self.resolution.variables.get(node)
                return None if variable is None else self.seen(variable)
            case nodes.Index():
                return self.field(self.value(node.object), self.value(node.key))
            case nodes.Binary(operator=".."):
                left, right = self.value(node.left), self.value(node.right)
                if isinstance(left, str | int) and isinstance(right, str | int):
                    return f"{left}{right}"
        return None

    def field(self, table: Known | None, key: Known | None) -> Known | None:
        if not isinstance(table, nodes.Table) or not isinstance(key, str | int):
            return None
        for number, item in enumerate(table.fields, 1):
            found = number if isinstance(item, nodes.PositionalField) else self.key_of(item)
            if found == key:
                return self.value(item.value)
        return None


def _gives_several(item: nodes.Field) -> bool:
    return isinstance(item, nodes.PositionalField) and isinstance(
        item.value, nodes.Vararg | nodes.Call | nodes.MethodCall
    )


# ------------------------------------------------------------------------------------------------------------- new nodes


def _span(node: nodes.Node) -> tuple[int, int, int]:
    return node.start, node.end, node.line


def _field(table: nodes.Expression, name: str) -> nodes.Index:
    assert isinstance(table, nodes.Name)
    key = nodes.String(*_span(table), name, "")
    return nodes.Index(*_span(table), nodes.Name(*_span(table), table.name), key, False)


def _entry(place: nodes.Node, role: str, name: str, function: nodes.Expression) -> nodes.KeyedField:
    key = nodes.String(*_span(place), name, "")
    return nodes.KeyedField(*_span(place), key, _passing_on(place, role, function))


def _passing_on(place: nodes.Node, role: str, function: nodes.Expression) -> nodes.Function:
    """`function(input) return FUNCTION(input) end`, of a workflow with `ctx` in front."""
    at = _span(place)
    names = ("ctx", "input") if role == "workflows" else ("input",)
    call = nodes.Call(*at, function, tuple(nodes.Name(*at, name) for name in names))
    body = nodes.Block(*at, (nodes.Return(*at, (call,)),))
    parameters = tuple(nodes.Identifier(*at, name) for name in names)
    return nodes.Function(*at, parameters, False, body, place.line)


def _unused(resolution: Resolution, name: str, role: str) -> str:
    """A name for a local that the source does not have."""
    kind = {"activities": "activity", "workflows": "workflow"}[role]
    word = name if name.isidentifier() and name.isascii() else kind
    found = f"{word}_{kind}"
    while found in resolution.chunk.source.text:
        found += "_"
    return found


def _rebuilt(
    chunk: nodes.Chunk,
    changed: Mapping[nodes.Node, nodes.Node],
    added: Mapping[nodes.Statement, Sequence[nodes.Statement]],
) -> nodes.Chunk:
    """`chunk` with nodes exchanged, and statements added in front of others. Comments go to the new nodes."""
    moved: dict[nodes.Node, nodes.Node] = {}
    statements: list[nodes.Statement] = []
    for statement in chunk.body.statements:
        statements += added.get(statement, ())
        statements.append(_exchanged(statement, changed, moved))
    body = replace(chunk.body, statements=tuple(statements))
    comments = {moved.get(node, node): found for node, found in chunk.comments.items()}
    dangling = {
        body if block is chunk.body else block: found for block, found in chunk.dangling.items()
    }
    return replace(chunk, body=body, comments=comments, dangling=dangling)


def _exchanged(
    node: Any, changed: Mapping[nodes.Node, nodes.Node], moved: dict[nodes.Node, nodes.Node]
) -> Any:
    """`node`, or one of its kind with what is below it exchanged."""
    if node in changed:
        return changed[node]
    if not any(node.start <= old.start and old.end <= node.end for old in changed):
        return node
    values = {}
    for field in fields(node):
        value = getattr(node, field.name)
        if isinstance(value, nodes.Node):
            new = _exchanged(value, changed, moved)
        elif type(value) is tuple:
            new = tuple(_exchanged(each, changed, moved) for each in value)
            new = value if all(a is b for a, b in zip(new, value, strict=True)) else new
        else:
            continue
        if new is not value:
            values[field.name] = new
    if not values:
        return node
    moved[node] = made = replace(node, **values)
    return made
