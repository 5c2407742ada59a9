--## load
print(load("return 1 + 1")())
local f = load("local a, b = ... return a * b, select('#', ...)")
print(f(6, 7))
print(load("return x", "chunk", "t", { x = 5 })())
x = 10
print(load("x = x + 1 return x")(), x)
print(load("syntax error here"))
print(load("return (", "=named"))
print(load("x =", "@file.lua"))
print(load("for", "some longer text\nwith lines"))
print(type(load(function() return nil end)))
local parts, i = { "return ", "4", "2" }, 0
print(load(function() i = i + 1 return parts[i] end)())
print(pcall(load("error('inside')", "=chunk")))
print(pcall(load("local t = nil; return t.x", "@my.lua")))
print(pcall(load, 5))
print(load("return 1", "n", "b"))
--## load sees and changes globals
function greet() return "hello" end
print(load("return greet()")())
load("function made(n) return n * 2 end")()
print(made(21))
local env = setmetatable({}, { __index = _G })
load("y = 1 print(y, greet())", "c", "t", env)()
print(y, env.y)
load("print = nil")()
print2 = io.write
print2(tostring(print), "\n")
--## local _ENV
local print = print
do
  local _ENV = { z = 3 }
  print(z)
  w = 4
  print(_ENV.w)
end
print(w)
local function sandbox(_ENV) return a + b end
print(sandbox({ a = 1, b = 2 }))
print(pcall(function() local _ENV = nil; return foo end))
--## _G
print(_G.print == print, _G._G == _G, rawget(_G, "nothing"))
_G.value = 1
print(value)
local names = {}
for k, v in pairs(_G) do if type(v) == "table" then names[#names + 1] = k end end
table.sort(names)
_G.tostring = function(v) return "<" .. type(v) .. ">" end
print(tostring(5))
_G["dyn" .. "amic"] = 7
print(dynamic)
setmetatable(_G, { __index = function(_, k) return "default " .. k end })
print(undefined_thing)
