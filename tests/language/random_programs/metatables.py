"""Random tables with metatables, and their handlers, which tell what they are given."""

from __future__ import annotations

from .state import State

_ARITHMETIC = ("add", "sub", "mul", "div", "mod", "pow", "unm", "idiv")
_BITS = ("band", "bor", "bxor", "shl", "shr", "bnot")
_OTHERS = (
    "concat",
    "len",
    "eq",
    "lt",
    "le",
    "call",
    "index",
    "newindex",
    "tostring",
    "name",
    "close",
)


def made_object(state: State, depth: int) -> str:
    """`setmetatable({...}, {...})` with a few metamethods."""
    from .expressions import expression

    count = state.random.randrange(1, 5)
    events = state.random.sample((*_ARITHMETIC, *_OTHERS, *_OTHERS[:9], *_BITS), count)
    handlers = ", ".join(_handler(state, event, depth) for event in dict.fromkeys(events))
    fields = f"n = {expression(state, 'int', 0)}"
    if state.chance(0.4):
        fields += f", s = {expression(state, 'str', 0)}"
    if state.chance(0.3):
        fields += ", 1, 2"
    return f"setmetatable({{{fields}}}, {{{handlers}}})"


def _handler(state: State, event: str, depth: int) -> str:
    from .expressions import expression, values

    if event == "name":
        return '__name = "Thing"'
    if event == "index" and state.chance(0.5):
        return f"__index = {expression(state, 'record', min(depth, 1))}"
    if event == "newindex" and state.chance(0.5):
        return "__newindex = function(t, k, v) rawset(t, k, v) end"
    if event == "tostring":
        return f"__tostring = function(o) return {expression(state, 'str', 0)} end"
    result = values(state, (state.choose(("int", "str", "bool", "any")),), 0)
    if "..." in result:
        result = "nil"
    trace = f'print("{event}", type(a), type(b)) ' if state.chance(0.6) else ""
    return f"__{event} = function(a, b) {trace}return {result} end"
