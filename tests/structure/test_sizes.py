"""Files and functions that can be read at one sitting; every module says what it is for (CONTRIBUTING.md, "The house")."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from import_graph import ROOT

_FILE_LINES = 420
"""A little above the limit of CONTRIBUTING, so that a line more in a full file is no failure."""
_FUNCTION_LINES = 62

_SOURCES = sorted(
    path
    for folder in ("transpiler", "runtime", "tests", "examples")
    for path in (ROOT / folder).rglob("*")
    if path.suffix in {".py", ".c", ".h"}
    and "golden" not in path.parts  # what the compiler wrote
    and "compiled" not in path.parts
    and "build" not in path.parts
)


def _trees() -> Iterator[tuple[Path, ast.Module]]:
    for path in _SOURCES:
        if path.suffix == ".py":
            yield path.relative_to(ROOT), ast.parse(path.read_text(encoding="utf-8"))


def test_files_are_short() -> None:
    sizes = {str(path.relative_to(ROOT)): path.read_text("utf-8").count("\n") for path in _SOURCES}
    assert len(sizes) > 400
    assert {name: size for name, size in sizes.items() if size > _FILE_LINES} == {}


def _length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Without parameters and docstring, which grow with what there is to say."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def test_functions_are_short() -> None:
    long = [
        f"{path}:{node.lineno} {node.name}"
        for path, tree in _trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and _length(node) > _FUNCTION_LINES
    ]
    assert long == []


def test_modules_say_what_they_are_for() -> None:
    silent = [
        str(path)
        for path, tree in _trees()
        if tree.body and path.parts[0] in {"transpiler", "runtime"} and not ast.get_docstring(tree)
    ]
    assert silent == []
