"""The methods of `ctx` as Lua code reaches them when the compiler lost track of `ctx`: looked up by name, with Lua option tables.

In: Lua values, any number of them. The class in `workflow.py` does the work; where the compiler follows `ctx`, generated code calls
its methods and the SDK directly. Specification: ctx:execute_activity and the sections after it.
"""

from __future__ import annotations

import functools
from abc import abstractmethod
from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar

from temporalio import workflow

from ..errors import argument_error, library, operation_error
from ..json_values import to_json
from ..strings import to_text
from ..values import HostObject, LuaTable, type_name
from .options import activity_options, wait_signal_timeout
from .payloads import from_json

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

    lua_fields = frozenset(
        {
            "execute_activity",
            "register_query",
            "side_effect",
            "sleep",
            "wait_signal",
            "workflow_info",
        }
    )

    def lua_index(self, key: object) -> Any:
        """The method `key`, which takes ctx as its first argument; nil for a name that is not there."""
        if isinstance(key, str) and key in self.lua_fields:
            return getattr(type(self), f"lua_{key}")
        return None

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
    @library("ctx.wait_signal")
    async def lua_wait_signal(self, name: Any = None, options: Any = None, *_: Any) -> Any:
        """`ctx:wait_signal(name, opts)`: the signal's payload, nil after the timeout."""
        return await self.wait_signal(_checked_name(2, name), timeout=wait_signal_timeout(options))

    # Not marked as a library function: the method it calls is one, and errors are placed at that one's caller.
    @_method
    async def lua_sleep(self, seconds: Any = None, *_: Any) -> tuple[()]:
        """`ctx:sleep(seconds)`"""
        await self.sleep(seconds)
        return ()

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
    @library("ctx.workflow_info")
    def lua_workflow_info(self, *_: Any) -> LuaTable:
        """`ctx:workflow_info()`"""
        return self.workflow_info()

    @abstractmethod
    async def wait_signal(self, name: str, timeout: timedelta | None = None) -> Any: ...

    @abstractmethod
    async def sleep(self, seconds: Any) -> None: ...

    @abstractmethod
    async def side_effect(self, function: Callable[[], Any]) -> Any: ...

    @abstractmethod
    def register_query(self, name: str, function: Callable[..., Any]) -> None: ...

    @abstractmethod
    def workflow_info(self) -> LuaTable: ...


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
