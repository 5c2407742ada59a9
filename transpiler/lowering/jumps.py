"""Jumps out of Python loops: where a `goto` or `break` lies and where it lands in, `continue`, `break`, `return` or a flag out.

A jump that leaves several Python loops sets a flag and breaks; behind each loop that it leaves, `if flag:` goes on with it.
Lua manual: 3.3.4.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from contextlib import contextmanager

from ..analysis.regions import end_labels
from ..syntax import nodes
from . import build, statements
from .scope import Landing, Loop, ModuleKind, PythonScope


def goto(scope: PythonScope, node: nodes.Goto) -> None:
    """`goto label`"""
    to_label(scope, scope.program.resolution.targets[node])


def to_label(scope: PythonScope, target: nodes.Label) -> None:
    """A jump to in front of `target`, which is around."""
    if scope.loops and target in scope.loops[-1].continues:
        scope.emit(ast.Continue())
    elif target in scope.after:
        return  # the label is what comes next
    elif target in _function_end(scope):
        statements.return_nothing(scope)
    else:
        _jump(scope, target, target.name.name)


def break_(scope: PythonScope) -> None:
    """`break`: leaves the innermost Lua loop and the Python loops in it that stand for jumps."""
    _jump(scope, next(loop for loop in reversed(scope.loops) if loop.is_lua), "break")


def lands(scope: PythonScope, label: nodes.Label) -> bool:
    """Can a jump to `label` be written with what is around?"""
    if label in _function_end(scope):
        return True
    return any(_landing(loop, label) is not None for loop in scope.loops)


def _function_end(scope: PythonScope) -> frozenset[nodes.Label]:
    """The labels at the end of the function: a jump there returns."""
    function = scope.function.node
    if function is not None:
        return end_labels(function.body.statements)
    is_main = scope.module.kind is ModuleKind.SCRIPT
    return end_labels(scope.program.chunk.body.statements) if is_main else frozenset()


def _landing(loop: Loop, landing: Landing) -> list[ast.stmt] | None:
    """The statements that jump to `landing` from directly inside `loop`, None when it is somewhere else."""
    if landing is loop:
        return [ast.Break()]
    if not isinstance(landing, nodes.Label):
        return None
    if landing in loop.continues:
        return [ast.Continue()]
    if landing in loop.segments:
        number = build.constant(loop.segments[landing])
        return [build.assign(build.store(loop.selector), number), ast.Continue()]
    if landing in loop.flagged:
        return [_set(loop.flagged[landing], True), ast.Break()]
    return [ast.Break()] if landing in loop.breaks else None


def _set(flag: str, value: bool) -> ast.stmt:
    return build.assign(build.store(flag), build.constant(value))


def _jump(scope: PythonScope, landing: Landing, hint: str) -> None:
    if isinstance(landing, nodes.Label) and not lands(scope, landing):
        # Only at the top level of a worker, which goto.top_level_problems refuses.
        assert scope.program.workers is not None
        return
    direct = _landing(scope.loops[-1], landing)
    if direct is None:
        crossed = []
        for loop in reversed(scope.loops):
            if _landing(loop, landing) is not None:
                flag = loop.flagged.get(landing) if isinstance(landing, nodes.Label) else None
                break
            crossed.append(loop)
        flag = flag or crossed[-1].crossed.get(landing) or flag_name(scope, hint)
        for loop in crossed:
            loop.crossed[landing] = flag
        direct = [_set(flag, True), ast.Break()]
    for statement in direct:
        scope.emit(statement)


def flag_name(scope: PythonScope, label: str) -> str:
    """A new flag that says that a jump to `label` is under way."""
    return scope.temporary(f"goto_{label}")


def clear(scope: PythonScope, flag: str) -> None:
    """Writes that no jump is under way."""
    scope.emit(_set(flag, False))


@contextmanager
def inside(scope: PythonScope, loop: Loop) -> Iterator[None]:
    """What is lowered inside is the body of `loop`."""
    outer_after, scope.after, scope.flagged = scope.after, frozenset(), {}
    scope.loops.append(loop)
    yield
    scope.loops.pop()
    scope.after = outer_after


def emit_loop(scope: PythonScope, loop: Loop, statement: ast.stmt) -> None:
    """Writes the finished loop, and behind it how the jumps go on that leave further loops."""
    outer = scope.loops[-1] if scope.loops else None
    set_before = set() if outer is None else set(outer.flagged.values())
    for landing, flag in loop.crossed.items():
        lands_here = outer is not None and _landing(outer, landing) is not None
        if lands_here and flag not in set_before:
            clear(scope, flag)
    scope.emit(statement)
    for landing, flag in loop.crossed.items():
        assert outer is not None
        direct = None if flag in set_before else _landing(outer, landing)
        with scope.block() as body:
            for jump in direct or [ast.Break()]:
                scope.emit(jump)
        scope.emit(ast.If(build.name(flag), body, []))
