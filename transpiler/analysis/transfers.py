"""Where tables and functions go: one rule for each kind of syntax node that moves values.

In: a node and the contents known so far (see contents.py). A rule makes the shapes of what meets one, or opens the shape of
what code that is not seen may get. `RULES` is the list.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from ..syntax import nodes
from . import call_flows, flows, metatables
from .kinds import ANY, FUNCTION, NIL, OTHER, POSITION, STRING
from .shapes import Slot

if TYPE_CHECKING:
    from .contents import Contents


def _local_assign(contents: Contents, node: nodes.LocalAssign) -> None:
    if len(node.targets) > len(node.values) and node.values:
        flows.escape(contents, node.values[-1])
    for target, value in zip(node.targets, node.values, strict=False):
        if target.attribute == "close":
            flows.escape(contents, value)


def _assign(contents: Contents, node: nodes.Assign) -> None:
    last = len(node.values) - 1
    for position, target in enumerate(node.targets):
        several = (
            position >= last
            and contents.inference.is_multiple(node.values[last])
            and last + 1 < len(node.targets)
        )
        if several:
            flows.escape(contents, node.values[last])
        value = node.values[position] if position <= last and not several else None
        kind = ANY if several else NIL if value is None else contents.inference.of(value)
        if isinstance(target, nodes.Index):
            flows.store(contents, target, value, kind)
        elif target not in contents.resolution.variables:
            flows.escape(contents, value)


def _function_statement(contents: Contents, node: nodes.FunctionStatement) -> None:
    if isinstance(node.target, nodes.Index):
        flows.store(contents, node.target, node.function, FUNCTION)
    elif node.target not in contents.resolution.variables:
        flows.escape(contents, node.function)


def _return(contents: Contents, node: nodes.Return) -> None:
    scope = contents.resolution.containing[node]
    facts = contents.inference.functions.facts[scope]
    if contents.returns_are_known(facts) and len(node.values) == 1:
        slot = contents.slot_returned(scope)
        if contents.is_held(node.values[0]):
            shapes = contents.shapes
            shapes.unify(shapes.shape_in(slot), contents.shape_of(node.values[0]))
        return
    flows.escape_all(contents, node.values)


def _generic_for(contents: Contents, node: nodes.GenericFor) -> None:
    iterator = node.iterators[0]
    name = contents.library_name(iterator) if isinstance(iterator, nodes.Call) else None
    if name not in ("pairs", "ipairs") or not flows.is_loop_header(contents, iterator):
        flows.escape_all(contents, node.iterators)
        return
    assert isinstance(iterator, nodes.Call)
    table = iterator.arguments[0]
    shape = contents.shape_of(table)
    declared = contents.resolution.declared
    if name == "pairs":
        contents.open_variable(declared[node.variables[0]])  # tables that are keys are not followed
    if len(node.variables) < 2:
        return
    slot = contents.slot_of_variable(declared[node.variables[1]])
    shapes = contents.shapes
    if shape.is_open or contents.inference.of(table) & (STRING | OTHER):
        shapes.unify(shapes.shape_in(slot), shapes.open)
        return
    elements = [one.elements for one in contents.chain(shape)]
    for held in elements if name == "ipairs" else list(shape.slots()):
        if held.kind & flows.HELD:
            shapes.unify(shapes.shape_in(slot), shapes.shape_in(held))


# ----------------------------------------------------------------------------------------------------------- expressions


def _table(contents: Contents, node: nodes.Table) -> None:
    for position, item in enumerate(node.fields):
        shape = contents.shape_of(node)
        if shape.is_open:
            flows.escape(contents, item.value)
            if isinstance(item, nodes.KeyedField):
                flows.escape(contents, item.key)
            continue
        slot: Slot | None
        if isinstance(item, nodes.KeyedField):
            flows.escape(contents, item.key)
            slot = contents.slot(shape, item.key)
            flows.add_keys(contents, shape, contents.inference.of(item.key))
        elif isinstance(item, nodes.NamedField):
            slot = contents.shapes.field(shape, item.name.name)
        else:
            slot = shape.elements
            flows.add_keys(contents, shape, POSITION)
            if position == len(node.fields) - 1 and contents.inference.is_multiple(item.value):
                flows.escape(contents, item.value)
                flows.fill(contents, slot, None, ANY)
                continue
        if slot is not None:
            flows.fill(contents, slot, item.value, contents.inference.of(item.value))


def _index(contents: Contents, node: nodes.Index) -> None:
    flows.escape(contents, node.key)


def _binary(contents: Contents, node: nodes.Binary) -> None:
    """A metamethod of one operand gets both."""
    if not contents.is_held(node.left) and not contents.is_held(node.right):
        return
    found = metatables.handlers_of_binary(contents, node)
    if found is None:
        flows.escape_all(contents, (node.left, node.right))
        return
    for facts in found:
        # `a > b` is `b < a`, and either may be the one that has the metamethod.
        for operands in ((node.left, node.right), (node.right, node.left)):
            call_flows.bind(contents, facts, operands, metatables.OPERANDS)


def _unary(contents: Contents, node: nodes.Unary) -> None:
    found = metatables.handlers_of_unary(contents, node)
    if found is None:
        flows.escape(contents, node.operand)
        return
    for facts in found:
        call_flows.bind(contents, facts, (node.operand, node.operand), metatables.OPERANDS)


RULES: Final[dict[type, Callable[[Contents, Any], None]]] = {
    nodes.LocalAssign: _local_assign,
    nodes.Assign: _assign,
    nodes.FunctionStatement: _function_statement,
    nodes.Table: _table,
    nodes.Index: _index,
    nodes.Call: call_flows.call,
    nodes.MethodCall: call_flows.method_call,
    nodes.Return: _return,
    nodes.Binary: _binary,
    nodes.Unary: _unary,
    nodes.GenericFor: _generic_for,
}
