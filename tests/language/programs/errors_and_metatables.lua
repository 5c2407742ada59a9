--## pcall and error
print(pcall(error, "plain"))
print(pcall(function() error("with position") end))
print(pcall(function() error("level 2", 2) end))
print(pcall(function() error("no position", 0) end))
print(type(select(2, pcall(function() error({ code = 5 }) end))))
print(select("#", pcall(error)))
local ok, e = pcall(function() error({ code = 7 }) end)
print(ok, type(e), e.code)
print(pcall(function() return 1, 2, 3 end))
print(pcall(function() error() end))
print(pcall(function() error(nil) end))
print(pcall(function() error(42) end))
--## runtime errors carry names
local t = {}
print(pcall(function() return t.x.y end))
print(pcall(function() t.x.y = 1 end))
print(pcall(function() return undefinedglobal.x end))
print(pcall(function() local a; return a.b end))
print(pcall(function() return t.foo() end))
print(pcall(function() t:method() end))
print(pcall(function() undefinedfunction() end))
print(pcall(function() local f = 5; f() end))
print(pcall(function() return 1 + nil end))
print(pcall(function() return t + 1 end))
print(pcall(function() return t.x + 1 end))
print(pcall(function() return "a" .. nil end))
print(pcall(function() return "a" .. t.name end))
print(pcall(function() return #nil end))
print(pcall(function() local n; return #n end))
print(pcall(function() return -{} end))
print(pcall(function() return 2^53 | 0.5 end))
print(pcall(function() return "abc" | 1 end))
print(pcall(function() ("x")() end))
print(pcall(function() return ("x").y.z end))
--## errors of the library
print(pcall(string.rep))
print(pcall(function() string.rep() end))
print(pcall(function() ("x"):rep({}) end))
print(pcall(function() table.insert(nil, 1) end))
print(pcall(function() table.concat({{}}) end))
print(pcall(function() setmetatable(1, {}) end))
print(pcall(function() tostring() end))
print(pcall(function() ipairs() end))
print(pcall(function() local a = string.sub; a() end))
print(pcall(function() return math.floor("x") end))
--## xpcall and nested pcall
print(xpcall(function() error("inner") end, function(m) return "handled: " .. m end))
print(xpcall(function(a, b) return a + b end, print, 3, 4))
print(pcall(pcall, error, "x"))
print(pcall(function()
  local ok, e = pcall(error, "first")
  error("second after " .. e, 0)
end))
--## error through levels
local function check(x) if type(x) ~= "number" then error("number expected", 2) end return x end
local function caller() check("no") end
print(pcall(caller))
print(pcall(function() assert(false) end))
print(pcall(function() assert(nil, "message") end))
print(select("#", pcall(function() assert(false, { 1 }) end)))
print(assert(1, 2, 3))
--## an uncaught error ends the program
print("before")
local function deep() error("something broke") end
deep()
--## an uncaught table error
error({ code = 1 })
--## uncaught call of nil
local t = {}
t.missing.field = 1
--## metatables: index
local base = { greet = function(self) return "hi " .. self.name end }
base.__index = base
local obj = setmetatable({ name = "bob" }, base)
print(obj:greet(), obj.missing, rawget(obj, "greet"))
local d = setmetatable({}, { __index = function(t, k) return k .. "!" end })
print(d.x, d[1], rawget(d, "x"))
local log = {}
local p = setmetatable({}, { __newindex = function(t, k, v) rawset(t, k, v * 2) end })
p.a = 5 p.a = 7
print(p.a)
local target = {}
local q = setmetatable({}, { __newindex = target })
q.z = 1
print(rawget(q, "z"), target.z)
--## metatables: operators
local V = {}
V.__index = V
V.__add = function(a, b) return setmetatable({ x = a.x + b.x }, V) end
V.__eq = function(a, b) return a.x == b.x end
V.__lt = function(a, b) return a.x < b.x end
V.__le = function(a, b) return a.x <= b.x end
V.__tostring = function(a) return "V(" .. a.x .. ")" end
V.__len = function(a) return a.x end
V.__call = function(self, y) return self.x + y end
V.__concat = function(a, b) return tostring(a) .. "~" .. tostring(b) end
V.__unm = function(a) return setmetatable({ x = -a.x }, V) end
local function new(x) return setmetatable({ x = x }, V) end
local a, b = new(1), new(2)
print(tostring(a + b), a == b, a == new(1), a ~= new(1), a < b, a <= b, a > b, #b, a(10), a .. b, a .. "s", "s" .. a, tostring(-a))
print(a.x, getmetatable(a) == V, getmetatable("").__index == string)
--## inheritance
local Animal = {} Animal.__index = Animal
function Animal.new(name) return setmetatable({ name = name }, Animal) end
function Animal:speak() return self.name .. " makes a sound" end
local Dog = setmetatable({}, { __index = Animal }) Dog.__index = Dog
function Dog.new(name) local d = Animal.new(name) return setmetatable(d, Dog) end
function Dog:speak() return Animal.speak(self) .. ": woof" end
print(Animal.new("cat"):speak(), Dog.new("rex"):speak())
--## protected metatables and pairs
local t = setmetatable({}, { __metatable = "locked" })
print(getmetatable(t), pcall(setmetatable, t, {}))
local p = setmetatable({}, { __pairs = function(t) return function(_, k) if not k then return 1, "one" end end, t, nil end })
for k, v in pairs(p) do print(k, v) end
--## a call that is returned in parentheses is no tail call
local function fail(l) error("message", l) end
local function one(l) fail(l) return 1 end
local function inner(l)
  return (fail(l))
end
local function inner2(l)
  return (one(l))
end
local function outer(f, l)
  f(l)
end
for l = 1, 4 do
print(pcall(outer, inner, l))
print(pcall(outer, inner2, l))
print(pcall(outer, function(l) return (one(l)) end, l))
print(pcall(outer, function(l) return ((one(l))) end, l))
print(pcall(outer, function(l) return one(l) end, l))
print(pcall(outer, function(l) return (error("m", l)) end, l))
print(pcall(outer, function(l) return error("m", l) end, l))
end
print((function() return (debug.traceback("x")) end)():gsub("%[C%].*", ""))
--## orders that contradict themselves
local function numbers(size)
  local made = {}
  for place = 1, size do made[place] = place * 7919 % 101 end
  return made
end
for _, size in ipairs({ 2, 3, 4, 5, 10, 99, 100, 101, 150 }) do
  local always, equal = numbers(size), numbers(size)
  print(size, pcall(table.sort, always, function() return true end))
  print(size, pcall(table.sort, equal, function(a, b) return a <= b end), table.concat(equal, " "))
  print(size, pcall(table.sort, numbers(size), function(a, b) return a % 3 <= b % 3 end))
  print(size, pcall(table.sort, numbers(size), function(a) return a > 50 end))
end
--## files and dates that are no operands
print(pcall(function() return io.stdout + 1 end))
print(pcall(function() return io.stdout < io.stderr end))
print(pcall(function() return io.stdout .. "x" end))
print(pcall(function() return -io.stdin end))
print(pcall(os.time, { year = 2147483647 + 1900, month = 12, day = 31, hour = 2147483647 }))
print(pcall(os.time, { year = 2147483647 + 1901, month = 1, day = 1 }))
print(pcall(os.time, { year = 2000, month = 1, day = 2147483648 }))
