"""What every node of the syntax tree is: a place in the source, and how nodes are written (`nodes.py` has them all).

Each node knows where it stands: `start` and `end` are offsets into `Source.text` (half open), `line` is the 1-based line
that real Lua 5.4 gives in a run-time error of that node (checked against it in tests/syntax/test_lines.py):

- `Call`, `MethodCall` ("attempt to call"): the token that opens the arguments, `(`, `{` or the string.
- `Binary`: the operator; for a chain of `..` the chain's last operator (Lua makes one instruction of it); for a comparison
  the last token of the right operand. `Unary`: the operator.
- `Index` ("attempt to index"): the token that Lua has read when it needs the value, which depends on what follows: in
  `x = a.b` the last token of `a.b`; as left operand the operator; as last argument or table item, or in parentheses, the
  closing bracket; before a comma in arguments, values or items, the comma; as a condition of `if`, the `then`; before
  `:method`, the method's name (for the object of a `MethodCall` see also `MethodCall.method.line`, where the method itself is
  looked up). An assigned `Index`: the last token of the statement's values; the name of a function statement: `function`.
- `NumericFor` ("'for' initial value must be a number"): the `do`. `GenericFor` (the call of the iterator): the token after `in`.
- A `LocalAssign` with a `<close>` variable fails at the line on which the statement ends.
- `Function`: the line that names it in messages and in `debug.getinfo` (`linedefined`): `function` for a function statement,
  the opening parenthesis for others.
- All others: the first token's line.

A token of several lines counts as standing on its last line. Nodes are compared and hashed by identity, so that
side tables can be keyed by node.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TypeVar, dataclass_transform

_Class = TypeVar("_Class")


@dataclass_transform(eq_default=False, frozen_default=True)
def syntax_node(cls: type[_Class]) -> type[_Class]:
    """Frozen for type checkers, plain slots at run time: a frozen dataclass costs three times as much to build.

    What `dataclass` would write for each class takes longer to make than most sources to parse; so there is one `__repr__`.
    """
    cls.__doc__ = cls.__doc__ or cls.__name__
    return dataclass(slots=True, eq=False, repr=False)(cls)


@syntax_node
class Node:
    """What all nodes are; the module's docstring says which line is theirs."""

    start: int
    end: int
    line: int

    def __repr__(self) -> str:
        shown = (f"{each.name}={getattr(self, each.name)!r}" for each in fields(self))
        return f"{type(self).__name__}({', '.join(shown)})"
