"""Options of `ctx` methods: a table constructor in the source becomes keyword arguments of the SDK, checked here.

Options that are only known at run time go through runtime/temporal/options.py. Option names, kinds and units are data
(runtime/temporal/option_names.py).
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import replace

from assay.runtime.temporal import option_names
from assay.runtime.temporal.context_methods import METHODS
from assay.runtime.temporal.option_names import OptionKind

from ...analysis.constants import constant_number
from ...analysis.kinds import NIL
from ...analysis.literal_options import fits
from ...analysis.walk import strip_parentheses
from ...diagnostics import workflows as rules
from ...syntax import nodes
from .. import build, expressions, field_comments
from ..scope import PythonScope

OPTIONS = "assay.runtime.temporal.options"
_OPTION_VALUES = "assay.runtime.temporal.option_values"


def literal(
    scope: PythonScope, node: nodes.MethodCall, position: int, must_be_certain: bool = True
) -> dict[str, ast.expr] | None:
    """The options at argument `position` as keyword arguments; None when they are only known at run time.

    With `must_be_certain`, options that may be nil and then have a default count as such.
    """
    table = literal_table(node, position)
    method = node.method.name
    known = METHODS[method].options
    assert known is not None
    if table is None:
        shown = _table_of_local(scope, node.arguments[position])
        if shown is not None:
            _check(scope, shown, known, method, _place(node.arguments[position]))
        return None
    if must_be_certain and not _is_certain(scope, table, known):
        _check(scope, table, known, method)
        return None
    return _options(scope, table, known, method)


def literal_table(node: nodes.MethodCall, position: int) -> nodes.Table | None:
    """The constructor at argument `position`, an empty one where there is no argument; None for anything else."""
    if position < len(node.arguments):
        return _literal_options(node.arguments[position])
    return nodes.Table(node.start, node.end, node.line, ())


def at_run_time(
    scope: PythonScope, node: nodes.MethodCall, position: int, helper: str, method: str = ""
) -> ast.keyword:
    """`**helper(options, method)`"""
    method = method or ("" if node.method.name == "execute_activity" else node.method.name)
    given = [build.constant(method)] if method else []
    value = expressions.expression(scope, node.arguments[position])
    call = build.call(scope.module.use(OPTIONS, helper), value, *given)
    return ast.keyword(None, build.at(call, node.line))


def _literal_options(node: nodes.Expression) -> nodes.Table | None:
    """The constructor behind options whose names are all in the source; None when they are only known at run
    time."""
    node = strip_parentheses(node)
    if isinstance(node, nodes.Nil):
        return nodes.Table(node.start, node.end, node.line, ())
    if isinstance(node, nodes.Table) and all(
        isinstance(field, nodes.NamedField) for field in node.fields
    ):
        return node
    return None


def _table_of_local(scope: PythonScope, node: nodes.Expression) -> nodes.Table | None:
    """The constructor in a local, or in a module's export, that is never assigned again.

    What it names wrongly is wrong whatever is added later."""
    node = strip_parentheses(node)
    resolution = scope.program.resolution
    variable = resolution.variables.get(node) if isinstance(node, nodes.Name) else None
    if isinstance(node, nodes.Index):
        variable = resolution.linked.get(node)
    if variable is None or not variable.is_constant or len(variable.values) != 1:
        return None
    value = variable.values[0]
    return None if value is None else _literal_options(value)


def _place(node: nodes.Expression) -> nodes.Node | None:
    """Where to report what is wrong with the table behind `node`: at `node` itself when the table stands in another file."""
    node = strip_parentheses(node)
    return node if isinstance(node, nodes.Index) else None


def _is_certain(scope: PythonScope, table: nodes.Table, known: Mapping[str, OptionKind]) -> bool:
    """Is no option nil at run time whose default is not the SDK's None? Only the conversion at run time leaves it out."""
    for field in table.fields:
        inner = _literal_options(field.value)
        if inner is not None and _kind_of(field, known) is OptionKind.RETRY_POLICY:
            if not _is_certain(scope, inner, option_names.RETRY_POLICY_OPTIONS):
                return False
        elif inner is None and scope.program.types.of(field.value) & NIL:
            kind = _kind_of(field, known)
            if known is option_names.RETRY_POLICY_OPTIONS or kind in option_names.CHOICES:
                return False
            if isinstance(field, nodes.NamedField) and field.name.name in _WITH_DEFAULT:
                return False
    return True


_WITH_DEFAULT = {"start_to_close_timeout"}


def _kind_of(field: nodes.Field, known: Mapping[str, OptionKind]) -> OptionKind | None:
    return known.get(field.name.name) if isinstance(field, nodes.NamedField) else None


def _check(
    scope: PythonScope,
    table: nodes.Table,
    known: Mapping[str, OptionKind],
    method: str,
    place: nodes.Node | None = None,
) -> None:
    """Reports what is wrong with options that are converted at run time, as far as the source shows it; at `place` if given."""
    for field in table.fields:
        assert isinstance(field, nodes.NamedField)
        kind = _checked_kind(scope, field, known, method, place)
        inner = _literal_options(field.value)
        inner_place = place
        if inner is None and place is None:
            inner, inner_place = _table_of_local(scope, field.value), _place(field.value)
        if kind is OptionKind.RETRY_POLICY and inner is not None:
            policy = option_names.RETRY_POLICY_OPTIONS
            _check(scope, inner, policy, "retry_policy", inner_place)
        elif kind is not None:
            _check_value(scope, field, kind, method, place)


def _checked_kind(
    scope: PythonScope,
    field: nodes.NamedField,
    known: Mapping[str, OptionKind],
    method: str,
    place: nodes.Node | None = None,
) -> OptionKind | None:
    name = field.name.name
    if name not in known:
        scope.report(rules.unknown_option(scope.source, place or field.name, method, name, known))
    return known.get(name)


def _check_value(
    scope: PythonScope,
    field: nodes.NamedField,
    kind: OptionKind,
    method: str,
    place: nodes.Node | None = None,
) -> bool:
    node = strip_parentheses(field.value)
    if isinstance(node, nodes.Nil) or fits(node, kind):
        return True
    scope.report(
        rules.wrong_option(scope.source, place or node, method, field.name.name, kind.value)
    )
    return False


def _options(
    scope: PythonScope, table: nodes.Table, known: Mapping[str, OptionKind], method: str
) -> dict[str, ast.expr]:
    found: dict[str, ast.expr] = {}
    for field in table.fields:
        assert isinstance(field, nodes.NamedField)
        name = field.name.name
        kind = _checked_kind(scope, field, known, method)
        if kind is None or isinstance(strip_parentheses(field.value), nodes.Nil):
            continue
        value = _value(scope, field, kind, method)
        field_comments.mark(scope, field, value)
        found[option_names.SDK_NAMES.get(name, name)] = value
    return found


def _value(scope: PythonScope, field: nodes.NamedField, kind: OptionKind, method: str) -> ast.expr:
    node = strip_parentheses(field.value)
    if not _check_value(scope, field, kind, method):
        return build.constant(None)
    if kind in option_names.CHOICES and isinstance(node, nodes.String):
        module, enumeration = option_names.CHOICES[kind]
        package, _, last = module.rpartition(".")
        owner = scope.module.use(package, last) if last == "workflow" else None
        members = (
            build.attribute(owner, enumeration) if owner else scope.module.use(module, enumeration)
        )
        return build.attribute(members, node.value.upper())
    if kind is OptionKind.FUNCTION and isinstance(node, nodes.Function):
        return expressions.expression(scope, node)
    if kind is OptionKind.STRING and isinstance(node, nodes.String):
        return build.constant(_text(node))
    if kind is OptionKind.RETRY_POLICY:
        policy = _literal_options(node)
        if policy is not None:
            inner = _options(scope, policy, option_names.RETRY_POLICY_OPTIONS, "retry_policy")
            return build.call(scope.module.use("temporalio.common", "RetryPolicy"), **inner)
        shown = _table_of_local(scope, node)
        if shown is not None:
            known_fields = option_names.RETRY_POLICY_OPTIONS
            _check(scope, shown, known_fields, "retry_policy", _place(node))
    if kind is OptionKind.STRINGS and isinstance(node, nodes.Table):
        items = [f.value for f in node.fields]
        if all(isinstance(item, nodes.String) for item in items):
            texts = [
                build.constant(_text(item)) for item in items if isinstance(item, nodes.String)
            ]
            return ast.List(texts, ast.Load())
    lowered = expressions.expression(scope, node)
    number = constant_number(node)
    if kind is OptionKind.COUNT and isinstance(number, float):
        return build.constant(int(number))
    if number is not None or isinstance(
        node, nodes.String | nodes.TrueLiteral | nodes.FalseLiteral
    ):
        return duration(scope, lowered) if kind in _DURATIONS else lowered
    if _is_known_to_fit(scope, node, kind):
        return duration(scope, lowered) if kind in _DURATIONS else lowered
    convert = scope.module.use(_OPTION_VALUES, "option_value")
    label = build.constant(f"{method}: {field.name.name}")
    kind_name = build.attribute(
        scope.module.use("assay.runtime.temporal.option_names", "OptionKind"), kind.name
    )
    return build.at(build.call(convert, lowered, kind_name, label), node.line)


_SMALLEST_SECONDS, _LARGEST = 0.001, 2**31 - 1
"""What is less, or more, has rules of its own (runtime/temporal/options.py)."""
_WHOLE = {OptionKind.COUNT, OptionKind.POSITIVE}


def _is_known_to_fit(scope: PythonScope, node: nodes.Expression, kind: OptionKind) -> bool:
    """Is `node` made of constants of the source, `local TIMEOUT <const> = 30` or never assigned again, so that nothing is left to
    convert?"""
    known = _with_constants(scope, node)
    if isinstance(known, nodes.String):
        return kind is OptionKind.STRING and known.value.isascii() and len(known.value) > 0
    number = constant_number(known)
    if number is None or kind not in _DURATIONS | _WHOLE:
        return False
    is_usual = _SMALLEST_SECONDS <= number <= _LARGEST
    return is_usual and (kind in _DURATIONS or isinstance(number, int)) and fits(known, kind)


def _with_constants(scope: PythonScope, node: nodes.Expression, depth: int = 4) -> nodes.Expression:
    """`node` with the values of constants in place of their names."""
    node = strip_parentheses(node)
    if depth == 0:
        return node
    match node:
        case nodes.Name():
            variable = scope.program.resolution.variables.get(node)
            if variable is None or variable.kind != "local" or not variable.is_constant:
                return node
            if len(variable.values) != 1:
                return node
            value = variable.values[0]
            return node if value is None else _with_constants(scope, value, depth - 1)
        case nodes.Binary(left=left, right=right):
            left = _with_constants(scope, left, depth - 1)
            return replace(node, left=left, right=_with_constants(scope, right, depth - 1))
    return node


def _text(node: nodes.String) -> str:
    """A Lua string as the SDK wants it: text, not bytes."""
    return node.value.encode("latin-1").decode("utf-8", "replace")


_DURATIONS = {OptionKind.DURATION, OptionKind.TIMEOUT}


def duration(scope: PythonScope, seconds: ast.expr) -> ast.expr:
    """`timedelta(seconds=...)`"""
    return build.call(scope.module.use("datetime", "timedelta"), seconds=seconds)
