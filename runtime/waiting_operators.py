"""Operators that wait for a metamethod that waits: `await waiting_operators.add(a, b)`.

In: the operands of an operator of Lua code that can wait. Out: its result. Where the operation reaches a metamethod that is an
`async def` it is awaited; every other operation is the plain operator of the runtime, with its errors. The compiler writes these
only where a metamethod of the program waits for the event, and an operand may have one. What the library does with a value
(a sort, `tostring`) cannot wait, as in real Lua. Lua manual: 2.4 (metatables and metamethods), 2.6 (coroutines).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from . import arithmetic, bitwise, comparison, strings, tables
from .calls import first
from .stdlib import basic
from .suspending import SuspendingFunction, call
from .values import LuaTable, TableWithMetatable, truthy


async def add(left: Any, right: Any) -> Any:
    """`left + right`"""
    return await _binary("__add", arithmetic.add, left, right)


async def sub(left: Any, right: Any) -> Any:
    """`left - right`"""
    return await _binary("__sub", arithmetic.sub, left, right)


async def mul(left: Any, right: Any) -> Any:
    """`left * right`"""
    return await _binary("__mul", arithmetic.mul, left, right)


async def div(left: Any, right: Any) -> Any:
    """`left / right`"""
    return await _binary("__div", arithmetic.div, left, right)


async def idiv(left: Any, right: Any) -> Any:
    """`left // right`"""
    return await _binary("__idiv", arithmetic.idiv, left, right)


async def mod(left: Any, right: Any) -> Any:
    """`left % right`"""
    return await _binary("__mod", arithmetic.mod, left, right)


async def pow_(left: Any, right: Any) -> Any:
    """`left ^ right`"""
    return await _binary("__pow", arithmetic.pow_, left, right)


async def band(left: Any, right: Any) -> Any:
    """`left & right`"""
    return await _binary("__band", bitwise.band, left, right)


async def bor(left: Any, right: Any) -> Any:
    """`left | right`"""
    return await _binary("__bor", bitwise.bor, left, right)


async def bxor(left: Any, right: Any) -> Any:
    """`left ~ right`"""
    return await _binary("__bxor", bitwise.bxor, left, right)


async def shl(left: Any, right: Any) -> Any:
    """`left << right`"""
    return await _binary("__shl", bitwise.shl, left, right)


async def shr(left: Any, right: Any) -> Any:
    """`left >> right`"""
    return await _binary("__shr", bitwise.shr, left, right)


async def neg(operand: Any) -> Any:
    """`-operand`"""
    return await _unary("__unm", arithmetic.neg, operand)


async def bnot(operand: Any) -> Any:
    """`~operand`"""
    return await _unary("__bnot", bitwise.bnot, operand)


async def length(value: Any) -> Any:
    """`#value`"""
    return await _unary("__len", tables.length, value)


async def concat(*operands: Any) -> Any:
    """`a .. b .. c`, from the right to the left; real Lua joins what is text in one step, which makes no difference here."""
    if not any(isinstance(operand, TableWithMetatable) for operand in operands):
        return strings.concat(*operands)
    result = operands[-1]
    for position in range(len(operands) - 2, -1, -1):
        pair = partial(strings.concat_pair, position=position)
        result = await _binary("__concat", pair, operands[position], result)
    return result


async def eq(left: Any, right: Any) -> bool:
    """`left == right`"""
    if left is not right and isinstance(left, LuaTable) and isinstance(right, LuaTable):
        return truthy(await _binary("__eq", comparison.eq, left, right))
    return comparison.eq(left, right)


async def ne(left: Any, right: Any) -> bool:
    """`left ~= right`"""
    return not await eq(left, right)


async def lt(left: Any, right: Any) -> bool:
    """`left < right`"""
    return truthy(await _binary("__lt", comparison.lt, left, right))


async def le(left: Any, right: Any) -> bool:
    """`left <= right`"""
    return truthy(await _binary("__le", comparison.le, left, right))


async def gt(left: Any, right: Any) -> bool:
    """`left > right`, which is `right < left`"""
    return await lt(right, left)


async def ge(left: Any, right: Any) -> bool:
    """`left >= right`, which is `right <= left`"""
    return await le(right, left)


async def index(container: Any, key: Any) -> Any:
    """`container[key]`"""
    found = _at_end_of_chain("__index", container, key)
    if found is None:
        return tables.index(container, key)
    receiver, handler = found
    return first(await handler.start(receiver, key))


async def setindex(container: Any, key: Any, value: Any) -> None:
    """`container[key] = value`"""
    found = _at_end_of_chain("__newindex", container, key)
    if found is None:
        tables.setindex(container, key, value)
        return
    receiver, handler = found
    await handler.start(receiver, key, value)


async def pairs(*arguments: Any) -> Any:
    """`pairs(table)` as a call: the iterator, the table and nil, or what `__pairs` gives."""
    table = arguments[0] if arguments else None
    handler = _metamethod(table, "__pairs")
    if not _may_wait(handler):
        return basic.pairs(*arguments)
    results = await call(handler, table)
    given = results if type(results) is tuple else (results,)
    return (*given, None, None, None)[:3]


def _at_end_of_chain(
    event: str, container: Any, key: Any
) -> tuple[LuaTable, SuspendingFunction] | None:
    """The metamethod that waits which `container[key]` ends at, and the table that has it; None when it ends elsewhere."""
    for _ in range(tables.MAX_CHAIN):
        if (
            not isinstance(container, TableWithMetatable)
            or tables.raw_get(container, key) is not None
        ):
            return None
        handler = container.metatable.get(event)
        if type(handler) is SuspendingFunction:
            return container, handler
        container = handler
    return None


async def _binary(event: str, operator: Callable[..., Any], left: Any, right: Any) -> Any:
    handler = _metamethod(left, event)
    if handler is None:
        handler = _metamethod(right, event)
    return first(await call(handler, left, right)) if _may_wait(handler) else operator(left, right)


async def _unary(event: str, operator: Callable[..., Any], operand: Any) -> Any:
    handler = _metamethod(operand, event)
    return first(await call(handler, operand, operand)) if _may_wait(handler) else operator(operand)


def _metamethod(value: Any, event: str) -> Any:
    return value.metatable.get(event) if isinstance(value, TableWithMetatable) else None


def _may_wait(handler: Any) -> bool:
    """A table that is called may have a `__call` that waits."""
    return type(handler) is SuspendingFunction or isinstance(handler, TableWithMetatable)
