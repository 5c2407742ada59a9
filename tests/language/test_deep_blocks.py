"""More blocks in each other than Python takes: the inner ones become functions, and the program does what real Lua does."""

from __future__ import annotations

from unittest import mock

import goto_programs
import pytest
from assay.transpiler.output import deep_blocks
from harness import compile_text, run_compiled, run_real
from random_programs.comparing import compare, unformatted
from random_programs.programs import program

_ERROR = "print(pcall(error, 'at the caller', 2)) print(pcall(function() error('here') end)) print(t.a.b)"


def _nested(before: str, head: str, count: int, inner: str, end: str, after: str) -> str:
    return "\n".join([before, *[head] * count, inner, *[end] * count, after])


_SOURCES = {
    "if": _nested("local x = 1", "if x then", 150, "x = x + 1 print(x)", "end", "print(x)"),
    "else": _nested("local x", "if x then else", 150, "print(x)", "end", ""),
    "while": _nested("local n = 200", "while n > 0 do n = n - 1", 150, "print(n)", "end", ""),
    "for": _nested("local x = 1", "for i = 1, 1 do", 49, "print(i) x = x + i", "end", "print(x)"),
    "for in": _nested("", "for _, v in ipairs({ 1 }) do", 28, "print(v)", "end", ""),
    "repeat": _nested(
        "local x = 1", "repeat local y = x", 150, "x = 2", "until y == 1", "print(x)"
    ),
    "close": _nested(
        "local function c(n) return setmetatable({}, { __close = function() print(n) end }) end",
        "do local x <close> = c(7)",
        25,
        "print('inside')",
        "end",
        "",
    ),
    "close, without blocks": _nested("", "local x <close> = nil", 190, "print(x)", "", ""),
    "return": _nested(
        "local function f(a)", "if a then", 150, "return a, f(nil) end", "end", "end print(f(1))"
    ).replace("f(nil) end", "f(nil)"),
    "return nothing": _nested(
        "local function f(a)", "while a do", 60, "do return end", "end", "end print(f(1), f())"
    ),
    "break": _nested(
        "local n = 0", "while true do n = n + 1", 60, "print(n)", "if n > 70 then break end end", ""
    ),
    "continue": _nested(
        "local n = 0",
        "while n < 90 do n = n + 1",
        60,
        "if n % 7 == 0 then goto continue end print(n) ::continue::",
        "end",
        "",
    ),
    "goto out of everything": _nested(
        "local n = 0",
        "while n < 90 do n = n + 1",
        60,
        "if n == 65 then goto out end print(n)",
        "end",
        "::out:: print('out', n)",
    ),
    "closures": _nested(
        "local kept = {}",
        "for i = 1, 1 do local j = i",
        35,
        "kept[1] = function() i = i + 1 j = j + i return j end print(kept[1](), kept[1]())",
        "kept[#kept + 1] = function() j = j + 1 return j end end",
        "for _, f in ipairs(kept) do io.write(f(), f(), ' ') end",
    ),
    "functions in blocks": _nested(
        "local x = 5",
        "if x > 0 then",
        60,
        _nested("local function f(x)", "if x > 0 then", 60, "return f(x - 1), x", "end", "end")
        + " print(f(3))",
        "end",
        "",
    ),
    "coroutines": _nested(
        "local co = coroutine.wrap(function() local n = 100",
        "while n > 0 do n = n - 1",
        60,
        "coroutine.yield(n)",
        "end",
        "return 'end' end) print(co(), co(), co())",
    ),
    "varargs": _nested(
        "local function f(...)", "if ... then", 120, "return select('#', ...), ...", "end", "end"
    )
    + " print(f(1, 2, 3))",
    "globals": _nested(
        "x = 1", "if x then", 120, "x = x + 1 function f() return x end", "end", "print(f())"
    ),
    "errors": _nested("local t = {}", "if t then", 120, _ERROR, "end", ""),
    "levels": _nested(
        "local function where() error('who called', 2) end local function f()",
        "while true do",
        30,
        "where()",
        "end",
        "end print(pcall(f))",
    ),
    "tracebacks": _nested(
        "local function f(a)",
        "if a then",
        120,
        "print((debug.traceback('here'):gsub('%s*%[C%]:.*', ''))) print(debug.getinfo(1, 'S').linedefined)",
        "end",
        "end\nf(1)",
    ),
    "gotos that cross": "local c = 0\n"
    + "".join(f"::a{n}:: c = c + 1\n" for n in range(100))
    + "".join(f"if c < {100 + n} then goto a{n} end\n" for n in range(100))
    + "print(c)",
}


@pytest.mark.parametrize("name", _SOURCES)
def test_deep_blocks(name: str) -> None:
    source = _SOURCES[name].encode()
    with unformatted():
        assert run_compiled(source) == run_real(source)


def test_what_is_formatted() -> None:
    """Black reads it, and what fits is not touched."""
    assert "__inner_blocks__" in compile_text(_SOURCES["while"].encode())
    assert "__inner_blocks" not in compile_text(
        _nested("", "while x do", 18, "f()", "end", "").encode()
    )


@pytest.mark.parametrize("make", [goto_programs.program, program])
def test_random_programs_in_parts(make: object) -> None:
    """Nearly every block a part: what jumps, what is shared and where errors are stays the same."""
    assert callable(make)
    with (
        mock.patch.multiple(deep_blocks, _MOST_BLOCKS=1, _MOST_LEVELS=3, _LEVELS_OF_A_PART=2),
        unformatted(),
    ):
        for seed in range(40):
            source = make(seed)
            verdict = compare(source if isinstance(source, bytes) else source.encode())
            assert not verdict.is_problem, (seed, verdict)
