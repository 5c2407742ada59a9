"""Our nodes in, Lua text out, from the nodes' fields alone (never their `text` or positions).

Ugly but exact: if real Lua makes the same bytecode of this text as of the source, the nodes hold the whole program.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from assay.transpiler.syntax import nodes

_OPERATIONS = (nodes.Binary, nodes.Logical, nodes.Unary)


def emit(chunk: nodes.Chunk) -> str:
    return block(chunk.body)


def block(node: nodes.Block) -> str:
    return "".join(f"{statement(child)};\n" for child in node.statements)


def expressions(values: Iterable[nodes.Expression]) -> str:
    return ", ".join(expression(value) for value in values)


def string(value: str) -> str:
    return '"' + "".join(f"\\{ord(character):03d}" for character in value) + '"'


def number(value: int | float) -> str:
    if isinstance(value, int):
        return str(value) if value >= 0 else hex(value % (1 << 64))
    return "1e999" if math.isinf(value) else value.hex()


def operand(node: nodes.Expression) -> str:
    text = expression(node)
    return f"({text})" if isinstance(node, _OPERATIONS) else text


def expression(node: nodes.Expression) -> str:
    match node:
        case nodes.Nil():
            return "nil"
        case nodes.TrueLiteral():
            return "true"
        case nodes.FalseLiteral():
            return "false"
        case nodes.Vararg():
            return "..."
        case nodes.Number(value=value):
            return number(value)
        case nodes.String(value=text):
            return string(text)
        case nodes.Name(name=name):
            return name
        case nodes.Function():
            return "function" + function_body(node)
        case nodes.Index(object=value, key=nodes.String(value=name), dotted=True):
            return f"{expression(value)}.{name}"
        case nodes.Index(object=value, key=key):
            return f"{expression(value)}[ {expression(key)} ]"
        case nodes.Call(function=function, arguments=arguments):
            return f"{expression(function)}({expressions(arguments)})"
        case nodes.MethodCall(object=value, method=method, arguments=arguments):
            return f"{expression(value)}:{method.name}({expressions(arguments)})"
        case nodes.Parenthesized(expression=value):
            return f"({expression(value)})"
        case nodes.Binary() | nodes.Logical():
            return chain(node)
        case nodes.Unary(operator=operator, operand=value):
            return f"{operator} {operand(value)}"
        case nodes.Table(fields=fields):
            return "{" + ", ".join(table_field(entry) for entry in fields) + "}"


def chain(node: nodes.Binary | nodes.Logical) -> str:
    """A chain of the same left-associative operator needs no parentheses, of which Lua allows only about 200
    levels."""
    parts: list[str] = []
    left: nodes.Expression = node
    while isinstance(left, (nodes.Binary, nodes.Logical)) and left.operator == node.operator:
        parts.append(f"{left.operator} {operand(left.right)}")
        left = left.left
        if node.operator in ("..", "^"):
            break
    parts.append(operand(left))
    return " ".join(reversed(parts))


def table_field(node: nodes.Field) -> str:
    match node:
        case nodes.PositionalField(value=value):
            return expression(value)
        case nodes.NamedField(name=name, value=value):
            return f"{name.name} = {expression(value)}"
        case nodes.KeyedField(key=key, value=value):
            return f"[ {expression(key)} ] = {expression(value)}"


def function_body(node: nodes.Function, is_method: bool = False) -> str:
    parameters = [parameter.name for parameter in node.parameters[1 if is_method else 0 :]]
    if node.is_vararg:
        parameters.append("...")
    return f"({', '.join(parameters)})\n{block(node.body)}end"


def local_target(node: nodes.LocalTarget) -> str:
    return node.name.name + (f" <{node.attribute}>" if node.attribute else "")


def statement(node: nodes.Statement) -> str:
    match node:
        case nodes.LocalAssign(targets=targets, values=values):
            names = ", ".join(local_target(target) for target in targets)
            return f"local {names}" + (f" = {expressions(values)}" if values else "")
        case nodes.Assign(targets=targets, values=values):
            return f"{expressions(targets)} = {expressions(values)}"
        case nodes.CallStatement(call=call):
            return expression(call)
        case nodes.Do(body=body):
            return f"do\n{block(body)}end"
        case nodes.While(condition=condition, body=body):
            return f"while {expression(condition)} do\n{block(body)}end"
        case nodes.Repeat(body=body, condition=condition):
            return f"repeat\n{block(body)}until {expression(condition)}"
        case nodes.If(branches=branches, orelse=orelse):
            parts = [
                f"if {expression(entry.condition)} then\n{block(entry.body)}" for entry in branches
            ]
            return (
                "else".join(parts)
                + (f"else\n{block(orelse)}" if orelse is not None else "")
                + "end"
            )
        case nodes.NumericFor(variable=variable, first=first, limit=limit, step=step, body=body):
            bounds = expressions((first, limit) if step is None else (first, limit, step))
            return f"for {variable.name} = {bounds} do\n{block(body)}end"
        case nodes.GenericFor(variables=variables, iterators=iterators, body=body):
            names = ", ".join(variable.name for variable in variables)
            return f"for {names} in {expressions(iterators)} do\n{block(body)}end"
        case nodes.FunctionStatement(target=target, is_method=True, function=function):
            assert isinstance(target, nodes.Index) and isinstance(target.key, nodes.String)
            name = f"{expression(target.object)}:{target.key.value}"
            return f"function {name}{function_body(function, True)}"
        case nodes.FunctionStatement(target=target, function=function):
            return f"function {expression(target)}{function_body(function)}"
        case nodes.LocalFunction(name=identifier, function=function):
            return f"local function {identifier.name}{function_body(function)}"
        case nodes.Return(values=values):
            return f"return {expressions(values)}"
        case nodes.Break():
            return "break"
        case nodes.Goto(label=label):
            return f"goto {label.name}"
        case nodes.Label(name=identifier):
            return f"::{identifier.name}::"
