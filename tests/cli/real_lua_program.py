"""Real Lua 5.4 as a program: `python real_lua_program.py SCRIPT ARGUMENTS` does what `lua SCRIPT ARGUMENTS` does.
Source: lua.c (createargtable, msghandler, handle_script).
"""

from __future__ import annotations

import os
import sys

import lupa.lua54 as lupa

_RUN = """
local traceback = debug.traceback
local function message(problem)
  local text
  if type(problem) == "string" or type(problem) == "number" then
    text = tostring(problem)
  else
    local meta = getmetatable(problem)
    if meta and meta.__tostring then return tostring(problem) end
    text = "(error object is a " .. type(problem) .. " value)"
  end
  -- Below the script, lua.c has one C function without a name.
  local below = "\\n\\t%[C%]: in function 'xpcall'\\n\\t%[string .*$"
  return (traceback(text, 2):gsub(below, "\\n\\t[C]: in ?"))
end
return function(script, ...)
  arg = { [0] = script, ... }
  local good, problem = false, nil
  local chunk, syntax = loadfile(script)
  if chunk then good, problem = xpcall(chunk, message, ...) else problem = syntax end
  io.stdout:flush()
  if not good then
    io.stderr:write("lua: ", problem, "\\n")
    os.exit(1)
  end
end
"""


def main() -> None:
    lua = lupa.LuaRuntime(encoding="latin-1", register_eval=False, register_builtins=False)
    lua.execute("python = nil")
    lua.execute(_RUN)(*(os.fsencode(argument).decode("latin-1") for argument in sys.argv[1:]))


if __name__ == "__main__":
    main()
