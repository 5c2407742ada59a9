"""The position table: the lowered tree and the formatted text in, the text of `__lua_positions__` out.

Formatting moves code between lines; the tree keeps its shape. So the formatted text is parsed and walked in step
with the tree it was printed from, whose nodes know their Lua places.
"""

from __future__ import annotations

import ast
from bisect import bisect_right
from collections.abc import Iterator
from operator import itemgetter

from assay.runtime.positions import VARIABLE, OperandName, Span, encode

from ..lowering.build import place_of
from ..lowering.scope import is_marker

_LINE = 88
_WIDTH = _LINE - 6  # indentation and quotes


class ShapeError(Exception):
    """The formatted text is not the program it was made from: a bug of ours."""


def position_table(chunk: str, lowered: list[ast.stmt], printed: list[ast.stmt]) -> str:
    """The assignment of `__lua_positions__` for a module whose last statements `printed` are those of `lowered`.

    Raises ShapeError when the two do not match."""
    real = [statement for statement in lowered if not is_marker(statement)]
    printed = printed[len(printed) - len(real) :] if real else []
    lines: dict[int, int] = {}
    expressions: list[tuple[Span, int, tuple[OperandName | None, ...]]] = []
    for made, found in _pairs(real, printed):
        place = place_of(made)
        if place is None:
            continue
        line, names = place
        assert isinstance(found, ast.stmt | ast.expr)
        if isinstance(found, ast.stmt):
            lines.setdefault(_first_line(found), line)
            lines.setdefault(found.lineno, line)
        if isinstance(
            found, ast.expr | ast.AugAssign
        ):  # whose operation has the place of the statement
            end_line, end_column = found.end_lineno or found.lineno, found.end_col_offset or 0
            expressions.append(
                (Span(found.lineno, found.col_offset, end_line, end_column), line, names)
            )
    ordered = sorted(lines.items())
    kept = [
        (span, line, names)
        for span, line, names in expressions
        if names or _line_at(ordered, span.line) != line
    ]
    return _assignment(encode(chunk, ordered, sorted(kept, key=lambda item: item[0])))


def _first_line(statement: ast.stmt) -> int:
    """Where Python says that a function begins: its code object has the line of the first decorator."""
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef) and statement.decorator_list:
        return statement.decorator_list[0].lineno
    return statement.lineno


def _line_at(lines: list[tuple[int, int]], python_line: int) -> int | None:
    at = bisect_right(lines, python_line, key=itemgetter(0))
    return lines[at - 1][1] if at else None


def _assignment(text: str) -> str:
    pieces = []
    rest = text
    while len(rest) > _WIDTH:
        cut = rest.rfind(" ", 0, _WIDTH) + 1 or rest.find(" ") + 1 or len(rest)
        pieces.append(rest[:cut])
        rest = rest[cut:]
    pieces.append(rest)
    if len(text) + len(f'{VARIABLE} = ""') <= _LINE:
        return f'{VARIABLE} = "{text}"\n'
    joined = "\n".join(f'    "{piece}"' for piece in pieces)
    return f"{VARIABLE} = (\n{joined}\n)\n"


def _pairs(lowered: list[ast.stmt], printed: list[ast.stmt]) -> Iterator[tuple[ast.AST, ast.AST]]:
    stack: list[tuple[ast.AST, ast.AST]] = list(reversed(_zipped(lowered, printed)))
    while stack:
        made, found = stack.pop()
        if type(made) is not type(found):
            raise ShapeError(f"{type(made).__name__} was printed as {type(found).__name__}")
        yield made, found
        if isinstance(made, ast.JoinedStr):
            continue  # Python before 3.12 does not know positions inside, and no call stands there
        children: list[tuple[ast.AST, ast.AST]] = []
        for field in made._fields:
            children += _zipped(getattr(made, field, None), getattr(found, field, None))
        stack.extend(reversed(children))


def _zipped(made: object, found: object) -> list[tuple[ast.AST, ast.AST]]:
    if isinstance(made, list) and isinstance(found, list):
        nodes = [node for node in made if not (isinstance(node, ast.AST) and is_marker(node))]
        if len(nodes) != len(found):
            raise ShapeError(f"{len(nodes)} nodes were printed as {len(found)}")
        pairs = zip(nodes, found, strict=True)
        return [(a, b) for a, b in pairs if isinstance(a, ast.AST) and isinstance(b, ast.AST)]
    if isinstance(made, ast.AST) and isinstance(found, ast.AST):
        return [(made, found)]
    return []
