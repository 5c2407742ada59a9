--## integers: sums and products at the edge of 64 bits
local big = 9223372036854775807
local function grow(n) local x = 1 for i = 1, n do x = x * 3 + i end return x end
print(grow(10), grow(39), grow(40), grow(41), grow(200))
local function power(b, e) local r = 1 for _ = 1, e do r = r * b end return r end
print(power(2, 62), power(2, 63), power(2, 64), power(-2, 63), power(10, 18), power(10, 19), power(7, 30))
print(big + 1, -big - 2, big * 2, big * big, (big // 1) + 1, math.mininteger - 1, -math.mininteger)
print(math.mininteger // -1, math.mininteger % -1, big // -1, -7 // 2, -7 % 2, 7 % -2, 7 // -2)
local t = {v = 1}
for _ = 1, 70 do t.v = t.v * 2 end
print(t.v)
t.v = 1
for _ = 1, 64 do t.v = t.v + t.v end
print(t.v)
local fib = {1, 1}
for i = 3, 100 do fib[i] = fib[i - 1] + fib[i - 2] end
print(fib[92], fib[93], fib[100])
--## integers: remainders, masks and shifts
local state = 7
local function random(limit) state = (state * 1103515245 + 12345) % 2147483648 return state // 65536 % limit end
print(random(10), random(100), random(1000), random(7), pcall(random, 0))
local h = 5381
for i = 1, 20 do h = (h << 5) + h + i & 0xffffffff end
print(h, h >> 3, h << 40, h << 63, h << 64, h >> 64, h << -3, h >> -40, -1 >> 1, -1 >> 63, 1 << 62, 1 << 63)
local x = 2463534242
for _ = 1, 10 do
  x = x ~ (x << 13) & 0xffffffff
  x = x ~ (x >> 17)
  x = x ~ (x << 5) & 0xffffffff
end
print(x, ~x, ~x & 0xff, x | -1, -x & 0xff, x ~ -1, (x & 0xff) << 56, (x & 0xff) << 55)
local function shifted(v, n) return v << n, v >> n end
for n = -2, 66, 17 do print(shifted(255, n)) end
local function unsigned(b) return b:byte(1) << 24 | b:byte(2) << 16 | b:byte(3) << 8 | b:byte(4) end
print(unsigned("abcd"), unsigned("\255\255\255\255"), unsigned("\255\255\255\255") << 32, pcall(unsigned, "abc"))
print(1.0 & 3, 2^31 | 0, "7" & 3, pcall(function() return 1.5 & 1 end))
--## integers: loops that count
local n = 0
for i = 10, 1, -3 do n = n + i end
for i = -5, 5, 2 do n = n * 10 + i end
print(n)
for i = math.maxinteger - 1, math.maxinteger do io.write(i, " ", i + 1, " ", i * 2, " ") end
print()
for i = math.mininteger, math.mininteger + 1 do io.write(i, " ", i - 1, " ", -i, " ") end
print()
for i = 3, 1 do print(i) end
for i = 1, 3.7 do io.write(i, " ", i / 2, " ") end
for i = 1.0, 3 do io.write(i, " ", i + 1, " ") end
for i = 1, "3" == 3 and 1 or 2 do io.write(i, " ") end
print()
local down = 5
while down > -3 do down = down - 2 end
print(down, down * down, -down, down // 2, down % 2, down / 2, 7 // down, 7 % down)
--## integers: mixed with floats and nil
local function half(v) return v / 2, v // 2, v % 2, v * 2, v + 0.5, -v end
print(half(3)) print(half(3.0)) print(half(-3)) print(half(9007199254740993))
local function mixed(flag) local v = 1 if flag then v = 0.5 end return v + 1, v * 3, v - 2, -v, v // 1, v % 1 end
print(mixed(true)) print(mixed(false))
local empty
print(pcall(function() return empty + 1 end), pcall(function() return 1 << empty end))
print(1 // 0.0, -1 // 0.0, 0/0 ~= 0/0, pcall(function() return 1 // 0 end), pcall(function() return 1 % 0 end))
local z = 0
for i = 1, 3 do z = i - i end
print(pcall(function() return 5 % z end), pcall(function() return 5 // z end), 5 / z, -5 / z, z / z ~= z / z)
--## integers: recursion that counts
local function depth(n, d) if n == 0 then return d, d * 2 end return depth(n - 1, d + 1) end
local function tree(level) if level > 3 then return 1 end return tree(level + 1) + tree(level + 2) * level end
local function down(n) if n < -5 then return n end local r = down(n - 3) return r + n end
print(depth(10, 0), tree(0), down(4))
local counts = {}
for word in ("the cat the dog the end"):gmatch("%a+") do counts[word] = (counts[word] or 0) + 1 end
for at, word in ("ab cd"):gmatch("()(%a+)") do counts[word] = at + 0.5 end
for key, value in string.gmatch("a=1, b=2, c=", "(%w+)=(%w*)") do counts[key] = value .. (value == "" and "-" or value + 1) end
for whole, none in ("xy"):gmatch("%a") do counts[whole] = none == nil end
local keys = {}
for key in pairs(counts) do keys[#keys + 1] = key end
table.sort(keys)
for _, key in ipairs(keys) do io.write(key, "=", tostring(counts[key]), " ") end
print()
--## booleans that may be nil
local flags = {yes = true, no = false}
local function flag(name) return flags[name] end
print(flags.yes and 1, flags.no and 1, flag("lost") and 1, flags.yes or 2, flags.no or 2, flag("lost") or 2)
print(not flags.yes, not flag("lost"), flag("no") and flag("lost"), flag("lost") and flag("no"), flag("lost") or flag("no"))
if flag("lost") then print("lost") elseif flag("no") then print("no") elseif flag("yes") then print("yes") end
while not flags.done do flags.done = true end
local t = {}
t.a, t.b, t["c d"] = true, nil, flag("no")
local key = "k" .. 1
t[key] = t.a
t[key .. "x"], t[key] = 5, t.b
print(t.a, t.b, t["c d"], t.k1, t.k1x)
--## integers: characters of strings
local text = "h\233llo\0w"
local out = {}
for i = 1, #text do out[#out + 1] = text:byte(i) .. ":" .. #text:sub(i, i) end
for i = 0, #text + 2 do out[#out + 1] = tostring(text:byte(i)) .. "/" .. text:sub(i, i):len() end
for i = #text + 1, 1, -1 do out[#out + 1] = tostring((string.byte(text, i))) end
local at = 1
while true do
  local code = string.byte(text, at)
  if not code then break end
  out[#out + 1] = code + 1
  at = at + 1
end
print(table.concat(out, " "))
local function all(s, i) return s:byte(i) end
print(all("abc", 2), select("#", all("abc", 9)), select("#", ("abc"):byte(4)), (("abc"):byte(4)))
print(text:sub(1, 3), text:sub(2), text:sub(-3), text:sub(1, -1), text:sub(2, -2), text:sub(-100), text:sub(100), text:sub(3, 2))
print(text:sub(1, 0) == "", text:sub(0, 0) == "", text:sub(0, 2), text:sub(1, 100), text:sub(7, -7) == "", text:sub(2, -100) == "")
for i = 0, 3 do io.write(text:sub(i, i), "|", text:sub(i), "|", text:sub(i, i + 1), "|", text:sub(i + 1, i), "|") end
for i = -2, 2 do io.write(text:sub(i, i), "|", text:sub(i), "|", text:sub(1, i), "|") end
print(string.len(text), ("\n"):len())
local function past(s, n) for i = 1, n do io.write(tostring(s:byte(i)), " ", s:byte(i) or "none", " ") end print() end
past("ab", 4)
local changing = "abc"
for i = 1, #changing do io.write(tostring(changing:byte(i)), " ") changing = changing:sub(2) end
print(pcall(function() local s = "a" for i = 1, 3 do local c = s:byte(i) io.write(c + 1, " ") end end))
local n = 3
print("line " .. n .. "\n\ttab " .. n + 1 .. " \"quoted\" 'single' \\ {braces}\n" .. n .. "", "a\r" .. n == "a\r3")
