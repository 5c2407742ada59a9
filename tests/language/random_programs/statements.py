"""Random statements: Lua text, several lines long where that is more natural."""

from __future__ import annotations

from collections.abc import Callable

from .expressions import FIELDS, arguments, expression, many, values
from .functions import function_text, result_kinds
from .state import State, Variable

_LOCAL_KINDS = (
    "int",
    "int",
    "int",
    "float",
    "str",
    "str",
    "bool",
    "list",
    "record",
    "object",
    "func",
    "nil",
)


def body(state: State, size: int) -> str:
    """`size` statements, fewer when the program is long enough."""
    lines = []
    for _ in range(size):
        if state.budget <= 0:
            break
        state.budget -= 1
        lines.append(statement(state))
    return "\n".join(lines)


def statement(state: State) -> str:
    return state.choose(_RULES)(state)


def _show(state: State) -> str:
    shown = [variable.name for variable in state.in_sight()]
    kinds = (
        ("int", "float", "str", "bool", "any") if state.show else ("int", "float", "str", "bool")
    )
    items = [expression(state, state.choose(kinds), 2) for _ in range(state.random.randrange(1, 3))]
    if shown and state.chance(0.6):
        items.insert(0, state.choose(shown))
    if state.chance(0.25):
        items.append(many(state, 1))
    return f"{'show' if state.show and state.chance(0.7) else 'print'}({', '.join(items)})"


def _clipped(state: State, kind: str, text: str) -> str:
    """Strings that are assigned stay short, so that no loop can make a huge one."""
    return f"string.sub({text}, 1, 30)" if kind == "str" else text


def _local(state: State) -> str:
    kinds = [state.choose(_LOCAL_KINDS) for _ in range(state.choose((1, 1, 1, 2, 3)))]
    if len(kinds) == 1:
        text = _clipped(state, kinds[0], expression(state, kinds[0]))
    else:
        wanted = kinds[:-1] if state.chance(0.2) else kinds + ["any"] * state.chance(0.15)
        text = values(state, tuple(wanted), 1)
    names = [state.new_name() for _ in kinds]
    attribute = " <const>" if len(kinds) == 1 and state.chance(0.1) else ""
    for name, kind in zip(names, kinds, strict=True):
        state.declare(Variable(name, kind, fixed=bool(attribute)))
    return f"local {', '.join(names)}{attribute}" + (f" = {text}" if text else "")


def _target(state: State) -> tuple[str, str]:
    """Something to assign to, and the kind of its value."""
    if state.chance(0.55):
        variable = state.pick(assignable=True)
        if variable is not None:
            return variable.name, variable.kind
    if state.chance(0.1):
        called = expression(state, "record", 1)
        held = called if called.endswith(")") else f"({called})"
        if state.chance(0.5) and not held.startswith("("):
            return f"{held}.{state.choose(FIELDS)}", "any"
    table = state.pick("list", "record", "object")
    if table is None or state.chance(0.1):
        return state.choose(("ga", "gb", "gc")), "any"
    if table.kind == "list":
        place = state.choose((f"#{table.name} + 1", "1", expression(state, "int", 1)))
        return f"{table.name}[{place}]", "int"
    if state.chance(0.2):
        return f"{table.name}[{expression(state, 'any', 1)}]", "any"
    return f"{table.name}.{state.choose(FIELDS)}", state.choose(("int", "str", "any"))


def _assign(state: State) -> str:
    if state.chance(0.7):
        target, kind = _target(state)
        return f"{target} = {_clipped(state, kind, expression(state, kind))}"
    targets = [_target(state) for _ in range(state.choose((2, 2, 3)))]
    kinds = tuple("int" if kind == "str" else kind for _, kind in targets)
    return f"{', '.join(name for name, _ in targets)} = {values(state, kinds, 1)}"


def _update(state: State) -> str:
    """`x = x + ...`: what closures share and loops count."""
    variable = state.pick("int", "float", assignable=True)
    if variable is None:
        return _local(state)
    return f"{variable.name} = {variable.name} {state.choose('+-*')} {expression(state, variable.kind, 1)}"


def _call(state: State) -> str:
    function = state.pick("func")
    if function is None or state.chance(0.2):
        return f"print(pcall({expression(state, 'func')}, {expression(state, 'any', 1)}))"
    text = f"{function.name}({arguments(state, function.parameters, 1)})"
    return state.choose(
        (text, f"print({text})", f"print(pcall({function.name}, {expression(state, 'any', 1)}))")
    )


def _local_function(state: State) -> str:
    name = state.new_name()
    size = state.random.randrange(4) if state.frame.level < 3 else 1
    # Nothing in its body calls it: recursion without end takes long to end.
    hidden = [Variable(name, "hidden", fixed=True)]
    text, wanted, results = function_text(state, f"local function {name}", size, hidden)
    state.declare(Variable(name, "func", parameters=wanted, results=results))
    return text


def _global_function(state: State) -> str:
    state.labels += 1
    name = f"gf{state.labels}"
    text, wanted, results = function_text(state, f"function {name}", 2)
    state.declare(Variable(name, "func", fixed=True, parameters=wanted, results=results))
    return text


def _method(state: State) -> str:
    table = state.pick("record", "object")
    if table is None:
        return _local(state)
    name = state.choose(FIELDS)
    given = [Variable("self", "record", fixed=True)]
    text, wanted, _ = function_text(state, f"function {table.name}:{name}", 2, given)
    return f"{text}\nprint({table.name}:{name}({arguments(state, wanted, 1)}))"


def _block(state: State, size: int = 2) -> str:
    with state.block():
        return body(state, state.random.randrange(1, size + 1))


def _do(state: State) -> str:
    return f"do\n{_block(state, 3)}\nend"


def _if(state: State) -> str:
    kind = state.choose(("bool", "bool", "any"))
    text = f"if {expression(state, kind)} then\n{_block(state)}\n"
    if state.chance(0.3):
        text += f"elseif {expression(state, 'bool', 1)} then\n{_block(state)}\n"
    if state.chance(0.4):
        text += f"else\n{_block(state)}\n"
    return text + "end"


def _loop_body(state: State) -> str:
    text = body(state, state.random.randrange(1, 4))
    if state.chance(0.25):
        text += f"\nif {expression(state, 'bool', 1)} then break end"
    return text


_BOUNDS = (
    *("1, 3", "3, 1, -1", "1, 2.5", "1.0, 2", "1, 2, 0.5", "-1, 1", "1, 0", "3, 1", "0, 4, 2"),
    *(
        "math.maxinteger - 1, math.maxinteger",
        "math.mininteger, math.mininteger + 1",
        "1, math.huge, 1 << 61",
    ),
    *(
        '"1", 2',
        "1, nil",
        "1, 2, 0",
        "1, -math.huge",
        "math.mininteger, math.maxinteger, 1 << 62",
        "1, {}",
    ),
    *(
        "9007199254740992, 9007199254740993",
        "1, 1e100, 1 << 62",
        "0.1, 0.35, 0.1",
        '1, "2"',
        "1, 3, '1'",
    ),
)


def _numeric_for(state: State) -> str:
    bounds = state.choose(_BOUNDS[:9] if state.chance(0.85) else _BOUNDS)
    if state.chance(0.25):
        bounds = f"({expression(state, 'int', 1)}) % 3, 3"
    with state.loop():
        name = state.declare(Variable(state.new_name(), "int", fixed=state.chance(0.7))).name
        if state.chance(0.15):
            state.labels += 1
            label = f"continue{state.labels}"
            skip = f"if {expression(state, 'bool', 1)} then goto {label} end\n"
            with state.block():
                return f"for {name} = {bounds} do\n{skip}{body(state, 2)}\n::{label}::\nend"
        return f"for {name} = {bounds} do\n{_loop_body(state)}\nend"


def _generic_for(state: State) -> str:
    iterator = state.choose(
        (
            *(f"ipairs({expression(state, 'list', 1)})",) * 2,
            f"pairs({expression(state, 'list', 1)})",
            f"pairs({{{state.choose(FIELDS[:5])} = {expression(state, 'any', 1)}}})",
            f'string.gmatch({expression(state, "str", 1)}, "%w")',
            "function(s, c) if c < s then return c + 1, c * 2 end end, 3, 0",
            f"next, {{{expression(state, 'int', 1)}}}",
            f"{expression(state, 'func', 0)}",
        )
    )
    with state.loop():
        names = [state.new_name() for _ in range(state.choose((1, 2, 2, 3)))]
        for name in names:
            state.declare(Variable(name, "int"))
        # A function that never answers nil would make the loop endless.
        return f"for {', '.join(names)} in {iterator} do\n{_loop_body(state)}\nif gstop() then break end\nend"


def _while(state: State) -> str:
    counter = f"w{state.frame.loops}{state.labels}"
    state.labels += 1
    state.declare(Variable(counter, "int", fixed=True))
    with state.loop():
        test = f"{counter} < 3" + (
            f" and ({expression(state, 'any', 1)})" if state.chance(0.3) else ""
        )
        text = f"local {counter} = 0\nwhile {test} do\n{counter} = {counter} + 1\n{_loop_body(state)}\nend"
    return text


def _repeat(state: State) -> str:
    counter = f"r{state.frame.loops}{state.labels}"
    state.labels += 1
    state.declare(Variable(counter, "int", fixed=True))
    with state.loop():
        inside = body(state, state.random.randrange(1, 4))
        last = f"{counter} >= 3" + (
            f" or {expression(state, 'bool', 1)}" if state.chance(0.5) else ""
        )
    return f"local {counter} = 0\nrepeat\n{counter} = {counter} + 1\n{inside}\nuntil {last}"


def _closures(state: State) -> str:
    """Functions made by a loop, called after it."""
    name = state.new_name()
    state.declare(Variable(name, "record", fixed=True))
    with state.loop():
        counter = state.declare(Variable(state.new_name(), "int")).name
        inside = body(state, state.random.randrange(3))
        with state.function(False):
            update = state.pick("int", assignable=True)
            changed = f"{update.name} = {update.name} + 1 " if update and state.chance(0.6) else ""
            returned = values(state, ("int", "any"), 1)
    function = f"gfs[#gfs + 1] = function() {changed}return {returned} end"
    loop = f"for {counter} = 1, 3 do\n{inside}\n{function}\nend"
    return f"local {name} = {{}}\ngfs = {{}}\n{loop}\nfor _, f in ipairs(gfs) do print(pcall(f)) print(pcall(f)) end"


def _protected(state: State) -> str:
    with state.function(False):
        inside = body(state, state.random.randrange(1, 4))
        ending = state.choose(
            ("", "", f"\nreturn {values(state, result_kinds(state), 1)}", f"\n{_error(state)}")
        )
    return f"print(pcall(function()\n{inside}{ending}\nend))"


def _coroutine(state: State) -> str:
    """A coroutine that yields from loops, protected calls, metamethods and iterators, and is resumed a few times."""
    name = state.new_name()
    with state.function(True):
        yields = [_yield(state) for _ in range(state.random.randrange(1, 4))]
        inside = [part for piece in yields for part in (piece, body(state, 1))]
        returned = values(state, result_kinds(state), 1)
    text = f"function(...)\n{chr(10).join(inside)}\nreturn {returned}\nend"
    again = f"{state.random.randrange(1, 5)}"
    if state.chance(0.5):
        resumed = f"print(pcall({name}, {expression(state, 'any', 1)}))"
        text = f"local {name} = coroutine.wrap({text})"
    else:
        resumed = f"print(coroutine.resume({name}, {expression(state, 'any', 1)}))"
        resumed += f"\nprint(coroutine.status({name}))"
        text = f"local {name} = coroutine.create({text})"
    state.declare(Variable(name, "thread", fixed=True))
    return f"{text}\nfor _ = 1, {again} do\n{resumed}\nend"


def _yield(state: State) -> str:
    given = values(state, ("int", "str"), 1)
    call = f"coroutine.yield({given})"
    return state.choose(
        (
            f"print({call})",
            f"if {expression(state, 'bool', 1)} then print({call}) end",
            f"for _ = 1, 2 do {call} end",
            f"print(pcall(function() {call} error('after') end))",
            f"for k in function(_, c) {call} if not c then return 1 end end do print(k) end",
            f"print(pcall(table.sort, {{3, 2, 1}}, function(a, b) {call} return a < b end))",
            f"print((function(...) return ..., {call} end)({given}))",
            f"local function step(n) if n == 0 then return 'done' end {call} return step(n - 1) end print(step(2))",
        )
    )


def _close(state: State) -> str:
    """A variable with `<close>`, in a block that ends one way or another."""
    name = state.new_name()
    handler = f"function(_, e) print('close', {expression(state, 'int', 0)}, e) end"
    with state.function(False):
        state.declare(Variable(name, "object", fixed=True))
        inside = body(state, state.random.randrange(1, 3))
        ending = state.choose(
            ("", f"\nreturn {values(state, ('int', 'any'), 1)}", f"\n{_error(state)}")
        )
    made = f"local {name} <close> = setmetatable({{n = 1}}, {{__close = {handler}}})"
    return f"print(pcall(function()\n{made}\n{inside}{ending}\nend))"


def _error(state: State) -> str:
    level = state.choose(("", "", ", 0", ", 1", ", 2", ", 3"))
    what = expression(state, state.choose(("str", "str", "int", "nil", "bool")), 1)
    return state.choose(
        (f"error({what}{level})", f"assert({what}, {what})", f"error({what}{level})")
    )


def _handled(state: State) -> str:
    function = expression(state, "func")
    return f"print(xpcall({function}, function(m) return 'handled ' .. tostring(m) end, {expression(state, 'any', 1)}))"


_RULES: tuple[Callable[[State], str], ...] = (
    *(_local,) * 6,
    *(_show,) * 7,
    *(_assign,) * 4,
    *(_update,) * 2,
    *(_call,) * 4,
    *(_local_function,) * 3,
    *(_if,) * 2,
    *(_protected,) * 3,
    *(_coroutine, _close),
    *(
        _global_function,
        _method,
        _do,
        _numeric_for,
        _generic_for,
        _while,
        _repeat,
        _closures,
        _handled,
    ),
)
