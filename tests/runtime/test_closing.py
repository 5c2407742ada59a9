"""`closing` with exceptions that Lua code must not see, and with host objects; the rest is in tests/language/programs/close.lua."""

from __future__ import annotations

import io
from typing import Any

import pytest
from assay.runtime.closing import closing
from assay.runtime.errors import LuaError
from assay.runtime.stdlib.files import LuaFile
from assay.runtime.suspending import CoroutineClosed
from assay.runtime.values import LuaTable, set_metatable


def _closable(calls: list[Any]) -> LuaTable:
    value = LuaTable()
    set_metatable(value, LuaTable({"__close": lambda _, error: calls.append(error)}))
    return value


@pytest.mark.parametrize("exception", [KeyboardInterrupt(), GeneratorExit(), ValueError("a bug")])
def test_what_is_no_lua_error_runs_no_lua_code(exception: BaseException) -> None:
    calls: list[Any] = []
    with pytest.raises(type(exception)), closing(_closable(calls)):
        raise exception
    assert calls == []


def test_error_object() -> None:
    calls: list[Any] = []
    with pytest.raises(LuaError), closing(_closable(calls)):
        raise LuaError("problem")
    with closing(_closable(calls)) as value:
        assert isinstance(value, LuaTable)
    assert calls == ["problem", None]


def test_closed_coroutine_has_no_error_object() -> None:
    calls: list[Any] = []
    with pytest.raises(CoroutineClosed), closing(_closable(calls)):
        raise CoroutineClosed
    assert calls == [None]


def test_file() -> None:
    file = LuaFile(io.BytesIO())
    with closing(file):
        assert not file.closed
    assert file.closed
    with closing(file):
        pass  # closing it again does nothing


@pytest.mark.parametrize("value", [None, False])
def test_nothing_to_close(value: object) -> None:
    with closing(value) as same:
        assert same is value


@pytest.mark.parametrize("value", [0, "", LuaTable(), len])
def test_not_closable(value: object) -> None:
    with pytest.raises(LuaError, match="got a non-closable value"):
        closing(value)
