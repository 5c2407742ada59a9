--## traceback: names of the functions on the stack
local function show(text)
  -- Below the main chunk is the program that runs it.
  print((text:gsub("(in main chunk)\n.*", "%1")))
end
local t = {}
local function helper(a, ...)
  local text = debug.traceback("here")
  show(text)
  return a
end
function globalf(x)
  helper(x)
end
function t.field(x) globalf(x) end
function t:method(x) self.field(x) end
local function through_upvalue(x) t:method(x) end
through_upvalue(5)
do
  local f = function() show(debug.traceback()) end
  f()
  ;(function() f() end)()
end
local z = setmetatable({}, {
  __add = function() show(debug.traceback("add")) return 1 end,
  __index = function() show(debug.traceback("index")) return 1 end,
  __newindex = function() show(debug.traceback("newindex")) end,
  __len = function() show(debug.traceback("len")) return 1 end,
  __lt = function() show(debug.traceback("lt")) return true end,
  __le = function() show(debug.traceback("le")) return true end,
  __eq = function() show(debug.traceback("eq")) return true end,
  __concat = function() show(debug.traceback("concat")) return "" end,
  __unm = function() show(debug.traceback("unm")) return 1 end,
  __call = function() show(debug.traceback("call")) return 1 end,
})
local _ = z + 1
_ = z.x
z.y = 1
_ = #z
_ = z < z
_ = z <= z
_ = z > z
_ = z == setmetatable({}, getmetatable(z))
_ = z .. "x"
_ = -z
z()
for _ in function(_, c) show(debug.traceback("iterator")) if not c then return 1 end end do end
table.sort({ 1, 2 }, function(a, b) show(debug.traceback("sort")) return a < b end)
string.gsub("x", "x", function() show(debug.traceback("gsub")) end)
--## traceback: tail calls
local function show(text) print((text:gsub("(in main chunk)\n.*", "%1"))) end
local function last(x)
  show(debug.traceback("tail"))
  return x
end
local function middle(x) return last(x) end
local function first(x)
  local r = middle(x)
  return r
end
first(1)
local function two(n) show(debug.traceback()) return n end
local function three(n) return two(n) end
local function start(n) three(n) end
start(3)
local function many(...) show(debug.traceback("many")) return ... end
local function not_tail(x) return (many(x)) end
print(not_tail(2))
local function neither(x) return many(x), 1 end
print(neither(2))
local t = { f = last }
local function by_field(x) return t.f(x) end
print(by_field(3))
local function library(x) return string.gsub("x", "x", function() show(debug.traceback(x)) end) end
library("in gsub")
--## traceback: arguments
local function cut(text) return (text:gsub("(in main chunk)\n.*", "%1")) end
print(debug.traceback({}) ~= nil, type(debug.traceback({})))
print(debug.traceback(true), debug.traceback(print) == print)
print(cut(debug.traceback(12)))
print(cut(debug.traceback("m", 0)))
print(cut(debug.traceback("m", 1)))
local function f() return (cut(debug.traceback("from 2", 2))) end
print(f())
print(cut(debug.traceback(nil)))
print(debug.traceback("far", 1000))
print(pcall(debug.traceback, "m", "x"))
print(pcall(debug.traceback, coroutine.running(), "m", "x"))
print(cut(debug.traceback((coroutine.running()), "same")))
--## traceback: a long stack shows its ends
local function deep(n)
  if n == 0 then
    return (debug.traceback("deep"):gsub("(in main chunk)\n.*", "%1"):gsub("skipping %d+", "skipping n"))
  end
  local r = deep(n - 1)
  return r
end
local text = deep(60)
print(select(2, text:gsub("\n", "")) <= 24, text:match("^deep\nstack traceback:\n[^\n]*\n[^\n]*\n[^\n]*"))
print(text:match("\n\t%.%.%.[^\n]*"))
--## xpcall: the handler sees the frames of the error
local function show(text) print((tostring(text):gsub("(in main chunk)\n.*", "%1"))) end
local function fails(n)
  if n == 0 then error("deep down") end
  fails(n - 1)
  return 1
end
show(select(2, xpcall(fails, debug.traceback, 2)))
show(select(2, xpcall(function() local x = nil; return x.y end, debug.traceback)))
show(select(2, xpcall(function() local x = nil; x() end, debug.traceback)))
show(select(2, xpcall(function() return {} + 1 end, debug.traceback)))
show(select(2, xpcall(function() return ("x"):rep({}) end, debug.traceback)))
show(select(2, xpcall(function() string.rep() end, debug.traceback)))
show(select(2, xpcall(error, debug.traceback, "direct")))
local function handler(message)
  return debug.traceback("handled: " .. tostring(message), 2)
end
local function caller()
  local good, text = xpcall(fails, handler, 1)
  show(text)
end
caller()
show(select(2, xpcall(fails, function(m) return debug.traceback(m) end, 0)))
-- A protected call inside the handler, and a handler inside what is protected.
show(select(2, xpcall(function()
  show(select(2, xpcall(fails, handler, 0)))
  error("outer")
end, function(m)
  print(pcall(error, "inside"))
  return debug.traceback(m)
end)))
print(select(2, xpcall(error, debug.traceback, { 1 })) ~= nil)
--## traceback: coroutines
local function body(x)
  local function inner() coroutine.yield(x) end
  inner()
  error("ends")
end
local co = coroutine.create(body)
print(debug.traceback(co))
coroutine.resume(co, 1)
print(debug.traceback(co))
print(debug.traceback(co, "message"))
print(debug.traceback(co, "message", 1))
print(debug.traceback(co, nil, 2))
print(coroutine.resume(co))
print(debug.traceback(co, "dead"))
print(coroutine.wrap(function() print(debug.traceback("inside")) end)())
local function from_inside()
  local text = debug.traceback("named")
  print(text)
end
coroutine.wrap(function() from_inside() coroutine.yield() end)()
local fine = coroutine.create(function() end)
coroutine.resume(fine)
print(debug.traceback(fine))
print(debug.getinfo(co, 0) ~= nil, debug.getinfo(fine, 0))
--## getinfo of levels
local function where(level) return debug.getinfo(level + 1, "l").currentline end
print(where(1))
local function about()
  local i = debug.getinfo(1, "Slnt")
  print(i.source, i.short_src, i.currentline, i.linedefined, i.what, i.name, i.namewhat, i.istailcall)
  i = debug.getinfo(2, "Sl")
  print(i.source, i.short_src, i.currentline, i.linedefined, i.what)
end
about()
local t = { about = about }
t.about()
t:about()
function named() local i = debug.getinfo(1, "n") print(i.name, i.namewhat) end
named()
local i = debug.getinfo(0)
print(i.what, i.short_src, i.source, i.currentline, i.name, i.linedefined)
print(debug.getinfo(100), debug.getinfo(-1))
local function tail() local i = debug.getinfo(1, "nt") print(i.name, i.namewhat, i.istailcall) end
local function calls_tail() return tail() end
calls_tail()
print(debug.getinfo(1, "S").source:sub(2))
print(debug.getinfo(1, "l").currentline)
--## getinfo of functions
local function a(x, y) return x end
local function b(...) return ... end
local c = function(x, ...)
  local y = x
  return y
end
for _, f in ipairs({ a, b, c, type, string.rep }) do
  local i = debug.getinfo(f)
  print(i.what, i.source, i.short_src, i.linedefined, i.currentline, i.nparams, i.isvararg, i.func == f, i.name, i.namewhat)
end
print(debug.getinfo(a, "S").currentline, debug.getinfo(a, "l").source)
print(debug.getinfo(type, "S").lastlinedefined)
print(next(debug.getinfo(a, "")))
--## getinfo: errors
print(pcall(debug.getinfo))
print(pcall(debug.getinfo, "x"))
print(pcall(debug.getinfo, {}))
print(pcall(debug.getinfo, 1, "?"))
print(pcall(debug.getinfo, 1, ">S"))
print(pcall(debug.getinfo, print, "x"))
print(pcall(debug.getinfo, 1, {}))
--## the rest of the library
local t = setmetatable({}, { __metatable = "locked", __index = function() return 7 end })
print(getmetatable(t), type(debug.getmetatable(t)), debug.getmetatable(1), debug.getmetatable({}))
print(debug.getmetatable("").__index == string)
print(debug.setmetatable(t, nil) == t, t.x, debug.getmetatable(t))
local m = {}
print(debug.getmetatable(debug.setmetatable({}, m)) == m, debug.setmetatable(5, nil))
print(pcall(debug.setmetatable, {}, 1))
print(debug.gethook(), select("#", debug.sethook()))
print(type(debug), type(debug.traceback), type(debug.getinfo))
local nothing = debug.there_is_no_such_function
print(nothing, pcall(function() debug.there_is_no_such_function() end))
--## a local name of the table, and a changed field
local d = debug
print((d.traceback("x"):match("^x\nstack traceback:")))
debug.extra = function() return "added" end
print(debug.extra(), d.extra())
--## package: its fields
print(package.config)
print(type(package.path), type(package.cpath), type(package.loaded), type(package.preload), type(package.searchpath))
print(package.loaded._G == _G, package.loaded.string == string, package.loaded.table == table)
for _, name in ipairs({ "coroutine", "debug", "io", "math", "os", "package", "utf8" }) do
  print(name, package.loaded[name] == _G[name])
end
print(package.searchpath("no.such.module", "./?.lua;/nowhere/?/init.lua"))
print(package.searchpath("a-b", "?.x;?.y", "-", "+"))
print(pcall(package.searchpath, "x"))
package.path = package.path .. ";./more/?.lua"
print(package.path:match("more"))
--## package: preload and loaded
package.preload["made"] = function(name, place)
  print("loading", name, place)
  return { name = name }
end
print(require("made").name)
print(select("#", require("made")), require("made") == package.loaded.made)
package.loaded["made"] = nil
print(require("made").name)
package.loaded.given = 42
print(require("given"))
package.preload.silent = function() end
print(require("silent"))
print(require("silent"))
package.preload.sets = function(name) package.loaded[name] = "set" end
print(require("sets"))
package.preload.fails = function() error("while loading") end
print(pcall(function() return require("fails") end))
package.preload.falsy = function() return false end
print(require("falsy"))
print(package.loaded.falsy)
print(require("falsy"))
--## package: require of library tables
local s = require("string")
print(s == string, require("_G") == _G, s.upper("x"))
print(select("#", require("math")))
print(pcall(require, "no.such.module") == false)
local good, problem = pcall(require, "no.such.module")
print(problem:match("^[^\n]*\n[^\n]*"))
print(pcall(require))
print(pcall(require, {}))
package.preload.later = function() return "later" end
print(pcall(require, "later"))
--## package: functions of loaded modules are named by them
package.preload.m = function()
  local M = {}
  function M.f() print((debug.traceback("in m"):gsub("(in main chunk)\n.*", "%1"))) end
  return M
end
local m = require("m")
local f = m.f
f()
m.f()
