"""Activities that are done at once run on the event loop, all others in a thread; both fail in the same way."""

from __future__ import annotations

import asyncio
import importlib
import re
import sys
import types
from pathlib import Path
from typing import Any

import pytest
from assay.runtime.temporal.activity import lua_activity, quick_lua_activity
from assay.transpiler.cli import main as compile_main
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

QUICK = {
    "fields": "return { id = input.id, sent = true }",
    "texts": "return 'hello ' .. input.name:upper():sub(1, 3)",
    "numbers": "return math.floor(input.n / 2) + math.max(1, 2)",
    "branches": "if type(input) ~= 'table' then error('BAD: no table') end return #input",
    "locals": "local a, b = input.a, input.b return a * b",
    "nothing": "",
}
SLOW = {
    "network": "return http.get(input.url).status",
    "loop": "local sum = 0 for i = 1, input.n do sum = sum + i end return sum",
    "pairs": "for key in pairs(input) do return key end",
    "jump": "::again:: if input.n then goto again end",
    "pattern": "return input.text:find('(a*)*b')",
    "long_string": "return ('x'):rep(input.n)",
    "function_of_the_file": "return helper(input)",
    "upvalue": "return config[input.key]",
    "callback": "return pcall(error, input)",
    "closure": "return (function() return input end)()",
    "field_function": "return input.go()",
    "protected": "return select('#', pcall(http.get, 1))",
    "printed": "print(input)",
    "metatable": "return setmetatable({}, input).x",
    "heartbeat": "activity.heartbeat(input)",
    "many_steps": "local text = input.text " + "text = text .. text " * 99,
}


def _compiled(folder: Path, prelude: str = "", further: str = "") -> types.ModuleType:
    activities = "".join(
        f"  {name} = function(input) {body} end,\n" for name, body in (QUICK | SLOW).items()
    )
    source = folder / "placed.lua"
    source.write_text(
        f"{prelude}\nlocal config = {{}}\nlocal function helper(x) return x end\n"
        'temporal.worker({ url = "127.0.0.1:7233", task_queue = "q", activities = {\n'
        f"{activities}{further}}} }})\n"
    )
    assert compile_main([str(source), "-o", str(folder / "build")]) == 0
    sys.path.insert(0, str(folder / "build"))
    try:
        return importlib.import_module("placed.activities")
    finally:
        sys.path.pop(0)
        for name in ("placed", "placed.activities"):
            sys.modules.pop(name, None)


@pytest.fixture(scope="module")
def placed(tmp_path_factory: pytest.TempPathFactory) -> types.ModuleType:
    """The activities above, compiled."""
    return _compiled(tmp_path_factory.mktemp("placed"))


def _quick_ones(module: types.ModuleType) -> set[str]:
    text = Path(str(module.__file__)).read_text()
    return set(re.findall(r"@quick_lua_activity\ndef (\w+)", text))


def test_what_is_quick(placed: types.ModuleType) -> None:
    assert _quick_ones(placed) == set(QUICK)


def test_nothing_is_quick_where_strings_may_have_other_metamethods(tmp_path: Path) -> None:
    prelude = "local function trace() return debug.traceback() end"
    assert _quick_ones(_compiled(tmp_path, prelude)) == set()


def test_nothing_is_quick_where_its_operations_may_wait(tmp_path: Path) -> None:
    module = _compiled(
        tmp_path,
        "local pauses = setmetatable({}, { __concat = function(a) return coroutine.yield(a) end })",
        "pause = function() return coroutine.wrap(function() return pauses .. '' end)() end",
    )
    assert "texts" not in _quick_ones(module)
    assert _run(module, "texts", {"name": "ann"}) == "hello ANN"


def _run(module: types.ModuleType, name: str, given: Any) -> Any:
    return asyncio.run(ActivityEnvironment().run(getattr(module, name), given))


def test_results_and_errors(placed: types.ModuleType) -> None:
    assert _run(placed, "fields", {"id": 7}) == {"id": 7, "sent": True}
    assert _run(placed, "texts", {"name": "ann"}) == "hello ANN"
    assert _run(placed, "nothing", None) is None
    with pytest.raises(ApplicationError) as caught:
        _run(placed, "branches", 5)
    assert (caught.value.type, caught.value.message.split(": ", 1)[0]) == ("BAD", "placed.lua:8")
    with pytest.raises(ApplicationError, match="attempt to index a nil value"):
        _run(placed, "fields", None)


@pytest.mark.parametrize("kind", [lua_activity, quick_lua_activity])
def test_a_bug_of_ours_stays_what_it_is(kind: Any) -> None:
    def broken(_: Any) -> None:
        raise KeyError("bug") from ValueError("cause")

    with pytest.raises(KeyError) as caught:
        asyncio.run(ActivityEnvironment().run(kind(broken), None))
    assert isinstance(caught.value.__cause__, ValueError)
