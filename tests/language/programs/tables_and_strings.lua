--## constructors
local t = {1, 2, 3; "four", x = 5, ["y z"] = 6, [10] = 7, [1.5] = 8}
print(#t, t[1], t[4], t.x, t["y z"], t[10], t[1.5])
print(#{}, #{nil}, #{1, nil, 3} >= 1)
local n = nil
local u = { a = n, b = 2, n }
print(u.a, u.b, u[1])
local k = "key"
local v = { [k] = 1, [k .. "2"] = 2, [true] = "yes", [false] = "no", [2^53] = "big" }
print(v.key, v.key2, v[true], v[false], v[2^53], v[1], v[0])
--## length and append
local t = {}
for i = 1, 100 do t[#t + 1] = i * i end
print(#t, t[1], t[100])
t[#t] = nil
print(#t)
t[#t + 1] = "x"
print(#t, t[100])
table.insert(t, 1, "first") table.insert(t, "last")
print(#t, t[1], t[2], t[#t], table.remove(t), table.remove(t, 1), #t)
--## boolean and number keys stay apart
local t = {}
t[1] = "int" t[true] = "bool" t[1.0] = "float is int" t["1"] = "string"
print(t[1], t[true], t[1.0], t["1"])
t[0] = "zero" t[false] = "false"
print(t[0], t[false], t[-0.0])
local seen = {} for k in pairs(t) do seen[#seen + 1] = type(k) .. tostring(k) end table.sort(seen) print(table.concat(seen, " "))
print()
t[2^31] = 1 print(t[2147483648])
--## errors of keys
print(pcall(function() local t = {} t[nil] = 1 end))
print(pcall(function() local t = {} t[0/0] = 1 end))
print(({})[nil], ({})[0/0])
--## pairs and ipairs
for i, v in ipairs({"a", "b", nil, "d"}) do print(i, v) end
local t = {10, 20, 30}
local keys = {}
for k, v in pairs(t) do keys[#keys + 1] = k .. "=" .. v end
print(table.concat(keys, ","))
for k in pairs({x = 1}) do print(k) end
for k in pairs({}) do print("never") end
local m = {a = 1, b = 2, c = 3}
for k in pairs(m) do m[k] = nil end
print(next(m))
--## strings
print("a" .. 1 .. 2.0 .. "b", #"hello", "x" < "y", "a" == 'a', "10" + 5, "3" * "4")
print(("hello"):upper(), ("x"):rep(3), ("%d-%s"):format(5, "z"))
local s = "hello world"
print(s:sub(1, 5), s:sub(-5), s:find("wor"), s:match("(%w+) (%w+)"))
print((s:gsub("o", "0")))
for w in s:gmatch("%a+") do io.write(w, ";") end print()
print(s:len(), s:byte(1), #s, s:reverse())
print("tab\tnewline\\n \65\066 \x41 \u{48}\u{20AC} \z
       continued")
print([[
long
string]], [==[with ]] inside]==])
print('single "double"', "double 'single'", "\"")
--## non-ASCII strings are bytes
local s = "größe €"
print(s, #s, s:byte(1, -1))
print(s:upper(), s:sub(3, 4), s:reverse() ~= s)
local t = { ["schlüssel"] = "wert" }
print(t["schlüssel"], t.schl)
print("\xff\xfe" == "\255\254", #"\xff", "\xe4" .. "x")
--## string coercions
print(1 .. "", -0.0 .. "", 1e15 .. "", 2^53 .. "", 1e100 .. "", 0x10 .. "")
print("0x10" + 0, "1e1" + 0, " 5 " + 0, pcall(function() return "x" + 1 end))
print(10 == "10", "10" + 0 == 10, tostring(10) == "10")
--## tostring and tonumber
print(tostring(nil), tostring(true), tostring(1.5), tostring(-0.0), tostring(1e300 * 1e10), tostring(0/0))
print(tonumber("12"), tonumber("1.5"), tonumber("0x1p4"), tonumber("abc"), tonumber("10", 2), tonumber(""), tonumber("ff", 16))
print(math.type(1), math.type(1.0), math.type("1"), 1 == 1.0, math.maxinteger + 1 == math.mininteger)
--## format
print(string.format("%5d|%-5s|%05.1f|%x|%q|%s|%%", 42, "ab", 3.14159, 255, "a\nb", nil))
--## concat and sort
print(table.concat({1, 2, 3}, ", "), table.concat({}, "x"), table.concat({"a", "b"}, "-", 2, 2))
local t = {5, 2, 8, 1}
table.sort(t) print(table.concat(t, " "))
table.sort(t, function(a, b) return a > b end) print(table.concat(t, " "))
local names = {"bob", "alice", "Carl"}
table.sort(names, function(a, b) return a:lower() < b:lower() end)
print(table.concat(names, " "))
print(table.unpack({1, 2, 3}))
print(select("#", table.unpack({}, 1, 3)))
print(#table.pack(1, nil, 3), table.pack(1, nil, 3).n)
--## nested tables
local config = { server = { ports = { 80, 443 }, name = "x" } }
config.server.ports[#config.server.ports + 1] = 8080
config.server.tls = { enabled = true }
print(#config.server.ports, config.server.ports[3], config.server.tls.enabled, config["server"]["name"])
config.server.name = nil
print(config.server.name)

--## appending: which is evaluated first
local list = {}
local function grow() list[#list + 1] = "grown" return "after" end
list[#list + 1] = grow()
list[#list + 1] = "x" .. #list
list[#list + 1] = {name = "n" .. #list, size = #list}
list[#list + 1] = tonumber("5") + #list
print(#list, list[1], list[2], list[3], list[4] and list[4].size, list[5])
local shown = setmetatable({}, {__tostring = function() list[#list + 1] = "shown" return "s" end})
list[#list + 1] = string.format("%s", shown)
print(#list, list[#list], list[#list - 1])
local sums = setmetatable({}, {__add = function() list[#list + 1] = "added" return 1 end})
list[#list + 1] = sums + 1
print(#list, list[#list])
local nothing
print(pcall(function() nothing[#list + 1] = "a" .. {} end))
print(pcall(function() nothing[#list + 1] = "a" end))
print(pcall(function() list[#nothing + 1] = "a" .. {} end))
print(pcall(function() list[nothing] = "a" end))
--## appending: what is stored, and in which order things happen
local function show(t)
  local parts = {}
  for i = 1, 6 do parts[#parts + 1] = tostring(t[i]) end
  print(#t, table.concat(parts, " "))
end
local plain, count = {}, 0
for i = 1, 3 do plain[#plain + 1] = i * 2 end
plain[#plain + 1] = nil
show(plain)
local named = { size = 1, "first" }
named[#named + 1] = "second"
named[#named + 1] = named.missing
show(named)
local other = { 1, 2, 3 }
other[#other + 1] = other[2]
other[#other + 1] = other[9]
show(other)
local record = { items = {}, deep = { list = { "x" } } }
record.items[#record.items + 1] = "a"
record.deep.list[#record.deep.list + 1] = record.items[1]
record.items[#record.deep.list + 1] = "other table"
print(record.items[1], record.items[2], record.items[3], record.deep.list[2])
local function grow(t) t[#t + 1] = "inner" return "outer" end
local growing = {}
growing[#growing + 1] = grow(growing)
show(growing)
for _, case in ipairs({
  function(t) t[#t + 1] = 1 end,
  function(t) t.list[#t.list + 1] = t.list.x.y end,
  function(t) t[#t + 1] = t.x.y end,
  function(t) t[#t + 1] = t end,
}) do
  print(pcall(case, nil))
  print(pcall(case, "text"))
  print(pcall(case, 5))
  print(pcall(case, {}))
end
--## appending to tables with metamethods
local log = {}
local function note(...) log[#log + 1] = table.concat({ ... }, " ") end
local watched = setmetatable({}, {
  __len = function() note("len") return 4 end,
  __newindex = function(t, k, v) note("set", k, tostring(v)) rawset(t, k + 1, v) end,
})
local value = "before"
watched[#watched + 1] = value
watched[#watched + 1] = "again"
print(table.concat(log, ", "), rawget(watched, 6), rawlen(watched))
local counted = 0
local counting = setmetatable({}, { __len = function() counted = counted + 1 return 2 end })
counting[#counting + 1] = counted
counting[#counting + 1] = counted
print(counting[3], counted)
local odd = setmetatable({}, { __len = function() return 1.5 end })
odd[#odd + 1] = "half"
print(odd[2.5])
print(pcall(function() local none = setmetatable({}, { __len = function() end }) none[#none + 1] = 1 end))
local inherited = setmetatable({}, { __index = { "a", "b" } })
inherited[#inherited + 1] = inherited[1]
inherited[#inherited + 1] = inherited[2]
print(#inherited, rawget(inherited, 1), rawget(inherited, 2))
local proxied = setmetatable({}, { __index = function(_, key) note("get", key) return record.items end })
proxied.items[#proxied.items + 1] = "through"
print(record.items[#record.items], log[#log], log[#log - 1])
--## characters of what a call with several results gives
local function two() return 2, 4 end
local function text(s) return s, 2, 4 end
print(("hello"):sub(two()), ("hello"):sub((two())), ("hello"):byte(two()))
print(string.len(text("abc")), string.sub(text("hello")), string.byte(text("hello")))
print(#string.char(two()), #string.char((two())))
local chr, ord, parts = 5, 6, {}
for code = 65, 70 do parts[#parts + 1] = string.char(code) end
for code = 0, 255, 51 do parts[#parts + 1] = #string.char(code) .. string.char(code):byte() end
print(table.concat(parts, " "), chr, ord)
print(pcall(function() for code = 254, 256 do parts[1] = string.char(code) end end))
print(pcall(function() local code = ("x"):byte(2) return string.char(code) end))
--## numbers from text
for _, text in ipairs({ "12", "007", "", " 7 ", "+5", "-5", "1_000", "²", "١", "123456789012345678",
  "999999999999999999", "9223372036854775807", "9223372036854775808", "0x10", "1e1", "5.", "5 5" }) do
  print(text, tonumber(text), math.type(tonumber(text)))
end
--## a field or a default
local counts, flags = {}, {}
for word in ("a b a c a"):gmatch("%a") do
  counts[word] = (counts[word] or 0) + 1
  counts["total"] = 1 + (counts.total or 0)
  flags[word] = flags[word] or "seen"
  flags[#flags + 1] = flags[1.0] or word
end
print(counts.a, counts.b, counts.total, flags.a, flags[1], flags[2], counts[nil] or "none", counts[0/0] or 5)
local maybe = {}
maybe.x = false
print(maybe.x or 3, maybe[true] or 4)
local nested = { list = {} }
nested.list.n = (nested.list.n or 10) + 1
print(nested.list.n, counts.zzz or nil)
local inherited = setmetatable({}, { __index = { x = 7 } })
print(inherited.x or 1, inherited.y or 2)
local none
print(pcall(function() return none.x or 1 end))
local function default(t, k) return t[k] or 0 end
print(default({ a = 1 }, "a"), default({ a = 1 }, "b"))
