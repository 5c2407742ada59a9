"""What a recorded side effect calls, and changes outside itself: on replay it is not called, and the change is missing.

In: the function given to `ctx:side_effect`, resolved names and known functions. Out: the functions that it mentions; the variables
that these or itself assign, or whose table they change. A table that reaches the function under another name is not seen.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..syntax import nodes
from .functions import KnownFunctions
from .scopes import FunctionScope, Variable
from .walk import strip_parentheses, walk

_CHANGING_CALLS = frozenset({"insert", "remove", "sort"})
"""The functions of the library `table` that change their first argument."""


def changed_outside(functions: KnownFunctions, given: nodes.Expression) -> dict[Variable, bool]:
    """The outer variables that calling `given` changes: true for one that is assigned, false for one whose table is changed."""
    called = _called(functions, given)
    found: dict[Variable, bool] = {}
    for scope in called:
        for variable in scope.upvalues:
            if variable.owner not in called and any(
                each in called for each in variable.assigned_in
            ):
                found[variable] = True
        for table in _changed_tables(scope):
            root = _root(functions, table)
            if root is not None and root.owner not in called:
                found.setdefault(root, False)
    return found


def called_in_side_effects(functions: KnownFunctions) -> frozenset[FunctionScope]:
    """The functions that side effects may call, as far as they are known."""
    return frozenset(
        scope
        for user in functions.facts
        for call in user.calls
        if isinstance(call, nodes.MethodCall)
        and call.method.name == "side_effect"
        and call.arguments
        for scope in _called(functions, call.arguments[0])
    )


def _called(functions: KnownFunctions, given: nodes.Expression) -> dict[FunctionScope, None]:
    """The function that `given` is, the functions in it and the known functions that these mention."""
    given = strip_parentheses(given)
    facts = functions.of_callee(given)
    found: dict[FunctionScope, None] = {}
    pending = [facts.scope] if facts is not None else []
    if isinstance(given, nodes.Function):
        pending.append(functions.resolution.functions[given])
    while pending:
        scope = pending.pop()
        if scope in found or scope.node is None:
            continue
        found[scope] = None
        pending += scope.functions
        for node in walk(scope.node, into_functions=False):
            facts = functions.of_callee(node)
            if facts is not None:
                pending.append(facts.scope)
    return found


def _changed_tables(scope: FunctionScope) -> Iterator[nodes.Expression]:
    """The tables in which the function's own code sets fields."""
    assert scope.node is not None
    for node in walk(scope.node, into_functions=False):
        match node:
            case nodes.Assign(targets=targets):
                yield from (target.object for target in targets if isinstance(target, nodes.Index))
            case nodes.FunctionStatement(target=nodes.Index() as target):
                yield target.object
            case nodes.Call(
                function=nodes.Index(object=nodes.Name(name="table"), key=nodes.String() as key),
                arguments=[table, *_],
            ) if (
                key.value in _CHANGING_CALLS
            ):
                yield table
            case nodes.Call(function=nodes.Name(name="rawset"), arguments=[table, *_]):
                yield table


def _root(functions: KnownFunctions, expression: nodes.Expression) -> Variable | None:
    """The variable that `expression` starts from: `config` in `config.retry.count`."""
    while isinstance(expression, nodes.Index | nodes.Parenthesized):
        expression = (
            expression.object if isinstance(expression, nodes.Index) else expression.expression
        )
    if not isinstance(expression, nodes.Name):
        return None
    return functions.resolution.variables.get(expression)
