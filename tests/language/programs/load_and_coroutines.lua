--## load beside coroutines: whatever is called may yield
local f = load("local n = ... coroutine.yield(n) return 'loaded'")
local function gen(n) return coroutine.wrap(function() for i = 1, n do coroutine.yield(i) end end) end
for i in gen(3) do print(i) end
local co = coroutine.create(function(...)
  print(pcall(function() coroutine.yield("in pcall") error("x") end))
  print(xpcall(function() coroutine.yield("in xpcall") error("x") end, function(m) return "h " .. m end))
  for k, v in pairs({ 1 }) do coroutine.yield(k) end
  f("in f")
  print(select("#", table.unpack({ 1, 2 })))
  local t = setmetatable({}, { __index = function(_, k) return coroutine.yield(k) end })
  print(t.field)
  local c <close> = setmetatable({}, { __close = function() coroutine.yield("closing") end })
  return "end"
end)
while true do
  local ok, v = coroutine.resume(co)
  print(ok, v, coroutine.status(co))
  if coroutine.status(co) == "dead" then break end
end
local c2 = coroutine.wrap(f)
print(c2(1), c2())
local names = { "yield" }
local c3 = coroutine.wrap(function() coroutine[names[1]](7) return 8 end)
print(c3(), c3())
print(coroutine.isyieldable(), pcall(coroutine.yield, 1))
print(pcall(table.sort, {3, 2, 1}, function(a, b) coroutine.yield() return a < b end))
local s = load("return function(...) return coroutine.yield(...) end")()
local c4 = coroutine.wrap(function() print(s(1)) return "done" end)
print(c4(), c4(5))
print((string.gsub("abc", ".", function(c) return c:upper() end)))
table.sort({3, 1, 2}, function(a, b) return a < b end)

--## names of chunks and texts that try to become Python
print(load('x = """') == nil, load('return """"'))
for _, text in ipairs({ '"""', '=""" print(1) #', '@""" + 1', "\\", "='''", '="""\nraise\n"""', "=\\", "={{ name }}", '=#"""' }) do
  local f, problem = load("return ...", text)
  print(f and f(text), problem)
  print(load("return return", text))
  print(pcall(load("error('x')", text)))
  print(pcall(load(text .. " x.y.z()") or print))
end
print(load('return "a"')() .. load([[return '\\"""']])())
