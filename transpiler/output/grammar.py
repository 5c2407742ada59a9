"""The statements of a generated module in, what black will conclude from them about the version of Python that it is for.

Where a statement needs Python 3.6 or later, black adds a comma after `*rest` in all that it splits. The other conclusions need
statements that are generated rarely or never (`black.get_features_used` has the list): of those this does not tell.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable

_NEWER = (ast.JoinedStr, ast.NamedExpr)
_OTHER = tuple(
    getattr(ast, name)
    for name in ("Match", "TryStar", "TypeAlias", "TemplateStr")
    if hasattr(ast, name)
)


def needs_newer(body: Iterable[ast.stmt]) -> bool | None:
    """Does `body` need Python 3.6 or later? None when black may conclude other things too."""
    newer = False
    for statement in body:
        for node in ast.walk(statement):
            if isinstance(node, _NEWER):
                newer = True
                if isinstance(node, ast.JoinedStr) and not _is_plain(node):
                    return None
            elif _may_conclude_more(node):
                return None
    return newer


def _may_conclude_more(node: ast.AST) -> bool:
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            if getattr(node, "type_params", None):
                return True
            return not all(map(_is_simple_decorator, node.decorator_list))
        case ast.arguments():
            return bool(node.posonlyargs)
        case ast.arg(annotation=ast.Starred()):
            return True
        case (
            ast.Return(value=ast.Tuple(elts=values))
            | ast.Yield(value=ast.Tuple(elts=values))
            | ast.Subscript(slice=ast.Tuple(elts=values))
        ):
            return any(isinstance(value, ast.Starred) for value in values)
        case ast.AnnAssign(value=ast.Tuple()) | ast.Subscript(slice=ast.Starred()):
            return True
        case ast.ExceptHandler(type=ast.Tuple()):
            return True
        case ast.ListComp(elt=ast.Starred()) | ast.SetComp(elt=ast.Starred()):
            return True
    return isinstance(node, _OTHER)


def _is_plain(text: ast.JoinedStr) -> bool:
    """Has it no texts in its fields? With quotes in quotes it would need Python 3.12."""
    fields = [value for value in text.values if not isinstance(value, ast.Constant)]
    return not any(
        isinstance(node, ast.Constant) and isinstance(node.value, str | bytes)
        for field in fields
        for node in ast.walk(field)
    )


def _is_simple_decorator(node: ast.expr) -> bool:
    """Names with dots, called or not: what every version of Python takes."""
    if isinstance(node, ast.Call):
        node = node.func
    while isinstance(node, ast.Attribute):
        node = node.value
    return isinstance(node, ast.Name)
