"""A compiled script runs as `lua script.lua` would: arguments, what it prints, how it ends. Each is run both ways and compared."""

from __future__ import annotations

import os
import re
import time
from dataclasses import replace
from pathlib import Path

import pytest
from compiler_command import Result, assay, compile_lua, run_python, write

_REAL_LUA = str(Path(__file__).with_name("real_lua_program.py"))

_SCRIPTS: dict[str, str] = {
    "prints": 'print(1, 1.0, -0.0, 1e100, 2^53, nil, true, "x")',
    "arguments": 'print(select("#", ...), ...)\nlocal first, second = ...\nprint(first, second)',
    "writes": 'io.write("a", 1, 2.5, "\\n")\nio.stdout:write("b\\n")\nio.stderr:write("to stderr\\n")',
    "reads": 'for line in io.lines() do print(#line, line) end\nprint(io.read("a") == "")',
    "text": 'print("caf\u00e9", #"caf\u00e9", "\\u{1F600}", ...)',
    "returns": "print(1)\nreturn 5",
    "exit_status": "print(1)\nos.exit(3)",
    "exit_true": "os.exit(true)",
    "exit_false": "print(1)\nos.exit(false)",
    "exit_that_closes": 'local mt = { __close = function(self, e) print(self[1], e) if self[2] then error("no", 0) end end }\n'
    "local a <close> = setmetatable({ 1 }, mt)\nlocal b <close> = setmetatable({ 2, true }, mt)\n"
    "local function inside()\n  local c <close> = setmetatable({ 3 }, mt)\n  os.exit(5, true)\nend\n"
    "pcall(coroutine.wrap(inside))",
    "exit_that_does_not": 'local x <close> = setmetatable({}, { __close = function() print("closed") end })\nos.exit(5)',
    "exit_in_pcall": "pcall(os.exit, 4)\nprint('not reached')",
    "error_with_position": 'local function check(n)\n  if n > 1 then error("too large: " .. n) end\nend\nprint("before")\ncheck(2)',
    "error_of_the_caller": 'local function check(n)\n  error("bad argument", 2)\nend\n\ncheck(2)',
    "error_without_position": 'error("plain", 0)',
    "error_number": "error(42)",
    "error_table": "error({ code = 1 })",
    "error_nil": "error(nil)",
    "error_with_tostring": 'error(setmetatable({}, { __tostring = function() return "custom" end }))',
    "error_unicode": 'error("na\u00efve \u201cquotes\u201d", 0)',
    "runtime_error": 'local t = {}\nprint("before")\nlocal function name(s)\n  return s.user.name\nend\nprint(name(t))',
    "runtime_error_global": "print(1)\nundefined_function()",
    "runtime_error_argument": 'print(("x"):rep(-1))\nprint(("x"):rep("y"))',
    "caught": 'print(pcall(error, "x"))\nprint(pcall(function() local t = nil; return t.x end))',
    "error_deep": 'local function deep(n)\n  if n == 0 then error("deep") end\n  local r = deep(n - 1)\n  return r\nend\ndeep(5)',
    "error_in_method": 'local A = {}\nfunction A:pay(n)\n  return self.sum - n\nend\nfunction f() local r = A:pay(1) end\nf()',
    "error_after_tail_call": 'local function f(x) return x.y.z end\nlocal function g(x) return f(x) end\nlocal r = g({})',
    "error_in_callback": 'table.sort({ 1, 2, 3 }, function(a, b)\n  return a.x < b.x\nend)',
    "error_in_metamethod": 'local t = setmetatable({}, { __add = function() error("no sum") end })\nprint(t + 1)',
    "error_in_iterator": 'local function each() error("no items") end\nfor _ in each do end',
    "error_in_wrap": 'local gen = coroutine.wrap(function() coroutine.yield(1) error("inside") end)\ngen()\ngen()',
    "error_of_coroutine": 'local co = coroutine.create(function() error("late") end)\nerror(select(2, coroutine.resume(co)))',
    "error_passed_on": 'local good, problem = pcall(error, "first")\nerror(problem, 0)',
    "yield_outside": 'print(1)\ncoroutine.yield(1)',
    "stack_overflow": "local function f() return 1 + f() end\nprint((pcall(f)))",
}  # fmt: skip


def _real(folder: Path, script: str, *arguments: str, given: str = "") -> Result:
    return run_python(folder, _REAL_LUA, script, *arguments, given=given)


def _compiled(folder: Path, script: str, *arguments: str, given: str = "") -> Result:
    assert compile_lua(folder, script, "-o", "out", "-q") == Result(0, "", "")
    found = run_python(folder, f"out/{script.removesuffix('.lua')}.py", *arguments, given=given)
    return replace(found, err=_TEXT_OF_A_LEVEL.sub("", found.err))


_TEXT_OF_A_LEVEL = re.compile(r"^\t\t.*\n", re.MULTILINE)
"""Below each level of a stack stands the text of its line, which real Lua does not show."""


@pytest.mark.parametrize("name", _SCRIPTS)
def test_same_as_real_lua(tmp_path: Path, name: str) -> None:
    write(tmp_path, {"script.lua": _SCRIPTS[name]})
    given = "first line\n\nlast line without an end"
    arguments = ("one", "", "two words", "caf\u00e9")
    expected = _real(tmp_path, "script.lua", *arguments, given=given)
    assert _compiled(tmp_path, "script.lua", *arguments, given=given) == expected


def test_the_table_of_arguments(tmp_path: Path) -> None:
    write(tmp_path, {"script.lua": "print(#arg, arg[1], arg[2], arg[3])"})
    assert _compiled(tmp_path, "script.lua", "a", "b") == _real(tmp_path, "script.lua", "a", "b")


# ------------------------------------------------------------------------------------------------------------- require

_MODULES = {
    "main.lua": """\
local helpers = require("helpers")
local text = require("lib.text")
local more = require("lib.text.more")
print(helpers.name, text.shout("a"), more(2), helpers == require("helpers"))
print((require("my-module")))
""",
    "helpers.lua": 'local name, path = ...\nprint("loading " .. name .. " from " .. path)\nreturn { name = "helpers" }\n',
    "lib/text.lua": 'local helpers = require("helpers")\nreturn { shout = function(s) return s:upper() .. helpers.name end }\n',
    "lib/text/more.lua": "return function(x) return x * 2 end\n",
    "my-module.lua": "return 42\n",
}


def test_modules_beside_a_script(tmp_path: Path) -> None:
    write(tmp_path, _MODULES)
    assert _compiled(tmp_path, "main.lua") == _real(tmp_path, "main.lua")
    assert (tmp_path / "out/lua_modules/lib/text/more.py").is_file()


def test_a_module_sets_a_global(tmp_path: Path) -> None:
    write(tmp_path, {"main.lua": "require('settings')\nprint(level)", "settings.lua": "level = 3"})
    assert _compiled(tmp_path, "main.lua") == _real(tmp_path, "main.lua")


def test_a_script_runs_from_any_folder(tmp_path: Path) -> None:
    write(tmp_path, {f"src/{name}": text for name, text in _MODULES.items()})
    assert compile_lua(tmp_path, "src/main.lua", "-o", "out", "-q").status == 0
    write(tmp_path, {"elsewhere/x": ""})
    found = run_python(tmp_path / "elsewhere", str(tmp_path / "out/main.py"))
    assert found == _real(tmp_path / "src", "main.lua")


def test_scripts_share_a_module(tmp_path: Path) -> None:
    """Two programs that require the same file: one module, and a third program that needs more beside it."""
    main = 'print(require("helpers").name)\n'
    write(tmp_path, {**_MODULES, "one.lua": main, "two.lua": f"print(2) {main}"})
    found = compile_lua(tmp_path, "one.lua", "two.lua", "main.lua", "-o", "out")
    assert found.status == 0, found.err
    for script in ("one", "two", "main"):
        assert run_python(tmp_path, f"out/{script}.py") == _real(tmp_path, f"{script}.lua")


def test_modules_of_one_name_from_two_folders(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "a/x.lua": "require('h')",
            "a/h.lua": "print(1)",
            "b/y.lua": "require('h')",
            "b/h.lua": "print(2)",
        },
    )
    found = compile_lua(tmp_path, "a/x.lua", "b/y.lua", "-o", "out")
    assert found.status == 1
    assert found.err.startswith(
        "b/y.lua: error[AY006]: would become the Python module `lua_modules.h`, as a/x.lua does\n"
    )
    assert not (tmp_path / "out").exists()


def test_require_of_a_loaded_module_has_one_result(tmp_path: Path) -> None:
    write(tmp_path, {"main.lua": "print(require('m'))\nprint(require('m'))", "m.lua": "return 1"})
    assert _compiled(tmp_path, "main.lua") == _real(tmp_path, "main.lua")


def test_a_module_that_looks_like_a_worker_is_a_module(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "main.lua": "print(require('m').activities.echo('x'))",
            "m.lua": "return { activities = { echo = function(x) return x end }, workflows = {} }",
        },
    )
    assert _compiled(tmp_path, "main.lua") == _real(tmp_path, "main.lua")


def test_a_module_in_init_lua(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "main.lua": "print(require('lib'), require('lib.a'))",
            "lib/init.lua": "print(...)",
            "lib/a.lua": "print(...)",
        },
    )
    assert _compiled(tmp_path, "main.lua") == _real(tmp_path, "main.lua")


def test_a_module_in_init_lua_is_found(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "main.lua": "print((require('lib')), (require('lib.a')))",
            "lib/init.lua": "return 1",
            "lib/a.lua": "return 2",
        },
    )
    assert _compiled(tmp_path, "main.lua") == _real(tmp_path, "main.lua")


def test_modules_that_the_script_provides(tmp_path: Path) -> None:
    """`package.preload` and `package.loaded` come before files, and make up for a file that is not there."""
    main = """\
package.preload["virtual"] = function(name, place) return name .. " from " .. place end
package.preload["helpers"] = function() return "not the file" end
package.loaded.given = { value = 1 }
print(require("virtual"))
print(require("helpers"), require("given").value)
package.preload.helpers, package.loaded.helpers = nil, nil
print(require("helpers"))
package.loaded.helpers = nil
print(select("#", require("helpers")), pcall(require, "helpers"))
package.loaded["lib.a"] = 7
print(require("lib.a"), pcall(require, "nothing.there") == false)
"""
    write(tmp_path, {"main.lua": main, "helpers.lua": "print(...)\nreturn 'the file'"})
    assert _compiled(tmp_path, "main.lua") == _real(tmp_path, "main.lua")


def test_modules_that_require_each_other_later(tmp_path: Path) -> None:
    """As libraries are written: a function requires a module that required this one."""
    write(
        tmp_path,
        {
            "main.lua": "local a = require('a')\nprint(a.twice(2), require('b').name())",
            "a.lua": "local b = require('b')\nreturn { twice = function(n) return b.double(n) end, name = 'A' }",
            "b.lua": "return { double = function(n) return n * 2 end, name = function() return require('a').name end }",
        },
    )
    assert _compiled(tmp_path, "main.lua") == _real(tmp_path, "main.lua")


def test_modules_with_names_that_python_does_not_have(tmp_path: Path) -> None:
    main = """\
print(require("class"), require("lib.is"), require("my-if"))
local function computed(name) return require("lib." .. name) end
print(computed("is"), package.loaded["class"])
print(pcall(computed, "nothing"))
print(pcall(require, "import"), pcall(require, "lib.not"))
"""
    files = {"class.lua": "return 'C'", "lib/is.lua": "return (...)", "my-if.lua": "return 1"}
    write(tmp_path, {"main.lua": main, **files, "import.lua": "return 'protected'"})
    found, real = _compiled(tmp_path, "main.lua"), _real(tmp_path, "main.lua")
    places = re.compile(r"\n\tno file '[^.][^\n]*|\n\tno file '[^\n]*\.so'")
    assert found == replace(real, out=places.sub("", real.out))


def test_a_module_that_may_be_missing(tmp_path: Path) -> None:
    """Only where it is always loaded a module must be there when the script compiles."""
    main = """\
local fast, lpeg = pcall(require, "lpeg_not_there")
if fast then lpeg = require("lpeg_not_there") end
local function parse(text) return require("lpeg_not_there").match(text) end
local ok, message = pcall(parse, "x")
print(fast, ok, (message:gsub("\\n.*", "")))
"""
    write(tmp_path, {"main.lua": main})
    assert _compiled(tmp_path, "main.lua") == _real(tmp_path, "main.lua")


def test_a_missing_module_of_a_script_that_fills_package(tmp_path: Path) -> None:
    write(tmp_path, {"main.lua": "print(package.preload.x)\nrequire('nothing.there')"})
    found = _compiled(tmp_path, "main.lua")
    assert (found.status, found.out) == (1, "nil\n")
    assert found.err.startswith(
        "lua: main.lua:2: module 'nothing.there' not found:\n\tno field package.preload['nothing.there']\n"
        "\tno file './nothing/there.lua'\n\tno file './nothing/there/init.lua'\nstack traceback:\n"
        "\t[C]: in function 'require'\n\tmain.lua:2: in main chunk\n"
    )


def test_a_stack_shows_the_text_of_its_lines(tmp_path: Path) -> None:
    """That of the source, found around the compiled file; that of the compiled file when the source has changed or is not there."""
    source = (
        "local function f(t)\n  -- a comment\n  print(t.x.y)\nend\n"
        "local fails = load('f = ...\\nf({})', '=more')\n"
        "load('-- another of that name\\n\\n', '=more')()\nfails(f)\n"
    )
    write(tmp_path, {"main.lua": source})
    assert compile_lua(tmp_path, "main.lua", "-o", "out", "-q") == Result(0, "", "")
    lines = run_python(tmp_path, "out/main.py").err.splitlines()
    assert lines[2:4] == ["\tmain.lua:3: in function 'f'", "\t\tprint(t.x.y)"]
    assert lines[4:6] == ["\tmore:2: in local 'fails'", "\t\tf({})"]
    assert lines[7] == "\t\tfails(f)"
    os.utime(tmp_path / "main.lua", (time.time() + 9, time.time() + 9))
    changed = run_python(tmp_path, "out/main.py").err.splitlines()
    assert re.fullmatch(r"\t\tmain\.py:[0-9]+: .*print.*", changed[3])
    (tmp_path / "main.lua").unlink()
    assert run_python(tmp_path, "out/main.py").err.splitlines() == changed


def test_verbose_shows_the_frames_of_python(tmp_path: Path) -> None:
    write(tmp_path, {"main.lua": "local t\nprint(t.x)\n"})
    found = assay(tmp_path, "run", "-v", "main.lua")
    assert found.status == 1
    lua, frames = found.err.split("Python frames, outermost first:\n")
    assert "\tmain.lua:2: in main chunk\n\t\tprint(t.x)\n" in lua
    assert 'File "<compiled main.py>"' in frames
    assert "Python frames" not in assay(tmp_path, "run", "main.lua").err


def test_an_error_in_a_module(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "main.lua": "require('helpers')()\n",
            "helpers.lua": "return function()\n  error('oops')\nend\n",
        },
    )
    assert _compiled(tmp_path, "main.lua") == _real(tmp_path, "main.lua")
