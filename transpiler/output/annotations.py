"""Annotations: what functions take and return where that is certain, and `Any` or `float` for variables that mypy would infer too
narrow a type for.

In: an `ast` body with final names. Out: the same with annotations, and the names they need. A Lua variable may hold another type at
each assignment; where all of them have one type, Python needs no declaration.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Final

from assay.runtime.positions import PART

from . import bindings, python_types
from .bindings import Binding, Function, Scope
from .python_types import ANY, FLOAT, INTEGER, MIXED, NONE, Kind, Types

_GIVE_ANY: Final = frozenset(
    {"add", "concat", "div", "first", "from_json", "idiv", "index", "length", "mod", "mul", "sub"}
)
"""Functions of the runtime that are declared to return Any: a variable that gets its first value from one needs no declaration."""


def annotate(body: list[ast.stmt], is_shared: bool = False) -> set[str]:
    """Annotates in place, in all functions and at module level; gives the names that annotations use.

    `is_shared` says that other modules may call the functions at the top level."""
    found = bindings.read(body)
    is_open = frozenset(
        f for f in found.functions if is_shared and f.scope.parent is found.scopes[0]
    )
    types = python_types.infer(found, is_open)
    # A variable of the source with the name of a type.
    taken = {name for scope in found.scopes for name in scope.names}
    writer = _Writer(types, taken)
    for function in found.functions:
        if not function.node.name.startswith(PART):
            writer.signature(function)
    for scope in found.scopes:
        if scope.node is None:
            writer.declarations(scope, body)
        elif isinstance(scope.node, ast.FunctionDef | ast.AsyncFunctionDef):
            writer.declarations(scope, scope.node.body)
    return writer.used


class _Writer:
    def __init__(self, types: Types, taken: set[str]) -> None:
        self.types = types
        self.taken = taken
        self.used: set[str] = set()

    def signature(self, function: Function) -> None:
        """What is known of the parameters and the result of a function, where nothing else is said."""
        node = function.node
        rest = node.args.vararg
        if rest is not None and rest.arg == "_" and function.scope.names["_"].sources:
            rest.arg = (
                self.unused_name()
            )  # nothing reads it, and `_` is also what a loop throws away
        kind = self.types.results.get(function, ANY)
        if _is_any(node.returns) and (function.is_made_once or not isinstance(kind, tuple)):
            node.returns = self.annotation(kind)
        for argument in node.args.args:
            if _is_any(argument.annotation):
                bound = function.scope.names[argument.arg]
                known = self.types.variables.get(bound, ANY)
                is_plain = not isinstance(known, tuple) and known != NONE and not bound.is_called
                argument.annotation = self.annotation(known if is_plain else ANY)

    def unused_name(self) -> str:
        name = "_rest"
        while name in self.taken:
            name += "_"
        return name

    def annotation(self, kind: Kind) -> ast.expr:
        if isinstance(kind, tuple):
            elements = [self.annotation(element) for element in kind]
            if "tuple" in self.taken:
                return self.annotation(ANY)
            return ast.Subscript(
                ast.Name("tuple", ast.Load()), ast.Tuple(elements, ast.Load()), ast.Load()
            )
        if kind == NONE:
            return ast.Constant(None)
        name = ANY if kind in self.taken or kind in (MIXED, python_types.NOTHING) else kind
        self.used.add(name)
        return ast.Name(name, ast.Load())

    def declarations(self, scope: Scope, body: list[ast.stmt]) -> None:
        """Declares the variables of `scope` that need it, where they are assigned first."""
        needed = {
            binding.name: kind
            for binding in scope.names.values()
            if (kind := self.declared(scope, binding)) is not None
        }
        if needed:
            self.declare(body, needed)

    def declared(self, scope: Scope, binding: Binding) -> Kind | None:
        """The type that a variable has to be declared with, None where mypy infers it."""
        if binding.is_parameter or not binding.sources or binding.function is not None:
            return None
        kind = self.types.variables.get(binding, ANY)
        if kind == NONE:
            return ANY
        if kind == MIXED:
            return ANY if binding.is_operand else None
        own = next((source for source in binding.sources if source.scope is scope), None)
        first = ANY if own is None or own.operator is not None else self.types.of(own)
        if kind == FLOAT:
            return FLOAT if first == INTEGER else None
        if kind != ANY or (own is not None and _gives_any(scope, own.value)):
            return None
        kinds = {self.types.of(source) for source in binding.sources if source.operator is None}
        # What an expression keeps for a moment: mypy only minds when it is declared to be two things.
        is_momentary = all(source.is_momentary for source in binding.sources)
        return ANY if len(kinds - {ANY}) > (1 if is_momentary else 0) else None

    def declare(self, block: list[ast.stmt], needed: dict[str, Kind]) -> None:
        position = 0
        while position < len(block) and needed:
            statement = block[position]
            is_first = any(name in needed for name in _assigned(statement))
            parts = _separate(statement) if is_first else [statement]
            made: list[ast.stmt] = []
            for part in parts:
                for name in [name for name in dict.fromkeys(_assigned(part)) if name in needed]:
                    made_part = self.declaration(part, name, needed.pop(name))
                    if made_part.value is None:
                        made.append(made_part)
                    else:
                        part = made_part
                made.append(part)
            block[position : position + 1] = made
            position += len(made)
            if not isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                for inner in _inner_blocks(statement):
                    self.declare(inner, needed)

    def declaration(self, statement: ast.stmt, name: str, kind: Kind) -> ast.AnnAssign:
        """`name: kind = value` in place of an assignment to the name alone, else `name: kind` to stand before it."""
        value: ast.expr | None = None
        match statement:
            case ast.Assign(targets=[ast.Name(id=target)], value=assigned) if target == name:
                value = assigned
        made = ast.AnnAssign(ast.Name(name, ast.Store()), self.annotation(kind), value, 1)
        return _at_place_of(statement, made)


def _at_place_of(old: ast.stmt, new: ast.AnnAssign) -> ast.AnnAssign:
    place = getattr(old, "lua", None)
    if place is not None:
        new.lua = place  # type: ignore[attr-defined]  # see lowering/build.py
    return new


def _is_any(annotation: ast.expr | None) -> bool:
    return isinstance(annotation, ast.Name) and annotation.id == ANY


def _gives_any(scope: Scope, value: ast.expr | None) -> bool:
    return (
        isinstance(value, ast.Call)
        and isinstance(value.func, ast.Name)
        and value.func.id in _GIVE_ANY
        and scope.find(value.func.id) is None
    )


def _separate(statement: ast.stmt) -> list[ast.stmt]:
    """`a, b = 1, 2`, whose values do not depend on the variables, as one statement each."""
    match statement:
        case ast.Assign(targets=[ast.Tuple(elts=targets)], value=ast.Tuple(elts=values)):
            pass
        case _:
            return [statement]
    names = {target.id for target in targets if isinstance(target, ast.Name)}
    read = {node.id for value in values for node in ast.walk(value) if isinstance(node, ast.Name)}
    is_starred = any(isinstance(value, ast.Starred) for value in values)
    if len(names) != len(values) or len(targets) != len(values) or names & read or is_starred:
        return [statement]
    made: list[ast.stmt] = []
    for target, value in zip(targets, values, strict=True):
        part = ast.Assign([target], value)
        place = getattr(statement, "lua", None)
        if place is not None:
            part.lua = place  # type: ignore[attr-defined]  # see lowering/build.py
        made.append(part)
    return made


def _assigned(statement: ast.stmt) -> Iterator[str]:
    """The names that a statement itself assigns, what its inner blocks assign left out."""
    match statement:
        case ast.Assign(targets=targets):
            for target in targets:
                yield from _names(target)
        case ast.For(target=target) | ast.AsyncFor(target=target):
            yield from _names(target)
    for field in ast.iter_child_nodes(statement):
        if isinstance(field, ast.expr):
            yield from _named(field)


def _names(target: ast.expr) -> Iterator[str]:
    if isinstance(target, ast.Name):
        yield target.id
    elif isinstance(target, ast.Tuple):
        for part in target.elts:
            yield from _names(part)


def _named(node: ast.AST) -> Iterator[str]:
    """The names of assignment expressions, those in lambdas left out."""
    if isinstance(node, ast.Lambda):
        return
    if isinstance(node, ast.NamedExpr):
        yield node.target.id
    for child in ast.iter_child_nodes(node):
        yield from _named(child)


def _inner_blocks(statement: ast.stmt) -> Iterator[list[ast.stmt]]:
    for field in ("body", "orelse", "finalbody"):
        yield getattr(statement, field, [])
    for handler in getattr(statement, "handlers", ()):
        yield handler.body
