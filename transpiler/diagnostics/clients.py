"""AY5xx: calls of the Temporal clients."""

from __future__ import annotations

from collections.abc import Iterable

from ..syntax.nodes import Node
from ..syntax.source import Source
from .hints import suggestion
from .model import Diagnostic, error


def unknown_option(
    source: Source, node: Node, call: str, name: str, known: Iterable[str]
) -> Diagnostic:
    names = list(known)
    advice = suggestion(name, names) if names else "it takes no options"
    return error("AY501", f"`{call}` has no option `{name}`", source, node, advice)


def missing_option(source: Source, node: Node, call: str, name: str) -> Diagnostic:
    return error("AY502", f"`{call}` needs `{name}`", source, node, f"add `{name} = ...`")


def wrong_option(source: Source, node: Node, call: str, name: str, expected: str) -> Diagnostic:
    message = f"`{name}` of `{call}` must be {expected}"
    help = f"give `{name}` such a value: docs/clients.md lists the options"
    return error("AY503", message, source, node, help)


def unknown_method(
    source: Source, node: Node, owner: str, name: str, known: Iterable[str]
) -> Diagnostic:
    return error("AY504", f"{owner} has no method `{name}`", source, node, suggestion(name, known))


def options_expected(source: Source, node: Node, call: str) -> Diagnostic:
    message = f"`{call}` takes one table with all its options"
    return error("AY505", message, source, node, f"write {call}({{ name = value, ... }})")
