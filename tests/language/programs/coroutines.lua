--## producer and consumer
local co = coroutine.create(function(a, b)
  print("start", a, b)
  local c = coroutine.yield(a + b)
  print("got", c)
  local d, e = coroutine.yield(c * 2)
  print("got", d, e)
  return "done", 99
end)
print(coroutine.status(co))
print(coroutine.resume(co, 1, 2))
print(coroutine.status(co))
print(coroutine.resume(co, 10))
print(coroutine.resume(co, "x", "y"))
print(coroutine.status(co))
print(coroutine.resume(co))
--## wrap as iterator
local function range(n)
  return coroutine.wrap(function() for i = 1, n do coroutine.yield(i, i * i) end end)
end
for i, sq in range(4) do io.write(i, ":", sq, " ") end print()
local gen = coroutine.wrap(function() coroutine.yield(1) coroutine.yield(2) end)
print(gen(), gen(), gen())
print(pcall(gen))
--## errors inside
local co = coroutine.create(function() error("oops") end)
print(coroutine.resume(co))
print(coroutine.status(co))
local co = coroutine.create(function() error({ code = 1 }) end)
local ok, e = coroutine.resume(co)
print(ok, type(e), e.code)
local w = coroutine.wrap(function() error("in wrap") end)
print(pcall(w))
local w = coroutine.wrap(function() local x = nil; return x.y end)
print(pcall(w))
--## yield across pcall
local co = coroutine.wrap(function()
  local ok, e = pcall(function()
    coroutine.yield("inside pcall")
    error("after yield")
  end)
  coroutine.yield(ok, e)
  return "end"
end)
print(co()) print(co()) print(co())
--## recursive tree walk
local function node(v, l, r) return { v = v, l = l, r = r } end
local tree = node(4, node(2, node(1), node(3)), node(6, node(5), node(7)))
local function walk(t) if t then walk(t.l) coroutine.yield(t.v) walk(t.r) end end
local out = {}
for v in coroutine.wrap(function() walk(tree) end) do out[#out + 1] = v end
print(table.concat(out, " "))
--## callbacks that yield
local function each(t, f) for i = 1, #t do f(t[i]) end end
local co = coroutine.wrap(function() each({ "a", "b" }, function(x) coroutine.yield(x) end) return "fin" end)
print(co(), co(), co())
local co2 = coroutine.wrap(function() each({ 1, 2 }, coroutine.yield) end)
print(co2(), co2(), co2())
--## methods that yield
local Task = {} Task.__index = Task
function Task.new(n) return setmetatable({ n = n }, Task) end
function Task:run() for i = 1, self.n do self:step(i) end return "finished" end
function Task:step(i) coroutine.yield("step " .. i) end
local t = Task.new(2)
local co = coroutine.create(function() return t:run() end)
for _ = 1, 4 do print(coroutine.resume(co)) end
--## scheduler
local queue, log = {}, {}
local function spawn(name, n)
  queue[#queue + 1] = coroutine.create(function() for i = 1, n do log[#log + 1] = name .. i coroutine.yield() end end)
end
spawn("a", 2) spawn("b", 3)
while #queue > 0 do
  local co = table.remove(queue, 1)
  coroutine.resume(co)
  if coroutine.status(co) ~= "dead" then queue[#queue + 1] = co end
end
print(table.concat(log, " "))
--## running, isyieldable, status of others
local main, is_main = coroutine.running()
print(type(main), is_main, coroutine.isyieldable())
local outer
outer = coroutine.create(function()
  print(coroutine.status(outer), coroutine.isyieldable(), select(2, coroutine.running()))
  local inner = coroutine.create(function() print(coroutine.status(outer)) print(coroutine.resume(outer)) end)
  print(coroutine.resume(inner))
end)
print(coroutine.resume(outer))
print(coroutine.resume(coroutine.running()))
--## yield outside and across library functions
print(pcall(coroutine.yield, 1))
local co = coroutine.create(function()
  print(pcall(table.sort, { 3, 1, 2 }, function(a, b) coroutine.yield() return a < b end))
  print(pcall(string.gsub, "abc", "%w", function(c) coroutine.yield(c) end))
  return "survived"
end)
print(coroutine.resume(co))
coroutine.yield(1)
--## close
local co = coroutine.create(function() coroutine.yield(1) print("never") end)
coroutine.resume(co)
print(coroutine.close(co), coroutine.status(co))
print(coroutine.close(coroutine.create(print)))
local co = coroutine.create(function() error("x") end)
coroutine.resume(co)
print(coroutine.close(co))
print(coroutine.close(co))
--## bad arguments
print(pcall(coroutine.create, 1))
print(pcall(function() coroutine.create() end))
print(pcall(function() coroutine.resume(1) end))
print(pcall(function() coroutine.status(nil) end))
print(pcall(function() coroutine.wrap({}) end))
--## plain functions as bodies
local co = coroutine.create(print)
print(coroutine.resume(co, 1, 2))
print(coroutine.wrap(function(...) return select("#", ...), ... end)(1, nil, 3))
--## iterators that yield
local co = coroutine.wrap(function()
  local function iter(s, i) i = i + 1 if i <= s then coroutine.yield("it" .. i) return i end end
  for i in iter, 3, 0 do coroutine.yield("body" .. i) end
  return "end"
end)
for _ = 1, 7 do io.write(co(), " ") end print()
--## fibonacci generator and closures
local function fib()
  local a, b = 0, 1
  return coroutine.wrap(function() while true do coroutine.yield(a) a, b = b, a + b end end)
end
local f = fib()
for _ = 1, 10 do io.write(f(), " ") end print()
--## varargs through
local co = coroutine.create(function(...) local n = select("#", ...) local x = { coroutine.yield(n, ...) } return #x, table.unpack(x) end)
print(coroutine.resume(co, nil, nil))
print(coroutine.resume(co, 5, 6, 7))
--## coroutines in coroutines without end
local function nest(n)
  local co = coroutine.create(function() coroutine.yield() return nest(n + 1) end)
  coroutine.resume(co)
  return select(2, coroutine.resume(co))
end
print(nest(1))
local last
local function nest_wrapped() coroutine.wrap(function() last = coroutine.running() nest_wrapped() end)() end
local ok, message = pcall(nest_wrapped)
print(ok, (message:gsub("^.*: ", "")), coroutine.status(last))
--## errors after a yield, in loops over wrapped coroutines
local function items(n) return coroutine.wrap(function() for i = 1, n do coroutine.yield(i) end error("no more") end) end
print(pcall(function() for i in items(2) do io.write(i, " ") end end))
print(xpcall(function() for i in items(1) do end end, function(m) return (debug.traceback(m):gsub("\n\t%[C%]: in function 'xpcall'.*", "")) end))
print(pcall(function() for a, b, c in coroutine.wrap(function() coroutine.yield(1, 2) coroutine.yield(3) coroutine.yield(4, 5, 6, 7) coroutine.yield() end) do print(a, b, c) end end))
local w = coroutine.wrap(function() coroutine.yield(1) end)
print(pcall(function() for i in w do print(i) end end))
print(pcall(function() for i in w do print(i) end end))
--## what a resume gives to a yield
local function shown(...) return select("#", ...) .. ":" .. table.concat({ ... }, ",") end
local co = coroutine.wrap(function(...)
  local seen = shown(...)
  while true do seen = shown(coroutine.yield(seen)) end
end)
print(co(), co(1), co(1, 2), co(), co("x"), (co()))
local direct = coroutine.create(function() local a, b = coroutine.yield() print(a, b) local c = coroutine.yield() print(c) print((coroutine.yield())) print(coroutine.yield()) end)
for _, given in ipairs({ {}, { 1 }, { 1, 2, 3 }, { false }, {} }) do print(coroutine.resume(direct, table.unpack(given))) end
for _, given in ipairs({ {}, { nil }, { 1, nil, n = 2 } }) do print(coroutine.wrap(function(...) return coroutine.yield(...) end)(table.unpack(given, 1, given.n))) end
for value, state, control in coroutine.wrap(function(s, c) while true do s, c = coroutine.yield(c or 1, s, c) if (c or 0) > 0 then return end end end), "state" do print(value, state, control) end
--## status seen from everywhere
local a, b
a = coroutine.create(function() coroutine.yield() coroutine.resume(b) print(coroutine.status(a), coroutine.status(b)) end)
b = coroutine.create(function() coroutine.yield() print(coroutine.status(a), coroutine.status(b), coroutine.running() == b) print(coroutine.resume(a)) print(coroutine.close(b == nil)) end)
coroutine.resume(a) coroutine.resume(b)
print(coroutine.resume(a))
print(coroutine.status(a), coroutine.status(b))
--## to-be-closed variables of bodies that only yield
local function closable(name) return setmetatable({}, { __close = function(_, e) print("closes", name, e) end }) end
local function body() local x <close> = closable("x") coroutine.yield(1) local y <close> = closable("y") coroutine.yield(2) error("failed", 0) end
local co = coroutine.create(body)
print(coroutine.resume(co)) print(coroutine.close(co))
co = coroutine.create(body)
coroutine.resume(co) coroutine.resume(co) print(coroutine.close(co))
co = coroutine.create(body)
coroutine.resume(co) coroutine.resume(co) print(coroutine.resume(co)) print(coroutine.close(co))
local w = coroutine.wrap(body)
w() w() print(pcall(w))
print(pcall(function() local z <close> = closable("outside") for v in coroutine.wrap(body) do print(v) end end))
--## protected calls where functions may yield
local co = coroutine.wrap(function()
  print(pcall(pcall))
  print(pcall(xpcall, print))
  print(xpcall(function() coroutine.yield(1) error("x") end, function(m) return m, 2 end))
  print(xpcall(function()
    local c <close> = setmetatable({}, { __close = function(_, e) print("close", e) coroutine.yield(2) end })
    error("y")
  end, function(m) print("handler", m) return "handled" end))
end)
print(co()) print(co()) print(pcall(co))
--## callbacks that call what may yield
local co = coroutine.wrap(function()
  for k in function(_, c) coroutine.yield(c) if not c then return 1 end end do print(k) end
  print((string.gsub("ab", ".", function(c) return c:upper() end)))
end)
print(co(), co(), co())
--## bounds of a loop beyond all integers
for _, limit in ipairs({ 1e100, -1e100, 0 / 0, math.huge, -math.huge }) do
  for _, first in ipairs({ math.maxinteger, math.mininteger, 0 }) do
    for _, step in ipairs({ math.mininteger, math.maxinteger }) do
      local count = 0
      for i = first, limit, step do count = count + 1 end
      io.write(count, " ")
    end
  end
end
print()
