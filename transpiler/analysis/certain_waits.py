"""Functions that certainly wait: the colours of functions in, those that wait by calls whose callee is known out.

The others wait only because a function that the compiler does not know may. As in real Lua it is an error when they do so where
nothing can wait, not before.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from ..syntax import nodes
from .scopes import FunctionScope
from .walk import strip_parentheses

if TYPE_CHECKING:
    from .context import Colours


def certainly_waiting(colours: Colours) -> frozenset[FunctionScope]:
    """The functions of `colours.suspending` that wait whatever the unknown functions do."""
    certain: set[FunctionScope] = set()
    found = -1
    while found != len(certain):
        found = len(certain)
        for scope in colours.suspending - certain:
            if any(_waits(colours, call, certain) for call in scope.calls):
                certain.add(scope)
    return frozenset(certain)


def _waits(
    colours: Colours,
    call: nodes.Call | nodes.MethodCall,
    certain: Collection[FunctionScope],
) -> bool:
    """Does this call certainly wait, when the functions of `certain` do?"""
    if isinstance(call, nodes.MethodCall):
        return colours.certainly_suspends(call)
    if colours.is_protected_call(call):
        return any(known_function(colours, given) in certain for given in call.arguments[:2])
    scope = known_function(colours, call.function)
    return colours.certainly_suspends(call) if scope is None else scope in certain


def known_function(colours: Colours, value: nodes.Expression) -> FunctionScope | None:
    """The function of the source that `value` is, None when that is not known."""
    value = strip_parentheses(value)
    if isinstance(value, nodes.Function):
        return colours.resolution.functions[value]
    facts = colours.functions.of_callee(value)
    return None if facts is None else facts.scope
