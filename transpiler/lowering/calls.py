"""Calls: of known functions with exactly their parameters, of library functions by import, of everything else as a
Python call.

A call comes back with the number of values it gives (None when that is not known); the caller of this module
adjusts.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence

from ..analysis.functions import FunctionFacts
from ..analysis.scopes import is_multiple
from ..diagnostics import language
from ..syntax import nodes
from . import build, characters, context, expressions, functions, library, string_fields, waiting
from .naming import callee_name, operand_name
from .scope import PythonScope

Lowered = tuple[ast.expr, int | None]


def call(scope: PythonScope, node: nodes.Call | nodes.MethodCall, wanted: int | None) -> Lowered:
    """`node` as Python, and how many values it gives. `wanted` is 0 for a statement, 1 for one value, None for
    all."""
    if isinstance(node, nodes.MethodCall):
        if scope.colours.is_context(node.object):
            return context.method_call(scope, node)
        kind = scope.colours.object_kind(node.object)
        if kind is not None:
            return context.object_method_call(scope, node, kind)
        return _method(scope, node, wanted)
    row = scope.program.library.of(node.function)
    if row is not None:
        plain = characters.inline(scope, row.lua_name, node.arguments, wanted)
        return library.call(scope, node, row) if plain is None else (plain, 1)
    facts = scope.program.functions.of_callee(node.function)
    if facts is not None:
        return _known(scope, node, facts, wanted)
    direct = _fixed_method(scope, node, node.arguments, wanted)
    if direct is not None:
        return direct
    special = library.special_call(scope, node)
    if special is not None:
        return special
    context.check_dot(scope, node)
    callee = expressions.expression(scope, node.function)
    lowered = build.call(callee, *expressions.arguments(scope, node.arguments))
    return _counted(scope, node, _awaited(scope, node, lowered), wanted)


def _counted(
    scope: PythonScope,
    node: nodes.Call | nodes.MethodCall,
    lowered: ast.expr,
    wanted: int | None,
) -> Lowered:
    """A call of a value, and how many values it gives where that can only be functions of the source."""
    callees = scope.program.types.contents.callees(node)
    counts = {facts.results for facts in callees or ()}
    if callees is None or len(counts) != 1:
        return lowered, None
    if counts == {0} and not any(functions.returns_empty_tuple(scope.program, f) for f in callees):
        return lowered, wanted
    return lowered, counts.pop()


def _method(scope: PythonScope, node: nodes.MethodCall, wanted: int | None) -> Lowered:
    row = library.string_method(scope, node)
    if row is not None:
        arguments = [node.object, *node.arguments]
        plain = characters.inline(scope, row.lua_name, arguments, wanted)
        if plain is not None:
            return plain, 1
        lowered = build.call(
            library.reference(scope, row), *expressions.arguments(scope, arguments)
        )
        return build.at(lowered, node.line, [callee_name(scope, node)]), row.results
    direct = _fixed_method(scope, node, [node.object, *node.arguments], wanted)
    if direct is not None:
        return direct
    receiver = expressions.expression(scope, node.object)
    added = string_fields.of_string(scope, node)
    if added is not None:
        lowered = build.call(added, receiver, *expressions.arguments(scope, node.arguments))
        return _awaited(scope, node, lowered), None
    if build.is_simple(receiver):
        once, again = receiver, build.copy_load(receiver)
    else:
        temporary = scope.temporary("receiver", shared=True)
        once, again = ast.NamedExpr(build.store(temporary), receiver), build.name(temporary)
    key = expressions.string(scope, node.method.name)
    if expressions.can_be_subscripted(scope, node.object):
        method: ast.expr = build.subscript(once, key)
    else:
        method = string_fields.of_any(scope, node, once, key) or build.call(
            scope.module.runtime("index"), once, key
        )
    names = [operand_name(scope, node.object)]
    found: ast.expr = build.at(method, node.line, names)
    if waiting.waits(scope, "__index", node.object):
        found = waiting.operation(scope, build.call("", once, key), "index", node.line, names)
    lowered = build.call(found, again, *expressions.arguments(scope, node.arguments))
    return _counted(scope, node, _awaited(scope, node, lowered), wanted)


def _awaited(
    scope: PythonScope, node: nodes.Call | nodes.MethodCall, lowered: ast.Call
) -> ast.expr:
    """A call of an unknown callee: awaited when an async function may be behind it."""
    name = callee_name(scope, node)
    if not (scope.is_async and scope.colours.may_suspend(node)):
        return build.at(lowered, node.line, [name])
    helper = scope.module.use("assay.runtime.suspending", "call")
    waiting = build.call(helper, lowered.func, *lowered.args)
    return build.at(ast.Await(build.at(waiting, node.line, [name])), node.line, [name])


def _known(
    scope: PythonScope, node: nodes.Call, facts: FunctionFacts, wanted: int | None
) -> Lowered:
    callee = expressions.expression(scope, node.function)
    arguments = (
        _exact_arguments(scope, node.arguments, facts)
        if facts.exact_signature
        else expressions.arguments(scope, node.arguments)
    )
    if facts.scope in scope.colours.wrapped:
        callee = build.attribute(callee, "start")
    lowered: ast.expr = build.call(callee, *arguments)
    build.at(lowered, node.line, [callee_name(scope, node)])
    if facts.scope in scope.colours.suspending:
        if scope.is_async:
            lowered = build.at(ast.Await(lowered), node.line)
        else:
            # The top level of a worker's module cannot wait; nor does what it calls, unless it raises Lua's error.
            helper = scope.module.use("assay.runtime.suspending", "run_to_end")
            lowered = build.at(build.call(helper, lowered), node.line)
    if facts.results == 0 and not functions.returns_empty_tuple(scope.program, facts):
        return lowered, wanted  # None, which nobody looks at or takes for nil
    return lowered, facts.results


def _fixed_method(
    scope: PythonScope,
    node: nodes.Call | nodes.MethodCall,
    arguments: Sequence[nodes.Expression],
    wanted: int | None,
) -> Lowered | None:
    """The call of a method that never changes, by the name of its function, where that can be seen."""
    function = scope.program.methods.of_call(node)
    if function is None or function in scope.colours.suspending | scope.colours.wrapped:
        return None
    facts = scope.program.functions.facts[function]
    named = None
    if facts.exact_signature and not scope.colours.may_suspend(node):
        named = scope.method(function)
    if named is None:
        return None
    lowered = build.call(scope.load(named), *_exact_arguments(scope, arguments, facts))
    build.at(lowered, node.line, [callee_name(scope, node)])
    return _counted(scope, node, lowered, wanted)


def _exact_arguments(
    scope: PythonScope, given: Sequence[nodes.Expression], facts: FunctionFacts
) -> list[ast.expr]:
    """Arguments for a function whose signature has no room for more: exactly its parameters or fewer."""
    wanted = len(facts.scope.parameters)
    if facts.scope.is_vararg or functions.takes_rest(facts):
        return expressions.arguments(scope, given)
    if given and is_multiple(given[-1]):
        missing = wanted - (len(given) - 1)
        lowered = [expressions.expression(scope, argument) for argument in given[:-1]]
        if missing == 1:
            return [*lowered, expressions.expression(scope, given[-1])]
        return [*lowered, build.starred(expressions.adjusted(scope, given[-1], missing))]
    return [expressions.expression(scope, argument) for argument in given]


def varargs(scope: PythonScope, node: nodes.Vararg) -> ast.expr:
    """The extra arguments of the enclosing function, as a tuple."""
    if scope.varargs is None:
        # Only the main chunk of a worker: the front end has refused `...` in a function without it.
        scope.report(language.chunk_arguments_in_worker(scope.source, node))
        return build.tuple_([])
    return scope.load(scope.varargs)
