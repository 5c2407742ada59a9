"""Local declarations and assignments. Lua evaluates all expressions before it assigns, then assigns from right to
left (lparser.c, restassign)."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from ..analysis.kinds import FUNCTION, INTEGER, NIL, OTHER, STRING, TABLE, is_only
from ..analysis.scopes import Variable, is_multiple
from ..analysis.walk import strip_parentheses
from ..diagnostics import language
from ..syntax import nodes
from . import appending, build, evaluation, expressions, extending, functions, library, waiting
from .naming import operand_name
from .scope import ModuleKind, PythonScope

_SHORT_STRING = 40
"""LUAI_MAXSHORTLEN of real Lua."""


def local(scope: PythonScope, node: nodes.LocalAssign) -> None:
    """`local a, b = ...`"""
    variables = [scope.program.resolution.declared[target.name] for target in node.targets]
    if len(variables) == 1 and len(node.values) == 1:
        if _defines(scope, variables[0], node.values[0]) or library.is_alias(scope, variables[0]):
            return
        bind(scope, variables, [expressions.expression(scope, node.values[0])])
        return
    bind(scope, variables, values_of(scope, node.values, len(variables)))


def _defines(scope: PythonScope, variable: Variable, value: nodes.Expression) -> bool:
    """`local f = function ... end` as a definition of `f`."""
    function = strip_parentheses(value)
    if not isinstance(function, nodes.Function) or not variable.is_constant:
        return False
    if variable in scope.program.captures.boxed:
        return False
    scope.emit(functions.definition(scope, function, scope.declare(variable)))
    return True


def bind(scope: PythonScope, variables: Sequence[Variable], values: list[ast.expr]) -> None:
    """Gives variables of this scope their values, at the same time; what other closures hold stays as it is."""
    captures = scope.program.captures
    if len(variables) == len(values) == 1 and is_unused(scope, variables[0]):
        evaluate(scope, values[0])
        return
    for variable in variables:
        scope.declare(variable)
    plain = not any(variable in captures.boxed for variable in variables)
    if plain and _all_nil(values) and len(values) == len(variables):
        for variable in variables:
            scope.emit(build.assign(scope.store_name(variable), build.constant(None)))
        return
    if plain or len(variables) == 1:
        targets: list[ast.expr] = [scope.store_name(variable) for variable in variables]
        if not plain:
            values = [build.call(scope.module.runtime("Cell"), values[0])]
        scope.emit(build.assign(_tuple_target(targets), _tuple_value(values)))
        return
    temporaries = [scope.temporary(variable.name) for variable in variables]
    scope.emit(
        build.assign(_tuple_target([build.store(t) for t in temporaries]), _tuple_value(values))
    )
    for variable, temporary in zip(variables, temporaries, strict=True):
        value: ast.expr = build.name(temporary)
        if variable in captures.boxed:
            value = build.call(scope.module.runtime("Cell"), value)
        scope.emit(build.assign(scope.store_name(variable), value))


def is_unused(scope: PythonScope, variable: Variable) -> bool:
    """Is nothing that the variable holds ever read?"""
    return not variable.reads and variable not in scope.program.captures.boxed


def evaluate(scope: PythonScope, value: ast.expr) -> None:
    """Writes an expression whose value nobody wants, for its effects."""
    if not build.is_simple(value) and not _is_new_table(value):
        scope.emit(ast.Expr(value))


def _is_new_table(value: ast.expr) -> bool:
    """Is `value` a constructor of what has no effects?"""
    match value:
        case ast.Call(
            func=ast.Name(id="LuaTable" | "sequence" | "array" | "new_table"), args=arguments
        ):
            return all(build.is_simple(a) or _is_new_table(a) for a in arguments)
        case ast.Dict(values=values):
            return all(build.is_simple(v) or _is_new_table(v) for v in values)
    return False


def values_of(scope: PythonScope, values: Sequence[nodes.Expression], count: int) -> list[ast.expr]:
    """Exactly `count` values as Python expressions; the last may be starred, or one call that gives all of them."""
    if values and len(values) <= count and is_multiple(values[-1]):
        missing = count - len(values) + 1
        if missing > 1:
            lowered = [expressions.expression(scope, value) for value in values[:-1]]
            rest = expressions.adjusted(scope, values[-1], missing)
            return [rest] if not lowered else [*lowered, build.starred(rest)]
    lowered = [expressions.expression(scope, value) for value in values]
    if len(lowered) > count:
        # Values too many are evaluated all the same, after the others.
        kept: list[ast.expr] = [
            build.subscript(build.tuple_(lowered), ast.Slice(upper=build.constant(count)))
        ]
        return kept if count > 1 else [build.subscript(build.tuple_(lowered), build.constant(0))]
    return lowered + [build.constant(None)] * (count - len(lowered))


def _all_nil(values: Sequence[ast.expr]) -> bool:
    return all(isinstance(value, ast.Constant) and value.value is None for value in values)


def _tuple_target(targets: Sequence[ast.expr]) -> ast.expr:
    return targets[0] if len(targets) == 1 else ast.Tuple(list(targets), ast.Store())


def _tuple_value(values: Sequence[ast.expr]) -> ast.expr:
    return values[0] if len(values) == 1 else build.tuple_(values)


# --------------------------------------------------------------------------------------------------------- assignments


def assign(scope: PythonScope, node: nodes.Assign) -> None:
    """`a, t[i] = ...`"""
    if len(node.targets) == 1 and len(node.values) == 1:
        _assign_one(scope, node.targets[0], node.values[0])
        return
    variables = [_simple_local(scope, target) for target in node.targets]
    if all(variables) and len(set(variables)) == len(variables):
        targets = [_target(scope, variable) for variable in variables if variable is not None]
        values = values_of(scope, node.values, len(targets))
        scope.emit(build.assign(_tuple_target(targets), _tuple_value(values)))
        return
    places = [_saved_place(scope, target, variables) for target in node.targets]
    values = values_of(scope, node.values, len(places))
    names = [scope.temporary("value") for _ in places]
    scope.emit(build.assign(_tuple_target([build.store(n) for n in names]), _tuple_value(values)))
    given = list(zip(node.targets, places, names, strict=True))
    for position, (target, place, name) in reversed(list(enumerate(given))):
        certain = _is_certain(scope, node.values, position)
        _store_at(scope, target, place, build.name(name), certain)


def _is_certain(scope: PythonScope, values: Sequence[nodes.Expression], position: int) -> bool:
    """Is the value at `position` of a list certainly not nil?"""
    if position >= len(values) or (position == len(values) - 1 and is_multiple(values[position])):
        return False
    kind = scope.program.types.of(values[position])
    return kind != 0 and not kind & NIL


def _target(scope: PythonScope, variable: Variable) -> ast.expr:
    """One of several targets; a variable that nothing reads has no Python variable."""
    if is_unused(scope, variable):
        return build.store(scope.temporary("_", shared=True))
    return functions.target(scope, variable)


def _assign_one(
    scope: PythonScope, target: nodes.Name | nodes.Index, value: nodes.Expression
) -> None:
    linked = (
        scope.program.resolution.linked.get(target) if isinstance(target, nodes.Index) else None
    )
    if linked is not None:
        _assign_export(scope, target, linked, value)
        return
    if isinstance(target, nodes.Name):
        function = strip_parentheses(value)
        if isinstance(function, nodes.Function):
            name = scope.temporary(target.name)
            scope.emit(functions.definition(scope, function, name))
            store(scope, target, build.name(name))
            return
        extended = extending.extend(scope, target, value)
        if extended is not None:
            scope.emit(extended)
        else:
            store(scope, target, expressions.expression(scope, value))
        return
    appended = appending.append(scope, target, value)
    if appended is not None:
        scope.emit(build.at(ast.Expr(appended), target.line))
        return
    place = (
        expressions.expression(scope, target.object),
        expressions.expression(scope, target.key),
    )
    lowered = expressions.expression(scope, value)
    late = (
        evaluation.reads_late(
            scope, target.object, target.key, value, upvalues=_is_constant_name(target)
        ),
        evaluation.reads_late(scope, target.key, value),
    )
    kind = scope.program.types.of(value)
    _store_at(
        scope, target, place, lowered, certain=kind != 0 and not kind & NIL, late=late, given=value
    )


def _is_constant_name(target: nodes.Index) -> bool:
    """Is the key one that real Lua has in the instruction (a short string)?"""
    return isinstance(target.key, nodes.String) and len(target.key.value) <= _SHORT_STRING


def _assign_export(
    scope: PythonScope, target: nodes.Node, variable: Variable, value: nodes.Expression
) -> None:
    """`M.name = value`, a field that is an export of a module: a variable at its top level."""
    function = strip_parentheses(value)
    if scope.function.node is not None:
        scope.report(language.export_assigned_late(scope.source, target, variable.name))
    if isinstance(function, nodes.Function) and variable.is_constant:
        scope.emit(functions.definition(scope, function, scope.declare(variable)))
        return
    scope.declare(variable)
    scope.emit(build.assign(scope.store_name(variable), expressions.expression(scope, value)))


def _simple_local(scope: PythonScope, target: nodes.Name | nodes.Index) -> Variable | None:
    return (
        scope.program.resolution.variables.get(target) if isinstance(target, nodes.Name) else None
    )


Place = tuple[ast.expr, ast.expr] | None


def _saved_place(
    scope: PythonScope, target: nodes.Name | nodes.Index, assigned: Sequence[Variable | None]
) -> Place:
    """Container and key of an indexed target, evaluated before any value. Real Lua saves variables only from the
    statement itself: `assigned` are those it assigns (lparser.c, check_conflict)."""
    if isinstance(target, nodes.Name):
        return None
    saved = []
    for part, hint in ((target.object, "container"), (target.key, "key")):
        lowered = expressions.expression(scope, part)
        upvalues = part is target.object and _is_constant_name(target)
        kept = evaluation.is_in_place(scope, part, upvalues)
        if not isinstance(lowered, ast.Constant) and (kept is None or kept in assigned):
            temporary = scope.temporary(hint)
            scope.emit(build.assign(build.store(temporary), lowered))
            lowered = build.name(temporary)
        saved.append(lowered)
    return saved[0], saved[1]


def store(scope: PythonScope, target: nodes.Name | nodes.Index, value: ast.expr) -> None:
    """Assigns an expression without effects on the target to a variable or field."""
    if isinstance(target, nodes.Index):
        place = (
            expressions.expression(scope, target.object),
            expressions.expression(scope, target.key),
        )
        _store_at(scope, target, place, value, certain=isinstance(value, ast.Name))
        return
    _store_at(scope, target, None, value, certain=False)


def _store_at(
    scope: PythonScope,
    target: nodes.Name | nodes.Index,
    place: Place,
    value: ast.expr,
    certain: bool,
    late: tuple[bool, bool] = (False, False),
    given: nodes.Expression | None = None,
) -> None:
    """`certain` says that the value is not nil, so that a plain table can be assigned to directly; `late`, whether
    container and key are read only after the value; `given` is the value in the source."""
    if isinstance(target, nodes.Name):
        _store_name(scope, target, value)
        return
    assert place is not None
    container, key = place
    waits = waiting.waits(scope, "__newindex", target.object)
    if (
        certain
        and not waits
        and _is_plain_table(scope, target)
        and _same_order(scope, target, place, value, given)
    ):
        stored = ast.Subscript(container, key, ast.Store())
        build.at(stored, target.line, [operand_name(scope, target.object)])
        scope.emit(extending.assignment(stored, value))
        return
    setter = scope.module.runtime("setindex")
    lowered = build.call(setter, container, key, value)
    if any(late):
        parts = {"container": container, "key": key, "value": value}
        read_late = dict(zip(parts, (*late, False), strict=True))
        # Keywords are evaluated in the order they are written.
        lowered = build.call(
            setter, **{name: parts[name] for name in sorted(parts, key=read_late.__getitem__)}
        )
    names = [operand_name(scope, target.object)]
    build.at(lowered, target.line, names)
    written: ast.expr = lowered
    if waits:
        written = waiting.operation(scope, lowered, "setindex", target.line, names)
    scope.emit(build.at(ast.Expr(written), target.line))


def _is_plain_table(scope: PythonScope, target: nodes.Index) -> bool:
    """Is the container certainly a table whose metatable does not see assignments, and the key one that is stored as it is?"""
    inference = scope.program.types
    kind = inference.of(target.object)
    if not kind & TABLE or kind & (STRING | FUNCTION | OTHER):
        return False
    if scope.program.uses_metatables and not inference.contents.is_closed(target.object):
        return False
    return is_only(inference.of(target.key), INTEGER | STRING)


def _same_order(
    scope: PythonScope,
    target: nodes.Index,
    place: tuple[ast.expr, ast.expr],
    value: ast.expr,
    given: nodes.Expression | None,
) -> bool:
    """Does it make no difference that Python evaluates the value before container and key?"""
    container, key = place
    if isinstance(value, ast.Name | ast.Constant):
        return not evaluation.has_call(target)
    if (
        given is not None
        and build.is_simple(container)
        and evaluation.cannot_fail(scope, target.key)
        and evaluation.is_quiet(scope, given)
    ):
        return True
    if not (build.is_simple(container) and build.is_simple(key)):
        return False
    if not any(isinstance(part, ast.Call | ast.Await) for part in ast.walk(value)):
        return True
    return all(_is_unchanging(scope, part) for part in (target.object, target.key))


def _is_unchanging(scope: PythonScope, node: nodes.Expression) -> bool:
    node = strip_parentheses(node)
    if not isinstance(node, nodes.Name):
        return isinstance(node, nodes.String | nodes.Number)
    variable = scope.program.resolution.variables.get(node)
    return variable is not None and variable.is_constant


def _store_name(scope: PythonScope, target: nodes.Name, value: ast.expr) -> None:
    variable = scope.program.resolution.variables.get(target)
    if variable is not None:
        if is_unused(scope, variable):
            evaluate(scope, value)
        else:
            scope.emit(extending.assignment(functions.target(scope, variable), value))
        return
    held = scope.program.resolution.environments.get(target)
    if held is not None:
        key = expressions.string(scope, target.name)
        setter = build.call(scope.module.runtime("setindex"), scope.load(held), key, value)
        scope.emit(ast.Expr(build.at(setter, target.line, [library.environment_name(scope, held)])))
        return
    if target.name == "_ENV":
        scope.report(language.environment_assigned(scope.source, target))
    if scope.module.kind is not ModuleKind.SCRIPT:
        scope.report(language.global_assigned_in_worker(scope.source, target, target.name))
    environment = library.environment(scope)
    setter = build.call(
        scope.module.runtime("setindex"), environment, expressions.string(scope, target.name), value
    )
    scope.emit(ast.Expr(setter))
