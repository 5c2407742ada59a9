"""`local x <close>`, and the closing value of a generic `for`: the scope as `with closing(value) as x:`.

Lua manual: 3.3.8 (to-be-closed variables), 3.3.5 (the fourth value of a generic `for`).
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from contextlib import contextmanager

from assay.runtime.positions import OperandName

from ..analysis.operations import may_have_closing_value
from ..analysis.regions import Closed
from ..analysis.scopes import Variable
from ..syntax import nodes
from . import assignments, build, expressions, functions, goto, statements, waiting
from .scope import PythonScope

_HIDDEN = "(for state)"
"""What real Lua calls the variables behind a generic `for`."""


def scope_of_variable(scope: PythonScope, item: Closed) -> None:
    """The declaration of a `<close>` variable and the statements in its scope."""
    after = scope.after
    found = scope.program.comments.get(item.declaration)

    def rule(scope: PythonScope, node: nodes.LocalAssign) -> None:
        made, name = _opened(scope, node)
        with scope.block() as body:
            if found is not None:
                statements.trailing_comments(scope, found)
            goto.sequence(scope, item.body, after)
        _in_scope(scope, node, ast.withitem(made, name), body)

    statements.statement_with_comments(scope, item.declaration, rule, has_trailing=False)


def _opened(scope: PythonScope, node: nodes.LocalAssign) -> tuple[ast.expr, ast.expr | None]:
    """`closing(value)`, and the name after `as`. Declares the variables."""
    target = next(target for target in node.targets if target.attribute == "close")
    variable = scope.program.resolution.declared[target.name]
    name: ast.expr | None = None
    if len(node.targets) == len(node.values) == 1:
        value = expressions.expression(scope, node.values[0])
        if not assignments.is_unused(scope, variable):
            scope.declare(variable)
            name = scope.store_name(variable)
    else:
        assignments.local(scope, node)
        value = _read(scope, variable)
    # Real Lua notices at the end of the statement.
    line = scope.source.line_at(node.end - 1)
    return _closing(scope, value, variable.name, line), name


def _read(scope: PythonScope, variable: Variable) -> ast.expr:
    if assignments.is_unused(scope, variable) and variable not in scope.own:
        return build.constant(None)  # declared without a value
    return functions.read(scope, variable)


def _closing(scope: PythonScope, value: ast.expr, name: str, line: int) -> ast.expr:
    helper = scope.module.use("assay.runtime.closing", "closing")
    return build.at(build.call(helper, value), line, [OperandName("local", name)])


def _in_scope(
    scope: PythonScope,
    node: nodes.Statement,
    item: ast.withitem,
    body: list[ast.stmt],
) -> None:
    """Writes `with` or, where a `__close` waits, `async with`."""
    waits = waiting.waits(scope, "__close")
    made = ast.AsyncWith([item], body) if waits else ast.With([item], body)
    scope.emit(build.at(made, node.line))


# ------------------------------------------------------------------------------------------------------------ generic for


def may_close(scope: PythonScope, node: nodes.GenericFor) -> bool:
    """May the loop have a closing value?"""
    if not may_have_closing_value(node, scope.program.library):
        return False
    return scope.program.may_close or len(node.iterators) >= 4


@contextmanager
def scope_of_loop(scope: PythonScope, node: nodes.GenericFor, value: ast.expr) -> Iterator[None]:
    """What is lowered inside, the loop, stands in the scope of its closing value."""
    made = _closing(scope, value, _HIDDEN, node.line)
    with scope.block() as body:
        yield
    _in_scope(scope, node, ast.withitem(made, None), body)
