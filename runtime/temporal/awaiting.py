"""Calls of functions that may or may not wait: what an unknown callee gave, awaited if need be."""

from __future__ import annotations

import inspect
from typing import Any


async def settled(result: Any) -> Any:
    """The result of a call whose callee the compiler does not know: a coroutine is awaited, anything else is the result."""
    return await result if inspect.iscoroutine(result) else result
