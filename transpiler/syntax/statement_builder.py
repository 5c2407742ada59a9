"""luaparser's parse tree of a whole program in, the block of our statement nodes out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from luaparser.parser.LuaParser import LuaParser as P

from . import nodes
from .expression_builder import ExpressionBuilder, at_line, identifier, identifiers
from .nodes import Statement
from .tokens import Token


class TreeBuilder(ExpressionBuilder):
    def chunk(self, context: Any) -> nodes.Block:
        return self.block(context.children[0], 0, len(self.source.text))

    def block(self, context: Any, opening_end: int, closing_start: int) -> nodes.Block:
        """The statements between the tokens that open and close a block (empty statements are left out)."""
        statements = []
        regions = self.regions
        for child in context.children or ():
            if child.__class__ is P.Stat_emptyContext:
                continue
            statement = _STATEMENTS[child.__class__](self, child)
            child.children = None
            statements.append(statement)
            regions.append((statement.start, -statement.end, True, statement))
        context.children = None
        if statements:
            first, last = statements[0], statements[-1]
            node = nodes.Block(
                first.start, last.end, self.source.line_at(first.start), tuple(statements)
            )
        else:
            node = nodes.Block(opening_end, opening_end, self.source.line_at(opening_end), ())
        regions.append((opening_end, -closing_start, False, node))
        return node

    def assignment(self, context: Any) -> nodes.Assign:
        targets, _, values = context.children
        # Lua stores after it has read all values.
        store_line = context.stop.line
        nodes_of_targets = tuple(
            self._target(target, store_line) for target in targets.children[::2]
        )
        targets.children = None
        start, end, line = _place(context)
        return nodes.Assign(start, end, line, nodes_of_targets, self.expressions(values))

    def _target(self, context: Any, store_line: int) -> nodes.Name | nodes.Index:
        children = context.children
        context.children = None
        if len(children) == 1:
            token: Token = children[0]
            return nodes.Name(token.start, token.end, token.line, cast("str", token.value))
        return at_line(self.index(self.suffixed(children[0]), children[1]), store_line)

    def call_statement(self, context: Any) -> nodes.CallStatement:
        start, end, line = _place(context)
        call = self.suffixed(context.children[0])
        return nodes.CallStatement(start, end, line, cast("nodes.Call | nodes.MethodCall", call))

    def label(self, context: Any) -> nodes.Label:
        return nodes.Label(*_place(context), identifier(context.children[0].children[1]))

    def goto(self, context: Any) -> nodes.Goto:
        return nodes.Goto(*_place(context), identifier(context.children[1]))

    def break_(self, context: Any) -> nodes.Break:
        return nodes.Break(*_place(context))

    def do(self, context: Any) -> nodes.Do:
        opening, body, closing = context.children
        return nodes.Do(*_place(context), self.block(body, opening.end, closing.start))

    def while_(self, context: Any) -> nodes.While:
        _, condition, opening, body, closing = context.children
        return nodes.While(
            *_place(context),
            self.expression(condition),
            self.block(body, opening.end, closing.start),
        )

    def repeat(self, context: Any) -> nodes.Repeat:
        opening, body, closing, condition = context.children
        block = self.block(body, opening.end, closing.start)
        return nodes.Repeat(*_place(context), block, self.expression(condition))

    def if_(self, context: Any) -> nodes.If:
        children = context.children
        branches = []
        position = 0
        while children[position].kind in (P.IF, P.ELSEIF):
            keyword, condition, then, body, closing = children[position : position + 5]
            test = self.expression(condition, then.line)
            block = self.block(body, then.end, closing.start)
            branches.append(nodes.IfBranch(keyword.start, block.end, keyword.line, test, block))
            position += 4
        orelse = None
        if children[position].kind == P.ELSE:
            opening, body, closing = children[position:]
            orelse = self.block(body, opening.end, closing.start)
        return nodes.If(*_place(context), tuple(branches), orelse)

    def for_(self, context: Any) -> nodes.NumericFor | nodes.GenericFor:
        children = context.children
        opening, body, closing = children[-3:]
        start, end, line = _place(context)
        if children[1].__class__ is Token:
            first, limit, *steps = [self.expression(child) for child in children[3:-3:2]]
            block = self.block(body, opening.end, closing.start)
            step = steps[0] if steps else None
            # Lua checks the three values when it has read `do`.
            return nodes.NumericFor(
                start, end, opening.line, identifier(children[1]), first, limit, step, block
            )
        variables = tuple(identifiers(children[1]))
        # Lua calls the iterator at the line of the token after `in`.
        line = children[3].start.line
        iterators = self.expressions(children[3])
        block = self.block(body, opening.end, closing.start)
        return nodes.GenericFor(start, end, line, variables, iterators, block)

    def function_statement(self, context: Any) -> nodes.FunctionStatement:
        keyword, name_context, body = context.children
        names = name_context.children
        is_method = len(names) > 1 and names[-2].kind == P.COL
        first: Token = names[0]
        target: nodes.Name | nodes.Index = nodes.Name(
            first.start, first.end, first.line, cast("str", first.value)
        )
        for name in names[2::2]:
            text = cast("str", name.value)
            key = nodes.String(name.start, name.end, name.line, text, text)
            target = nodes.Index(first.start, name.end, name.line, target, key, True)
        if isinstance(target, nodes.Index):
            target = at_line(target, keyword.line)
        function = self.function_body(keyword, body, keyword.line, is_method)
        return nodes.FunctionStatement(*_place(context), target, is_method, function)

    def local_function(self, context: Any) -> nodes.LocalFunction:
        _, keyword, name, body = context.children
        function = self.function_body(keyword, body, body.start.line)
        return nodes.LocalFunction(*_place(context), identifier(name), function)

    def local(self, context: Any) -> nodes.LocalAssign:
        children = context.children
        targets = tuple(_local_target(child) for child in children[1].children[::2])
        values = self.expressions(children[3]) if len(children) > 2 else ()
        return nodes.LocalAssign(*_place(context), targets, values)

    def return_(self, context: Any) -> nodes.Return | nodes.Break:
        """Rule `retstat`, which also has `break` as an alternative."""
        children = context.children
        keyword: Token = children[0]
        if keyword.kind == P.BREAK:
            return nodes.Break(keyword.start, keyword.end, keyword.line)
        end = keyword.end
        values: tuple[nodes.Expression, ...] = ()
        if len(children) > 1 and children[1].__class__ is not Token:
            end = children[1].stop.end
            values = self.expressions(children[1])
        return nodes.Return(keyword.start, end, keyword.line, values)


def _place(context: Any) -> tuple[int, int, int]:
    """Start, end and line of a statement."""
    return context.start.start, context.stop.end, context.start.line


def _local_target(context: Any) -> nodes.LocalTarget:
    name = context.children[0]
    attribute = context.children[1].children[1].value if len(context.children) > 1 else None
    return nodes.LocalTarget(name.start, context.stop.end, name.line, identifier(name), attribute)


_STATEMENTS: dict[type, Callable[[TreeBuilder, Any], Statement]] = {
    P.Stat_assignmentContext: TreeBuilder.assignment,
    P.Stat_functioncallContext: TreeBuilder.call_statement,
    P.Stat_labelContext: TreeBuilder.label,
    P.Stat_breakContext: TreeBuilder.break_,
    P.Stat_gotoContext: TreeBuilder.goto,
    P.Stat_doContext: TreeBuilder.do,
    P.Stat_whileContext: TreeBuilder.while_,
    P.Stat_repeatContext: TreeBuilder.repeat,
    P.Stat_ifContext: TreeBuilder.if_,
    P.Stat_forContext: TreeBuilder.for_,
    P.Stat_functionContext: TreeBuilder.function_statement,
    P.Stat_localfunctionContext: TreeBuilder.local_function,
    P.Stat_localContext: TreeBuilder.local,
    P.RetstatContext: TreeBuilder.return_,
}
