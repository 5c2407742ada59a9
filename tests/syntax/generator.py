"""A seed in, a random Lua program that real Lua's compiler takes out: every construct, literal and comment
position.

The programs are for the front end: they compile, but running them would mostly raise errors.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from .words import BINARY, COMMENTS, LOGICAL, NAMES, NUMBERS, STRINGS, UNARY


@dataclass
class Program:
    """`tokens` have no white space; `text` joins them with white space and `comment_count` comments."""

    tokens: list[str]
    text: str = ""
    comment_count: int = 0


@dataclass
class _Scope:
    """What may stand at a place: `...`, `break`, and the label at the end of the loop's body."""

    is_vararg: bool
    in_loop: bool = False
    label: str | None = None
    locals: int = 0


@dataclass
class ProgramGenerator:
    seed: int
    size: int = 30
    tokens: list[str] = field(default_factory=list)
    budget: int = 0
    labels: int = 0

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)
        self.constants = 0

    def program(self) -> Program:
        self.budget = self.size
        self.block(_Scope(is_vararg=True), 0)
        program = Program(self.tokens)
        self.lay_out(program)
        return program

    def lay_out(self, program: Program) -> None:
        """Joins the tokens; about one program in five has no comments."""
        draw = self.random.random
        comment_share = 0.0 if self.seed % 5 == 0 else 0.15
        line_share = draw() * 0.5
        parts: list[str] = []
        for token in program.tokens:
            parts.append(token)
            parts.append(
                "\n" if draw() < line_share else self.random.choice((" ", " ", "\t", "  ", "\r\n"))
            )
            while draw() < comment_share:
                parts.append(self.random.choice(COMMENTS))
                parts.append(self.random.choice(("", " ", "\n")))
                program.comment_count += 1
        program.text = "".join(parts)

    # ---------------------------------------------------------------------------------------------------- statements

    def out(self, *tokens: str) -> None:
        self.tokens += tokens

    def name(self) -> str:
        return self.random.choice(NAMES)

    def block(self, scope: _Scope, depth: int) -> None:
        inner = _Scope(scope.is_vararg, scope.in_loop, scope.label)
        for _ in range(self.random.randint(0, 4) if depth else self.size):
            if self.budget <= 0:
                break
            self.budget -= 1
            self.statement(inner, depth)
            if self.random.random() < 0.2:
                self.out(";")
        if self.random.random() < 0.2:
            self.last_statement(inner, depth)

    def last_statement(self, scope: _Scope, depth: int) -> None:
        choice = self.random.randrange(3)
        if choice == 0 and scope.in_loop:
            self.out("break")
        elif choice == 1 and scope.label:
            self.out("goto", scope.label)
        elif depth:
            self.out("return")
            if self.random.random() < 0.7:
                self.expressions(scope, depth)
            if self.random.random() < 0.5:
                self.out(";")

    def statement(self, scope: _Scope, depth: int) -> None:
        simple = (
            self.local,
            self.assignment,
            self.call_statement,
            self.local_function,
            self.function_statement,
        )
        nested = (self.do, self.while_, self.repeat, self.if_, self.numeric_for, self.generic_for)
        choices = simple * 2 if depth > 4 else simple * 2 + nested
        self.random.choice(choices)(scope, depth + 1)

    def local(self, scope: _Scope, depth: int) -> None:
        self.out("local")
        count = self.random.randint(1, 3)
        closes = False
        for position in range(count):
            if position:
                self.out(",")
            attribute = self.random.random()
            if attribute < 0.1:
                # A name that is never assigned to.
                self.constants += 1
                self.out(f"constant{self.constants}", "<", "const", ">")
            elif attribute < 0.15 and not closes:
                closes = True
                self.constants += 1
                self.out(f"constant{self.constants}", "<", "close", ">")
            else:
                self.out(self.name())
        if self.random.random() < 0.8:
            self.out("=")
            self.expressions(scope, depth)

    def assignment(self, scope: _Scope, depth: int) -> None:
        self.separate()
        for position in range(self.random.choice((1, 1, 1, 2, 3))):
            if position:
                self.out(",")
            self.variable(scope, depth)
        self.out("=")
        self.expressions(scope, depth)

    def separate(self) -> None:
        """A statement that may begin with a parenthesis would go on with the one before."""
        self.out(";")

    def call_statement(self, scope: _Scope, depth: int) -> None:
        self.separate()
        self.prefix(scope, depth)
        self.call_suffix(scope, depth)

    def do(self, scope: _Scope, depth: int) -> None:
        self.out("do")
        self.block(scope, depth)
        self.out("end")

    def loop_body(self, scope: _Scope, depth: int, end: str) -> None:
        if self.random.random() < 0.3:
            self.labels += 1
            self.labelled(scope, depth, f"continue{self.labels}")
        else:
            self.block(_Scope(scope.is_vararg, True), depth)
        self.out(end)

    def labelled(self, scope: _Scope, depth: int, label: str) -> None:
        self.out("do")
        self.block(_Scope(scope.is_vararg, True, label), depth)
        self.out("end", "::", label, "::")

    def while_(self, scope: _Scope, depth: int) -> None:
        self.out("while")
        self.expression(scope, depth)
        self.out("do")
        self.loop_body(scope, depth, "end")

    def repeat(self, scope: _Scope, depth: int) -> None:
        self.out("repeat")
        self.loop_body(scope, depth, "until")
        self.expression(scope, depth)

    def if_(self, scope: _Scope, depth: int) -> None:
        for position in range(self.random.choice((1, 1, 2, 3))):
            self.out("elseif" if position else "if")
            self.expression(scope, depth)
            self.out("then")
            self.block(scope, depth)
        if self.random.random() < 0.4:
            self.out("else")
            self.block(scope, depth)
        self.out("end")

    def numeric_for(self, scope: _Scope, depth: int) -> None:
        self.out("for", self.name(), "=")
        for position in range(self.random.choice((2, 3))):
            if position:
                self.out(",")
            self.expression(scope, depth)
        self.out("do")
        self.loop_body(scope, depth, "end")

    def generic_for(self, scope: _Scope, depth: int) -> None:
        self.out("for", self.name())
        for _ in range(self.random.randint(0, 2)):
            self.out(",", self.name())
        self.out("in")
        self.expressions(scope, depth)
        self.out("do")
        self.loop_body(scope, depth, "end")

    def local_function(self, scope: _Scope, depth: int) -> None:
        self.out("local", "function", self.name())
        self.function_body(depth)

    def function_statement(self, scope: _Scope, depth: int) -> None:
        self.out("function", self.name())
        for _ in range(self.random.randint(0, 2)):
            self.out(".", self.name())
        if self.random.random() < 0.3:
            self.out(":", self.name())
        self.function_body(depth)

    def function_body(self, depth: int) -> None:
        self.out("(")
        count = self.random.randint(0, 3)
        is_vararg = self.random.random() < 0.3
        parameters = [self.name() for _ in range(count)] + (["..."] if is_vararg else [])
        for position, parameter in enumerate(parameters):
            if position:
                self.out(",")
            self.out(parameter)
        self.out(")")
        self.block(_Scope(is_vararg), depth + 1)
        self.out("end")

    # --------------------------------------------------------------------------------------------------- expressions

    def expressions(self, scope: _Scope, depth: int) -> None:
        for position in range(self.random.choice((1, 1, 1, 2, 3))):
            if position:
                self.out(",")
            self.expression(scope, depth)

    def expression(self, scope: _Scope, depth: int) -> None:
        draw = self.random.random()
        if depth > 6 or draw < 0.3:
            self.atom(scope)
        elif draw < 0.55:
            for position in range(self.random.choice((2, 2, 3, 5))):
                if position:
                    self.out(self.random.choice(BINARY + LOGICAL))
                self.expression(scope, depth + 2)
        elif draw < 0.62:
            self.out(self.random.choice(UNARY))
            self.expression(scope, depth + 1)
        elif draw < 0.7:
            self.table(scope, depth + 1)
        elif draw < 0.75:
            self.out("function")
            self.function_body(depth)
        else:
            self.prefix(scope, depth + 1)
            for _ in range(self.random.randint(0, 3)):
                self.suffix(scope, depth + 1)

    def atom(self, scope: _Scope) -> None:
        literals = ("nil", "true", "false", "..." if scope.is_vararg else "nil")
        kinds = (literals, NUMBERS, STRINGS, NAMES, NAMES)
        self.out(self.random.choice(self.random.choice(kinds)))

    def prefix(self, scope: _Scope, depth: int) -> None:
        if self.random.random() < 0.25:
            self.out("(")
            self.expression(scope, depth + 1)
            self.out(")")
        else:
            self.out(self.name())

    def variable(self, scope: _Scope, depth: int) -> None:
        if self.random.random() < 0.5:
            self.out(self.name())
            return
        self.prefix(scope, depth)
        for _ in range(self.random.randint(0, 2)):
            self.suffix(scope, depth)
        self.index_suffix(scope, depth)

    def suffix(self, scope: _Scope, depth: int) -> None:
        if self.random.random() < 0.5:
            self.index_suffix(scope, depth)
        else:
            self.call_suffix(scope, depth)

    def index_suffix(self, scope: _Scope, depth: int) -> None:
        if self.random.random() < 0.6:
            self.out(".", self.name())
        else:
            self.out("[")
            self.expression(scope, depth + 1)
            self.out("]")

    def call_suffix(self, scope: _Scope, depth: int) -> None:
        if self.random.random() < 0.3:
            self.out(":", self.name())
        draw = self.random.random()
        if draw < 0.15:
            self.out(self.random.choice(STRINGS))
        elif draw < 0.25:
            self.table(scope, depth + 1)
        else:
            self.out("(")
            if self.random.random() < 0.7:
                self.expressions(scope, depth + 1)
            self.out(")")

    def table(self, scope: _Scope, depth: int) -> None:
        self.out("{")
        count = self.random.choice((0, 1, 2, 3, 4))
        for position in range(count):
            draw = self.random.random()
            if draw < 0.3:
                self.out(self.name(), "=")
            elif draw < 0.45:
                self.out("[")
                self.expression(scope, depth + 1)
                self.out("]", "=")
            self.expression(scope, depth + 1)
            if position < count - 1 or self.random.random() < 0.3:
                self.out(self.random.choice((",", ",", ";")))
        self.out("}")


def generate(seed: int, size: int = 30) -> Program:
    """The program of a seed: `size` bounds the number of statements."""
    return ProgramGenerator(seed, size).program()
