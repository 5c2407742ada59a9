"""Where lowering writes: a Python module under construction, and a Python function in it.

Names are decided last (names.py): until then a variable's name in the `ast` is a placeholder, so that the final
choice knows every name the module uses.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum

from ..analysis.context import Colours
from ..analysis.placement import Side
from ..analysis.program import Program
from ..analysis.scopes import FunctionScope, Variable
from ..diagnostics import Diagnostic
from ..syntax import nodes
from ..syntax.source import Source
from . import build


class ModuleKind(Enum):
    SCRIPT = "script"
    ACTIVITIES = "activities"
    WORKFLOWS = "workflows"
    HELPERS = "helpers"
    SETTINGS = "settings"


@dataclass(eq=False)
class Temporary:
    """A name the compiler makes up: `hint` is what it is called when nothing else has that name.

    A `shared` one is used up within its expression, so that all such of one function can have one name.
    """

    hint: str
    shared: bool = False


Named = Variable | Temporary


@dataclass(frozen=True)
class ForeignName:
    """A name at the top level of another module of the package: `from . import module` and `module.name`."""

    module: str
    name: str

    def reference(self, module: Module) -> ast.expr:
        return build.attribute(module.use(".", self.module), self.name)


@dataclass(eq=False)
class Module:
    """One generated module: its imports (module -> {name: local name}), its body, and who owns which name."""

    program: Program
    kind: ModuleKind
    source: Source
    imports: dict[str, dict[str, str]] = field(default_factory=dict)
    body: list[ast.stmt] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    placeholders: dict[str, Named] = field(default_factory=dict)
    identifiers: dict[Named, str] = field(default_factory=dict)
    top: PythonScope | None = None
    foreign_names: dict[Variable, ForeignName] = field(default_factory=dict)
    comments: list[tuple[nodes.Comment, ...]] = field(default_factory=list)
    commented_fields: dict[nodes.Node, None] = field(init=False)
    """The fields of tables whose comments are not among `comments` yet."""
    needs_environment: bool = False

    def __post_init__(self) -> None:
        self.commented_fields = {
            node: None
            for node in self.program.comments
            if isinstance(node, nodes.NamedField | nodes.KeyedField | nodes.PositionalField)
        }

    def use(self, module: str, attribute: str, alias: str | None = None) -> ast.Name:
        """A name imported from `module`."""
        local = alias or attribute
        self.imports.setdefault(module, {})[attribute] = local
        return build.name(local)

    def runtime(self, attribute: str) -> ast.Name:
        return self.use("assay.runtime", attribute)

    def placeholder(self, named: Named) -> str:
        text = self.identifiers.get(named)
        if text is None:
            text = self.identifiers[named] = f"\0{len(self.identifiers)}"
            self.placeholders[text] = named
        return text


@dataclass(eq=False)
class Loop:
    """A Python loop being lowered. `continues` and `breaks` are the labels that `continue` and `break` jump to; in a
    dispatch (see goto.py) `segments` are those that it jumps to by setting the variable `selector` to their number.

    `flagged` are labels behind what follows the loop: `break` and a flag jump to them. `is_lua` is false for a loop that
    stands for jumps. `crossed` are the jumps that leave further loops, with the flag that each sets.
    """

    continues: frozenset[nodes.Label] = frozenset()
    breaks: frozenset[nodes.Label] = frozenset()
    is_lua: bool = True
    flagged: dict[nodes.Label, str] = field(default_factory=dict)
    selector: str = ""
    segments: dict[nodes.Label, int] = field(default_factory=dict)
    crossed: dict[Landing, str] = field(default_factory=dict)


Landing = nodes.Label | Loop
"""Where a jump goes: in front of a label, or out of a loop."""


@dataclass(eq=False)
class PythonScope:
    """One Python function (or the module level) being written: `statements` is the block that receives statements
    now."""

    module: Module
    parent: PythonScope | None
    function: FunctionScope
    is_async: bool = False
    statements: list[ast.stmt] = field(default_factory=list)
    own: dict[Named, None] = field(default_factory=dict)
    used: dict[Named, None] = field(default_factory=dict)
    children: list[PythonScope] = field(default_factory=list)
    outer_assigned: dict[Named, None] = field(default_factory=dict)
    loops: list[Loop] = field(default_factory=list)
    after: frozenset[nodes.Label] = frozenset()
    """The labels that control reaches next at the end of the statement being lowered."""
    flagged: dict[nodes.Label, str] = field(default_factory=dict)
    """`Loop.flagged` of the loop that is lowered next."""
    parts: dict[nodes.Expression, str] = field(default_factory=dict)
    """Expressions that a name holds already (see chains.py)."""
    methods: dict[FunctionScope, Temporary | None] = field(default_factory=dict)
    """The functions that the statements of this scope define in fields, with the names of those that are called by name."""
    yields: set[ast.Await] = field(default_factory=set)
    """The calls of `coroutine.yield` that this function waits for (see generators.py)."""
    uses_self: bool = False
    context: Variable | None = None
    line: int = 0
    in_side_effect: bool = False
    varargs: Temporary | None = None
    side: Side = Side.ACTIVITIES
    source: Source = field(init=False)

    def __post_init__(self) -> None:
        self.source = self.module.source if self.parent is None else self.parent.source

    @property
    def program(self) -> Program:
        return self.module.program

    @property
    def colours(self) -> Colours:
        """Which functions wait, on the side of the package that this code belongs to."""
        program = self.program
        return program.activity_colours if self.side is Side.ACTIVITIES else program.colours

    @property
    def is_module_level(self) -> bool:
        return self.parent is None

    @property
    def in_workflow(self) -> bool:
        """Can a workflow reach this code, outside of what it records as a side effect?"""
        return self.side is not Side.ACTIVITIES and not self.in_side_effect

    def report(self, diagnostic: Diagnostic) -> None:
        if diagnostic not in self.module.diagnostics:
            self.module.diagnostics.append(diagnostic)

    # ------------------------------------------------------------------------------------------------------ writing

    def emit(self, statement: ast.stmt) -> None:
        if build.place_of(statement) is None:
            build.at(statement, self.line)
        self.statements.append(statement)

    @contextmanager
    def block(self) -> Iterator[list[ast.stmt]]:
        """Statements emitted inside go to a new block; an empty one gets `pass`."""
        outer, self.statements = self.statements, []
        try:
            yield self.statements
        finally:
            if all(is_marker(s) for s in self.statements):
                self.statements.append(ast.Pass())
            self.statements = outer

    # -------------------------------------------------------------------------------------------------------- names

    def declare(self, named: Named) -> str:
        """Makes `named` a name of this scope."""
        self.own[named] = None
        self.used[named] = None
        return self.module.placeholder(named)

    def temporary(self, hint: str, shared: bool = False) -> str:
        return self.declare(Temporary(hint, shared))

    def method(self, function: FunctionScope) -> Temporary | None:
        """The name of a function that a statement of this scope or of one around it defines in a field."""
        scope: PythonScope | None = self
        while scope is not None and function not in scope.methods:
            scope = scope.parent
        if scope is None:
            return None
        named = scope.methods[function]
        if named is None:
            named = scope.methods[function] = Temporary(scope.program.methods.names[function])
            scope.declare(named)
        return named

    def load(self, named: Named) -> ast.expr:
        if isinstance(named, Variable) and not self.owns(named):
            foreign = self.module.foreign_names.get(named)
            if foreign is not None:
                return foreign.reference(self.module)
        self.note(named)
        return build.name(self.module.placeholder(named))

    def owns(self, named: Named) -> bool:
        """Is `named` a name of this scope or of one around it?"""
        scope: PythonScope | None = self
        while scope is not None:
            if named in scope.own:
                return True
            scope = scope.parent
        return False

    def note(self, named: Named) -> None:
        """Records that this scope sees `named`, which an enclosing scope may own."""
        scope: PythonScope | None = self
        while scope is not None and named not in scope.used:
            scope.used[named] = None
            if named in scope.own:
                break
            scope = scope.parent

    def store_name(self, named: Named) -> ast.Name:
        """The name as a target; assigned from an inner function it becomes `nonlocal` or `global` there."""
        self.note(named)
        if named not in self.own:
            self.outer_assigned[named] = None
        return build.store(self.module.placeholder(named))

    def self_name(self) -> ast.Name:
        scope: PythonScope | None = self
        while scope is not None:
            scope.uses_self = True
            scope = scope.parent
        return build.name("self")


MARKER_PREFIX = "\0comment "
"""No Lua name and no Python name can start so."""


def is_marker(node: ast.AST) -> bool:
    """Is `node` a stand-in for comments or a blank line (see output/comments.py)?"""
    value = node.value if isinstance(node, ast.Expr | ast.keyword) else node
    return isinstance(value, ast.Name) and value.id.startswith(MARKER_PREFIX)


def inner_marker(kind: str, number: int) -> ast.expr:
    """A stand-in between the elements of an expression: `kind` is "above" or "behind" for comments number `number`."""
    return build.name(f"{MARKER_PREFIX}{kind} {number}")


def marker(kind: str, number: int = 0) -> ast.Expr:
    """A stand-in: `kind` is "own" or "trailing" for comments number `number` of the module, or "blank"."""
    return ast.Expr(build.name(f"{MARKER_PREFIX}{kind} {number}"))
