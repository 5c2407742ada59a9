--## a string grows by text and integers
local s = ""
for i = 1, 5 do s = s .. i end
for i = 1, 3 do s = s .. "<" .. i * 2 .. ">" .. tostring(i) end
s = s .. s
s = s .. 7
s = s .. "\n\"quoted\" {braces} %d " .. #s
s = s .. 1 .. 2
s = s .. -3
s = (s) .. (("end"))
print(s, #s)
--## floats and other values in between
local s = "x"
s = s .. 1.5
s = s .. 2^53 .. "|"
s = s .. 3 // 1 .. 4 / 2
local either = #s > 2 and 5 or "five"
s = s .. either
either = #s > 200 and 5 or "five"
s = s .. either
print(s)
--## the old string stays what it was
local s = "a"
local old = s
local list = {}
for i = 1, 4 do
  s = s .. "b" .. i
  list[i] = s
end
print(old, s, table.concat(list, ","))
--## what comes behind is computed before, and may assign the string
local s = "a"
local function assign(text) s = s .. "!" return text end
s = s .. assign("b")
print(s)
s = s .. assign("c") .. s .. assign("d")
print(s)
local function chain() s = s .. "y" .. assign("z") return s end
print(chain(), s)
--## a variable of an outer function and of a loop
local function counter()
  local log = ""
  local function add(word) log = log .. word .. ";" return log end
  return add
end
local add = counter()
add("one") add("two")
print(add("three"))
local writers = {}
for i = 1, 3 do
  local text = "t" .. i
  writers[i] = function(more) text = text .. more .. i return text end
end
writers[1]("a") writers[2]("b")
print(writers[1]("c"), writers[2]("d"), writers[3]("e"))
--## not always a string
local s = "5"
s = s + 1
s = s .. "0"
print(s, math.type(s))
local t = setmetatable({}, { __concat = function(a, b) return "joined with " .. type(b) end })
t = t .. "x"
t = t .. "!"
print(t)
print(pcall(function() local s = "x" s = s .. nil end))
print(pcall(function() local s = "x" local u s = s .. "y" .. u end))
print(pcall(function(s) s = s .. "y" return s end, {}))
print(pcall(function(s) s = s .. "y" return s end, 12))
local p = "a"
p = p .. (p == "a" and "b" or nil)
print(p, pcall(function() p = p .. (p == "a" and "b" or nil) end))
--## several at once
local a, b = "a", "b"
a, b = a .. b, b .. a
a = a .. b b = b .. a
print(a, b)
