"""Known functions: which variables always hold one function, where it is called, what it returns.

In: the resolved names. Out: for each function scope whether it escapes (may be called from a place the compiler
does not see), its direct calls, and how many values it returns.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from ..syntax import nodes
from .scopes import FunctionScope, Resolution, Variable, is_multiple
from .walk import strip_parentheses, walk

Callable_ = nodes.Call | nodes.MethodCall


@dataclass(eq=False)
class FunctionFacts:
    """`variable` is the one that holds the function for its whole life; `results` is the number of values it always
    returns, None when it varies.

    `value_uses` are the places where the function is used as a value; `wanted_all` says that some call wants all
    results.
    """

    scope: FunctionScope
    variable: Variable | None = None
    calls: list[nodes.Call] = field(default_factory=list)
    value_uses: list[nodes.Node] = field(default_factory=list)
    results: int | None = None
    falls_off_end: bool = False
    entry_only: bool = False
    wanted_all: bool = False

    @property
    def escapes(self) -> bool:
        return bool(self.value_uses) and not self.entry_only

    @property
    def exact_signature(self) -> bool:
        """Every call is known, so that calls can be written with exactly the parameters there are."""
        return self.variable is not None and not self.escapes


class KnownFunctions:
    """Facts for each function scope of a chunk."""

    def __init__(self, resolution: Resolution) -> None:
        self.resolution = resolution
        self.facts = {scope: FunctionFacts(scope) for scope in resolution.main.descendants()}
        self._of_variable: dict[Variable, FunctionFacts] = {}
        self._find_variables()
        self._find_uses()

    def of_callee(self, expression: nodes.Node) -> FunctionFacts | None:
        """The function that a call of `expression` always reaches, or None."""
        if isinstance(expression, nodes.Name):
            variable = self.resolution.variables.get(expression)
            if variable is not None:
                return self._of_variable.get(variable)
        linked = (
            self.resolution.linked.get(expression) if isinstance(expression, nodes.Index) else None
        )
        return None if linked is None else self._of_variable.get(linked)

    def of_variable(self, variable: Variable) -> FunctionFacts | None:
        return self._of_variable.get(variable)

    def _find_variables(self) -> None:
        for scope in list(self.facts):
            for variable in scope.variables:
                assigned = [value for value in variable.values if value is not None]
                if len(assigned) == 1 and variable.other_assignments == 0:
                    value = strip_parentheses(assigned[0])
                    if isinstance(value, nodes.Function):
                        facts = self.facts[self.resolution.functions[value]]
                        facts.variable = variable
                        self._of_variable[variable] = facts

    def _find_uses(self) -> None:
        called = {
            call.function: call
            for scope in self.facts
            for call in scope.calls
            if isinstance(call, nodes.Call)
        }
        for variable, facts in self._of_variable.items():
            for read in variable.reads:
                if read in called:
                    facts.calls.append(called[read])
                else:
                    facts.value_uses.append(read)
        for scope, facts in self.facts.items():
            if facts.variable is None and scope.node is not None:
                facts.value_uses.append(scope.node)

    def count_results(self, fixed: Callable[[nodes.Call | nodes.MethodCall], int | None]) -> None:
        """Counts the values each function returns; `fixed` knows calls of the library and of ctx."""
        self._fixed = fixed
        for scope, facts in self.facts.items():
            body = scope.node.body if scope.node is not None else self.resolution.chunk.body
            facts.falls_off_end = not never_ends(body, self.resolution)
        # A function is assumed to return one value until one of its returns says otherwise, so that recursion settles.
        for facts in self.facts.values():
            facts.results = self._fixed_count(facts, assume=True)
        changed, first_pass = True, True
        while changed:
            changed = False
            for facts in self.facts.values():
                count = self._fixed_count(facts, assume=False)
                if facts.results is not None and count != facts.results:
                    # Only towards "varies", so that the loop ends.
                    facts.results, changed = (count if first_pass else None), True
            first_pass = False

    def _fixed_count(self, facts: FunctionFacts, assume: bool) -> int | None:
        counts: set[int | None] = {0} if facts.falls_off_end else set()
        for statement in facts.scope.returns:
            values = statement.values
            if values and is_multiple(values[-1]):
                last = values[-1]
                callee = self.of_callee(last.function) if isinstance(last, nodes.Call) else None
                if len(values) > 1 or isinstance(last, nodes.Vararg):
                    counts.add(None)
                elif callee is None:
                    assert isinstance(last, nodes.Call | nodes.MethodCall)
                    counts.add(self._fixed(last))
                elif not (assume or callee is facts):
                    counts.add(callee.results)
            else:
                counts.add(len(values))
        if not counts:
            return 1 if assume or facts.scope.returns else 0
        return counts.pop() if len(counts) == 1 else None


def never_ends(block: nodes.Block, resolution: Resolution) -> bool:
    """True when control cannot leave `block` at its end."""
    if not block.statements:
        return False
    last = block.statements[-1]
    match last:
        case nodes.Return() | nodes.Break() | nodes.Goto():
            return True
        case nodes.Do():
            return never_ends(last.body, resolution)
        case nodes.If():
            return (
                last.orelse is not None
                and never_ends(last.orelse, resolution)
                and all(never_ends(branch.body, resolution) for branch in last.branches)
            )
        case nodes.While():
            endless = isinstance(last.condition, nodes.TrueLiteral)
            return endless and not _has_break(last.body)
        case nodes.CallStatement():
            return (
                isinstance(last.call, nodes.Call)
                and resolution.is_global(last.call.function, "error")
                and not resolution.globals["error"].writes
            )
    return False


def _has_break(body: nodes.Block) -> bool:
    """A `break` of this loop or any `goto`; a break of an inner loop counts too, which only costs precision."""
    return any(
        isinstance(node, nodes.Break | nodes.Goto) for node in walk(body, into_functions=False)
    )
