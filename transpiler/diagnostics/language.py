"""AY2xx: valid Lua that is not supported (yet), and likely mistakes."""

from __future__ import annotations

from collections.abc import Iterable

from ..syntax.nodes import Node
from ..syntax.source import Source
from .model import Diagnostic, error, warning


def goto_at_top_level(source: Source, node: Node, label: str) -> Diagnostic:
    return error(
        "AY201",
        f"`goto {label}` jumps between the top-level statements of a worker's source, which go to different modules",
        source,
        node,
        "put the statements and the label into a function or into `do ... end`",
    )


def close_at_top_level(source: Source, node: Node) -> Diagnostic:
    return error(
        "AY202",
        "a `<close>` variable at the top level of a worker's source has no end of a block to be closed at",
        source,
        node,
        "declare it in the function that uses it",
    )


def undefined_global(
    source: Source, node: Node, name: str, near: str | None, is_activity: bool = False
) -> Diagnostic:
    """`near` is a name that may have been meant; `is_activity` says that an activity has this one."""
    hint = "declare it with `local`, or pass it as an argument"
    if is_activity:
        hint = f'an activity is called through ctx: ctx:execute_activity("{name}", input)'
    elif near:
        hint = f"did you mean `{near}`?"
    return error("AY203", f"undefined global `{name}`", source, node, hint)


def unknown_library_function(
    source: Source, node: Node, table: str, name: str, near: str | None
) -> Diagnostic:
    hint = (
        f"did you mean `{near}`?"
        if near
        else "Lua 5.4 has none of that name: write a local function that does it"
    )
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
    message = f"`{name}` is not available in this version"
    help = "docs/refused.md and docs/host.md say what there is; an activity written in Python can do the rest"
    return error("AY206", message, source, node, help)


def global_assigned_in_worker(source: Source, node: Node, name: str) -> Diagnostic:
    return error(
        "AY207",
        f"the global `{name}` is assigned, which is not supported in a worker's source",
        source,
        node,
        f"declare it at the top of the file: `local {name}`",
    )


def library_changed_in_worker(source: Source, node: Node, table: str) -> Diagnostic:
    return error(
        "AY225",
        f"this changes the library table `{table}` in a way that a worker cannot have",
        source,
        node,
        f"add a new function once, at the top level and before it is used: `function {table}.name(...)`; "
        "or write a local function",
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


def worker_not_at_top_level(source: Source, node: Node, in_module: bool = False) -> Diagnostic:
    """`in_module`: in a module that the compiled file requires."""
    own = "a statement of its own at the top level of the compiled file"
    return error(
        "AY211",
        "temporal.worker is called where the compiler cannot turn it into a package",
        source,
        node,
        (
            f"call it in {own}, or compile this one too and have both require the functions that they share from a third"
            if in_module
            else f"call it in {own}, in a function that is called once there, or in an `if` about `env.get(...)`"
        ),
    )


def too_deeply_nested(source: Source, node: Node) -> Diagnostic:
    return error(
        "AY212",
        "this is nested too deeply for Python",
        source,
        node,
        "move an inner part into a function or a local of its own",
    )


def module_not_found(source: Source, node: Node, name: str, certain: bool = True) -> Diagnostic:
    """A `require` that may not run (not `certain`) is no error: modules that do without another are written so."""
    report, message = error, f"the module `{name}` is not found"
    if not certain:
        report, message = warning, f"{message}: this call fails when it runs"
    help = (
        '`require` finds Lua files beside the source: `require("a.b")` is a/b.lua or a/b/init.lua'
    )
    return report("AY213", message, source, node, help)


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


def environment_assigned(source: Source, node: Node) -> Diagnostic:
    return error(
        "AY224",
        "assigning `_ENV` of the whole chunk is not supported",
        source,
        node,
        "declare one for a block: `local _ENV = {}`, or give `load` an environment",
    )


def require_not_literal(source: Source, node: Node, in_script: bool) -> Diagnostic:
    """A script finds what is compiled along with it when it runs; a worker's modules are linked when they compile."""
    report, message = error, "a worker's `require` must name its module"
    if in_script:
        report = warning
        message = "`require` of a computed name finds only modules that another `require` names"
    help = 'write the module\'s name: `require("name")`'
    return report("AY214", message, source, node, help)


def module_name_not_python(source: Source, node: Node, name: str) -> Diagnostic:
    return error(
        "AY219",
        f"the module `{name}` cannot have that name in Python",
        source,
        node,
        "name its file with letters, digits, underscores and hyphens, not with a digit first",
    )


def module_names_alike(source: Source, node: Node, name: str, other: str) -> Diagnostic:
    return error(
        "AY220",
        f"the modules `{name}` and `{other}` would be the same Python module",
        source,
        node,
        "rename one of their files: `-` becomes `_`, and a keyword gets a `_` at its end",
    )
