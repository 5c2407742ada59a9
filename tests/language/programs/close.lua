--## order at the end of a block
local function new(name)
  return setmetatable({ name = name }, { __close = function(self, e) print("close", self.name, e) end })
end
do
  local a <close> = new("a")
  print("between", a.name)
  local b <close> = new("b")
  local c <const> = "constant"
  local d <close> = new("d")
  print("body", a.name, b.name, c)
end
print("after")
do
  local x, y <close>, z = 1, new("y"), 3
  print(x, y.name, z)
end
do
  local _ <close> = new("unused")
  print("in the block")
end
do
  local empty <close> = new("empty")
end
do local a <close> = nil local b <close> = false local c <close> print(a, b, c) end
--## break, goto and return
local function new(name)
  return setmetatable({ name = name }, { __close = function(self, e) print("close", self.name, e) end })
end
for i = 1, 4 do
  local a <close> = new(i)
  if i == 1 then goto continue end
  if i == 3 then break end
  print("body", i)
  ::continue::
end
local i = 0
while true do
  i = i + 1
  local outer <close> = new("outer" .. i)
  for j = 1, 3 do
    local inner <close> = new("inner" .. j)
    if i == 1 and j == 2 then goto continue end
    if i == 2 and j == 2 then goto out end
    print("body", i, j)
  end
  print("never")
  ::continue::
end
::out::
print("out")
do
  local n = 0
  ::top::
  local x <close> = new("x" .. n)
  n = n + 1
  if n < 3 then goto top end
  print("end", n)
end
local function f(n)
  local a <close> = new("a")
  do
    local b <close> = new("b")
    if n == 1 then return "first", a.name, b.name end
    if n == 2 then goto out end
  end
  do return end
  ::out::
  print("out of b")
  return (function() print("evaluated before closing") return n end)()
end
print(f(1)) print(f(2)) print(f(3))
print(select("#", f(3)))
--## repeat sees the variable in its condition
local function new(name)
  return setmetatable({ name = name }, { __close = function(self, e) print("close", self.name, e) end })
end
local i = 0
repeat
  i = i + 1
  local x <close> = new("x" .. i)
  local last = i == 3
  if i == 2 then goto continue end
  print("body", i)
  ::continue::
until (function() print("condition", x.name) return last end)()
repeat
  local y <close> = new("y")
  if i == 3 then break end
until true
--## errors
local function new(name, problem)
  return setmetatable({ name = name }, { __close = function(self, e)
    print("close", self.name, e)
    if problem then error(problem, 0) end
  end })
end
print(pcall(function()
  local a <close> = new("a")
  local b <close> = new("b")
  error("oops")
end))
print(pcall(function()
  local a <close> = new("a")
  local b <close> = new("b", "from b")
  error("oops")
end))
print(pcall(function()
  local a <close> = new("a", "from a")
  local b <close> = new("b", "from b")
end))
print(pcall(function()
  local a <close> = new("a")
  local b <close> = new("b", "from b")
  return "result"
end))
print(select(2, pcall(function()
  local a <close> = setmetatable({}, { __close = function(_, e) print("close", e.code) e.code = 8 end })
  error({ code = 7 })
end)).code)
print(pcall(function()
  local a <close> = new("a")
  local t = nil
  return t.x
end))
print(pcall(function()
  for i = 1, 3 do
    local a <close> = new(i, i == 2 and "second" or nil)
    if i == 2 then break end
  end
end))
print(pcall(function()
  local a <close> = new("a")
  undefined_function()
end))
print(pcall(function()
  local a <close> = new("a")
  local function deep() return 1 + deep() end
  local ok, problem = pcall(deep)
  print(ok, (tostring(problem):gsub(":.*", "")))
end))
--## caught inside
local log = {}
local handler = setmetatable({}, { __close = function(_, e) log[#log + 1] = tostring(e) end })
local ok = pcall(function()
  local h <close> = handler
  local ok2 = pcall(function()
    local h2 <close> = handler
    error("inner", 0)
  end)
  log[#log + 1] = tostring(ok2)
end)
print(ok, table.concat(log, ","))
--## values that cannot be closed
print(pcall(function() local x <close> = 42 end))
print(pcall(function() local x <close> = {} end))
print(pcall(function() local f <close> = "text" end))
print(pcall(function() local f <close> = true end))
print(pcall(function() local f <close> = print end))
print(pcall(function() local f <close> = function() end end))
print(pcall(function() local x <close> = setmetatable({}, { __index = {} }) end))
print(pcall(function()
  local x <close> =
    setmetatable(
      {},
      {}
    )
end))
print(pcall(function()
  local a, x <close>, b = 1, {}, 3
end))
print(pcall(function()
  local other <close> = setmetatable({}, { __close = function() print("closed all the same") end })
  local x <close> = {}
end))
--## metamethods that change
local meta = { __close = function() print("old") end }
do
  local x <close> = setmetatable({}, meta)
  meta.__close = function() print("new") end
end
do
  local callable = setmetatable({}, { __call = function(self, value, e) print("called", value.name, e) end })
  local x <close> = setmetatable({ name = "x" }, { __close = callable })
end
print(pcall(function() local x <close> = setmetatable({}, meta) meta.__close = nil end))
print(pcall(function() local x <close> = setmetatable({}, { __close = 42 }) print("here") end))
print(pcall(function()
  local x <close> = setmetatable({}, { __close = {} })
  error("first")
end))
--## arguments of the metamethod
do
  local x <close> = setmetatable({}, { __close = function(...) print(select("#", ...), (select(2, ...))) end })
end
pcall(function()
  local x <close> = setmetatable({}, { __close = function(...) print(select("#", ...), (select(2, ...))) end })
  error("text", 0)
end)
pcall(function()
  local x <close> = setmetatable({}, { __close = function(self, e) print(e == nil) error(e) end })
  error(nil)
end)
--## captured by closures
local function new(name)
  return setmetatable({ name = name }, { __close = function(self) self.closed = true end })
end
local functions = {}
for i = 1, 3 do
  local x <close> = new(i)
  functions[i] = function() return x.name, x.closed, i end
  print(functions[i]())
end
for i = 1, 3 do print(functions[i]()) end
--## closing value of a loop
local function resource(name)
  return setmetatable({ name = name }, { __close = function(self, e) print("close", self.name, e) end })
end
local function count(n, name)
  local i = 0
  return function() i = i + 1 if i <= n then return i, i * i end end, nil, nil, resource(name)
end
for i, square in count(2, "all") do print(i, square) end
for i in count(5, "break") do if i == 2 then break end end
print(pcall(function() for i in count(3, "error") do error("in the body", 0) end end))
local function f() for i in count(3, "return") do return i, "returned" end end
print(f())
for i in count(3, "goto") do
  for j in count(3, "inner goto") do
    if j == 2 then goto out end
  end
end
::out::
for i in count(3, "continue") do
  if i == 2 then goto continue end
  print(i)
  ::continue::
end
for k in next, { 1 }, nil, resource("explicit") do print(k) end
for k in next, { 1 }, nil, nil do print(k) end
for k in next, { 1 }, nil, false do print(k) end
print(pcall(function() for k in next, {}, nil, 42 do end end))
print(pcall(function() for k in next, {}, nil, {} do end end))
print(pcall(function()
  for k in function() error("iterator", 0) end, nil, nil, resource("failing iterator") do end
end))
print(pcall(function()
  for i in next, { 1, 2 }, nil, setmetatable({}, { __close = function(_, e) error("close: " .. tostring(e), 0) end }) do
    if i == 2 then error("body", 0) end
  end
end))
local function many() return next, { 7 }, nil, resource("many"), "extra" end
for k, v in many() do print(k, v) end
local function pass(...) for k, v in ... do print(k, v) end end
pass(many())
--## in a coroutine
local function new(name)
  return setmetatable({}, { __close = function(_, e) print("close", name, e) end })
end
local co = coroutine.create(function()
  local a <close> = new("a")
  coroutine.yield(1)
  print("resumed")
  local b <close> = new("b")
  coroutine.yield(2)
  return 3
end)
print(coroutine.resume(co)) print(coroutine.resume(co)) print(coroutine.resume(co)) print(coroutine.resume(co))
co = coroutine.create(function()
  local a <close> = new("a")
  local b <close> = setmetatable({}, { __close = function(_, e) print("b", e) error("from b", 0) end })
  coroutine.yield(1)
end)
print(coroutine.resume(co))
print(coroutine.close(co))
print(coroutine.status(co))
co = coroutine.wrap(function()
  for i in next, { 1, 2 }, nil, new("loop") do coroutine.yield(i) end
end)
print(co()) print(co()) print(co())
--## constants
local limit <const> = 10
local name <const>, other <const> = "n", limit * 2
local function use() return limit + 1, name .. other end
print(use())
for i = 1, 2 do
  local double <const> = i * 2
  local f = function() return double end
  print(f(), limit)
end
local t <const> = { 1 }
t[2] = 2
print(#t)
--## tail calls are no tail calls
local function g() print("g") return 1, 2 end
local function f()
  local x <close> = setmetatable({}, { __close = function() print("close") end })
  return g()
end
print(f())
--## at the end of the program
local x <close> = setmetatable({}, { __close = function(_, e) print("last", e) end })
print("end")
error("at the end")
--## files
local kept
do
  local file <close> = assert(io.tmpfile())
  file:write("text")
  kept = file
  print(io.type(file))
end
print(io.type(kept))
do
  local file <close> = assert(io.tmpfile())
  file:close()
end
for line in io.tmpfile():lines(), nil, nil, assert(io.tmpfile()) do print(line) end
--## the message handler runs before anything is closed
local function res(n) return setmetatable({}, {__close=function(_, e) print("close", n, e) end}) end
print(xpcall(function() local a <close> = res(1) local b <close> = res(2) error("boom") end, function(m) print("handler", m) return m .. "!" end))
print(xpcall(function() local a <close> = setmetatable({}, {__close=function(_, e) print("closing", e) error("second", 0) end}) error("first", 0) end, function(m) print("handler", m) return m .. "!" end))
print(pcall(function() local a <close> = setmetatable({}, {__close=function(_, e) print("closing", e) error("second", 0) end}) return 1 end))
print(xpcall(function() error() end, function(m) return type(m) end))
print(xpcall(function() error("a") end, function(m) error("b") end))
print(xpcall(function() local x = nil + 1 end, debug.traceback) ~= nil)
print(xpcall(error, print, "x"))
print(select("#", xpcall(function() return end, print)))
print(xpcall(function() error({}) end, function(e) return type(e), 2 end))
--## the message handler sees what is still open
local open = 0
local function res() open = open + 1 return setmetatable({}, {__close=function() open = open - 1 end}) end
xpcall(function() local a <close> = res() error("x") end, function() print("open in handler", open) end)
print(open)
--## levels of error, with tail calls in between
local function a() error("m", 2) end
local function b() return a() end
local function c() b() end
print(pcall(b)) print(pcall(c))
local function d() return (error("m", 2)) end
local function e() d() end
print(pcall(e))
print(pcall(error, "m", 2))
print(pcall(function() error("m", 3) end))
local t = setmetatable({}, {__index = function() error("idx", 2) end, __add = function() error("add", 2) end})
print(pcall(function() return t.x end))
print(pcall(function() local y = t + 1 end))
print(pcall(function()
  for i in function() error("it", 2) end do end
end))
