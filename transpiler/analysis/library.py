"""Library functions: which expressions always mean a function of Lua's standard library or of the host.

In: resolved names and the runtime's registries (data only). A library table counts as unchanged when the source
never assigns the global, never assigns one of its fields, and never lets the table itself be seen as a value (`for
k in pairs(string)`).
"""

from __future__ import annotations

from functools import cache

from assay.runtime.host import registry as host
from assay.runtime.library import LibraryConstant, LibraryFunction
from assay.runtime.stdlib import registry as stdlib
from assay.runtime.temporal import registry as temporal

from ..syntax import nodes
from .scopes import Resolution
from .walk import strip_parentheses


@cache
def rows() -> dict[str, LibraryFunction | LibraryConstant]:
    """All rows by Lua name: "print", "string.format", "http.post"."""
    known: list[LibraryFunction | LibraryConstant] = [*stdlib.FUNCTIONS, *stdlib.CONSTANTS]
    known += [*host.FUNCTIONS, *host.CONSTANTS, *temporal.FUNCTIONS]
    return {row.lua_name: row for row in known}


@cache
def tables() -> frozenset[str]:
    """The names of the library tables: "string", "http", ..."""
    return frozenset(name.partition(".")[0] for name in rows() if "." in name)


_READERS = ("pairs", "next", "rawget", "type", "tostring", "print")
OTHER_CODE = ("load", "loadstring", "loadfile", "dofile")
"""Where these are used, other code may change any global."""


class Library:
    """The library as one chunk sees it."""

    def __init__(
        self,
        resolution: Resolution,
        foreign_writes: frozenset[str] = frozenset(),
        dynamic: bool = False,
    ) -> None:
        self.resolution = resolution
        self.changed: set[str] = {
            name for name, use in resolution.globals.items() if use.writes
        } | foreign_writes
        self.all_changed = dynamic or any(name in resolution.globals for name in OTHER_CODE)
        self._find_changed_tables()
        self._find_changes_by_name()

    def of(self, expression: nodes.Node) -> LibraryFunction | LibraryConstant | None:
        """The library function or constant that `expression` always gives, or None."""
        expression = strip_parentheses(expression)  # type: ignore[arg-type]  # other nodes come back as they are
        if isinstance(expression, nodes.Name):
            variable = self.resolution.variables.get(expression)
            if variable is None:
                hidden = self.all_changed or expression.name in self.changed
                hidden = hidden or expression in self.resolution.environments
                return None if hidden else rows().get(expression.name)
            if (
                variable.is_constant
                and len(variable.values) == 1
                and variable.values[0] is not None
            ):
                value = strip_parentheses(variable.values[0])
                return self.of(value) if isinstance(value, nodes.Name | nodes.Index) else None
            return None
        if isinstance(expression, nodes.Index) and isinstance(expression.key, nodes.String):
            table = self.table_of(expression.object)
            if table is not None and table not in self.changed:
                return rows().get(f"{table}.{expression.key.value}")
        return None

    def string_method(self, name: str) -> LibraryFunction | None:
        """The function behind the method `name` of every string, when the program leaves the strings' metatable
        alone."""
        if (
            self.all_changed
            or "string" in self.changed
            or {"getmetatable", "debug"} & set(self.resolution.globals)
        ):
            return None
        row = rows().get(f"string.{name}")
        return row if isinstance(row, LibraryFunction) else None

    def table_of(self, expression: nodes.Expression) -> str | None:
        """The name of the library table that `expression` is (a global, or a local that holds it), or None."""
        expression = strip_parentheses(expression)
        if not isinstance(expression, nodes.Name):
            return None
        variable = self.resolution.variables.get(expression)
        if variable is None:
            hidden = self.all_changed or expression in self.resolution.environments
            return expression.name if expression.name in tables() and not hidden else None
        if (
            variable.is_constant
            and len(variable.values) == 1
            and isinstance(variable.values[0], nodes.Name)
        ):
            return self.table_of(variable.values[0])
        return None

    def _find_changes_by_name(self) -> None:
        """Assignments through `_G`: of one name, or of who knows what."""
        resolution = self.resolution
        for name in ("_G", "_ENV"):
            use = resolution.globals.get(name)
            if use is None:
                continue
            self.all_changed = self.all_changed or bool(use.writes)
            plain: set[nodes.Node] = {
                n.object for n in resolution.containing if isinstance(n, nodes.Index)
            }
            plain |= self._arguments_of_harmless_calls()
            self.all_changed = self.all_changed or any(read not in plain for read in use.reads)
        for node in resolution.containing:
            targets: tuple[nodes.Node, ...] = ()
            if isinstance(node, nodes.Assign):
                targets = node.targets
            elif isinstance(node, nodes.FunctionStatement):
                targets = (node.target,)
            for target in targets:
                if isinstance(target, nodes.Index) and any(
                    resolution.is_global(target.object, name) for name in ("_G", "_ENV")
                ):
                    if isinstance(target.key, nodes.String):
                        self.changed.add(target.key.value)
                    else:
                        self.all_changed = True

    def _arguments_of_harmless_calls(self) -> set[nodes.Node]:
        """What is only read: `pairs(_G)`."""
        found: set[nodes.Node] = set()
        for node in self.resolution.containing:
            called = node.function if isinstance(node, nodes.Call) else None
            if isinstance(called, nodes.Name) and called.name in _READERS:
                assert isinstance(node, nodes.Call)
                found |= set(node.arguments)
        return found

    def _find_changed_tables(self) -> None:
        """Library tables one of whose fields is assigned, or that are seen as values: then anything may change them."""
        resolution = self.resolution
        only_read = self._arguments_of_harmless_calls()
        occurrences: list[nodes.Node] = []
        for node in resolution.containing:
            targets: list[nodes.Node] = []
            if isinstance(node, nodes.Assign):
                targets = list(node.targets)
            elif isinstance(node, nodes.FunctionStatement):
                targets = [node.target]
            elif isinstance(node, nodes.LocalAssign):
                only_read |= self._other_names(node)
            elif isinstance(node, nodes.Call):
                only_read.add(node.function)  # `assert` is a function and a table
            if isinstance(node, nodes.Index) and isinstance(node.key, nodes.String):
                only_read.add(node.object)
            if self.named_table(node) is not None:
                occurrences.append(node)
            for target in targets:
                if isinstance(target, nodes.Index) and not self._is_harmless(target):
                    self._note_change(target.object)
        for node in occurrences:
            if node not in only_read:
                self._note_change(node)

    def _is_harmless(self, target: nodes.Index) -> bool:
        """Is the assigned field a variable of the compiled program, or assigned what it holds?"""
        return target in self.resolution.linked or target in self.resolution.kept_fields

    def _note_change(self, node: nodes.Node) -> None:
        name = self.named_table(node)
        if name is not None:
            self.changed.add(name)

    def named_table(self, node: nodes.Node) -> str | None:
        """The library table that `node` is: `string`, a local that holds it, or `_G.string`."""
        match node:
            case nodes.Name():
                return self.table_of(node)
            case nodes.Index(object=held, key=nodes.String(value=name)) if name in tables():
                is_global = any(self.resolution.is_global(held, g) for g in ("_G", "_ENV"))
                return name if is_global else None
        return None

    def _other_names(self, statement: nodes.LocalAssign) -> set[nodes.Node]:
        """Values that only get another name: `string` in `local s = string`."""
        return {
            value
            for target, value in zip(statement.targets, statement.values, strict=False)
            if self.resolution.declared[target.name].is_constant and isinstance(value, nodes.Name)
        }
