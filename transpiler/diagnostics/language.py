"""AY2xx: valid Lua that is not supported (yet), and likely mistakes."""

from __future__ import annotations

from collections.abc import Iterable

from ..syntax.nodes import Node
from ..syntax.source import Source
from .model import Diagnostic, error


def goto_not_supported(source: Source, node: Node, label: str) -> Diagnostic:
    return error(
        "AY201",
        f"`goto {label}` is not supported here yet",
        source,
        node,
        "supported is a jump to a label at the end of the innermost loop (not `repeat`), the `continue` idiom",
    )


def close_not_supported(source: Source, node: Node) -> Diagnostic:
    return error(
        "AY202",
        "`<close>` variables are not supported yet",
        source,
        node,
        "close the value by hand at the end of the block, also when an error is caught",
    )


def undefined_global(source: Source, node: Node, name: str, near: str | None) -> Diagnostic:
    hint = (
        f"did you mean `{near}`?" if near else "declare it with `local`, or pass it as an argument"
    )
    return error("AY203", f"undefined global `{name}`", source, node, hint)


def unknown_library_function(
    source: Source, node: Node, table: str, name: str, near: str | None
) -> Diagnostic:
    hint = f"did you mean `{near}`?" if near else None
    return error("AY204", f"`{table}` has no function `{name}`", source, node, hint)


def library_table_as_value(source: Source, node: Node, name: str) -> Diagnostic:
    return error(
        "AY205",
        f"the library table `{name}` is used as a value, which is not supported in a worker yet",
        source,
        node,
        f"name the function you need: `{name}.function_name`",
    )


def not_available(source: Source, node: Node, name: str) -> Diagnostic:
    return error("AY206", f"`{name}` is not available in this version", source, node)


def global_assigned_in_worker(source: Source, node: Node, name: str) -> Diagnostic:
    return error(
        "AY207",
        f"the global `{name}` is assigned, which is not supported in a worker's source",
        source,
        node,
        f"declare it at the top of the file: `local {name}`",
    )


def chunk_arguments_in_worker(source: Source, node: Node) -> Diagnostic:
    return error(
        "AY208",
        "`...` at the top level has no value in a worker's source",
        source,
        node,
        "a worker gets its settings from its options, environment variables or the command line",
    )


def wait_in_plain_function(source: Source, node: Node) -> Diagnostic:
    return error(
        "AY209",
        "this call waits, in a place where the compiler cannot let it wait",
        source,
        node,
        "call it in the workflow function itself or in a local function that the workflow calls",
    )


def waiting_iterator(source: Source, node: Node) -> Diagnostic:
    return error(
        "AY210",
        "an iterator that waits (calls ctx methods) is not supported in a generic `for` yet",
        source,
        node,
        "use a `while` loop that calls the function",
    )


def worker_not_at_top_level(source: Source, node: Node) -> Diagnostic:
    return error(
        "AY211",
        "temporal.worker is called where the compiler cannot turn it into a package",
        source,
        node,
        "call it in a statement of its own at the top level of the file",
    )


def too_deeply_nested(source: Source, node: Node) -> Diagnostic:
    return error(
        "AY212",
        "this is nested too deeply for Python",
        source,
        node,
        "move an inner part into a function or a local of its own",
    )


def module_not_found(source: Source, node: Node, name: str) -> Diagnostic:
    return error(
        "AY213",
        f"the module `{name}` is not found",
        source,
        node,
        '`require` finds Lua files beside the source: `require("a.b")` is a/b.lua or a/b/init.lua',
    )


def module_not_plain(source: Source, node: Node, name: str) -> Diagnostic:
    return error(
        "AY215",
        f"the module `{name}` is not a plain table of exports, which a worker's modules must be for now",
        source,
        node,
        "build one local table at the top level and return it at the end: `local M = {} ... return M`",
    )


def module_table_misused(
    source: Source, node: Node, name: str, exports: Iterable[str]
) -> Diagnostic:
    return error(
        "AY216",
        f"the module `{name}` can only be used for its exports here",
        source,
        node,
        f"it exports {', '.join(sorted(exports)) or 'nothing'}; a worker's modules are linked when they compile",
    )


def export_assigned_late(source: Source, node: Node, name: str) -> Diagnostic:
    return error(
        "AY217",
        f"the export `{name}` is assigned inside a function",
        source,
        node,
        "keep what changes in a table or a local of the module, and export functions that use it",
    )


def modules_require_each_other(source: Source, node: Node, chain: str) -> Diagnostic:
    return error(
        "AY218",
        f"modules require each other: {chain}",
        source,
        node,
        "move what both need into a third module",
    )


def require_not_literal(source: Source, node: Node) -> Diagnostic:
    return error(
        "AY214",
        "`require` of a name that is only known at run time is not supported yet",
        source,
        node,
        'write the module\'s name: `require("name")`',
    )


def module_name_not_python(source: Source, node: Node, name: str) -> Diagnostic:
    return error(
        "AY219",
        f"the module `{name}` cannot have that name in Python",
        source,
        node,
        "name its file with letters, digits and underscores, not as a Python keyword",
    )


def module_names_alike(source: Source, node: Node, name: str, other: str) -> Diagnostic:
    return error(
        "AY220",
        f"the modules `{name}` and `{other}` would be the same Python module",
        source,
        node,
        "rename one of their files: `-` becomes `_`",
    )
