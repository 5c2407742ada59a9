"""Which module of the compiler and the runtime imports which: their sources in, a graph with when each import happens out."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from enum import Enum
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


class When(Enum):
    """When a module imports another."""

    LOADED = "as it is imported itself"
    CALLED = "when a function is called"
    CHECKED = "never, only type checkers do"


Graph = Mapping[str, Mapping[str, frozenset[When]]]
"""What each module imports, by the names of both ("runtime.values"), and when."""


@cache
def graph() -> Graph:
    """The imports of all modules in transpiler/ and runtime/."""
    files = {
        _name(path): path
        for package in ("transpiler", "runtime")
        for path in (ROOT / package).rglob("*.py")
    }
    found: dict[str, dict[str, frozenset[When]]] = {}
    for name, path in files.items():
        package = name if path.stem == "__init__" else name.rpartition(".")[0]
        imported = found.setdefault(name, {})
        for node, when in _imports(ast.parse(path.read_text(encoding="utf-8")), When.LOADED):
            for target in _targets(node, package):
                known = target if target in files else target.rpartition(".")[0]
                if known in files and known != name:
                    imported[known] = imported.get(known, frozenset()) | {when}
    return found


def _name(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def _imports(node: ast.AST, when: When) -> Iterator[tuple[ast.Import | ast.ImportFrom, When]]:
    for child in ast.iter_child_nodes(node):
        match child:
            case ast.Import() | ast.ImportFrom():
                yield child, when
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                yield from _imports(child, When.CALLED)
            case ast.If(test=ast.Name("TYPE_CHECKING")):
                yield from _imports(ast.Module(child.body, []), When.CHECKED)
                yield from _imports(ast.Module(child.orelse, []), when)
            case _:
                yield from _imports(child, when)


def _targets(node: ast.Import | ast.ImportFrom, package: str) -> Iterator[str]:
    """The names that `node` imports, each of a module or of something in one."""
    if isinstance(node, ast.Import):
        yield from (each.name.removeprefix("assay.") for each in node.names)
        return
    above = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
    base = ".".join([*above, *([node.module] if node.module else [])]).removeprefix("assay.")
    yield from (f"{base}.{each.name}" for each in node.names)


def circles(edges: Mapping[str, set[str]]) -> list[set[str]]:
    """The groups of modules each of which reaches all others of its group."""
    reached = {name: _reachable(name, edges) for name in edges}
    groups = {
        frozenset(other for other in reached[name] if name in reached[other])
        for name in edges
        if name in reached[name]
    }
    return [set(group) for group in groups]


def _reachable(start: str, edges: Mapping[str, set[str]]) -> set[str]:
    found: set[str] = set()
    waiting = list(edges[start])
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += edges[name]
    return found
