"""Loops. Lua manual: 3.3.4 (while, repeat), 3.3.5 (for)."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from assay.runtime.positions import OperandName

from ..analysis.kinds import INTEGER, is_only
from ..analysis.regions import Until, end_labels
from ..analysis.scopes import Variable, is_multiple
from ..analysis.walk import strip_parentheses
from ..syntax import nodes
from . import assignments, build, calls, closing, expressions, jumps, logical, statements, waiting
from .scope import Loop, PythonScope


def while_(scope: PythonScope, node: nodes.While) -> None:
    with scope.block() as before:
        test = logical.condition(scope, node.condition)
        needs_statements = len(before) > 0
    with scope.block() as body:
        if needs_statements:
            # The condition makes functions: each evaluation makes new ones.
            test = logical.condition(scope, node.condition)
            scope.emit(ast.If(ast.UnaryOp(ast.Not(), test), [ast.Break()], []))
            test = build.constant(True)
        loop = _body(scope, node, node.body)
    jumps.emit_loop(scope, loop, build.at(ast.While(test, body, []), node.line))


def repeat(scope: PythonScope, node: nodes.Repeat) -> None:
    with scope.block() as body:
        loop = _body(scope, node, node.body, None if _is_endless(node) else Until(node))
    jumps.emit_loop(scope, loop, build.at(ast.While(build.constant(True), body, []), node.line))


def _is_endless(node: nodes.Repeat) -> bool:
    return isinstance(strip_parentheses(node.condition), nodes.FalseLiteral | nodes.Nil)


def until(scope: PythonScope, node: nodes.Repeat) -> None:
    """The end of a `repeat`'s body: out of the loop if the condition holds."""
    statements.dangling_comments(scope, node.body)
    scope.line = node.condition.line
    test = logical.condition(scope, node.condition)
    with scope.block() as body:
        jumps.break_(scope)
    scope.emit(build.at(ast.If(test, body, []), node.condition.line))


def numeric_for(scope: PythonScope, node: nodes.NumericFor) -> None:
    inference = scope.program.types
    first = expressions.expression(scope, node.first)
    limit = expressions.expression(scope, node.limit)
    step = None if node.step is None else expressions.expression(scope, node.step)
    step_value = 1 if node.step is None else _literal(step)
    kinds = inference.of(node.first) | inference.of(node.limit)
    if is_only(kinds, INTEGER) and isinstance(step_value, int) and step_value != 0:
        iterable = _range(first, limit, step_value)
    else:
        extra = [] if step is None else [step]
        iterable = build.call(scope.module.runtime("numeric_for"), first, limit, *extra)
    build.at(iterable, node.line)
    variable = scope.program.resolution.declared[node.variable]
    _for(scope, node, [variable], iterable)


def _literal(value: ast.expr | None) -> object:
    if (
        isinstance(value, ast.UnaryOp)
        and isinstance(value.op, ast.USub)
        and isinstance(value.operand, ast.Constant)
    ):
        return -value.operand.value if type(value.operand.value) is int else None
    return value.value if isinstance(value, ast.Constant) and type(value.value) is int else None


def _range(first: ast.expr, limit: ast.expr, step: int) -> ast.Call:
    known = _literal(limit)
    end: ast.expr
    if isinstance(known, int):
        end = build.constant(known + (1 if step > 0 else -1))
    else:
        end = ast.BinOp(limit, ast.Add() if step > 0 else ast.Sub(), build.constant(1))
    return build.call("range", first, end, *([] if step == 1 else [build.constant(step)]))


def generic_for(scope: PythonScope, node: nodes.GenericFor) -> None:
    variables = [scope.program.resolution.declared[identifier] for identifier in node.variables]
    iterators = list(node.iterators)
    if _may_wait(scope, iterators[0]):
        _awaiting_for(scope, node, variables)
        return
    known = _known_iterator(scope, node)
    if known is not None and len(variables) <= 2:
        names = [*variables, None][:2]
        _for(scope, node, names, known)
        return
    if closing.may_close(scope, node):
        _closing_for(scope, node, variables)
        return
    items: list[ast.expr]
    if len(iterators) == 1 and is_multiple(iterators[0]):
        items = _iterator_values(scope, iterators[0])
    elif len(iterators) <= 4 and not is_multiple(iterators[-1]):
        items = [expressions.expression(scope, iterator) for iterator in iterators]
    else:
        values = build.tuple_(expressions.arguments(scope, iterators))
        items = [
            build.starred(build.call(scope.module.runtime("adjust"), values, build.constant(4)))
        ]
    iterable = build.call(
        scope.module.runtime("iterate"), *items, count=build.constant(len(variables))
    )
    _for(scope, node, list(variables), build.at(iterable, node.line))


def _may_wait(scope: PythonScope, iterator: nodes.Expression) -> bool:
    """Does the loop have to wait for its iterator, or for the `__pairs` that gives it?"""
    if not scope.is_async:
        return False
    if isinstance(iterator, nodes.Call) and iterator.arguments:
        row = scope.program.library.of(iterator.function)
        if row is not None and row.lua_name == "pairs":
            table = iterator.arguments[0]
            if waiting.waits(scope, "__pairs", table):
                return True
    return scope.colours.iterator_may_wait(iterator)


def _awaiting_for(
    scope: PythonScope, node: nodes.GenericFor, variables: Sequence[Variable]
) -> None:
    """A generic `for` whose iterator may wait: the loop written out (manual 3.3.5)."""
    if closing.may_close(scope, node):
        *names, resource = _initial_values(scope, node, 4, shared=False)
        with closing.scope_of_loop(scope, node, build.name(resource)):
            _awaiting_loop(scope, node, variables, names)
    else:
        names = _initial_values(scope, node, 3, shared=False)
        _awaiting_loop(scope, node, variables, names)


def _initial_values(
    scope: PythonScope, node: nodes.GenericFor, count: int, shared: bool
) -> list[str]:
    """Variables for the function, the state, the control and the closing value of a generic `for`; `shared` when they are
    used up where the loop begins."""
    hints = ("iterator", "state", "control", "resource")[:count]
    names = [scope.temporary(hint, shared) for hint in hints]
    initial = assignments.values_of(scope, node.iterators, len(names))
    targets: list[ast.expr] = [build.store(name) for name in names]
    value = initial[0] if len(initial) == 1 else build.tuple_(initial)
    scope.emit(build.assign(ast.Tuple(targets, ast.Store()), value))
    return names


def _closing_for(scope: PythonScope, node: nodes.GenericFor, variables: Sequence[Variable]) -> None:
    """A generic `for` with a closing value: the loop in the scope of that."""
    *names, resource = _initial_values(scope, node, 4, shared=True)
    count = build.constant(len(variables))
    values = [build.name(name) for name in names]
    iterable = build.call(scope.module.runtime("iterate"), *values, count=count)
    with closing.scope_of_loop(scope, node, build.name(resource)):
        _for(scope, node, list(variables), build.at(iterable, node.line))


def _awaiting_loop(
    scope: PythonScope,
    node: nodes.GenericFor,
    variables: Sequence[Variable],
    names: Sequence[str],
) -> None:
    helper = scope.module.use("assay.runtime.suspending", "call")
    called = OperandName("for iterator", "for iterator")
    step = build.at(build.call(helper, *(build.name(n) for n in names)), node.line, [called])
    waited = build.at(ast.Await(step), node.line, [called])
    with scope.block() as body:
        values = [scope.temporary(variable.name) for variable in variables]
        found = build.call(scope.module.runtime("adjust"), waited, build.constant(len(values)))
        targets: list[ast.expr] = [build.store(value) for value in values]
        scope.emit(build.assign(ast.Tuple(targets, ast.Store()), found))
        scope.emit(ast.If(build.is_none(build.name(values[0])), [ast.Break()], []))
        scope.emit(build.assign(build.store(names[2]), build.name(values[0])))
        for variable, value in zip(variables, values, strict=True):
            scope.declare(variable)
            held: ast.expr = build.name(value)
            if variable in scope.program.captures.boxed:
                held = build.call(scope.module.runtime("Cell"), held)
            scope.emit(build.assign(scope.store_name(variable), held))
        loop = _body(scope, node, node.body)
    jumps.emit_loop(scope, loop, build.at(ast.While(build.constant(True), body, []), node.line))


def _iterator_values(scope: PythonScope, iterator: nodes.Expression) -> list[ast.expr]:
    """Function, state, control and closing value from the one call that gives them."""
    if isinstance(iterator, nodes.Call | nodes.MethodCall):
        lowered, count = calls.call(scope, iterator, wanted=None)
        if count == 1:
            return [lowered]
    else:
        assert isinstance(iterator, nodes.Vararg)
        lowered = calls.varargs(scope, iterator)
    return [build.starred(build.call(scope.module.runtime("adjust"), lowered, build.constant(4)))]


def _known_iterator(scope: PythonScope, node: nodes.GenericFor) -> ast.expr | None:
    """`pairs(t)` and `ipairs(t)` as Python iterables, when they are the library's own."""
    iterator = node.iterators[0]
    if (
        len(node.iterators) != 1
        or not isinstance(iterator, nodes.Call)
        or len(iterator.arguments) != 1
    ):
        return None
    row = scope.program.library.of(iterator.function)
    if row is None or row.lua_name not in ("pairs", "ipairs"):
        return None
    argument = expressions.expression(scope, iterator.arguments[0])
    return build.at(build.call(scope.module.runtime(row.lua_name), argument), iterator.line)


def _for(
    scope: PythonScope,
    node: nodes.NumericFor | nodes.GenericFor,
    variables: Sequence[Variable | None],
    iterable: ast.expr,
) -> None:
    boxed = scope.program.captures.boxed
    targets: list[ast.expr] = []
    cells: list[tuple[Variable, str]] = []
    for variable in variables:
        if variable is None:
            targets.append(build.store(scope.temporary("_", shared=True)))
            continue
        scope.declare(variable)
        if variable in boxed:
            temporary = scope.temporary(variable.name)
            cells.append((variable, temporary))
            targets.append(build.store(temporary))
        else:
            targets.append(scope.store_name(variable))
    target = targets[0] if len(targets) == 1 else ast.Tuple(targets, ast.Store())
    with scope.block() as body:
        for variable, temporary in cells:
            cell = build.call(scope.module.runtime("Cell"), build.name(temporary))
            scope.emit(build.assign(scope.store_name(variable), cell))
        loop = _body(scope, node, node.body)
    jumps.emit_loop(scope, loop, build.at(ast.For(target, iterable, body, []), node.line))


def _body(
    scope: PythonScope, node: nodes.Statement, body: nodes.Block, until: Until | None = None
) -> Loop:
    """The body of the Lua loop `node`, into the current block."""
    continues = end_labels(body.statements) if until is None else frozenset()
    loop = Loop(continues, scope.after, flagged=scope.flagged)
    with jumps.inside(scope, loop):
        statements.block(scope, body, until)
    return loop
