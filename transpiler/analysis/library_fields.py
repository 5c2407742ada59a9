"""Fields that a worker's source adds to library tables: `function string.trim(s) ... end` at the top level.

In: resolved names. Out: the same, with each such field as a variable of the main chunk, so that everything that is known
about functions holds for it, no workflow run can change it for another one, and `s:trim()` finds it when `s` is a string
(manual 6.4: strings have a metatable whose `__index` is the table `string`). Whatever else a top-level statement does to a
library table is a diagnostic. Scripts need none of this: they have the tables themselves.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from ..diagnostics import Diagnostic, language
from ..syntax import nodes
from .library import Library, rows
from .scopes import Resolution, Variable
from .walk import strip_parentheses, walk

_CHANGING = frozenset({"rawset", "setmetatable"})
"""Library functions that change the table they are given."""


@dataclass(frozen=True, eq=False)
class _Assignment:
    """A field of a library table that the source assigns; `key` is None when it is computed, `value` when the
    statement assigns more than that."""

    statement: nodes.Node
    target: nodes.Index
    table: str
    key: str | None
    value: nodes.Expression | None


def link_library_fields(resolution: Resolution, library: Library) -> list[Diagnostic]:
    """Makes variables of the fields that are assigned once; what is wrong with the others."""
    problems: list[Diagnostic] = []
    found = list(_assignments(resolution, library))
    count: dict[tuple[str, str | None], int] = {}
    for one in found:
        count[one.table, one.key] = count.get((one.table, one.key), 0) + 1
    order: dict[nodes.Node, int] = {
        statement: position for position, statement in enumerate(resolution.statements)
    }
    places = _Places(resolution, order)
    for one in found:
        known = f"{one.table}.{one.key}" in rows()
        if count[one.table, one.key] > 1 or one.key is None or one.value is None:
            problems.append(places.refuse(one))
        elif known and _keeps(one.value, one, library):
            resolution.kept_fields.add(one.target)
        elif known or one.statement not in order:
            problems.append(places.refuse(one))
        else:
            reads = list(_reads(resolution, library, one))
            methods = list(_through_strings(resolution, library, one))
            if places.is_used_early([*reads, *methods], one.statement):
                problems.append(places.refuse(one))
            else:
                _link(resolution, one, reads, methods)
    problems += [places.refusal(node, table) for node, table in _others(resolution, library)]
    return problems


def plain_additions(resolution: Resolution, library: Library) -> dict[nodes.Node, nodes.Statement]:
    """`string.trim = function ... end` for each `string.trim = string.trim or function ... end`: no library has such a field."""
    plain: dict[nodes.Node, nodes.Statement] = {}
    for one in _assignments(resolution, library):
        if f"{one.table}.{one.key}" in rows() or one.value is None:
            continue
        match one.statement, strip_parentheses(one.value):
            case (nodes.Assign() as statement, nodes.Logical() as value) if _keeps(
                value, one, library
            ):
                plain[statement] = replace(statement, values=(value.right,))
    return plain


def with_statements(chunk: nodes.Chunk, other: Mapping[nodes.Node, nodes.Statement]) -> nodes.Chunk:
    """`chunk` with `other` top-level statements in the places of some."""
    statements = tuple(other.get(statement, statement) for statement in chunk.body.statements)
    if statements == chunk.body.statements:
        return chunk
    body = replace(chunk.body, statements=statements)
    comments = {other.get(node, node): found for node, found in chunk.comments.items()}
    dangling = {body if block is chunk.body else block: c for block, c in chunk.dangling.items()}
    return replace(chunk, body=body, comments=comments, dangling=dangling)


def _assignments(resolution: Resolution, library: Library) -> Iterator[_Assignment]:
    for statement in resolution.containing:
        for target, value in _targets(statement):
            if isinstance(target, nodes.Index):
                table = library.named_table(target.object)
                if table is not None:
                    key = target.key.value if isinstance(target.key, nodes.String) else None
                    yield _Assignment(statement, target, table, key, value)


def _targets(
    statement: nodes.Node,
) -> list[tuple[nodes.Name | nodes.Index, nodes.Expression | None]]:
    """What a statement assigns, each with its value when it is the only one."""
    match statement:
        case nodes.FunctionStatement():
            return [(statement.target, statement.function)]
        case nodes.Assign(targets=(target,), values=(value,)):
            return [(target, value)]
        case nodes.Assign():
            return [(target, None) for target in statement.targets]
    return []


def _keeps(value: nodes.Expression, one: _Assignment, library: Library) -> bool:
    """Is it `table.unpack = table.unpack or ...`, which changes nothing where the function is there?"""
    value = strip_parentheses(value)
    if not isinstance(value, nodes.Logical) or value.operator != "or":
        return False
    left = strip_parentheses(value.left)
    return (
        isinstance(left, nodes.Index)
        and isinstance(left.key, nodes.String)
        and left.key.value == one.key
        and library.table_of(left.object) == one.table
    )


def _reads(resolution: Resolution, library: Library, one: _Assignment) -> Iterator[nodes.Index]:
    """`string.trim`"""
    for node in resolution.containing:
        if (
            isinstance(node, nodes.Index)
            and node is not one.target
            and isinstance(node.key, nodes.String)
            and node.key.value == one.key
            and library.named_table(node.object) == one.table
        ):
            yield node


def _through_strings(
    resolution: Resolution, library: Library, one: _Assignment
) -> Iterator[nodes.Index | nodes.MethodCall]:
    """`s:trim()` and `s.trim`, where `s` may be a string."""
    if one.table != "string":
        return
    assigned = {
        target
        for node in resolution.containing
        if isinstance(node, nodes.Assign)
        for target in node.targets
    }
    assigned |= {n.target for n in resolution.containing if isinstance(n, nodes.FunctionStatement)}
    for node in resolution.containing:
        match node:
            case nodes.MethodCall() if node.method.name == one.key:
                yield node
            case nodes.Index(key=nodes.String(value=key)) if (
                key == one.key and node not in assigned and node not in resolution.linked
            ):
                if library.named_table(node.object) is None:
                    yield node


def _link(
    resolution: Resolution,
    one: _Assignment,
    reads: list[nodes.Index],
    methods: list[nodes.Index | nodes.MethodCall],
) -> None:
    assert one.key is not None
    target = one.target
    identifier = nodes.Identifier(target.start, target.end, target.line, one.key)
    end = resolution.chunk.body.end
    variable = Variable(one.key, identifier, resolution.main, "export", scope_end=end)
    variable.values.append(one.value)
    variable.assigned_in[resolution.main] = None
    resolution.main.variables.append(variable)
    resolution.declared[identifier] = variable
    resolution.linked[target] = variable
    for read in reads:
        resolution.linked[read] = variable
    for method in methods:
        resolution.string_fields[method] = variable
    resolution.add_reads(variable, [*reads, *methods])


class _Places:
    """Where nodes stand: in which top-level statement, in what order those run."""

    def __init__(self, resolution: Resolution, order: dict[nodes.Node, int]) -> None:
        self.resolution = resolution
        self.order = order
        self._statements: dict[nodes.Node, nodes.Statement] = {}

    def statement(self, node: nodes.Node) -> nodes.Statement:
        if not self._statements:
            for statement in self.resolution.statements:
                self._statements.update((n, statement) for n in walk(statement))
        return self._statements[node]

    def is_used_early(self, reads: list[nodes.Index | nodes.MethodCall], by: nodes.Node) -> bool:
        """May one of `reads` run before the top-level statement `by` has?"""
        last = self.order[by]
        main = self.resolution.main
        if any(
            self.resolution.containing[read] is main and self.order[self.statement(read)] <= last
            for read in reads
        ):
            return True
        before = [read for read in reads if self.order[self.statement(read)] < last]
        if not before:
            return False
        first = min(self.order[self.statement(read)] for read in before)
        return any(
            isinstance(node, nodes.Call | nodes.MethodCall | nodes.GenericFor)
            for statement in self.resolution.statements[first:last]
            for node in walk(statement, into_functions=False)
        )

    def refuse(self, one: _Assignment) -> Diagnostic:
        self.resolution.kept_fields.add(one.target)
        return self.refusal(one.target, one.table)

    def refusal(self, node: nodes.Node, table: str) -> Diagnostic:
        source = self.resolution.sources[self.statement(node)]
        return language.library_changed_in_worker(source, node, table)


def _others(resolution: Resolution, library: Library) -> Iterator[tuple[nodes.Node, str]]:
    """Other ways to change a library table at the top level: `rawset(string, ...)`, `setmetatable(string, ...)`, and
    `getmetatable("").__index = ...`."""
    for node, scope in resolution.containing.items():
        if scope is not resolution.main:
            continue
        match node:
            case nodes.Call(function=function, arguments=(first, *_)):
                row = library.of(function)
                table = library.named_table(first)
                if table is not None and row is not None and row.lua_name in _CHANGING:
                    yield node, table
            case nodes.Assign(targets=targets):
                for target in targets:
                    if isinstance(target, nodes.Index) and _is_of_strings(library, target.object):
                        yield target, "string"
            case nodes.FunctionStatement(target=nodes.Index(object=held)) if _is_of_strings(
                library, held
            ):
                yield node.target, "string"


def _is_of_strings(library: Library, expression: nodes.Expression) -> bool:
    """Is it the metatable of strings, or the table in its `__index`?"""
    expression = strip_parentheses(expression)
    match expression:
        case nodes.Index(object=held):
            return _is_of_strings(library, held)
        case nodes.Name():
            variable = library.resolution.variables.get(expression)
            value = variable.values[0] if variable is not None and variable.values else None
            return (
                value is not None
                and isinstance(value, nodes.Call)
                and _is_of_strings(library, value)
            )
        case nodes.Call(function=function, arguments=(nodes.String(), *_)):
            row = library.of(function)
            return row is not None and row.lua_name == "getmetatable"
    return False
