"""Sources that try to break out of the text they become: they compile, the output is valid and formatted, and it does what
real Lua does."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from compiler_command import compile_lua, run_python, write

_REAL_LUA = str(Path(__file__).with_name("real_lua_program.py"))

_TEXTS = {
    "quotes": '" \' """ \'\'\' \\" \\\\" \\',
    "templates": "{{ name }} {% if x %} {# c #} {%- raw -%} {{ '{{' }}",
    "formats": "{0} {x!r:>{y}} %s %(x)s $x ${x} {{",
    "comments": "*/ /* # -- --[[ ]] # type: ignore # fmt: off # noqa",
    "breaks": "a\\nb\\rc\\x0bd\\x0ce\\x1cf\\x85g\\u{2028}h\\u{2029}i",
    "controls": "\\0 \\1 \\a \\b \\27[31m \\127 \\x80 \\xff",
    "unicode": "caf\u00e9 \u202e\u2066 \ufeff \U0001f600 \u0130 \ufb01",
    "code": "__import__('os').system('touch pwned')",
}
"""Contents of a Lua string in double quotes; only the quotes in it are escaped below."""

_COMMENTS = (
    '""" end of the docstring',
    "''' \\",
    "type: ignore",
    "# type: ignore",
    "noqa: F401",
    "fmt: off",
    "isort: skip_file",
    "!/usr/bin/env python",
    "-*- coding: utf-7 -*-",
    "{{ name }} {% raw %} {# c #}",
    "*/ */",
    "a\fb\vc\x1cd\x85e\u2028import os\u2029os.abort()",
    "null \0 escape \x1b[31m \x7f",
    "ends with a backslash \\",
    "caf\u00e9 \u202e\u2066 \ufeff",
)

_NAMES = (
    *(
        "None",
        "True",
        "False",
        "class",
        "def",
        "async",
        "await",
        "lambda",
        "import",
        "is",
        "match",
        "type",
        "_",
    ),
    *(
        "main",
        "self",
        "args",
        "ENV",
        "Any",
        "LuaTable",
        "lua_print",
        "print_",
        "index",
        "first",
        "value",
        "workflow",
    ),
    *(
        "__name__",
        "__file__",
        "__lua_positions__",
        "__import__",
        "__debug__",
        "len",
        "str",
        "int",
        "list",
        "range",
        "RuntimeError",
    ),
)


def _same_as_real_lua(folder: Path, source: bytes) -> str:
    """Compiles the script, runs it both ways, and gives the Python text."""
    write(folder, {"hostile.lua": source})
    compiled = compile_lua(folder, "hostile.lua", "-o", "out", "-q")
    assert (compiled.status, compiled.err) == (0, "")
    formatted = subprocess.run(
        [sys.executable, "-m", "black", "--check", "-q", "out"], cwd=folder, check=False
    )
    assert formatted.returncode == 0
    found = run_python(folder, "out/hostile.py", "argument")
    assert found == run_python(folder, _REAL_LUA, "hostile.lua", "argument")
    assert found.status == 0
    assert not (folder / "pwned").exists()
    return (folder / "out/hostile.py").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", _TEXTS)
def test_strings(tmp_path: Path, name: str) -> None:
    text = _TEXTS[name]
    literal = (
        text if name in ("breaks", "controls") else text.replace("\\", "\\\\").replace('"', '\\"')
    )
    source = f"""\
local s = "{literal}"
local t = {{ ["{literal}"] = 1, field = "{literal}" }}
_G["{literal}"] = 2
print(s, #s, t["{literal}"], t.field == s, _G[s], ("{literal}"):byte(1, -1))
print(pcall(error, "{literal}", 0))
local function f() return t["{literal}"]["{literal}"] end
print((pcall(f)))
"""
    _same_as_real_lua(tmp_path, source.encode())


def test_comments(tmp_path: Path) -> None:
    """Comments in every place where the compiler puts them; none becomes code, none becomes an order to a tool."""
    lines = ["print('start')"]
    for text in _COMMENTS:
        shown = text.replace("\n", " ")
        lines += [f"--{shown}", f"-- {shown}", f"local x = 1 -- {shown}"]
        lines += [f"--[==[ {shown}", f"{shown} ]==]", f"if x then --{shown}"]
        lines += [
            f"  print(x) --[[{shown}]]",
            f"  -- {shown}",
            f"else --- {shown}",
            f"end --{shown}",
        ]
    lines += ["print('end')", *(f"--{text}" for text in _COMMENTS)]
    text = _same_as_real_lua(tmp_path, "\n".join(lines).encode())
    comments = [line.strip() for line in text.splitlines() if line.strip().startswith("#")]
    assert len(comments) > 5 * len(_COMMENTS)
    orders = re.compile(r"# ?(type:|noqa|fmt:|isort:|!)")
    assert not [comment for comment in comments if orders.match(comment)]


def test_a_comment_at_the_start_does_not_set_the_encoding(tmp_path: Path) -> None:
    text = _same_as_real_lua(
        tmp_path, b"-- -*- coding: utf-7 -*-\n-- vim: set fileencoding=utf-7 :\nprint('+AGE-')\n"
    )
    assert "coding" not in "".join(text.splitlines()[:2])


def test_names(tmp_path: Path) -> None:
    """Locals, parameters, fields, methods, labels, globals and functions with every name that means something to Python."""
    lua_words = {"break", "in", "not", "and", "or", "for", "while", "if", "else", "return"}
    lines = []
    for name in _NAMES:
        assert name not in lua_words
        lines += [
            f"do local {name} = '{name}' print({name}) end",
            f"do local function f({name}, ...) local function g() return {name} end return g(), ... end print(f(1, 2)) end",
            f"do local function {name}() return '{name}' end print({name}()) end",
            f"do local t = {{ {name} = 1 }} t.{name} = t.{name} + 1 print(t.{name})",
            f"function t:{name}2() return self.{name} end print(t:{name}2()) end",
            f"for {name} = 1, 2 do local f = function() return {name} end print(f()) end",
            f"do local n = 0 ::{name}:: n = n + 1 if n < 3 then goto {name} end print(n) end",
            f"for i = 1, 3 do for j = 1, 2 do if j == 2 then goto {name} end print(j) end ::{name}:: end",
        ]
    globals_ = [name for name in _NAMES if name not in ("type", "_")]
    lines += [
        f"{name} = '{name}' function {name}_f() return {name} end print({name}, {name}_f())"
        for name in globals_
    ]
    _same_as_real_lua(tmp_path, "\n".join(lines).encode())


def test_raw_bytes(tmp_path: Path) -> None:
    """Bytes as they stand in the source: a null, escapes, every line break, what is not UTF-8."""
    body = bytes(byte for byte in range(256) if byte not in b'"\\\n\r')
    short = b'local s = "' + body + b'"\nprint(#s, s:byte(1, -1))\n'
    long = b"local l = [==[\r\n" + body + b"\r]==]\nprint(#l, l:byte(1, -1))\n"
    _same_as_real_lua(tmp_path, short + long)


@pytest.mark.parametrize("line_break", [b"\n", b"\r\n", b"\r", b"\n\r"], ids=repr)
def test_line_breaks(tmp_path: Path, line_break: bytes) -> None:
    source = line_break.join([b"-- a", b"-- b", b"local x = [[", b"y]]", b"print(x, #x)", b""])
    _same_as_real_lua(tmp_path, source)


@pytest.mark.parametrize(
    "source",
    [b"\xef\xbb\xbfprint(1)\n", b"#!/usr/bin/env lua\nprint(1)", b"print(1);;;\f\v\nreturn"],
)
def test_beginnings_and_ends(tmp_path: Path, source: bytes) -> None:
    _same_as_real_lua(tmp_path, source)


def test_names_and_strings_of_a_worker(tmp_path: Path) -> None:
    """Names that Temporal knows things by are any text; what Python needs is made from them."""
    source = r'''
local queue = "q\"ueue {{ x }} \\"
temporal.worker({
  url = "localhost:7233", -- {{ url }} """
  task_queue = queue,
  activities = {
    ["class"] = function(input) return "class" end,
    ["a b"] = function(input) return "a\"b" end,
    [ [["""]] ] = function(input) return "quotes" end, -- type: ignore
    ["{{ x }}"] = function(input) return "template" end,
    ["caf\u{e9}"] = function(input) return "caf\u{e9}" end,
    workflow = function(input) return "a name that the module needs" end,
    ACTIVITIES = function(input) return "another" end,
  },
  workflows = {
    ["My Workflow!"] = function(ctx, input) return ctx:execute_activity("a b", { ["{{ x }}"] = [["""]] }) end,
    self = function(ctx, self) return self end,
    LuaWorkflow = function(ctx, input) return ctx:wait_signal([["""]]) end,
    WORKFLOWS = function(ctx, input) return 2 end,
  },
})
'''
    write(tmp_path, {"w.lua": source})
    compiled = compile_lua(tmp_path, "w.lua", "-o", "out", "-q")
    assert (compiled.status, compiled.err) == (0, "")
    formatted = subprocess.run(
        [sys.executable, "-m", "black", "--check", "-q", "out"], cwd=tmp_path, check=False
    )
    assert formatted.returncode == 0
    program = """\
from temporalio import activity, workflow
from w import ACTIVITIES, TASK_QUEUE, WORKFLOWS
print(TASK_QUEUE)
print([activity._Definition.must_from_callable(one).name for one in ACTIVITIES])
print([workflow._Definition.must_from_class(one).name for one in WORKFLOWS])
"""
    found = run_python(tmp_path / "out", "-c", program)
    assert found.err == ""
    assert found.out.splitlines() == [
        'q"ueue {{ x }} \\',
        str(
            [
                "class",
                "a b",
                '"""',
                "{{ x }}",
                "caf\u00e9",
                "workflow",
                "ACTIVITIES",
                "assay.side_effect",
            ]
        ),
        str(["My Workflow!", "self", "LuaWorkflow", "WORKFLOWS"]),
    ]


def test_the_position_table_is_formatted(tmp_path: Path) -> None:
    source = 'io.stdout:write("e\\n")\n' + "".join(f"print({number})\n" for number in range(5))
    _same_as_real_lua(tmp_path, source.encode())
