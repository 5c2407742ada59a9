"""Characters of strings: `s:byte(i)` and `s:sub(i, j)` as Python's index and slices, where positions certainly count from 1,
and `string.char(c)` as `chr(c)`, where `c` certainly is a byte.

In: a call of the library function with what is known of its arguments. Out: plain Python, or None where the library function has
to be called: for other types, and for positions that may count from the end. A string is a `str` whose characters are bytes.
Lua manual: 6.4 (string.byte, string.char, string.len, string.sub).
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from typing import Final

from ..analysis import intervals, string_positions
from ..analysis.kinds import BYTE, INTEGER, STRING, is_only
from ..analysis.walk import strip_parentheses
from ..syntax import nodes
from . import build, expressions
from .scope import PythonScope


def inline(
    scope: PythonScope, name: str, arguments: Sequence[nodes.Expression], wanted: int | None
) -> ast.expr | None:
    """A call of the library function `name` as an expression with one value."""
    rule = _RULES.get(name)
    if rule is None or not arguments or scope.program.types.is_multiple(arguments[-1]):
        return None
    subject = BYTE if rule is _char else STRING
    if not is_only(scope.program.types.of(arguments[0]), subject):
        return None
    return rule(scope, arguments, wanted)


def _byte(
    scope: PythonScope, arguments: Sequence[nodes.Expression], wanted: int | None
) -> ast.expr | None:
    if len(arguments) != 2 or string_positions.least(scope.program.types, arguments[1]) < 1:
        return None
    text, position = (expressions.expression(scope, argument) for argument in arguments)
    if not isinstance(text, ast.Name) or not isinstance(position, ast.Name):
        return None
    before = ast.BinOp(position, ast.Sub(), build.constant(1))
    code = build.call("ord", build.subscript(text, before))
    if string_positions.is_within(scope.program.types, arguments[0], arguments[1]):
        return code
    if wanted != 1:  # past the end there is no value, not nil
        return None
    end = build.call("len", build.copy_load(text))
    inside = build.compare(build.copy_load(position), ast.LtE(), end)
    return ast.IfExp(inside, code, build.constant(None))


def _char(
    scope: PythonScope, arguments: Sequence[nodes.Expression], wanted: int | None
) -> ast.expr | None:
    if len(arguments) != 1:
        return None
    return build.call("chr", expressions.expression(scope, arguments[0]))


def _sub(
    scope: PythonScope, arguments: Sequence[nodes.Expression], wanted: int | None
) -> ast.expr | None:
    if len(arguments) not in (2, 3):
        return None
    end: ast.expr | None = None
    if len(arguments) == 3:
        last = _known(scope, arguments[2])
        if last is None and string_positions.least(scope.program.types, arguments[2]) < 0:
            return None
        if last is None or last >= 0:
            end = expressions.expression(scope, arguments[2])
        elif last < -1:
            end = build.constant(last + 1)
    first, least = _known(scope, arguments[1]), string_positions.least(
        scope.program.types, arguments[1]
    )
    same = len(arguments) == 3 and _is_same_name(arguments[1], arguments[2])
    start: ast.expr | None
    if first is not None and (first >= 1 or (first < 0 and len(arguments) == 2)):
        start = None if first == 1 else build.constant(first - 1 if first > 0 else first)
    elif first is None and (least >= 1 or (same and least >= 0)):
        start = ast.BinOp(expressions.expression(scope, arguments[1]), ast.Sub(), build.constant(1))
    else:
        return None
    text = expressions.expression(scope, arguments[0])
    return build.subscript(text, ast.Slice(lower=start, upper=end))


def _is_same_name(one: nodes.Expression, other: nodes.Expression) -> bool:
    one, other = strip_parentheses(one), strip_parentheses(other)
    return isinstance(one, nodes.Name) and isinstance(other, nodes.Name) and one.name == other.name


def _len(
    scope: PythonScope, arguments: Sequence[nodes.Expression], wanted: int | None
) -> ast.expr | None:
    if len(arguments) != 1:
        return None
    return build.call("len", expressions.expression(scope, arguments[0]))


def _known(scope: PythonScope, node: nodes.Expression) -> int | None:
    """The integer that `node` certainly is."""
    found = intervals.interval(scope.program.types, node) if _is_integer(scope, node) else None
    return found[0] if found is not None and found[0] == found[1] else None


def _is_integer(scope: PythonScope, node: nodes.Expression) -> bool:
    return is_only(scope.program.types.of(node), INTEGER)


_Rule = Callable[[PythonScope, Sequence[nodes.Expression], int | None], ast.expr | None]

_RULES: Final[dict[str, _Rule]] = {
    "string.byte": _byte,
    "string.char": _char,
    "string.len": _len,
    "string.sub": _sub,
}
