"""Bodies of coroutines as Python generators: `async def` with `await coroutine.yield_(value)` in, `def` with `yield value` out.

A function is written so when all that it waits for is `coroutine.yield`, called by itself, and when it is only ever given to
`coroutine.create` or `coroutine.wrap`: nobody else calls it, so that only a resume can get what it yields. The runtime takes either
form (runtime/stdlib/coroutine.py). Lua manual: 2.6, 6.2.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Sequence

from ..analysis.scopes import FunctionScope
from ..syntax import nodes
from .scope import PythonScope

_STARTS = frozenset({"coroutine.create", "coroutine.wrap"})
_WAITING = ast.Await | ast.AsyncFor | ast.AsyncWith
_INNER = (
    ast.FunctionDef
    | ast.AsyncFunctionDef
    | ast.Lambda
    | ast.ListComp
    | ast.SetComp
    | ast.DictComp
    | ast.GeneratorExp
)


def is_only_resumed(scope: PythonScope, function: FunctionScope) -> bool:
    """Is `function` given to coroutine.create and coroutine.wrap, and used for nothing else?"""
    facts = scope.program.functions.facts[function]
    if facts.calls or function in scope.colours.wrapped or not facts.value_uses:
        return False
    return all(_is_started(scope, use) for use in facts.value_uses)


def _is_started(scope: PythonScope, use: nodes.Node) -> bool:
    parents = scope.colours.parents
    parent = parents.get(use)
    while isinstance(parent, nodes.Parenthesized):
        use, parent = parent, parents.get(parent)
    if not isinstance(parent, nodes.Call) or use not in parent.arguments[:1]:
        return False
    row = scope.program.library.of(parent.function)
    return row is not None and row.lua_name in _STARTS


def only_yields(body: Iterable[ast.AST], yields: Collection[ast.AST]) -> bool:
    """Does a function with this `body` wait for nothing but `yields`?"""
    waiting = list(body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, _WAITING) and node not in yields:
            return False
        if isinstance(node, _INNER):
            # What waits in a comprehension cannot become `yield`; a function inside is another one.
            if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and any(
                isinstance(part, _WAITING) for part in ast.walk(node)
            ):
                return False
        else:
            waiting += ast.iter_child_nodes(node)
    return True


def write_yields(body: Sequence[ast.stmt], yields: Collection[ast.AST]) -> None:
    """Writes `yield value` over `await coroutine.yield_(value)` in `body`, where that is one of `yields`."""
    for statement in body:
        _YieldWriter(yields).visit(statement)


def result_type(scope: PythonScope) -> ast.expr:
    """The annotation of a generator: `Generator[Any, Any, Any]`."""
    kinds: list[ast.expr] = [scope.module.use("typing", "Any") for _ in range(3)]
    generic = scope.module.use("collections.abc", "Generator")
    return ast.Subscript(generic, ast.Tuple(kinds, ast.Load()), ast.Load())


class _YieldWriter(ast.NodeTransformer):

    def __init__(self, yields: Collection[ast.AST]) -> None:
        self._yields = yields

    def visit(self, node: ast.AST) -> ast.AST:
        if isinstance(node, _INNER):
            return node
        self.generic_visit(node)
        if not isinstance(node, ast.Await) or node not in self._yields:
            return node
        assert isinstance(node.value, ast.Call)
        made = ast.Yield(_packed(node.value.args))
        made.__dict__.update({key: value for key, value in vars(node).items() if key != "value"})
        return made


def _packed(values: list[ast.expr]) -> ast.expr:
    """Values as the result of a function: bare when it is exactly one."""
    if len(values) == 1 and not isinstance(values[0], ast.Starred):
        return values[0]
    return ast.Tuple(values, ast.Load())
