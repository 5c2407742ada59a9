"""The table of contents: every row leads somewhere, and every function of real Lua has a row."""

from __future__ import annotations

import builtins
import inspect
import keyword
import subprocess
import sys
from importlib import import_module

import lupa.lua54
import pytest
from assay.runtime.accelerator import pure
from assay.runtime.errors import library_name
from assay.runtime.library import LibraryConstant, LibraryFunction, WorkflowUse
from assay.runtime.stdlib.globals import new_globals
from assay.runtime.stdlib.registry import CONSTANTS, FUNCTIONS
from assay.runtime.tables import index, setindex
from assay.runtime.values import LuaTable, type_name

_ROWS = (*FUNCTIONS, *CONSTANTS)
_ELSEWHERE = {"require", "package", "_G", "python"}
"""What is made for each program, and lupa's own addition."""
_ABSENT = {
    f"debug.{name}"
    for name in (
        *("debug", "getregistry", "setcstacklimit", "setlocal"),
        *("getupvalue", "setupvalue", "upvalueid", "upvaluejoin", "getuservalue", "setuservalue"),
    )
}
"""What a compiled program has no use for: nil there."""
_AVAILABLE = [row for row in FUNCTIONS if row.available]
_OWN_FUNCTIONS = [row for row in _AVAILABLE if row.module != "stdlib.coroutine"]


def _value(row: LibraryFunction | LibraryConstant) -> object:
    return getattr(import_module(f"assay.runtime.{row.module}"), row.attribute)


@pytest.mark.parametrize("row", _OWN_FUNCTIONS, ids=lambda row: row.lua_name)
def test_function_rows(row: LibraryFunction) -> None:
    function = _value(row)
    assert type_name(function) == "function"
    assert library_name(function) == row.lua_name
    assert inspect.getdoc(pure(function))
    # Any number of arguments may come.
    signature = inspect.signature(pure(function))
    signature.bind()
    signature.bind(*range(20))
    name = row.lua_name.rpartition(".")[2]
    if row.module == "stdlib.basic":
        assert row.attribute in (name, f"lua_{name}")
        assert not keyword.iskeyword(row.attribute)
        assert not hasattr(builtins, row.attribute)
    else:
        assert row.attribute == name
    assert row.types <= {"nil", "boolean", "integer", "float", "string", "table", "function"}
    assert row.results == 1 or not row.types
    assert row.workflow is WorkflowUse.ALLOWED or row.advice


@pytest.mark.parametrize("row", CONSTANTS, ids=lambda row: row.lua_name)
def test_constant_rows(row: LibraryConstant) -> None:
    kinds = {int: "integer", float: "float", str: "string"}
    assert row.types <= {kinds.get(type(_value(row)), "")}


def test_rows_are_unique() -> None:
    names = [row.lua_name for row in _ROWS]
    assert len(names) == len(set(names))


def test_every_function_of_real_lua_has_a_row() -> None:
    real_globals = lupa.lua54.LuaRuntime().globals()
    real: set[str] = set()
    for name, value in real_globals.items():
        if name in _ELSEWHERE:
            continue
        is_table = lupa.lua54.lua_type(value) == "table"
        real |= {f"{name}.{field}" for field in value} if is_table else {name}
    assert real - _ABSENT == {row.lua_name for row in _ROWS}
    assert real >= _ABSENT


def test_globals_hold_every_row() -> None:
    made = new_globals()
    for row in (*_AVAILABLE, *CONSTANTS):
        value: object = made
        for part in row.lua_name.split("."):
            value = index(value, part)
        assert value is _value(row)
    assert made["_G"] is made
    assert made["_VERSION"] == lupa.lua54.LuaRuntime().globals()._VERSION


def test_globals_are_fresh() -> None:
    one, other = new_globals(), new_globals()
    setindex(one["math"], "floor", None)
    setindex(one, "print", None)
    assert other["math"]["floor"] is not None
    assert other["print"] is not None
    assert isinstance(one["table"], LuaTable)
    assert one["table"] is not other["table"]


def test_string_methods() -> None:
    string = new_globals()["string"]
    assert index("abc", "upper")("abc") == "ABC"
    setindex(string, "shout", lambda text, *_: text.upper() + "!")
    try:
        assert index("abc", "shout")("abc") == "ABC!"
    finally:
        setindex(string, "shout", None)


def test_strings_have_methods_before_anybody_imports_the_library() -> None:
    program = "from assay.runtime import index; assert index('abc', 'len')('abc') == 3"
    subprocess.run([sys.executable, "-c", program], check=True)


def test_the_registry_imports_nothing_of_the_library() -> None:
    program = (
        "import sys; before = set(sys.modules); import assay.runtime.stdlib.registry\n"
        "assert 'assay.runtime.stdlib.string' not in sys.modules and 'assay.runtime.stdlib.basic' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
