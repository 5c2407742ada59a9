--## deep
local function sum(n) if n == 0 then return 0 end return n + sum(n - 1) end
print(sum(150000))
--## deep in coroutine
local function sum(n) if n == 0 then return 0 end return n + sum(n - 1) end
print(coroutine.wrap(function() return sum(150000) end)())
--## deep in yielding
local function sum(n) if n == 0 then coroutine.yield(1) return 0 end return n + sum(n - 1) end
local co = coroutine.wrap(function() return sum(100000) end)
print(co(), co())
--## overflow
local function f(n) return 1 + f(n + 1) end
local ok, m = pcall(f, 1)
print(ok, (m:gsub("\n.*", "")))
--## overflow in coroutine
local function f(n) return 1 + f(n + 1) end
print(coroutine.resume(coroutine.create(function() return (select(2, pcall(f, 1)):gsub("\n.*", "")) end)))
--## overflow index
local t = setmetatable({}, {}) getmetatable(t).__index = function(t, k) return t[k + 1] end
local ok, m = pcall(function() return t[1] end)
print(ok, (m:gsub("\n.*", "")))
--## overflow tostring
local t = setmetatable({}, {}) getmetatable(t).__tostring = function(t) return tostring(t) end
local ok, m = pcall(tostring, t)
print(ok, (m:gsub("\n.*", "")))
--## sort
local function f() table.sort({3,2,1}, f) end
print((select(2, pcall(f)):gsub("\n.*", "")))
--## tail calls of itself
local function loop(n, acc) if n == 0 then return acc end return loop(n - 1, acc + 1) end
print(loop(1000000, 0))
--## tail calls with closures
local fs = {}
local function f(n, k)
  local x = n * 2
  fs[#fs + 1] = function() x = x + 1 return n, x, k end
  if n == 0 then return "done" end
  k = k .. n
  for i = 1, 3 do if i == 2 then return f(n - 1, k) end end
end
print(f(4, "s"))
for _, g in ipairs(fs) do print(g()) print(g()) end
--## tail calls with extra arguments
local function f(n, ...) if n == 0 then return select("#", ...), ... end return f(n - 1, n, ...) end
print(f(5)) print(f(3, nil, nil))
local function g(n, m, ...) if n == 0 then return m, ... end return g(n - 1, ...) end
print(g(2, 1, 2, 3, 4, 5, 6))
local function h(...) local n = ... if n == 0 then return "end" end return h(n - 1) end
print(h(400000))
--## tail calls with too many and too few arguments
local n = 0
local function f(a, b) n = n + 1 if n > 5 then return a, b end return f(n, n + 1, print("x", n)) end
print(f(1, 2))
n = 0
local function f(a, b) n = n + 1 if n > 5 then return a, b end return f(b) end
print(f(1, 2))
local function two() return n, n end
local function f(a, b) n = n + 1 if n > 10 then return a, b end return f(two()) end
print(f(1, 2))
local function z() n = n + 1 if n > 400000 then return n end return z() end
print(z())
--## tail calls out of loops, and calls in the scope of a close
local function f(n)
  while true do
    repeat
      for i = 1, 2 do
        if n > 0 then return f(n - 1) end
      end
      do return "end" .. n end
    until false
  end
end
print(f(3))
local function c(n)
  local x <close> = setmetatable({}, { __close = function() print("close", n) end })
  if n == 0 then return 0 end
  return c(n - 1)
end
print(c(3))
local function d(n)
  do local x <close> = setmetatable({}, { __close = function() print("close", n) end }) if n == 5 then return d(4) end end
  if n == 0 then return 0 end
  return d(n - 1)
end
print(d(5))
--## tail calls in a coroutine
local function loop(n, acc) if n % 100000 == 0 then coroutine.yield(acc) end if n == 0 then return acc end return loop(n - 1, acc + 1) end
local co = coroutine.wrap(function() return loop(300000, 0) end) print(co(), co(), co(), co(), co())
--## levels of a tail call
local function f(n) if n == 0 then error("x", 2) end
  return f(n - 1) end
print(pcall(f, 3))
local function k() f(2) end
print(pcall(k))
--## a name that holds several closures
local f
local list = {}
for i = 1, 3 do
  f = function(n) if n == 0 then return i end return f(n - 1) end
  list[i] = f
end
print(list[1](0), list[1](2), list[2](2))
--## tail calls of a global
function loop(n, acc) if n == 0 then return acc end return loop(n - 1, acc + 1) end
print(loop(300000, 0))
--## tail calls beside gotos
local function f(n)
  ::top::
  if n > 100 then n = n - 50 goto top end
  if n > 0 then return f(n - 1) end
  goto done
  ::done::
  return n
end
print(f(1000))
--## parameters that closures keep
local t = {}
local function f(a, i) t[i] = function() a = a + 1 return a end if i == 3 then return end return f(a * 2, i + 1) end
f(1, 1)
print(t[1](), t[1](), t[2](), t[3]())
--## overflow through metamethods and library functions
local function try(name, f) local ok, e = pcall(f) print(name, ok, e:match("stack overflow")) end
local t = setmetatable({}, {})
local m = getmetatable(t)
m.__add = function(a, b) return (a + b) + 1 end
try("add", function() return t + 1 end)
m.__eq = function(a, b) return not (a == b) end
try("eq", function() return t == setmetatable({}, m) end)
m.__call = function(self, n) return self(n + 1) + 1 end
try("call", function() return t(1) end)
local function sorting(n) table.sort({1, 2, 3}, function(a, b) sorting(n + 1) return a < b end) return 1 end
try("sort", function() return sorting(1) end)
local function gsub(n) return (string.gsub("abc", "%a", function() return gsub(n + 1) .. "x" end)) end
try("gsub", function() return gsub(1) end)
m.__pairs = function(s) for k in pairs(s) do end return 1 end
try("pairs", function() for k in pairs(t) do end end)
--## library functions that call back, from several depths
local function at(depth, run) if depth == 0 then return run() end return (at(depth - 1, run)) end
local function sorting() table.sort({3, 2, 1}, sorting) end
local function replacing() return (("x"):gsub("x", replacing)) end
local function checking() local rounded = math.floor(1.5) return rounded + checking() end
for _, run in ipairs({ sorting, replacing, checking }) do
  for depth = 0, 2 do
    local _, message = pcall(at, depth, run)
    print(depth, (message:gsub("\n.*", ""):gsub(" %(.*", "")))
  end
end
