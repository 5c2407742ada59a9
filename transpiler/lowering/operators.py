"""Operators: plain Python where the types are proven, a runtime helper otherwise. Lua manual: 3.4.1 to 3.4.7."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from ..analysis import intervals, metatables
from ..analysis.constants import constant_number
from ..analysis.kinds import (
    BOOLEAN,
    EXACT_LIMIT,
    FLOAT,
    INTEGER,
    NIL,
    NUMBER,
    OTHER,
    SMALL,
    STRING,
    TABLE,
    is_only,
)
from ..analysis.walk import strip_parentheses
from ..syntax import nodes
from . import build, evaluation, expressions, logical, waiting
from .naming import operand_name
from .scope import PythonScope

_HELPERS = {
    "+": "add",
    "-": "sub",
    "*": "mul",
    "/": "div",
    "//": "idiv",
    "%": "mod",
    "^": "pow_",
    "&": "band",
    "|": "bor",
    "~": "bxor",
    "<<": "shl",
    ">>": "shr",
    "==": "eq",
    "~=": "ne",
    "<": "lt",
    "<=": "le",
    ">": "gt",
    ">=": "ge",
}
_ARITHMETIC: dict[str, ast.operator] = {
    "+": ast.Add(),
    "-": ast.Sub(),
    "*": ast.Mult(),
    "/": ast.Div(),
    "//": ast.FloorDiv(),
    "%": ast.Mod(),
    "&": ast.BitAnd(),
    "|": ast.BitOr(),
    "~": ast.BitXor(),
    "<<": ast.LShift(),
    ">>": ast.RShift(),
}
_ORDER: dict[str, ast.cmpop] = {"<": ast.Lt(), "<=": ast.LtE(), ">": ast.Gt(), ">=": ast.GtE()}


def binary(scope: PythonScope, node: nodes.Binary) -> ast.expr:
    operator = node.operator
    if operator == "..":
        return _concat(scope, node)
    late = evaluation.reads_late(scope, node.left, node.right)
    waits = waiting.waits(scope, metatables.BINARY_EVENTS[operator], node.left, node.right)
    if operator in ("==", "~=") and not late and not waits:
        return _equality(scope, node)
    left, right = expressions.expression(scope, node.left), expressions.expression(
        scope, node.right
    )
    names = [operand_name(scope, node.left), operand_name(scope, node.right)]
    if late or waits:
        # Keywords are evaluated in the order they are written.
        ordered = {"right": right, "left": left} if late else {}
        positional = [] if late else [left, right]
        if waits:
            called = build.call("", *positional, **ordered)
            return waiting.operation(scope, called, _HELPERS[operator], node.line, names)
        helper = scope.module.runtime(_HELPERS[operator])
        return build.at(build.call(helper, *positional, **ordered), node.line, names)
    # Python's operators refuse None, which the runtime turns into Lua's error.
    kind = scope.program.types.of(node.left) & ~NIL
    other = scope.program.types.of(node.right) & ~NIL
    if kind and other and operator in _ORDER:
        if is_only(kind | other, NUMBER) or (is_only(kind, STRING) and is_only(other, STRING)):
            return build.at(build.compare(left, _ORDER[operator], right), node.line)
    elif kind and other and _is_plain(scope, node, kind, other):
        return build.at(ast.BinOp(left, _ARITHMETIC[operator], right), node.line, names)
    return build.at(
        build.call(scope.module.runtime(_HELPERS[operator]), left, right), node.line, names
    )


def _is_plain(scope: PythonScope, node: nodes.Binary, left: int, right: int) -> bool:
    """Does Python's operator give exactly what Lua's gives for operands of these types?"""
    operator, inference = node.operator, scope.program.types
    if operator in ("+", "-", "*") and is_only(left | right, NUMBER):
        is_float = is_only(left, FLOAT) or is_only(right, FLOAT)
        return is_float or constant_number(node) is not None or intervals.fits(inference, node)
    if operator == "/":
        return is_only(left, SMALL | FLOAT) and (
            _is_positive(node.right) or (is_only(right, SMALL) and not _may_be_zero(scope, node))
        )
    if not is_only(left | right, INTEGER):
        return False
    if operator in ("//", "%"):
        divisor = intervals.interval(inference, node.right)
        return divisor is not None and divisor[0] > 0
    return operator in ("&", "|", "~") or (
        operator in ("<<", ">>") and intervals.fits(inference, node)
    )


def _is_positive(node: nodes.Expression) -> bool:
    return isinstance(node, nodes.Number) and 0 < node.value <= EXACT_LIMIT


def _may_be_zero(scope: PythonScope, node: nodes.Binary) -> bool:
    divisor = intervals.interval(scope.program.types, node.right)
    return divisor is None or divisor[0] <= 0 <= divisor[1]


def _equality(scope: PythonScope, node: nodes.Binary) -> ast.expr:
    left, right = expressions.expression(scope, node.left), expressions.expression(
        scope, node.right
    )
    equal = node.operator == "=="
    for operand in (right, left):
        if isinstance(operand, ast.Constant) and (
            operand.value is None or isinstance(operand.value, bool)
        ):
            other = left if operand is right else right
            if _is_text_or_number(other):  # never nil or a boolean; Python warns about `1 is None`
                return build.constant(not equal)
            return build.compare(other, ast.Is() if equal else ast.IsNot(), operand)
    kind, other_kind = scope.program.types.of(node.left), scope.program.types.of(node.right)
    plain = _never_equals_boolean(node.left) or _never_equals_boolean(node.right)
    if plain or (_booleans_apart(kind, other_kind) and not _may_have_equality(scope, node)):
        return build.compare(left, ast.Eq() if equal else ast.NotEq(), right)
    return build.at(
        build.call(scope.module.runtime(_HELPERS[node.operator]), left, right), node.line
    )


def _booleans_apart(left: int, right: int) -> bool:
    """Is no boolean compared with a number? In Python `True == 1`."""
    if left == 0 or right == 0:
        return False
    return not (left & BOOLEAN and right & NUMBER) and not (right & BOOLEAN and left & NUMBER)


def _may_have_equality(scope: PythonScope, node: nodes.Binary) -> bool:
    """May both operands be tables, one of them with a metamethod `__eq`?"""
    inference = scope.program.types
    if not scope.program.uses_metatables:
        return False
    if not all(inference.of(operand) & (TABLE | OTHER) for operand in (node.left, node.right)):
        return False
    return metatables.handlers_of_binary(inference.contents, node) != ()


def _is_text_or_number(value: ast.expr) -> bool:
    if isinstance(value, ast.UnaryOp) and isinstance(value.op, ast.USub):
        value = value.operand
    return isinstance(value, ast.Constant) and type(value.value) in (str, int, float)


def _never_equals_boolean(node: nodes.Expression) -> bool:
    """A literal that Python's `==` cannot take for a boolean, and that has no metamethods."""
    node = strip_parentheses(node)
    if isinstance(node, nodes.Unary) and node.operator == "-":
        return isinstance(node.operand, nodes.Number)
    return isinstance(node, nodes.String) or (
        isinstance(node, nodes.Number) and node.value not in (0, 1)
    )


def _concat(scope: PythonScope, node: nodes.Binary) -> ast.expr:
    operands: list[nodes.Expression] = [node.left]
    rest = node.right
    while isinstance(rest, nodes.Binary) and rest.operator == "..":
        operands.append(rest.left)
        rest = rest.right
    operands.append(rest)
    lowered = [expressions.expression(scope, operand) for operand in operands]
    kinds = [scope.program.types.of(operand) for operand in operands]
    # A string constant is never to blame.
    names = [None if isinstance(o, nodes.String) else operand_name(scope, o) for o in operands]
    if waiting.waits(scope, "__concat", *operands):
        return waiting.operation(scope, build.call("", *lowered), "concat", node.line, names)
    if all(is_only(kind, STRING | INTEGER) for kind in kinds):
        joined = joined_text(lowered)
        if joined is not None:
            return joined
    return build.at(build.call(scope.module.runtime("concat"), *lowered), node.line, names)


def joined_text(values: Sequence[ast.expr]) -> ast.expr | None:
    """Strings and integers one after the other, as a format string or a constant; None where that cannot hold a value."""
    if not all(map(_fits_in_format, values)):
        return None
    parts = _format_parts(values)
    if all(isinstance(part, ast.Constant) for part in parts):
        return parts[0] if parts else build.constant("")
    return ast.JoinedStr(parts)


def _fits_in_format(value: ast.expr) -> bool:
    # Quotes and backslashes inside the braces of an f-string are not allowed before Python 3.12.
    if isinstance(value, ast.BinOp):
        return all(
            isinstance(operand, ast.Name | ast.Constant | ast.BinOp) and _fits_in_format(operand)
            for operand in (value.left, value.right)
        )
    return isinstance(value, ast.Name) or (
        isinstance(value, ast.Constant)
        and isinstance(value.value, str | int)
        and _is_printable(value.value)
    )


_WHITE_SPACE = str.maketrans("\n\t", "  ")
"""What a format string may hold as an escape sequence, outside of its braces."""


def _is_printable(value: str | int) -> bool:
    if isinstance(value, int):
        return True
    return value.isascii() and value.translate(_WHITE_SPACE).isprintable()


def _format_parts(values: Sequence[ast.expr]) -> list[ast.expr]:
    parts: list[ast.expr] = []
    for value in values:
        if isinstance(value, ast.Constant):
            text = str(value.value)
            if parts and isinstance(parts[-1], ast.Constant):
                parts[-1] = ast.Constant(f"{parts[-1].value!s}{text}")
            elif text:
                parts.append(ast.Constant(text))
        else:
            parts.append(ast.FormattedValue(value, -1, None))
    return parts


def unary(scope: PythonScope, node: nodes.Unary) -> ast.expr:
    if node.operator == "not":
        return logical.negation(scope, node)
    literal = strip_parentheses(node.operand)
    if node.operator == "-" and isinstance(literal, nodes.Number) and literal.value > 0:
        return build.constant(-literal.value)
    operand = expressions.expression(scope, node.operand)
    kind = scope.program.types.of(node.operand)
    number = is_only(kind & ~NIL, NUMBER)
    if node.operator == "-" and number and intervals.fits(scope.program.types, node):
        name = operand_name(scope, node.operand)
        return build.at(ast.UnaryOp(ast.USub(), operand), node.line, [name])
    if node.operator == "~" and is_only(kind, INTEGER):
        return ast.UnaryOp(ast.Invert(), operand)
    if node.operator == "#" and is_only(kind, STRING):
        return build.call("len", operand)
    helper = {"-": "neg", "#": "length", "~": "bnot"}[node.operator]
    name = operand_name(scope, node.operand)
    if waiting.waits(scope, metatables.UNARY_EVENTS[node.operator], node.operand):
        return waiting.operation(scope, build.call("", operand), helper, node.line, [name])
    return build.at(build.call(scope.module.runtime(helper), operand), node.line, [name])
