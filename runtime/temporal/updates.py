"""Updates: requests that a Lua function of the workflow answers, and may wait before it does.

In: raw payloads. Out: the function's result as plain JSON, or an ApplicationError, which fails the update and not the workflow.
One dynamic handler of the SDK serves all names, because an update may come before the workflow's first line has registered a
function for it: such a one waits for the first wait of the workflow. Documented in docs/ctx.md.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from temporalio import workflow
from temporalio.common import RawValue

from ..calls import first
from ..errors import LuaError, as_lua_error, library_error
from ..json_values import to_json
from ..strings import from_text, to_text
from .application_errors import application_error
from .futures import as_own_function
from .payloads import from_json


@dataclass(frozen=True)
class _Handler:
    function: Any
    validator: Any


class UpdateHandlers:
    """The functions registered by one run."""

    def __init__(self) -> None:
        self._handlers: dict[str, _Handler] = {}
        self.has_begun = False
        """Whether the workflow's function runs: from its first wait on, a name it has not registered is unknown."""

    def register(self, name: str, function: Any, validator: Any = None) -> None:
        """Answers updates called `name` (a Lua string) with `function(argument)`, after `validator(argument)` let it pass."""
        self._handlers[name] = _Handler(function, validator)

    def validate(self, name: str, arguments: Sequence[RawValue]) -> None:
        """Raises the failure for which the update is refused, which leaves nothing in the history."""
        handler = self._handlers.get(from_text(name))
        if handler is None and not self.has_begun:
            return  # answer() finds out
        _as_failure(self._check, handler, name, arguments)

    async def answer(self, name: str, arguments: Sequence[RawValue]) -> Any:
        """The result of the update as plain JSON."""
        handler = self._handlers.get(from_text(name))
        is_checked = handler is not None
        if not is_checked:
            await workflow.wait_condition(lambda: self.has_begun)
            handler = self._handlers.get(from_text(name))
        try:
            if not is_checked:
                self._check(handler, name, arguments)
            assert handler is not None
            result = await as_own_function(handler.function, (_argument(arguments),))
            return to_json(first(result), path=f"update '{name}'")
        # Cancellation is no Exception; as_lua_error decides what is an error of the Lua code.
        except BaseException as exception:  # noqa: BLE001
            raise _failure(exception) from None

    def _check(self, handler: _Handler | None, name: str, arguments: Sequence[RawValue]) -> None:
        if handler is None:
            known = ", ".join(sorted(to_text(each) for each in self._handlers)) or "none"
            raise LuaError(from_text(f"unknown update '{name}'; registered are: {known}"))
        if handler.validator is None:
            return
        try:
            result = handler.validator(_argument(arguments))
        except workflow.ReadOnlyContextError:
            raise library_error(
                f"the validator of update '{name}' must not change the workflow or use ctx"
            ) from None
        if inspect.iscoroutine(result):
            result.close()
            raise library_error(f"the validator of update '{name}' must not wait or use ctx")


def _argument(arguments: Sequence[RawValue]) -> Any:
    if not arguments:
        return None
    try:
        return from_json(workflow.payload_converter().from_payload(arguments[0].payload))
    except RuntimeError as error:
        raise library_error(f"the argument of the update cannot be read: {error}") from error


def _as_failure(function: Callable[..., None], *arguments: Any) -> None:
    try:
        function(*arguments)
    # _failure decides what is an error of the Lua code.
    except Exception as exception:  # noqa: BLE001
        raise _failure(exception) from None


def _failure(exception: BaseException) -> BaseException:
    """What the SDK is to see of `exception`: an ApplicationError for a Lua error, anything else as it is."""
    error = as_lua_error(exception)
    if error is None:
        return exception
    return application_error(error, exception, workflow.payload_converter())
