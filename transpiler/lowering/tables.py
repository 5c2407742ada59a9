"""Table constructors (manual 3.4.9). Python evaluates dict items in the order they stand, which is Lua's order
too."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from ..analysis.kinds import NIL
from ..analysis.scopes import is_multiple
from ..analysis.walk import strip_parentheses
from ..diagnostics import workflows
from ..syntax import nodes
from . import build, evaluation, expressions
from .scope import PythonScope


def constructor(scope: PythonScope, node: nodes.Table) -> ast.expr:
    """A table constructor as a LuaTable."""
    fields = node.fields
    if scope.in_workflow:
        _check_metamethods(scope, fields)
    is_array = node in scope.program.arrays
    if not fields:
        return build.call(scope.module.runtime("array" if is_array else "LuaTable"))
    if all(isinstance(field, nodes.PositionalField) for field in fields):
        return build.call(
            scope.module.runtime("array" if is_array else "sequence"),
            *expressions.arguments(scope, _values(fields)),
        )
    if all(_constant_key(field) is not None for field in fields) and _keys_differ(fields):
        maybe_nil = any(scope.program.types.of(field.value) & NIL for field in fields)
        items = _dictionary(scope, fields)
        return build.call(scope.module.runtime("new_table" if maybe_nil else "LuaTable"), items)
    return _general(scope, node)


def _check_metamethods(scope: PythonScope, fields: Sequence[nodes.Field]) -> None:
    """Reports a `__tostring` that waits: the library functions that call it cannot."""
    for field in fields:
        if not isinstance(field, nodes.NamedField) or field.name.name != "__tostring":
            continue
        if scope.colours.is_async(field.value):
            called = field.name.name
            scope.report(workflows.waits_in_callback(scope.source, field.value, called))


def _general(scope: PythonScope, node: nodes.Table) -> ast.expr:
    """Computed keys, or keys next to a last value that may be any number of values."""
    items: list[ast.expr] = []
    for field in node.fields:
        if not isinstance(field, nodes.PositionalField):
            key = _key(scope, field)
            value = expressions.expression(scope, field.value)
            keyed = build.call(scope.module.runtime("Keyed"), key, value)
            if not isinstance(field, nodes.NamedField) and evaluation.reads_late(
                scope, field.key, field.value
            ):  # keywords are evaluated in the order they are written
                keyed = build.call(scope.module.runtime("Keyed"), value=value, key=key)
            items.append(build.at(keyed, scope.source.line_at(field.end - 1)))
        elif field is node.fields[-1]:
            items += expressions.last_argument(scope, field.value)
        else:
            items.append(expressions.expression(scope, field.value))
    return build.at(build.call(scope.module.runtime("table_of"), *items), node.line)


def _dictionary(scope: PythonScope, fields: Sequence[nodes.Field]) -> ast.Dict:
    keys: list[ast.expr | None] = []
    position = 0
    for field in fields:
        if isinstance(field, nodes.PositionalField):
            position += 1
            keys.append(build.constant(position))
        else:
            keys.append(_key(scope, field))
    return ast.Dict(keys, [expressions.expression(scope, field.value) for field in fields])


def _key(scope: PythonScope, field: nodes.NamedField | nodes.KeyedField) -> ast.expr:
    if isinstance(field, nodes.NamedField):
        return expressions.string(scope, field.name.name)
    return expressions.expression(scope, field.key)


def _values(fields: Sequence[nodes.Field]) -> list[nodes.Expression]:
    return [field.value for field in fields]


def _constant_key(field: nodes.Field) -> str | int | None:
    """The key if it is known and stored as it is; for a position, 0 as a stand-in."""
    match field:
        case nodes.NamedField(name=name):
            return name.name
        case nodes.KeyedField(key=key):
            key = strip_parentheses(key)
            if isinstance(key, nodes.String):
                return key.value
            if isinstance(key, nodes.Number) and isinstance(key.value, int):
                return key.value
            return None
        case nodes.PositionalField(value=value):
            return None if is_multiple(value) else 0
    return None


def _keys_differ(fields: Sequence[nodes.Field]) -> bool:
    """No position can meet an integer key of the same constructor."""
    has_positions = any(isinstance(field, nodes.PositionalField) for field in fields)
    return not has_positions or all(
        isinstance(field, nodes.PositionalField) or isinstance(_constant_key(field), str)
        for field in fields
    )


def plain(scope: PythonScope, node: nodes.Expression) -> ast.expr:
    """`node` where the value only goes into JSON: a constructor becomes a plain dict or list."""
    node = strip_parentheses(node)
    if isinstance(node, nodes.Table) and node.fields:
        named = all(isinstance(_constant_key(field), str) for field in node.fields)
        if named:
            values = [plain(scope, field.value) for field in node.fields]
            keys: list[ast.expr | None] = [
                _key(scope, field)
                for field in node.fields
                if not isinstance(field, nodes.PositionalField)
            ]
            return ast.Dict(keys, values)
        if all(_is_certain_position(scope, field) for field in node.fields):
            return ast.List([plain(scope, field.value) for field in node.fields], ast.Load())
    return expressions.expression(scope, node)


def _is_certain_position(scope: PythonScope, field: nodes.Field) -> bool:
    return (
        isinstance(field, nodes.PositionalField)
        and not is_multiple(field.value)
        and not scope.program.types.of(field.value) & NIL
    )
