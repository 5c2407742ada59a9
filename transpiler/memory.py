"""Compiling in memory: Lua text in, a Python function that runs the chunk out. What `load` and its kin stand on."""

from __future__ import annotations

import linecache
from collections.abc import Callable
from types import CodeType
from typing import Any

from assay.runtime.source_lines import SOURCE_VARIABLE

from .analysis.program import analyse
from .depth import REFUSALS, nested_too_deeply
from .diagnostics import CompileError, has_errors
from .output.package import generate_unformatted
from .stack import with_deep_stack
from .syntax import parse
from .syntax.source import Source


def compile_chunk(source: Source, environment: Any) -> Callable[..., Any]:
    """The chunk as a function; its globals are the fields of `environment`. Raises CompileError."""

    file = f"<compiled {source.chunk}>"

    def work() -> tuple[str, CodeType]:
        program = analyse(parse(source), dynamic=True)
        try:
            text = generate_unformatted(program)
            code = compile(text, file, "exec")
        except REFUSALS as problem:
            nested = nested_too_deeply(program.chunk, problem)
            if nested is None:
                raise
            raise CompileError([nested]) from problem
        if has_errors(program.diagnostics):
            raise CompileError(program.diagnostics)
        return text, code

    text, code = with_deep_stack(work)
    namespace: dict[str, Any] = {"__name__": "assay_loaded_chunk", SOURCE_VARIABLE: source.text}
    exec(code, namespace)
    # Python's own tracebacks find the text there.
    linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)
    namespace["ENV"] = environment
    main: Callable[..., Any] = namespace["main"]
    return main
