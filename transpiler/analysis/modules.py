"""Modules by `require`: which names a Lua module exports.

A worker's modules are linked when they compile: `helpers.short_id(x)` becomes a call of one known function. That
needs a module to be a plain table of exports, which is how modules are written: a local table (or a constructor)
returned at the end, its fields set at the top level. In: a chunk. Out: its `ModuleShape`, or None.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from ..syntax import nodes
from ..syntax.children import child_nodes
from .walk import strip_parentheses


@dataclass(eq=False)
class ModuleShape:
    """`table` declares the local that holds the exports (None for `return {...}`); `aliases` are exports that are
    other locals of the module: export name -> the name of the local, as used in the final constructor. `body` are
    the module's statements, with those that only make the table left out and those that stand for constructor
    fields added; `fields` are the names such statements declare.
    """

    table: nodes.Identifier | None
    exports: set[str] = field(default_factory=set)
    aliases: dict[str, nodes.Name] = field(default_factory=dict)
    body: list[nodes.Statement] = field(default_factory=list)
    fields: dict[nodes.Identifier, str] = field(default_factory=dict)


def required_name(expression: nodes.Node | None) -> str | None:
    """The module name of `require("name")`, None for anything else. Whether `require` is a local is the caller's
    question."""
    if isinstance(expression, nodes.Call) and isinstance(expression.function, nodes.Name):
        arguments = expression.arguments
        is_require = expression.function.name == "require" and len(arguments) == 1
        if is_require and isinstance(arguments[0], nodes.String):
            return arguments[0].value
    return None


@dataclass(frozen=True)
class Required:
    """One `require("name")`, or `pcall(require, "name")`, which is `protected`.

    `at_once` when it is outside of all functions, so that it runs when its own chunk does; `certain` when it does so always.
    """

    name: str
    place: nodes.Node
    at_once: bool
    certain: bool
    protected: bool = False


def required_modules(chunk: nodes.Chunk) -> Iterator[Required]:
    """Every module that `chunk` requires by a constant name, in the order of the source."""
    if "require" not in chunk.source.text:
        return
    stack: list[tuple[nodes.Node, bool, bool]] = [(chunk.body, True, True)]
    while stack:
        node, at_once, certain = stack.pop()
        name = required_name(node)
        if name is not None:
            yield Required(name, node, at_once, certain)
        name = _name_in_protected_call(node)
        if name is not None:
            yield Required(name, node, at_once, certain=False, protected=True)
        at_once = at_once and not isinstance(node, nodes.Function)
        certain = certain and not isinstance(node, _MAY_BE_LEFT_OUT)
        stack.extend((child, at_once, certain) for child in reversed(list(child_nodes(node))))


_MAY_BE_LEFT_OUT = (
    nodes.Function,
    nodes.Logical,
    nodes.If,
    nodes.While,
    nodes.NumericFor,
    nodes.GenericFor,
)


def _name_in_protected_call(node: nodes.Node) -> str | None:
    """The module name of `pcall(require, "name")`, None for anything else."""
    match node:
        case nodes.Call(
            function=nodes.Name(name="pcall"),
            arguments=(nodes.Name(name="require"), nodes.String(value=name)),
        ):
            return name
    return None


def shape_of(chunk: nodes.Chunk) -> ModuleShape | None:
    """The exports of a module, None when it is not a plain table of them."""
    statements = list(chunk.body.statements)
    last = statements[-1] if statements else None
    if not isinstance(last, nodes.Return) or len(last.values) != 1:
        return None
    value = strip_parentheses(last.values[0])
    if isinstance(value, nodes.Table):
        shape = ModuleShape(None)
        shape.body = statements[:-1]
        return shape if _add_fields(shape, value) else None
    if not isinstance(value, nodes.Name):
        return None
    return _named_table(statements[:-1], value.name)


def _named_table(statements: list[nodes.Statement], name: str) -> ModuleShape | None:
    shape: ModuleShape | None = None
    for statement in statements:
        match statement:
            case nodes.LocalAssign(targets=(target,), values=(nodes.Table() as table,)) if (
                target.name.name == name
            ):
                shape = ModuleShape(target.name, body=list(shape.body) if shape else [])
                if not _add_fields(shape, table):
                    return None
                continue
        if shape is None:
            shape = ModuleShape(None)
        key = exported_key(statement, name)
        if key is not None:
            shape.exports.add(key)
        shape.body.append(statement)
    return shape if shape is not None and shape.table is not None else None


def exported_key(statement: nodes.Statement, table: str) -> str | None:
    """The export that `statement` sets: `function M.key()`, `M.key = value`."""
    match statement:
        case nodes.FunctionStatement(
            target=nodes.Index(object=nodes.Name(name=name), key=nodes.String(value=key))
        ) | nodes.Assign(
            targets=(nodes.Index(object=nodes.Name(name=name), key=nodes.String(value=key)),),
            values=(_,),
        ) if (
            name == table
        ):
            return key
    return None


def _add_fields(shape: ModuleShape, table: nodes.Table) -> bool:
    """Adds the fields of the constructor as exports; false when one has no constant name."""
    for entry in table.fields:
        if not isinstance(entry, nodes.NamedField):
            return False
        value = strip_parentheses(entry.value)
        if isinstance(value, nodes.Name):
            shape.aliases[entry.name.name] = value
            continue
        shape.exports.add(entry.name.name)
        shape.fields[entry.name] = entry.name.name
        place = (entry.start, entry.end, entry.line)
        made: nodes.Statement
        if isinstance(value, nodes.Function):
            made = nodes.LocalFunction(*place, entry.name, value)
        else:
            target = nodes.LocalTarget(*place, entry.name, None)
            made = nodes.LocalAssign(*place, (target,), (value,))
        shape.body.append(made)
    return True
