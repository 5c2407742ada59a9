"""Several syntax errors in one run: what comes after the first is right as well, or is not told.

What real Lua says about the first error is tested in test_syntax_errors.py and test_refused.py, and does not change.
"""

from __future__ import annotations

import random

import pytest
from assay.transpiler.syntax import parse
from assay.transpiler.syntax.errors import LuaSyntaxError
from assay.transpiler.syntax.source import Source

from .real_lua import load


def _lines(text: str) -> list[tuple[int, str]]:
    """Line and code of each error."""
    try:
        parse(Source("x.lua", text))
    except LuaSyntaxError as error:
        return [(d.source.position(d.start).line, d.code) for d in error.diagnostics if d.source]
    return []


_FILE = """\
local x = = 1
local function f(a)
  if a = 1 then
    print("one"
    local y = 2
  end
  for i = 1 10 do
    foo bar
    g(...)
  end
  t.x = {1, 2
  return a +
end
local ok = 1
while do
  break
end
y x = 3
"""


def test_every_error_of_a_file() -> None:
    assert _lines(_FILE) == [
        *((1, "AY101"), (3, "AY101"), (5, "AY102"), (7, "AY101"), (8, "AY108"), (9, "AY112")),
        *((12, "AY102"), (13, "AY101"), (15, "AY101"), (18, "AY108")),
    ]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        # The parameters of a function are wrong: its body begins behind `)`, or on a line that begins as only statements do.
        ("function f(1) print(1) end\nx = = 1", [1, 2]),
        ("local function f(a = g(1), ...)\n  print(...)\nend\nx = = 1", [1, 4]),
        ("g(function(a b) return a + end)\nx = = 1", [1, 1]),
        ("local function f(\n  return 1\nend\nx = = 1", [2, 4]),
        ("function t.f(a,\n  b\n  print(b)\nend\nx = = 1", [3, 5]),
        ("function f(a,\n  1,\n  b)\n  print(b)\nend\nx = = 1", [2]),
        ("function f(a\n  'x')\nend\nx = = 1", [2, 4]),
        ("function f(function() end)\nend\nx = = 1", [1]),
        # The word `function` may be meant otherwise where no parenthesis follows.
        ("function f print(1) end\nx = = 1", [1]),
        # The value is wrong from its beginning: nobody knows what its `end` closes.
        ("x = = function()\n  y = = 1\nend\nz = = 2", [1]),
        # A block that is not closed is the last thing told.
        ("while x do\n  y = = 1\nif z then\n  z = = 1\nend\n", [2, 4, 6]),
        # A string without end hides the rest of its line. Words in it may belong to blocks, but for the one that is expected.
        ("x = 'abc\ny = = 1", [1, 2]),
        ("x = 'do\ny = = 1", [1]),
        ("f('x)\ny = = 1", [1, 2]),
        ("if a == 'x then\n  y = = 1\nend\nz = = 1", [1, 2, 4]),
        ("if a == 'x\nthen\n  y = = 1\nend\nz = = 1", [1, 3, 5]),
        ("if a == 'x then f() end\ny = = 1", [1]),
        ("while a == 'x then\ny = = 1 end", [1]),
        ("t = {\n  a = 'x,\n  b = 1,\n}\ny = = 1", [2]),
        ("t = {\n  a = 'x,\n  b = 1,\n}\nlocal y = = 1", [2, 5]),
        # A block that ends on the line of the error.
        ("do x = = 1 end\ny = = 1", [1, 2]),
        ("do x = f(= 1 end)\ny = = 1", [1]),
        ("do x = (1 end)\ny = = 1", [1]),
        # Nothing is hidden by these.
        ("f(12ab, '\\q', 0x)\ny = = 1", [1, 1, 1, 2]),
        ("f(12ab\ny = = 1", [1, 2]),
        ("if a ! b then c = = 1 end\ny = ? 1\nz = = 1", [1, 1, 2, 3]),
        ("x = [=a\ny = = 1", [1, 2]),
        # To the end of the file.
        ("x = [[a\ny = = 1", [1]),
        ("x = = 1 --[[a\ny = = 1", [1]),
        ("x = 1 end\ny = = 1", [1]),
        # After an error that hides which block is which: the next function that begins in column 1.
        ("x = = function()\n  y = = 1\nend\nlocal function f()\n  z = = 2\nend", [1, 5]),
        (
            "t = {\n  f = function()\n    if a then\n  end,\n}\nfunction g() x = = 1 end\n",
            [4, 6, 7],
        ),
        ("x = 1 end\nfunction f() y = = 1 end\nend\nfunction g() z = = 1 end", [1, 2, 4]),
        ("x = 1 end\n  function f() y = = 1 end", [1]),
        ("x = 1 end\nfunction f()\n  if a then\nend\n", [1, 5]),
        # A line that goes on is no new statement.
        ("x = 1 +\n  + 2 .. \ny = 1", [2]),
        ("f(a b,\n  c,\n  d)\nx = = 1", [1, 4]),
    ],
)
def test_where_it_stops(text: str, lines: list[int]) -> None:
    assert [line for line, _ in _lines(text)] == lines


# Each is wrong whatever follows.
_WRONG = (
    "x = = 1",
    "local 1 = x",
    "f(a b)",
    "x = {1 2}",
    "y x",
    "if a = b then c() end",
    "t.1 = 2",
    "x = 12a",
    "f('a)",
    'x = "\\q" .. "b',
    "x = { '\\400', 0x }",
    "if a == 'b then c() end",
    "x = a ! b",
    "function a(1) return b end",
    "f(function(a = 1) c() end)",
)
_RIGHT = (
    "local a = 1",
    "f(a)",
    "if a then g() else h() end",
    "for i = 1, 2 do\n  k(i)\nend",
    "a.b = { 1 }",
)


def test_nothing_is_told_about_right_lines() -> None:
    """Wrong and right statements in any order, in blocks too: only lines at or right behind a wrong one are told, the first
    of them as real Lua does."""
    generator = random.Random(7)
    for _ in range(300):
        lines: list[str] = []
        wrong: set[int] = set()
        for _ in range(generator.randint(2, 8)):
            is_wrong = generator.random() < 0.4
            statement = generator.choice(_WRONG if is_wrong else _RIGHT)
            opening = generator.choice(("", "", "do\n", "while x do\n"))
            text = (opening + statement + ("\nend" if opening else "")).split("\n")
            if is_wrong:
                wrong.add(len(lines) + text.index(statement) + 1)
            lines += text
        text = "\n".join(lines) + "\n"
        found = _lines(text)
        near = {each for line in wrong for each in (line, line + 1)}
        assert {line for line, _ in found} <= near, text
        assert bool(found) == (load(text).bytecode is None), text


def test_functions_that_are_right_are_not_told_of() -> None:
    """Functions in column 1, some without an inner `end` and some with one too many, in any order: only lines of those that are
    wrong are told, or the end of the file, which a missing `end` shows at."""
    right = "local function f()\n  if a then\n    g()\n  end\nend"
    wrong = (
        "local function f()\n  g(function()\n    if a then\n  end)\nend",
        "function t.f(a)\n  local x = = a\nend",
        "function f()\n  g({\n    if = 1,\n  })\nend",
        "function f()\n  g()\n  end\nend",
    )
    generator = random.Random(11)
    for _ in range(100):
        parts = [
            generator.choice(wrong) if generator.random() < 0.4 else right
            for _ in range(generator.randint(1, 6))
        ]
        text = "\n".join(parts) + "\n"
        last = text.count("\n") + 1
        allowed = {last}
        line = 1
        for part in parts:
            length = part.count("\n") + 1
            # What comes right behind a function may be where it shows that its `end` is one too few.
            allowed |= set(range(line, line + length + 1)) if part is not right else set()
            line += length
        found = _lines(text)
        assert {each for each, _ in found} <= allowed, text
        assert bool(found) == (load(text).bytecode is None), text


def test_an_end_that_stands_elsewhere() -> None:
    """Which `end` is missing is told by indentation."""
    text = "local function f()\n  for i = 1, 2 do\n    g(i)\nend\nlocal function h()\nend\n"
    with pytest.raises(LuaSyntaxError) as caught:
        parse(Source("x.lua", text))
    (problem,) = caught.value.diagnostics
    assert problem.message == "'end' expected (to close 'function' at line 1) near <eof>"
    assert problem.notes == (
        "'function' was opened at x.lua:1:7 and is not closed",
        "the 'end' at line 4 closes 'for' of line 2, which its indentation does not show: is the 'end' missing before it?",
    )


def test_an_end_that_stands_elsewhere_before_something_else() -> None:
    """As above, where the wrong `end` shows sooner: at the comma behind it."""
    text = "local t = {\n  f = function()\n    if a then\n      g()\n  end,\n}\n"
    with pytest.raises(LuaSyntaxError) as caught:
        parse(Source("x.lua", text))
    (problem,) = caught.value.diagnostics
    assert problem.message == "unexpected symbol near ','"
    assert problem.notes == (
        "the 'end' at line 5 closes 'if' of line 3, which its indentation does not show: is the 'end' missing before it?",
    )
