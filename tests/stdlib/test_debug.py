"""What `debug` and the call stack do beyond what the language tests compare: coroutines that wait, frames of the runtime, rows."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from assay.runtime.errors import LuaError
from assay.runtime.stdlib import debug, modules
from assay.runtime.stdlib.basic import error, xpcall
from assay.runtime.stdlib.globals import new_globals
from assay.runtime.stdlib.modules import require_compiled
from assay.runtime.temporal.protected import xpcall_async
from assay.runtime.traceback import exception_levels
from assay.runtime.traceback_text import traceback_text
from assay.runtime.values import LuaTable

_POSITIONS = "program.lua 1=1 2=2 3=3 4=4 5=5"


@pytest.fixture
def program(monkeypatch: pytest.MonkeyPatch) -> LuaTable:
    """The globals of a program that runs."""
    made = new_globals()
    monkeypatch.setattr(modules, "current_globals", lambda: made)
    return made


def _generated(text: str, **names: Any) -> dict[str, Any]:
    """The names of a module that counts as generated, its Python lines being its Lua lines."""
    namespace: dict[str, Any] = {"__lua_positions__": _POSITIONS, "error": error, **names}
    exec(compile(text, "program.py", "exec"), namespace)
    return namespace


def test_only_lua_and_library_functions_are_levels() -> None:
    module = _generated("def f():\n  error('x')\ndef g():\n  python(f)", python=lambda f: f())
    with pytest.raises(LuaError) as caught:
        module["g"]()
    assert traceback_text("x", exception_levels(caught.value)) == (
        "x\nstack traceback:\n\t[C]: in function 'error'\n\tprogram.lua:2: in function <program.lua:1>\n"
        "\tprogram.lua:4: in function <program.lua:3>\n\t[C]: in ?"
    )


def test_a_python_exception_without_lua_frames_has_no_levels_of_its_own() -> None:
    assert traceback_text(None, exception_levels(ValueError())) == "stack traceback:\n\t[C]: in ?"


def test_the_handler_of_a_waiting_xpcall_sees_the_frames_of_the_error() -> None:
    module = _generated(
        "async def f():\n  await pause(0)\n  error('x')\nasync def g():\n  return await xpcall(f, traceback)",
        pause=asyncio.sleep,
        xpcall=xpcall_async,
        traceback=debug.traceback,
    )
    good, text = asyncio.run(module["g"]())
    assert not good
    assert text.startswith(
        "program.lua:3: x\nstack traceback:\n\t[C]: in function 'error'\n\tprogram.lua:3: in function <program.lua:1>\n"
        "\t[C]: in function 'xpcall'\n\tprogram.lua:5: in function <program.lua:4>"
    )


def test_nothing_of_the_error_is_seen_when_the_handler_is_done() -> None:
    module = _generated("def f():\n  error('x')", xpcall=xpcall)
    assert xpcall(module["f"], lambda *_: None) == (False, None)
    text = debug.traceback("after")
    assert "error" not in text
    assert "xpcall" not in text


def test_a_metatable_of_what_is_no_table_cannot_be_set() -> None:
    for value in (None, 1, "text", print):
        with pytest.raises(LuaError, match="a compiled program cannot set the metatable of a"):
            debug.setmetatable(value, LuaTable())


def test_programs_have_packages_of_their_own() -> None:
    first, second = new_globals()["package"], new_globals()["package"]
    first["loaded"]["x"] = 1
    assert second["loaded"]["x"] is None
    assert first["preload"] is not second["preload"]


def test_a_program_without_a_table_package(program: LuaTable) -> None:
    """Like real Lua, `require` does not need the global."""
    program["package"] = None
    with pytest.raises(LuaError, match=r"module 'no.such' not found:\n\tno field package.preload"):
        require_compiled("no.such")


@pytest.mark.usefixtures("program")
@pytest.mark.parametrize("name", ["", "a..b", "../x", "a b", "class", "os.path", "__init__"])
def test_strange_names_of_modules_are_not_found(name: str) -> None:
    with pytest.raises(LuaError, match="not found:"):
        require_compiled(name)
