"""Compiling in memory: Lua text in, a Python function that runs the chunk out. What `load` and its kin stand on."""

from __future__ import annotations

import linecache
from collections.abc import Callable
from typing import Any

from assay.runtime.source_lines import SOURCE_VARIABLE

from .analysis.program import analyse
from .diagnostics import CompileError, has_errors
from .output.package import generate_unformatted
from .stack import with_deep_stack
from .syntax import parse
from .syntax.source import Source


def compile_chunk(source: Source, environment: Any) -> Callable[..., Any]:
    """The chunk as a function; its globals are the fields of `environment`. Raises CompileError."""

    def work() -> str:
        program = analyse(parse(source), dynamic=True)
        text = generate_unformatted(program)
        if has_errors(program.diagnostics):
            raise CompileError(program.diagnostics)
        return text

    text = with_deep_stack(work)
    file = f"<compiled {source.chunk}>"
    namespace: dict[str, Any] = {"__name__": "assay_loaded_chunk", SOURCE_VARIABLE: source.text}
    exec(compile(text, file, "exec"), namespace)
    # Python's own tracebacks find the text there.
    linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)
    namespace["ENV"] = environment
    main: Callable[..., Any] = namespace["main"]
    return main
