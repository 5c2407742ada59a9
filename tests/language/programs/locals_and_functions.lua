--## locals, shadowing, nil
local a, b, c = 1, 2
print(a, b, c)
local a = a + 10
print(a)
do local a = "inner"; print(a) end
print(a)
local x
print(x)
x = 5
print(x)
--## extra values are evaluated and dropped
local function f(n) print("f", n) return n, n + 1 end
local a, b = f(1), f(2), f(3)
print(a, b)
local c = f(4), f(5)
print(c)
--## multiple results are adjusted
local function two() return 1, 2 end
local function none() end
local function one() return nil end
local a, b, c = two()
print(a, b, c)
print(two(), two())
print((two()))
print(none())
print((none()))
print(one())
print(none(), 1)
print(1, none())
local t = {two(), two()}
print(#t, t[1], t[2], t[3])
print(select("#", none()), select("#", one()), select("#", two()))
local x = none()
print(x)
--## varargs
local function v(...)
  local a, b = ...
  print(select("#", ...), a, b)
  return ...
end
print(v())
print(v(1))
print(v(1, nil, 3))
print((v(1, 2)))
local function w(...) return {...}, select("#", ...) end
local t, n = w(1, nil, 3, nil)
print(n, t[1], t[2], t[3])
local function tail(first, ...) return ... end
print(tail(1, 2, 3))
print(select(-1, 1, 2, 3))
--## closures share upvalues
local function counter()
  local n = 0
  return function() n = n + 1 return n end, function() return n end
end
local inc, get = counter()
inc() inc()
print(get())
local inc2, get2 = counter()
print(get2(), inc2(), get2(), get())
--## closures in loops are fresh
local fns = {}
for i = 1, 3 do fns[i] = function() return i end end
print(fns[1](), fns[2](), fns[3]())
local setters, getters = {}, {}
for i = 1, 3 do
  local v = i * 10
  setters[i] = function(x) v = x end
  getters[i] = function() return v end
end
setters[2]("changed")
print(getters[1](), getters[2](), getters[3]())
local k = 0
local ws = {}
while k < 3 do k = k + 1 local c = k ws[k] = function() c = c + 1 return c end end
print(ws[1](), ws[1](), ws[2](), ws[3]())
for _, name in ipairs({"a", "b"}) do
  local function rec(n) if n == 0 then return name end return rec(n - 1) end
  fns[name] = rec
end
print(fns.a(3), fns.b(2))
--## recursion and mutual recursion
local function fact(n) if n <= 1 then return 1 end return n * fact(n - 1) end
print(fact(10), fact(20), fact(25))
local even, odd
function even(n) if n == 0 then return true end return odd(n - 1) end
function odd(n) if n == 0 then return false end return even(n - 1) end
print(even(10), odd(7), even(7))
--## globals
x = 1
function f(n) x = x + n return x end
print(f(2), x)
print(undefined_name)
y = nil
print(y)
local function g() z = "set inside" end
g()
print(z, _G.z, _G["x"])
_G.w = 9
print(w)
--## missing and extra arguments
local function f(a, b, c) print(a, b, c) end
f() f(1) f(1, 2) f(1, 2, 3, 4)
local g = f
g(1, 2, 3, 4, 5)
local t = { m = function(self, x, y) print(x, y) end }
t:m(1) t:m(1, 2, 3) t.m(t, 5)
--## function values are equal only to themselves
local function f() end
local g = f
print(f == g, f == function() end, type(f), print == print)
--## methods
local account = { balance = 0 }
function account:deposit(n) self.balance = self.balance + n return self end
function account.static(a, b) return a, b end
account:deposit(10):deposit(5)
print(account.balance, account.static(1, 2))
--## names that Python or the runtime knows
local class, None, self, def, lambda, index, first, range, len, list, values = 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11
print(class, None, self, def, lambda, index, first, range, len, list, values)
local t = {}
t.__init__ = 1 t.class = 2 t["from"] = 3
print(t.__init__, t.class, t["from"], #"abc", t.x)
local function import(except, finally) return except .. finally end
print(import("a", "b"))
local __dunder, _x, _ = 1, 2, 3
print(__dunder, _x, _)
local main, ENV, Any = "m", "e", "a"
print(main, ENV, Any)
for range = 1, 2 do print(range) end
for len, index in pairs({5}) do print(len, index, #"xyz") end
--## evaluation order
local function f(n) io.write(n, " ") return n end
local t = {}
t[f(1)], t[f(2)] = f(3), f(4)
print(t[1], t[2])
print(f(1) + f(2) * f(3), f(4) .. f(5))
local a = {f(1), f(2), x = f(3), f(4)}
print(#a, a.x)
local i = 1
i, t[i] = i + 1, 20
print(i, t[1], t[2])
local x, y = 1, 2
x, y = y, x
print(x, y)

--## several results: types of each
local function three(n) if n > 2 then return n, "s" .. n, n > 3 end return 0.5, nil, {n = n} end
local a, b, c = three(4)
print(a + 1, b, c == true, c == 1)
a, b, c = three(1)
print(a + 1, b, c.n, type(c) == "table" and c.n == 1)
local function minmax(t) local low, high = t[1], t[1] for _, v in ipairs(t) do if v < low then low = v end if v > high then high = v end end return low, high end
local low, high = minmax({3, 1, 2})
print(low + high, low * high, high // low)
low, high = minmax({"b", "a"})
print(low .. high)
local function flags() return true, false end
local yes, no, nothing = flags()
print(yes == 1, no == 0, nothing, yes and 1, no or 2)
local tables = {}
local function make() return tables, tables end
local one, two = make()
one.x = true
print(two.x == 1, tables.x == 1, tables.x)
local function tail(n) if n == 0 then return 1, "end" end return tail(n - 1) end
local e, f = tail(3)
print(e + 1, f)
local function pass() return three(5) end
local g, h, i, j = pass()
print(g + 1, h, i, j)
local k, l = (three(5))
print(k, l)
local holder = {}
holder.a, holder.b = three(9)
local m
m, holder.b = three(0)
print(holder.a, holder.b, m)

--## what a check says about a variable
local function fib(n) if n < 2 then return n end return fib(n - 1) + fib(n - 2) end
print(fib(10), fib(5.5), fib(2.0), pcall(fib, "x"))
print(pcall(fib, true), pcall(fib), pcall(fib, {}))
local function low(n) if n >= 10 then return "high" end return n - 1, n * 2, n + 1 end
print(low(9), low(math.mininteger), low(-0.5), low(10))
local function high(n) if 5 > n then return "low" end return n - 1, n + 1, n % 3, n // 2, 7 % n end
print(high(5), high(math.maxinteger), high(7.5), high(4))
local function loop(n) local sum = 0 for i = 1, n do sum = sum + i % n end return sum + n, n == true, n and 1 end
print(loop(3), loop(2.5), loop(0), pcall(loop, "x"))
print(pcall(loop, true), pcall(loop, {}), pcall(loop))
local function calc(v, flag) if flag then local w = v + 1 return w, v * 2, v == 1 end return v, v == 1 end
print(calc(2, true), calc("2", true), calc(true), calc(true, false))
print(pcall(calc, true, true), calc(nil), calc(1, true))
local function again(n)
  local tries = 0
  goto check
  ::top::
  tries = tries + (n and 1 or 2)
  ::check::
  if tries < 3 then goto top end
  return tries, n
end
print(again(true), again(false), again(2))
local function guard(n) while n > 0 do if n > 100 then return n + 1 end n = n * 3 end return n end
print(guard(5), guard(0), pcall(guard, false))
local function inner(n) if n <= 0 then return function() return n end end return function() return n - 1 end end
print(inner(0)(), inner(3)(), inner(math.mininteger)())
local function both(a, b) if a < 0 or b < 0 then return "negative" end return a + 1, b == true end
print(both(1, 2), both(-1, true), pcall(both, 1, true))
local object = setmetatable({v = 1}, {__lt = function() return true end, __add = function() return "sum" end, __sub = function() return true end})
local function ordered(o) if o < 5 then local d = o - 1 return d == true, d == 1, o == true, o + 1 end end
print(pcall(ordered, object), pcall(ordered, 3), pcall(ordered, "3"))
