"""What a worker's package leaves out of its source: top-level statements that do something when the script runs.

In: the statements that neither activities nor workflows nor settings use. Out: a warning for each that is more than a definition.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from ..diagnostics import Diagnostic
from ..diagnostics import workers as catalogue
from ..syntax import nodes
from .library import Library
from .scopes import Resolution, Variable
from .walk import walk

_VALUE_TABLES = frozenset(
    {"string", "math", "utf8", "json", "base64", "crypto", "regex", "yaml", "toml"}
)
_VALUES = frozenset(
    {
        "env.get",
        "tostring",
        "tonumber",
        "type",
        "select",
        "time",
        "os.time",
        "os.getenv",
        "setmetatable",
    }
)
"""Library functions whose result, when nothing uses it, need not be made."""


def left_out(
    resolution: Resolution,
    library: Library,
    unused: Iterable[nodes.Statement],
    declared: Mapping[nodes.Statement, Collection[Variable]],
) -> Iterator[Diagnostic]:
    """The warnings about `unused` statements; `declared` are the variables that each makes."""
    for statement in unused:
        if _does_something(resolution, library, statement, bool(declared[statement])):
            yield catalogue.statement_left_out(resolution.sources[statement], statement)


def _does_something(
    resolution: Resolution, library: Library, statement: nodes.Statement, declares: bool
) -> bool:
    """Is `statement` more than a definition that nothing uses?"""
    kept: Collection[nodes.Node] = resolution.kept_fields
    match statement:
        case nodes.LocalFunction() | nodes.Return() | nodes.Label():
            return False
        case nodes.FunctionStatement(target=target):
            return not (target in kept or declares or _is_unread_global(resolution, target))
        case nodes.Assign(targets=(target, *_)) if target in kept:
            return False
        case nodes.LocalAssign(values=values):
            return any(
                isinstance(node, nodes.Call | nodes.MethodCall)
                and not _only_gives_a_value(resolution, library, node)
                for value in values
                for node in walk(value, into_functions=False)
            )
    return not declares


def _only_gives_a_value(
    resolution: Resolution, library: Library, call: nodes.Call | nodes.MethodCall
) -> bool:
    """Is `call` one of the library that changes nothing: `require`, `env.get`?"""
    if isinstance(call, nodes.MethodCall):
        return False
    row = library.of(call.function)
    if row is not None:
        return row.lua_name.partition(".")[0] in _VALUE_TABLES or row.lua_name in _VALUES
    return resolution.is_global(call.function, "require")


def _is_unread_global(resolution: Resolution, target: nodes.Expression) -> bool:
    return isinstance(target, nodes.Name) and target.name not in resolution.globals
