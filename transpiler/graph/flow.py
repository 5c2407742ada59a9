"""A workflow's source in, its flow out: the steps Temporal sees, with the branches and loops they stand in.

Only what matters to Temporal is kept: calls on `ctx`, on futures and on children, returns and errors, and the control structure
around those. A function of the source is followed where it is called: by its name, as a method that can hardly be another, as what
a parameter stands for, and where `ctx:spawn` or `ctx:shielded` gets it. Lua text stands for conditions.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from assay.runtime.temporal.context_methods import METHODS

from ..analysis.program import Program
from ..analysis.walk import child_nodes, strip_parentheses, walk
from ..analysis.worker_definitions import Entry
from ..syntax import nodes
from ..syntax.source import Source

_LONGEST_TEXT = 48
_HIDDEN = frozenset(
    {"workflow_info", "register_query", "now", "uuid", "random", "cancellation_requested"}
)
"""Methods that are no step: they neither wait nor ask Temporal for anything."""
_DURATIONS = ("timeout", "start_to_close_timeout", "schedule_to_close_timeout", "run_timeout")


@dataclass(frozen=True)
class Step:
    """One thing that happens: `kind` is "activity", "wait", "timer", "child", "step" or "end"."""

    kind: str
    text: str
    detail: str = ""
    line: int = 0


@dataclass(frozen=True)
class Branch:
    """Alternatives: each arm with its condition; the last arm may be the "else" of conditions that do not hold."""

    arms: tuple[tuple[str, Flow], ...]
    line: int = 0


@dataclass(frozen=True)
class Loop:
    """Something that is repeated: `text` says how long."""

    text: str
    body: Flow
    line: int = 0


@dataclass(frozen=True)
class Leave:
    """Goes out of the innermost loop."""

    line: int = 0


Item = Step | Branch | Loop | Leave


@dataclass(frozen=True)
class Flow:
    """What happens in order."""

    items: tuple[Item, ...] = ()

    @property
    def ends(self) -> bool:
        """Does nothing come after it?"""
        last = self.items[-1] if self.items else None
        if isinstance(last, Branch):
            return all(flow.ends for _, flow in last.arms)
        return isinstance(last, Leave) or (isinstance(last, Step) and last.kind == "end")


def flow_of(program: Program, entry: Entry) -> Flow:
    """The flow of a workflow of a worker's program."""
    sources = {
        node: source
        for statement, source in program.resolution.sources.items()
        for node in walk(statement)
        if isinstance(node, nodes.Function)
    }
    methods: dict[str, list[nodes.Function]] = {}
    for statement in program.resolution.sources:
        for node in walk(statement):
            if isinstance(node, nodes.FunctionStatement) and isinstance(node.target, nodes.Index):
                key = node.target.key
                if node.is_method and isinstance(key, nodes.String):
                    methods.setdefault(key.value, []).append(node.function)
    first = sources[entry.function]
    reader = _Reader(program, sources, methods, first, frozenset({entry.function}))
    return reader.block(entry.function.body)


@dataclass(frozen=True)
class _Reader:
    program: Program
    sources: Mapping[nodes.Function, Source]
    methods: Mapping[str, Sequence[nodes.Function]]
    """The functions written as methods (`function Class:name()`), by their name."""
    source: Source
    inside: frozenset[nodes.Function] = field(default_factory=frozenset)
    """The functions that are being followed, so that recursion ends."""
    given: Mapping[str, nodes.Expression] = field(default_factory=dict)
    """The constants and functions that the parameters of a followed function stand for."""

    def block(self, block: nodes.Block) -> Flow:
        items: list[Item] = []
        for statement in block.statements:
            items += self.statement(statement)
            if Flow(tuple(items)).ends:
                break
        return Flow(tuple(items))

    def statement(self, node: nodes.Statement) -> Iterator[Item]:
        match node:
            case nodes.If():
                yield from self.branch(node)
            case nodes.While(condition=condition, body=body):
                inside = Flow((*self.calls(condition), *self.block(body).items))
                yield from self.loop(f"while {self.text(condition)}", inside, node)
            case nodes.Repeat(body=body, condition=condition):
                inside = Flow((*self.block(body).items, *self.calls(condition)))
                yield from self.loop(f"repeat until {self.text(condition)}", inside, node)
            case nodes.NumericFor(body=body):
                yield from self.calls(node, skip=body)
                head = (
                    f"for {node.variable.name} = {self.text(node.first)}, {self.text(node.limit)}"
                )
                yield from self.loop(head, self.block(body), node)
            case nodes.GenericFor(body=body):
                yield from self.calls(node, skip=body)
                names = ", ".join(name.name for name in node.variables)
                head = f"for {names} in {', '.join(map(self.text, node.iterators))}"
                yield from self.loop(head, self.block(body), node)
            case nodes.Do(body=body):
                yield from self.block(body).items
            case nodes.Return(values=values):
                yield from self.calls(node)
                shown = ", ".join(map(self.text, values))
                yield Step("end", f"return {shown}".strip(), "", node.line)
            case nodes.Break():
                yield Leave(node.line)
            case nodes.FunctionStatement() | nodes.LocalFunction():
                return
            case _:
                yield from self.calls(node)

    def branch(self, node: nodes.If) -> Iterator[Item]:
        """An `if` whose arms do something; one that only computes is left out."""
        for part in node.branches:
            yield from self.calls(part.condition)
        arms = [(self.text(part.condition), self.block(part.body)) for part in node.branches]
        arms.append(("else", self.block(node.orelse) if node.orelse else Flow()))
        if any(flow.items for _, flow in arms):
            yield Branch(tuple(arms), node.line)

    def loop(self, text: str, body: Flow, node: nodes.Node) -> Iterator[Item]:
        if any(not isinstance(item, Leave) for item in body.items):
            yield Loop(_short(text), body, node.line)

    def calls(self, node: nodes.Node, skip: nodes.Node | None = None) -> Iterator[Item]:
        """The steps of an expression or simple statement, in the order in which they happen."""
        if node is skip:
            return
        if isinstance(node, nodes.Function):
            return
        if isinstance(node, nodes.Call):
            yield from self.call(node)
            return
        for child in child_nodes(node):
            yield from self.calls(child, skip)
        if isinstance(node, nodes.MethodCall):
            yield from self.method(node)

    def call(self, node: nodes.Call) -> Iterator[Item]:
        for argument in node.arguments:
            yield from self.calls(argument)
        row = self.program.library.of(node.function)
        if row is not None and row.lua_name == "error":
            thrown = self.text(node.arguments[0]) if node.arguments else ""
            yield Step("end", f"error {thrown}", "", node.line)
            return
        called: nodes.Expression = node.function
        if row is not None and row.lua_name in ("pcall", "xpcall") and node.arguments:
            called = node.arguments[0]
        called = strip_parentheses(called)
        function = self.function_of(called)
        if function is not None and function not in self.inside:
            given = node.arguments if called is strip_parentheses(node.function) else ()
            yield from self.followed(function, given, called is function)

    def function_of(self, called: nodes.Expression) -> nodes.Function | None:
        called = strip_parentheses(called)
        if isinstance(called, nodes.Name):
            called = self.given.get(called.name, called)
        if isinstance(called, nodes.Function):
            return called
        facts = self.program.functions.of_callee(called)
        return None if facts is None else facts.scope.node

    def method_of(self, node: nodes.MethodCall) -> nodes.Function | None:
        """The function that is the method of an object of the source: the only one, or the only one of that name."""
        callees = self.program.types.contents.callees(node)
        if callees is not None and len(callees) == 1:
            return callees[0].scope.node
        named = () if node.method.name in METHODS else self.methods.get(node.method.name, ())
        return named[0] if len(named) == 1 else None

    def followed(
        self, function: nodes.Function, arguments: tuple[nodes.Expression, ...], is_literal: bool
    ) -> Iterator[Item]:
        """What happens inside a function that is called; its returns lead back to the caller.

        A function written where it is called (`is_literal`) sees what the parameters around it stand for.
        """
        source = self.sources.get(function, self.source)
        given = dict(self.given) if is_literal else {}
        for parameter, value in zip(function.parameters, arguments, strict=False):
            given.pop(parameter.name, None)
            value = strip_parentheses(value)
            stands_for = self.function_of(value) or (
                self.given.get(value.name, value) if isinstance(value, nodes.Name) else value
            )
            if isinstance(stands_for, nodes.String | nodes.Number | nodes.Function):
                given[parameter.name] = stands_for
        inner = _Reader(
            self.program, self.sources, self.methods, source, self.inside | {function}, given
        )
        yield from _without_returns(inner.block(function.body)).items

    def method(self, node: nodes.MethodCall) -> Iterator[Item]:
        name = node.method.name
        known = self.program.colours.known_method(node)
        if known is None:
            function = self.method_of(node)
            if function is not None and function not in self.inside:
                yield from self.followed(function, (node.object, *node.arguments), False)
                return
        if known is None and _may_be_context(node):
            # What analysis loses sight of, such as the ctx of a recursive function, has these methods still.
            known = METHODS.get(name)
        if known is None or name in _HIDDEN:
            return
        first = node.arguments[0] if node.arguments else None
        if name in ("spawn", "shielded") and first is not None:
            function = self.function_of(first)
            if function is not None and function not in self.inside:
                yield from self.beside(name, function, node)
                return
        if isinstance(first, nodes.Name):
            first = self.given.get(first.name, first)
        named = first.value if isinstance(first, nodes.String) else None
        shown = f"'{named}'" if named is not None else self.text(first) if first is not None else ""
        details = ", ".join(self.details(node))
        if name in ("execute_activity", "execute_local_activity", "start_activity"):
            text = str(named) if named is not None else shown
            yield Step(
                "activity",
                text if name == "execute_activity" else f"{name} {text}",
                details,
                node.line,
            )
        elif name == "sleep":
            yield Step("timer", f"sleep {self.duration(first)}", "", node.line)
        elif "child_workflow" in name:
            yield Step("child", f"{name.replace('_', ' ')} {shown}", details, node.line)
        elif known.waits:
            yield Step("wait", f"{name.replace('_', ' ')} {shown}".strip(), details, node.line)
        else:
            yield Step("step", f"{name.replace('_', ' ')} {shown}".strip(), details, node.line)

    def beside(self, name: str, function: nodes.Function, node: nodes.MethodCall) -> Iterator[Item]:
        """What `ctx:spawn` and `ctx:shielded` call; an error in what is spawned ends nothing else."""
        is_literal = isinstance(strip_parentheses(node.arguments[0]), nodes.Function)
        inner = Flow(tuple(self.followed(function, node.arguments[1:], is_literal)))
        if name == "spawn":
            yield Step("step", "spawn", "", node.line)
            inner = _without_ends(inner)
        yield from inner.items

    def details(self, node: nodes.MethodCall) -> Iterator[str]:
        """The options that matter in a picture: how long something may take, how often it is tried."""
        for argument in node.arguments:
            table = strip_parentheses(argument)
            if not isinstance(table, nodes.Table):
                continue
            for entry in table.fields:
                if not isinstance(entry, nodes.NamedField):
                    continue
                name = entry.name.name
                if name in _DURATIONS:
                    label = name.removesuffix("_timeout").replace("_", " ")
                    yield f"{label} {self.duration(entry.value)}"
                elif name == "retry_policy" and isinstance(entry.value, nodes.Table):
                    yield from self.attempts(entry.value)

    def attempts(self, policy: nodes.Table) -> Iterator[str]:
        for entry in policy.fields:
            if isinstance(entry, nodes.NamedField) and entry.name.name == "maximum_attempts":
                yield f"{self.text(entry.value)} attempts"

    def duration(self, value: nodes.Expression | None) -> str:
        if isinstance(value, nodes.Name):
            value = self.given.get(value.name, value)
        if isinstance(value, nodes.Number):
            return _duration(value.value)
        return self.text(value) if value is not None else ""

    def text(self, node: nodes.Node) -> str:
        """The Lua text of a node on one line."""
        raw = self.source.text[node.start : node.end].encode("latin-1").decode("utf-8", "replace")
        return _short(" ".join(raw.split()))


def _may_be_context(node: nodes.MethodCall) -> bool:
    """Is it a variable, or a field called `ctx`, whose method is called; or one that nothing else is likely to have?"""
    match node.object:
        case nodes.Name() | nodes.Index(key=nodes.String(value="ctx")):
            return True
    return "_" in node.method.name


def _without_returns(flow: Flow) -> Flow:
    """The flow of a called function, whose returns only end that function. What stands after one on its arm is gone already."""
    items: list[Item] = []
    for item in flow.items:
        match item:
            case Step(kind="end", text=text) if text.startswith("return"):
                continue
            case Branch(arms=arms, line=line):
                kept = tuple((label, _without_returns(inner)) for label, inner in arms)
                if any(inner.items for _, inner in kept):
                    items.append(Branch(kept, line))
            case Loop(text=text, body=body, line=line):
                items.append(Loop(text, _without_returns(body), line))
            case _:
                items.append(item)
    return Flow(tuple(items))


def _without_ends(flow: Flow) -> Flow:
    """The flow of a function that runs by itself: what ends it is a step of it."""
    items: list[Item] = []
    for item in flow.items:
        match item:
            case Step(kind="end"):
                items.append(replace(item, kind="step"))
            case Branch(arms=arms):
                kept = tuple((label, _without_ends(inner)) for label, inner in arms)
                items.append(replace(item, arms=kept))
            case Loop(body=body):
                items.append(replace(item, body=_without_ends(body)))
            case _:
                items.append(item)
    return Flow(tuple(items))


def _short(text: str) -> str:
    return (
        text
        if len(text) <= _LONGEST_TEXT
        else text[: _LONGEST_TEXT - 1] + "\N{HORIZONTAL ELLIPSIS}"
    )


def _duration(seconds: float) -> str:
    """A number of seconds in the largest unit that gives a whole number."""
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds and seconds % size == 0:
            return f"{seconds / size:g} {unit}"
    return f"{seconds:g} s"
