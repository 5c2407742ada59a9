"""One source in, its generated files as text out, with all there is to say about it: the whole compiler in one function."""

from __future__ import annotations

import sys
import traceback
import warnings
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType

from assay.runtime.module_names import is_module_name, python_module_name

from .analysis.globals import foreign_globals
from .analysis.program import Program, analyse
from .collection import not_collected
from .compiled import MODULES_FOLDER, Compiled
from .depth import REFUSALS, nested_too_deeply
from .diagnostics import CompileError, Diagnostic, files, has_errors, in_reading_order
from .ignoring import without_ignored
from .lookups import Lookups
from .output.known import KnownTexts
from .output.package import find_diagnostics, generate
from .requires import load_modules
from .stack import with_deep_stack
from .syntax import parse
from .syntax.nodes import Chunk
from .syntax.source import Source

_TAKEN_NAMES = sys.stdlib_module_names | {
    *("assay", "temporalio", "httpx", "httpcore", "certifi", "h11", "anyio", "idna"),
    *("yaml", "tomli_w", "regex", "jinja2", "markupsafe", "cryptography", "cffi"),
    *("sqlalchemy", "psycopg", "psycopg_binary", "pymysql"),
    MODULES_FOLDER,
}
"""Names that generated code imports or may import: `python DIR/NAME.py` puts DIR first on the path of every import."""


def compile_source(
    source: Source, path: Path, known: Mapping[str, str] = MappingProxyType({})
) -> Compiled:
    """Compiles one source; what goes wrong is in the diagnostics, never an exception.

    `known` are the `texts` of an earlier compile.
    """
    texts = KnownTexts(known)
    name = python_module_name(path.stem.replace(".", "_"))
    if name in _TAKEN_NAMES:
        name += "_"
    compiled = Compiled(path)
    if not is_module_name(name):
        compiled.diagnostics.append(files.not_a_module_name(source.name, path.stem))
        return compiled
    try:
        with not_collected():
            with_deep_stack(lambda: _compile(source, name, compiled, texts))
    except CompileError as problem:
        compiled.diagnostics += problem.diagnostics
    except Exception as problem:  # noqa: BLE001 - handed on below
        compiled.diagnostics.append(
            files.internal_error(source.name, f"{type(problem).__name__}: {problem}")
        )
        compiled.crash = traceback.format_exc()
    compiled.diagnostics = in_reading_order(compiled.diagnostics)
    if compiled.failed:
        compiled.outputs = {}
    compiled.texts = texts.used
    return compiled


def read_program(source: Source, path: Path) -> Program:
    """The analysed program of one source with what it requires. Raises CompileError for what has errors."""
    program, _ = _analysed(source, path, Lookups())
    if has_errors(program.diagnostics):
        raise CompileError(program.diagnostics)
    return program


def _analysed(source: Source, path: Path, lookups: Lookups) -> tuple[Program, dict[str, Chunk]]:
    chunk = parse(source)
    if not chunk.body.statements:
        raise CompileError([files.empty_source(source.name)])
    program = analyse(chunk)
    is_worker = program.workers is not None
    modules, warnings_ = load_modules(chunk, path.parent, lookups, linked=is_worker)
    if modules:
        linked = modules if is_worker else {}
        program = analyse(chunk, linked, foreign=foreign_globals(modules.values()))
    program.diagnostics += warnings_
    program.module_paths = {name: module.source.chunk for name, module in modules.items()}
    return program, modules


def _compile(source: Source, name: str, compiled: Compiled, texts: KnownTexts) -> None:
    program, modules = _analysed(source, compiled.path, compiled.lookups)
    chunk = program.chunk
    compiled.is_worker = program.workers is not None
    compiled.diagnostics = program.diagnostics
    for one in (chunk, *modules.values()):
        _check_comments(one, compiled)
    if has_errors(program.diagnostics):
        _find_more(program)
        return
    try:
        compiled.outputs = generate(program, name, texts)
        if not compiled.is_worker:
            compile_modules(chunk, modules, compiled, texts)
        compiled.diagnostics = without_ignored((chunk, *modules.values()), compiled.diagnostics)
        if not compiled.failed:
            _check_outputs(compiled.outputs)
    except REFUSALS as problem:
        nested = nested_too_deeply(chunk, problem)
        if nested is None:
            raise
        raise CompileError([nested]) from problem


_ABOUT_STRUCTURE = ("AY21", "AY22", "AY401", "AY402", "AY403", "AY404", "AY406", "AY412")


def _find_more(program: Program) -> None:
    """What lowering would say as well about a program with errors, so that one run tells everything.

    Not when it is unclear what the worker or its modules are: then it would tell what only follows from that.
    """
    if any(d.code.startswith(_ABOUT_STRUCTURE) for d in program.diagnostics):
        return
    try:
        find_diagnostics(program)
    except Exception:  # noqa: BLE001 - lowering need not stand what analysis refused
        return
    # A call of a client in workflow code has to go: what is wrong with its options is no second error.
    gone = [d for d in program.diagnostics if d.code == "AY301"]
    program.diagnostics[:] = [
        d for d in program.diagnostics if not (d.code in _ABOUT_OPTIONS and _is_within(d, gone))
    ]


_ABOUT_OPTIONS = ("AY501", "AY502", "AY503", "AY504", "AY505")


def _is_within(one: Diagnostic, others: Iterable[Diagnostic]) -> bool:
    return any(
        other.source is one.source and other.start <= one.start and one.end <= other.end
        for other in others
    )


def _check_outputs(outputs: Mapping[str, str]) -> None:
    """Raises SyntaxError for a file that Python does not compile (black parses more): such a file is never written."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for path, text in outputs.items():
            compile(text, path, "exec", dont_inherit=True)


def compile_modules(
    main: Chunk,
    modules: Mapping[str, Chunk],
    compiled: Compiled,
    texts: KnownTexts | None = None,
) -> None:
    """What a script requires: modules of the folder `lua_modules`, so that none hides a module of Python's own."""
    for name, module in modules.items():
        others = [other for other in (main, *modules.values()) if other is not module]
        program = analyse(module, foreign=foreign_globals(others), is_module=True)
        program.module_paths = {n: other.source.chunk for n, other in modules.items()}
        path = python_module_name(name).replace(".", "/")
        # Python finds `a.b` only below a package `a`. The folder decides, not what this script requires, so that
        # all scripts agree.
        if Path(module.source.name).stem == "init" or _is_beside_folder(
            module.source, compiled.lookups
        ):
            path += "/__init__"
        made = generate(program, path, texts, required=True)
        compiled.diagnostics += program.diagnostics
        compiled.outputs.update({f"{MODULES_FOLDER}/{path}": text for path, text in made.items()})


def _is_beside_folder(source: Source, lookups: Lookups) -> bool:
    return lookups.is_folder(Path(source.name).with_suffix(""))


def _check_comments(chunk: Chunk, compiled: Compiled) -> None:
    for attached in chunk.comments.values():
        for comment in (*attached.leading, *attached.trailing):
            if not comment.text.isascii():
                try:
                    comment.text.encode("latin-1").decode("utf-8")
                except UnicodeDecodeError:
                    compiled.diagnostics.append(
                        files.not_utf8(chunk.source, comment.start, comment.end)
                    )
