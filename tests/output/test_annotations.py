"""Generated code says the types that are certain, and declares only what a type checker would take for something else."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys

import pytest
from assay.transpiler.output import python_types
from assay.transpiler.output.annotations import annotate

_CASES = {
    "one type needs no declaration": (
        "n = 0\nn += 1\ns = ''\ns = f'{n}'",
        "n = 0\nn += 1\ns = ''\ns = f'{n}'",
    ),
    "an integer that becomes a float": ("n = 0\nn += 1.5", "n: float = 0\nn += 1.5"),
    "two types": ("x = 1\nx = 'a'", "x: Any = 1\nx = 'a'"),
    "nil at first": ("x = None\nx = 1", "x: Any = None\nx = 1"),
    "whatever a call gives": ("x = index(t, 'a')\nx = 1", "x = index(t, 'a')\nx = 1"),
    "a number, then whatever": ("x = 1\nx = add(x, y)", "x: Any = 1\nx = add(x, y)"),
    "two at once": ("a, b = (1, 2)\nb = None", "a = 1\nb: Any = 2\nb = None"),
    "two that depend": ("a = 1\na, b = (b, a)\na = ''", "a: Any = 1\na, b = (b, a)\na = ''"),
    "unpacked": ("a, b = f()\nb = 1\nb = ''", "b: Any\na, b = f()\nb = 1\nb = ''"),
    "a loop first": (
        "for i in range(3):\n    pass\ni = ''",
        "i: Any\nfor i in range(3):\n    pass\ni = ''",
    ),
    "assigned inside": (
        "def f() -> Any:\n    n = 0\n\n    def g() -> Any:\n        nonlocal n\n        n = ''\n    g()\n    return n",
        "def f() -> Any:\n    n: Any = 0\n\n    def g() -> None:\n        nonlocal n\n        n = ''\n    g()\n    return n",
    ),
    "parameters and results": (
        "def f(a: Any, b: Any) -> Any:\n    return a < b\nf(1, 'x')\nf(2, 'y')",
        "def f(a: int, b: str) -> bool:\n    return a < b\nf(1, 'x')\nf(2, 'y')",
    ),
    "different arguments": (
        "def f(a: Any) -> Any:\n    return (a, 1)\nf(1)\nf('x')",
        "def f(a: Any) -> tuple[Any, int]:\n    return (a, 1)\nf(1)\nf('x')",
    ),
    "an argument that changes": (
        "def f(a: Any) -> Any:\n    a = g(a)\n    return a\nf(1)",
        "def f(a: Any) -> Any:\n    a = g(a)\n    return a\nf(1)",
    ),
    "a function that is passed on": (
        "def f(a: Any) -> Any:\n    return 1\nf(1)\ncall(f)",
        "def f(a: Any) -> int:\n    return 1\nf(1)\ncall(f)",
    ),
    "nothing comes back": (
        "def f() -> Any:\n    print(1)\nf()",
        "def f() -> None:\n    print(1)\nf()",
    ),
    "nothing, and somebody looks": (
        "def f() -> Any:\n    print(1)\nx = f()",
        "def f() -> Any:\n    print(1)\nx = f()",
    ),
    "the end may be reached": (
        "def f(a: Any) -> Any:\n    if a:\n        return 1\nf(True)",
        "def f(a: bool) -> Any:\n    if a:\n        return 1\nf(True)",
    ),
    "recursion": (
        "def f(n: Any) -> Any:\n    return 1 if n < 2 else f(n - 1) * n\nf(9)",
        "def f(n: int) -> int:\n    return 1 if n < 2 else f(n - 1) * n\nf(9)",
    ),
    "what waits": (
        "async def f() -> Any:\n    return 'a'\nasync def g() -> Any:\n    x = await f()\n    return x",
        "async def f() -> str:\n    return 'a'\nasync def g() -> str:\n    x = await f()\n    return x",
    ),
    "a variable with the name of a type": (
        "def f() -> Any:\n    str = 'a'\n    return str\nf()",
        "def f() -> Any:\n    str = 'a'\n    return str\nf()",
    ),
    "a table that is called": ("t = LuaTable()\nt()", "t: Any = LuaTable()\nt()"),
    "what is thrown away in a loop": (
        "def f(*_: Any) -> Any:\n    for _ in range(3):\n        pass",
        "def f(*_rest: Any) -> None:\n    for _ in range(3):\n        pass",
    ),
    "decorated": (
        "@activity\ndef f() -> Any:\n    return 1",
        "@activity\ndef f() -> Any:\n    return 1",
    ),
}


def _annotated(code: str, is_shared: bool = False) -> str:
    tree = ast.parse(code)
    annotate(tree.body, is_shared)
    return ast.unparse(ast.fix_missing_locations(tree))


@pytest.mark.parametrize("name", _CASES)
def test_annotations(name: str) -> None:
    code, expected = _CASES[name]
    assert _annotated(code) == ast.unparse(ast.parse(expected))


def test_what_other_modules_may_call() -> None:
    code = "def f(a: Any) -> Any:\n    print(a)\nf(1)"
    assert _annotated(code) == code.replace("-> Any", "-> None").replace("a: Any", "a: int")
    assert _annotated(code, is_shared=True) == code


def test_what_the_runtime_is_declared_to_return() -> None:
    """`python_types` says of each function what its annotation says."""
    program = (
        "import json, importlib\n"
        "names = json.loads(input())\n"
        "folders = {'string': 'stdlib.string', 'table': 'stdlib.table', 'math': 'stdlib.math',"
        " 'os': 'stdlib.os', 'env': 'host.env'}\n"
        "found = {}\n"
        "for name in names:\n"
        "    library, _, field = name.rpartition('.')\n"
        "    for module in [folders[library]] if library else ['', 'stdlib.basic']:\n"
        "        holder = importlib.import_module(f'assay.runtime.{module}'.rstrip('.'))\n"
        "        if hasattr(holder, field):\n"
        "            found[name] = getattr(getattr(holder, field), '__annotations__', {}).get('return')\n"
        "print(json.dumps(found))\n"
    )
    calls = {name: kind for name, kind in python_types.CALLS.items() if name not in _BUILTIN}
    answer = subprocess.run(
        [sys.executable, "-c", program],
        input=json.dumps(list(calls)),
        env={**os.environ, "ASSAY_PURE_PYTHON": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    found = json.loads(answer.stdout)
    assert set(found) == set(calls)
    for name, kind in calls.items():
        is_union = " | " in (found[name] or "")
        assert is_union if kind == python_types.MIXED else found[name] in (kind, None), name


_BUILTIN = ("len", "ord", "chr", "LuaTable")
