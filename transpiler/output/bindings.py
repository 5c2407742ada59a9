"""What the names of a generated module are bound to: an `ast` body with final names in, its variables and functions out.

Each variable knows the expressions that are assigned to it, in its own function and by `nonlocal` in inner ones; each function
knows what it returns and who calls it. output/python_types.py reads types from this.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

FunctionNode: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef
Holder: TypeAlias = FunctionNode | ast.Lambda | ast.ClassDef | None
"""What opens a scope; None for the module."""


@dataclass(eq=False)
class Source:
    """An expression that a variable gets its value from, and the scope that it stands in: its element `element` where it is
    unpacked, the items of it where `is_iterated`; `is_momentary` of an assignment expression."""

    scope: Scope
    value: ast.expr | None
    element: int | None = None
    is_iterated: bool = False
    is_momentary: bool = False
    operator: ast.operator | None = None


@dataclass(eq=False)
class Binding:
    """A variable of the generated module."""

    name: str
    sources: list[Source] = field(default_factory=list)
    is_parameter: bool = False
    is_operand: bool = False
    """Is it an operand of a plain operator, indexed, or called?"""
    is_called: bool = False
    function: Function | None = None
    """The one function that it is bound to."""


@dataclass(eq=False)
class Function:
    """A `def`: what it returns and how it is called."""

    node: FunctionNode
    scope: Scope
    is_made_once: bool
    returns: list[Source] = field(default_factory=list)
    returns_nothing: bool = False
    """Has it a `return` without a value?"""
    yields: bool = False
    calls: list[tuple[Scope, ast.Call]] = field(default_factory=list)
    is_value: bool = False
    """Is it used otherwise than by calling it?"""
    is_result_used: bool = False


@dataclass(eq=False)
class Scope:
    """A scope of names: the module, a function, a lambda or a class."""

    node: Holder
    parent: Scope | None
    names: dict[str, Binding] = field(default_factory=dict)
    outer: set[str] = field(default_factory=set)
    function: Function | None = None

    def find(self, name: str) -> Binding | None:
        """The variable that `name` stands for here; None for what is imported or built in."""
        where: Scope | None = self
        while where is not None:
            if name in where.names and name not in where.outer:
                is_visible = where is self or not isinstance(where.node, ast.ClassDef)
                if is_visible:
                    return where.names[name]
            where = where.parent
        return None

    def bind(self, name: str) -> Binding:
        return self.names.setdefault(name, Binding(name))


@dataclass(eq=False)
class Bindings:
    """All scopes of a module, the module's own first."""

    scopes: list[Scope] = field(default_factory=list)
    functions: list[Function] = field(default_factory=list)


def read(body: list[ast.stmt]) -> Bindings:
    """The variables and functions of `body`."""
    reader = _Reader()
    module = reader.open(None, None)
    reader.statements(module, body, is_made_once=True)
    for scope, name, source in reader.outer_sources:
        outer = scope.find(name)
        if outer is not None:
            outer.sources.append(source)
            outer.function = None
    for scope, name, role, call in reader.uses:
        found = scope.find(name)
        if found is not None:
            _note_use(found, scope, role, call)
    return reader.bindings


def _note_use(found: Binding, scope: Scope, role: str, call: ast.Call | None) -> None:
    found.is_operand |= role in ("operand", "call", "used call")
    found.is_called |= role in ("call", "used call")
    if found.function is None:
        return
    if call is None:
        found.function.is_value = True
    else:
        found.function.calls.append((scope, call))
        found.function.is_result_used |= role == "used call"


class _Reader:
    """One walk over a module; uses of names are kept for when all names are known."""

    def __init__(self) -> None:
        self.bindings = Bindings()
        self.uses: list[tuple[Scope, str, str, ast.Call | None]] = []
        self.outer_sources: list[tuple[Scope, str, Source]] = []
        """What functions assign to variables around them."""

    def open(self, node: Holder, parent: Scope | None) -> Scope:
        scope = Scope(node, parent)
        self.bindings.scopes.append(scope)
        return scope

    def statements(self, scope: Scope, body: Iterable[ast.stmt], is_made_once: bool) -> None:
        found = list(body)
        for statement in found:
            # Before what the statements assign.
            if isinstance(statement, ast.Global | ast.Nonlocal):
                scope.outer.update(statement.names)
        for statement in found:
            self.statement(scope, statement, is_made_once)

    def statement(self, scope: Scope, node: ast.stmt, is_made_once: bool) -> None:
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                self.definition(scope, node, is_made_once)
                return
            case ast.ClassDef(name=name):
                scope.bind(name).sources.append(Source(scope, None))
                inner = self.open(node, scope)
                self.statements(inner, node.body, is_made_once)
                return
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    self.target(scope, target, Source(scope, value))
            case ast.AnnAssign(target=target, value=value):
                self.target(scope, target, Source(scope, value))
            case ast.AugAssign(target=target, op=operator, value=value):
                self.target(scope, target, Source(scope, value, operator=operator))
            case ast.For(target=target, iter=value) | ast.AsyncFor(target=target, iter=value):
                self.target(scope, target, Source(scope, value, is_iterated=True))
            case ast.With(items=items) | ast.AsyncWith(items=items):
                for item in items:
                    if item.optional_vars is not None:
                        self.target(scope, item.optional_vars, Source(scope, None))
            case ast.Try(handlers=handlers):
                for handler in handlers:
                    if handler.name is not None:
                        scope.bind(handler.name).sources.append(Source(scope, None))
            case ast.Return(value=value):
                self.returned(scope, value)
        is_loop = isinstance(node, ast.For | ast.AsyncFor | ast.While)
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr | ast.withitem):
                self.expression(scope, child, is_used=not isinstance(node, ast.Expr))
        for block in _blocks(node):
            self.statements(scope, block, is_made_once and not is_loop)

    def definition(self, scope: Scope, node: FunctionNode, is_made_once: bool) -> None:
        inner = self.open(node, scope)
        made = inner.function = Function(node, inner, is_made_once)
        self.bindings.functions.append(made)
        bound = scope.bind(node.name)
        bound.function = made if not bound.sources else None
        bound.sources.append(Source(scope, None))
        self.parameters(scope, inner, node.args)
        for decorator in node.decorator_list:
            self.expression(scope, decorator, is_used=True)
        # What `main` makes is made once.
        self.statements(inner, node.body, scope.parent is None and is_made_once)

    def parameters(self, scope: Scope, inner: Scope, arguments: ast.arguments) -> None:
        for default in (*arguments.defaults, *filter(None, arguments.kw_defaults)):
            self.expression(scope, default, is_used=True)
        rest = [a for a in (arguments.vararg, arguments.kwarg) if a is not None]
        for argument in (*arguments.args, *arguments.kwonlyargs, *rest):
            inner.bind(argument.arg).is_parameter = True

    def returned(self, scope: Scope, value: ast.expr | None) -> None:
        assert scope.function is not None
        if value is None:
            scope.function.returns_nothing = True
        else:
            scope.function.returns.append(Source(scope, value))

    def target(self, scope: Scope, target: ast.expr, source: Source) -> None:
        match target:
            case ast.Name(id=name) if name in scope.outer:
                self.outer_sources.append((scope, name, source))
            case ast.Name(id=name):
                bound = scope.bind(name)
                bound.function = None
                bound.sources.append(source)
            case ast.Tuple(elts=parts):
                for number, part in enumerate(parts):
                    self.target(scope, part, _part(source, number, len(parts)))

    def expression(self, scope: Scope, node: ast.AST, is_used: bool, role: str = "value") -> None:
        match node:
            case ast.Name(id=name, ctx=ast.Load()):
                self.uses.append((scope, name, role, None))
                return
            case ast.Lambda(args=arguments, body=body):
                inner = self.open(node, scope)
                self.parameters(scope, inner, arguments)
                self.expression(inner, body, is_used=True)
                return
            case ast.NamedExpr(target=target, value=value):
                self.target(scope, target, Source(scope, value, is_momentary=True))
            case ast.Call(func=ast.Name(id=name)):
                self.uses.append((scope, name, "used call" if is_used else "call", node))
                for child in (*node.args, *node.keywords):
                    self.expression(scope, child, is_used=True)
                return
            case ast.Yield() | ast.YieldFrom() if scope.function is not None:
                scope.function.yields = True
        inner_role = "operand" if _has_operands(node) else "value"
        for child in ast.iter_child_nodes(node):
            self.expression(scope, child, is_used or not isinstance(node, ast.Await), inner_role)


def _has_operands(node: ast.AST) -> bool:
    if isinstance(node, ast.Compare):
        return any(isinstance(o, ast.Lt | ast.LtE | ast.Gt | ast.GtE) for o in node.ops)
    return isinstance(node, ast.BinOp | ast.UnaryOp | ast.Subscript | ast.Attribute)


def _part(source: Source, number: int, count: int) -> Source:
    """The source of element `number` of what is unpacked."""
    value = source.value
    if source.is_iterated or source.element is not None or value is None:
        return Source(source.scope, value if source.is_iterated else None, number, True)
    if isinstance(value, ast.Tuple):
        is_exact = len(value.elts) == count and not any(
            isinstance(part, ast.Starred) for part in value.elts
        )
        return Source(source.scope, value.elts[number] if is_exact else None)
    return Source(source.scope, value, number)


def _blocks(node: ast.stmt) -> Iterator[list[ast.stmt]]:
    for name in ("body", "orelse", "finalbody"):
        yield getattr(node, name, [])
    for handler in getattr(node, "handlers", ()):
        yield handler.body
