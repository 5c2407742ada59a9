"""Results of Lua functions, and adjusting them to the number of values a place wants.

A function that always returns one value returns it bare; any other number of values comes as a tuple. Where the
callee is not known to return exactly one value, generated code says what it wants: `first`, `values` or `adjust`.
Lua manual: 3.4.12 (lists of expressions, multiple results, and adjustment).
"""

from __future__ import annotations

from typing import Any

from .accelerator import accelerated


@accelerated
def first(result: Any) -> Any:
    """The result of a call where one value is wanted; nil when there is none."""
    if type(result) is not tuple:
        return result
    return result[0] if result else None


def values(result: Any) -> tuple[Any, ...]:
    """All values of a result, as a tuple."""
    return result if type(result) is tuple else (result,)


def adjust(result: Any, count: int) -> tuple[Any, ...]:
    """Exactly `count` values: extra ones dropped, missing ones nil."""
    if type(result) is not tuple:
        return (result,) + (None,) * (count - 1)
    missing = count - len(result)
    if missing <= 0:
        return result[:count]
    return result + (None,) * missing


def pack(*results: Any) -> Any:
    """Values as the result of a function: bare when it is exactly one."""
    return results[0] if len(results) == 1 else results
