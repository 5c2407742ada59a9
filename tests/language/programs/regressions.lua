--## factor
local x = 0x1fffffffffffff
print(x * 0xffe0000000000001)
--## gsub method closure
local obj = {list = {}}
function obj:gsub(f) self.list[#self.list + 1] = f end
for i = 1, 3 do local j = i * 2 obj:gsub(function() return i, j end) end
for _, f in ipairs(obj.list) do print(f()) end
--## underscore
local _ = 5
for k in pairs({a = 1}) do print(k) end
print(_)
local function g() for k in pairs({b = 1}) do print(k) end return _ end
print(g())
--## unused in multiple
local x = 1
local y
x, y = 2, 3
print(y)
local function f() local z; x, z = 5, 6; return z end
print(f())
--## too few from multiple
local function one() return 1 end
local function none() end
local function f(a, b) return a, b end
print(f(1, 2, 3))
print(f(one()))
print(f(none()))
local function v(a, b, ...) return a, b, ... end
print(v(none()))
print(v(one()))
--## order of plain field
local function f() print("f") return {} end
local function g() print("g") return 1 end
f().x = g()
--## register order arithmetic
local x = 1
local function f() x = 10 return 1 end
print(x + f())
x = 1
print(x < f(), x)
x = 1
print(x == f(), x)
x = 1
print(x .. f())
local t = {}
local i = 1
local function n() i = i + 1 return "v" .. i end
t[i] = n()
print(t[1], t[2])
local u = {}
local function swap() u = {"other"} return 1 end
u.z = swap()
print(u[1], u.z)
u = {"first"}
print(u[swap()])
i = 1
local w = {[i] = n()}
print(w[1], w[2])
i = 1
t = {}
t[i], t[i + 1] = n(), "second"
print(t[1], t[2], t[3])
--## error redefined
error = function() end
local function f() error("x") end
print(f())
print((f()))
--## G print
local real = print
_G.print = function(...) real("mine", ...) end
print("x")
--## G library
_G.string.format = function() return "mine" end
print(string.format("%d", 1))
--## rawset library
rawset(string, "format", function() return "mine" end)
print(string.format("%d", 1))
--## library through local
local s = string
local q = {s}
q[1].format = function() return "mine" end
print(string.format("%d", 1))
--## promoted by metamethod
local t = setmetatable({}, {__add = function() return helper() end})
local x = t + t
function helper() return 5 end
print(x)
--## literal compare
print("a" == nil, 1 == nil, nil == nil, true == 1, "a" == true)
--## for strings
for i = 1, "3" do print(i) end
--## fstring
local x = "v"
print("{" .. x .. "}" .. "\"'\\" .. x .. "\n")
print('it\'s "' .. x .. '"')
--## shadow in loops
local fs = {}
local i = 1
while i <= 3 do
  local j = i
  local j = j * 10
  fs[#fs + 1] = function() j = j + 1 return j end
  i = i + 1
end
for _, f in ipairs(fs) do print(f(), f()) end
--## repeat closure
local fs = {}
local n = 0
repeat
  n = n + 1
  local m = n
  fs[n] = function() return m end
until (function() return m >= 3 end)()
for _, f in ipairs(fs) do print(f()) end
--## string index nil method
local s = "x"
print(pcall(function() return s:nope() end))
print(pcall(function() return ("x"):nope() end))
--## calls nil known
local f
local function g() return f() end
print(pcall(g))
f = function() return 1, 2 end
print(pcall(g))
--## assigned while read
local x = 1
local function set() x = x + 1 return x end
print(x, set(), x, set(), x)
local a, b, c = x, set(), x
print(a, b, c)
local q = {x, set(), x, n = x, [set()] = x}
print(q[1], q[2], q[3], q.n, q[5])
--## method receiver
local o = {n = 1}
function o:m(v) return self.n, v end
local function repl() o = {n = 2, m = o.m} return 7 end
print(o:m(repl()))
print(o.n)
--## iterators that are no functions
print(pcall(function() for s in 1 do end end))
print(pcall(function() for s in nil do end end))
print(pcall(function() for s, t in {}, 1 do end end))
print(pcall(function() for s in setmetatable({}, {}) do end end))
print(pcall(function() for s in math.abs do end end))
print(pcall(function() for s in string.rep, 5, "x" do end end))
for s in setmetatable({}, {__call = function(self, state, control) if control < 3 then return control + 1 end end}), nil, 0 do
  print(s)
end
--## which operand has no integer representation
local s, half = 1, 1.5
print(pcall(function() return s & half end))
print(pcall(function() local a = 2.5 return a | s end))
print(pcall(function() return 7 ~ math.pi end))
print(pcall(function() return ~half end))
print(pcall(function() return "3" & 1.5 end))
--## the line of a key that cannot be
print(pcall(function()
  return {
    1,
    [nil] =
      2,
    f = print("not reached")
  }
end))
print(pcall(function()
  return {[0/0] = 1, x = 2}
end))
--## borders of constructed tables
local function none() end
print(#{nil, 1}, #{1, nil, 3}, #{1, nil}, #{nil}, #{nil, nil, 3}, #{1, nil, 3, nil})
local function count(...) return #{...} end
print(count(1, nil, 3), count(nil, nil), count(nil, 2), count())
print(table.unpack({nil, 1}))
print(#table.pack(nil, 1), #table.pack(1, nil))
--## several locals of a loop, one of them captured and assigned
local fs = {}
for i = 1, 2 do
  local t, y = (function() return i, i * 2 end)()
  fs[#fs + 1] = function() y = y + t return y end
end
for _, f in ipairs(fs) do print(f(), f()) end
local n = 0
repeat
  n = n + 1
  local first, last = string.find("abc", "b", 1, true)
  last = last + n
  local function get() return last end
  local _, only = 1, n, "dropped"
  fs[n] = function() only = only + 1 return only, get() end
until n == 2
for _, f in ipairs(fs) do print(f()) end
--## another name of a constant in a loop
local fs = {}
for i = 1, 2 do
  local pi, floor = math.pi, math.floor
  local sqrt = math.sqrt
  fs[i] = function() return floor(pi), sqrt(i * i), floor, sqrt end
end
for _, f in ipairs(fs) do print((f())) print(select(2, f()) == 1) end
--## calling a table with a name
local a = setmetatable({}, {__name = "Thing"})
print(pcall(function() a() end))
print(pcall(function() a.x = {} a.x() end))
--## iterators that wait
local function each(t)
  local i = 0
  return function() i = i + 1 coroutine.yield("item " .. i) return t[i] end
end
local co = coroutine.wrap(function() for v in each({"a", "b"}) do print(v) end return "done" end)
for i = 1, 4 do print(co()) end
local other = coroutine.wrap(function()
  for k in function(_, c) coroutine.yield(c) if not c then return 1 end end do print(k) end
  print(pcall(coroutine.yield, 5))
  return "end"
end)
for i = 1, 4 do print(other()) end
--## an iterator that waits, outside a coroutine
print(pcall(function() for k in function() coroutine.yield() end do print(k) end end))
for k in function() coroutine.yield() end do print(k) end
--## what is called in a program with coroutines
local co = coroutine.create(function() coroutine.yield() end)
print(pcall(function() co() end))
print(pcall(function() for x in {} do end end))
local wrapped = coroutine.wrap(function() for x in co do end coroutine.yield() end)
print(pcall(wrapped))
--## a number at the end of a name
local function x(x_2, ...) end
local x = {"x"}
local x_2 = 1
print(x[1], x_2)
--## names in errors: constants, zero bytes
local nothing <const> = nil
local text <const> = "a\0b"
print(pcall(function() return nothing .. "x" end))
print(pcall(function() return text.x.y end))
print(pcall(function() return ~text end))
print(pcall(function() local t = {} return t["k\0l"].x end))
--## division by zero of strings
print(pcall(function() return 1 % "0" end))
print(pcall(function() return "1" // 0 end))
print(pcall(function() return 1 // 0 end))
print("1" // "0.0", pcall(function() return "x" % 0 end))
--## holes
local t = {1, 2, 3, 4}
t[2] = nil
print(#t)
t[1] = nil
print(#t)
t[4] = nil
print(#t)
local u = {1, 3}
u[1] = nil
print(#u)
rawset(u, 2, nil)
print(#u)
--## names behind a constant
local class = {}
print(pcall(function() return (1 and class) + 1 end))
print(pcall(function() return (nil or class) .. "x" end))
print(pcall(function() return ("a" or class) + 1 end))
print(pcall(function() return (false and class) + 1 end))
print(pcall(function() return (class and class) + 1 end))
print(pcall(function() return (1 and missing) % 3 end))
--## a loop that may wait over no function
print(pcall(function() for c in missing do print(c) end end))
print(type(function() coroutine.yield() end))

--## arithmetic on literals
print(2 * 24 * 3600, -(3 + 4) * 2, 1 / 4 * 2, 10 / 2, 2^53 * 1)
print(9007199254740992 * 1024 * 1024 * 1024, 9223372036854775807 - 9223372036854775807)
print(9223372036854775807 + 1, -9223372036854775807 - 2, 0 * -1.5, -0.0 * 1, 1e308 * 10, 3 - 3.0)
local hour = 60 * 60
print(hour * hour, hour * hour * hour * hour * hour * hour, math.type(60 * 60), math.type(60 / 60))

--## a table whose fields are assigned at the top level
local record = {}
record.flag = true
record.inner = {}
record.inner.count = 1
function record.show() return "shown" end
print(record.flag == 1, record.inner.count, record.show())
--## next, by itself and in loops
local t = { 10, 20, a = 1, [true] = 2, [false] = 3, [2.5] = 4 }
local function count(f, s, c) local n, sum = 0, 0 for k, v in f, s, c do n = n + 1 sum = sum + v end return n, sum end
print(count(next, t)) print(count(next, t, nil)) print(count(pairs(t))) print(count(next, {}))
print(pcall(count, next, nil)) print(pcall(count, next, 5))
local n, k, v = 0, next(t)
while k ~= nil do n = n + v if k == 1 or k == true then t[k] = nil end k, v = next(t, k) end
print(n, (count(next, t)))
for k in next, t do t[k] = nil end
print(next(t), #t)
local mt = setmetatable({ x = 1 }, { __pairs = function() return function() end end, __index = { y = 2 } })
print(count(next, mt)) print(count(pairs(mt)))
for i = 1, 3 do t[i] = i end
local outer = 0
for k in next, t do for k2 in next, t do outer = outer + k * k2 end end
local a, b = next(t), nil
while a do b = next(t) while b do outer = outer + a * b b = next(t, b) end a = next(t, a) end
print(outer, pcall(next, t, "absent"))
print(pcall(next, t, 1, 2) == true, select("#", next({})), select("#", next(t)))

--## an operation in parentheses is returned
local function bits(x) return (1 & x) end
local function sum(x, y) return (x + y) end
local function joined(x) return ("a" .. x) end
print(pcall(bits, {}))
print(pcall(bits, 1.5))
print(pcall(sum, 1, {}))
print(pcall(sum, nil, 1))
print(pcall(joined, {}))
local function adds(x) return (x + x) end
local other = setmetatable({}, {__add = function() error("level 2", 2) end})
print(pcall(adds, other))
