"""Effects: which variables a statement may change when it runs.

In: resolved names. Out: for a statement the variables whose value, or the table they hold, may be another one afterwards. Errs on
the side of too many: a function counts as called when it is mentioned in a call, and a table that is passed to unknown code
as changed. A definition alone changes nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from ..syntax import nodes
from .library import Library
from .scopes import Resolution, Variable
from .walk import child_nodes, walk

_MUTATING_CALLS = frozenset(
    {"table.insert", "table.remove", "table.sort", "table.move", "rawset", "setmetatable"}
)
_CALLING = frozenset({"pcall", "xpcall", "table.foreach", "string.gsub", "load", "require"})
_PLAIN_TYPES = frozenset({"nil", "boolean", "integer", "float", "string"})


class Effects:
    """What code of one chunk may change."""

    def __init__(
        self, resolution: Resolution, library: Library, ignored: Collection[nodes.Node]
    ) -> None:
        """`ignored` are expressions whose functions nobody calls through a variable that holds their value."""
        self.resolution = resolution
        self.library = library
        self.ignored = ignored
        self._called: dict[Variable, set[Variable]] = {}

    def of_statement(self, statement: nodes.Statement) -> set[Variable]:
        """The variables that running `statement` may change."""
        found: set[Variable] = set()
        for node in _executed(statement):
            found |= self._direct(node)
            if isinstance(node, nodes.Call | nodes.MethodCall):
                for mentioned in self._mentioned(node):
                    found |= self._when_called(mentioned)
        return self._with_aliases(found)

    def changes(self, node: nodes.Node, variable: Variable) -> bool:
        """May `node` itself, a statement or an expression without what is inside it, change what `variable` holds?"""
        return variable in self._direct(node, names=False)

    def _direct(self, node: nodes.Node, names: bool = True) -> set[Variable]:
        found: set[Variable | None] = set()
        match node:
            case nodes.Assign(targets=targets):
                found = {self.root(t) for t in targets if names or isinstance(t, nodes.Index)}
            case nodes.FunctionStatement(target=nodes.Index() as target):
                found = {self.root(target)}
            case nodes.MethodCall(object=receiver, arguments=arguments):
                found = {self.root(receiver), *(map(self.root, arguments) if names else ())}
            case nodes.Call(arguments=arguments, function=function):
                row = self.library.of(function)
                if row is None or row.lua_name in _MUTATING_CALLS | _CALLING:
                    found = {self.root(argument) for argument in arguments}
        return {variable for variable in found if variable is not None}

    def _when_called(self, variable: Variable) -> set[Variable]:
        """What the functions that `variable` may hold change when they are called."""
        known = self._called.get(variable)
        if known is not None:
            return known
        found: set[Variable] = set()
        self._called[variable] = found  # ends recursion
        for value in variable.values:
            if value is None or value in self.ignored:
                continue
            for node in walk(value):
                found |= self._direct(node)
                if isinstance(node, nodes.Name):
                    mentioned = self._variable(node)
                    if mentioned is not None and mentioned is not variable:
                        found |= self._when_called(mentioned)
        return found

    def _with_aliases(self, found: set[Variable]) -> set[Variable]:
        """`found`, and what those variables may share a table with: whatever their values mention."""
        pending = list(found)
        while pending:
            for value in pending.pop().values:
                if value is None or isinstance(value, nodes.Function) or value in self.ignored:
                    continue
                for variable in self._mentioned(value):
                    if variable not in found and not self._holds_plain_value(variable):
                        found.add(variable)
                        pending.append(variable)
        return found

    def _holds_plain_value(self, variable: Variable) -> bool:
        """Does `variable` never hold a table or a function: what it holds can only be replaced by assigning it?"""
        return variable.other_assignments == 0 and all(map(self._is_plain, variable.values))

    def _is_plain(self, value: nodes.Expression | None) -> bool:
        match value:
            case None | nodes.Nil() | nodes.TrueLiteral() | nodes.FalseLiteral():
                return True
            case nodes.Number() | nodes.String():
                return True
            case nodes.Parenthesized():
                return self._is_plain(value.expression)
            case nodes.Logical():
                return self._is_plain(value.left) and self._is_plain(value.right)
            case nodes.Call():
                row = self.library.of(value.function)
                types = row.types if row is not None else frozenset()
                return bool(types) and types <= _PLAIN_TYPES
        return False

    def _mentioned(self, node: nodes.Node) -> set[Variable]:
        found: set[Variable | None] = set()
        for child in walk(node):
            if isinstance(child, nodes.Name | nodes.Index):
                found.add(self._variable(child))
            if isinstance(child, nodes.Index | nodes.MethodCall):
                found.add(self.resolution.string_fields.get(child))
        return {variable for variable in found if variable is not None}

    def _variable(self, node: nodes.Node) -> Variable | None:
        if isinstance(node, nodes.Name):
            return self.resolution.variables.get(node)
        return self.resolution.linked.get(node) if isinstance(node, nodes.Index) else None

    def root(self, expression: nodes.Node) -> Variable | None:
        """The variable that `expression` starts from: `config` in `config.retry.count`."""
        while isinstance(expression, nodes.Index | nodes.Parenthesized):
            linked = self._variable(expression)
            if linked is not None:
                return linked
            expression = (
                expression.object if isinstance(expression, nodes.Index) else expression.expression
            )
        return self._variable(expression)


def _executed(statement: nodes.Statement) -> Iterator[nodes.Node]:
    """The nodes of `statement` that run with it; functions only where they are inside a call, which may call them."""
    stack: list[tuple[nodes.Node, bool]] = [(statement, False)]
    if isinstance(statement, nodes.LocalFunction):
        return
    while stack:
        node, in_call = stack.pop()
        yield node
        if isinstance(node, nodes.Function) and not in_call:
            continue
        in_call = in_call or isinstance(node, nodes.Call | nodes.MethodCall)
        stack.extend((child, in_call) for child in child_nodes(node))
