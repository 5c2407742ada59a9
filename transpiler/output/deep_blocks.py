"""Blocks that are nested more deeply than Python takes: the statements of a module in, the same with inner parts as functions of
their own out.

CPython compiles 20 loops and `with` blocks in each other and reads 100 levels of indentation; Lua's own compiler takes about 190
of either. A statement that goes deeper becomes a function at the beginning of the function it stands in, whose variables it
shares. What it returns says how it was left: by `return`, `break`, `continue`, or at its end. What fits stays as it is.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from assay.runtime.positions import PART

from ..lowering import build
from ..lowering.scope import is_marker

_MOST_BLOCKS = 18
"""Loops and `with` blocks in each other; CPython's CO_MAXBLOCKS is 20."""
_MOST_LEVELS = 90
"""Levels of indentation; CPython's MAXINDENT is 100."""
_LEVELS_OF_A_PART = 40
"""How far is indented what becomes a part because of its indentation."""

_Function = ast.FunctionDef | ast.AsyncFunctionDef
_WAITING = ast.Await | ast.AsyncFor | ast.AsyncWith
_COUNTED = ast.For | ast.AsyncFor | ast.While | ast.With | ast.AsyncWith | ast.Try


def split_deep_blocks(body: list[ast.stmt]) -> bool:
    """Moves what is nested too deeply in `body`, in place; true when something was, whose annotations need `Any`."""
    if _fits(body, 0):
        return False
    taken = {node.id for node in _nodes(body) if isinstance(node, ast.Name)}
    taken |= {node.arg for node in _nodes(body) if isinstance(node, ast.arg)}
    _split(None, body, 0, taken)
    return True


def _fits(body: Sequence[ast.stmt], level: int) -> bool:
    blocks, levels = _depth(body)
    return blocks <= _MOST_BLOCKS and level + levels <= _MOST_LEVELS


def _depth(body: Sequence[ast.stmt]) -> tuple[int, int]:
    """How many loops and how many levels of indentation are in each other in `body`, functions inside included."""
    most_blocks = most_levels = 0
    for statement in body:
        blocks = levels = 0
        for inner in _blocks(statement):
            inner_blocks, inner_levels = _depth(inner)
            blocks, levels = max(blocks, inner_blocks), max(levels, inner_levels + 1)
        most_blocks = max(most_blocks, blocks + isinstance(statement, _COUNTED))
        most_levels = max(most_levels, levels)
    return most_blocks, most_levels


def _blocks(statement: ast.stmt) -> Iterator[list[ast.stmt]]:
    """The blocks of a statement; `elif` is one of them, as it is printed."""
    while isinstance(statement, ast.If) and len(statement.orelse) == 1:
        yield statement.body
        if not isinstance(statement.orelse[0], ast.If):
            yield statement.orelse
            return
        statement = statement.orelse[0]
    for name in ("body", "orelse", "finalbody"):
        inner = getattr(statement, name, None)
        if isinstance(inner, list) and inner:
            yield inner
    for handler in getattr(statement, "handlers", ()):
        yield handler.body


# -------------------------------------------------------------------------------------------------------------- splitting


@dataclass
class _Owner:
    """A Python function (None: a module) that is being split, whose statements stand at the indentation `level`."""

    function: _Function | None
    body: list[ast.stmt]
    level: int
    taken: set[str]
    """Names that the module uses."""
    parts: list[_Function] = field(default_factory=list)

    def name(self, wanted: str) -> str:
        name, number = wanted, 1
        while name in self.taken:
            number += 1
            name = f"{wanted.rstrip('_')}_{number}{'__' if wanted.endswith('__') else ''}"
        self.taken.add(name)
        return name


def _split(function: _Function | None, body: list[ast.stmt], level: int, taken: set[str]) -> None:
    owner = _Owner(function, body, level, taken)
    _visit(owner, body, 0, level)
    if not owner.parts:
        return
    _share_variables(owner)
    first = next((n for n, s in enumerate(body) if not _stands_first(s)), len(body))
    body[first:first] = owner.parts


def _stands_first(statement: ast.stmt) -> bool:
    """Is it a docstring, or a declaration of variables from outside?"""
    is_text = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    return is_text or isinstance(statement, ast.Global | ast.Nonlocal | ast.ImportFrom)


def _visit(owner: _Owner, body: list[ast.stmt], blocks: int, level: int) -> None:
    """Goes through `body`, which stands inside of `blocks` loops at the indentation `level`."""
    for statement in body[:]:
        inner_blocks, inner_levels = _depth([statement])
        if blocks + inner_blocks <= _MOST_BLOCKS and level + inner_levels <= _MOST_LEVELS:
            continue
        counted = blocks + isinstance(statement, _COUNTED)
        is_too_far = level - owner.level >= _LEVELS_OF_A_PART
        if counted > _MOST_BLOCKS or (is_too_far and level + inner_levels > _MOST_LEVELS):
            at = body.index(statement)
            body[at : at + 1] = _moved(owner, statement)
        elif isinstance(statement, _Function):
            _split(statement, statement.body, level + 1, owner.taken)
        else:
            for inner in _blocks(statement):
                _visit(
                    owner, inner, 0 if isinstance(statement, ast.ClassDef) else counted, level + 1
                )


def _moved(owner: _Owner, statement: ast.stmt) -> list[ast.stmt]:
    """Makes `statement` a part of `owner`; gives what stands in its place."""
    place = build.place_of(statement)
    line = 0 if place is None else place[0]
    kinds = {type(jump) for jump in _jumps([statement], False)}
    part_body = [statement]
    name = owner.name(f"{PART}__")
    waits = any(isinstance(node, _WAITING) for node in _own_nodes([statement]))
    make = ast.AsyncFunctionDef if waits else ast.FunctionDef
    signature = ast.arguments([], [], None, [], [], None, [])
    made = make(name=name, args=signature, body=part_body, decorator_list=[], returns=_any())
    owner.parts.append(build.at(made, line))
    if kinds:
        _tell_jumps(part_body, ast.Return in kinds, False)
        part_body.append(build.at(_told("", None if ast.Return in kinds else _NO_VALUE), line))
    call: ast.expr = build.call(name)
    if waits:
        call = ast.Await(call)
    elif any(isinstance(node, ast.Yield) for node in _own_nodes([statement])):
        call = ast.YieldFrom(call)
    left = [build.at(each, line) for each in _leaving(owner, call, kinds)]
    _visit(owner, part_body, 0, owner.level + 1)
    return left


def _any() -> ast.expr:
    return build.name("Any")


def _leaving(owner: _Owner, call: ast.expr, kinds: set[type[ast.stmt]]) -> list[ast.stmt]:
    """The call of a part, and the jump by which it was left, of those `kinds`."""
    if not kinds:
        return [ast.Expr(call)]
    left = owner.name("left")
    targets: list[ast.expr] = [build.store(left)]
    made: list[ast.stmt] = []
    if ast.Return in kinds:
        value = owner.name("value")
        targets.append(build.store(value))
        made.append(_if_left(left, "return", ast.Return(build.name(value))))
    if ast.Break in kinds:
        made.append(_if_left(left, "break", ast.Break()))
    if ast.Continue in kinds:
        made.append(_if_left(left, "continue", ast.Continue()))
    target = targets[0] if len(targets) == 1 else ast.Tuple(targets, ast.Store())
    return [build.assign(target, call), *made]


def _if_left(name: str, word: str, jump: ast.stmt) -> ast.stmt:
    test = build.compare(build.name(name), ast.Eq(), build.constant(word))
    return ast.If(test, [jump], [])


_NO_VALUE = ast.Pass()
"""Stands for the value of a part that never returns from the function around."""


def _told(word: str, value: ast.AST | None) -> ast.Return:
    if value is _NO_VALUE:
        return ast.Return(build.constant(word))
    found = value if isinstance(value, ast.expr) else build.constant(None)
    return ast.Return(build.tuple_([build.constant(word), found]))


def _jumps(body: Iterable[ast.stmt], in_loop: bool) -> Iterator[ast.stmt]:
    """The statements by which control leaves `body`; `in_loop` when it is inside of a loop that moves along."""
    for statement in body:
        if isinstance(statement, ast.Return) or (
            isinstance(statement, ast.Break | ast.Continue) and not in_loop
        ):
            yield statement
        elif not isinstance(statement, _Function | ast.ClassDef):
            for block in _blocks(statement):
                yield from _jumps(block, in_loop or _is_loop(statement))


def _is_loop(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.For | ast.AsyncFor | ast.While)


def _tell_jumps(body: list[ast.stmt], with_value: bool, in_loop: bool) -> None:
    """Writes `return "break"` and the like over the jumps out of `body`."""
    for at, statement in enumerate(body):
        told: ast.Return | None = None
        if isinstance(statement, ast.Return):
            told = _told("return", statement.value)
        elif isinstance(statement, ast.Break | ast.Continue) and not in_loop:
            word = "break" if isinstance(statement, ast.Break) else "continue"
            told = _told(word, None if with_value else _NO_VALUE)
        elif not isinstance(statement, _Function | ast.ClassDef):
            for block in _blocks(statement):
                _tell_jumps(block, with_value, in_loop or _is_loop(statement))
        if told is not None:
            place = build.place_of(statement)
            body[at] = told if place is None else build.at(told, place[0])


# -------------------------------------------------------------------------------------------------------------- variables


def _share_variables(owner: _Owner) -> None:
    """Declares in each part the variables that other parts or the rest of the function use as well, and makes sure that the
    function has them."""
    outer = {
        name: type(statement)
        for statement in owner.body
        if isinstance(statement, ast.Global | ast.Nonlocal)
        for name in statement.names
    }
    mentioned = [_mentioned(part.body) for part in owner.parts]
    in_rest = _mentioned(owner.body)
    shared: set[str] = set()
    for number, part in enumerate(owner.parts):
        others = in_rest.union(*(m for n, m in enumerate(mentioned) if n != number))
        stored = _stored(part.body)
        if owner.function is None:
            top, local = stored, set()
        else:
            top = {name for name in stored if outer.get(name) is ast.Global}
            local = {name for name in stored - top if name in others or name in outer}
        declared: list[ast.stmt] = []
        if top:
            declared.append(ast.Global(sorted(top)))
        if local:
            declared.append(ast.Nonlocal(sorted(local)))
        part.body[:0] = declared
        shared |= local
    if owner.function is None:
        return
    arguments = {a.arg for a in ast.walk(owner.function.args) if isinstance(a, ast.arg)}
    unbound = shared - arguments - outer.keys() - _stored(owner.body)
    first = next((n for n, s in enumerate(owner.body) if not _stands_first(s)), len(owner.body))
    owner.body[first:first] = [
        build.assign(build.store(name), build.constant(None)) for name in sorted(unbound)
    ]


def _mentioned(body: Sequence[ast.stmt]) -> set[str]:
    """All names in `body`, those of functions inside included."""
    found = set()
    for node in _nodes(body):
        if isinstance(node, ast.Name):
            found.add(node.id)
        elif isinstance(node, _Function):
            found.add(node.name)
        elif isinstance(node, ast.Global | ast.Nonlocal):
            found.update(node.names)
    return found


def _stored(body: Sequence[ast.stmt]) -> set[str]:
    """The names that `body` itself assigns."""
    found = set()
    for node in _own_nodes(body):
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            found.add(node.id)
        elif isinstance(node, _Function | ast.ClassDef):
            found.add(node.name)
    return found


def _nodes(body: Iterable[ast.AST]) -> Iterator[ast.AST]:
    for statement in body:
        if not (isinstance(statement, ast.stmt) and is_marker(statement)):
            yield from ast.walk(statement)


def _own_nodes(body: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """The nodes of `body` that belong to the function it stands in: not those of functions inside, nor the variables of
    comprehensions."""
    waiting = list(body)
    while waiting:
        node = waiting.pop()
        yield node
        if isinstance(node, _Function | ast.Lambda):
            waiting += [*node.args.defaults, *(d for d in node.args.kw_defaults if d is not None)]
        elif isinstance(node, ast.comprehension):
            waiting += [node.iter, *node.ifs]
        else:
            waiting += ast.iter_child_nodes(node)
