"""Annotations where mypy would infer too narrow a type: a Lua variable may hold another type at each assignment.

In: an `ast` body with final names. Out: the same, where the first assignment of a name that later gets something
else is `name: Any = value`.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

_Function = ast.FunctionDef | ast.AsyncFunctionDef


def annotate(body: list[ast.stmt]) -> bool:
    """Annotates in place, in all functions and at module level; true when `Any` is needed."""
    changed = _annotate_block(body, set())
    # Functions stand in statements only, so that expressions, which are most of the tree, need not be looked through.
    for node in list(_with_inner(body)):
        if isinstance(node, _Function):
            parameters = {a.arg for a in (*node.args.args, *node.args.kwonlyargs)}
            if node.args.vararg is not None:
                parameters.add(node.args.vararg.arg)
            changed |= _annotate_block(node.body, parameters)
    return changed


def _with_inner(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """All statements of `body`, those of functions and classes inside too."""
    for statement in body:
        yield statement
        for field in ("body", "orelse", "finalbody"):
            yield from _with_inner(getattr(statement, field, []))
        for handler in getattr(statement, "handlers", ()):
            yield from _with_inner(handler.body)


def _annotate_block(body: list[ast.stmt], declared: set[str]) -> bool:
    outer = {
        name
        for s in _statements(body)
        if isinstance(s, ast.Global | ast.Nonlocal)
        for name in s.names
    }
    kinds: dict[str, set[str]] = {}
    for statement in _statements(body):
        for name, kind in _assigned(statement):
            kinds.setdefault(name, set()).add(kind)
    for inner in _inner_assignments(body):
        kinds.setdefault(inner, set()).add("other scope")
    wide = {name for name, found in kinds.items() if len(found) > 1 or "None" in found}
    wide -= declared | outer
    return _write(body, wide)


def _write(body: list[ast.stmt], wide: set[str]) -> bool:
    changed = False
    for block in _blocks(body):
        position = 0
        while position < len(block):
            statement = block[position]
            names = [name for name, _ in _assigned(statement) if name in wide]
            for name in names:
                wide.discard(name)
                changed = True
                annotation = ast.Name("Any", ast.Load())
                target = ast.Name(name, ast.Store())
                if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
                    made = ast.AnnAssign(target, annotation, statement.value, 1)
                    block[position] = ast.copy_location(made, statement)
                    _keep_place(statement, made)
                else:
                    made = ast.AnnAssign(target, annotation, None, 1)
                    _keep_place(statement, made)
                    block.insert(position, made)
                    position += 1
            position += 1
    return changed


def _keep_place(old: ast.stmt, new: ast.stmt) -> None:
    place = getattr(old, "lua", None)
    if place is not None:
        new.lua = place  # type: ignore[attr-defined]  # see lowering/build.py


def _assigned(statement: ast.stmt) -> Iterator[tuple[str, str]]:
    match statement:
        case ast.Assign(targets=[ast.Name(id=name)], value=value):
            yield name, _kind(value)
        case ast.Assign(targets=[ast.Tuple(elts=targets)], value=ast.Tuple(elts=values)) if len(
            targets
        ) == len(values):
            for target, value in zip(targets, values, strict=True):
                if isinstance(target, ast.Name):
                    yield target.id, _kind(value)
        case ast.Assign(targets=[ast.Tuple(elts=targets)]):
            for target in targets:
                if isinstance(target, ast.Name):
                    yield target.id, "any"
        case ast.For(target=ast.Name(id=name), iter=ast.Call(func=ast.Name(id="range"))):
            yield name, "int"
        case ast.For(target=ast.Name(id=name)):
            yield name, "any"


def _kind(value: ast.expr) -> str:
    """A crude static type: the same word only for values that mypy gives the same type."""
    match value:
        case ast.Constant(value=constant):
            return "None" if constant is None else type(constant).__name__
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=constant)):
            return type(constant).__name__
        case ast.JoinedStr():
            return "str"
        case ast.Compare() | ast.UnaryOp(op=ast.Not()):
            return "bool"
        case ast.Call(func=ast.Name(id="LuaTable" | "sequence" | "new_table" | "table_of")):
            return "table"
        case ast.Call() | ast.Await() | ast.Yield() | ast.YieldFrom():
            return "any"
    return "unknown"


def _statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    for block in _blocks(body):
        yield from block


def _blocks(body: list[ast.stmt]) -> Iterator[list[ast.stmt]]:
    """`body` and the blocks inside it in source order, leaving out nested functions and classes."""
    yield body
    for statement in body:
        if isinstance(statement, _Function | ast.ClassDef):
            continue
        for field in ("body", "orelse", "finalbody"):
            inner = getattr(statement, field, None)
            if inner:
                yield from _blocks(inner)


def _inner_assignments(body: list[ast.stmt]) -> Iterator[str]:
    """Names that functions inside assign with `nonlocal`."""
    for statement in _statements(body):
        if isinstance(statement, _Function):
            for node in _with_inner(statement.body):
                if isinstance(node, ast.Nonlocal | ast.Global):
                    yield from node.names
