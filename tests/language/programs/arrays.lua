--## keys far apart, below one, and floats
local t = {}
t[4] = "four"
t[2] = "two"
print(t[1], t[2], t[3], t[4], t[5], #t == 4 or #t == 2 or #t == 0)
t[1000000] = "far"
t[0] = "zero"
t[-3] = "below"
print(t[1000000], t[0], t[-3], t[999999], t[2.0], t[2.5])
local half = 7 / 2
t[half] = "half"
t[half * 2] = "seven"
print(t[3.5], t[7], t[7.0])
t[math.maxinteger] = "greatest"
t[math.mininteger] = "least"
print(t[math.maxinteger], t[math.mininteger], t[2 ^ 53])

local s = {10, 20, 30}
local where = 4 / 2
print(s[where], s[where + 1], s[where / 4])
s[where] = 21
s[6 // 2.0] = 31
print(s[1], s[2], s[3], #s)

--## keys that are no keys
local t = {1, 2, 3}
local none
print(t[none], t[0 / 0], #t)
print(pcall(function() t[none] = 1 end))
print(pcall(function() local n = 0 / 0; t[n] = 1 end))
print(#t, t[1], t[2], t[3])
print(pcall(function() return t[1] + none end))
print(pcall(function() return t < t end))
print(pcall(function() return t + 1 end))
print(pcall(function() return t .. "x" end))
print(pcall(function() return t() end))
print(pcall(function() return t[1].x end))
print(pcall(function() return t[4].x end))
print(pcall(function() for i = 1, t do print(i) end end))

--## nil in constructors and assignments
local a = {1, nil, 3}
print(#a, a[1], a[2], a[3])
local b = {nil, nil, 3}
print(#b, b[3])
local c = {}
for i = 1, 10 do c[i] = i end
c[10] = nil
print(#c)
c[5] = nil
print(#c, c[4], c[5], c[6])
c[#c + 1] = "end"
print(#c, c[5], c[10])
for i = #c, 1, -1 do c[i] = nil end
print(#c, c[1])
c[#c + 1] = "again"
print(#c, c[1])
local function maybe(n) if n % 2 == 0 then return n end end
local d = {maybe(2), maybe(3), maybe(4)}
print(#d == 3 or #d == 1, d[1], d[2], d[3])
local e = {maybe(2), maybe(4), maybe(5)}
print(#e, e[3])
local function several(...) return ... end
local f = {several(1, 2, 3)}
local g = {several(), several(4, 5), (several(6, 7))}
print(#f, f[3], g[1], g[2], g[3])
local h = {several()}
print(#h, h[1])

--## the table library
local t = {}
for i = 1, 5 do table.insert(t, i * i) end
table.insert(t, 1, "first")
table.insert(t, #t, "last but one")
table.insert(t, #t + 1, "last")
print(table.concat(t, " "), #t)
print(table.remove(t), table.remove(t, 1), table.remove(t, 3), table.concat(t, ","))
print(table.unpack(t))
print(table.unpack(t, 2, 3))
print(table.unpack(t, 3, 6))
print(table.remove({}), #t)
print(pcall(table.insert, t, 9, "x"))
print(pcall(function() table.insert(t, 9, "x") end))
print(pcall(function() table.insert(t, 0, "x") end))
print(pcall(function() return table.remove(t, 9) end))
print(pcall(function() return table.concat(t, ",", 1, 9) end))
local mixed = {1, "a", true}
print(pcall(function() return table.concat(mixed) end))
while #t > 0 do io.write(tostring(table.remove(t, 1)), " ") end
print(#t)
local words = {"pear", "fig", "apple", "date"}
table.sort(words)
print(table.concat(words, " "))
table.sort(words, function(x, y) return #x < #y or (#x == #y and x > y) end)
print(table.concat(words, " "), words[1], #words)
local numbers = {3, 1, 2.5, -1}
table.sort(numbers, function(x, y) return x > y end)
print(numbers[1], numbers[2], numbers[3], numbers[4])
print(pcall(function() local bad = {1, "a"}; table.sort(bad) end))
local holes = {1, 2, 3, 4}
holes[2] = nil
print(pcall(function() table.sort(holes, function(x, y) return x < y end) end))

--## arrays of arrays, of functions, and shared ones
local rows = {}
for i = 1, 3 do
  rows[i] = {}
  for j = 1, 3 do rows[i][j] = i * j end
end
rows[2][2] = rows[1]
print(#rows, rows[3][3], rows[2][2][3], rows[2][2] == rows[1], rows[1] == rows[3], rows[4] == nil)
local function swap(list, i, j) list[i], list[j] = list[j], list[i] end
swap(rows, 1, 3)
print(rows[1][3], rows[3][3])
swap(rows, 1, 4)
print(rows[1], #rows[4], rows[4][3])
local calls = {function(x) return x + 1 end, function(x) return x * 2 end}
local value = 3
for _, call in ipairs(calls) do value = call(value) end
print(value, calls[2](10), type(calls), type(calls[1]))
local list = {1, 2, 3}
local function grow() list[#list + 1] = #list end
local function forget() list = {} end
grow() grow()
local same = list
forget()
grow()
print(#same, same[5], #list, list[1], same == list)
local maybe = #list > 0 and list or nil
print(maybe and maybe[1], (maybe or {7})[1], not maybe)

--## loops that change what they go through
local t = {1, 2, 3}
for i, value in ipairs(t) do
  if i < 6 then t[#t + 1] = value * 2 end
end
print(#t, table.concat(t, " "))
for i, value in ipairs(t) do
  if i == 2 then t[4] = nil end
  io.write(i, "=", tostring(value), " ")
end
print(t[5])
local queue, head = {"a"}, 1
while queue[head] do
  local item = queue[head]
  queue[head] = nil
  head = head + 1
  if #item < 4 then queue[head + #item - 1] = item .. "x" end
  if #item == 2 then queue[head] = item .. "y" end
  io.write(item, " ")
end
print(head)
local co = coroutine.wrap(function()
  local seen = {}
  for i = 1, 3 do
    seen[i] = coroutine.yield(#seen)
  end
  return table.concat(seen, "-")
end)
print(co(), co("p"), co("q"), co("r"))
local stack = {}
local function push(x) stack[#stack + 1] = x end
local function pop()
  local x = stack[#stack]
  stack[#stack] = nil
  return x
end
for i = 1, 100 do push(i) if i % 3 == 0 then pop() pop() end end
print(#stack, pop(), stack[1], stack[#stack])
do
  local i, seen = 1, {}
  ::again::
  seen[i * i] = i
  i = i + 1
  if i <= 12 then goto again end
  print(seen[144], seen[121], seen[2], seen[4])
end

--## what the functions of the basic library see of one
local t = {1, 2, 3}
print(type(t), select("#", t), rawlen({1, 2}), rawget({5}, 1), rawequal(t, t), next({}))
local seen = {}
for k, v in pairs({4, 5, 6}) do seen[k] = v end
print(#seen, seen[3])
local copy = {table.unpack(t)}
copy[1] = 9
print(t[1], copy[1], #copy)
print(tostring(t):match("^table: ") ~= nil)
local with = setmetatable({1, 2}, {__index = function(_, k) return k * 10 end, __len = function() return 77 end})
print(with[1], with[5], #with)
local fallback = {7, 8, 9}
local through = setmetatable({1}, {__index = fallback})
print(through[1], through[2], through[4], #through)

--## sorting by a comparison and nothing else
local function show(list)
  local texts = {}
  for i, value in ipairs(list) do texts[i] = tostring(value) end
  print(table.concat(texts, " "))
end
local function made(seed)
  local list = {}
  for i = 1, 40 do
    seed = (seed * 1103515245 + 12345) % 2147483648
    list[i] = seed // 65536 % 12
  end
  return list
end
local function down(a, b) return a > b end
local numbers = made(1)
table.sort(numbers, down)
show(numbers)
table.sort(numbers, function(a, b) return a < b end)
show(numbers)
table.sort(numbers, function(a, b) return b < a end)
show(numbers)
local mixed = made(2)
for i = 1, 40, 3 do mixed[i] = mixed[i] + 0.0 end
table.sort(mixed, function(a, b) return a > b end)
show(mixed)
table.sort(mixed, function(a, b) return a < b end)
show(mixed)
local zeros = {0.0, -0.0, 1.5, -0.0, 0.0, -1.5, 0.0, -0.0}
table.sort(zeros, function(a, b) return a > b end)
show(zeros)
local words = {}
for i, value in ipairs(made(3)) do words[i] = "w" .. value end
table.sort(words, function(a, b) return a > b end)
show(words)
table.sort(words, function(a, b) return a < b end)
show(words)
local function sorted(list, order)
  local good, problem = pcall(table.sort, list, order)
  print(good, problem)
  show(list)
end
sorted({3, 1, 2}, function(a, b) return a > b end)
sorted({"x", "y"}, function(a, b) return a > b end)
sorted({3, "1", 2}, function(a, b) return a > b end)
sorted({3, false, 2}, function(a, b)
  return a > b
end)
print(pcall(table.sort, {{}, {}}, function(a, b) return a < b end))
sorted({1, 2, 3, 4, 5}, function(a, b) return a >= b end)
local calls = 0
table.sort(numbers, function(a, b) calls = calls + 1 return a > b end)
print(calls > 0)
local limit = 5
local by = setmetatable({}, {__lt = function(a, b) return a.n > b.n end})
local objects = {}
for i, n in ipairs(made(4)) do objects[i] = setmetatable({n = n, i = i}, getmetatable(by)) end
table.sort(objects, function(a, b) return a < b end)
for i, object in ipairs(objects) do io.write(object.n, ":", object.i, " ") end
print(limit)
