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


class Library:
    """The library as one chunk sees it."""

    def __init__(
        self, resolution: Resolution, foreign_writes: frozenset[str] = frozenset()
    ) -> None:
        self.resolution = resolution
        self.changed = {
            name for name, use in resolution.globals.items() if use.writes
        } | foreign_writes
        self.seen_as_values: set[str] = set()
        self._find_changed_tables()

    def of(self, expression: nodes.Node) -> LibraryFunction | LibraryConstant | None:
        """The library function or constant that `expression` always gives, or None."""
        expression = strip_parentheses(expression)  # type: ignore[arg-type]  # other nodes come back as they are
        if isinstance(expression, nodes.Name):
            variable = self.resolution.variables.get(expression)
            if variable is None:
                return None if expression.name in self.changed else rows().get(expression.name)
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
        if "string" in self.changed or {"getmetatable", "debug"} & set(self.resolution.globals):
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
            return expression.name if expression.name in tables() else None
        if (
            variable.is_constant
            and len(variable.values) == 1
            and isinstance(variable.values[0], nodes.Name)
        ):
            return self.table_of(variable.values[0])
        return None

    def _find_changed_tables(self) -> None:
        resolution = self.resolution
        fields_of: set[nodes.Node] = set()
        for node in resolution.containing:
            targets: list[nodes.Node] = []
            if isinstance(node, nodes.Assign):
                targets = list(node.targets)
            elif isinstance(node, nodes.FunctionStatement):
                targets = [node.target]
            elif isinstance(node, nodes.Index) and isinstance(node.key, nodes.String):
                fields_of.add(node.object)
            for target in targets:
                if isinstance(target, nodes.Index):
                    name = self.table_of(target.object)
                    if name is not None:
                        self.changed.add(name)
        for name in tables():
            use = resolution.globals.get(name)
            for read in use.reads if use is not None else ():
                if read not in fields_of:
                    self.seen_as_values.add(name)
