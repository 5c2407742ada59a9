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
    results. With `is_tracked` all places where such a value is called are known too (see contents.py): `reached_by` are these
    calls, `counts` how many arguments they and the runtime pass, and with `is_spread` one passes any number.
    """

    scope: FunctionScope
    variable: Variable | None = None
    calls: list[nodes.Call] = field(default_factory=list)
    value_uses: list[nodes.Node] = field(default_factory=list)
    results: int | None = None
    falls_off_end: bool = False
    entry_only: bool = False
    wanted_all: bool = False
    is_tracked: bool = False
    reached_by: list[Callable_] = field(default_factory=list)
    counts: set[int] = field(default_factory=set)
    is_spread: bool = False

    @property
    def escapes(self) -> bool:
        return bool(self.value_uses) and not self.entry_only and not self.is_tracked

    @property
    def exact_signature(self) -> bool:
        """Every call is known, so that calls can be written with exactly the parameters there are."""
        return (self.variable is not None or self.is_tracked) and not self.escapes


Callees = Callable[[Callable_], tuple[FunctionFacts, ...] | None]
"""Every function that a call may reach, None when they are not known."""


class KnownFunctions:
    """Facts for each function scope of a chunk."""

    def __init__(self, resolution: Resolution) -> None:
        self.resolution = resolution
        self.facts = {scope: FunctionFacts(scope) for scope in resolution.main.descendants()}
        self._of_variable: dict[Variable, FunctionFacts] = {}
        self._callees: Callees = self._direct_callee
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

    def assume_results(self, callees: Callees) -> None:
        """Begins to count again with `callees`, which knows more and more calls: what varied is assumed not to."""
        self._callees = callees
        for facts in self.facts.values():
            if facts.results is None:
                facts.results = self._fixed_count(facts, assume=True)

    def recount(self) -> bool:
        """One round of counting again: are there functions after all whose number of results varies?"""
        changed = False
        for facts in self.facts.values():
            if facts.results is not None:
                count = self._fixed_count(facts, assume=False)
                if count != facts.results:
                    facts.results, changed = None, True
        return changed

    def _direct_callee(self, call: Callable_) -> tuple[FunctionFacts, ...] | None:
        callee = self.of_callee(call.function) if isinstance(call, nodes.Call) else None
        return None if callee is None else (callee,)

    def _fixed_count(self, facts: FunctionFacts, assume: bool) -> int | None:
        counts: set[int | None] = {0} if facts.falls_off_end else set()
        for statement in facts.scope.returns:
            values = statement.values
            last = values[-1] if values else None
            if last is None or not is_multiple(last):
                counts.add(len(values))
            elif len(values) > 1 or isinstance(last, nodes.Vararg):
                counts.add(None)
            else:
                assert isinstance(last, nodes.Call | nodes.MethodCall)
                callees = self._callees(last)
                if callees is None:
                    counts.add(self._fixed(last))
                elif not assume:
                    counts |= {callee.results for callee in callees if callee is not facts}
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
