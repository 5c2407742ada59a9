"""Positions in strings: which are certainly those of a character.

In: the text and the position that a call of the string library is given. Out: whether the position is from 1 to the length of the
text, so that `s:byte(i)` has a value. Lua manual: 6.4 (string.byte, string.sub).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..syntax import nodes
from . import intervals
from .kinds import INTEGER, is_only
from .walk import strip_parentheses

if TYPE_CHECKING:
    from .types import TypeInference


def is_within(inference: TypeInference, text: nodes.Expression, position: nodes.Expression) -> bool:
    """Is `position` the variable of a loop up to the length of `text`, which stays the same?"""
    text, position = strip_parentheses(text), strip_parentheses(position)
    variables = inference.resolution.variables
    if not isinstance(text, nodes.Name) or not isinstance(position, nodes.Name):
        return False
    held, counter = variables.get(text), variables.get(position)
    if held is None or counter is None or not (held.is_constant and counter.is_constant):
        return False
    loop = inference.loop_of(counter)
    if not isinstance(loop, nodes.NumericFor) or least(inference, loop.first) < 1:
        return False
    if loop.step is not None and least(inference, loop.step) < 1:
        return False
    limit = strip_parentheses(loop.limit)
    return (
        isinstance(limit, nodes.Unary)
        and limit.operator == "#"
        and isinstance(limit.operand, nodes.Name)
        and variables.get(limit.operand) is held
    )


def least(inference: TypeInference, node: nodes.Expression) -> float:
    """The least integer that `node` can be; minus infinity when it may be something else."""
    if not is_only(inference.of(node), INTEGER):
        return float("-inf")
    found = intervals.interval(inference, node)
    return float("-inf") if found is None else found[0]
