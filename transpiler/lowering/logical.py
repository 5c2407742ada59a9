"""`and`, `or`, `not` and conditions. In Lua only nil and false are false (manual 3.4.5), in Python 0 and "" are
too."""

from __future__ import annotations

import ast

from ..analysis.kinds import BOOLEAN, NIL, TABLE, is_only
from ..analysis.walk import strip_parentheses
from ..syntax import nodes
from . import build, evaluation, expressions
from .scope import PythonScope

_COMPARISONS = {"==", "~=", "<", "<=", ">", ">="}


def condition(scope: PythonScope, node: nodes.Expression) -> ast.expr:
    """`node` as a Python condition."""
    node = strip_parentheses(node)
    match node:
        case nodes.Logical(operator=operator):
            joined = ast.And() if operator == "and" else ast.Or()
            return _join(joined, condition(scope, node.left), condition(scope, node.right))
        case nodes.Unary(operator="not"):
            return negation(scope, node)
        case nodes.TrueLiteral() | nodes.Number() | nodes.String():
            return build.constant(True)
        case nodes.Nil() | nodes.FalseLiteral():
            return build.constant(False)
    value_ = expressions.expression(scope, node)
    kind = scope.program.types.of(node)
    if is_only(kind, BOOLEAN | NIL) or isinstance(value_, ast.Compare):
        return value_  # None is false in Python too
    if not kind & BOOLEAN:
        return build.is_not_none(value_)
    return build.call(scope.module.runtime("truthy"), value_)


def negation(scope: PythonScope, node: nodes.Unary) -> ast.expr:
    """`not operand`: always a boolean."""
    lowered = condition(scope, node.operand)
    if isinstance(lowered, ast.Compare) and isinstance(lowered.ops[0], ast.IsNot):
        return build.compare(lowered.left, ast.Is(), lowered.comparators[0])
    if isinstance(lowered, ast.Compare) and isinstance(lowered.ops[0], ast.Is):
        return build.compare(lowered.left, ast.IsNot(), lowered.comparators[0])
    if isinstance(lowered, ast.Constant):
        return build.constant(not lowered.value)
    return ast.UnaryOp(ast.Not(), lowered)


def value(scope: PythonScope, node: nodes.Logical) -> ast.expr:
    """`left and right`, `left or right` where the value is wanted: one of the operands."""
    known = _choice(scope, node) or _with_default(scope, node)
    if known is not None:
        return known
    kind = scope.program.types.of(node.left)
    is_and = node.operator == "and"
    if is_only(kind, BOOLEAN | NIL):
        joined = ast.And() if is_and else ast.Or()
        # A condition gives the same boolean, but where it is nil it may not give nil.
        lower = condition if is_only(kind, BOOLEAN) else expressions.expression
        return _join(joined, lower(scope, node.left), expressions.expression(scope, node.right))
    left = expressions.expression(scope, node.left)
    if kind and not kind & (NIL | BOOLEAN) and (not is_and or build.is_simple(left)):
        return expressions.expression(scope, node.right) if is_and else left
    right = expressions.expression(scope, node.right)
    chosen, kept = _tested(scope, left, kind)
    return ast.IfExp(chosen, right, kept) if is_and else ast.IfExp(chosen, kept, right)


def _tested(scope: PythonScope, value_: ast.expr, kind: int) -> tuple[ast.expr, ast.expr]:
    """A test whether `value_` counts as true, and the value after it."""
    if build.is_simple(value_):
        test, kept = build.copy_load(value_), value_
    else:
        temporary = scope.temporary("value", shared=True)
        test, kept = ast.NamedExpr(build.store(temporary), value_), build.name(temporary)
    if not kind & BOOLEAN:
        return build.is_not_none(test), kept
    return build.call(scope.module.runtime("truthy"), test), kept


def _choice(scope: PythonScope, node: nodes.Logical) -> ast.expr | None:
    """The idiom `test and a or b`: `a if test else b` when `a` is known to be true, else `a if test and truthy(a) else b`."""
    left = strip_parentheses(node.left)
    if node.operator != "or" or not isinstance(left, nodes.Logical) or left.operator != "and":
        return None
    kind = scope.program.types.of(left.right)
    is_true = isinstance(strip_parentheses(left.right), nodes.TrueLiteral)
    if not is_true and kind and is_only(kind, NIL | BOOLEAN):
        return None
    test = condition(scope, left.left)
    first = expressions.expression(scope, left.right)
    second = expressions.expression(scope, node.right)
    if not is_true and (kind == 0 or kind & (NIL | BOOLEAN)):
        chosen, first = _tested(scope, first, kind or BOOLEAN)
        test = _join(ast.And(), test, chosen)
    if is_true and isinstance(strip_parentheses(node.right), nodes.FalseLiteral):
        return test if _is_boolean(test) else ast.IfExp(test, first, second)
    return ast.IfExp(test, first, second)


def _is_boolean(test: ast.expr) -> bool:
    """Does a condition give True or False, and not only what counts as one of them?"""
    match test:
        case ast.Compare() | ast.UnaryOp(op=ast.Not()) | ast.Call(func=ast.Name(id="truthy")):
            return True
        case ast.BoolOp(values=values):
            return all(map(_is_boolean, values))
    return False


def _with_default(scope: PythonScope, node: nodes.Logical) -> ast.expr | None:
    """The idiom `t[k] or 0`, of a table that only holds what counts as true: `t.get(k, 0)`."""
    field, default = strip_parentheses(node.left), strip_parentheses(node.right)
    if node.operator != "or" or not isinstance(field, nodes.Index):
        return None
    inference = scope.program.types
    if not isinstance(default, nodes.Number | nodes.String) or inference.of(field) & BOOLEAN:
        return None
    if inference.of(field.key) & BOOLEAN or not is_only(inference.of(field.object), TABLE):
        return None
    if not inference.contents.is_plain(field.object):
        return None
    if evaluation.reads_late(scope, field.object, field.key):
        return None
    container = expressions.expression(scope, field.object)
    key = expressions.expression(scope, field.key)
    get = build.attribute(container, "get")
    return build.call(get, key, expressions.expression(scope, default))


def _join(operator: ast.boolop, left: ast.expr, right: ast.expr) -> ast.expr:
    operands = [left]
    if isinstance(left, ast.BoolOp) and type(left.op) is type(operator):
        operands = left.values
    return ast.BoolOp(operator, [*operands, right])
