"""The programs of the compute benchmark, each in three forms: compiled Lua, its Python twin, real Lua 5.4.

In: a program's name. Out: three functions from a size to the program's result, which must be the same.
"""

from __future__ import annotations

import contextvars
import importlib.util
import types
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import lupa.lua54 as lupa
from assay.runtime.program import start_program
from assay.runtime.suspending import run_to_end
from assay.transpiler.analysis.program import analyse
from assay.transpiler.output.package import generate
from assay.transpiler.stack import with_deep_stack
from assay.transpiler.syntax import parse
from assay.transpiler.syntax.source import Source

FOLDER = Path(__file__).parent / "programs"

Run = Callable[[int], Any]


@dataclass(frozen=True)
class Sizes:
    """`full` takes a Python twin some 60 ms; `small` is for a test of the results."""

    full: int
    small: int


PROGRAMS = {
    "recursion": Sizes(18, 12),
    "floats": Sizes(3000, 60),
    "arrays": Sizes(120_000, 6000),
    "strings": Sizes(12_000, 100),
    "patterns": Sizes(6000, 60),
    "closures": Sizes(100_000, 200),
    "methods": Sizes(30_000, 100),
    "sorting": Sizes(12_000, 90),
    "coroutines": Sizes(120_000, 200),
    "trees": Sizes(8, 2),
    "bits": Sizes(20_000, 100),
    "words": Sizes(30_000, 200),
    "graphs": Sizes(10_000, 300),
    "parsing": Sizes(3000, 10),
}


@dataclass(frozen=True)
class Forms:
    """One program in its three forms."""

    compiled: Run
    twin: Run
    real: Run


def load(name: str) -> Forms:
    """The program `name`, compiled and loaded."""
    source = (FOLDER / f"{name}.lua").read_bytes()
    return Forms(compiled_form(name, source), _twin(name), real_form(name, source))


def compile_text(name: str, source: bytes) -> str:
    """The generated Python module of a script."""
    program = with_deep_stack(lambda: analyse(parse(Source.from_bytes(f"{name}.lua", source))))
    return generate(program, name)[f"{name}.py"]


def compiled_form(name: str, source: bytes) -> Run:
    """The script `source`, compiled: a function of the argument it is given."""
    text = compile_text(name, source)
    module = types.ModuleType(name)
    context = contextvars.copy_context()
    context.run(start_program)
    context.run(exec, compile(text, f"{name}.py", "exec"), module.__dict__)
    main = module.__dict__["main"]

    def run(size: int) -> Any:
        result = main(size)
        return run_to_end(result) if isinstance(result, types.CoroutineType) else result

    return lambda size: context.run(run, size)


def _twin(name: str) -> Run:
    spec = importlib.util.spec_from_file_location(f"twin_{name}", FOLDER / f"{name}.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    run: Run = module.run
    return run


def real_form(name: str, source: bytes) -> Run:
    """The same in real Lua."""
    lua = lupa.LuaRuntime(encoding="latin-1")
    loaded: Any = lua.globals().load(source.decode("latin-1"), f"@{name}.lua")
    return lambda size: loaded(size)
