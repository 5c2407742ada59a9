"""Lua's relational operators, for operands whose types the compiler could not prove.

Python's own differ in two ways: booleans are numbers there, and tables compare by identity here unless `__eq` says
otherwise. Lua manual: 3.4.4.
"""

from __future__ import annotations

from typing import Any

from .accelerator import accelerated
from .calls import first
from .errors import object_type_name, operation_error
from .values import LuaTable, metamethod, truthy


@accelerated
def eq(left: Any, right: Any) -> bool:
    """`left == right`"""
    kind, other = type(left), type(right)
    if kind is other and (kind is str or kind is int or kind is float):
        return left == right  # type: ignore[no-any-return]  # a boolean for these types
    if left is right:
        return True
    if kind is bool or other is bool:
        return False
    if isinstance(left, LuaTable):
        if not isinstance(right, LuaTable):
            return False
        handler = metamethod(left, "__eq") or metamethod(right, "__eq")
        return handler is not None and truthy(first(handler(left, right)))
    return bool(left == right)


@accelerated
def ne(left: Any, right: Any) -> bool:
    """`left ~= right`"""
    kind = type(left)
    if kind is type(right) and (kind is str or kind is int or kind is float):
        return left != right  # type: ignore[no-any-return]  # a boolean for these types
    return not eq(left, right)


def raw_equal(left: Any, right: Any) -> bool:
    """Equality without metamethods (manual 6.1, rawequal)."""
    if left is right:
        return bool(left == left)
    if type(left) is bool or type(right) is bool:
        return False
    return bool(left == right)


@accelerated
def lt(left: Any, right: Any) -> bool:
    """`left < right`"""
    kind, other = type(left), type(right)
    if (kind is int or kind is float) and (other is int or other is float):
        return left < right  # type: ignore[no-any-return]  # numbers compare to booleans
    if kind is str and other is str:
        return left < right  # type: ignore[no-any-return]  # and so do strings
    return _ordered("__lt", left, right)


@accelerated
def le(left: Any, right: Any) -> bool:
    """`left <= right`"""
    kind, other = type(left), type(right)
    if (kind is int or kind is float) and (other is int or other is float):
        return left <= right  # type: ignore[no-any-return]  # numbers compare to booleans
    if kind is str and other is str:
        return left <= right  # type: ignore[no-any-return]  # and so do strings
    return _ordered("__le", left, right)


@accelerated
def gt(left: Any, right: Any) -> bool:
    """`left > right`: real Lua compares `right < left` after evaluating from left to right."""
    kind, other = type(left), type(right)
    if (kind is int or kind is float) and (other is int or other is float):
        return left > right  # type: ignore[no-any-return]  # numbers compare to booleans
    if kind is str and other is str:
        return left > right  # type: ignore[no-any-return]  # and so do strings
    return _ordered("__lt", right, left)


@accelerated
def ge(left: Any, right: Any) -> bool:
    """`left >= right`"""
    kind, other = type(left), type(right)
    if (kind is int or kind is float) and (other is int or other is float):
        return left >= right  # type: ignore[no-any-return]  # numbers compare to booleans
    if kind is str and other is str:
        return left >= right  # type: ignore[no-any-return]  # and so do strings
    return _ordered("__le", right, left)


def _ordered(event: str, left: Any, right: Any) -> bool:
    handler = metamethod(left, event) or metamethod(right, event)
    if handler is not None:
        return truthy(first(handler(left, right)))
    kind, other = object_type_name(left), object_type_name(right)
    if kind == other:
        raise operation_error(f"attempt to compare two {kind} values")
    raise operation_error(f"attempt to compare {kind} with {other}")
