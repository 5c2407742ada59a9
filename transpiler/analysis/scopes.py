"""What names stand for: variables, functions and their upvalues, the result of resolving a program (see resolver.py)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from ..syntax import nodes
from ..syntax.source import Source
from .modules import ModuleShape


@dataclass(eq=False)
class Variable:
    """A local variable, parameter or loop variable.

    `values` are the expressions assigned to it one to one, including its initial value; `other_assignments` counts
    the assignments whose value is not one expression (a result of a call among several, a loop variable, a
    parameter). `in_loop` says that the declaration may run again while the function does; `repeated_from` is the offset
    of the last label before it to which a later `goto` jumps back."""

    name: str
    declaration: nodes.Identifier
    owner: FunctionScope
    kind: str
    attribute: str | None = None
    in_loop: bool = False
    repeated_from: int | None = None
    values: list[nodes.Expression | None] = field(default_factory=list)
    other_assignments: int = 0
    assigned_in: dict[FunctionScope, None] = field(default_factory=dict)
    reads: list[nodes.Name | nodes.Index | nodes.MethodCall] = field(default_factory=list)
    captured_by: dict[FunctionScope, None] = field(default_factory=dict)
    scope_start: int = 0
    scope_end: int = 0
    depth: int = 0

    @property
    def assignments(self) -> int:
        return len(self.values) + self.other_assignments

    @property
    def is_constant(self) -> bool:
        """Assigned once, where it is declared."""
        return self.assignments <= 1


@dataclass(eq=False)
class FunctionScope:
    """One Lua function (or the main chunk): its variables and what it takes from outside."""

    node: nodes.Function | None
    parent: FunctionScope | None
    name: str = "function"
    parameters: list[Variable] = field(default_factory=list)
    variables: list[Variable] = field(default_factory=list)
    upvalues: dict[Variable, None] = field(default_factory=dict)
    functions: list[FunctionScope] = field(default_factory=list)
    calls: list[nodes.Call | nodes.MethodCall] = field(default_factory=list)
    returns: list[nodes.Return] = field(default_factory=list)
    source: Source | None = None
    is_vararg: bool = False

    def ancestors(self) -> Iterator[FunctionScope]:
        scope: FunctionScope | None = self
        while scope is not None:
            yield scope
            scope = scope.parent

    def descendants(self) -> Iterator[FunctionScope]:
        yield self
        for function in self.functions:
            yield from function.descendants()


@dataclass(eq=False)
class GlobalUse:
    """Where a global name is read and assigned."""

    reads: list[nodes.Name] = field(default_factory=list)
    writes: list[nodes.Name] = field(default_factory=list)
    functions: list[nodes.FunctionStatement] = field(default_factory=list)


@dataclass(eq=False)
class Resolution:
    """The result: `variables` has every name that is local, `declared` the variable of each declaring identifier.

    `statements` are the top-level statements of all files, those of required modules first; `origins` tells the module
    of a top-level variable that is not the main file's. `linked` are the fields that are exports of a module
    (`helpers.short_id`), or that the source adds to a library table; `string_fields` are the uses of the latter through
    a string (`s:trim()`), which mean that only if it is a string. `kept_fields` are fields of library tables that are
    assigned what they already hold, or whose assignment is refused. `module_tables` are the locals that hold a module's
    table, `module_misuses` the places where one is used as anything but a table of exports. `targets` are the labels
    that gotos jump to; of labels in a row it is the first. A `return` that is a tail call of its own function jumps
    too: to the label in `repeats`, which stands at the beginning of the function.
    """

    chunk: nodes.Chunk
    main: FunctionScope
    variables: dict[nodes.Name, Variable] = field(default_factory=dict)
    declared: dict[nodes.Identifier, Variable] = field(default_factory=dict)
    functions: dict[nodes.Function, FunctionScope] = field(default_factory=dict)
    globals: dict[str, GlobalUse] = field(default_factory=dict)
    containing: dict[nodes.Node, FunctionScope] = field(default_factory=dict)
    statements: list[nodes.Statement] = field(default_factory=list)
    sources: dict[nodes.Statement, Source] = field(default_factory=dict)
    origins: dict[Variable, str] = field(default_factory=dict)
    linked: dict[nodes.Index, Variable] = field(default_factory=dict)
    string_fields: dict[nodes.Index | nodes.MethodCall, Variable] = field(default_factory=dict)
    kept_fields: set[nodes.Index] = field(default_factory=set)
    environments: dict[nodes.Name, Variable] = field(default_factory=dict)
    exports: dict[str, dict[str, Variable]] = field(default_factory=dict)
    module_tables: dict[Variable, str] = field(default_factory=dict)
    module_misuses: list[tuple[nodes.Node, Source, str]] = field(default_factory=list)
    targets: dict[nodes.Goto | nodes.Return, nodes.Label] = field(default_factory=dict)
    repeats: dict[nodes.Function, nodes.Label] = field(default_factory=dict)

    def is_global(self, expression: nodes.Node, name: str) -> bool:
        return (
            isinstance(expression, nodes.Name)
            and expression.name == name
            and expression not in self.variables
            and expression not in self.environments
        )

    def add_reads(
        self, variable: Variable, reads: Iterable[nodes.Name | nodes.Index | nodes.MethodCall]
    ) -> None:
        """Notes uses of a variable of the main chunk that names alone do not show."""
        for read in reads:
            variable.reads.append(read)
            function = self.containing[read]
            if function is self.main:
                continue
            variable.captured_by[function] = None
            for scope in function.ancestors():
                if scope is self.main:
                    break
                scope.upvalues[variable] = None


@dataclass(eq=False)
class LinkedModule:
    """A required module that is linked: its chunk and what it exports."""

    chunk: nodes.Chunk
    shape: ModuleShape


def is_multiple(expression: nodes.Expression) -> bool:
    """May the expression give any number of values where a list ends with it (manual 3.4.12)?"""
    return isinstance(expression, nodes.Call | nodes.MethodCall | nodes.Vararg)
