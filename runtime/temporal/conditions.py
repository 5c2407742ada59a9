"""`ctx:wait_until(fn, opts)`: waits until a function of the workflow's own state says so.

Source of the SDK name: temporalio.workflow.wait_condition. Documented in docs/ctx.md.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from temporalio import workflow

from ..calls import first
from ..errors import library_error
from ..values import truthy


async def wait_until(condition: Callable[[], Any], timeout: timedelta | None = None) -> bool:
    """True as soon as `condition()` is true, false when `timeout` passes first; a timeout of 0 only looks.

    `condition` is called whenever something may have changed, also when the workflow replays: it must only look. Its Lua
    errors are raised here.
    """
    failures: list[BaseException] = []

    def holds() -> bool:
        try:
            return truthy(_checked(condition()))
        # Raised again below: an exception inside the SDK's check would fail the workflow task.
        except BaseException as exception:  # noqa: BLE001
            failures.append(exception)
            return True

    is_true = holds()
    if not is_true and (timeout is None or timeout > timedelta()):
        try:
            await workflow.wait_condition(holds, timeout=timeout)
            is_true = True
        except TimeoutError:
            is_true = holds()
    if failures:
        raise failures[0]
    return is_true


def _checked(result: Any) -> Any:
    if inspect.iscoroutine(result):
        result.close()
        raise library_error("wait_until: the function must not wait or use ctx")
    return first(result)
