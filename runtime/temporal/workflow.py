"""The base class and the decorator of compiled workflows.

`LuaWorkflow` adds what the SDK lacks: signals buffered by name from before the first line, recorded side effects, queries answered
by Lua functions. `lua_workflow` wraps the run method: JSON in, JSON out, and an uncaught Lua error fails the workflow once.
Specification: "Workflows" and the sections on ctx.
"""

from __future__ import annotations

import asyncio
import functools
import inspect
import json
import sys
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from types import ModuleType
from typing import Any, Final

from temporalio import workflow
from temporalio.common import RawValue

from ..calls import first
from ..errors import LuaError, as_lua_error, library, library_error
from ..json_values import to_json
from ..numbers import format_number, to_number
from ..strings import from_text, to_text
from ..tables import new_table
from ..values import LuaTable, type_name
from . import side_effects
from .application_errors import application_error
from .context import LuaContext
from .failures import stands_for_cancellation
from .options import seconds as duration
from .payloads import from_json

__all__ = ["LuaWorkflow", "from_json", "lua_workflow", "to_json"]

MAX_RESULT_BYTES: Final = 2_000_000
"""The server refuses a workflow task with a larger result, again and again; a Lua error ends the workflow instead."""

_PACKAGE = __name__.removesuffix(".temporal.workflow")

_runtime_modules: dict[str, ModuleType] = {}


class LuaWorkflow(LuaContext):
    """Base class of compiled workflows; to Lua code it is the value `ctx`."""

    def __init__(self) -> None:
        self._signals: dict[str, deque[RawValue | None]] = {}
        self._side_effects = 0
        self._side_effect_turn = asyncio.Lock()

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        _share_runtime_with_sandbox()

    @workflow.signal(dynamic=True)
    def _receive_signal(self, name: str, arguments: Sequence[RawValue]) -> None:
        # Decoded by who waits for it: an error here would fail the workflow task, for ever.
        queue = self._signals.setdefault(from_text(name), deque())
        queue.append(arguments[0] if arguments else None)

    async def wait_signal(self, name: str, timeout: timedelta | None = None) -> Any:
        """The payload of the next signal `name` as a Lua value: signals come in the order of arrival, none is lost.

        nil when `timeout` passes first, and for a signal sent without a payload. A timeout of 0 only looks.
        """
        queue = self._signals.setdefault(name, deque())
        while not queue:
            if timeout is not None and timeout <= timedelta():
                return None
            try:
                await workflow.wait_condition(lambda: bool(queue), timeout=timeout)
            except TimeoutError:
                if not queue:
                    return None
        raw = queue.popleft()
        return None if raw is None else _signal_payload(name, raw)

    @library("ctx.sleep")
    async def sleep(self, seconds: Any) -> None:
        """Sleeps on a Temporal timer for a number of seconds, fractions allowed; 0 sets no timer.

        Raises a Lua error for what is no number of seconds.
        """
        number = to_number(seconds)
        if number is None:
            raise _bad_sleep(f"number expected, got {type_name(seconds)}")
        if number != number or number < 0:
            raise _bad_sleep(f"seconds must not be negative, got {format_number(number)}")
        pause = duration(number, "sleep: seconds")
        if pause:
            await workflow.sleep(pause)

    async def side_effect(self, function: Callable[[], Any]) -> Any:
        """The result of `function()`, which runs once and is recorded; replay gives the recorded value.

        `function` is a plain function that does not use ctx; its result must be what JSON can hold, at most 1 MB.
        """
        async with self._side_effect_turn:
            self._side_effects += 1
            return await side_effects.record(self._side_effects, function)

    def register_query(self, name: str, function: Callable[..., Any]) -> None:
        """Answers the query `name` with `function(argument)`, while the workflow waits and after it closed."""

        def answer(*arguments: Any) -> Any:
            try:
                result = function(from_json(arguments[0]) if arguments else None)
                if inspect.iscoroutine(result):
                    result.close()
                    raise library_error(f"query '{name}': the function must not wait or use ctx")
                return to_json(first(result), path=f"query '{name}'")
            except Exception as exception:
                error = as_lua_error(exception)
                if error is None:
                    raise
                raise application_error(error, exception, workflow.payload_converter()) from None

        workflow.set_query_handler(to_text(name), answer)

    def workflow_info(self) -> LuaTable:
        """What is known about this run: the specification's fields, and `run_id`, `first_run_id`, `continued_run_id`,
        `cron_schedule`, `parent` (`{workflow_id, run_id, namespace}`), the timeouts `execution_timeout`, `run_timeout` and
        `task_timeout` in seconds, and `history_length` as of the current task. Fields that do not apply are nil.
        """
        info = workflow.info()
        parent = info.parent and {
            "workflow_id": info.parent.workflow_id,
            "run_id": info.parent.run_id,
            "namespace": info.parent.namespace,
        }
        fields = {
            "workflow_id": info.workflow_id,
            "workflow_type": info.workflow_type,
            "namespace": info.namespace,
            "task_queue": info.task_queue,
            "attempt": info.attempt,
            "start_time": info.workflow_start_time.timestamp(),
            "run_id": info.run_id,
            "first_run_id": info.first_execution_run_id,
            "continued_run_id": info.continued_run_id,
            "cron_schedule": info.cron_schedule,
            "parent": parent,
            "execution_timeout": _in_seconds(info.execution_timeout),
            "run_timeout": _in_seconds(info.run_timeout),
            "task_timeout": _in_seconds(info.task_timeout),
            "history_length": info.get_current_history_length(),
        }
        return new_table({name: from_json(value) for name, value in fields.items()})

    def _warn_of_unread_signals(self) -> None:
        unread = {name: len(queue) for name, queue in self._signals.items() if queue}
        if unread:
            shown = ", ".join(f"{to_text(name)} ({count})" for name, count in unread.items())
            workflow.logger.warning("The workflow closed with signals nobody waited for: %s", shown)


def lua_workflow(
    function: Callable[[Any, Any], Awaitable[Any]],
) -> Callable[..., Awaitable[Any]]:
    """Makes a compiled workflow function the run method of its class; stands between it and `@workflow.run`.

    The input is decoded (nil when there is none, further arguments are ignored) and the result encoded. A Lua error fails
    the workflow with its message, type, details and Lua stack; one that shows a cancel request closes it as canceled.
    """

    @functools.wraps(function)
    async def run(self: LuaWorkflow, *arguments: Any) -> Any:
        try:
            result = await function(self, from_json(arguments[0]) if arguments else None)
            plain = _checked_result(to_json(first(result), path="result"))
        except asyncio.CancelledError:
            raise
        except Exception as exception:
            error = as_lua_error(exception)
            if error is None:
                raise
            self._warn_of_unread_signals()
            if stands_for_cancellation(error.value) and workflow.cancellation_reason() is not None:
                raise asyncio.CancelledError from None
            raise application_error(error, exception, workflow.payload_converter()) from None
        self._warn_of_unread_signals()
        return plain

    return run


def _checked_result(plain: Any) -> Any:
    if type(plain) in (dict, list, str):
        size = len(json.dumps(plain, separators=(",", ":"), ensure_ascii=False).encode())
        if size > MAX_RESULT_BYTES:
            raise LuaError(f"the result is too large ({size} bytes, at most {MAX_RESULT_BYTES})")
    return plain


def _signal_payload(name: str, raw: RawValue) -> Any:
    try:
        return from_json(workflow.payload_converter().from_payload(raw.payload))
    except RuntimeError as error:
        # What the SDK raises for a payload that is not JSON or not what it says to be.
        raise library_error(
            f"wait_signal: the payload of '{name}' cannot be read: {error}"
        ) from error


def _bad_sleep(message: str) -> LuaError:
    return library_error(f"bad argument #1 to 'sleep' ({message})")


def _in_seconds(value: timedelta | None) -> float | None:
    return None if value is None else value.total_seconds()


def _share_runtime_with_sandbox() -> None:
    """Puts the runtime's modules among the modules of the SDK's sandbox, where a compiled workflow module is being loaded.

    `imports_passed_through` covers what the workflow module itself names. A module that the runtime imports later, inside a
    function, would be loaded a second time, with tables and errors of other classes.
    """
    if not workflow.unsafe.in_sandbox():
        for name, module in list(sys.modules.items()):
            if name == _PACKAGE or name.startswith(f"{_PACKAGE}."):
                _runtime_modules[name] = module
        return
    if sys.modules.get(_PACKAGE, _runtime_modules[_PACKAGE]) is not _runtime_modules[_PACKAGE]:
        raise ImportError(
            f"{_PACKAGE} was imported into the workflow sandbox before the workflow module could pass it through: "
            "import the package's other modules inside `with workflow.unsafe.imports_passed_through():`"
        )
    for name, module in _runtime_modules.items():
        sys.modules.setdefault(name, module)
