"""Functions that a table holds, and the variable of that table: `function Account:deposit()`, `handlers = {get = function ...}`.

In: resolved names and known functions. Out: for each such function the variable and what to call the function. For explanations:
who mentions the variable may call any function that its table holds.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..syntax import nodes
from .functions import KnownFunctions
from .scopes import FunctionScope, Variable
from .walk import child_nodes, strip_parentheses, walk


@dataclass(frozen=True, slots=True)
class Held:
    """`name` is the function's as a reader would say it: `Account:deposit`, `handlers.get`."""

    variable: Variable
    name: str


def held_functions(functions: KnownFunctions) -> dict[FunctionScope, Held]:
    """The functions that no variable holds, but a table does."""
    found: dict[FunctionScope, Held] = {}
    for root, name, value in _assigned(functions):
        for path, node in _within(value, name):
            scope = functions.resolution.functions[node]
            if functions.facts[scope].variable is None:
                found.setdefault(scope, Held(root, path))
    return found


def _within(value: nodes.Node, path: str) -> Iterator[tuple[str, nodes.Function]]:
    """The functions that `value`, which stands at `path`, may hold: each with its own path."""
    pending = [(value, path)]
    while pending:
        node, at = pending.pop()
        if isinstance(node, nodes.Function):
            yield at, node
        elif not isinstance(node, nodes.Call | nodes.MethodCall) or _keeps_arguments(node):
            if isinstance(node, nodes.NamedField):
                at = f"{at}.{node.name.name}"
            pending += [(child, at) for child in child_nodes(node)]


def _keeps_arguments(call: nodes.Call | nodes.MethodCall) -> bool:
    return isinstance(call, nodes.Call) and (
        isinstance(call.function, nodes.Name) and call.function.name == "setmetatable"
    )


def _assigned(functions: KnownFunctions) -> Iterator[tuple[Variable, str, nodes.Expression]]:
    """What is assigned to a variable or into its table: the variable, the place's name, the value."""
    resolution = functions.resolution
    for statement in _statements(functions):
        match statement:
            case nodes.LocalAssign(targets=targets, values=values):
                for local, value in zip(targets, values, strict=False):
                    variable = resolution.declared[local.name]
                    yield variable, variable.name, value
            case nodes.Assign(targets=places, values=values):
                for place, value in zip(places, values, strict=False):
                    yield from _into(functions, place, value, ".")
            case nodes.FunctionStatement(target=target, function=function):
                yield from _into(functions, target, function, ":" if statement.is_method else ".")


def _into(
    functions: KnownFunctions, place: nodes.Expression, value: nodes.Expression, separator: str
) -> Iterator[tuple[Variable, str, nodes.Expression]]:
    keys: list[str] = []
    while isinstance(place, nodes.Index):
        key = place.key.value if isinstance(place.key, nodes.String) else ""
        keys.append(key if key.isidentifier() else "?")
        place = strip_parentheses(place.object)
    variable = functions.resolution.variables.get(place) if isinstance(place, nodes.Name) else None
    if variable is not None:
        path = "".join(f".{key}" for key in keys[:0:-1])
        last = f"{separator}{keys[0]}" if keys else ""
        yield variable, f"{variable.name}{path}{last}", value


def _statements(functions: KnownFunctions) -> Iterator[nodes.Node]:
    for scope in functions.facts:
        if scope.node is not None:
            yield from walk(scope.node, into_functions=False)
    for statement in functions.resolution.statements:
        yield from walk(statement, into_functions=False)
