"""What a recorded side effect calls, and changes outside itself: on replay it is not called, and the change is missing.

In: the function given to `ctx:side_effect`, resolved names and known functions. Out: the functions that run outside of the workflow
then, which may, and the variables that they assign or whose table they change. A table that reaches the function under another name
is not seen.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from assay.runtime.library import LibraryFunction

from ..syntax import nodes
from .context import Colours
from .functions import KnownFunctions
from .library import Library
from .scopes import FunctionScope, Variable
from .walk import strip_parentheses, walk
from .worker_definitions import Entry

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


def called_in_side_effects(
    functions: KnownFunctions, library: Library, workflows: Collection[Entry]
) -> frozenset[FunctionScope]:
    """The functions that side effects may call; where one calls what is not known, all that are used as values are among them."""
    called = {
        scope
        for user in functions.facts
        for call in user.calls
        if isinstance(call, nodes.MethodCall) and _is_recorded(call)
        for scope in _called(functions, call.arguments[0])
    }
    if any(_calls_unknown(functions, library, scope) for scope in called):
        values = {scope for scope, facts in functions.facts.items() if facts.value_uses}
        called |= values - {entry.scope for entry in workflows}
    return frozenset(called)


def only_in_side_effects(
    functions: KnownFunctions, colours: Colours, activities: Collection[Entry], main: FunctionScope
) -> frozenset[FunctionScope]:
    """The functions of workflow code that nothing but side effects calls: they never run in the workflow itself.

    Starts from what side effects mention, and drops what anything else of the workflows mentions.
    """
    given = {
        strip_parentheses(call.arguments[0])
        for scope in colours.within
        for call in scope.calls
        if isinstance(call, nodes.MethodCall)
        and _is_recorded(call)
        and colours.known_method(call) is not None
    }
    outside = {
        node
        for entry in activities
        for place in entry.places
        for node in walk(place, into_functions=False)
    }
    found = {scope for each in given for scope in _called(functions, each)}
    changed = True
    while changed:
        dropped = {
            scope
            for scope in found
            if not all(
                node in given
                or node in outside
                or user in found
                or (user is not main and user not in colours.within)
                for node, user in _mentions(functions, scope)
            )
        }
        found -= dropped
        changed = bool(dropped)
    return frozenset(found)


def _is_recorded(call: nodes.MethodCall) -> bool:
    return call.method.name == "side_effect" and bool(call.arguments)


def _mentions(
    functions: KnownFunctions, scope: FunctionScope
) -> Iterator[tuple[nodes.Node, FunctionScope]]:
    """Where the function is mentioned, and in which function: where its variable is read, or where it stands itself."""
    variable = functions.facts[scope].variable
    if variable is not None:
        containing = functions.resolution.containing
        yield from ((read, containing[read]) for read in variable.reads)
    elif scope.node is not None and scope.parent is not None:
        yield scope.node, scope.parent


def _calls_unknown(functions: KnownFunctions, library: Library, scope: FunctionScope) -> bool:
    """Does the function's own code call something that is neither of the library nor a known function?"""
    for call in scope.calls:
        if isinstance(call, nodes.MethodCall):
            return True
        row = library.of(call.function)
        if row is None and functions.of_callee(call.function) is None:
            return True
        if isinstance(row, LibraryFunction) and row.calls_back:
            return True
    return False


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
