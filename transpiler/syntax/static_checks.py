"""A parsed program in; raises for what real Lua's compiler refuses beyond the grammar (Lua 5.4 manual, sections 3.3.4, 3.3.7).

Checked: labels (visible, defined once, no jump into the scope of a local), `break` outside a loop, `...` outside a vararg
function, attributes, assignment to constants, and the number of locals. The walk keeps what `lparser.c` keeps: the active
locals of each function, its visible labels, and its gotos that have found no label yet.

All errors are reported. Real Lua stops at the first that it notices, often some tokens after the place to blame: each finding
carries the offset at which Lua notices.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field

from luaparser.parser.LuaParser import LuaParser as P

from ..diagnostics import Diagnostic, syntax_errors
from . import nodes
from .errors import LuaSyntaxError
from .tokens import Tokens, near, token_at

# MAXVARS in real Lua's lparser.c.
MAXIMUM_LOCALS = 200
_HIDDEN = "(for state)"
_HIDDEN_LOCALS_OF_NUMERIC_FOR = 3
_HIDDEN_LOCALS_OF_GENERIC_FOR = 4


@dataclass(slots=True)
class _Local:
    """A local variable in scope."""

    name: str
    line: int
    is_constant: bool = False


@dataclass(slots=True)
class _Goto:
    """A jump whose label was not found yet."""

    statement: nodes.Goto | nodes.Break
    # How many locals were active at the goto, in the innermost block that still contains it.
    active: int


@dataclass(slots=True)
class _Label:
    """A label that can be seen."""

    name: str
    line: int


@dataclass(slots=True)
class _Scope:
    """How long the function's lists were when a block began."""

    locals: int
    labels: int
    gotos: int
    is_repeat: bool


@dataclass(slots=True)
class _FunctionState:
    """What is known at one place of the walk about the function around it."""

    is_vararg: bool
    # Real Lua's name for it in messages.
    title: str
    outer: _FunctionState | None
    locals: list[_Local] = field(default_factory=list)
    labels: list[_Label] = field(default_factory=list)
    gotos: list[_Goto] = field(default_factory=list)
    loops: int = 0
    has_too_many_locals: bool = False


def check_chunk(tokens: Tokens, body: nodes.Block) -> None:
    """Raises `LuaSyntaxError` with all findings, in the order of the source."""
    checks = _Checks(tokens)
    checks.function_body(body, len(tokens.source.text))
    if not checks.findings:
        return
    noticed, first = min(checks.findings, key=lambda finding: finding[0])
    ordered = sorted(
        (diagnostic for _, diagnostic in checks.findings), key=lambda found: found.start
    )
    message = first.message.encode("utf-8").decode("latin-1")
    raise LuaSyntaxError(ordered, token_at(tokens, noticed).line, message)


class _Checks:
    def __init__(self, tokens: Tokens) -> None:
        self.tokens = tokens
        self.source = tokens.source
        self.state = _FunctionState(True, "main function", None)
        # The offset at which real Lua notices, and the diagnostic.
        self.findings: list[tuple[int, Diagnostic]] = []
        self.has_constants = False

    def report(self, noticed: int, diagnostic: Diagnostic) -> None:
        self.findings.append((noticed, diagnostic))

    # ------------------------------------------------------------------------------------------- functions and blocks

    def function(self, function: nodes.Function) -> None:
        title = f"function at line {function.line}"
        outer = self.state
        self.state = _FunctionState(function.is_vararg, title, outer)
        for parameter in function.parameters:
            self.declare(parameter)
        self.function_body(function.body, function.end)
        self.state = outer

    def function_body(self, body: nodes.Block, end: int) -> None:
        """`end` is the offset after the function, where Lua finds that a goto has no label."""
        self.block(body)
        for goto in self.state.gotos:
            start, finish = goto.statement.start, goto.statement.end
            if isinstance(goto.statement, nodes.Break):
                problem = syntax_errors.break_outside_loop(self.source, start, finish)
            else:
                label = goto.statement.label.name
                problem = syntax_errors.label_not_visible(self.source, start, finish, label)
            self.report(end, problem)

    def block(self, block: nodes.Block, is_repeat: bool = False) -> None:
        scope = self.open_scope(is_repeat)
        self.statements(block, scope)
        self.close_scope(scope)

    def open_scope(self, is_repeat: bool = False) -> _Scope:
        state = self.state
        return _Scope(len(state.locals), len(state.labels), len(state.gotos), is_repeat)

    def close_scope(self, scope: _Scope) -> None:
        state = self.state
        del state.locals[scope.locals :]
        del state.labels[scope.labels :]
        for goto in state.gotos[scope.gotos :]:
            goto.active = scope.locals

    def loop(self, block: nodes.Block) -> None:
        self.state.loops += 1
        self.block(block)
        self.state.loops -= 1

    def declare(self, name: nodes.Identifier, is_constant: bool = False) -> None:
        self.state.locals.append(_Local(name.name, name.line, is_constant))
        self.check_local_count(name)

    def check_local_count(self, name: nodes.Identifier) -> None:
        state = self.state
        if len(state.locals) <= MAXIMUM_LOCALS or state.has_too_many_locals:
            return
        state.has_too_many_locals = True
        noticed = token_at(self.tokens, name.end)
        problem = syntax_errors.too_many_locals(
            self.source,
            name.start,
            name.end,
            MAXIMUM_LOCALS,
            state.title,
            near(self.tokens, noticed),
        )
        self.report(noticed.start, problem)

    # ---------------------------------------------------------------------------------------------------- statements

    def statements(self, block: nodes.Block, scope: _Scope) -> None:
        statements = block.statements
        position = 0
        while position < len(statements):
            statement = statements[position]
            position += 1
            if not isinstance(statement, nodes.Label):
                self.statement(statement)
                continue
            labels = [statement]
            while position < len(statements) and isinstance(
                follower := statements[position], nodes.Label
            ):
                labels.append(follower)
                position += 1
            is_last = position == len(statements) and not scope.is_repeat
            # Lua reads a run of labels to its end before it defines the first.
            noticed = self.after_labels(labels[-1])
            for label in reversed(labels):
                self.label(label, scope, is_last, noticed)

    def statement(self, statement: nodes.Statement) -> None:
        match statement:
            case nodes.LocalAssign():
                self.local_assignment(statement)
            case nodes.Assign(targets=targets, values=values):
                for target in targets:
                    self.check_assignment(target, target.end)
                self.expressions(*targets, *values)
            case nodes.CallStatement(call=call):
                self.expressions(call)
            case nodes.Return(values=values):
                self.expressions(*values)
            case nodes.If(branches=branches, orelse=orelse):
                for branch in branches:
                    self.expressions(branch.condition)
                    self.block(branch.body)
                if orelse is not None:
                    self.block(orelse)
            case nodes.LocalFunction(name=name, function=function):
                self.declare(name)
                self.function(function)
            case nodes.FunctionStatement(target=target, function=function):
                self.function(function)
                self.check_assignment(target, statement.end)
            case nodes.Do(body=body):
                self.block(body)
            case nodes.While(condition=condition, body=body):
                self.expressions(condition)
                self.loop(body)
            case nodes.Repeat():
                self.repeat(statement)
            case nodes.NumericFor():
                self.numeric_for(statement)
            case nodes.GenericFor():
                self.generic_for(statement)
            case nodes.Break():
                if not self.state.loops:
                    self.state.gotos.append(_Goto(statement, 0))
            case nodes.Goto(label=label):
                if all(found.name != label.name for found in self.state.labels):
                    self.state.gotos.append(_Goto(statement, len(self.state.locals)))

    def local_assignment(self, statement: nodes.LocalAssign) -> None:
        self.expressions(*statement.values)
        closing = 0
        for target in statement.targets:
            attribute = target.attribute
            if attribute == "close":
                closing += 1
                if closing == 2:
                    problem = syntax_errors.multiple_to_be_closed(
                        self.source, target.start, target.end
                    )
                    self.report(target.end, problem)
            elif attribute is not None and attribute != "const":
                problem = syntax_errors.unknown_attribute(
                    self.source, target.start, target.end, attribute
                )
                self.report(target.end, problem)
            if attribute is not None:
                self.has_constants = True
            self.declare(target.name, attribute is not None)

    def repeat(self, statement: nodes.Repeat) -> None:
        self.state.loops += 1
        scope = self.open_scope(is_repeat=True)
        self.statements(statement.body, scope)
        self.expressions(statement.condition)
        self.close_scope(scope)
        self.state.loops -= 1

    def numeric_for(self, statement: nodes.NumericFor) -> None:
        step = () if statement.step is None else (statement.step,)
        self.expressions(statement.first, statement.limit, *step)
        self.for_body(statement.body, (statement.variable,), _HIDDEN_LOCALS_OF_NUMERIC_FOR)

    def generic_for(self, statement: nodes.GenericFor) -> None:
        self.expressions(*statement.iterators)
        self.for_body(statement.body, statement.variables, _HIDDEN_LOCALS_OF_GENERIC_FOR)

    def for_body(
        self, body: nodes.Block, variables: tuple[nodes.Identifier, ...], hidden: int
    ) -> None:
        scope = self.open_scope()
        self.state.locals += [_Local(_HIDDEN, body.line)] * hidden
        for variable in variables:
            self.declare(variable)
        self.loop(body)
        self.close_scope(scope)

    def check_assignment(self, target: nodes.Name | nodes.Index, noticed: int) -> None:
        if not self.has_constants or not isinstance(target, nodes.Name):
            return
        state: _FunctionState | None = self.state
        while state is not None:
            for local in reversed(state.locals):
                if local.name == target.name:
                    if local.is_constant:
                        problem = syntax_errors.assignment_to_constant(
                            self.source, target.start, target.end, target.name, local.line
                        )
                        self.report(noticed, problem)
                    return
            state = state.outer

    # ------------------------------------------------------------------------------------------------ labels and goto

    def label(self, statement: nodes.Label, scope: _Scope, is_last: bool, noticed: int) -> None:
        name = statement.name.name
        state = self.state
        for known in state.labels:
            if known.name == name:
                problem = syntax_errors.duplicate_label(
                    self.source, statement.start, statement.end, name, known.line
                )
                self.report(noticed, problem)
                return
        state.labels.append(_Label(name, statement.line))
        # At the end of a block its locals are already out of scope.
        active = scope.locals if is_last else len(state.locals)
        waiting = state.gotos[scope.gotos :]
        del state.gotos[scope.gotos :]
        for goto in waiting:
            if isinstance(goto.statement, nodes.Break) or goto.statement.label.name != name:
                state.gotos.append(goto)
            elif goto.active < active:
                start, end = goto.statement.start, goto.statement.end
                variable = state.locals[goto.active].name
                self.report(
                    noticed, syntax_errors.jump_into_scope(self.source, start, end, name, variable)
                )

    def after_labels(self, last: nodes.Label) -> int:
        """The offset of the first token after a run of labels and empty statements."""
        tokens = self.tokens.tokens
        index = bisect_left(tokens, last.end, key=lambda token: token.start)
        while tokens[index].kind == P.SEMI:
            index += 1
        return tokens[index].start

    # --------------------------------------------------------------------------------------------------- expressions

    def expressions(self, *roots: nodes.Expression) -> None:
        """Visits the functions and varargs in the expressions."""
        stack: list[nodes.Expression] = list(roots)
        while stack:
            node = stack.pop()
            match node:
                case nodes.Name() | nodes.String() | nodes.Number():
                    pass
                case nodes.Call(function=function, arguments=arguments):
                    stack.append(function)
                    stack += arguments
                case nodes.MethodCall(object=value, arguments=arguments):
                    stack.append(value)
                    stack += arguments
                case nodes.Index(object=value, key=key):
                    stack.append(value)
                    stack.append(key)
                case nodes.Binary(left=left, right=right) | nodes.Logical(left=left, right=right):
                    stack.append(left)
                    stack.append(right)
                case nodes.Unary(operand=value) | nodes.Parenthesized(expression=value):
                    stack.append(value)
                case nodes.Table(fields=fields):
                    for entry in fields:
                        stack.append(entry.value)
                        if isinstance(entry, nodes.KeyedField):
                            stack.append(entry.key)
                case nodes.Function():
                    self.function(node)
                case nodes.Vararg():
                    if not self.state.is_vararg:
                        problem = syntax_errors.vararg_outside_vararg_function(
                            self.source, node.start, node.end
                        )
                        self.report(node.start, problem)
