"""Every kind of top-level statement of a worker's source, and of a module it requires: it works as in real Lua, is left out with
a warning, or is refused; nothing is left out in silence."""

from __future__ import annotations

import asyncio
import importlib
import itertools
import sys
from pathlib import Path
from typing import Any

import lupa.lua54 as lupa
import pytest
from assay.transpiler import cli
from temporalio.testing import ActivityEnvironment

_WORKS = [
    ("string.trim = function(s) return s .. '.' end", "input:trim() .. ('a'):trim()"),
    ("function string.trim(s) return s .. '.' end", "string.trim(input) .. input.trim('x')"),
    (
        "function string:shout(m) return self:upper() .. m end",
        "input:shout('!') .. #input:shout('')",
    ),
    ("local S = string; function S.twice(s) return s .. s end", "S.twice(input) .. ('b'):twice()"),
    ("_G.string.trim = function(s) return s .. '.' end", "input:trim()"),
    (
        "string.trim = string.trim or function(s) return s .. '.' end",
        "input:trim() .. ('a'):trim()",
    ),
    (
        "string.trim = function(s) return s .. '.' end",
        "({trim = function() return 'field' end}):trim()",
    ),
    (
        "string.trim = function(s) return s .. '.' end",
        "tostring(pcall(function() return T.x:trim() end))",
    ),
    (
        "string.trim = function(s) return s .. '.' end",
        "tostring(T.trim) .. tostring(pcall(string.trim))",
    ),
    ("local f = function(s) return s .. '.' end; string.trim = f", "input:trim()"),
    ("function table.map(t, f) return f(t[1]) end", "table.map({4}, function(v) return v * 2 end)"),
    ("math.tau = 2 * math.pi", "math.tau // 1"),
    ("table.unpack = table.unpack or unpack", "select('#', table.unpack({1, 2}))"),
    ("T.x = 5", "T.x"),
    ("T.x, T.y = 5, 6", "T.x + T.y"),
    ("function T.f(v) return v .. 1 end", "T.f(input)"),
    ("for i = 1, 3 do T[i] = i end", "#T"),
    ("for k, v in pairs({a = 1}) do T[k] = v end", "T.a"),
    ("while #T < 3 do T[#T + 1] = 1 end", "#T"),
    ("repeat T.y = 1 until true", "T.y"),
    ("if T then T.y = 1 end", "T.y"),
    ("do local v = 7; T.y = v end", "T.y"),
    ("table.insert(T, 8)", "T[1]"),
    ("rawset(T, 'k', 8)", "T.k"),
    ("setmetatable(T, {__index = function(_, k) return k .. '?' end})", "T.nothing"),
    ("pcall(function() T.x = 3 end)", "T.x"),
    ("local function fill(t) t.f = 9 end; fill(T)", "T.f"),
]
"""A statement, and an expression that shows what it did."""

_ELSEWHERE = [
    ("counter = 1", "AY409"),
    ("_G.helper = function() return 1 end", "AY409"),
    ("print('hello')", "AY409"),
    ("math.randomseed(42)", "AY409"),
    ("assert(T, 'no table')", "AY409"),
    ("if not T then error('no table') end", "AY409"),
    ("package.path = './lib/?.lua'", "AY409"),
    ("package.preload.x = function() return {} end", "AY409"),
    ("collectgarbage('generational')", "AY409"),
    ("goto done; T.x = 1; ::done::", "AY201"),
    ("string.upper = function(s) return 'X' end", "AY225"),
    ("json.encode = nil", "AY225"),
    ("do string.trim = string.trim or function(s) return s end end", "AY225"),
    ("if not string.trim then string.trim = function(s) return s end end", "AY225"),
    ("do function string.trim(s) return s end end", "AY225"),
    ("string.trim, string.shout = T.a, T.b", "AY225"),
    ("string['tr' .. 'im'] = function(s) return s end", "AY225"),
    ("for _, n in ipairs{'trim'} do string[n] = function(s) return s end end", "AY225"),
    ("function T.f() function string.trim(s) return s end end; T.f()", "AY225"),
    ("string.trim = 1; local function f() string.trim = 2 end", "AY225"),
    ("string.trim = 1; string.trim = function(s) return s end", "AY225"),
    ("local x = (' a'):trim(); function string.trim(s) return s end", "AY225"),
    ("local function f(s) return s:trim() end; T.x = f(''); function string.trim() end", "AY225"),
    ("getmetatable('').__index = function(s, k) return k end", "AY225"),
    ("local m = getmetatable(''); m.__add = function(a, b) return a .. b end", "AY225"),
    ("rawset(string, 'trim', function(s) return s end)", "AY225"),
    ("setmetatable(string, {})", "AY225"),
]
"""A statement, and the code of its warning or refusal."""

_numbers = itertools.count()


def _compile(
    statement: str,
    expression: str,
    in_module: bool,
    folder: Path,
    capsys: pytest.CaptureFixture[str],
) -> tuple[int, str, str]:
    """Compiles a worker whose activity gives `expression`; the exit status, the package's name, the diagnostics."""
    number = next(_numbers)
    name = f"top_level_{number}"
    code = f"local T = {{}}\n{statement}\nlocal function use(input) return {expression} end\n"
    if in_module:
        (folder / f"part_{number}.lua").write_text(f"{code}return {{use = use}}\n")
        code = f"local use = require('part_{number}').use\n"
    code += (
        "temporal.worker({url = 'localhost:7233', task_queue = 'q',\n"
        "  activities = {act = function(input) return use(input) end}})\n"
    )
    (folder / f"{name}.lua").write_text(code)
    status = cli.main([str(folder / f"{name}.lua"), "-o", str(folder)])
    return status, name, capsys.readouterr().err


def _activity(name: str, folder: Path, given: str) -> Any:
    sys.path.insert(0, str(folder))
    try:
        found = importlib.import_module(f"{name}.activities")
        return asyncio.run(ActivityEnvironment().run(found.act, given))
    finally:
        sys.path.remove(str(folder))


@pytest.mark.parametrize("in_module", [False, True], ids=["main", "module"])
@pytest.mark.parametrize(("statement", "expression"), _WORKS)
def test_works_as_in_real_lua(
    statement: str,
    expression: str,
    in_module: bool,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    status, name, shown = _compile(statement, expression, in_module, tmp_path, capsys)
    assert (status, "[AY" in shown) == (0, False), shown
    source = f"local input = ...\nlocal T = {{}}\n{statement}\nreturn {expression}"
    real = lupa.LuaRuntime().execute(source, "ann")
    assert _activity(name, tmp_path, "ann") == real


@pytest.mark.parametrize("in_module", [False, True], ids=["main", "module"])
@pytest.mark.parametrize(("statement", "code"), _ELSEWHERE)
def test_is_left_out_or_refused(
    statement: str, code: str, in_module: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, _, shown = _compile(statement, "input:upper()", in_module, tmp_path, capsys)
    assert f"[{code}]" in shown
    assert status == (0 if code == "AY409" else 1)
