"""Quick functions: those that cannot wait or run for long, so that an activity made of one needs no thread.

In: a function, resolved names, the library. Out: whether it is quick. A quick function is short, has no loops, calls nothing but
library functions that are done at once, and touches only its own values: a table of the file may have metamethods. So its work is
some hundred steps at most, each linear in texts as large as its input, which the server limits to 2 MB (one that doubles a text
again and again runs out of memory in a thread too). Handing an activity to a thread and back is a tenth of the CPU time that a
worker spends on it (`make bench-workflows PARTS=hundreds`).
"""

from __future__ import annotations

from typing import Final

from assay.runtime.library import LibraryFunction

from ..syntax import nodes
from .library import Library
from .scopes import FunctionScope, Resolution
from .walk import walk

_QUICK_STRING_FUNCTIONS: Final = ("byte", "char", "format", "len", "lower", "sub", "upper")
_QUICK: Final = frozenset(
    {"assert", "error", "math.type", "os.time", "rawequal", "rawlen", "select", "tonumber"}
    | {"tostring", "type"}
    | {f"string.{name}" for name in _QUICK_STRING_FUNCTIONS}
    | {f"math.{name}" for name in ("abs", "ceil", "floor", "fmod", "max", "min", "modf", "sqrt")}
)
_MOST_NODES: Final = 500
"""Parts of the syntax tree: about a hundred lines."""

_SLOW: Final = (
    nodes.While,
    nodes.Repeat,
    nodes.NumericFor,
    nodes.GenericFor,
    nodes.Goto,
    nodes.Function,
    nodes.LocalFunction,
    nodes.FunctionStatement,
)


def is_quick(scope: FunctionScope, resolution: Resolution, library: Library) -> bool:
    """Is the function of `scope` done at once, whatever it is given as JSON?"""
    if scope.node is None or scope.upvalues or library.string_method("len") is None:
        return False  # without that row, strings may have metamethods of the program's own
    called: set[nodes.Node] = set()
    for number, node in enumerate(walk(scope.node.body)):
        if number == _MOST_NODES or isinstance(node, _SLOW):
            return False
        if isinstance(node, nodes.Call):
            row = library.of(node.function)
            if not isinstance(row, LibraryFunction) or row.lua_name not in _QUICK:
                return False
            called.update(walk(node.function))
        elif isinstance(node, nodes.MethodCall):
            row = library.string_method(node.method.name)
            if row is None or row.lua_name not in _QUICK:
                return False
        elif isinstance(node, nodes.Name) and not (node in called or node in resolution.variables):
            return False
    return True
