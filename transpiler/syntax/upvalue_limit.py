"""The limit of 255 upvalues in a function: a parsed program in; raises what real Lua's compiler says beyond it.

A name of an outer function is an upvalue of each function between, and a global is a field of the upvalue `_ENV` (lparser.c,
singlevaraux). Programs come near the limit so rarely that the walk is made only where there are names enough.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from luaparser.parser.LuaParser import LuaParser as P

from ..diagnostics import syntax_errors
from . import nodes
from .children import child_nodes
from .errors import LuaSyntaxError
from .tokens import Tokens, near, token_at

MAXIMUM_UPVALUES = 255
"""MAXUPVAL of real Lua's lfunc.h."""

_ENVIRONMENT = "_ENV"


@dataclass(slots=True)
class _Function:
    """A function that encloses the place of the walk."""

    title: str
    outer: _Function | None
    blocks: list[dict[str, object]] = field(default_factory=lambda: [{}])
    upvalues: set[object] = field(default_factory=set)

    def local(self, name: str) -> object | None:
        """The local variable that `name` is here, None when it is none of this function."""
        return next((block[name] for block in reversed(self.blocks) if name in block), None)


def check_upvalues(tokens: Tokens, body: nodes.Block) -> None:
    """Raises `LuaSyntaxError` at the first name that is an upvalue too many."""
    names = {tokens.text(token) for token in tokens.tokens if token.kind == P.NAME}
    if len(names) > MAXIMUM_UPVALUES:
        _Walk(tokens).block(body)


class _Walk:
    def __init__(self, tokens: Tokens) -> None:
        self.tokens = tokens
        self.function = _Function("main function", None)
        self.function.blocks[0][_ENVIRONMENT] = _ENVIRONMENT

    def declare(self, identifier: nodes.Identifier) -> None:
        self.function.blocks[-1][identifier.name] = identifier

    def use(self, name: nodes.Name) -> None:
        if not self._mark(name, name.name):
            self._mark(name, _ENVIRONMENT)

    def _mark(self, name: nodes.Name, called: str) -> bool:
        crossed: list[_Function] = []
        function: _Function | None = self.function
        while function is not None:
            variable = function.local(called)
            if variable is not None:
                break
            crossed.append(function)
            function = function.outer
        else:
            return False
        for one in reversed(crossed):
            one.upvalues.add(variable)
            if len(one.upvalues) > MAXIMUM_UPVALUES:
                self._refuse(name, one)
        return True

    def _refuse(self, name: nodes.Name, function: _Function) -> None:
        following = token_at(self.tokens, name.end)
        problem = syntax_errors.too_many_upvalues(
            self.tokens.source,
            name.start,
            name.end,
            MAXIMUM_UPVALUES,
            function.title,
            near(self.tokens, following),
        )
        message = problem.message.encode("utf-8").decode("latin-1")
        raise LuaSyntaxError([problem], following.line, message)

    def block(self, block: nodes.Block, *declared: nodes.Identifier) -> None:
        self.function.blocks.append({})
        for identifier in declared:
            self.declare(identifier)
        for statement in block.statements:
            self.statement(statement)
        self.function.blocks.pop()

    def statement(self, statement: nodes.Statement) -> None:
        match statement:
            case nodes.LocalAssign(targets=targets, values=values):
                self.expressions(values)
                for target in targets:
                    self.declare(target.name)
            case nodes.LocalFunction(name=name, function=function):
                self.declare(name)
                self.expressions([function])
            case nodes.Repeat(body=body, condition=condition):
                self.function.blocks.append({})
                for inner in body.statements:
                    self.statement(inner)
                self.expressions([condition])
                self.function.blocks.pop()
            case nodes.NumericFor(first=first, limit=limit, step=step, body=body):
                self.expressions([first, limit, *([] if step is None else [step])])
                self.block(body, statement.variable)
            case nodes.GenericFor(iterators=iterators, variables=variables, body=body):
                self.expressions(iterators)
                self.block(body, *variables)
            case nodes.If(branches=branches, orelse=orelse):
                for branch in branches:
                    self.expressions([branch.condition])
                    self.block(branch.body)
                if orelse is not None:
                    self.block(orelse)
            case nodes.While(condition=condition, body=body):
                self.expressions([condition])
                self.block(body)
            case nodes.Do(body=body):
                self.block(body)
            case _:
                self.expressions([statement])

    def expressions(self, found: Sequence[nodes.Node]) -> None:
        """The names in expressions, or in a statement that holds nothing else, in the order of the source."""
        stack = list(reversed(found))
        while stack:
            node = stack.pop()
            if isinstance(node, nodes.Name):
                self.use(node)
            elif isinstance(node, nodes.Function):
                self.body(node)
            else:
                stack.extend(reversed(list(child_nodes(node))))

    def body(self, node: nodes.Function) -> None:
        outer = self.function
        self.function = _Function(f"function at line {node.line}", outer)
        self.block(node.body, *node.parameters)
        self.function = outer
