"""The types that Python's readers and type checkers see in a generated module: its bindings in, a kind for each variable and
function out.

This is what mypy would infer, so that annotations can say it. It knows less than the analysis of the Lua source does, which is why
nothing but annotations depends on it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from .bindings import Binding, Bindings, Function, Scope, Source

Kind: TypeAlias = str | tuple["Kind", ...]
"""A type; a tuple of kinds is that of a tuple."""

NOTHING: Final = ""
"""Of what is never reached, and of what is not known yet."""
ANY: Final = "Any"
MIXED: Final = "mixed"
"""One of several types, which a type checker tells apart and Lua does not."""
NONE: Final = "None"
INTEGER: Final = "int"
FLOAT: Final = "float"
TEXT: Final = "str"
BOOLEAN: Final = "bool"
TABLE: Final = "LuaTable"

_STRING_FUNCTIONS = ("char", "format", "lower", "pack", "rep", "reverse", "sub", "upper")
CALLS: Final[dict[str, Kind]] = {
    **dict.fromkeys(("len", "ord", "string.len", "os.time"), INTEGER),
    **dict.fromkeys(("chr", "tostring", "lua_type", "table.concat"), TEXT),
    **dict.fromkeys([f"string.{name}" for name in _STRING_FUNCTIONS], TEXT),
    **dict.fromkeys(("eq", "ne", "lt", "le", "gt", "ge", "truthy"), BOOLEAN),
    **dict.fromkeys(
        ("LuaTable", "array", "sequence", "new_table", "table_of", "setmetatable"), TABLE
    ),
    **dict.fromkeys(("tonumber", "math.tointeger", "math.type", "os.getenv", "env.get"), MIXED),
    **dict.fromkeys(("math.abs", "math.ceil", "math.floor", "math.fmod"), MIXED),
    **dict.fromkeys(("math.sqrt", "math.sin", "math.cos", "math.log", "os.clock"), FLOAT),
}
"""What the functions of the runtime are declared to return; tests/output/test_annotations.py compares. All others are taken to give
anything."""


@dataclass
class Types:
    """The kinds of a module's variables, and of what its functions return."""

    variables: dict[Binding, Kind] = field(default_factory=dict)
    results: dict[Function, Kind] = field(default_factory=dict)

    def of(self, source: Source) -> Kind:
        """The kind of what a variable gets from `source`."""
        if source.value is None:
            return ANY
        if source.is_iterated:
            return _of_item(source.value, source.element)
        kind = self.of_expression(source.scope, source.value)
        if source.element is None:
            return kind
        if isinstance(kind, tuple) and source.element < len(kind):
            return kind[source.element]
        return NOTHING if kind == NOTHING else ANY

    def of_update(self, binding: Binding, source: Source) -> Kind:
        """The kind of `binding` after `binding += value`."""
        assert source.operator is not None and source.value is not None
        own = self.variables.get(binding, NOTHING)
        return _operation(source.operator, own, self.of_expression(source.scope, source.value))

    def of_expression(self, scope: Scope, node: ast.expr) -> Kind:
        match node:
            case ast.Constant(value=value):
                return NONE if value is None else type(value).__name__
            case ast.Name(id=name):
                found = scope.find(name)
                is_variable = found is not None and found.function is None
                return self.variables.get(found, NOTHING) if is_variable and found else ANY
            case ast.NamedExpr(value=value):
                return self.of_expression(scope, value)
            case ast.JoinedStr():
                return TEXT
            case ast.Compare() | ast.UnaryOp(op=ast.Not()):
                return BOOLEAN
            case ast.UnaryOp(operand=operand):
                kind = self.of_expression(scope, operand)
                return kind if kind in (NOTHING, INTEGER, FLOAT) else ANY
            case ast.BinOp(left=left, op=operator, right=right):
                kinds = (self.of_expression(scope, left), self.of_expression(scope, right))
                return _operation(operator, *kinds)
            case ast.IfExp(test=test, body=body, orelse=orelse):
                first = self._of_tested(scope, test, body) or self.of_expression(scope, body)
                return _either([first, self.of_expression(scope, orelse)])
            case ast.BoolOp(values=values):
                return _either([self.of_expression(scope, value) for value in values])
            case ast.Tuple(elts=elements):
                if any(isinstance(element, ast.Starred) for element in elements) or not elements:
                    return ANY
                return tuple(self.of_expression(scope, element) for element in elements)
            case ast.Subscript(value=value):
                return TEXT if self.of_expression(scope, value) == TEXT else ANY
            case ast.Await(value=ast.Call() as call):
                return self._of_call(scope, call, is_awaited=True)
            case ast.Call():
                return self._of_call(scope, node, is_awaited=False)
        return ANY

    def _of_tested(self, scope: Scope, test: ast.expr, body: ast.expr) -> Kind:
        """The kind of `body` in `body if (body := value) is not None else ...`, where it is not what it is elsewhere."""
        match test, body:
            case (
                ast.Compare(left=ast.NamedExpr(target=ast.Name(id=name), value=value)),
                ast.Name(id=kept),
            ) if name == kept and ast.unparse(value).startswith("env.get("):
                return TEXT if scope.find("env") is None else NOTHING
        return NOTHING

    def _of_call(self, scope: Scope, node: ast.Call, is_awaited: bool) -> Kind:
        match node.func:
            case ast.Name(id=name):
                found = scope.find(name)
                if found is None:
                    return CALLS.get(name, ANY)
                function = found.function
                is_async = function is not None and isinstance(function.node, ast.AsyncFunctionDef)
                if function is None or is_async is not is_awaited:
                    return ANY
                return self.results.get(function, NOTHING)
            case ast.Attribute(value=ast.Name(id=name), attr=field_name):
                return CALLS.get(f"{name}.{field_name}", ANY) if scope.find(name) is None else ANY
        return ANY


def infer(bindings: Bindings, open_functions: frozenset[Function]) -> Types:
    """The types of a module. `open_functions` are those that others than this module may call."""
    types = Types()
    variables = [binding for scope in bindings.scopes for binding in scope.names.values()]
    arguments = {
        scope.names[name]: sources
        for function in bindings.functions
        if function not in open_functions
        for scope, name, sources in _arguments(function)
    }
    for binding in variables:
        if binding.is_parameter and binding not in arguments:
            types.variables[binding] = ANY
    for function in bindings.functions:
        if _is_fixed(function):
            types.results[function] = ANY
    # Kinds only ever become wider, of which there are three steps.
    changed = True
    while changed:
        changed = False
        for binding in variables:
            kind = types.variables.get(binding, NOTHING)
            if kind == ANY:
                continue
            wider = join([kind, *_kinds(types, binding, arguments.get(binding, ()))])
            if wider != kind:
                types.variables[binding] = wider
                changed = True
        for function in bindings.functions:
            kind = types.results.get(function, NOTHING)
            if kind == ANY:
                continue
            wider = join([kind, _result(types, function, function in open_functions)])
            if wider != kind:
                types.results[function] = wider
                changed = True
    return types


def _kinds(types: Types, binding: Binding, arguments: Iterable[Source]) -> list[Kind]:
    kinds = [
        types.of_update(binding, source) if source.operator is not None else types.of(source)
        for source in (*binding.sources, *arguments)
    ]
    # A type checker wants a table with `__call` to be callable.
    return [*kinds, ANY] if binding.is_called and kinds else kinds


def _is_fixed(function: Function) -> bool:
    """Is what it is declared to return not for this module to say?"""
    return function.yields or bool(function.node.decorator_list)


def _result(types: Types, function: Function, is_open: bool) -> Kind:
    if not function.returns:
        return ANY if function.is_result_used or is_open else NONE
    if function.returns_nothing or not _ends(function.node.body):
        return ANY
    kinds = [types.of(source) for source in function.returns]
    return ANY if NONE in kinds else join(kinds)


def _arguments(function: Function) -> list[tuple[Scope, str, list[Source]]]:
    """The parameters whose arguments are all known, with these."""
    parameters = function.node.args
    if function.is_value or not function.calls or _is_fixed(function):
        return []
    if parameters.defaults or parameters.vararg is not None or parameters.kwonlyargs:
        return []
    for _, call in function.calls:
        plain = not call.keywords and not any(isinstance(a, ast.Starred) for a in call.args)
        if not plain or len(call.args) != len(parameters.args):
            return []
    return [
        (
            function.scope,
            parameter.arg,
            [Source(scope, call.args[number]) for scope, call in function.calls],
        )
        for number, parameter in enumerate(parameters.args)
    ]


def join(kinds: Iterable[Kind]) -> Kind:
    """The kind of what is one of `kinds`."""
    joined: Kind = NOTHING
    for kind in kinds:
        if joined in (NOTHING, kind):
            joined = kind
        elif kind == NOTHING:
            continue
        elif {joined, kind} == {INTEGER, FLOAT}:
            joined = FLOAT  # PEP 484: an int is a float
        elif isinstance(joined, tuple) and isinstance(kind, tuple) and len(joined) == len(kind):
            joined = tuple(join(pair) for pair in zip(joined, kind, strict=True))
        else:
            return ANY
    return joined


def _either(kinds: list[Kind]) -> Kind:
    """The kind of an expression that is one of several: unlike a variable, it has no declaration that says Any."""
    joined = join(kinds)
    if joined == ANY and (NONE in kinds or MIXED in kinds or ANY not in kinds):
        return MIXED
    return joined


def _operation(operator: ast.operator, left: Kind, right: Kind) -> Kind:
    kinds = {left, right}
    if NOTHING in kinds:
        return NOTHING
    if left == TEXT and isinstance(operator, ast.Add):
        return TEXT  # lowering adds nothing but strings to a string
    if not kinds <= {INTEGER, FLOAT}:
        return ANY
    return FLOAT if FLOAT in kinds or isinstance(operator, ast.Div | ast.Pow) else INTEGER


def _of_item(value: ast.expr, element: int | None) -> Kind:
    match value:
        case ast.Call(func=ast.Name(id="range")) if element is None:
            return INTEGER
        case ast.Call(func=ast.Name(id="ipairs")) if element == 0:
            return INTEGER
    return ANY


def _ends(body: list[ast.stmt]) -> bool:
    """Does a type checker see that control does not reach the end of `body`?"""
    match body[-1]:
        case ast.Return() | ast.Raise():
            return True
        case ast.If(body=then, orelse=otherwise):
            return bool(otherwise) and _ends(then) and _ends(otherwise)
        case ast.While(test=ast.Constant(value=True), body=inner):
            nodes = (node for statement in inner for node in ast.walk(statement))
            return not any(isinstance(node, ast.Break) for node in nodes)
    return False
