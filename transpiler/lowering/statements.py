"""Statements: a Lua block in, Python statements out. The table at the end is the list of what is supported. Lua
manual: 3.3."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import replace

from ..analysis.functions import FunctionFacts
from ..analysis.regions import Until, items_of
from ..analysis.scopes import is_multiple
from ..syntax import nodes
from . import (
    assignments,
    build,
    calls,
    expressions,
    field_comments,
    functions,
    goto,
    jumps,
    logical,
    loops,
    tables,
    tail_calls,
)
from .scope import PythonScope, marker


def block(scope: PythonScope, node: nodes.Block, until: Until | None = None) -> None:
    """The statements of `node`, with their comments and the author's blank lines, into the current block.

    `until` is the condition at the end of a `repeat`, which sees the locals of its body."""
    items = items_of(node.statements, until)
    function = scope.function.node
    if function is not None and node is function.body:
        label = scope.program.resolution.repeats.get(function)
        items = items if label is None else (label, *items)
    goto.sequence(scope, items, scope.after)
    if until is None:
        dangling_comments(scope, node)


def dangling_comments(scope: PythonScope, node: nodes.Block) -> None:
    """The comments after the last statement of a block."""
    dangling = scope.program.dangling.get(node, ())
    if dangling:
        previous_end = last_line(scope, node.statements[-1]) if node.statements else None
        if previous_end is not None and dangling[0].line > previous_end + 1:
            scope.emit(marker("blank"))
        comments(scope, "own", dangling)


def statement_with_comments(
    scope: PythonScope,
    node: nodes.Statement,
    rule: Callable[..., None] | None = None,
    has_trailing: bool = True,
) -> None:
    """One statement between its own comments, lowered by `rule` where it is not the rule of its kind.

    Without `has_trailing` the comments after it are the rule's to write."""
    found = scope.program.comments.get(node)
    if found is not None and found.leading:
        comments(scope, "own", found.leading)
        last = found.leading[-1]
        if scope.source.line_at(node.start) > scope.source.line_at(last.end - 1) + 1:
            scope.emit(marker("blank"))
    scope.line = node.line
    written, start = scope.statements, len(scope.statements)
    (rule or _RULES[type(node)])(scope, node)
    left = field_comments.rest(scope, node)
    if left is not None:
        written.insert(start, left)
    if found is not None and has_trailing:
        _comments_after(scope, node, found)


_COMPOUND = nodes.If | nodes.While | nodes.NumericFor | nodes.GenericFor


def _comments_after(scope: PythonScope, node: nodes.Statement, found: nodes.Comments) -> None:
    """The comments after a statement; one at its `end` stands at the end of its last block, not behind what happens to be last in
    that."""
    is_long = scope.source.line_at(node.start) < scope.source.line_at(node.end - 1)
    block_ = _last_block(scope.statements[-1]) if scope.statements else None
    if block_ is None or not is_long or not isinstance(node, _COMPOUND):
        trailing_comments(scope, found)
        return
    outer, scope.statements = scope.statements, block_
    comments(scope, "own", tuple(c for c in found.trailing if not c.own_line))
    scope.statements = outer
    trailing_comments(scope, replace(found, trailing=tuple(filter(_is_below, found.trailing))))


def _is_below(comment: nodes.Comment) -> bool:
    return comment.own_line


def _last_block(statement: ast.stmt) -> list[ast.stmt] | None:
    while isinstance(statement, ast.If) and statement.orelse:
        if len(statement.orelse) > 1 or not isinstance(statement.orelse[0], ast.If):
            return statement.orelse
        statement = statement.orelse[0]
    return statement.body if isinstance(statement, ast.If | ast.For | ast.While) else None


def trailing_comments(scope: PythonScope, found: nodes.Comments) -> None:
    """Comments after a node: at the end of its line, or on lines of their own below it."""
    for own_line, kind in ((False, "trailing"), (True, "own")):
        some = tuple(comment for comment in found.trailing if comment.own_line is own_line)
        if some:
            comments(scope, kind, some)


def comments(scope: PythonScope, kind: str, found: tuple[nodes.Comment, ...]) -> None:
    """A stand-in for comments; output/comments.py writes them."""
    scope.module.comments.append(found)
    scope.emit(marker(kind, len(scope.module.comments) - 1))


def blank_line(scope: PythonScope, previous_end: int | None, node: nodes.Statement) -> None:
    if previous_end is None:
        return
    found = scope.program.comments.get(node)
    first_line = found.leading[0].line if found is not None and found.leading else node.line
    first_line = min(first_line, scope.source.line_at(node.start))
    if first_line > previous_end + 1:
        scope.emit(marker("blank"))


def last_line(scope: PythonScope, node: nodes.Node) -> int:
    found = scope.program.comments.get(node)
    end = scope.source.line_at(max(node.start, node.end - 1))
    return max([end, *(comment.line for comment in found.trailing)]) if found is not None else end


# ----------------------------------------------------------------------------------------------------- one rule each


def _call(scope: PythonScope, node: nodes.CallStatement) -> None:
    lowered, _ = calls.call(scope, node.call, wanted=0)
    scope.emit(ast.Expr(lowered))


def _do(scope: PythonScope, node: nodes.Do) -> None:
    block(scope, node.body)


def _if(scope: PythonScope, node: nodes.If) -> None:
    # Conditions need nothing before them but function definitions, which may stand before the whole statement.
    made: ast.If | None = None
    last: ast.If | None = None
    for branch in node.branches:
        scope.line = branch.line
        test = logical.condition(scope, branch.condition)
        with scope.block() as body:
            block(scope, branch.body)
        current = build.at(ast.If(test, body, []), branch.line)
        if last is None:
            made = current
        else:
            last.orelse = [current]
        last = current
    assert made is not None and last is not None
    if node.orelse is not None and (
        node.orelse.statements or node.orelse in scope.program.dangling
    ):
        with scope.block() as body:
            block(scope, node.orelse)
        last.orelse = body
    scope.emit(made)


def return_nothing(scope: PythonScope) -> None:
    """Leaves the function without a value, as its end does."""
    facts = scope.program.functions.facts[scope.function]
    is_tuple = functions.returns_empty_tuple(scope.program, facts)
    scope.emit(ast.Return(build.tuple_([]) if is_tuple else None))


def _return(scope: PythonScope, node: nodes.Return) -> None:
    facts = scope.program.functions.facts[scope.function]
    label = scope.program.resolution.targets.get(node)
    if label is not None:
        tail_calls.again(scope, node, label)
        return
    scope.emit(build.at(ast.Return(_returned(scope, node, facts)), node.line))


def _returned(scope: PythonScope, node: nodes.Return, facts: FunctionFacts) -> ast.expr | None:
    values = node.values
    if not values:
        return build.tuple_([]) if functions.returns_empty_tuple(scope.program, facts) else None
    if len(values) == 1:
        if isinstance(values[0], nodes.Vararg):
            return build.call(
                scope.module.runtime("pack"), build.starred(calls.varargs(scope, values[0]))
            )
        if facts.entry_only:
            return tables.plain(scope, values[0])
        if facts.results == 1:
            return expressions.returned(scope, values[0])
        return expressions.result(scope, values[0])
    if facts.entry_only:
        # Temporal takes one result; the others are still evaluated.
        return build.subscript(
            build.tuple_(expressions.arguments(scope, values)), build.constant(0)
        )
    if is_multiple(values[-1]):
        return build.call(scope.module.runtime("pack"), *expressions.arguments(scope, values))
    return build.tuple_(expressions.arguments(scope, values))


def _break(scope: PythonScope, node: nodes.Break) -> None:
    jumps.break_(scope)


def _local_function(scope: PythonScope, node: nodes.LocalFunction) -> None:
    variable = scope.program.resolution.declared[node.name]
    name = scope.declare(variable)
    if variable in scope.program.captures.boxed:
        scope.emit(
            build.assign(scope.store_name(variable), build.call(scope.module.runtime("Cell")))
        )
        temporary = scope.temporary(variable.name)
        scope.emit(functions.definition(scope, node.function, temporary))
        scope.emit(build.assign(functions.target(scope, variable), build.name(temporary)))
    else:
        scope.emit(functions.definition(scope, node.function, name))


def _function(scope: PythonScope, node: nodes.FunctionStatement) -> None:
    resolution = scope.program.resolution
    if isinstance(node.target, nodes.Index):
        linked = resolution.linked.get(node.target)
        if linked is not None and linked.is_constant:
            scope.emit(functions.definition(scope, node.function, scope.declare(linked)))
            return
    if isinstance(node.target, nodes.Name):
        variable = resolution.variables.get(node.target)
        if variable is not None and variable.is_constant:
            scope.emit(functions.definition(scope, node.function, scope.declare(variable)))
            return
        hint = node.target.name
    else:
        key = node.target.key
        hint = key.value if isinstance(key, nodes.String) else "function"
    function = resolution.functions[node.function]
    named = scope.method(function) if function in scope.methods else None
    name = scope.temporary(hint) if named is None else scope.module.placeholder(named)
    scope.emit(functions.definition(scope, node.function, name))
    assignments.store(scope, node.target, build.name(name))


def _goto(scope: PythonScope, node: nodes.Goto) -> None:
    jumps.goto(scope, node)


def _label(scope: PythonScope, node: nodes.Label) -> None:
    """A label writes nothing: goto.py lowers the jumps to it."""


_RULES: dict[type, Callable[..., None]] = {
    nodes.LocalAssign: assignments.local,
    nodes.Assign: assignments.assign,
    nodes.CallStatement: _call,
    nodes.Do: _do,
    nodes.While: loops.while_,
    nodes.Repeat: loops.repeat,
    nodes.If: _if,
    nodes.NumericFor: loops.numeric_for,
    nodes.GenericFor: loops.generic_for,
    nodes.FunctionStatement: _function,
    nodes.LocalFunction: _local_function,
    nodes.Return: _return,
    nodes.Break: _break,
    nodes.Goto: _goto,
    nodes.Label: _label,
}
