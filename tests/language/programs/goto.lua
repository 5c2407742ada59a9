--## continue in while and for
for i = 1, 5 do
  if i % 2 == 0 then goto continue end
  io.write(i, " ")
  ::continue::
end
print()
local i = 0
while i < 6 do
  i = i + 1
  do
    if i == 3 then goto next end
  end
  for j = 1, 2 do
    if i == j then goto next end
  end
  io.write(i, " ")
  ::next:: ::unused::
end
print()
for k, v in ipairs({ "a", "b", "c" }) do
  if v == "b" then goto continue end
  print(k, v)
  ::continue::
end
--## continue in repeat
local i = 0
repeat
  i = i + 1
  local even = i % 2 == 0
  if even then goto continue end
  io.write(i, " ")
  ::continue::
until i >= 7 or even and i >= 6
print()
i = 0
repeat
  i = i + 1
  if i == 2 then goto continue end
  if i == 4 then print("four") goto continue end
  if i == 5 then goto continue elseif i == 6 then print("six") end
  if i == 7 then goto continue else io.write("(", i, ")") end
  io.write(i, " ")
  ::continue::
until i == 8
print()
repeat
  i = i - 1
  if i > 5 then
    if i == 7 then goto continue end
    print("not seven", i)
  end
  for j = 1, 3 do
    if j == i then goto continue end
    if j == 3 and i == 4 then break end
  end
  io.write(i, " ")
  ::continue::
until i == 0
print()
repeat
  i = i + 1
  if i == 3 then goto continue end
  if i == 6 then break end
  io.write(i, " ")
  ::continue::
until false
print()
--## continue of an outer loop
for i = 1, 4 do
  for j = 1, 4 do
    if j == 3 then goto continue end
    if i == 2 then goto continue end
    for k = 1, 3 do
      if k == 2 and i == 3 then goto continue end
      io.write(i, j, k, " ")
    end
  end
  print("end of", i)
  ::continue::
end
print()
local i = 0
while i < 4 do
  i = i + 1
  local j = 0
  while true do
    j = j + 1
    repeat
      if j == i then goto outer end
      if j == 2 then goto inner end
    until true
    io.write(i, ":", j, " ")
    ::inner::
  end
  ::outer::
end
print()
i = 0
repeat
  i = i + 1
  for j = 1, 3 do
    if i == 2 then goto continue end
    if j > i then goto continue end
    io.write(i, j, " ")
  end
  io.write("| ")
  ::continue::
until i == 4
print()
--## out of nested loops
local function find(matrix, wanted)
  local row, column
  for i, line in ipairs(matrix) do
    for j, value in ipairs(line) do
      if value == wanted then
        row, column = i, j
        goto found
      end
    end
  end
  print("not found", wanted)
  do return end
  ::found::
  print("found", wanted, row, column)
end
find({ { 1, 2 }, { 3, 4 } }, 3)
find({ { 1, 2 }, { 3, 4 } }, 5)
for i = 1, 3 do
  for j = 1, 3 do
    for k = 1, 3 do
      if i * j * k == 4 then goto done end
      io.write(i * j * k, " ")
    end
    if j == 3 then goto middle end
  end
  ::middle::
  io.write("/ ")
end
::done::
print("done")
while true do
  while true do
    goto out
  end
end
::out::
print("out")
--## break and goto in the same loop
for i = 1, 6 do
  for j = 1, 6 do
    if j == 4 then break end
    if i == j then goto continue end
    if i + j == 9 then goto out end
    io.write(i, j, " ")
  end
  io.write("; ")
  ::continue::
end
print("no")
::out::
print("out")
--## backward
local i = 1
::top::
io.write(i, " ")
i = i + 1
if i <= 5 then goto top end
print()
do
  ::again::
  i = i - 1
  if i > 2 then io.write(i, " ") goto again end
  print("at", i)
end
do
  ::again::
  if i < 9 then
    i = i + 1
    if i == 5 then goto again end
    io.write(i, " ")
    goto again
  end
  print()
end
do
  ::loop::
  i = i - 1
  if i == 4 then goto over end
  if i % 2 == 0 then goto loop end
  io.write(i, " ")
  goto loop
  ::over::
  print("over")
end
--## nested backward
local i, j = 0, 0
::outer::
i = i + 1
j = 0
::inner::
j = j + 1
io.write(i, j, " ")
if j < 3 then goto inner end
if i < 3 then goto outer end
print()
i = 0
::a::
i = i + 1
::b::
i = i + 2
if i % 3 == 0 and i < 30 then goto a end
if i < 10 then goto b end
if i < 20 then goto a end
print(i)
--## overlapping backward jumps
local i = 0
::a::
i = i + 1
io.write("a", i, " ")
::b::
i = i + 1
io.write("b", i, " ")
if i < 6 then goto a end
io.write("- ")
if i < 12 then goto b end
print(i)
--## backward out of loops
local tries = 0
::retry::
tries = tries + 1
for i = 1, 3 do
  for j = 1, 3 do
    if tries < 3 and i * j == 2 * tries then
      io.write("retry", tries, " ")
      goto retry
    end
    io.write(i, j, " ")
  end
end
print("done")
--## forward
local function f(a, b)
  if a then goto skip end
  io.write("not a ")
  if b then
    goto skip
  end
  io.write("not b ")
  ::skip::
  print(a, b)
end
f(true, true) f(true, false) f(false, true) f(false, false)
local function g(n)
  if n == 1 then
    print("one")
    goto done
  elseif n == 2 then
    goto done
  elseif n == 3 then
    print("three")
  else
    print("other")
  end
  print("after")
  ::done::
  print("done")
end
for n = 1, 4 do g(n) end
goto over
print("never")
::over::
print("over")
do
  goto e
  local x = 1
  print(x)
  ::e::
end
--## forward out of blocks
local function f(n)
  do
    if n == 1 then
      do goto out end
    else
      if n > 2 then
        if n == 3 then goto out end
        io.write("more than 3 ")
      end
      io.write("not 1 ")
    end
    io.write("inner ")
  end
  io.write("outer ")
  ::out::
  print(n)
end
for n = 1, 4 do f(n) end
--## forward past several
local function f(n)
  if n == 1 then goto a end
  io.write("1 ")
  if n == 2 then goto b end
  io.write("2 ")
  ::a::
  io.write("a ")
  if n == 3 then goto c end
  ::b::
  io.write("b ")
  ::c::
  print("c")
end
for n = 1, 4 do f(n) end
local function g(n)
  if n == 1 then goto a end
  if n == 2 then goto b end
  if n == 3 then goto c end
  if n == 4 then goto d end
  print("none")
  do return end
  ::a:: print("a")
  ::b:: print("b")
  do return "left" end
  ::c:: print("c")
  ::d:: print("d")
end
for n = 1, 5 do print(g(n)) end
--## many jumps forward
local function f(n)
  if n == 1 then goto done end
  io.write("1 ")
  if n == 2 then goto done end
  io.write("2 ")
  if n == 3 then goto done end
  io.write("3 ")
  if n == 4 then goto done end
  io.write("4 ")
  while true do
    if n == 5 then goto done end
    break
  end
  io.write("5 ")
  ::done::
  print(n)
end
for n = 1, 6 do f(n) end
for n = 1, 9 do
  if n == 1 then goto done end
  io.write("1 ")
  if n == 2 then break end
  ::done::
  io.write("done ")
end
print()
--## to the end of a function
local function f(n)
  for i = 1, 3 do
    if i == n then goto finish end
    io.write(i, " ")
  end
  if n == 4 then goto finish end
  print("no finish")
  ::finish::
end
print(f(1), f(2), f(4), f(5))
print((f(2)))
print(select("#", f(2)))
--## jumps into the middle of a loop
local i = 0
goto middle
::top::
io.write("top ")
i = i + 1
::middle::
io.write("middle ", i, " ")
if i < 3 then goto top end
print()
local function machine(input)
  local position = 0
  local state
  goto start
  ::digit::
  state = "digit"
  goto read
  ::letter::
  state = "letter"
  goto read
  ::start::
  state = "start"
  ::read::
  position = position + 1
  do
    local c = input:sub(position, position)
    io.write(state, "(", c, ") ")
    if c == "" then goto finished end
    if c:match("%d") then goto digit end
    for _ = 1, 2 do
      if c:match("%a") then goto letter end
    end
  end
  goto start
  ::finished::
  print("end")
end
machine("a1-b22") machine("") machine("--")
--## labels of the same name
do
  goto a
  print("no")
  ::a::
  print("first")
end
do
  goto a
  print("no")
  ::a::
  print("second")
end
local function f()
  goto a
  print("no")
  ::a::
  return function()
    goto a
    print("no")
    ::a::
    print("third")
  end
end
f()()
for i = 1, 2 do
  for j = 1, 2 do
    if j == 1 then goto continue end
    print(i, j)
    ::continue::
  end
  if i == 1 then goto continue end
  print(i)
  ::continue::
end
--## fresh locals
local functions = {}
do
  local i = 1
  ::top::
  local x = i * 10
  local y
  functions[#functions + 1] = function() x = x + 1 return x, y end
  y = i
  i = i + 1
  if i <= 3 then goto top end
end
for _, f in ipairs(functions) do print(f()) end
for _, f in ipairs(functions) do print(f()) end
functions = {}
local n = 0
::again::
n = n + 1
local m = n
local function count() return m end
functions[n] = count
if n < 3 then goto again end
print(functions[1](), functions[2](), functions[3](), m)
local i = 1
while i <= 3 do
  local j = i
  ::inner::
  local k = j
  functions[#functions + 1] = function() k = k + 100 return i, j, k end
  j = j + 1
  if j % 2 == 0 then goto inner end
  i = i + 1
end
for _, f in ipairs(functions) do print(f()) end
--## shadowed by a later local
local i = 0
local x = "first"
::top::
io.write(tostring(x), " ")
local y = x
local x = "second"
io.write(x, " ", y, " ")
i = i + 1
if i < 3 then goto top end
print()
local function f(n)
  local a = n
  ::top::
  io.write(a, " ")
  if a > 3 then return a end
  a = a + 1
  local a = -n
  io.write(a, " ")
  goto top
end
print(f(1))
--## recursion of a local in a loop
local list = {}
local i = 0
::top::
i = i + 1
local function fact(n) if n <= 1 then return i end return n * fact(n - 1) end
list[i] = fact
if i < 3 then goto top end
print(list[1](3), list[2](3), list[3](3))
--## results around gotos
local function f(n)
  if n > 0 then goto positive end
  do return "not positive", n end
  ::positive::
  return "positive"
end
print(f(1)) print(f(0)) print((f(0)))
local function g(n)
  ::top::
  if n > 10 then return n end
  n = n * 2
  goto top
end
print(g(3), g(11))
local function h(n)
  while true do
    if n > 5 then goto out end
    n = n + 1
  end
  ::out::
  return n
end
print(h(1), h(9))
local function k() goto done ::done:: end
print(k()) print(select("#", k()))
--## errors keep their lines
local function f(n)
  ::top::
  if n == 0 then
    error("zero")
  elseif n == 1 then
    local t = nil
    print(t.x)
  end
  n = n - 1
  if n > 2 then goto top end
  goto done
  print("never")
  ::done::
  error("at the end")
end
print(pcall(f, 0)) print(pcall(f, 1)) print(pcall(f, 5))
repeat
  local x = nil
  if not x then goto continue end
  ::continue::
until x.y
--## a global function that is jumped over
goto skip
function helper() return "helper" end
::skip::
print(pcall(function() return helper() end))
print(helper)
--## conditions that make functions
local i = 0
::top::
i = i + 1
if (function() return i < 3 end)() then goto top end
print(i)
repeat
  i = i - 1
  if (function() return i == 1 end)() then goto continue end
  io.write(i, " ")
  ::continue::
until (function() return i < 0 end)()
print()
::head::
if (function() i = i + 1 return i < 4 end)() then
  io.write(i, " ")
  goto head
end
print()
--## endless loops left by goto
local i = 0
while true do
  i = i + 1
  if i == 4 then goto out end
  if i == 2 then goto continue end
  io.write(i, " ")
  ::continue::
end
::out::
print(i)
repeat
  i = i + 1
  if i == 8 then goto finished end
until nil
::finished::
print(i)
--## goto continue in a closure inside a loop
for i = 1, 3 do
  local function each(list)
    for _, v in ipairs(list) do
      if v == i then goto continue end
      io.write(v, " ")
      ::continue::
    end
  end
  if i == 2 then goto continue end
  each({ 1, 2, 3 })
  ::continue::
end
print()
--## jumps in elseif chains
local function f(n)
  ::top::
  if n == 1 then
    n = 3
    goto top
  elseif n == 2 then
    goto two
  elseif n == 3 then
    for i = 1, 3 do
      if i == 2 then n = 2 goto top end
      io.write("i", i, " ")
    end
  else
    goto other
  end
  io.write("fell ")
  ::two::
  io.write("two ")
  ::other::
  print(n)
end
for n = 1, 4 do f(n) end
--## dead code with a label in it
do
  local n = 0
  goto first
  ::second::
  print("second", n)
  goto third
  ::first::
  print("first")
  n = n + 1
  goto second
  ::third::
  print("third")
end
--## one statement that jumps to several places behind it
local function f(n)
  for i = 1, 3 do
    if i == n then goto a elseif i + 3 == n then goto b end
  end
  io.write("neither ")
  ::a::
  io.write("a ")
  ::b::
  print(n)
end
for n = 1, 7 do f(n) end
local function g(n)
  if n > 1 then
    if n == 2 then goto middle end
    io.write("more ")
    goto finish
  end
  io.write("one ")
  ::middle::
  io.write("middle ")
  ::finish::
  print(n)
end
for n = 1, 3 do g(n) end
