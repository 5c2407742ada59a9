"""The methods of `ctx` as Lua code reaches them when the compiler lost track of `ctx`: looked up by name, with Lua option tables.

In: Lua values, any number of them. The class in `workflow.py` does the work; where the compiler follows `ctx`, generated code calls
its methods and the SDK directly. The names are in `context_methods.py`. Specification: ctx:execute_activity and the sections after
it; docs/ctx.md.
"""

from __future__ import annotations

import functools
from abc import abstractmethod
from collections.abc import Callable
from datetime import timedelta
from typing import Any, NoReturn, TypeVar

from temporalio import workflow

from ..errors import argument_error, library, operation_error
from ..json_values import to_json
from ..strings import to_text
from ..values import HostObject, LuaTable, type_name
from .children import ChildWorkflow
from .context_methods import METHODS
from .futures import Future
from .options import activity_options, method_options, timeout_option
from .payloads import from_json
from .search_attributes import memo_fields, search_attribute_updates

_Result = TypeVar("_Result")


def _method(function: Callable[..., _Result]) -> Callable[..., _Result]:
    """Checks what a method got as its self: `ctx.sleep(5)` must be an error in Lua, not a bug in Python."""
    name = function.__name__.removeprefix("lua_")

    @functools.wraps(function)
    def call(ctx: Any = None, *arguments: Any) -> _Result:
        if not isinstance(ctx, LuaContext):
            raise operation_error(
                f"calling '{name}' on bad self (ctx expected, got {type_name(ctx)}): write ctx:{name}(...)"
            )
        return function(ctx, *arguments)

    return call


class LuaContext(HostObject):
    """`ctx` as a Lua value: its fields are the methods `lua_NAME` below, under their Lua names."""

    lua_fields = frozenset(METHODS)

    def lua_index(self, key: object) -> Any:
        """The method `key`, which takes ctx as its first argument; nil for a name that is not there."""
        if isinstance(key, str) and key in self.lua_fields:
            return getattr(type(self), f"lua_{key}")
        return None

    # ------------------------------------------------------------------------------------------ activities and children

    @_method
    @library("ctx.execute_activity")
    async def lua_execute_activity(
        self, name: Any = None, input: Any = None, options: Any = None, *_: Any
    ) -> Any:
        """`ctx:execute_activity(name, input, opts)`: the activity's result. A failed activity is a Lua error."""
        arguments = activity_options(options)
        return from_json(
            await workflow.execute_activity(
                to_text(_checked_name(2, name)), to_json(input), **arguments
            )
        )

    @_method
    @library("ctx.start_activity")
    def lua_start_activity(
        self, name: Any = None, input: Any = None, options: Any = None, *_: Any
    ) -> Future:
        """`ctx:start_activity(name, input, opts)`: a future of the activity's result."""
        arguments = activity_options(options, "start_activity")
        name = to_text(_checked_name(2, name))
        return Future(workflow.start_activity(name, to_json(input), **arguments))

    @_method
    @library("ctx.execute_local_activity")
    async def lua_execute_local_activity(
        self, name: Any = None, input: Any = None, options: Any = None, *_: Any
    ) -> Any:
        """`ctx:execute_local_activity(name, input, opts)`: the result of an activity run within the workflow task."""
        arguments = activity_options(options, "execute_local_activity")
        name = to_text(_checked_name(2, name))
        return from_json(await self.execute_local_activity(name, to_json(input), **arguments))

    @_method
    @library("ctx.execute_child_workflow")
    async def lua_execute_child_workflow(
        self, name: Any = None, input: Any = None, options: Any = None, *_: Any
    ) -> Any:
        """`ctx:execute_child_workflow(type, input, opts)`: the child's result."""
        arguments = method_options(options, "execute_child_workflow")
        name = to_text(_checked_name(2, name))
        return from_json(await workflow.execute_child_workflow(name, to_json(input), **arguments))

    @_method
    @library("ctx.start_child_workflow")
    async def lua_start_child_workflow(
        self, name: Any = None, input: Any = None, options: Any = None, *_: Any
    ) -> ChildWorkflow:
        """`ctx:start_child_workflow(type, input, opts)`: the handle of a child that has started."""
        arguments = method_options(options, "start_child_workflow")
        name = to_text(_checked_name(2, name))
        return ChildWorkflow(await workflow.start_child_workflow(name, to_json(input), **arguments))

    @_method
    @library("ctx.signal_workflow")
    async def lua_signal_workflow(
        self,
        workflow_id: Any = None,
        name: Any = None,
        input: Any = None,
        options: Any = None,
        *_: Any,
    ) -> tuple[()]:
        """`ctx:signal_workflow(workflow_id, name, input, opts)`: sends a signal to another workflow."""
        arguments = method_options(options, "signal_workflow")
        handle = workflow.get_external_workflow_handle(
            to_text(_checked_name(2, workflow_id)), **arguments
        )
        given = [] if input is None else [to_json(input)]
        await handle.signal(to_text(_checked_name(3, name)), *given)
        return ()

    @_method
    @library("ctx.cancel_workflow")
    async def lua_cancel_workflow(
        self, workflow_id: Any = None, options: Any = None, *_: Any
    ) -> tuple[()]:
        """`ctx:cancel_workflow(workflow_id, opts)`: asks another workflow to stop."""
        arguments = method_options(options, "cancel_workflow")
        name = to_text(_checked_name(2, workflow_id))
        await workflow.get_external_workflow_handle(name, **arguments).cancel()
        return ()

    # ---------------------------------------------------------------------------------------------------------- waiting

    @_method
    @library("ctx.wait_signal")
    async def lua_wait_signal(self, name: Any = None, options: Any = None, *_: Any) -> Any:
        """`ctx:wait_signal(name, opts)`: the signal's payload, nil after the timeout."""
        timeout = timeout_option(options, "wait_signal")
        return await self.wait_signal(_checked_name(2, name), timeout=timeout)

    @_method
    @library("ctx.wait_until")
    async def lua_wait_until(self, condition: Any = None, options: Any = None, *_: Any) -> bool:
        """`ctx:wait_until(fn, opts)`: true once `fn()` is, false after the timeout."""
        timeout = timeout_option(options, "wait_until")
        return await self.wait_until(_checked_function(2, condition), timeout=timeout)

    # Not marked as library functions where the method that is called is one: errors are placed at that one's caller.
    @_method
    async def lua_sleep(self, seconds: Any = None, *_: Any) -> tuple[()]:
        """`ctx:sleep(seconds)`"""
        await self.sleep(seconds)
        return ()

    @_method
    def lua_start_timer(self, seconds: Any = None, *_: Any) -> Future:
        """`ctx:start_timer(seconds)`: a future that is ready after so many seconds."""
        return self.start_timer(seconds)

    @_method
    async def lua_all(self, members: Any = None, *_: Any) -> LuaTable:
        """`ctx:all{...}`: the results of all futures, under the same keys."""
        return await self.all(members)

    @_method
    async def lua_any(self, members: Any = None, *_: Any) -> tuple[Any, Any]:
        """`ctx:any{...}`: key and result of the first future that is ready."""
        return await self.any(members)

    @_method
    def lua_spawn(self, function: Any = None, *arguments: Any) -> Future:
        """`ctx:spawn(fn, ...)`: a future of a function that runs beside this one."""
        return self.spawn(function, *arguments)

    @_method
    async def lua_shielded(self, function: Any = None, *arguments: Any) -> Any:
        """`ctx:shielded(fn, ...)`: what `fn` returns; a cancel request waits for it."""
        return await self.shielded(function, *arguments)

    # --------------------------------------------------------------------------------------------------------- handlers

    @_method
    @library("ctx.side_effect")
    async def lua_side_effect(self, function: Any = None, *_: Any) -> Any:
        """`ctx:side_effect(fn)`: the recorded result of `fn`."""
        return await self.side_effect(_checked_function(2, function))

    @_method
    @library("ctx.register_query")
    def lua_register_query(self, name: Any = None, function: Any = None, *_: Any) -> tuple[()]:
        """`ctx:register_query(name, fn)`"""
        self.register_query(_checked_name(2, name), _checked_function(3, function))
        return ()

    @_method
    @library("ctx.register_update")
    def lua_register_update(
        self, name: Any = None, function: Any = None, options: Any = None, *_: Any
    ) -> tuple[()]:
        """`ctx:register_update(name, fn, opts)`"""
        arguments = method_options(options, "register_update")
        self.register_update(_checked_name(2, name), _checked_function(3, function), **arguments)
        return ()

    # ---------------------------------------------------------------------------------------------------------- the run

    @_method
    @library("ctx.workflow_info")
    def lua_workflow_info(self, *_: Any) -> LuaTable:
        """`ctx:workflow_info()`"""
        return self.workflow_info()

    @_method
    @library("ctx.continue_as_new")
    def lua_continue_as_new(self, input: Any = None, options: Any = None, *_: Any) -> NoReturn:
        """`ctx:continue_as_new(input, opts)`: ends this run and starts the next."""
        self.continue_as_new(to_json(input), **method_options(options, "continue_as_new"))

    @_method
    @library("ctx.upsert_search_attributes")
    def lua_upsert_search_attributes(self, attributes: Any = None, *_: Any) -> tuple[()]:
        """`ctx:upsert_search_attributes{...}`"""
        workflow.upsert_search_attributes(search_attribute_updates(attributes))
        return ()

    @_method
    @library("ctx.upsert_memo")
    def lua_upsert_memo(self, fields: Any = None, *_: Any) -> tuple[()]:
        """`ctx:upsert_memo{...}`"""
        workflow.upsert_memo(memo_fields(fields))
        return ()

    @_method
    @library("ctx.patched")
    def lua_patched(self, id: Any = None, *_: Any) -> bool:
        """`ctx:patched(id)`: whether this run has the change called `id`."""
        return workflow.patched(to_text(_checked_name(2, id)))

    @_method
    @library("ctx.deprecate_patch")
    def lua_deprecate_patch(self, id: Any = None, *_: Any) -> tuple[()]:
        """`ctx:deprecate_patch(id)`"""
        workflow.deprecate_patch(to_text(_checked_name(2, id)))
        return ()

    @_method
    @library("ctx.now")
    def lua_now(self, *_: Any) -> float:
        """`ctx:now()`: seconds since the epoch, as of the current workflow task."""
        return workflow.time()

    @_method
    @library("ctx.uuid")
    def lua_uuid(self, *_: Any) -> str:
        """`ctx:uuid()`: a random UUID, the same on replay."""
        return self.uuid()

    @_method
    @library("ctx.random")
    def lua_random(self, *bounds: Any) -> int | float:
        """`ctx:random(m?, n?)`: as `math.random`, the same on replay."""
        return self.random(*bounds)

    @_method
    @library("ctx.cancellation_requested")
    def lua_cancellation_requested(self, *_: Any) -> bool:
        """`ctx:cancellation_requested()`: whether this workflow was asked to stop."""
        return workflow.cancellation_reason() is not None

    # ------------------------------------------------------------------------------------------- what the workflow brings

    @abstractmethod
    async def wait_signal(self, name: str, timeout: timedelta | None = None) -> Any: ...

    @abstractmethod
    async def wait_until(
        self, condition: Callable[[], Any], timeout: timedelta | None = None
    ) -> bool: ...

    @abstractmethod
    async def sleep(self, seconds: Any) -> None: ...

    @abstractmethod
    def start_timer(self, seconds: Any) -> Future: ...

    @abstractmethod
    async def all(self, members: Any) -> LuaTable: ...

    @abstractmethod
    async def any(self, members: Any) -> tuple[Any, Any]: ...

    @abstractmethod
    def spawn(self, function: Any, *arguments: Any) -> Future: ...

    @abstractmethod
    async def shielded(self, function: Any, *arguments: Any) -> Any: ...

    @abstractmethod
    async def side_effect(self, function: Callable[[], Any]) -> Any: ...

    @abstractmethod
    async def execute_local_activity(self, name: str, *input: Any, **options: Any) -> Any: ...

    @abstractmethod
    def register_query(self, name: str, function: Callable[..., Any]) -> None: ...

    @abstractmethod
    def register_update(self, name: str, function: Any, validator: Any = None) -> None: ...

    @abstractmethod
    def workflow_info(self) -> LuaTable: ...

    @abstractmethod
    def continue_as_new(
        self, *input: Any, keep_signals: bool = False, **options: Any
    ) -> NoReturn: ...

    @abstractmethod
    def random(self, *bounds: Any) -> int | float: ...

    @abstractmethod
    def uuid(self) -> str: ...


def _checked_name(position: int, name: Any) -> str:
    if not isinstance(name, str):
        raise argument_error(position, f"string expected, got {type_name(name)}")
    if not name:
        raise argument_error(position, "the name is empty")
    return name


def _checked_function(position: int, function: Any) -> Callable[..., Any]:
    if not callable(function):
        raise argument_error(position, f"function expected, got {type_name(function)}")
    checked: Callable[..., Any] = function
    return checked
