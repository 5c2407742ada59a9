"""Random programs about classes: methods, inheritance, metamethods, and what takes a class out of the compiler's sight.

Program number `seed` is the same on every machine. It ends: methods spend from `fuel`. No order of `pairs` is shown.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

_FIELDS = ("a", "b", "c", "n")
_METHODS = ("get", "put", "sum", "twice", "name", "cmp")
_LITERALS = (
    *("1", "2", "-3", "0", "2.5", "'s'", "'7'", "nil", "true", "false", "{}", "#'abc'"),
    *("1 << 40", "9007199254740993"),
)
_OPERATORS = ("+", "-", "*", "..", "==", "<", "%", "//", "&", "and", "or")
_EVENTS = ("add", "eq", "lt", "concat", "len", "unm")
_RESULTS = ("return type(p)", "return 5", "return p", "return 1, 2", "", "return rawequal(p, q)")
_PRELUDE = """local fuel = 200
local function show(...)
  local shown = {}
  for i = 1, select("#", ...) do
    local v = select(i, ...)
    local kind = type(v)
    shown[i] = (kind == "table" or kind == "function") and kind or tostring(v)
  end
  print(table.concat(shown, " "))
end"""


def class_program(seed: int) -> bytes:
    """The program number `seed`."""
    source = random.Random(seed)
    lines, classes, objects = [_PRELUDE], [], []
    for name in "ABC"[: source.choice((1, 2, 2, 3))]:
        base = source.choice(classes) if classes and source.random() < 0.5 else None
        lines += _class(source, name, base)
        classes.append(name)
    for number in range(source.choice((2, 3, 4))):
        given = _arguments(source, objects, 0)
        lines.append(f"local o{number} = {source.choice(classes)}.new({given})")
        objects.append(f"o{number}")
    for _ in range(source.choice((4, 8, 12))):
        statement = _statement(source, classes, objects)
        form = source.choice(
            ("{}", "show(pcall(function() {} end))", "show((pcall(function() {} end)))")
        )
        lines.append(form.format(statement))
    return "\n".join(lines).encode()


def _class(source: random.Random, name: str, base: str | None) -> list[str]:
    value = "{}" if base is None else f"setmetatable({{}}, {{__index = {base}}})"
    lines = [f"local {name} = {value}"]
    if source.random() < 0.9:
        lines.append(f"{name}.__index = {name}")
    made = f"return setmetatable({{a = a, b = b, n = {source.choice(('0', '1', 'nil'))}}}, {name})"
    if base is not None and source.random() < 0.5:
        made = f"local o = setmetatable({base}.new(a), {name}) o.b = b return o"
    elif source.random() < 0.3:
        made = f"local o = {{a = a}} setmetatable(o, {name}) o.n = 1 return o"
    lines.append(f"function {name}.new(a, b) {made} end")
    for method in source.sample(_METHODS, source.choice((2, 3, 4))):
        parameters = source.choice(("", "x", "x, y"))
        names = ["self", *(p for p in parameters.split(", ") if p)]
        lines.append(f"function {name}:{method}({parameters}) {_body(source, names)} end")
        if source.random() < 0.06:
            called = f"{name}.new({source.choice(_LITERALS)}):{source.choice(_METHODS)}()"
            lines.append(f"show(pcall(function() return {called} end))")
    for event in _EVENTS:
        if source.random() < 0.12:
            lines.append(f"function {name}.__{event}(p, q) {source.choice(_RESULTS)} end")
    if source.random() < 0.1:
        event = source.choice(("index", "newindex", "call"))
        handler = source.choice(("return k", "rawset(t, k, v)", "return 1, 2"))
        lines.append(f"{name}.__{event} = function(t, k, v) {handler} end")
    return lines


def _body(source: random.Random, names: Sequence[str]) -> str:
    parts = ["fuel = fuel - 1 if fuel < 0 then error('fuel') end"]
    for _ in range(source.choice((0, 1, 1, 2))):
        field, value = source.choice(_FIELDS), _expression(source, names, 2)
        parts.append(
            source.choice(
                (
                    f"self.{field} = {value}",
                    f"self.{field} = self.{source.choice(_FIELDS)} + 1",
                    f"if {value} then return {_expression(source, names, 1)} end",
                    "for i = 1, 3 do self.n = (self.n or 0) + i end",
                )
            )
        )
    chance = source.random()
    if chance < 0.6:
        parts.append(f"return {_expression(source, names, 2)}")
    elif chance < 0.75:
        parts.append(f"return {_expression(source, names, 1)}, {_expression(source, names, 1)}")
    elif chance < 0.85:
        given = _arguments(source, names, 1)
        parts.append(f"return self:{source.choice(_METHODS)}({given})")
    return " ".join(parts)


def _expression(source: random.Random, names: Sequence[str], depth: int) -> str:
    chance = source.random()
    if depth == 0 or chance < 0.25 or not names:
        return source.choice(_LITERALS)
    if chance < 0.45:
        return f"{source.choice(names)}.{source.choice(_FIELDS)}"
    if chance < 0.6:
        given = _arguments(source, names, depth - 1)
        return f"{source.choice(names)}:{source.choice(_METHODS)}({given})"
    if chance < 0.8:
        left, right = (_expression(source, names, depth - 1) for _ in range(2))
        return f"({left} {source.choice(_OPERATORS)} {right})"
    if chance < 0.85:
        return f"tostring({_expression(source, names, depth - 1)} == {source.choice(_LITERALS)})"
    return source.choice(names)


def _arguments(source: random.Random, names: Sequence[str], depth: int) -> str:
    count = source.choice((0, 1, 1, 2, 3))
    return ", ".join(_expression(source, names, depth) for _ in range(count))


def _statement(source: random.Random, classes: Sequence[str], objects: Sequence[str]) -> str:
    held, other = source.choice(objects), source.choice(objects)
    name, method, field = source.choice(classes), source.choice(_METHODS), source.choice(_FIELDS)
    given, value = _arguments(source, objects, 1), source.choice(_LITERALS)
    common = (
        f"show({held}:{method}({given}))",
        f"show({_expression(source, objects, 2)})",
        f"{held}.{field} = {_expression(source, objects, 1)}",
        f"local p, q = {held}:{method}({given}) show(q, p)",
    )
    rare = (
        f"{held}.{method} = function(self, x) return x, {value} end",
        f"{name}.{method} = function(self, x) return {value}, x end",
        f"{name}.{method} = nil",
        f"setmetatable({held}, {source.choice((*classes, 'nil'))})",
        f"rawset({held}, '{source.choice((field, method))}', {value})",
        f"local c = 0 for k in pairs({held}) do c = c + (k == 'a' and 10 or 1) end show(c)",
        f"getmetatable({held}).{method} = function() return {value} end",
        f"{held}[{_expression(source, objects, 0)}] = {value}",
        f"show({name}.{method}({given}))",
        f"show(pcall({held}.{method}, {given or 'nil'}))",
        f"show({held} == {other}, {held} ~= {other})",
    )
    return source.choice(common if source.random() < 0.7 else rare)
