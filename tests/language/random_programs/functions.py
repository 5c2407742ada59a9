"""Random functions: parameters, a body, what it returns."""

from __future__ import annotations

from .state import KINDS, State, Variable

_PARAMETER_KINDS = ("int", "int", "str", "float", "list", "record", "func")


def parameters(state: State) -> tuple[list[Variable], bool]:
    """The parameters of a new function, and whether it takes more arguments."""
    names = list(dict.fromkeys(state.new_name() for _ in range(state.random.randrange(4))))
    made = [Variable(name, state.choose(_PARAMETER_KINDS)) for name in names]
    return made, state.chance(0.3)


def result_kinds(state: State) -> tuple[str, ...]:
    count = state.choose((0, 1, 1, 1, 2, 3))
    return tuple(state.choose(KINDS[:8]) for _ in range(count))


def function_text(
    state: State, head: str, size: int, given: list[Variable] | None = None
) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """`head(parameters) body end`, with the kinds of its parameters and results. `given` is `self` of a method."""
    from .expressions import values

    made, is_vararg = parameters(state)
    results = result_kinds(state)
    with state.function(is_vararg):
        for variable in (*(given or ()), *made):
            state.declare(variable)
        body = state.body(state, size)
        returned = ""
        if results or state.chance(0.3):
            returned = f"return {values(state, results, 1)}".rstrip()
    listed = ", ".join([variable.name for variable in made] + ["..."] * is_vararg)
    separator = "\n" if "\n" in body or state.chance(0.3) else " "
    text = separator.join(part for part in (f"{head}({listed})", body, returned, "end") if part)
    return text, tuple(variable.kind for variable in made), results


def function_value(state: State, depth: int) -> str:
    """A function expression."""
    size = state.random.randrange(3) if state.frame.level < 3 and depth > 0 else 0
    return function_text(state, "function", size)[0]
