"""Methods that never change: which calls of a field certainly reach one function that the top level of the source defines.

In: the shapes of tables after inference (see contents.py). Out: for a call the function it reaches, so that it can be called by
its Python name. A class is a table made once, at the top level; the functions in its fields are fixed when each is stored there by
one statement, nothing hides them in an instance, every instance has its metatable from the beginning, and nothing can call them
before the last of these statements has run. Lua manual: 2.4 (`__index`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from assay.runtime.library import LibraryFunction

from ..syntax import nodes
from .contents import Contents
from .kinds import FUNCTION, TABLE
from .scopes import FunctionScope
from .shapes import Shape, Slot, find
from .walk import strip_parentheses, walk


@dataclass
class _Found:
    """A function, and the numbers of the top-level statements that lead to it."""

    function: FunctionScope
    needs: set[int] = field(default_factory=set)


class FixedMethods:
    """Answers for one program; `contents` are those of its finished inference."""

    def __init__(self, contents: Contents) -> None:
        self.contents = contents
        self.resolution = contents.resolution
        self.parents = contents.parents
        self._numbers = {s: number for number, s in enumerate(self.resolution.statements)}
        self._active = [0]
        for statement in self.resolution.statements:
            self._active.append(self._active[-1] + (not self._is_inert(statement)))
        self._tables: dict[Shape, list[nodes.Table]] = {}
        for table, shape in contents.tables():
            self._tables.setdefault(shape, []).append(table)
        self._stores: dict[Slot, list[nodes.Statement]] = {}
        repeats = any(isinstance(s, nodes.Label) for s in self.resolution.statements)
        for statement in () if repeats else self.resolution.statements:
            for slot in self._slots_stored(statement):
                self._stores.setdefault(slot, []).append(statement)
        self._known: dict[tuple[Shape, str], _Found | None] = {}
        self._born: dict[Shape, bool] = {}
        self.statements: dict[nodes.FunctionStatement, FunctionScope] = {
            statement: self.resolution.functions[statement.function]
            for stores in self._stores.values()
            for statement in stores
            if isinstance(statement, nodes.FunctionStatement)
        }
        """The top-level statements that define functions in fields."""
        self.names = {
            function: _name(statement.target) for statement, function in self.statements.items()
        }
        """What to call these functions: `Account_deposit`."""

    def of_call(self, node: nodes.Call | nodes.MethodCall) -> FunctionScope | None:
        """The function that `node` certainly calls, None when that is not certain."""
        if isinstance(node, nodes.MethodCall):
            container, name = node.object, node.method.name
        else:
            callee = strip_parentheses(node.function)
            if not isinstance(callee, nodes.Index) or not isinstance(callee.key, nodes.String):
                return None
            container, name = callee.object, callee.key.value
        contents = self.contents
        if contents.inference.of(container) != TABLE or not contents.is_closed(container):
            return None
        shape = contents.shape_of(container)
        own = contents.own_slot(shape, name)
        starts = [shape] if own is not None and own.kind else list(map(find, shape.metatables))
        places = [self._place(start) for start in starts]
        if (shape, name) not in self._known:
            self._known[shape, name] = self._find(shape, name, [])
        found = self._known[shape, name]
        if found is None or None in places or not places:
            return None
        first = min(place for place in places if place is not None)
        last = max(found.needs)
        if self._active[max(last, first) + 1] != self._active[first]:
            return None
        at = self._statement_of(node)
        return None if at is not None and at <= last else found.function

    # ----------------------------------------------------------------------------------------------------- looking up

    def _find(self, shape: Shape, name: str, visited: list[Shape]) -> _Found | None:
        """The function at `name` of every table of `shape`."""
        contents = self.contents
        if shape in visited or shape.is_merged or shape.is_open:
            return None
        visited = [*visited, shape]
        slot = contents.own_slot(shape, name)
        if slot is not None and slot.kind:
            functions = contents.functions_in(slot)
            stores, place = self._stores.get(slot, []), self._place(shape)
            if slot.kind != FUNCTION or functions is None or len(functions) != 1 or place is None:
                return None
            if len(stores) != 1 or stores[0] not in self.statements:
                return None
            return _Found(functions[0].scope, {place, self._numbers[stores[0]]})
        if shape not in self._born:
            made = self._tables.get(shape, ())
            self._born[shape] = bool(shape.metatables) and all(map(self._is_born_with_one, made))
        if not self._born[shape]:
            return None
        found: _Found | None = None
        for metatable in map(find, shape.metatables):
            reached = self._through(metatable, name, visited)
            if reached is None or (found is not None and found.function is not reached.function):
                return None
            reached.needs |= found.needs if found is not None else set()
            found = reached
        return found

    def _through(self, metatable: Shape, name: str, visited: list[Shape]) -> _Found | None:
        place, index = self._place(metatable), metatable.fields.get("__index")
        if place is None or index is None or index.kind != TABLE:
            return None
        stores = self._stores.get(index, [])
        if len(stores) > 1:
            return None
        target = self.contents.shapes.shape_in(index)
        found = self._find(target, name, visited)
        if found is not None:
            found.needs |= {place, *(self._numbers[store] for store in stores)}
            if not stores and not self._has_index(metatable):
                return None
        return found

    def _has_index(self, metatable: Shape) -> bool:
        """Does the constructor of the only table of a shape have the field `__index`?"""
        table = self._tables[metatable][0]
        return any(
            isinstance(f, nodes.NamedField) and f.name.name == "__index" for f in table.fields
        )

    def _is_born_with_one(self, table: nodes.Table) -> bool:
        """Does the table have its metatable before anything else is done with it?"""
        parent = self.parents.get(table)
        if isinstance(parent, nodes.Call):
            return self._sets_metatable(parent) and parent.arguments[0] is table
        if not isinstance(parent, nodes.LocalAssign) or len(parent.targets) != 1:
            return False
        block = self.parents.get(parent)
        statements = (
            block.statements if isinstance(block, nodes.Block) else self.resolution.statements
        )
        following = iter(statements)
        for statement in following:
            if statement is parent:
                break
        match next(following, None):
            case nodes.CallStatement(
                call=nodes.Call(
                    arguments=(nodes.Name() as name, nodes.Name() | nodes.Table())
                ) as call
            ) if self._sets_metatable(call):
                declared = self.resolution.declared[parent.targets[0].name]
                return self.resolution.variables.get(name) is declared
        return False

    def _sets_metatable(self, call: nodes.Call) -> bool:
        return self.contents.library_name(call) == "setmetatable" and len(call.arguments) == 2

    # ----------------------------------------------------------------------------------------------------- statements

    def _place(self, shape: Shape) -> int | None:
        """The number of the top-level statement that makes the only table of `shape`."""
        tables = self._tables.get(shape, [])
        if len(tables) != 1:
            return None
        node: nodes.Node | None = tables[0]
        while node is not None and node not in self._numbers:
            if not isinstance(node, nodes.Expression | nodes.Field) or isinstance(
                node, nodes.Function
            ):
                return None
            node = self.parents.get(node)
        return None if node is None else self._numbers[node]

    def _statement_of(self, node: nodes.Node) -> int | None:
        """The number of the top-level statement that runs `node` itself, None for what a function runs."""
        at: nodes.Node | None = node
        while at is not None and at not in self._numbers:
            if isinstance(at, nodes.Function):
                return None
            at = self.parents.get(at)
        return None if at is None else self._numbers[at]

    def _slots_stored(self, statement: nodes.Statement) -> Iterator[Slot]:
        targets: list[nodes.Node] = []
        if isinstance(statement, nodes.FunctionStatement):
            targets = [statement.target]
        elif isinstance(statement, nodes.Assign):
            targets = list(statement.targets)
        for target in targets:
            if not isinstance(target, nodes.Index) or target in self.resolution.linked:
                continue
            if isinstance(target.key, nodes.String) and self.contents.is_closed(target.object):
                shape = self.contents.shape_of(target.object)
                slot = self.contents.own_slot(shape, target.key.value)
                if slot is not None:
                    yield slot

    def _is_inert(self, statement: nodes.Statement) -> bool:
        """Does the top-level statement certainly call no function of the source?"""
        match statement:
            case nodes.FunctionStatement() | nodes.LocalFunction():
                return True
            case nodes.LocalAssign(values=values):
                return not any(t.attribute == "close" for t in statement.targets) and all(
                    map(self._calls_nothing, values)
                )
            case nodes.Assign(targets=targets, values=values):
                return all(map(self._calls_nothing, (*targets, *values)))
        return False

    def _calls_nothing(self, expression: nodes.Expression) -> bool:
        for node in walk(expression, into_functions=False):
            match node:
                case nodes.Call():
                    row = self.contents.inference.library(node.function)
                    if not isinstance(row, LibraryFunction) or row.calls_back:
                        return False
                    if row.lua_name != "setmetatable" and not row.lua_name.startswith("math."):
                        return False
                case nodes.MethodCall() | nodes.Binary() | nodes.Unary():
                    return False
                case nodes.Index():
                    library = self.contents.inference.library(node)
                    if library is None and not self.contents.is_closed(node.object):
                        return False
        return True


def _name(target: nodes.Name | nodes.Index) -> str:
    match target:
        case nodes.Index(object=nodes.Name(name=table), key=nodes.String(value=name)):
            return f"{table}_{name}"
        case nodes.Index(key=nodes.String(value=name)):
            return name
    return "function"
