"""Calls of methods of `ctx`, futures and child workflows, checked as far as the source shows what they are given.

In: the call, and the row of its method (runtime/temporal/context_methods.py). Out: diagnostics. What the source does not show is
checked at run time.
"""

from __future__ import annotations

from assay.runtime.temporal.context_methods import (
    METHODS,
    OBJECT_METHODS,
    ArgumentKind,
    ContextMethod,
)

from ...analysis.constants import constant_number
from ...analysis.literal_options import named_fields
from ...analysis.scopes import is_multiple
from ...analysis.walk import strip_parentheses
from ...diagnostics import workflows as rules
from ...syntax import nodes
from ..scope import PythonScope

_TEXT = (nodes.String,)
_NUMBERS = (nodes.Number,)
_BOOLEANS = (nodes.TrueLiteral, nodes.FalseLiteral)
_LITERALS = (*_TEXT, *_NUMBERS, *_BOOLEANS, nodes.Table, nodes.Function, nodes.Nil)

_REFUSED: dict[ArgumentKind, tuple[type[nodes.Node], ...]] = {
    ArgumentKind.NAME: (*_NUMBERS, *_BOOLEANS, nodes.Table, nodes.Function, nodes.Nil),
    ArgumentKind.OPTIONS: (*_TEXT, *_NUMBERS, *_BOOLEANS, nodes.Function),
    ArgumentKind.FUNCTION: (*_TEXT, *_NUMBERS, *_BOOLEANS, nodes.Table, nodes.Nil),
    # A string may hold a number, which Lua takes for one.
    ArgumentKind.SECONDS: (*_BOOLEANS, nodes.Table, nodes.Function, nodes.Nil),
    ArgumentKind.FUTURES: (*_TEXT, *_NUMBERS, *_BOOLEANS, nodes.Function, nodes.Nil),
    ArgumentKind.FIELDS: (*_TEXT, *_NUMBERS, *_BOOLEANS, nodes.Function, nodes.Nil),
}
"""The literals that are certainly no argument of a kind."""


def check_call(
    scope: PythonScope, node: nodes.MethodCall, shown: str, method: ContextMethod
) -> None:
    """Reports a wrong number of arguments, and arguments that are certainly of a wrong kind; `shown` names the method."""
    _check_count(scope, node, shown, method)
    for position, (given, kind) in enumerate(zip(node.arguments, method.arguments, strict=False)):
        given = strip_parentheses(given)
        if kind is ArgumentKind.PAYLOAD:
            _check_payload(scope, given)
        elif not _may_be(scope, given, kind):
            scope.report(rules.wrong_argument(scope.source, given, shown, position, kind.value))


def check_dot(scope: PythonScope, node: nodes.Call) -> None:
    """Reports `ctx.sleep(5)` and `future.get()`: without the colon, the first argument is taken for `ctx`."""
    callee = node.function
    if not isinstance(callee, nodes.Index) or not isinstance(callee.key, nodes.String):
        return
    kind = scope.colours.object_kind(callee.object)
    is_context = scope.colours.is_context(callee.object)
    methods = METHODS if is_context else OBJECT_METHODS.get(kind or "", {})
    if callee.key.value not in methods:
        return
    first = strip_parentheses(node.arguments[0]) if node.arguments else None
    if first is None or isinstance(first, (*_LITERALS, nodes.Binary)):
        shown = "ctx" if is_context else "child" if kind == "child" else "future"
        scope.report(rules.method_without_colon(scope.source, callee, shown, callee.key.value))


def _check_count(
    scope: PythonScope, node: nodes.MethodCall, shown: str, method: ContextMethod
) -> None:
    given = len(node.arguments)
    is_open = bool(node.arguments) and is_multiple(node.arguments[-1])
    too_few = given < method.minimum and not is_open
    # A call in a place where nothing is expected would be lost; `...` has nothing to lose.
    rest = bool(node.arguments) and isinstance(node.arguments[-1], nodes.Vararg)
    too_many = method.maximum is not None and given - rest > method.maximum
    if too_few or too_many:
        scope.report(
            rules.wrong_number_of_arguments(
                scope.source, node, shown, method.minimum, method.maximum, given
            )
        )


def _may_be(scope: PythonScope, given: nodes.Expression, kind: ArgumentKind) -> bool:
    if isinstance(given, _REFUSED[kind]):
        return False
    match kind:
        case ArgumentKind.NAME:
            return not (isinstance(given, nodes.String) and not given.value)
        case ArgumentKind.SECONDS:
            number = constant_number(given)
            return number is None or number >= 0
        case ArgumentKind.FUTURES | ArgumentKind.OPTIONS | ArgumentKind.FIELDS:
            return scope.colours.object_kind(given) is None
    return True


def _check_payload(scope: PythonScope, given: nodes.Expression, name: str = "") -> None:
    """Reports functions and futures in what is sent; `name` is the field that `given` stands in."""
    given = strip_parentheses(given)
    if scope.colours.object_kind(given) is not None:
        scope.report(rules.not_sendable(scope.source, given, name, is_future=True))
    elif isinstance(given, nodes.Function) or (
        isinstance(given, nodes.Name) and scope.program.functions.of_callee(given) is not None
    ):
        scope.report(rules.not_sendable(scope.source, given, name, is_future=False))
    elif isinstance(given, nodes.Table):
        names = {id(field): text for text, field in named_fields(given)}
        for field in given.fields:
            _check_payload(scope, field.value, names.get(id(field), ""))
