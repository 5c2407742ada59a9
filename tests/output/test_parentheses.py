"""Parentheses that are cut are those that mean nothing, and no others."""

from __future__ import annotations

import ast

import pytest
from assay.transpiler.output.parentheses import tidy

_CUT = {
    "f((x := g()))": "f(x := g())",
    "f((x := g()), 1)(x)": "f(x := g(), 1)(x)",
    "f(1, (x := g()))": "f(1, x := g())",
    "a[0]((x := g()), x)": "a[0](x := g(), x)",
    "a, b = (b, a)": "a, b = b, a",
    "a, b = ((1, 2), (f(3), 4))": "a, b = (1, 2), (f(3), 4)",
    "a, b = (*f(), 2)": "a, b = *f(), 2",
    "x = a and (not b)": "x = a and not b",
    "x = a and b and (c < d)": "x = a and b and c < d",
    "if a or (not f(b, c)):\n    pass": "if a or not f(b, c):\n    pass",
    "f(a or (not b), c)": "f(a or not b, c)",
    "def f():\n    return (1, 2)": "def f():\n    return 1, 2",
    "def f():\n    yield (1, 2)": "def f():\n    yield 1, 2",
}

_KEPT = [
    "f(k=(x := g()))",
    "[(x := g())][0]",
    "x = {'a': (y := g())}",
    "(x := g())",
    "x = (y := g())",
    "a = (1,)",
    "f((1, 2))",
    "def f():\n    return (1, (x := g()))[0]",
    "x = lambda a=(1, 2): a",
    "x = a and (not b or c)",
    "x = a and (b if c else d)",
    "x = a and (lambda: b)",
    "x = a and (y := b)",
    "x = (not a) == b",
    "x = a and (b or c)",
    "x = a and (b, c)",
    "x = (a or b) and c",
    "x = f'''\na, b = (b, a)\n'''",
]


@pytest.mark.parametrize("code", _CUT)
def test_cut(code: str) -> None:
    assert tidy(code) == _CUT[code]
    assert ast.dump(ast.parse(_CUT[code])) == ast.dump(ast.parse(code))


@pytest.mark.parametrize("code", _KEPT)
def test_kept(code: str) -> None:
    assert tidy(code) == code


def test_a_tuple_of_assignment_expressions_stays_one() -> None:
    code = "def f():\n    return (1, (x := g()))"
    assert ast.dump(ast.parse(tidy(code))) == ast.dump(ast.parse(code))


def test_statements_of_several_lines() -> None:
    code = "x = f({'a': 1, # (\n'b': a and (not b)})\nf(k=(1, 2) # c\n)"
    assert tidy(code, has_one_line_each=False) == code.replace("(not b)", "not b")
