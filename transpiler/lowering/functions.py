"""Functions: a Lua function as a Python `def`, or as a `lambda` when all it does is return.

A function whose every call is known has exactly its parameters. Any other takes any number of arguments, as Lua
functions do: each parameter has the default None and `*_` takes the rest. Lua manual: 3.4.11.
"""

from __future__ import annotations

import ast
from typing import TypeGuard

from ..analysis.functions import FunctionFacts
from ..analysis.program import Program
from ..analysis.scopes import FunctionScope, Variable, is_multiple
from ..syntax import nodes
from ..syntax.source import Source
from . import build, expressions, generators, library, statements
from .scope import PythonScope, Temporary


def read(scope: PythonScope, variable: Variable) -> ast.expr:
    """The value of a local variable."""
    if _is_self(scope, variable):
        return scope.self_name()
    lowered = scope.load(variable)
    return (
        build.attribute(lowered, "value") if variable in scope.program.captures.boxed else lowered
    )


def target(scope: PythonScope, variable: Variable) -> ast.expr:
    """A local variable as the target of an assignment."""
    if variable in scope.program.captures.boxed:
        return ast.Attribute(scope.load(variable), "value", ast.Store())
    return scope.store_name(variable)


def _is_self(scope: PythonScope, variable: Variable) -> bool:
    """Is `variable` the context parameter of the workflow whose run method is being written?"""
    where: PythonScope | None = scope
    while where is not None:
        if where.context is variable:
            return True
        where = where.parent
    return False


def takes_rest(facts: FunctionFacts) -> bool:
    """Does some known call pass more arguments than there are parameters?"""
    wanted = len(facts.scope.parameters)
    if facts.is_spread or any(count > wanted for count in facts.counts):
        return True
    return any(
        len(call.arguments) > wanted
        or (len(call.arguments) == wanted + 1 and is_multiple(call.arguments[-1]))
        or (call.arguments and wanted == 0)
        for call in facts.calls
    )


def takes_fewer(facts: FunctionFacts) -> bool:
    """Does some known call leave out parameters?"""
    wanted = len(facts.scope.parameters)
    if facts.is_spread or any(count < wanted for count in facts.counts):
        return True
    # Where the rest is taken too, a last argument of any number of values is passed on as it is.
    unadjusted = facts.scope.is_vararg or takes_rest(facts)
    for call in facts.calls:
        certain = len(call.arguments)
        if certain and is_multiple(call.arguments[-1]):
            certain = certain - 1 if unadjusted else wanted
        if certain < wanted:
            return True
    return False


def returns_empty_tuple(program: Program, facts: FunctionFacts) -> bool:
    """Must "no value" be told apart from nil: may the function be called where all its values are wanted?"""
    if not facts.exact_signature and not facts.entry_only:
        return True
    return facts.results is None or facts.wanted_all


# --------------------------------------------------------------------------------------------------------- definitions


def function_expression(
    scope: PythonScope, node: nodes.Function, hint: str = "function"
) -> ast.expr:
    """A function as a value: a lambda, or the name of a definition written before the statement."""
    body = node.body.statements
    if len(body) == 1 and _is_short_return(body[0]) and _has_no_comments(scope, node):
        return _lambda(scope, node, body[0])
    name = scope.temporary(hint)
    scope.emit(definition(scope, node, name))
    return build.name(name)


def _is_short_return(statement: nodes.Statement) -> TypeGuard[nodes.Return]:
    return (
        isinstance(statement, nodes.Return)
        and len(statement.values) == 1
        and statement.end - statement.start < 70
    )


def _has_no_comments(scope: PythonScope, node: nodes.Function) -> bool:
    program = scope.program
    return node.body not in program.dangling and node.body.statements[0] not in program.comments


def _lambda(scope: PythonScope, node: nodes.Function, statement: nodes.Return) -> ast.expr:
    lua_function = scope.program.resolution.functions[node]
    if lua_function in scope.colours.suspending:
        name = scope.temporary("function")
        scope.emit(definition(scope, node, name))
        return build.name(name)
    inner = open_scope(scope, lua_function)
    signature = parameters(inner, lua_function, lambda_=True)
    body = expressions.result(inner, statement.values[0])
    if inner.statements:  # a nested definition needs a place to stand
        scope.children.remove(inner)
        name = scope.temporary("function")
        scope.emit(definition(scope, node, name))
        return build.name(name)
    return ast.Lambda(signature, body)


def definition(
    scope: PythonScope, node: nodes.Function, name: str
) -> ast.FunctionDef | ast.AsyncFunctionDef:
    """`def name(...)` for a Lua function; decorators are the caller's."""
    lua_function = scope.program.resolution.functions[node]
    inner = open_scope(scope, lua_function)
    signature = parameters(inner, lua_function)
    with inner.block() as body:
        box_parameters(inner, lua_function)
        function_body(inner, lua_function, node)
    is_generator = (
        inner.is_async
        and len(inner.yields) > 0
        and generators.is_only_resumed(inner, lua_function)
        and generators.only_yields(body, inner.yields)
    )
    if is_generator:
        inner.is_async = False
        generators.write_yields(body, inner.yields)
    made = make_definition(inner, name, signature, body, node.line)
    if is_generator:
        made.returns = generators.result_type(inner)
    if lua_function in scope.colours.wrapped:
        made.decorator_list = [scope.module.use("assay.runtime.suspending", "suspending")]
    return made


def make_definition(
    inner: PythonScope, name: str, signature: ast.arguments, body: list[ast.stmt], line: int
) -> ast.FunctionDef | ast.AsyncFunctionDef:
    body[:0] = outer_declarations(inner)
    make = ast.AsyncFunctionDef if inner.is_async else ast.FunctionDef
    made = make(
        name=name,
        args=signature,
        body=body,
        decorator_list=[],
        returns=inner.module.use("typing", "Any"),
    )
    return build.at(made, line)


def open_scope(scope: PythonScope, lua_function: FunctionScope) -> PythonScope:
    inner = PythonScope(scope.module, scope, lua_function)
    inner.is_async = lua_function in scope.colours.suspending
    is_recorded = lua_function in scope.program.only_in_side_effects
    inner.in_side_effect = scope.in_side_effect or is_recorded
    inner.side = scope.side
    inner.source = program_source(scope, lua_function)
    inner.line = scope.line
    scope.children.append(inner)
    return inner


def program_source(scope: PythonScope, lua_function: FunctionScope) -> Source:
    """The source a function is written in: that of its module when it comes from another file."""
    return lua_function.source or scope.source


def outer_declarations(inner: PythonScope) -> list[ast.stmt]:
    """`nonlocal` and `global` for the variables of enclosing scopes that the function assigns."""
    local: list[str] = []
    top: list[str] = []
    for named in inner.outer_assigned:
        text = inner.module.placeholder(named)
        owner = inner.parent
        while owner is not None and named not in owner.own:
            owner = owner.parent
        (top if owner is None or owner.is_module_level else local).append(text)
    made: list[ast.stmt] = []
    if top:
        made.append(ast.Global(top))
    if local:
        made.append(ast.Nonlocal(local))
    return made


def function_body(inner: PythonScope, lua_function: FunctionScope, node: nodes.Function) -> None:
    statements.block(inner, node.body)
    facts = inner.program.functions.facts[lua_function]
    if facts.falls_off_end and returns_empty_tuple(inner.program, facts):
        inner.line = node.end_line
        inner.emit(ast.Return(build.tuple_([])))


def box_parameters(inner: PythonScope, lua_function: FunctionScope) -> None:
    for parameter in lua_function.parameters:
        if parameter in inner.program.captures.boxed:
            cell = build.call(inner.module.runtime("Cell"), inner.load(parameter))
            inner.emit(build.assign(inner.store_name(parameter), cell))


def parameters(
    inner: PythonScope, lua_function: FunctionScope, lambda_: bool = False
) -> ast.arguments:
    """The Python parameters of a Lua function."""
    facts = inner.program.functions.facts[lua_function]
    arity = inner.program.captures.arity.get(lua_function.node) if lua_function.node else None
    fits = arity == len(lua_function.parameters)
    exact = facts.exact_signature or fits
    declared = [_parameter(inner, variable, lambda_) for variable in lua_function.parameters]
    rest: ast.arg | None = None
    if lua_function.is_vararg:
        rest = _argument(inner, declare_varargs(inner), lambda_)
    elif not exact or (not fits and takes_rest(facts)):
        rest = _argument(inner, inner.temporary("_", shared=True), lambda_)
    optional = not exact or (not fits and takes_fewer(facts))
    bound = [
        variable
        for variable in inner.program.captures.bound_by(lua_function)
        if not library.is_alias(inner, variable)
    ]
    outside = inner.parent
    assert outside is not None
    defaults: list[ast.expr | None] = [outside.load(variable) for variable in bound]
    keyword_only = [_parameter(inner, variable, lambda_) for variable in bound]
    return ast.arguments(
        posonlyargs=[],
        args=declared,
        vararg=rest,
        kwonlyargs=keyword_only,
        kw_defaults=defaults,
        kwarg=None,
        defaults=[build.constant(None) for _ in declared] if optional else [],
    )


def declare_varargs(inner: PythonScope) -> str:
    """Makes `inner` a function with extra arguments; gives the name of their tuple."""
    inner.varargs = Temporary("args")
    return inner.declare(inner.varargs)


def _parameter(inner: PythonScope, variable: Variable, lambda_: bool) -> ast.arg:
    return _argument(inner, inner.declare(variable), lambda_)


def _argument(inner: PythonScope, name: str, lambda_: bool) -> ast.arg:
    return ast.arg(name, None if lambda_ else inner.module.use("typing", "Any"))
