"""Calls of the Temporal clients, and what is wrong with them as far as the source shows it.

In: resolved names, the tables of methods (`runtime/temporal/client_methods.py`, `rest_methods.py`). Out: diagnostics about methods
that a client does not have, and about options in a table constructor: misspelt, of the wrong kind, or missing. An object counts as
a client when it is one whatever happens: `temporal.connect{...}` and `require("assay.temporal").client(...)`, or a local that is
assigned one of these and nothing else, as long as nothing may have changed these functions. What stays unknown is checked at run
time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from assay.runtime.module_names import REST_MODULE
from assay.runtime.temporal import client_methods, rest_methods
from assay.runtime.temporal.option_names import RETRY_POLICY_OPTIONS, OptionKind

from ..diagnostics import Diagnostic
from ..diagnostics import clients as catalogue
from ..syntax import nodes
from ..syntax.source import Source
from .library import Library
from .literal_options import fits, named_fields, shows_all_names
from .modules import required_name
from .scopes import Resolution
from .walk import strip_parentheses, walk

_ADDRESS: Final = re.compile(r"(?:[^\s:/\[\]]+|\[[0-9a-fA-F:.]+\]):[0-9]{1,5}")
_REST_MODULE: Final = "rest module"
_REST: Final = "rest"
_GRPC: Final = "grpc"
_FUNCTIONS: Final = {
    "temporal.connect": client_methods.CONNECT_FUNCTION,
    "temporal.start": client_methods.START_FUNCTION,
    **{f"temporal.{name}": row for name, row in client_methods.METHODS_OF[""].items()},
}
_NESTED: Final = {
    OptionKind.TLS: client_methods.TLS,
    OptionKind.RETRY_POLICY: RETRY_POLICY_OPTIONS,
    OptionKind.PRIORITY: client_methods.PRIORITY,
    OptionKind.VERSIONING_OVERRIDE: client_methods.PINNED_VERSION,
}
"""Options that are tables of options themselves."""


@dataclass(frozen=True)
class _Given:
    """A call with a constructor for its options: `required` are those that it must have.

    `is_whole` says that nothing else is done with the table: no field is added to it or changed before the call.
    """

    shown: str
    table: nodes.Table
    known: client_methods.Options
    required: tuple[str, ...] = ()
    is_grpc: bool = True
    is_whole: bool = True


class ClientCalls:
    """The calls of clients in one program; `mentioned` are the globals that its other files mention."""

    def __init__(
        self, resolution: Resolution, library: Library, mentioned: frozenset[str] = frozenset()
    ) -> None:
        self.resolution = resolution
        self.library = library
        self._may_be_replaced = "package" in mentioned or "package" in resolution.globals
        if "require" in resolution.globals and not self._may_be_replaced:
            self._may_be_replaced = self._is_module_changed()

    def problems(self) -> Iterator[Diagnostic]:
        """What is certainly wrong with the calls."""
        if self.resolution.globals.keys().isdisjoint(("temporal", "require")):
            return
        for statement in self.resolution.statements:
            source = self.resolution.sources.get(statement, self.resolution.chunk.source)
            for node in walk(statement):
                if isinstance(node, nodes.Call):
                    yield from self._function_problems(source, node)
                elif isinstance(node, nodes.MethodCall):
                    yield from self._method_problems(
                        source, node, node.object, node.method, node.method.name, node.arguments
                    )

    def _function_problems(self, source: Source, node: nodes.Call) -> Iterator[Diagnostic]:
        row = self.library.of(node.function)
        function = _FUNCTIONS.get(row.lua_name) if row is not None else None
        if row is not None and function is not None:
            yield from self._grpc_problems(source, function, row.lua_name, node.arguments)
        if not isinstance(node.function, nodes.Index):
            return
        name = node.function.key
        if not isinstance(name, nodes.String):
            return
        owner = node.function.object
        if name.value == "client" and self._kind(owner) == _REST_MODULE:
            yield from _options_problems(source, self._rest_client(node.arguments))
            return
        arguments = self._without_receiver(owner, node.arguments)
        yield from self._method_problems(source, node, owner, name, name.value, arguments)

    def _without_receiver(
        self, owner: nodes.Expression, arguments: tuple[nodes.Expression, ...]
    ) -> tuple[nodes.Expression, ...]:
        """The arguments of `client.method(client, ...)` after the first; none when the first may or may not be the client."""
        first = strip_parentheses(arguments[0]) if arguments else None
        if first is None or isinstance(first, nodes.Table | nodes.String | nodes.Nil):
            return arguments
        variables = self.resolution.variables
        if isinstance(owner, nodes.Name) and isinstance(first, nodes.Name):
            is_receiver = variables.get(owner) is variables.get(first) is not None
            return arguments[1:] if is_receiver else ()
        return ()

    def _method_problems(
        self,
        source: Source,
        node: nodes.Node,
        owner: nodes.Expression,
        place: nodes.Node,
        name: str,
        arguments: tuple[nodes.Expression, ...],
    ) -> Iterator[Diagnostic]:
        kind = self._kind(owner)
        client, _, part = (kind or "").partition(".")
        if client == _GRPC:
            methods = client_methods.METHODS_OF[part]
            if name in methods:
                row = methods[name]
                yield from self._grpc_problems(source, row, row.shown, arguments)
            elif part or name not in ("close", "schedules"):
                known = methods if part else [*methods, "close"]
                yield catalogue.unknown_method(source, place, _shown_object(kind), name, known)
        elif client == _REST:
            rest = _rest_method(part, name)
            if rest is not None:
                yield from _options_problems(
                    source, self._rest_options(rest, name, part, arguments)
                )
            elif part or name != "close":
                known = _rest_names(part)
                yield catalogue.unknown_method(source, place, _shown_object(kind), name, known)

    def _kind(self, expression: nodes.Expression) -> str | None:
        """What `expression` always is: "grpc", "grpc.schedules", "rest", "rest.workflows", the module of the REST client."""
        expression = strip_parentheses(expression)
        match expression:
            case nodes.Name():
                variable = self.resolution.variables.get(expression)
                if variable is None or not variable.is_constant or len(variable.values) != 1:
                    return None
                value = variable.values[0]
                return None if value is None else self._kind(value)
            case nodes.Call(function=function):
                return self._kind_of_result(expression, function)
            case nodes.Index(object=owner, key=nodes.String(value=name)):
                kind = self._kind(owner)
                if kind == _GRPC and name == "schedules":
                    return f"{_GRPC}.{name}"
                if kind == _REST and name in rest_methods.METHODS_OF and name:
                    return f"{_REST}.{name}"
        return None

    def _kind_of_result(self, call: nodes.Call, function: nodes.Expression) -> str | None:
        if required_name(call) == REST_MODULE and self.resolution.is_global(
            call.function, "require"
        ):
            unknown = self._may_be_replaced or "require" in self.library.changed
            return None if unknown or self.library.all_changed else _REST_MODULE
        row = self.library.of(function)
        if row is not None and row.lua_name == "temporal.connect":
            return _GRPC
        match function:
            case nodes.Index(object=owner, key=nodes.String(value="client")):
                return _REST if self._kind(owner) == _REST_MODULE else None
        return None

    def _is_module_changed(self) -> bool:
        """May one of the functions of the REST client's module be another: assigned, or the module given to other code?"""
        only_read: set[nodes.Node] = set()
        held: list[nodes.Node] = []
        targets: set[nodes.Node] = set()
        for node in self.resolution.containing:
            match node:
                case nodes.Assign(targets=assigned):
                    targets |= set(assigned)
                case nodes.FunctionStatement(target=assigned):
                    targets.add(assigned)
                case nodes.LocalAssign(targets=names, values=values):
                    only_read |= {
                        value
                        for name, value in zip(names, values, strict=False)
                        if self.resolution.declared[name.name].is_constant
                    }
                case nodes.Call() | nodes.Name() if self._kind(node) == _REST_MODULE:
                    held.append(node)
        only_read |= {
            node.object
            for node in self.resolution.containing
            if isinstance(node, nodes.Index)
            and isinstance(node.key, nodes.String)
            and node not in targets
        }
        return not only_read.issuperset(held)

    # ----------------------------------------------------------------------------------------------------- which options

    def _grpc_problems(
        self,
        source: Source,
        row: client_methods.ClientMethod,
        shown: str,
        arguments: tuple[nodes.Expression, ...],
    ) -> Iterator[Diagnostic]:
        if not arguments:
            return
        first = strip_parentheses(arguments[0])
        given = self._given(first, shown, row.options, row.required)
        if given is None and row.alone and len(arguments) > 1:
            given = self._given(arguments[1], shown, row.options)
        yield from _options_problems(source, given)
        is_other = isinstance(first, nodes.String | nodes.Number | nodes.Function)
        if is_other and not row.alone:
            yield catalogue.options_expected(source, first, shown)

    def _rest_client(self, arguments: tuple[nodes.Expression, ...]) -> _Given | None:
        if len(arguments) < 2:
            return None
        return self._given(arguments[1], "client", rest_methods.CLIENT_OPTIONS, is_grpc=False)

    def _rest_options(
        self,
        row: rest_methods.RestMethod,
        name: str,
        part: str,
        arguments: tuple[nodes.Expression, ...],
    ) -> _Given | None:
        position = len(row.arguments)
        if position >= len(arguments):
            return None
        shown = f"{part}:{name}" if part else name
        return self._given(arguments[position], shown, row.options, is_grpc=False)

    def _given(
        self,
        expression: nodes.Expression,
        shown: str,
        known: client_methods.Options,
        required: tuple[str, ...] = (),
        is_grpc: bool = True,
    ) -> _Given | None:
        """The options that `expression` shows: a constructor, or a local that holds one and is never assigned again."""
        expression = strip_parentheses(expression)
        is_whole = True
        if isinstance(expression, nodes.Name):
            variable = self.resolution.variables.get(expression)
            if variable is None or not variable.is_constant or len(variable.values) != 1:
                return None
            is_whole = len(variable.reads) == 1
            expression = strip_parentheses(variable.values[0] or expression)
        if not isinstance(expression, nodes.Table):
            return None
        return _Given(shown, expression, known, required, is_grpc, is_whole)


def _shown_object(kind: str | None) -> str:
    """What a diagnostic calls the object."""
    part = (kind or "").partition(".")[2]
    return f"`{part}` of a client" if part else "a client"


def _rest_method(part: str, name: str) -> rest_methods.RestMethod | None:
    """The method `name` of a sub-object, or of the client by any of its names."""
    if part:
        return rest_methods.METHODS_OF[part].get(name)
    if "list" in rest_methods.METHODS_OF.get(name, ()) and name:
        return rest_methods.METHODS_OF[name]["list"]
    owner, _, own = rest_methods.OLDER_NAMES.get(name, f".{name}").rpartition(".")
    return rest_methods.METHODS_OF[owner].get(own)


def _rest_names(part: str) -> list[str]:
    if part:
        return list(rest_methods.METHODS_OF[part])
    lists = [
        name for name, methods in rest_methods.METHODS_OF.items() if name and "list" in methods
    ]
    return [*rest_methods.METHODS_OF[""], *lists, *rest_methods.OLDER_NAMES, "close"]


# ---------------------------------------------------------------------------------------------------- what is wrong


def _options_problems(source: Source, given: _Given | None) -> Iterator[Diagnostic]:
    if given is None:
        return
    names = set()
    for name, field in named_fields(given.table):
        if isinstance(strip_parentheses(field.value), nodes.Nil):
            continue
        names.add(name)
        if name not in given.known:
            yield catalogue.unknown_option(source, field, given.shown, name, given.known)
        elif given.is_whole:
            yield from _value_problems(source, field.value, given, name)
    if given.is_whole and shows_all_names(given.table):
        for name in given.required:
            if name not in names:
                yield catalogue.missing_option(source, given.table, given.shown, name)


def _value_problems(
    source: Source, value: nodes.Expression, given: _Given, name: str
) -> Iterator[Diagnostic]:
    node, kind = strip_parentheses(value), given.known[name]
    expected = kind.value
    is_right = fits(node, kind)
    if isinstance(node, nodes.String) and kind in (OptionKind.STRING, OptionKind.TEXTS):
        is_right = node.value != ""
        if name == "url" and given.is_grpc:
            is_right = _ADDRESS.fullmatch(node.value) is not None
            expected = "host:port, such as `localhost:7233`, without http://"
    if not is_right:
        yield catalogue.wrong_option(source, node, given.shown, name, expected)
    elif isinstance(node, nodes.Table) and kind in _NESTED:
        required = tuple(_NESTED[kind]) if kind is OptionKind.VERSIONING_OVERRIDE else ()
        nested = _Given(f"{given.shown}: {name}", node, _NESTED[kind], required)
        yield from _options_problems(source, nested)
