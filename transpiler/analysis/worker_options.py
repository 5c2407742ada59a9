"""Literal options of `temporal.worker{...}` against the table of options: what would be refused when the worker starts.

In: an option's name and value in the source. Out: diagnostics. What is not a literal is checked when the worker starts
(runtime/temporal/worker_settings.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from assay.runtime.temporal.option_names import OptionKind
from assay.runtime.temporal.worker_options import TLS_OPTIONS, WORKER_OPTIONS

from ..diagnostics import Diagnostic
from ..diagnostics import workers as catalogue
from ..syntax import nodes
from ..syntax.source import Source
from .literal_options import LITERALS
from .walk import strip_parentheses

_ADDRESS = re.compile(r"(?:[^\s:/\[\]]+|\[[0-9a-fA-F:.]+\]):[0-9]{1,5}")


def problems(source: Source, name: str, value: nodes.Expression) -> Iterator[Diagnostic]:
    """What is wrong with the option `name` being `value`."""
    node = strip_parentheses(value)
    if name == "tls" and isinstance(node, nodes.Table):
        yield from _tls_problems(source, node)
        return
    expected = _expected(name, node)
    if expected is not None:
        yield catalogue.wrong_option(source, node, name, expected)


def _expected(name: str, node: nodes.Expression) -> str | None:
    """What the option must be, when `node` is certainly not that."""
    if isinstance(node, nodes.Unary) and node.operator == "-":
        return WORKER_OPTIONS[name].expected
    if not isinstance(node, LITERALS):
        return None
    if name == "tls":
        is_boolean = isinstance(node, nodes.TrueLiteral | nodes.FalseLiteral)
        return None if is_boolean else "true, or a table with ca, cert, key, server_name"
    option = WORKER_OPTIONS[name]
    if not _fits(node, option.kind):
        return option.expected
    if isinstance(node, nodes.String):
        if option.choices and node.value not in option.choices:
            return option.expected
        if name in ("url", "metrics_address") and not _ADDRESS.fullmatch(node.value):
            return "host:port, such as `localhost:7233`, without http://"
    return None


def _fits(node: nodes.Expression, kind: OptionKind) -> bool:
    if kind is OptionKind.STRING:
        return isinstance(node, nodes.String) and node.value != ""
    if not isinstance(node, nodes.Number):
        return False
    if kind is OptionKind.RATE:
        return node.value > 0
    if kind is OptionKind.TIMEOUT:
        return node.value >= 0
    return node.value % 1 == 0 and node.value >= (1 if kind is OptionKind.POSITIVE else 0)


def _tls_problems(source: Source, table: nodes.Table) -> Iterator[Diagnostic]:
    for field in table.fields:
        if not isinstance(field, nodes.NamedField):
            continue
        if field.name.name not in TLS_OPTIONS:
            yield catalogue.unknown_option(source, field, f"tls.{field.name.name}", TLS_OPTIONS)
        elif isinstance(field.value, LITERALS) and not _fits(field.value, OptionKind.STRING):
            yield catalogue.wrong_option(
                source,
                field.value,
                f"tls.{field.name.name}",
                (
                    "the path of a file"
                    if field.name.name != "server_name"
                    else OptionKind.STRING.value
                ),
            )
