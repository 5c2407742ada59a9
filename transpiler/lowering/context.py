"""`ctx` calls of a workflow: each becomes a call of the Temporal SDK, or of the base class for what the SDK lacks.

Literal options are checked and converted here; options that are only known at run time go through
runtime/temporal/options.py. Option names, defaults and units are those of the specification.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping

from assay.runtime.temporal import option_names
from assay.runtime.temporal.option_names import OptionKind

from ..analysis.context import CONTEXT_METHODS
from ..analysis.kinds import NIL
from ..analysis.scopes import is_multiple
from ..analysis.walk import strip_parentheses
from ..diagnostics import language
from ..diagnostics import workflows as rules
from ..syntax import nodes
from . import build, expressions, tables
from .scope import PythonScope

Lowered = tuple[ast.expr, int | None]
_OPTIONS = "assay.runtime.temporal.options"
_OPTION_VALUES = "assay.runtime.temporal.option_values"
_WORKFLOW = "assay.runtime.temporal.workflow"


def method_call(scope: PythonScope, node: nodes.MethodCall) -> Lowered:
    """`ctx:method(...)`"""
    rule = _RULES.get(node.method.name)
    source = scope.source
    if rule is None:
        scope.report(
            rules.unknown_context_method(source, node.method, node.method.name, CONTEXT_METHODS)
        )
        return build.constant(None), 1
    if scope.in_side_effect:
        scope.report(rules.context_in_side_effect(source, node))
    return rule(scope, node)


def _await(scope: PythonScope, node: nodes.MethodCall, call: ast.expr) -> ast.expr:
    if not scope.is_async:
        scope.report(language.wait_in_plain_function(scope.source, node))
    return build.at(ast.Await(build.at(call, node.line)), node.line)


def _argument(node: nodes.MethodCall, position: int) -> nodes.Expression | None:
    if position < len(node.arguments) and not is_multiple(node.arguments[position]):
        return node.arguments[position]
    return None


def _given(scope: PythonScope, node: nodes.MethodCall, position: int) -> ast.expr:
    if position < len(node.arguments):
        return expressions.expression(scope, node.arguments[position])
    return build.constant(None)


# ------------------------------------------------------------------------------------------------------------- methods


def _wait_signal(scope: PythonScope, node: nodes.MethodCall) -> Lowered:
    context = expressions.expression(scope, node.object)
    name = _name(scope, node, "wait_signal")
    call = build.call(build.attribute(context, "wait_signal"), name)
    if len(node.arguments) > 1:
        options = _literal_options(scope, node.arguments[1])
        if options is None:
            convert = scope.module.use(_OPTIONS, "wait_signal_timeout")
            value = expressions.expression(scope, node.arguments[1])
            timeout: ast.expr | None = build.at(build.call(convert, value), node.line)
        else:
            found = _options(scope, options, option_names.WAIT_SIGNAL_OPTIONS, "wait_signal")
            timeout = found.get("timeout")
        if timeout is not None:
            call.keywords.append(ast.keyword("timeout", timeout))
    return _await(scope, node, call), 1


def _execute_activity(scope: PythonScope, node: nodes.MethodCall) -> Lowered:
    sdk = scope.module.use("temporalio", "workflow")
    arguments = [_name(scope, node, "execute_activity")]
    if len(node.arguments) > 1 and not isinstance(node.arguments[1], nodes.Nil):
        value = tables.plain(scope, node.arguments[1])
        encoded = build.call(scope.module.use(_WORKFLOW, "to_json"), value)
        arguments.append(build.at(encoded, node.arguments[1].line))
    call = build.call(build.attribute(sdk, "execute_activity"), *arguments)
    call.keywords = _activity_keywords(scope, node)
    awaited = _await(scope, node, call)
    if isinstance(scope.colours.parents.get(node), nodes.CallStatement):
        return awaited, 1
    return build.call(scope.module.use(_WORKFLOW, "from_json"), awaited), 1


def _activity_keywords(scope: PythonScope, node: nodes.MethodCall) -> list[ast.keyword]:
    given = (
        node.arguments[2] if len(node.arguments) > 2 else nodes.Nil(node.start, node.end, node.line)
    )
    options = _literal_options(scope, given)
    if options is None or not _is_certain(scope, options):
        convert = scope.module.use(_OPTIONS, "activity_options")
        value = expressions.expression(scope, given)
        return [ast.keyword(None, build.at(build.call(convert, value), node.line))]
    found = _options(scope, options, option_names.ACTIVITY_OPTIONS, "execute_activity")
    if "start_to_close_timeout" not in found:
        default = _duration(scope, build.constant(option_names.DEFAULT_START_TO_CLOSE_SECONDS))
        found = {"start_to_close_timeout": default, **found}
    _check_activity_name(scope, node, "task_queue" in found)
    return [ast.keyword(name, value) for name, value in found.items()]


def _check_activity_name(scope: PythonScope, node: nodes.MethodCall, elsewhere: bool) -> None:
    """Warns about an activity that this worker does not register, unless it is asked of another task queue."""
    name = _argument(node, 0)
    worker = scope.program.worker
    if (
        isinstance(name, nodes.String)
        and worker is not None
        and worker.activities
        and not elsewhere
    ):
        known = [entry.name for entry in worker.activities]
        if name.value not in known:
            scope.report(rules.unknown_activity(scope.source, name, name.value, known))


def _sleep(scope: PythonScope, node: nodes.MethodCall) -> Lowered:
    seconds = _argument(node, 0)
    if isinstance(seconds, nodes.Number) and seconds.value > 0:
        sdk = scope.module.use("temporalio", "workflow")
        return (
            _await(
                scope,
                node,
                build.call(build.attribute(sdk, "sleep"), build.constant(seconds.value)),
            ),
            1,
        )
    context = expressions.expression(scope, node.object)
    call = build.call(build.attribute(context, "sleep"), _given(scope, node, 0))
    return _await(scope, node, call), 1


def _side_effect(scope: PythonScope, node: nodes.MethodCall) -> Lowered:
    context = expressions.expression(scope, node.object)
    argument = _argument(node, 0)
    if argument is not None and scope.colours.is_async(argument):
        scope.report(rules.waits_in_callback(scope.source, argument, "ctx:side_effect"))
    if isinstance(argument, nodes.Function):
        _check_assigned(scope, argument)
    outer, scope.in_side_effect = scope.in_side_effect, True
    function = _given(scope, node, 0)
    scope.in_side_effect = outer
    return _await(scope, node, build.call(build.attribute(context, "side_effect"), function)), 1


def _check_assigned(scope: PythonScope, node: nodes.Function) -> None:
    """Reports variables of the workflow that a recorded function assigns: on replay it is not called."""
    function = scope.program.resolution.functions[node]
    inside = set(function.descendants())
    for variable in function.upvalues:
        if inside & set(variable.assigned_in):
            scope.report(rules.shared_upvalue_in_side_effect(scope.source, node, variable.name))


def _workflow_info(scope: PythonScope, node: nodes.MethodCall) -> Lowered:
    context = expressions.expression(scope, node.object)
    return build.at(build.call(build.attribute(context, "workflow_info")), node.line), 1


def _register_query(scope: PythonScope, node: nodes.MethodCall) -> Lowered:
    context = expressions.expression(scope, node.object)
    name = _name(scope, node, "register_query")
    handler = _argument(node, 1)
    if handler is not None and scope.colours.is_async(handler):
        scope.report(rules.waits_in_callback(scope.source, handler, "ctx:register_query"))
    call = build.call(build.attribute(context, "register_query"), name, _given(scope, node, 1))
    return build.at(call, node.line), 1


def _name(scope: PythonScope, node: nodes.MethodCall, method: str) -> ast.expr:
    """The first argument: the name of an activity, signal or query."""
    given = _argument(node, 0)
    if (
        isinstance(given, nodes.Number | nodes.Table | nodes.Nil | nodes.Function)
        or not node.arguments
    ):
        scope.report(rules.name_expected(scope.source, given or node, method))
    value = _given(scope, node, 0)
    if isinstance(given, nodes.String):
        # The SDK wants text, not a Lua byte string.
        return build.constant(given.value.encode("latin-1").decode("utf-8", "replace"))
    convert = scope.module.use(_OPTION_VALUES, "name_text")
    return build.at(build.call(convert, value, build.constant(method)), node.line)


# ------------------------------------------------------------------------------------------------------------- options


def _literal_options(scope: PythonScope, node: nodes.Expression) -> nodes.Table | None:
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


def _is_certain(scope: PythonScope, table: nodes.Table) -> bool:
    """Is no option nil at run time? One that may be is left out only by the conversion at run time."""
    for field in table.fields:
        inner = _literal_options(scope, field.value)
        if inner is not None:
            if not _is_certain(scope, inner):
                return False
        elif scope.program.types.of(field.value) & NIL:
            return False
    return True


def _options(
    scope: PythonScope, table: nodes.Table, known: Mapping[str, OptionKind], method: str
) -> dict[str, ast.expr]:
    found: dict[str, ast.expr] = {}
    for field in table.fields:
        assert isinstance(field, nodes.NamedField)
        name = field.name.name
        kind = known.get(name)
        if kind is None:
            scope.report(rules.unknown_option(scope.source, field.name, method, name, known))
            continue
        if isinstance(strip_parentheses(field.value), nodes.Nil):
            continue
        found[_SDK_NAMES.get(name, name)] = _value(scope, field, kind, method)
    return found


_SDK_NAMES = {"non_retryable_errors": "non_retryable_error_types"}


def _value(scope: PythonScope, field: nodes.NamedField, kind: OptionKind, method: str) -> ast.expr:
    node = strip_parentheses(field.value)
    if not _fits(node, kind):
        scope.report(rules.wrong_option(scope.source, node, method, field.name.name, kind.value))
        return build.constant(None)
    if kind is OptionKind.RETRY_POLICY:
        policy = _literal_options(scope, node)
        if policy is not None:
            inner = _options(scope, policy, option_names.RETRY_POLICY_OPTIONS, "retry_policy")
            return build.call(scope.module.use("temporalio.common", "RetryPolicy"), **inner)
    if kind is OptionKind.STRINGS and isinstance(node, nodes.Table):
        items = [f.value for f in node.fields]
        if all(isinstance(item, nodes.String) for item in items):
            return ast.List([expressions.expression(scope, item) for item in items], ast.Load())
    lowered = expressions.expression(scope, node)
    if isinstance(node, nodes.Number | nodes.String | nodes.TrueLiteral | nodes.FalseLiteral):
        return _duration(scope, lowered) if kind in _DURATIONS else lowered
    convert = scope.module.use(_OPTION_VALUES, "option_value")
    label = build.constant(f"{method}: {field.name.name}")
    kind_name = build.attribute(
        scope.module.use("assay.runtime.temporal.option_names", "OptionKind"), kind.name
    )
    return build.at(build.call(convert, lowered, kind_name, label), node.line)


_DURATIONS = {OptionKind.DURATION, OptionKind.TIMEOUT}
_LITERALS = (
    nodes.Number,
    nodes.String,
    nodes.TrueLiteral,
    nodes.FalseLiteral,
    nodes.Table,
    nodes.Function,
)


def _duration(scope: PythonScope, seconds: ast.expr) -> ast.expr:
    return build.call(scope.module.use("datetime", "timedelta"), seconds=seconds)


def _fits(node: nodes.Expression, kind: OptionKind) -> bool:
    """May `node` be a value for an option of this kind? What is no literal is checked at run time."""
    if not isinstance(node, _LITERALS):
        return not (
            isinstance(node, nodes.Unary) and node.operator == "-" and kind is not OptionKind.ANY
        )
    rule = _KINDS.get(kind)
    return rule is None or rule(node)


def _number(
    minimum: float, integer: bool = False, strict: bool = False
) -> Callable[[nodes.Expression], bool]:
    def fits(node: nodes.Expression) -> bool:
        if not isinstance(node, nodes.Number) or (integer and not isinstance(node.value, int)):
            return False
        return node.value > minimum if strict else node.value >= minimum

    return fits


_KINDS: dict[OptionKind, Callable[[nodes.Expression], bool]] = {
    OptionKind.DURATION: _number(0, strict=True),
    OptionKind.TIMEOUT: _number(0),
    OptionKind.COUNT: _number(0, integer=True),
    OptionKind.FACTOR: _number(1),
    OptionKind.STRING: lambda node: isinstance(node, nodes.String),
    OptionKind.STRINGS: lambda node: isinstance(node, nodes.Table),
    OptionKind.BOOLEAN: lambda node: isinstance(node, nodes.TrueLiteral | nodes.FalseLiteral),
    OptionKind.RETRY_POLICY: lambda node: isinstance(node, nodes.Table),
}

_RULES: dict[str, Callable[[PythonScope, nodes.MethodCall], Lowered]] = {
    "wait_signal": _wait_signal,
    "execute_activity": _execute_activity,
    "sleep": _sleep,
    "side_effect": _side_effect,
    "workflow_info": _workflow_info,
    "register_query": _register_query,
}
