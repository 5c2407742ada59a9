"""The typed, immutable syntax tree of a Lua chunk: what syntax/ hands to every later stage.

`node.py` says where each node stands. Nesting is bounded (real Lua allows about 200 levels, `antlr_parser.MAXIMUM_LEVELS`) with two
exceptions, which may be thousands deep and need a loop: the left operands of left-associative operators, and the objects of
chains like `a.b.c:d():e()`.

Strings are Lua strings: Python `str` whose characters are the bytes 0-255 (see `runtime/values.py`).

The constructs and their names follow the Lua 5.4 manual, chapter 3.
"""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING, TypeAlias

from .node import Node as Node
from .node import syntax_node as _node

if TYPE_CHECKING:
    from .source import Source

# ---------------------------------------------------------------------------------------------- names and expressions


@_node
class Identifier(Node):
    """A name as written: a declaration (local, parameter, loop variable), a label or a method name."""

    name: str


@_node
class Nil(Node):
    pass


@_node
class TrueLiteral(Node):
    pass


@_node
class FalseLiteral(Node):
    pass


@_node
class Number(Node):
    """`value` has Lua's subtype: `int` (wrapped to 64 bits) or `float`. `text` is the source spelling."""

    value: int | float
    text: str


@_node
class String(Node):
    """`value` is the decoded Lua string (characters are bytes), `text` the source spelling with its delimiters."""

    value: str
    text: str


@_node
class Vararg(Node):
    """`...` as an expression."""


@_node
class Function(Node):
    """A function body. `start` is at `function`; `end_line` is the line of its closing `end`.

    The implicit `self` of a method is the first parameter, with an empty span."""

    parameters: tuple[Identifier, ...]
    is_vararg: bool
    body: Block
    end_line: int


@_node
class Name(Node):
    """A variable used as an expression or assigned to."""

    name: str


@_node
class Index(Node):
    """`object.key` (then `key` is a `String` and `dotted` is true) or `object[key]`."""

    object: Expression
    key: Expression
    dotted: bool


@_node
class Call(Node):
    function: Expression
    arguments: tuple[Expression, ...]


@_node
class MethodCall(Node):
    object: Expression
    method: Identifier
    arguments: tuple[Expression, ...]


@_node
class Parenthesized(Node):
    """`(expression)`: truncates a call or `...` to one value, and cannot be assigned to."""

    expression: Expression


@_node
class Binary(Node):
    """`operator` is one of + - * / // % ^ .. == ~= < <= > >= & | ~ << >>."""

    operator: str
    left: Expression
    right: Expression


@_node
class Logical(Node):
    """`operator` is `and` or `or`: the right operand is evaluated only when needed."""

    operator: str
    left: Expression
    right: Expression


@_node
class Unary(Node):
    """`operator` is one of - not # ~."""

    operator: str
    operand: Expression


@_node
class PositionalField(Node):
    value: Expression


@_node
class NamedField(Node):
    """`name = value`"""

    name: Identifier
    value: Expression


@_node
class KeyedField(Node):
    """`[key] = value`"""

    key: Expression
    value: Expression


Field: TypeAlias = PositionalField | NamedField | KeyedField


@_node
class Table(Node):
    """A table constructor."""

    fields: tuple[Field, ...]


Expression: TypeAlias = (
    Nil
    | TrueLiteral
    | FalseLiteral
    | Number
    | String
    | Vararg
    | Function
    | Name
    | Index
    | Call
    | MethodCall
    | Parenthesized
    | Binary
    | Logical
    | Unary
    | Table
)

# ---------------------------------------------------------------------------------------------------------- statements


@_node
class Block(Node):
    """From the first statement to the last (without `;`); an empty one right after its opening token."""

    statements: tuple[Statement, ...]


@_node
class LocalTarget(Node):
    """`name <attribute>`; `attribute` is `const`, `close` or None."""

    name: Identifier
    attribute: str | None


@_node
class LocalAssign(Node):
    targets: tuple[LocalTarget, ...]
    values: tuple[Expression, ...]


@_node
class Assign(Node):
    targets: tuple[Name | Index, ...]
    values: tuple[Expression, ...]


@_node
class CallStatement(Node):
    call: Call | MethodCall


@_node
class Do(Node):
    body: Block


@_node
class While(Node):
    condition: Expression
    body: Block


@_node
class Repeat(Node):
    body: Block
    condition: Expression


@_node
class IfBranch(Node):
    """One `if`/`elseif condition then body`."""

    condition: Expression
    body: Block


@_node
class If(Node):
    branches: tuple[IfBranch, ...]
    orelse: Block | None


@_node
class NumericFor(Node):
    variable: Identifier
    first: Expression
    limit: Expression
    step: Expression | None
    body: Block


@_node
class GenericFor(Node):
    variables: tuple[Identifier, ...]
    iterators: tuple[Expression, ...]
    body: Block


@_node
class FunctionStatement(Node):
    """`function a.b.c:m() end`: `target` is the variable or field assigned to; with a method, the function's first
    parameter is the implicit `self` and `is_method` is true."""

    target: Name | Index
    is_method: bool
    function: Function


@_node
class LocalFunction(Node):
    name: Identifier
    function: Function


@_node
class Return(Node):
    values: tuple[Expression, ...]


@_node
class Break(Node):
    pass


@_node
class Goto(Node):
    label: Identifier


@_node
class Label(Node):
    name: Identifier


Statement: TypeAlias = (
    LocalAssign
    | Assign
    | CallStatement
    | Do
    | While
    | Repeat
    | If
    | NumericFor
    | GenericFor
    | FunctionStatement
    | LocalFunction
    | Return
    | Break
    | Goto
    | Label
)

# ------------------------------------------------------------------------------------------------------ chunk, comments


@_node
class Comment(Node):
    """`text` is the comment's content without `--`, brackets and line end, as written (bytes as characters).

    `own_line` is true when nothing but white space stands before it on its line."""

    text: str
    is_block: bool
    own_line: bool


@_node
class Comments:
    """The comments of one statement or table field: those before or inside it, and those after it on its last line.

    A comment after the last field of a table that stands on lines of its own trails that field (`own_line` is true).
    """

    leading: tuple[Comment, ...] = ()
    trailing: tuple[Comment, ...] = ()


@_node
class Chunk:
    """A whole source file, as a vararg function.

    `comments` maps a statement or table field to its comments; `dangling` maps a block to the comments after its last
    statement. Together they hold every comment of the file exactly once."""

    source: Source
    body: Block
    comments: dict[Node, Comments] = field(default_factory=dict)
    dangling: dict[Block, tuple[Comment, ...]] = field(default_factory=dict)
