"""Long and deeply nested programs: what real Lua compiles, compiled and run, prints what real Lua prints."""

from __future__ import annotations

import cProfile
import pstats

import pytest
from assay.transpiler.analysis.program import analyse
from assay.transpiler.output.package import generate_unformatted
from assay.transpiler.syntax import parse
from assay.transpiler.syntax.source import Source
from harness import run_compiled, run_real

_SOURCES = {
    "operators in a row": "local x = 1 print(" + "+".join(["x"] * 1000) + ")",
    "operators in a row that wait": "local f = coroutine.wrap(function() return 1"
    + " + coroutine.yield()" * 100
    + " end) f() "
    + "f(1) " * 99
    + "print(f(1))",
    "errors in a row": "local x = 1 print(pcall(function() return "
    + "x + " * 200
    + "\n{} + 1 end))",
    "and, or in a row": "local x, y = 1 print(" + " or ".join(["y and x"] * 150) + ")",
    "fields in a row": "local t = {} t.x = t print(t" + ".x" * 500 + " == t)",
    "calls in a row": "local h function h() return h end print(h" + "()" * 300 + " == h)",
    "methods in a row": "local o = {} function o:m() return self end print(o"
    + ":m()" * 90
    + " == o)",
    "parentheses": "print(" + "(" * 180 + "1" + ")" * 180 + ")",
    "concatenations": "local x = 'a' print(#(" + "..".join(["x"] * 180) + "))",
    "tables in tables": "local t = " + "{" * 180 + "}" * 180 + " print(type(t))",
    "calls in calls": "local function f(x) return x end print("
    + "f(" * 180
    + "1"
    + ")" * 180
    + ")",
    "functions in functions": "local f = "
    + "function() return " * 90
    + "1"
    + " end" * 90
    + " print(type(f))",
    "blocks": "do " * 150 + "print(1)" + " end" * 150,
    "branches": "local x = 5 if x == 0 then print(0) "
    + "".join(f"elseif x == {n + 10} then print({n}) " for n in range(300))
    + "else print('e') end",
    "locals": "".join(f"local a{n} = {n} " for n in range(200)) + "print(a0 + a199)",
    "parameters": "local function f("
    + ", ".join(f"a{n}" for n in range(199))
    + ") return a198 end print(f("
    + ", ".join(map(str, range(199)))
    + "))",
    "a constructor": "local t = {" + ", ".join(map(str, range(10000))) + "} print(#t, t[10000])",
    "a constructor with keys": "local t = {"
    + ", ".join(f"k{n} = {n}" for n in range(10000))
    + "} print(t.k9999)",
}


@pytest.mark.parametrize("name", _SOURCES)
def test_long_and_nested(name: str) -> None:
    source = _SOURCES[name].encode()
    assert run_compiled(source) == run_real(source)


def _calls_to_compile(statements: int) -> int:
    """How many Python functions are called to compile a chunk of so many statements, but for black's."""
    lines = ["local t, x = {}, 0"]
    lines += [f"x = x + t[x] t.f{i} = function() x = {i} return t end" for i in range(statements)]
    source = Source.from_bytes("long.lua", "\n".join(lines).encode())
    profile = cProfile.Profile()
    profile.enable()
    generate_unformatted(analyse(parse(source)))
    profile.disable()
    return pstats.Stats(profile).total_calls  # type: ignore[attr-defined, no-any-return]  # not in the stubs


def test_work_is_linear_in_the_number_of_statements() -> None:
    _calls_to_compile(10)
    assert _calls_to_compile(400) < 4.6 * _calls_to_compile(100)
