"""Functions that call themselves as the last thing they do, which real Lua does without growing the stack: they become loops.

In: names and known functions. Out, in the resolution: each `return f(...)` of `f` itself jumps to a label at the beginning of the
function, where it goes on with other arguments. The label and the jump are then lowered as those of a `goto`.
Lua manual: 3.4.10 (proper tail calls).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from ..syntax import nodes
from .functions import FunctionFacts, KnownFunctions
from .regions import is_closing
from .scopes import FunctionScope, Resolution, is_multiple


def find_tail_calls(
    resolution: Resolution, functions: KnownFunctions, entries: Collection[FunctionScope]
) -> None:
    """Adds to `resolution` the tail calls of functions to themselves. `entries` are called by Temporal and stay as they are."""
    for scope, facts in functions.facts.items():
        if scope.node is None or scope in entries or not _is_itself(facts):
            continue
        found = [
            statement
            for statement in _returns(scope.node.body)
            if _calls_itself(statement, facts, functions)
        ]
        if found:
            _make_loop(resolution, scope, scope.node.body, found)


def _is_itself(facts: FunctionFacts) -> bool:
    """Is what the function's name holds, when the function runs, the very closure that runs?"""
    variable, scope = facts.variable, facts.scope
    if variable is None or scope.parent is not variable.owner:
        return False
    return variable.kind != "local" or not any(upvalue.in_loop for upvalue in scope.upvalues)


def _returns(block: nodes.Block) -> Iterator[nodes.Return]:
    """The returns of a function whose calls are tail calls: those in the scope of a `<close>` variable are none."""
    for statement in block.statements:
        match statement:
            case nodes.LocalAssign() if is_closing(statement):
                return
            case nodes.Return():
                yield statement
            case nodes.If(branches=branches, orelse=orelse):
                for branch in branches:
                    yield from _returns(branch.body)
                if orelse is not None:
                    yield from _returns(orelse)
            case (
                nodes.Do(body=body)
                | nodes.While(body=body)
                | nodes.Repeat(body=body)
                | nodes.NumericFor(body=body)
            ):
                yield from _returns(body)


def _calls_itself(statement: nodes.Return, facts: FunctionFacts, functions: KnownFunctions) -> bool:
    if len(statement.values) != 1 or not isinstance(call := statement.values[0], nodes.Call):
        return False
    if functions.of_callee(call.function) is not facts:
        return False
    # The extra arguments are a tuple of their own, so what is spread has to begin among them.
    spreads = bool(call.arguments) and is_multiple(call.arguments[-1])
    return not (
        spreads and facts.scope.is_vararg and len(call.arguments) <= len(facts.scope.parameters)
    )


def _make_loop(
    resolution: Resolution, scope: FunctionScope, body: nodes.Block, found: list[nodes.Return]
) -> None:
    identifier = nodes.Identifier(body.start, body.start, body.line, scope.name)
    label = nodes.Label(body.start, body.start, body.line, identifier)
    assert scope.node is not None
    resolution.repeats[scope.node] = label
    for statement in found:
        resolution.targets[statement] = label
    for variable in scope.variables:
        variable.in_loop = True
        if variable.kind != "parameter":
            variable.repeated_from = max(variable.repeated_from or 0, label.start)
