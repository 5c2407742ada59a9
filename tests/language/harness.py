"""Compile a Lua program, run it, and run the same program in real Lua 5.4: what both print and how both end."""

from __future__ import annotations

import contextvars
import io
import sys
import types
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import lupa.lua54 as lupa
from assay.runtime.errors import as_lua_error
from assay.runtime.program import start_program
from assay.runtime.stack import allow_deep_recursion, with_lua_stack
from assay.runtime.suspending import run_to_end
from assay.transpiler.analysis.program import analyse
from assay.transpiler.diagnostics import CompileError, has_errors
from assay.transpiler.output.package import generate
from assay.transpiler.stack import with_deep_stack
from assay.transpiler.syntax import parse
from assay.transpiler.syntax.source import Source

CHUNK = "program.lua"

# Real Lua prints to C's stdout; these write to a buffer instead, with the same conversions.
_CAPTURE = b"""
local out, tostring, select, type, concat = ...
print = function(...)
  for i = 1, select("#", ...) do
    if i > 1 then out[#out + 1] = "\\t" end
    out[#out + 1] = tostring((select(i, ...)))
  end
  out[#out + 1] = "\\n"
end
io.write = function(...)
  for i = 1, select("#", ...) do
    local value = (select(i, ...))
    -- C's io.write prints a float with "%.14g" alone
    out[#out + 1] = math.type(value) == "float" and ("%.14g"):format(value) or tostring(value)
  end
  return io.stdout
end
"""


@dataclass(frozen=True)
class Outcome:
    """What a program printed, and the text of the error it ended with (None when it ended well)."""

    output: bytes
    error: str | None


def run_real(source: bytes) -> Outcome:
    """The program in real Lua 5.4."""
    lua = lupa.LuaRuntime(encoding="latin-1", unpack_returned_tuples=True)
    out = lua.table()
    env = lua.globals()
    lua.execute(_CAPTURE, out, env.tostring, env.select, env.type, env.table.concat)
    run = lua.eval(b"""function(source, name)
          local chunk, problem = load(source, name)
          if not chunk then return false, problem end
          local ok, value = pcall(chunk)
          if ok then return true end
          if type(value) == "string" or type(value) == "number" then return false, tostring(value) end
          local meta = getmetatable(value)
          if meta and meta.__tostring then return false, tostring(value) end
          return false, "(error object is a " .. type(value) .. " value)"
        end""")
    result: Any = run(source.decode("latin-1"), f"@{CHUNK}")
    good, problem = result if isinstance(result, tuple) else (result, None)
    text = env.table.concat(out)
    return Outcome(text.encode("latin-1"), None if good else str(problem))


def compile_text(source: bytes) -> str:
    """The generated module; raises CompileError."""

    def work() -> str:
        program = analyse(parse(Source.from_bytes(CHUNK, source)))
        files = generate(program, "program")
        if has_errors(program.diagnostics):
            raise CompileError(program.diagnostics)
        return files["program.py"]

    return with_deep_stack(work)


def run_compiled(source: bytes) -> Outcome:
    """The program compiled and run."""
    text = compile_text(source)
    return contextvars.copy_context().run(_run, text)


def _run(text: str) -> Outcome:
    start_program()
    code = compile(text, "program.py", "exec")
    module = types.ModuleType("program")
    captured = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)
    previous, sys.stdout = sys.stdout, captured
    problem: str | None = None

    def call() -> None:
        nonlocal problem
        try:
            result = module.__dict__["main"]()
            if isinstance(result, Coroutine):
                run_to_end(result)
        except BaseException as exception:
            error = as_lua_error(exception)
            if error is None:
                raise
            problem = str(error)

    try:
        exec(code, module.__dict__)
        with _deep_recursion():
            with_lua_stack(call)
    finally:
        sys.stdout = previous
        captured.flush()
    assert isinstance(captured.buffer, io.BytesIO)
    return Outcome(captured.buffer.getvalue(), problem)


@contextmanager
def _deep_recursion() -> Iterator[None]:
    """Lua's depth of calls, as a script has it; not for what the tests do otherwise."""
    limit = sys.getrecursionlimit()
    allow_deep_recursion()
    yield
    sys.setrecursionlimit(limit)


def difference(source: bytes) -> str | None:
    """None when both agree, else what differs."""
    expected, found = run_real(source), run_compiled(source)
    if expected == found:
        return None
    return f"real Lua: {expected}\ncompiled: {found}"
