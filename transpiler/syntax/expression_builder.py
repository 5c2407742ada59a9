"""luaparser's parse tree of an expression in, our nodes out.

Built from the parse tree itself, not from luaparser's own syntax tree, which drops calls, decodes literals wrongly and
leaves most nodes without a position. Each rule's children are emptied as they are visited, which breaks the cycles between
parents and children, so that the parse tree needs no garbage collection.

Lines are real Lua's. Lua generates the instruction for `a.b` when it needs the value, after it has read more of the program,
so the line of an `Index` depends on what follows it: `closing_line` is the line of the token that Lua has read by then.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from luaparser.parser.LuaParser import LuaParser as P

from . import nodes
from .nodes import Expression
from .tokens import SPELLINGS, Token, Tokens

_COMPARISONS = frozenset({"==", "~=", "<", "<=", ">", ">="})

# A stretch of the source and its node: a statement or table field, or what holds them. Sorted, an outer region comes
# before the regions in it.
Region = tuple[int, int, bool, nodes.Node]


class ExpressionBuilder:
    """Holds what a build needs at hand: the source, and the regions in which comments can stand."""

    def __init__(self, tokens: Tokens) -> None:
        self.source = tokens.source
        self.regions: list[Region] = []

    def block(self, context: Any, opening_end: int, closing_start: int) -> nodes.Block:
        raise NotImplementedError

    def expression(self, context: Any, closing_line: int = 0) -> Expression:
        """Chains of left-associative operators may be thousands long, so they are followed by a loop."""
        children = context.children
        context.children = None
        if len(children) != 3:
            return self._operand(context, children, closing_line)
        spine = []
        while len(children) == 3:
            spine.append((context, children))
            context = children[0]
            children = context.children
            context.children = None
        left = self._operand(context, children, spine[-1][1][1].line)
        while spine:
            context, (_, operator, right_context) = spine.pop()
            right = self.expression(right_context)
            left = _operation(operator, left, right, context.stop)
        return left

    def _operand(self, context: Any, children: list[Any], closing_line: int) -> Expression:
        child = children[0]
        if len(children) == 2:
            operand = self.expression(children[1])
            return nodes.Unary(child.start, operand.end, child.line, SPELLINGS[child.kind], operand)
        if child.__class__ is Token:
            constant = cast("Callable[[int, int, int], Expression]", _CONSTANTS[child.kind])
            return constant(child.start, child.end, child.line)
        if child.__class__ is P.PrefixexpContext:
            return self.suffixed(child, closing_line)
        return _OPERANDS[child.__class__](self, child)

    # ------------------------------------------------------------------------------------------------------ suffixes

    def suffixed(self, context: Any, closing_line: int = 0) -> Expression:
        """A name or parenthesis with any number of `.name`, `[key]`, arguments and `:name` arguments behind."""
        suffixes = []
        children = context.children
        context.children = None
        # A chain of method calls is a left-recursive rule.
        while children[0].__class__ is not Token:
            suffixes.append(children[1:])
            context = children[0]
            children = context.children
            context.children = None
        first: Token = children[0]
        value: Expression
        if first.kind == P.NAME:
            value = nodes.Name(first.start, first.end, first.line, cast("str", first.value))
            suffixes.append(children[1:])
        else:
            value = self._parenthesized(first, children[1], children[2])
            suffixes.append(children[3:])
        while suffixes:
            value = self._with_suffixes(value, suffixes.pop())
        if closing_line and isinstance(value, nodes.Index):
            value = at_line(value, closing_line)
        return value

    def _parenthesized(self, opening: Token, content: Any, closing: Token) -> nodes.Parenthesized:
        value = self.expression(content, closing.line)
        return nodes.Parenthesized(opening.start, closing.end, opening.line, value)

    def _with_suffixes(self, value: Expression, suffixes: list[Any]) -> Expression:
        position = 0
        while position < len(suffixes):
            suffix = suffixes[position]
            position += 1
            if suffix.__class__ is P.TailContext:
                value = self.index(value, suffix)
            elif suffix.__class__ is P.CallContext:
                children = suffix.children
                suffix.children = None
                for tail in children[:-1]:
                    value = self.index(value, tail)
                arguments, line, end = self._arguments(children[-1])
                value = nodes.Call(value.start, end, line, value, arguments)
            else:
                name: Token = suffixes[position]
                if isinstance(value, nodes.Index):
                    # Lua reads the method's name before it fetches the object.
                    value = at_line(value, name.line)
                arguments, line, end = self._arguments(suffixes[position + 1])
                position += 2
                value = nodes.MethodCall(value.start, end, line, value, identifier(name), arguments)
        return value

    def index(self, value: Expression, tail: Any) -> nodes.Index:
        """`value.name` or `value[key]`, with the line of its last token."""
        children = tail.children
        tail.children = None
        if len(children) == 2:
            name: Token = children[1]
            text = cast("str", name.value)
            key = nodes.String(name.start, name.end, name.line, text, text)
            return nodes.Index(value.start, name.end, name.line, value, key, True)
        closing: Token = children[2]
        return nodes.Index(
            value.start, closing.end, closing.line, value, self.expression(children[1]), False
        )

    def _arguments(self, context: Any) -> tuple[tuple[Expression, ...], int, int]:
        """The arguments, the line of the token that opens them, and their end."""
        children = context.children
        context.children = None
        first = children[0]
        if first.__class__ is P.TableconstructorContext:
            table = self.table(first)
            return (table,), table.line, table.end
        if first.__class__ is P.StringContext:
            line = first.start.line
            string = self.string(first)
            return (string,), line, string.end
        closing: Token = children[-1]
        if len(children) == 2:
            return (), first.line, closing.end
        return self.expressions(children[1], closing.line), first.line, closing.end

    def expressions(self, context: Any, closing_line: int = 0) -> tuple[Expression, ...]:
        """A list of expressions; `closing_line` is that of the last one."""
        children = context.children
        context.children = None
        if len(children) == 1:
            return (self.expression(children[0], closing_line),)
        last = len(children) - 1
        return tuple(
            self.expression(
                children[position], children[position + 1].line if position < last else closing_line
            )
            for position in range(0, len(children), 2)
        )

    # ------------------------------------------------------------------------------------- literals, tables, functions

    def number(self, context: Any) -> nodes.Number:
        token: Token = context.children[0]
        context.children = None
        value = cast("int | float", token.value)
        return nodes.Number(
            token.start, token.end, token.line, value, self.source.text[token.start : token.end]
        )

    def string(self, context: Any) -> nodes.String:
        token: Token = context.children[0]
        context.children = None
        start, end = token.start, token.end
        line = self.source.line_at(start)
        return nodes.String(start, end, line, cast("str", token.value), self.source.text[start:end])

    def table(self, context: Any) -> nodes.Table:
        opening: Token = context.children[0]
        closing: Token = context.children[-1]
        fields: tuple[nodes.Field, ...] = ()
        if len(context.children) == 3:
            field_list = context.children[1]
            children = field_list.children
            field_list.children = None
            last = len(children) - 2
            fields = tuple(
                self._field(
                    children[position],
                    children[position + 1].stop.line if position < last else closing.line,
                )
                for position in range(0, len(children), 2)
            )
        context.children = None
        node = nodes.Table(opening.start, closing.end, opening.line, fields)
        self.regions.append((opening.end, -closing.start, False, node))
        return node

    def _field(self, context: Any, closing_line: int) -> nodes.Field:
        children = context.children
        context.children = None
        start, end, line = context.start.start, context.stop.end, context.start.line
        node: nodes.Field
        if len(children) == 1:
            node = nodes.PositionalField(
                start, end, line, self.expression(children[0], closing_line)
            )
        elif len(children) == 3:
            node = nodes.NamedField(
                start, end, line, identifier(children[0]), self.expression(children[2])
            )
        else:
            key = self.expression(children[1])
            node = nodes.KeyedField(start, end, line, key, self.expression(children[4]))
        self.regions.append((start, -end, True, node))
        return node

    def function(self, context: Any) -> nodes.Function:
        keyword: Token = context.children[0]
        body = context.children[1]
        context.children = None
        return self.function_body(keyword, body, body.start.line)

    def function_body(
        self, keyword: Token, context: Any, line: int, is_method: bool = False
    ) -> nodes.Function:
        opening, parameter_list, closing, body, end = context.children
        context.children = None
        parameters: list[nodes.Identifier] = []
        if is_method:
            # Nothing stands in the source for it.
            parameters.append(nodes.Identifier(opening.end, opening.end, opening.line, "self"))
        is_vararg = False
        for child in parameter_list.children or ():
            if child.__class__ is not Token:
                parameters += identifiers(child)
            elif child.kind == P.DDD:
                is_vararg = True
        parameter_list.children = None
        block = self.block(body, closing.end, end.start)
        return nodes.Function(
            keyword.start, end.end, line, tuple(parameters), is_vararg, block, end.line
        )


def at_line(index: nodes.Index, line: int) -> nodes.Index:
    return nodes.Index(index.start, index.end, line, index.object, index.key, index.dotted)


def identifier(token: Token) -> nodes.Identifier:
    return nodes.Identifier(token.start, token.end, token.line, cast("str", token.value))


def identifiers(context: Any) -> list[nodes.Identifier]:
    """A list of names."""
    children = context.children
    context.children = None
    return [identifier(token) for token in children[::2]]


def _operation(
    operator: Token, left: Expression, right: Expression, last: Token
) -> nodes.Binary | nodes.Logical:
    spelling = SPELLINGS[operator.kind]
    line = operator.line
    if spelling in ("and", "or"):
        return nodes.Logical(left.start, right.end, line, spelling, left, right)
    if spelling in _COMPARISONS:
        line = last.line
    elif spelling == "..":
        # Lua makes one instruction of a chain of concatenations and leaves it the line of the last one.
        innermost = right
        while isinstance(innermost, nodes.Parenthesized):
            innermost = innermost.expression
        if isinstance(innermost, nodes.Binary) and innermost.operator == "..":
            line = innermost.line
    return nodes.Binary(left.start, right.end, line, spelling, left, right)


_CONSTANTS: dict[int, type[nodes.Node]] = {
    P.NIL: nodes.Nil,
    P.FALSE: nodes.FalseLiteral,
    P.TRUE: nodes.TrueLiteral,
    P.DDD: nodes.Vararg,
}

_OPERANDS: dict[type, Callable[[ExpressionBuilder, Any], Expression]] = {
    P.NumberContext: ExpressionBuilder.number,
    P.StringContext: ExpressionBuilder.string,
    P.FunctiondefContext: ExpressionBuilder.function,
    P.TableconstructorContext: ExpressionBuilder.table,
}
