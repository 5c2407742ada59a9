"""Workers in the branches of an `if`: `if env.get("ROLE") == "approver" then temporal.worker{...} end`.

In: such a statement at the top level. Out: the statements that stand in its place: those of each branch, whose workers get the
branch's condition as an option of their own, which no source can write. The package has all of the workers; those run whose
condition holds when it is started. So only what does nothing by itself may stand beside the worker in a branch.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import reduce
from typing import Final, TypeVar

from ..syntax import nodes
from .scopes import Resolution
from .start_up import is_decided_at_start, never_fails
from .walk import walk
from .worker import CONDITION, is_worker_call, worker_call

N = TypeVar("N", bound=nodes.Node)
Copy = Callable[[N], N]

_ACTING: Final = (nodes.Call, nodes.MethodCall, nodes.Index, nodes.Binary, nodes.Unary)
"""Expressions that may fail, or do something, when they are evaluated."""


@dataclass(frozen=True)
class Branches:
    """The statements that an `if` becomes, and the blocks that they stood in."""

    made: list[nodes.Statement]
    blocks: tuple[nodes.Block, ...]


def written_out_branches(
    resolution: Resolution, statement: nodes.If, copy: Copy[nodes.Expression]
) -> Branches | None:
    """What `statement` becomes, None where a branch that defines workers does more than that. `copy` copies a condition."""
    if not all(is_decided_at_start(resolution, each.condition) for each in statement.branches):
        return None
    made: list[nodes.Statement] = []
    blocks = []
    for condition, block in _branches(statement, copy):
        blocks.append(block)
        if not any(is_worker_call(resolution, node) for node in walk(block)):
            if block.statements:
                branch = nodes.IfBranch(block.start, block.end, block.line, condition, block)
                made.append(nodes.If(block.start, block.end, block.line, (branch,), None))
            continue
        for each in block.statements:
            written = _in_branch(resolution, each, copy(condition))
            if written is None:
                return None
            made.append(written)
    return Branches(made, tuple(blocks))


def _branches(
    statement: nodes.If, copy: Copy[nodes.Expression]
) -> Iterator[tuple[nodes.Expression, nodes.Block]]:
    """Each block with the condition on which it runs."""
    before: list[nodes.Expression] = []
    for branch in statement.branches:
        yield _all([*map(_negated, map(copy, before)), copy(branch.condition)]), branch.body
        before.append(branch.condition)
    if statement.orelse is not None:
        yield _all(list(map(_negated, map(copy, before)))), statement.orelse


def _negated(node: nodes.Expression) -> nodes.Expression:
    return nodes.Unary(node.start, node.end, node.line, "not", node)


def _all(conditions: list[nodes.Expression]) -> nodes.Expression:
    def both(left: nodes.Expression, right: nodes.Expression) -> nodes.Expression:
        return nodes.Logical(left.start, right.end, left.line, "and", left, right)

    return reduce(both, conditions)


def _in_branch(
    resolution: Resolution, statement: nodes.Statement, condition: nodes.Expression
) -> nodes.Statement | None:
    """A statement of a branch as it stands at the top level: a worker with its condition, or what only makes functions and
    tables."""
    call = worker_call(resolution, statement)
    if call is None:
        return statement if _only_makes(statement) else None
    if len(call.arguments) != 1 or not isinstance(call.arguments[0], nodes.Table):
        return None
    options = call.arguments[0]
    if not all(
        isinstance(each, nodes.NamedField)
        and (each.name.name in _REGISTRIES or never_fails(resolution, each.value))
        for each in options.fields
    ):
        return None
    place = condition.start, condition.end, condition.line
    field = nodes.KeyedField(*place, nodes.String(*place, CONDITION, ""), condition)
    given = replace(call, arguments=(replace(options, fields=(*options.fields, field)),))
    match statement:
        case nodes.CallStatement():
            return replace(statement, call=given)
        case nodes.LocalAssign() | nodes.Assign():
            return replace(statement, values=(given,))
    return None


_REGISTRIES: Final = ("activities", "workflows")


def _only_makes(statement: nodes.Statement) -> bool:
    """Does `statement` only make functions, tables and constants, whichever branch is taken?"""
    match statement:
        case nodes.LocalFunction():
            return True
        case nodes.FunctionStatement(target=nodes.Index(object=nodes.Name())):
            return True
        case nodes.LocalAssign(values=values):
            return not any(
                isinstance(node, _ACTING) for each in values for node in _evaluated(each)
            )
    return False


def _evaluated(node: nodes.Node) -> Iterator[nodes.Node]:
    """The nodes that are evaluated with `node`: not those in functions."""
    if not isinstance(node, nodes.Function):
        yield from (each for each in walk(node, into_functions=False))
