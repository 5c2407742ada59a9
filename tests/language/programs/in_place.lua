--## in place: what an operation makes of a variable or field, and its errors
local x = 1
local function f(t)
  local n = 1
  t.a = t.a + 1
  t.b = t.b * 2 + 1
  t.b = t.b * 2
  n = n - (n - 3)
  n = n // 2
  n = n * 2 % 3
  n = n % 2
  return n, t.a, t.b
end
print(f({ a = 1, b = 2.5 }))
if math.huge > 1 then x = nil end
print(pcall(function() x = x + 1 end))
print(pcall(function() local t = { n = 1 }; t.n = nil; t.n = t.n + 1 end))
print(pcall(function() local t = { n = 1 }; t.n = nil; t.n = t.n & 1 end))
print(pcall(function(...) local t = nil; local s = { n = 1 }; if select("#", ...) > 90 then t = s end; t.n = t.n + 1 end))
print(pcall(function(...) local y = 1.5; if select("#", ...) < 90 then y = nil end
  y = y -
    2.5 end))
--## in place: a container or key that the value changes
local t, u = { n = 1 }, { n = 10 }
local function swap() t, u = u, t return 5 end
t.n = t.n + swap()
print(t.n, u.n)
local k = "n"
local function other() k = "m" return 1 end
t.m = 100
t[k] = t[k] + other()
print(t.n, t.m, k)
local list = { 1, 2, 3 }
local i = 1
list[i], i = list[i] + 1, i + 1
print(list[1], list[2], i)
local calls = 0
local function count() calls = calls + 1 return calls end
local total = 0
for _ = 1, 3 do total = total + count() end
print(total, calls)
