"""The base class and the decorator of compiled workflows.

`LuaWorkflow` adds what the SDK lacks: signals buffered by name from before the first line, recorded side effects, queries and
updates answered by Lua functions, futures. Each facility is in a file of its own; here they come together, for one run each.
`lua_workflow` wraps the run method: JSON in, JSON out, and an uncaught Lua error fails the workflow once.
Specification: "Workflows" and the sections on ctx; docs/ctx.md.
"""

from __future__ import annotations

import asyncio
import functools
import inspect
import json
import sys
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from datetime import timedelta
from types import ModuleType
from typing import Any, Final, NoReturn

from temporalio import workflow
from temporalio.common import RawValue
from temporalio.exceptions import FailureError

from ..calls import first
from ..errors import LuaError, as_lua_error, error_text, library, library_error
from ..json_values import to_json
from ..numbers import format_number, to_number
from ..stdlib import string as string_methods  # noqa: F401  # loaded late, the sandbox would warn
from ..stdlib.numeric import draw
from ..strings import to_text
from ..values import LuaTable, type_name
from . import conditions, futures, run_info, side_effects, waiting_stacks
from .application_errors import application_error
from .context import LuaContext
from .failures import failed_activity, stands_for_cancellation
from .futures import Future
from .options import seconds as duration
from .payloads import from_json
from .randomness import RandomStreams
from .signals import SignalBuffer
from .updates import UpdateHandlers

__all__ = ["LuaWorkflow", "from_json", "lua_workflow", "to_json"]

MAX_RESULT_BYTES: Final = 2_000_000
"""The server refuses a workflow task with a larger result, again and again; a Lua error ends the workflow instead."""

_PACKAGE = __name__.removesuffix(".temporal.workflow")

_runtime_modules: dict[str, ModuleType] = {}


class LuaWorkflow(LuaContext):
    """Base class of compiled workflows; to Lua code it is the value `ctx`."""

    def __init__(self) -> None:
        self._signals = SignalBuffer()
        self._updates = UpdateHandlers()
        self._spawned: list[Future] = []
        self._side_effects = 0
        self._local_activity_turn = asyncio.Lock()
        self.random_streams: RandomStreams = RandomStreams()
        # In place of the SDK's answer, which shows Python frames of the runtime.
        workflow.set_query_handler(waiting_stacks.QUERY, waiting_stacks.waiting_stacks)

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        _share_runtime_with_sandbox()

    # ---------------------------------------------------------------------------------------------------- from outside

    @workflow.signal(dynamic=True)
    def _receive_signal(self, name: str, arguments: Sequence[RawValue]) -> None:
        self._signals.receive(name, arguments)

    @workflow.update(dynamic=True)
    async def _receive_update(self, name: str, arguments: Sequence[RawValue]) -> Any:
        return await self._updates.answer(name, arguments)

    @_receive_update.validator
    def _validate_update(self, name: str, arguments: Sequence[RawValue]) -> None:
        self._updates.validate(name, arguments)

    def wait_signal(self, name: str, timeout: timedelta | None = None) -> Coroutine[Any, Any, Any]:
        """The payload of the next signal `name` as a Lua value: signals come in the order of arrival, none is lost.

        nil when `timeout` passes first, and for a signal sent without a payload. A timeout of 0 only looks.
        """
        return self._signals.wait(name, timeout)

    @library("ctx.register_query")
    def register_query(self, name: str, function: Callable[..., Any]) -> None:
        """Answers the query `name` with `function(argument)`, while the workflow waits and after it closed."""
        _checked_function("register_query", function, 2)

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

    @library("ctx.register_update")
    def register_update(self, name: str, function: Any, validator: Any = None) -> None:
        """Answers the update `name` with `function(argument)`, which may wait; `validator(argument)` may refuse it by an error."""
        _checked_function("register_update", function, 2)
        self._updates.register(name, function, validator)

    # ---------------------------------------------------------------------------------------------------------- waiting

    @library("ctx.sleep")
    async def sleep(self, seconds: Any) -> None:
        """Sleeps on a Temporal timer for a number of seconds, fractions allowed; 0 sets no timer.

        Raises a Lua error for what is no number of seconds.
        """
        pause = _pause("sleep", seconds)
        if pause:
            await workflow.sleep(pause)

    @library("ctx.start_timer")
    def start_timer(self, seconds: Any) -> Future:
        """A future that is ready after a number of seconds, fractions allowed."""
        return futures.start_timer(workflow.sleep(_pause("start_timer", seconds)))

    @library("ctx.wait_until")
    async def wait_until(
        self, condition: Callable[[], Any], timeout: timedelta | None = None
    ) -> bool:
        """Waits until `condition()` is true: true, or false when `timeout` passes first."""
        return await conditions.wait_until(condition, timeout)

    @library("ctx.all")
    async def all(self, members: Any) -> LuaTable:
        """The results of a table of futures under the same keys; the first failure is raised."""
        return await futures.all_of(members)

    @library("ctx.any")
    async def any(self, members: Any) -> tuple[Any, Any]:
        """Key and result of the first ready one of a table of futures."""
        return await futures.any_of(members)

    @library("ctx.spawn")
    def spawn(self, function: Any, *arguments: Any) -> Future:
        """Starts `function(...)` beside the workflow's own function."""
        future = futures.spawn(_checked_function("spawn", function), arguments)
        self._spawned.append(future)
        return future

    @library("ctx.shielded")
    async def shielded(self, function: Any, *arguments: Any) -> Any:
        """The results of `function(...)`, which a cancel request does not interrupt."""
        return await futures.shielded(_checked_function("shielded", function), arguments)

    # --------------------------------------------------------------------------------------------------- local activities

    async def side_effect(self, function: Callable[[], Any]) -> Any:
        """The result of `function()`, which runs once and is recorded; replay gives the recorded value.

        `function` is a plain function that does not use ctx; its result must be what JSON can hold, at most 1 MB.
        """
        async with self._local_activity_turn:
            self._side_effects += 1
            return await side_effects.record(self._side_effects, function)

    async def execute_local_activity(self, name: str, *input: Any, **options: Any) -> Any:
        """The result (plain JSON) of an activity that this worker runs within the workflow task.

        One at a time, side effects included: several in flight replay wrongly (sdk-python issue 1881).
        """
        async with self._local_activity_turn:
            try:
                return await workflow.execute_local_activity(name, *input, **options)
            except FailureError as error:
                raise failed_activity(name, error) from error

    # ---------------------------------------------------------------------------------------------------------- the run

    def workflow_info(self) -> LuaTable:
        """What is known about this run; see `run_info`."""
        return run_info.workflow_info()

    @library("ctx.continue_as_new")
    def continue_as_new(self, *input: Any, keep_signals: bool = False, **options: Any) -> NoReturn:
        """Ends this run and starts the next with `input` (ready for JSON) and an empty history.

        With `keep_signals` the next run finds the signals that nobody has waited for. Raises a Lua error in an update and in a
        spawned function: only the workflow's own function can end the run.
        """
        if workflow.current_update_info() is not None or futures.beside_the_workflow.get():
            raise library_error("continue_as_new: only the workflow's own function can call it")
        arguments = list(input)
        carried = self._signals.carried() if keep_signals else None
        if carried is not None:
            arguments = [input[0] if input else None, carried]
        elif not keep_signals:
            self._warn_of_what_is_lost()
        workflow.continue_as_new(args=arguments, **options)

    def random(self, *bounds: Any) -> int | float:
        """As Lua's `math.random`, from a stream of its own."""
        return draw(self.random_streams.stream("ctx.random"), bounds)

    def uuid(self) -> str:
        """A random UUID (version 4), the same on replay."""
        return self.random_streams.uuid()

    def begin(self, arguments: Sequence[Any]) -> Any:
        """Called before the workflow's first line, with the arguments of the run: its input as a Lua value."""
        self._updates.has_begun = True
        if len(arguments) > 1:
            self._signals.restore(arguments[1])
        return from_json(arguments[0]) if arguments else None

    def end(self) -> None:
        """Called when the workflow's function has ended."""
        self._warn_of_what_is_lost()

    def _warn_of_what_is_lost(self) -> None:
        unread = self._signals.unread()
        if unread:
            workflow.logger.warning(
                "The workflow closed with signals nobody waited for: %s", unread
            )
        for future in self._spawned:
            task = future.task
            if not future.was_asked and task.done() and not task.cancelled() and task.exception():
                error = as_lua_error(task.exception() or LuaError(None))
                shown = error_text(error.value) if error is not None else task.exception()
                workflow.logger.warning("A spawned function failed and nobody asked: %s", shown)


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
            result = await function(self, self.begin(arguments))
            plain = _checked_result(to_json(first(result), path="result"))
        except (Exception, asyncio.CancelledError) as exception:
            error = as_lua_error(exception)
            if error is None:
                raise
            self.end()
            if stands_for_cancellation(error.value) and workflow.cancellation_reason() is not None:
                raise asyncio.CancelledError from None
            raise application_error(error, exception, workflow.payload_converter()) from None
        self.end()
        return plain

    return run


def _checked_result(plain: Any) -> Any:
    if type(plain) in (dict, list, str):
        size = len(json.dumps(plain, separators=(",", ":"), ensure_ascii=False).encode())
        if size > MAX_RESULT_BYTES:
            raise LuaError(f"the result is too large ({size} bytes, at most {MAX_RESULT_BYTES})")
    return plain


def _pause(method: str, seconds: Any) -> timedelta:
    number = to_number(seconds)
    if number is None:
        problem = f"number expected, got {type_name(seconds)}"
    elif number != number or number < 0:
        problem = f"seconds must not be negative, got {format_number(number)}"
    else:
        return duration(number, f"{method}: seconds")
    raise library_error(f"bad argument #1 to '{method}' ({problem})")


def _checked_function(method: str, function: Any, position: int = 1) -> Any:
    if not callable(function):
        raise library_error(
            f"bad argument #{position} to '{method}' (function expected, got {type_name(function)})"
        )
    return function


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
