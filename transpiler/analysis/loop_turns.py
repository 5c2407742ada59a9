"""How often a loop of workflow code runs, as far as the source says.

In: a loop and resolved names. Out: the number of turns: infinite where its condition cannot change, 0 where nothing is certain.
While a workflow does not wait nothing else of it runs, and its clock stands still: only the loop's own code changes a condition.
Lua manual: 3.3.4, 3.3.5.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final, TypeAlias

from ..syntax import nodes
from .constants import constant_number
from .library import Library
from .scopes import Resolution, Variable
from .walk import strip_parentheses, walk

Loop: TypeAlias = nodes.While | nodes.Repeat | nodes.NumericFor

_CLOCK: Final = frozenset({"time", "os.time", "os.clock"})
"""What gives the time of the workflow's present task."""

_CHANGE_TABLES: Final = frozenset(
    {"table.insert", "table.remove", "table.sort", "table.move", "rawset", "setmetatable"}
)
_STEADY: Final = (nodes.Number, nodes.String, nodes.Unary, nodes.Binary, nodes.Logical)
"""Expressions that change with their parts only."""

_CONSTANT: Final = (nodes.Nil, nodes.TrueLiteral, nodes.FalseLiteral, nodes.Parenthesized)
_ENDS: Final = {"<": 1, "<=": 1, ">": -1, ">=": -1}
"""Comparisons of a counter with a limit, and whether the counter has to grow to end them."""

_MIRRORED: Final = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
_OPPOSITE: Final = {"<": ">=", "<=": ">", ">": "<=", ">=": "<"}


class LoopTurns:
    """Counts the turns of the loops of one program."""

    def __init__(self, resolution: Resolution, library: Library) -> None:
        self._resolution = resolution
        self._library = library

    def of(self, loop: Loop) -> float:
        """How often `loop` runs its body, unless something in it leaves it."""
        if isinstance(loop, nodes.NumericFor):
            return self._of_for(loop)
        condition = strip_parentheses(loop.condition)
        match condition:
            case nodes.TrueLiteral() | nodes.Number() | nodes.String():
                return math.inf if isinstance(loop, nodes.While) else 1
            case nodes.FalseLiteral() | nodes.Nil():
                return math.inf if isinstance(loop, nodes.Repeat) else 0
        counted = self._of_counter(loop, condition)
        if counted is not None:
            return counted
        return math.inf if self._is_steady(loop, condition) else 0

    def _of_for(self, loop: nodes.NumericFor) -> float:
        first, last = self._number(loop.first), self._number(loop.limit)
        step = 1.0 if loop.step is None else self._number(loop.step)
        if first is None or last is None or not step:
            return 0
        return max(0.0, (last - first) / step + 1)

    def _number(self, node: nodes.Expression) -> int | float | None:
        """The number that `node` is: literals, or a local that is never assigned again."""
        node = strip_parentheses(node)
        variable = self._variable(node)
        if variable is not None and variable.is_constant and len(variable.values) == 1:
            value = variable.values[0]
            return None if value is None else constant_number(value)
        return constant_number(node)

    def _variable(self, node: nodes.Node) -> Variable | None:
        return self._resolution.variables.get(node) if isinstance(node, nodes.Name) else None

    # ------------------------------------------------------------------------------------------------- counters

    def _of_counter(
        self, loop: nodes.While | nodes.Repeat, condition: nodes.Expression
    ) -> float | None:
        """The turns of `while i < LIMIT` whose body has `i = i + 1` and nothing else changes `i`; None for other loops."""
        if not isinstance(condition, nodes.Binary) or condition.operator not in _ENDS:
            return None
        operator, counter, limit = condition.operator, condition.left, self._number(condition.right)
        if limit is None:
            operator, counter = _MIRRORED[operator], condition.right
            limit = self._number(condition.left)
        if isinstance(loop, nodes.Repeat):
            operator = _OPPOSITE[operator]
        variable = self._variable(strip_parentheses(counter))
        if limit is None or variable is None:
            return None
        steps = [each for s in loop.body.statements if (each := self._step(s, variable))]
        if len(steps) != 1 or len(variable.values) != 2 or variable.other_assignments:
            return None
        starts = [v for v in variable.values if v is not None and v is not steps[0][0]]
        first = constant_number(starts[0]) if len(starts) == 1 else None
        if first is None:
            return None
        step = steps[0][1] * _ENDS[operator]
        distance = (limit - first) * _ENDS[operator]
        if distance < 0:
            return float(isinstance(loop, nodes.Repeat))
        return distance / step if step > 0 else math.inf

    def _step(
        self, statement: nodes.Statement, variable: Variable
    ) -> tuple[nodes.Expression, float] | None:
        """The value that `variable = variable + STEP` assigns, and STEP."""
        match statement:
            case nodes.Assign(
                targets=(nodes.Name() as target,),
                values=(nodes.Binary(operator="+" | "-", left=left, right=right) as value,),
            ) if (
                self._variable(target) is self._variable(left) is variable
            ):
                step = self._number(right)
                if step is not None:
                    return value, step if value.operator == "+" else -step
        return None

    def starts_anew(self, inner: Loop, outer: Loop) -> bool:
        """Does `inner`, which stands in `outer`, count from its beginning in each turn of it?"""
        if isinstance(inner, nodes.NumericFor):
            return True
        names = (self._variable(node) for node in walk(inner.condition))
        return all(v is None or v.is_constant or _stands_in(v, outer) for v in names)

    # ------------------------------------------------------------------------------------------------ conditions

    def _is_steady(self, loop: nodes.While | nodes.Repeat, condition: nodes.Expression) -> bool:
        """Is the condition certainly the same in each turn?"""
        changed = set(self._changed(loop.body))
        reads_tables = False
        for node in walk(condition):
            match node:
                case nodes.Name():
                    variable = self._variable(node)
                    if variable in changed or (variable is not None and _stands_in(variable, loop)):
                        return False
                    if variable is None and not self._resolution.is_global(node, node.name):
                        return False
                case nodes.Index():
                    reads_tables |= self._library.of(node) is None
                case nodes.Unary(operator="#"):
                    reads_tables = True
                case nodes.Call():
                    row = self._library.of(node.function)
                    if row is None or row.lua_name not in _CLOCK or node.arguments:
                        return False
                case _ if not isinstance(node, (*_STEADY, *_CONSTANT)):
                    return False
        return not (reads_tables and self._changes_tables(loop.body))

    def _changed(self, body: nodes.Block) -> Iterator[Variable | None]:
        for node in walk(body):
            match node:
                case nodes.Assign(targets=targets):
                    yield from (self._variable(t) for t in targets if isinstance(t, nodes.Name))
                case nodes.FunctionStatement(target=nodes.Name() as target):
                    yield self._variable(target)

    def _changes_tables(self, body: nodes.Block) -> bool:
        for node in walk(body):
            match node:
                case nodes.Assign(targets=targets):
                    if any(isinstance(target, nodes.Index) for target in targets):
                        return True
                case nodes.FunctionStatement(target=nodes.Index()):
                    return True
                case nodes.Call(function=function):
                    row = self._library.of(function)
                    if row is None or row.lua_name in _CHANGE_TABLES:
                        return True
        return False


def _stands_in(variable: Variable, loop: Loop) -> bool:
    return loop.start <= variable.declaration.start < loop.end
