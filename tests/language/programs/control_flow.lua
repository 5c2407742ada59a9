--## truthiness
local function show(x) if x then return "true" else return "false" end end
print(show(0), show(""), show({}), show(nil), show(false), show(true), show(0/0))
print(nil and 1, false and 1, 0 and 1, "" and 2, nil or 3, false or nil, 4 or 5, nil and nil)
print(not nil, not 0, not not 1, not "")
local x
x = x or "default"
print(x, x and x .. "!" or "none")
local flag = false
flag = flag or nil
print(flag)
print(1 and false or 2, (nil or false), (false or nil))
--## if, elseif, else
for i = 1, 4 do
  if i == 1 then print("one") elseif i == 2 then print("two") elseif i == 3 then else print("more") end
end
--## while, repeat, break
local i = 0
while true do
  i = i + 1
  if i == 3 then break end
end
print(i)
repeat
  local done = i >= 6
  i = i + 1
until done
print(i)
while i < 10 do i = i + 1 end print(i)
--## numeric for
for i = 1, 3 do io.write(i, " ") end print()
for i = 3, 1, -1 do io.write(i, " ") end print()
for i = 1, 0 do print("never") end
for i = 1.0, 2 do io.write(i, " ") end print()
for i = 1, 2, 0.5 do io.write(i, " ") end print()
for i = math.maxinteger - 1, math.maxinteger do io.write(i, " ") end print()
for i = math.mininteger, math.mininteger + 1 do io.write(i, " ") end print()
for i = 1, 3.9 do io.write(i, " ") end print()
for i = -1, -3.5, -1 do io.write(i, " ") end print()
for i = 1, math.huge do if i > 3 then break end io.write(i, " ") end print()
local n = 3
for i = 1, n do n = 10 i = i * 2 io.write(i, " ") end print()
print(pcall(function() for i = 1, 10, 0 do end end))
print(pcall(function() for i = "a", 10 do end end))
print(pcall(function() for i = 1, {} do end end))
print(pcall(function() for i = 1, 2, "x" do end end))
--## continue with goto
for i = 1, 5 do
  if i % 2 == 0 then goto continue end
  io.write(i, " ")
  ::continue::
end
print()
local i = 0
while i < 5 do
  i = i + 1
  if i == 3 then goto next end
  io.write(i, " ")
  ::next::
end
print()
--## generic for with own iterators
local function range(n)
  local i = 0
  return function() i = i + 1 if i <= n then return i, i * i end end
end
for i, sq in range(3) do io.write(i, ":", sq, " ") end print()
for i in range(2) do io.write(i, " ") end print()
local function stateless(s, c) if c < s then return c + 1 end end
for i in stateless, 3, 0 do io.write(i, " ") end print()
for a, b, c in (function() local done return function() if not done then done = true return 1, 2 end end end)() do print(a, b, c) end
for k, v in next, {x = 1} do print(k, v) end
--## early return
local function find(t, x)
  for i, v in ipairs(t) do
    if v == x then return i end
  end
  return nil, "not found"
end
print(find({1, 2, 3}, 2))
print(find({1, 2, 3}, 9))
local function nothing(x) if x then return end print("fell through") end
nothing(true) nothing(false)
do return print("chunk returns") end
--## comparisons
print(1 < 2, 1 <= 1.0, 2 > 1.5, "a" < "b", 1 == 1.0, "1" == 1, true == 1, nil == false)
print(pcall(function() return 1 < "2" end))
print(pcall(function() return {} < {} end))
print(pcall(function() return nil > 1 end))
local t = {}
print(t == t, t == {}, 0 == false, 1 == true, 2^53 == 2^53 + 1)
--## integer division and modulo
print(7 // 2, -7 // 2, 7 // -2, 7.5 // 2, -7 % 3, 7 % -3, 5.5 % 2, -5.5 % 2, 1e308 * 10 // 1)
print(pcall(function() return 1 // 0 end), 1 // 0.0, -1 // 0.0, pcall(function() return 1 % 0 end))
print(1 / 2, 4 / 2, 1 / 0, -1 / 0, 2 ^ 10, 2 ^ 0.5, 10 / 5)
print(math.maxinteger + 1, math.mininteger - 1, math.maxinteger * 2, -math.mininteger)
print(5 & 3, 5 | 3, 5 ~ 3, ~5, 1 << 62, 1 << 63, 1 << 64, -1 >> 1, 2.0 & 3, 1 >> -1)
