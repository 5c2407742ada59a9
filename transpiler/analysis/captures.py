"""Captured variables: which need a fresh binding for each iteration of a loop.

Each iteration of a Lua loop makes new locals; a Python function has one cell for each name. A closure that may
outlive its iteration therefore takes the variable as a keyword-only default (`*, i=i`); a variable that is assigned
after that too lives in a `Cell`.
"""

from __future__ import annotations

from ..syntax import nodes
from .context import Colours
from .kinds import STRING, is_only
from .library import Library
from .scopes import FunctionScope, Resolution, Variable, is_multiple
from .types import TypeInference
from .walk import strip_parentheses

_IMMEDIATE_CALLS = {"pcall", "xpcall", "table.sort", "string.gsub"}
_IMMEDIATE_METHODS = {"side_effect", "wait_until", "shielded", "gsub"}


class Captures:
    """`fresh` variables are bound anew for each iteration; `boxed` ones live in a Cell."""

    def __init__(
        self, resolution: Resolution, library: Library, colours: Colours, types: TypeInference
    ) -> None:
        self.types = types
        self.library = library
        self.colours = colours
        self.arity: dict[nodes.Function, int] = {}
        self.immediate = self._immediate_functions(resolution)
        self.fresh: set[Variable] = set()
        self.boxed: set[Variable] = set()
        for scope in resolution.main.descendants():
            for variable in scope.variables:
                if variable.in_loop and any(
                    self._outlives(f, variable) for f in variable.captured_by
                ):
                    self.fresh.add(variable)
                    if variable.assignments > 1 or self._captures_itself(variable, resolution):
                        self.boxed.add(variable)

    def bound_by(self, function: FunctionScope) -> list[Variable]:
        """The variables that `function` takes as keyword-only defaults where it is made."""
        if function.node in self.immediate:
            return []
        bound = []
        for variable in function.upvalues:
            if variable in self.fresh:
                enclosing = [a for a in function.ancestors() if a is not function]
                enclosing = enclosing[: enclosing.index(variable.owner)]
                if all(scope.node in self.immediate for scope in enclosing):
                    bound.append(variable)
        return bound

    def _outlives(self, function: FunctionScope, variable: Variable) -> bool:
        for scope in function.ancestors():
            if scope is variable.owner:
                return False
            if scope.node not in self.immediate:
                return True
        return False

    @staticmethod
    def _captures_itself(variable: Variable, resolution: Resolution) -> bool:
        for value in variable.values:
            function = strip_parentheses(value) if value is not None else None
            if (
                isinstance(function, nodes.Function)
                and variable in resolution.functions[function].upvalues
            ):
                return True
        return False

    def _immediate_functions(self, resolution: Resolution) -> set[nodes.Function | None]:
        """Function expressions given to something that calls them only while it runs."""
        immediate: set[nodes.Function | None] = set()
        for scope in resolution.main.descendants():
            for call in scope.calls:
                if isinstance(call, nodes.Call):
                    row = self.library.of(call.function)
                    known = row is not None and row.lua_name in _IMMEDIATE_CALLS
                else:
                    known = call.method.name in _IMMEDIATE_METHODS and (
                        self._is_string_method(call) or self.colours.is_context(call.object)
                    )
                if known:
                    immediate |= {a for a in call.arguments if isinstance(a, nodes.Function)}
                    self._note_arity(call)
        return immediate

    def _is_string_method(self, call: nodes.MethodCall) -> bool:
        name = call.method.name
        return (
            is_only(self.types.of(call.object), STRING)
            and self.library.string_method(name) is not None
        )

    def _note_arity(self, call: nodes.Call | nodes.MethodCall) -> None:
        """How many arguments a function expression gets from what it is given to, where that is fixed."""
        row = self.library.of(call.function) if isinstance(call, nodes.Call) else None
        name = (
            call.method.name if isinstance(call, nodes.MethodCall) else row.lua_name if row else ""
        )
        arguments = call.arguments
        if name in ("side_effect", "wait_until") and isinstance(arguments[0], nodes.Function):
            self.arity[arguments[0]] = 0
        elif (
            name == "table.sort"
            and len(arguments) == 2
            and isinstance(arguments[1], nodes.Function)
        ):
            self.arity[arguments[1]] = 2
        elif (
            name == "pcall"
            and arguments
            and isinstance(arguments[0], nodes.Function)
            and (len(arguments) == 1 or not is_multiple(arguments[-1]))
        ):
            self.arity[arguments[0]] = len(arguments) - 1
