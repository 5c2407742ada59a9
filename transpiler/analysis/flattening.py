"""Workers that are defined below the top level: in a `do` block, a function that is called once, a loop over a list, an `if`.

In: a resolved chunk. Out: the same program with one such statement written out at the top level, or None when there is none. There
discovery finds the workers (worker.py); what cannot be written out, such as a worker that only starts perhaps, is refused later.
Nothing is written out where a name would come to mean another variable.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Final

from ..syntax import nodes
from .conditional_workers import written_out_branches
from .registries import Known, loop_turns
from .scopes import Resolution, Variable
from .walk import strip_parentheses, walk
from .worker import is_worker_call

_JUMPS: Final = (nodes.Break, nodes.Goto, nodes.Label, nodes.Return)


@dataclass
class _WrittenOut:
    """What stands in the place of `statement`; `removed` are other statements that go, `copied` tells where comments belong,
    `blocks` are those that are gone (the body when empty)."""

    statement: nodes.Statement
    body: nodes.Block
    made: list[nodes.Statement]
    removed: tuple[nodes.Statement, ...] = ()
    copied: dict[nodes.Node, nodes.Node] | None = None
    blocks: tuple[nodes.Block, ...] = ()


def with_workers_at_top_level(resolution: Resolution, starts: bool) -> nodes.Chunk | None:
    """The chunk with one more statement that defines workers written out at the top level; None when there is no further one.

    A script that `starts` its workers keeps each `if`."""
    if "temporal" not in resolution.globals:
        return None
    for position, statement in enumerate(resolution.chunk.body.statements):
        if isinstance(statement, nodes.If):
            found = None if starts else _branches(resolution, statement)
        else:
            found = _written_out(resolution, statement)
        later = resolution.chunk.body.statements[position + 1 :]
        if found is not None and _keeps_names(resolution, found, later):
            return _rebuilt(resolution.chunk, found)
    return None


def _written_out(resolution: Resolution, statement: nodes.Statement) -> _WrittenOut | None:
    match statement:
        case nodes.Do(body=body) if _defines_workers(resolution, body):
            return _WrittenOut(statement, body, list(body.statements))
        case nodes.GenericFor(body=body) | nodes.NumericFor(body=body):
            return _unrolled(resolution, statement) if _defines_workers(resolution, body) else None
        case nodes.CallStatement(call=call):
            return _called(resolution, statement, call)
        case nodes.LocalAssign(values=(call,)) | nodes.Assign(values=(call,)):
            return _called(resolution, statement, call)
    return None


def _branches(resolution: Resolution, statement: nodes.If) -> _WrittenOut | None:
    if not any(is_worker_call(resolution, node) for node in walk(statement, into_functions=False)):
        return None
    copied: dict[nodes.Node, nodes.Node] = {}
    found = written_out_branches(resolution, statement, _Copier(resolution, {}, {}).copy)
    if found is None:
        return None
    statements = [each for block in found.blocks for each in block.statements]
    for each in statements:
        same = next((made for made in found.made if made.start == each.start), None)
        if same is not None and not isinstance(same, nodes.If):
            copied[each] = same
    body = nodes.Block(statement.start, statement.end, statement.line, tuple(statements))
    return _WrittenOut(statement, body, found.made, copied=copied, blocks=found.blocks)


def _defines_workers(
    resolution: Resolution, body: nodes.Block, seen: set[nodes.Node] | None = None
) -> bool:
    """Does `body` call `temporal.worker`, or a function of the source that does? `seen` are functions that do not."""
    seen = set() if seen is None else seen
    for node in walk(body, into_functions=False):
        if is_worker_call(resolution, node):
            return True
        callee = node.function if isinstance(node, nodes.Call) else None
        variable = resolution.variables.get(callee) if isinstance(callee, nodes.Name) else None
        for value in variable.values if variable is not None else ():
            if isinstance(value, nodes.Function) and value not in seen:
                seen.add(value)
                if _defines_workers(resolution, value.body, seen):
                    return True
    return False


def _keeps_names(
    resolution: Resolution, found: _WrittenOut, later: Sequence[nodes.Statement]
) -> bool:
    """Is it sure that locals of the body are seen by nothing else once they stand at the top level, and that control does not leave
    the body early?"""
    for node in walk(found.body, into_functions=False):
        if isinstance(node, _JUMPS):
            is_last = node in found.body.statements and isinstance(node, nodes.Return)
            if not (is_last and node not in found.made):
                return False
        if isinstance(node, nodes.LocalTarget) and node.attribute == "close":
            return False
    names = {identifier.name for identifier in _declared(found.body.statements)}
    return not (
        _means_outside(resolution, names, [found.body]) or _means_outside(resolution, names, later)
    )


def _means_outside(
    resolution: Resolution, names: Collection[str], within: Sequence[nodes.Node]
) -> bool:
    """Does one of `names` mean, somewhere in `within`, what is not declared in there?"""
    found = [node for each in within for node in walk(each)]
    inside = {
        resolution.declared[node]
        for node in found
        if isinstance(node, nodes.Identifier) and node in resolution.declared
    }
    return any(
        isinstance(node, nodes.Name)
        and node.name in names
        and resolution.variables.get(node) not in inside
        for node in found
    )


def _declared(statements: Iterable[nodes.Statement]) -> list[nodes.Identifier]:
    """The names of the locals that the statements themselves declare."""
    found = []
    for statement in statements:
        if isinstance(statement, nodes.LocalAssign):
            found += [target.name for target in statement.targets]
        elif isinstance(statement, nodes.LocalFunction):
            found.append(statement.name)
    return found


# ----------------------------------------------------------------------------------------------------------- functions


def _called(
    resolution: Resolution, statement: nodes.Statement, call: nodes.Expression
) -> _WrittenOut | None:
    """The call of a function without parameters that nothing else uses: its body, and what becomes of its result."""
    if not isinstance(call, nodes.Call) or call.arguments:
        return None
    callee = call.function
    variable = resolution.variables.get(callee) if isinstance(callee, nodes.Name) else None
    if variable is None or not variable.is_constant or variable.reads != [callee]:
        return None
    statements = resolution.chunk.body.statements
    for position, made in enumerate(statements[: statements.index(statement)]):
        function = _defined(resolution, made, variable)
        if function is None:
            continue
        if function.parameters or function.is_vararg:
            return None
        between = statements[position + 1 : statements.index(statement)]
        # What is declared in between must not hide what the body means.
        names = {identifier.name for identifier in _declared(between)}
        if not _defines_workers(resolution, function.body) or _means_outside(
            resolution, names, [function.body]
        ):
            return None
        body = _with_result(function.body, statement)
        return None if body is None else _WrittenOut(statement, function.body, body, (made,))
    return None


def _defined(
    resolution: Resolution, statement: nodes.Statement, variable: Variable
) -> nodes.Function | None:
    """The function that `statement` makes of `variable`."""
    match statement:
        case nodes.LocalFunction(name=name, function=function):
            return function if resolution.declared[name] is variable else None
        case nodes.FunctionStatement(target=nodes.Name() as target, function=function):
            return function if resolution.variables.get(target) is variable else None
        case nodes.LocalAssign(targets=(target,), values=(nodes.Function() as function,)):
            return function if resolution.declared[target.name] is variable else None
    return None


def _with_result(body: nodes.Block, statement: nodes.Statement) -> list[nodes.Statement] | None:
    """The statements of a function's body, its result given to what `statement` assigns."""
    *statements, last = body.statements
    if not isinstance(last, nodes.Return):
        return list(body.statements) if isinstance(statement, nodes.CallStatement) else None
    if len(last.values) != 1:
        return None
    value = strip_parentheses(last.values[0])
    if isinstance(statement, nodes.LocalAssign | nodes.Assign):
        return [*statements, replace(statement, values=(value,))]
    if isinstance(value, nodes.Call | nodes.MethodCall):
        return [*statements, nodes.CallStatement(value.start, value.end, value.line, value)]
    return statements


# --------------------------------------------------------------------------------------------------------------- loops


def _unrolled(
    resolution: Resolution, loop: nodes.GenericFor | nodes.NumericFor
) -> _WrittenOut | None:
    """The body once for each turn, with what its variables are then in their place."""
    turns = loop_turns(resolution, loop)
    names = loop.variables if isinstance(loop, nodes.GenericFor) else (loop.variable,)
    variables = [resolution.declared[name] for name in names]
    if turns is None or not all(variable.is_constant for variable in variables):
        return None
    copied: dict[nodes.Node, nodes.Node] = {}
    made: list[nodes.Statement] = []
    for turn in turns:
        copier = _Copier(resolution, dict(zip(variables, turn, strict=False)), copied)
        try:
            made += map(copier.copy, loop.body.statements)
        except _Unknown:
            return None
    return _WrittenOut(loop, loop.body, made, copied=copied)


class _Unknown(Exception):
    """A use of a loop's variable in whose place nothing can be written."""


@dataclass
class _Copier:
    """Copies statements with what the variables of a loop are in one turn; `copied` gets the first copy of each node."""

    resolution: Resolution
    values: Mapping[Variable, Known | None]
    copied: dict[nodes.Node, nodes.Node]

    def copy(self, node: Any) -> Any:
        """A copy of `node` and all below it. Raises `_Unknown`."""
        if isinstance(node, nodes.Name) and self.resolution.variables.get(node) in self.values:
            return self.literal(node, self.values[self.resolution.variables[node]])
        if isinstance(node, nodes.Index) and isinstance(node.key, nodes.String):
            table = strip_parentheses(node.object)
            if isinstance(table, nodes.Name):
                variable = self.resolution.variables.get(table)
                held = None if variable is None else self.values.get(variable)
                if isinstance(held, nodes.Table):
                    return self.literal(node, self.field(held, node.key.value))
        values: dict[str, Any] = {}
        for each in fields(node):
            value = getattr(node, each.name)
            if isinstance(value, nodes.Node):
                values[each.name] = self.copy(value)
            elif isinstance(value, tuple):
                values[each.name] = tuple(map(self.copy, value))
        made = replace(node, **values)
        self.copied.setdefault(node, made)
        return made

    def field(self, table: nodes.Table, name: str) -> Known | None:
        for item in table.fields:
            if isinstance(item, nodes.NamedField) and item.name.name == name:
                value = strip_parentheses(item.value)
                is_literal = isinstance(value, nodes.String | nodes.Number)
                return value.value if is_literal else None  # type: ignore[union-attr]  # of these two
        return None

    def literal(self, node: nodes.Node, value: Known | None) -> nodes.Expression:
        place = node.start, node.end, node.line
        if isinstance(value, str):
            return nodes.String(*place, value, "")
        if isinstance(value, int | float):
            return nodes.Number(*place, value, "")
        raise _Unknown


# ----------------------------------------------------------------------------------------------------------- new chunk


def _rebuilt(chunk: nodes.Chunk, found: _WrittenOut) -> nodes.Chunk:
    """`chunk` with the statements in place, and every comment at what has come of its statement."""
    statements: list[nodes.Statement] = []
    for statement in chunk.body.statements:
        if statement is found.statement:
            statements += found.made
        elif statement not in found.removed:
            statements.append(statement)
    body = replace(chunk.body, statements=tuple(statements))
    copied = found.copied or {}
    comments = {copied.get(node, node): held for node, held in chunk.comments.items()}
    gone = [comments.pop(each, nodes.Comments()) for each in (*found.removed, found.statement)]
    blocks = found.blocks or (found.body,)
    loose = tuple(comment for each in blocks for comment in chunk.dangling.get(each, ()))
    before = tuple(c for each in gone for c in (*each.leading, *each.trailing)) + loose
    if before and found.made:
        first = comments.get(found.made[0], nodes.Comments())
        comments[found.made[0]] = nodes.Comments((*before, *first.leading), first.trailing)
    dangling = {
        body if block is chunk.body else copied.get(block, block): held
        for block, held in chunk.dangling.items()
        if block not in blocks
    }
    return replace(chunk, body=body, comments=comments, dangling=dangling)  # type: ignore[arg-type]  # blocks stay blocks
