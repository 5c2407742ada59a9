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
from . import build, evaluation, expressions, field_comments
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
        items = [e for field in fields for e in _elements(scope, field, field is fields[-1])]
        return build.call(scope.module.runtime("array" if is_array else "sequence"), *items)
    if all(_constant_key(field) is not None for field in fields) and _keys_differ(fields):
        maybe_nil = any(scope.program.types.of(field.value) & NIL for field in fields)
        made = _dictionary(scope, fields)
        return build.call(scope.module.runtime("new_table" if maybe_nil else "LuaTable"), made)
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
            build.at(keyed, scope.source.line_at(field.end - 1))
            items += field_comments.around(scope, field, [keyed])
        else:
            items += _elements(scope, field, field is node.fields[-1])
    return build.at(build.call(scope.module.runtime("table_of"), *items), node.line)


def _elements(scope: PythonScope, field: nodes.Field, is_last: bool) -> list[ast.expr]:
    """The value of a positional field; the last one may be any number of values."""
    lowered = (
        expressions.last_argument(scope, field.value)
        if is_last
        else [expressions.expression(scope, field.value)]
    )
    return field_comments.around(scope, field, lowered)


def _dictionary(scope: PythonScope, fields: Sequence[nodes.Field]) -> ast.Dict:
    items: list[tuple[ast.expr | None, ast.expr]] = []
    position = 0
    for field in fields:
        if isinstance(field, nodes.PositionalField):
            position += 1
            key: ast.expr = build.constant(position)
        else:
            key = _key(scope, field)
        value = expressions.expression(scope, field.value)
        items += field_comments.around_item(scope, field, key, value)
    return ast.Dict([key for key, _ in items], [value for _, value in items])


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
            items = [
                item
                for field in node.fields
                if not isinstance(field, nodes.PositionalField)
                for item in field_comments.around_item(
                    scope, field, _key(scope, field), plain(scope, field.value)
                )
            ]
            return ast.Dict([key for key, _ in items], [value for _, value in items])
        if all(_is_certain_position(scope, field) for field in node.fields):
            elements = [
                element
                for field in node.fields
                for element in field_comments.around(scope, field, [plain(scope, field.value)])
            ]
            return ast.List(elements, ast.Load())
    return expressions.expression(scope, node)


def _is_certain_position(scope: PythonScope, field: nodes.Field) -> bool:
    return (
        isinstance(field, nodes.PositionalField)
        and not is_multiple(field.value)
        and not scope.program.types.of(field.value) & NIL
    )
