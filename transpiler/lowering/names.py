"""Names decided: placeholders in, identifiers out.

A Lua local keeps its name unless Python forbids it, the module needs it, or another variable that the same function
sees has it; then it gets a number (`x_2`). Two locals of one function share a name when their lifetimes do not
overlap and no closure keeps either.
"""

from __future__ import annotations

import ast
import keyword
import re
from dataclasses import dataclass, field

from ..analysis.scopes import Variable
from .scope import Module, ModuleKind, Named, PythonScope, Temporary

_PYTHON_NAMES = frozenset({"range", "len", "ord", "chr", "int", "super", "property"})
_SKELETON_NAMES = frozenset(
    {
        "ACTIVITIES",
        "ENV",
        "TASK_QUEUE",
        "ADDRESS",
        "NAMESPACE",
        "WORKFLOWS",
        "WORKERS",
        "WORKER_OPTIONS",
        "main",
        "sys",
    }
)
_AMBIGUOUS = frozenset({"l", "O", "I"})
"""Names that Python's style guide forbids (PEP 8) and linters report."""

_NOT_IDENTIFIER = re.compile(r"[^A-Za-z0-9_]+")


def identifier(text: str, fallback: str = "unnamed") -> str:
    """Any text as a Python identifier: other characters become `_`; names Python or name mangling would touch are
    changed."""
    name = (
        _NOT_IDENTIFIER.sub("_", text).strip("_")
        if not text.isidentifier() or not text.isascii()
        else text
    )
    if not name:
        name = fallback
    if name[0].isdigit():
        name = f"_{name}"
    if name.startswith("__"):
        name = f"{name.strip('_') or fallback}_"
    return f"{name}_" if keyword.iskeyword(name) or name in _AMBIGUOUS else name


def assign_names(module: Module, top: PythonScope) -> dict[str, str]:
    """Chooses all names of `module` and writes them into its body; gives the identifier of each placeholder."""
    imported = {local for names in module.imports.values() for local in names.values()}
    reserved = imported | _PYTHON_NAMES | _SKELETON_NAMES
    chosen: dict[Named, str] = {}
    _assign(top, frozenset(reserved), chosen)
    names = {text: chosen[named] for named, text in module.identifiers.items() if named in chosen}
    _Renamer(names).rename(module.body)
    return names


def _assign(scope: PythonScope, reserved: frozenset[str], chosen: dict[Named, str]) -> None:
    # What functions inside take from outside is among the names used here; what they own is not.
    taken = {chosen[named] for named in scope.used if named in chosen}
    if scope.uses_self:
        taken.add("self")
    # In a worker's package what is registered, and named, comes after all that stood before and after it at the top level.
    is_reordered = scope.parent is None and scope.module.kind is not ModuleKind.SCRIPT
    holders: dict[str, _Holders] = {}
    last_number: dict[str, int] = {}
    for named in scope.own:
        if named in chosen:
            continue
        wanted = identifier(named.hint if isinstance(named, Temporary) else named.name)
        alone = _shares_with_none(named) or (is_reordered and not isinstance(named, Temporary))
        # What shares with none finds every number taken that an earlier one of its kind found taken.
        number = last_number.get(wanted, 1) if alone else 1
        name = _numbered(wanted, number)
        while (
            name in reserved
            or name in taken
            or (name in holders and (alone or not holders[name].may_take(named)))
        ):
            number += 1
            name = _numbered(wanted, number)
        if alone:
            last_number[wanted] = number
        chosen[named] = name
        holders.setdefault(name, _Holders()).add(named, alone)
    for child in scope.children:
        _assign(child, reserved, chosen)


def _numbered(wanted: str, number: int) -> str:
    if number == 1:
        return wanted
    return f"{wanted.rstrip('_') or '_'}_{number}" if wanted != "_" else "_" * number


def _shares_with_none(named: Named) -> bool:
    if isinstance(named, Temporary):
        return not named.shared
    return named.kind == "parameter" or bool(named.captured_by) or _holds_function(named)


@dataclass
class _Holders:
    """What has one name. `end` is the offset in the source from which all of them are out of scope, None when some live
    on in a closure or are no variables of the source."""

    names: list[Named] = field(default_factory=list)
    end: int | None = 0

    def add(self, named: Named, alone: bool) -> None:
        self.names.append(named)
        if isinstance(named, Temporary) or alone:
            self.end = None
        elif self.end is not None:
            self.end = max(self.end, named.scope_end)

    def may_take(self, named: Named) -> bool:
        if (
            self.end is not None
            and isinstance(named, Variable)
            and named.repeated_from is None
            and self.end <= named.scope_start
        ):
            return True  # as usual: one block after the other
        return all(_disjoint(named, other) for other in self.names)


def _disjoint(one: Named, other: Named) -> bool:
    if _is_thrown_away(one) and _is_thrown_away(other):
        return True
    if isinstance(one, Temporary) or isinstance(other, Temporary):
        return (
            isinstance(one, Temporary)
            and isinstance(other, Temporary)
            and one.shared
            and other.shared
            and one.hint == other.hint
        )
    if one.captured_by or other.captured_by or _holds_function(one) or _holds_function(other):
        return False
    if "parameter" in (one.kind, other.kind):
        return False
    first, second = (one, other) if one.scope_start <= other.scope_start else (other, one)
    # In one block the second of two variables with one name hides the first.
    same_block = first.name == second.name
    same_block = same_block and first.depth == second.depth and first.scope_end == second.scope_end
    if second.repeated_from is not None and first.scope_start < second.repeated_from:
        same_block = False  # a jump back to between the two reads the first again
    return same_block or first.scope_end <= second.scope_start


def _is_thrown_away(named: Named) -> bool:
    """Does nothing read it?"""
    if isinstance(named, Temporary):
        return named.shared and named.hint == "_"
    return not named.reads and named.kind in ("local", "loop") and not named.captured_by


def _holds_function(variable: Variable) -> bool:
    return variable.kind in ("function", "global")


class _Renamer:
    """Writes identifiers over placeholders, everywhere a name can stand."""

    def __init__(self, names: dict[str, str]) -> None:
        self.names = names

    def rename(self, body: list[ast.stmt]) -> None:
        names = self.names
        for statement in body:
            for node in ast.walk(statement):
                match node:
                    case ast.Name(id=text) if text in names:
                        node.id = names[text]
                    case ast.arg(arg=text) if text in names:
                        node.arg = names[text]
                    case (
                        ast.FunctionDef(name=text)
                        | ast.AsyncFunctionDef(name=text)
                        | ast.ClassDef(name=text)
                    ):
                        node.name = names.get(text, text)
                    case ast.Global(names=listed) | ast.Nonlocal(names=listed):
                        node.names = sorted({names.get(text, text) for text in listed})
