"""Random expressions: the kind of value wanted in, Lua text out.

Operands are in parentheses, so that precedence (which tests/syntax covers) is never the subject here.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from .functions import function_value
from .metatables import made_object
from .state import KINDS, State

_INTEGERS = (
    *("0", "1", "2", "3", "7", "10", "255", "-1", "-3", "1000", "0x7fffffffffffffff"),
    *(
        "math.maxinteger",
        "math.mininteger",
        "9007199254740992",
        "0xffe0000000000001",
        "4611686018427387904",
    ),
)
_FLOATS = (
    *("0.0", "-0.0", "0.5", "1.5", "-2.5", "3.0", "1e15", "1e100", "2^53", "1e308", "0.1"),
    *("math.huge", "-math.huge", "(0/0)", "9223372036854775808.0", "math.pi"),
)
_STRINGS = (
    *('""', '"a"', '"abc"', '"10"', '"0x10"', '" 5 "', '"1e1"', '"1.5"', '"x\\ny"', '"\\0z"'),
    *(
        '"\\"q\\""',
        "'it''s'".replace("''", "\\'"),
        '"{x}"',
        '"%d"',
        '"\\\\"',
        '"é"',
        '"\\xff"',
        '"b,c"',
        "[[\nl]]",
    ),
)
FIELDS = ("a", "b", "n", "x", "s", "class", "self")


def expression(state: State, kind: str, depth: int = 2) -> str:
    """An expression for one value that is meant to be of `kind` ("any" for whatever)."""
    if kind == "any":
        kind = state.choose(KINDS)
    # At the top level nothing catches an error, so that a program would be over soon.
    risky = state.frame.level > 0
    if state.chance(state.mistakes if risky else 0.002):
        kind = state.choose(KINDS)
    if depth <= 0 or state.chance(0.25) or (kind == "nil" and not risky and state.chance(0.9)):
        return leaf(state, kind)
    rules = _RULES[kind] if risky else _SAFE_RULES[kind]
    return state.choose(rules)(state, depth - 1)


def leaf(state: State, kind: str) -> str:
    """A variable of that kind or a literal."""
    variable = state.pick(kind)
    if variable is not None and state.chance(0.95 if kind == "object" else 0.7):
        return variable.name
    return _LEAVES[kind](state)


def _known_call(kind: str) -> Callable[[State, int], str]:
    """A call of a function whose first result is of `kind`."""

    def made(state: State, depth: int) -> str:
        found = [v for v in state.in_sight() if v.results and v.results[0] == kind]
        if not found:
            return leaf(state, kind)
        function = state.choose(found)
        return f"{function.name}({arguments(state, function.parameters, depth)})"

    return made


def _selected(kind: str) -> Callable[[State, int], str]:
    def made(state: State, depth: int) -> str:
        test = expression(state, "bool", depth)
        chosen, other = expression(state, kind, depth), expression(state, kind, depth)
        return state.choose(
            (
                f"({test} and {chosen} or {other})",
                f"({chosen} or {other})",
                f"({chosen} and {other})",
            )
        )

    return made


def template(text: str) -> Callable[[State, int], str]:
    """A rule from text in which `<kind>` stands for an expression of that kind."""
    pieces = re.split(r"<(\w+)>", text)

    def made(state: State, depth: int) -> str:
        out = list(pieces)
        for place in range(1, len(pieces), 2):
            rule = _SPECIAL.get(pieces[place])
            out[place] = (
                expression(state, pieces[place], depth) if rule is None else rule(state, depth)
            )
        return "".join(out)

    return made


def _operator(*operators: str) -> Callable[[State, int], str]:
    def made(state: State, depth: int) -> str:
        # A new line now and then: errors carry the line of the operator.
        return state.choose(operators) + ("\n" if state.chance(0.04) else "")

    return made


def _field(state: State, depth: int) -> str:
    return state.choose(FIELDS)


def arguments(state: State, kinds: tuple[str, ...], depth: int) -> str:
    """An argument list for parameters of `kinds`: now and then too short, too long, or ending with many values."""
    wanted = list(kinds)
    if state.chance(0.1) and wanted:
        wanted.pop()
    if state.chance(0.1):
        wanted.append("any")
    items = [expression(state, kind, depth) for kind in wanted]
    if state.chance(0.2):
        items = [*items[:-1], many(state, depth)]
    return ", ".join(items)


def many(state: State, depth: int) -> str:
    """An expression that may give any number of values."""
    if state.frame.is_vararg and state.chance(0.4):
        return "..."
    functions = [v for v in state.in_sight() if v.kind == "func"]
    if functions and state.chance(0.6):
        function = state.choose(functions)
        return f"{function.name}({arguments(state, function.parameters, max(depth - 1, 0))})"
    return state.choose(_MANY)(state, max(depth - 1, 0))


def values(state: State, kinds: tuple[str, ...], depth: int = 2) -> str:
    """A list of expressions for as many values, the last perhaps with any number of them."""
    items = [expression(state, kind, depth) for kind in kinds]
    if state.chance(0.2):
        keep = state.random.randrange(len(items)) if items else 0
        items = [*items[:keep], many(state, depth)]
    return ", ".join(items)


def _list(state: State, depth: int) -> str:
    count = state.random.randrange(4)
    items = [expression(state, state.choose(("int", "str")), depth) for _ in range(count)]
    if state.chance(0.2):
        items.append(state.choose((many(state, depth), f"({many(state, depth)})")))
    return "{" + ", ".join(items) + state.choose(("", ",", ";") if items else ("",)) + "}"


def _record(state: State, depth: int) -> str:
    items = []
    for _ in range(state.random.randrange(1, 4)):
        value = expression(state, state.choose(("int", "str", "any")), depth)
        items.append(
            state.choose(
                (
                    f"{state.choose(FIELDS[:5])} = {value}",
                    f"{state.choose(FIELDS[:5])} = {value}",
                    f'["{state.choose(FIELDS)}"] = {value}',
                    f"[ {expression(state, state.choose(('int', 'str', 'bool', 'float')), depth)} ] = {value}",
                    value,
                )
            )
        )
    if state.chance(0.1):
        items.append(many(state, depth))
    return "{" + ", ".join(items) + "}"


def _rules(
    *templates: str | Callable[[State, int], str]
) -> tuple[Callable[[State, int], str], ...]:
    made = [template(rule.lstrip("?")) if isinstance(rule, str) else rule for rule in templates]
    _RISKY.update(
        rule for rule, text in zip(made, templates, strict=True) if str(text).startswith("?")
    )
    return tuple(made)


_RISKY: set[Callable[[State, int], str]] = set()
"""Rules that end in an error more often than not; their templates start with a question mark."""


def _prefix(kind: str) -> Callable[[State, int], str]:
    """An expression of `kind` where only a name or parentheses can stand."""

    def made(state: State, depth: int) -> str:
        text = expression(state, kind, depth)
        return text if text.isidentifier() and text not in ("nil", "true", "false") else f"({text})"

    return made


_SPECIAL: dict[str, Callable[[State, int], str]] = {
    "arith": _operator("+", "-", "*", "//", "%", "+", "-"),
    "bits": _operator("&", "|", "~", "<<", ">>"),
    "reals": _operator("+", "-", "*", "/", "//", "%"),
    "compare": _operator("<", "<=", ">", ">=", "==", "~="),
    "equal": _operator("==", "~="),
    "field": _field,
    "list_prefix": _prefix("list"),
    "record_prefix": _prefix("record"),
    "object_prefix": _prefix("object"),
    "many": many,
}
_MANY = _rules(
    "table.unpack(<list>)",
    "table.unpack({<any>, <any>})",
    "pcall(<func>, <any>)",
    "(function(...) return ... end)(<any>, <any>)",
    "(function(...) return select('#', ...), (...) end)(<many>)",
    "string.find(<str>, <str>, 1, true)",
    "<str>:byte(1, 3)".replace("<str>", "(<str>)"),
    "?select(<int> % 3 + 1, <any>, <many>)",
)
_RULES: dict[str, tuple[Callable[[State, int], str], ...]] = {
    "int": _rules(
        *("(<int> <arith> <int>)",) * 4,
        *(
            "?(<int> <bits> <int>)",
            "-(<int>)",
            "~(<int>)",
            "#(<str>)",
            "#<list>",
            "?(<str> + <int>)",
        ),
        *(
            "?<list_prefix>[<int>]",
            "?<record_prefix>.n",
            "?math.max(<int>, <int>)",
            "math.abs(<int>)",
        ),
        *(
            "?math.tointeger(<float>)",
            "math.floor(<float>)",
            "select('#', <many>)",
            "(<str>):len()",
        ),
        *(
            "?tonumber(<str>)",
            "rawlen(<list>)",
            "?(<many>)",
            "?(<str>):byte()",
            "string.len(<str>)",
        ),
        *(_known_call("int"), _known_call("int"), _selected("int"), "(<str>):find(<str>, 1, true)"),
        "(math.ult(<int>, <int>) and 1 or 2)",
    ),
    "float": _rules(
        *("(<float> <reals> <float>)", "(<int> <reals> <float>)", "(<float> <reals> <int>)"),
        *("(<int> / <int>)", "(<int> ^ <int>)", "-(<float>)", "math.sqrt(<float>)"),
        *("(<int> / 4)", "(<float> // 1)", "(<int> % 2.5)", "?math.fmod(<float>, <float>)"),
        *(_known_call("float"), _selected("float"), "?(<str> * 1.0)", "math.min(<float>, <int>)"),
    ),
    "str": _rules(
        *(
            "(<str> .. <str>)",
            "(<str> .. <int>)",
            "(<float> .. <str>)",
            "(<str> .. <int> .. <str>)",
        ),
        *("(<str>):sub(<int>, <int>)", "string.sub(<str>, <int>)", "?(<str>):rep(2, <str>)"),
        *("(<str>):upper()", "tostring(<int>)", "tostring(<float>)", "tostring(<bool>)"),
        *(
            "type(<any>)",
            "math.type(<int>)",
            "?string.format('%d|%s', <int>, <str>)",
            "?<record_prefix>.s",
        ),
        *(
            "string.format('%5.1f|%q', <float>, <str>)",
            "?table.concat(<list>, <str>)",
            "(<str>):reverse()",
        ),
        *(
            "?(<str>):gsub(<str>, <str>)",
            "?(<str>):gsub('.', <func>)",
            _known_call("str"),
            _selected("str"),
        ),
        *("?<list_prefix>[1]", "?(<record> .. <str>)", "?(<object> .. <str>)", "tostring(nil)"),
    ),
    "bool": _rules(
        *("(<int> <compare> <int>)", "(<int> <compare> <float>)", "(<str> <compare> <str>)"),
        *("not <any>", "(<any> <equal> <any>)", "(<any> == nil)", "(<bool> and <bool>)"),
        *("(<bool> or <bool>)", "(<any> ~= true)", "?(<object> <compare> <object>)"),
        *("rawequal(<any>, <any>)", "(<int> == <str>)", "(<list> == <list>)", _known_call("bool")),
        "(not <int> == <bool>)",
    ),
    "list": _rules(
        _list, _list, "table.pack(<many>)", _known_call("list"), "{(<str>):byte(1, -1)}"
    ),
    "record": _rules(_record, _record, _record, _known_call("record"), _selected("record")),
    "object": _rules(made_object, _known_call("object"), _selected("object")),
    "func": _rules(function_value, function_value, _known_call("func"), _selected("func")),
    "nil": _rules(
        *(
            "(<object> <arith> <any>)",
            "(<any> <arith> <object>)",
            "<object_prefix>.<field>",
            "<object_prefix>(<any>)",
        ),
        *(
            "<record_prefix>.<field>",
            "<record_prefix>.<field>.<field>",
            "<list_prefix>[<any>]",
            "<object_prefix>[<any>]",
        ),
        *(
            "#<object>",
            "-<object>",
            "(<any>).<field>",
            "?(<many>)",
            "<record_prefix>[<str>]",
            "ga",
            "gb.x",
        ),
        *(
            "(<object> & <int>)",
            "~<object>",
            "next({})",
            "<object_prefix>:<field>(<any>)",
            "(getmetatable(<any>) and 1)",
        ),
        *("(<any> .. <any>)", "(<any> + <any>)", "(<any> < <any>)", "(<any> // <any>)", "-<any>"),
        "(<any> | <int>)",
    ),
}
_SAFE_RULES = {
    kind: tuple(rule for rule in rules if rule not in _RISKY) for kind, rules in _RULES.items()
}
_LEAVES: dict[str, Callable[[State], str]] = {
    "int": lambda state: state.choose(_INTEGERS[:10] if state.chance(0.7) else _INTEGERS),
    "float": lambda state: state.choose(_FLOATS),
    "str": lambda state: state.choose(_STRINGS),
    "bool": lambda state: state.choose(("true", "false")),
    "list": lambda state: state.choose(("{}", "{1, 2, 3}", '{"a", 2}', "{10}")),
    "record": lambda state: state.choose(("{n = 1, s = 'r'}", "{a = {b = {n = 2}}}", "{x = 0, 5}")),
    "object": lambda state: made_object(state, 0),
    "func": lambda state: state.choose(
        ("tostring", "type", "math.abs", "function(...) return ... end")
    ),
    "nil": lambda state: "nil",
}
