"""A function that calls itself as the last thing it does: its parameters get new values, and it begins again.

In: a `return` that analysis/tail_calls.py found. Out: an assignment and a jump. Lua manual: 3.4.10 (proper tail calls).
"""

from __future__ import annotations

import ast
from collections.abc import Sequence

from ..analysis.scopes import Variable
from ..syntax import nodes
from . import assignments, build, expressions, jumps
from .scope import Named, PythonScope, Temporary


def again(scope: PythonScope, node: nodes.Return, label: nodes.Label) -> None:
    """A tail call of the function that is being lowered, to itself: its parameters get other values, and it begins again."""
    (given,) = node.values
    assert isinstance(given, nodes.Call)
    parameters = scope.function.parameters
    kept = [
        _stays(scope, parameter, argument)
        for parameter, argument in zip(parameters, given.arguments, strict=False)
    ]
    if scope.varargs is not None:
        _bind_with_rest(scope, given.arguments, scope.varargs)
    elif len(kept) == len(given.arguments) == len(parameters):
        wanted = [i for i, same in enumerate(kept) if not same]
        values = [expressions.expression(scope, given.arguments[i]) for i in wanted]
        assignments.bind(scope, [parameters[i] for i in wanted], values)
    elif parameters:
        values = assignments.values_of(scope, given.arguments, len(parameters))
        assignments.bind(scope, parameters, values)
    else:
        for argument in given.arguments:
            assignments.evaluate(scope, expressions.expression(scope, argument))
    jumps.to_label(scope, label)


def _stays(scope: PythonScope, parameter: Variable, argument: nodes.Expression) -> bool:
    """Is the value that `parameter` gets the one that it has?"""
    if parameter in scope.colours.contexts:
        return True  # there is one
    return (
        isinstance(argument, nodes.Name)
        and scope.program.resolution.variables.get(argument) is parameter
        and parameter not in scope.program.captures.boxed
    )


def _bind_with_rest(scope: PythonScope, given: Sequence[nodes.Expression], rest: Temporary) -> None:
    parameters = scope.function.parameters
    boxed = scope.program.captures.boxed
    values = expressions.arguments(scope, given)
    values += [build.constant(None)] * (len(parameters) - len(values))
    count = len(parameters)
    for position, parameter in enumerate(parameters):
        if parameter in boxed:
            values[position] = build.call(scope.module.runtime("Cell"), values[position])
    named: list[Named] = [*parameters, rest]
    targets: list[ast.expr] = [scope.store_name(each) for each in named]
    everything = build.tuple_([*values[:count], build.tuple_(values[count:])])
    if count:
        scope.emit(build.assign(ast.Tuple(targets, ast.Store()), everything))
    else:
        scope.emit(build.assign(targets[0], build.tuple_(values)))
