"""Where the arguments of calls go: to the parameters of functions the compiler knows, or to code that is not seen.

In: a call and the contents known so far (see contents.py). Out: the types and shapes that parameters get. Library functions that
keep nothing of a table, or call functions in a way that is known, have rules of their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from ..syntax import nodes
from . import flows, metatables
from .functions import FunctionFacts
from .kinds import ANY, FUNCTION, INTEGER, NIL, OTHER, SMALL, STRING, TABLE, counted, is_only
from .scopes import Variable
from .shapes import Shape

if TYPE_CHECKING:
    from .contents import Contents

_READERS: Final = frozenset(
    {"type", "tostring", "rawlen", "rawequal", "print", "table.concat", "table.remove"}
)
"""Library functions that keep nothing of a table without metatable, and give nothing of it to other code."""

_LOOKERS: Final = frozenset({"type", "rawlen", "rawequal"})
"""Those that do not look at metatables either."""

_SHOWERS: Final = frozenset({"tostring", "print", "string.format"})
"""Those that call `__tostring` and nothing else."""


def bind(
    contents: Contents,
    facts: FunctionFacts,
    arguments: Sequence[nodes.Expression],
    implicit: int | None = None,
) -> None:
    """Gives the parameters of a function the arguments of a call; `implicit` is the number of arguments where the runtime
    calls it."""
    if not contents.is_known(facts):
        flows.escape_all(contents, arguments)
        return
    if implicit is not None:
        facts.counts.add(implicit)
    last = len(arguments) - 1
    spread = bool(arguments) and implicit is None and contents.inference.is_multiple(arguments[-1])
    for position, parameter in enumerate(facts.scope.parameters):
        if position < last or (position == last and not spread):
            _give(contents, parameter, arguments[position])
        else:
            contents.give(parameter, ANY if spread else NIL)
    if spread:
        flows.escape(contents, arguments[-1])
    flows.escape_all(contents, arguments[len(facts.scope.parameters) :])


def _give(contents: Contents, parameter: Variable, argument: nodes.Expression) -> None:
    """Gives `argument` to `parameter`; recursion that counts leaves its type as counting leaves that of a variable."""
    inference = contents.inference
    known = contents.given.get(parameter, 0)
    operator = None if known & ~SMALL else inference.counts(parameter, argument)
    kind = inference.of(argument) if operator is None else counted(known, operator)
    contents.give(parameter, kind, argument)


def call(contents: Contents, node: nodes.Call) -> None:
    """`f(...)`"""
    name = contents.library_name(node)
    if name is not None:
        _library_call(contents, node, name)
        return
    _reach(contents, node, node.function, node.arguments)


def _reach(
    contents: Contents,
    node: nodes.Call | nodes.MethodCall,
    callee: nodes.Expression,
    arguments: Sequence[nodes.Expression],
) -> None:
    callees = contents.callees(node)
    if callees is None:
        flows.escape_all(contents, (callee, *arguments))
        return
    for facts in callees:
        bind(contents, facts, arguments)


def method_call(contents: Contents, node: nodes.MethodCall) -> None:
    """`o:m(...)`"""
    inference = contents.inference
    if is_only(inference.of(node.object), STRING) and inference.string_methods is not None:
        row = inference.string_methods(node.method.name)
        if row is not None:
            for argument in node.arguments:
                _show(contents, argument, row.lua_name)
            return
    _reach(contents, node, node.object, (node.object, *node.arguments))


def _library_call(contents: Contents, node: nodes.Call, name: str) -> None:
    if name in ("pairs", "ipairs") and flows.is_loop_header(contents, node):
        return
    if name == "setmetatable":
        if not metatables.set_metatable(contents, node.arguments):
            flows.escape_all(contents, node.arguments)
    elif name in ("table.insert", "table.sort", "table.unpack"):
        _table_function(contents, node, name)
    elif name in _READERS or name.startswith(("string.", "math.")):
        for argument in node.arguments:
            _show(contents, argument, name)
    else:
        flows.escape_all(contents, node.arguments)


def _show(contents: Contents, value: nodes.Expression, name: str) -> None:
    """Gives `value` to a library function that keeps nothing of a plain table but may call something."""
    kind = contents.inference.of(value)
    if not kind & flows.HELD or name in _LOOKERS:
        return
    if kind & FUNCTION and name not in _SHOWERS:
        flows.escape(contents, value)
    shape = contents.shape_of(value)
    if not kind & TABLE or shape.is_open or not shape.metatables:
        return
    found = metatables.handlers(contents, value, "__tostring") if name in _SHOWERS else None
    if found is None:
        flows.escape(contents, value)
        return
    for facts in found:
        bind(contents, facts, (value,), implicit=1)


def _table_function(contents: Contents, node: nodes.Call, name: str) -> None:
    if not node.arguments:
        return
    table, *others = node.arguments
    shape = contents.shape_of(table)
    held = contents.inference.of(table)
    if held & (STRING | OTHER) or shape.is_open or shape.metatables:
        flows.escape_all(contents, node.arguments)
        return
    if name == "table.sort":
        _sort(contents, shape, others)
        return
    if name == "table.unpack":
        _escape_elements(contents, shape)
        return
    flows.add_keys(contents, shape, INTEGER)
    for value in others:
        if contents.inference.is_multiple(value):
            flows.escape(contents, value)
            flows.fill(contents, shape.elements, None, ANY)
    if others and not contents.inference.is_multiple(others[-1]):
        flows.fill(contents, shape.elements, others[-1], contents.inference.of(others[-1]))


def _escape_elements(contents: Contents, shape: Shape) -> None:
    contents.shapes.unify(contents.shapes.shape_in(shape.elements), contents.shapes.open)


def _sort(contents: Contents, shape: Shape, others: Sequence[nodes.Expression]) -> None:
    """`table.sort(t, less)`: elements go to the comparator. One that is not known, or the metamethod `__lt`, may be given them
    too."""
    shapes = contents.shapes
    slot = shape.elements
    order = others[0] if others else None
    kind = NIL if order is None else contents.inference.of(order)
    if len(others) > 1 or kind & ~(FUNCTION | NIL):
        flows.escape_all(contents, others)
        _escape_elements(contents, shape)
        return
    if kind & NIL and slot.kind & TABLE and shapes.shape_in(slot).metatables:
        _escape_elements(contents, shape)
    if order is None or not kind & FUNCTION:
        return
    found = None if contents.shape_of(order).is_open else contents.shape_of(order).functions
    if found is None or contents.inference.is_multiple(order):
        flows.escape(contents, order)
        _escape_elements(contents, shape)
        return
    for scope in list(found):
        facts = contents.inference.functions.facts[scope]
        facts.counts.add(metatables.OPERANDS)
        for position, parameter in enumerate(scope.parameters):
            contents.give(parameter, slot.kind | NIL if position < metatables.OPERANDS else NIL)
            if slot.kind & flows.HELD and position < metatables.OPERANDS:
                into = contents.slot_of_variable(parameter)
                shapes.unify(shapes.shape_in(into), shapes.shape_in(slot))
