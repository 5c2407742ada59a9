"""AY4xx: what `temporal.worker` is given."""

from __future__ import annotations

from collections.abc import Iterable

from ..syntax.nodes import Node
from ..syntax.source import Source
from .hints import suggestion
from .model import Diagnostic, error, warning


def options_not_a_table(source: Source, node: Node) -> Diagnostic:
    return error(
        "AY401",
        "the options of temporal.worker cannot be read at compile time",
        source,
        node,
        "pass a table constructor, or a local that is assigned one and never changed",
    )


def registry_not_a_table(source: Source, node: Node, role: str) -> Diagnostic:
    return error(
        "AY402",
        f"`{role}` is not a table the compiler can see",
        source,
        node,
        f"write `{role} = {{ name = function(...) ... end }}`, or a local table filled at the top level of the file",
    )


def entry_not_found(source: Source, node: Node, role: str, name: str) -> Diagnostic:
    return error(
        "AY403",
        f"`{role}.{name}` is not a function the compiler can find",
        source,
        node,
        "give the function itself, the name of a local function, or a call that makes one",
    )


def entry_without_name(source: Source, node: Node, role: str) -> Diagnostic:
    return error(
        "AY404",
        f"an element of `{role}` has no name",
        source,
        node,
        "Temporal finds it by its name: write `name = function(...) ... end`",
    )


def missing_option(source: Source, node: Node, name: str) -> Diagnostic:
    example = {"url": '"localhost:7233"', "task_queue": '"my-queue"'}[name]
    return error(
        "AY405", f"temporal.worker needs `{name}`", source, node, f"add `{name} = {example}`"
    )


def nothing_registered(source: Source, node: Node) -> Diagnostic:
    return error(
        "AY406",
        "temporal.worker registers neither an activity nor a workflow",
        source,
        node,
        "add `activities = {...}` or `workflows = {...}`",
    )


def unknown_option(source: Source, node: Node, name: str, known: Iterable[str]) -> Diagnostic:
    return error(
        "AY407",
        f"temporal.worker has no option `{name}`",
        source,
        node,
        suggestion(name, known),
    )


def registry_used_otherwise(source: Source, node: Node, role: str, table: str) -> Diagnostic:
    return error(
        "AY413",
        f"the compiler cannot follow what is done with `{table}` here, the table of the worker's {role}",
        source,
        node,
        f"fill it at the top level: `{table}.name = function(input) ... end`, or in a `for` loop over names that the source shows",
    )


def wrong_option(source: Source, node: Node, name: str, expected: str) -> Diagnostic:
    message = f"`{name}` of temporal.worker must be {expected}"
    help = f"give `{name}` such a value: docs/worker.md lists the options"
    return error("AY411", message, source, node, help)


def option_without_name(source: Source, node: Node) -> Diagnostic:
    return error(
        "AY412",
        "an option of temporal.worker whose name the compiler cannot see",
        source,
        node,
        "write `name = value`",
    )


def queue_shared(source: Source, node: Node, queue: str, role: str, name: str) -> Diagnostic:
    kind = {"activities": "activity", "workflows": "workflow"}[role]
    return warning(
        "AY414",
        f"another worker of this file has the task queue `{queue}` too, and only one of them registers the {kind} `{name}`",
        source,
        node,
        f"the server gives a task to any worker of its queue: give both the same {role}, or each a queue of its own",
    )


def entry_of_unknown_name(source: Source, node: Node, role: str) -> Diagnostic:
    return error(
        "AY415",
        f"the compiler cannot see under which name this function of `{role}` is registered",
        source,
        node,
        'write the name, or make it of text, `env.get("NAME")` and locals that hold such and are never assigned again',
    )


def statement_left_out(source: Source, node: Node) -> Diagnostic:
    return warning(
        "AY409",
        "this statement does something when the script runs, and is not part of the compiled worker",
        source,
        node,
        "the compiled package holds the activities, the workflows and what they use; worker.py starts the worker",
    )


def shared_state(source: Source, node: Node, name: str) -> Diagnostic:
    return error(
        "AY410",
        f"`{name}` is used by activities and by workflows, and may change",
        source,
        node,
        "a workflow may not depend on what activities change: pass the value as input or as an activity's result",
    )
