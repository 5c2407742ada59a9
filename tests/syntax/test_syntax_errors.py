"""The AY1xx catalogue: each factory is reached by a source, with its code and place, and reads well."""

from __future__ import annotations

import inspect

import pytest
from assay.transpiler.diagnostics import render, syntax_errors

from .refused import upvalues
from .test_refused import refusal

# Factory: a source, the code, line and column of its diagnostic.
_REACHED: dict[str, tuple[str, str, int, int]] = {
    "unexpected_token": ("x = 1\ny = = 2", "AY101", 2, 5),
    "unclosed": ("function f()\n  x()\n", "AY102", 3, 1),
    "unfinished_string": ("x = 'caf\xc3\xa9' .. 'abc\n", "AY103", 1, 15),
    "unfinished_long_bracket": ("x = 1\n--[==[ never closed\n\n", "AY104", 2, 1),
    "malformed_number": ("x = 12abc", "AY105", 1, 5),
    "invalid_escape": (r"x = 'a\qb'", "AY106", 1, 7),
    "label_not_visible": ("do\n  goto done\nend\n", "AY107", 2, 3),
    "not_a_statement": ("x = 1\nx\ny = 2", "AY108", 3, 1),
    "duplicate_label": ("::a:: x()\n  ::a:: y()", "AY109", 2, 3),
    "jump_into_scope": ("goto a\nlocal x\n::a:: x()", "AY110", 1, 1),
    "break_outside_loop": ("if x then\n  break\nend", "AY111", 2, 3),
    "vararg_outside_vararg_function": ("function f()\n return ...\nend", "AY112", 2, 9),
    "unknown_attribute": ("local x <foo> = 1", "AY113", 1, 7),
    "multiple_to_be_closed": ("local a <close>, b <close> = f()", "AY114", 1, 18),
    "assignment_to_constant": ("local x <const> = 1\nlocal y\ny, x = 2, 3", "AY115", 3, 4),
    "too_many_locals": ("local a\n" * 200 + "local b", "AY116", 201, 7),
    "too_many_upvalues": (upvalues(255, ""), "AY119", 4, 1500),
    "nesting_too_deep": ("x = " + "(" * 300 + ")" * 300, "AY117", 1, 202),
    "invalid_long_bracket": ("x = [=1", "AY118", 1, 5),
}


def _factories() -> list[str]:
    return [
        name
        for name, function in inspect.getmembers(syntax_errors, inspect.isfunction)
        if not name.startswith("_") and function.__module__ == syntax_errors.__name__
    ]


def test_every_factory_has_a_case() -> None:
    assert sorted(_REACHED) == sorted(_factories())
    codes = [code for _, code, _, _ in _REACHED.values()]
    assert len(set(codes)) == len(codes)


@pytest.mark.parametrize("factory", _REACHED)
def test_reached(factory: str, monkeypatch: pytest.MonkeyPatch) -> None:
    text, code, line, column = _REACHED[factory]
    original = getattr(syntax_errors, factory)
    calls = []

    def recorded(*arguments: object) -> object:
        calls.append(factory)
        return original(*arguments)

    monkeypatch.setattr(syntax_errors, factory, recorded)
    error = refusal(text)
    assert error is not None
    found = error.diagnostics[0]
    assert calls, f"{found.code} came from another factory"
    assert found.source is not None
    position = found.source.position(found.start)
    assert (found.code, position.line, position.column) == (code, line, column)


_RENDERED = {
    "x = 1\nif x = 1 then end": """\
x:2:6: error[AY101]: 'then' expected near '='
 2 | if x = 1 then end
   |      ^
  help: '=' assigns; Lua compares with ==""",
    "while x do\n\tf()": """\
x:2:5: error[AY102]: 'end' expected (to close 'while' at line 1) near <eof>
 2 |     f()
   |        ^
  note: 'while' was opened at x:1:1 and is not closed
  help: add the missing 'end'""",
    "while x do if y then f() else if z then g() end\nend": """\
x:2:4: error[AY102]: 'end' expected (to close 'while' at line 1) near <eof>
 2 | end
   |    ^
  note: 'while' was opened at x:1:1 and is not closed
  help: 'else if' begins an 'if' with an 'end' of its own; Lua writes 'elseif'""",
    "x = 'caf\xc3\xa9' .. 'caf\xc3\xa9": """\
x:1:15: error[AY103]: unfinished string near <eof>
 1 | x = 'caf\u00e9' .. 'caf\u00e9
   |               ^^^^^
  help: close the string with '; a string over several lines is written [[...]]""",
    "local limit <const> = 1\nlimit = 2": """\
x:2:1: error[AY115]: attempt to assign to const variable 'limit'
 2 | limit = 2
   | ^^^^^
  note: 'limit' is declared at line 1""",
    "goto continue": """\
x:1:1: error[AY107]: no visible label 'continue' for <goto> at line 1
 1 | goto continue
   | ^^^^^^^^^^^^^
  help: add '::continue::' to this block or to one around it, in the same function""",
}


@pytest.mark.parametrize("text", _RENDERED)
def test_rendered(text: str) -> None:
    error = refusal(text)
    assert error is not None
    assert render(error.diagnostics[0]) == _RENDERED[text]


@pytest.mark.parametrize(
    ("text", "help"),
    [
        ("if a != b then end", "Lua writes 'not equal' as ~="),
        ("x = !a", "Lua writes 'not'"),
        ("x = a && b", "Lua writes 'and'"),
        ("x = a || b", "Lua writes 'or'"),
        ("x = a === b", "Lua compares with =="),
        ("x = a ? b : c", "Lua has no '?:'; write 'if', or 'condition and value or other'"),
        ("x += 1", "Lua has no +=; write 'x = x + ...'"),
        ("x ..= 'a'", "Lua has no ..=; write 'x = x .. ...'"),
        ("i++", "Lua has no ++; write 'x = x + 1'"),
        ("while x = 1 do end", "'=' assigns; Lua compares with =="),
        ("x = (a = b)", "'=' assigns; Lua compares with =="),
        ("// text", "comments begin with --"),
        ("# text", "comments begin with --"),
        (
            "for i = 1, 2 do continue end",
            "Lua has no 'continue'; write 'goto continue' and '::continue::' at the end of the loop's body",
        ),
        ("if a then elif b then end", "Lua writes 'elseif'"),
        ("var x = 1", "Lua writes 'local'"),
        ("t.end = 1", "'end' is a reserved word; as a table key it is written [\"end\"]"),
        ("x = 1 end", "there is an 'end' too many here or above"),
        (
            "f(a => b)",
            "write 'name = value' or '[key] = value'; a function is 'function(x) ... end'",
        ),
        ("x = $a", "a Lua name consists of letters, digits and _"),
        ("x = 'a\\d'", "a backslash itself is written \\\\"),
        ("x = a.b++", "Lua has no ++; write 'x = x + 1'"),
        ("x = 2 ** 3", "Lua writes ^"),
        ("x === 1", "Lua compares with =="),
        ("local x == 1", "'==' compares; Lua assigns with ="),
        ("if x == 1 {", "Lua has no braces around blocks: 'then' begins one, 'end' ends it"),
        ("x = 1 // set it", "'//' divides; comments begin with --"),
        ("t = { a: 1 }", "a field of a table is written 'a = value'"),
        (
            "t = { a: b }",
            "a field of a table is written 'name = value'; a method is called with (...)",
        ),
        ("t = { 'a': 1 }", "write ['a'] = value"),
        ("t = { 1 = 2 }", "write [1] = value"),
        ("t = [1, 2]", "a list is written { 1, 2, 3 }"),
        ("x = t[1", None),
        (
            "function t.f(a, b = 1) end",
            "a parameter has no default value; write 'b = b or ...' in the function",
        ),
        ("f(a = 1)", "'=' assigns; Lua compares with =="),
        (
            "return 1\nf()",
            "a 'return' is the last statement of its block: 'do return end' elsewhere",
        ),
        (
            "do return 1\nf() end",
            "a 'return' is the last statement of its block: 'do return end' elsewhere",
        ),
        ("async function f() end", "any Lua function may wait: leave 'async' out"),
        ("x = 1 / / 2", None),
        ("x = = 1", None),
    ],
)
def test_help(text: str, help: str | None) -> None:
    error = refusal(text)
    assert error is not None
    assert error.diagnostics[0].help == help
