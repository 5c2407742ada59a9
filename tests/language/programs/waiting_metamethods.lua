--## every event of Lua code
local mt = {
  __index = function(_, k) return coroutine.yield("index " .. tostring(k)) end,
  __newindex = function(t, k, v) rawset(t, k, coroutine.yield("newindex " .. k)) end,
  __call = function(self, a, b) return coroutine.yield("call", a, b) end,
  __concat = function(a, b) return (coroutine.yield("concat " .. type(a) .. type(b))) end,
  __lt = function(a, b) return coroutine.yield("lt") end,
  __le = function(a, b) return coroutine.yield("le") end,
  __eq = function(a, b) return coroutine.yield("eq") end,
  __len = function(a) return coroutine.yield("len") end,
  __unm = function(a) return coroutine.yield("unm") end,
  __bnot = function(a) return coroutine.yield("bnot") end,
  __add = function(a, b) return coroutine.yield("add") end,
  __sub = function(a, b) return coroutine.yield("sub") end,
  __mul = function(a, b) return coroutine.yield("mul") end,
  __div = function(a, b) return coroutine.yield("div") end,
  __idiv = function(a, b) return coroutine.yield("idiv") end,
  __mod = function(a, b) return coroutine.yield("mod") end,
  __pow = function(a, b) return coroutine.yield("pow") end,
  __band = function(a, b) return coroutine.yield("band") end,
  __bor = function(a, b) return coroutine.yield("bor") end,
  __bxor = function(a, b) return coroutine.yield("bxor") end,
  __shl = function(a, b) return coroutine.yield("shl") end,
  __shr = function(a, b) return coroutine.yield("shr") end,
  __pairs = function(a)
    coroutine.yield("pairs")
    return function(_, k) if not k then return coroutine.yield("iterator") end end, a, nil
  end,
}
local t, u = setmetatable({}, mt), setmetatable({}, mt)
local function run(name, f, ...)
  local co = coroutine.create(f)
  local results = table.pack(coroutine.resume(co, ...))
  io.write(name, ": ")
  local n = 0
  while coroutine.status(co) ~= "dead" do
    n = n + 1
    for i = 2, results.n do io.write(tostring(results[i]), " ") end
    results = table.pack(coroutine.resume(co, n))
  end
  print(table.unpack(results, 1, results.n))
end
run("index", function() return t.field, t[1], t[true] end)
run("newindex", function() t.x = 1 return rawget(t, "x") end)
run("several", function() t.a, t.b = 1, 2 return rawget(t, "a"), rawget(t, "b") end)
run("function", function() function t.f() end return rawget(t, "f") end)
run("call", function() return t(1, 2) end)
run("method", function()
  local o = setmetatable({}, { __index = function(_, k)
    coroutine.yield(k)
    return function(self, a) return type(self), a end
  end })
  return o:foo(5)
end)
run("arithmetic", function() return t + 1, 1 - t, t * u, t / 1, 1 // t, t % 2, t ^ 2 end)
run("bits", function() return t & 1, 1 | t, t ~ u, t << 1, 1 >> t end)
run("concat", function() return "a" .. t .. "b" .. 1 end)
run("order", function() return t < u, t > u, t <= u, t >= u end)
run("equality", function() return t == u, t ~= u, t == t, t == 1 end)
run("unary", function() return #t, -t, ~t end)
run("condition", function() if t < u and not (t == u) then return "yes" end return "no" end)
run("late", function() local function f() t = t return 1 end return t + f() end)
run("pairs", function() for k in pairs(t) do coroutine.yield("body", k) end return "end" end)
run("call of pairs", function() local f, s, c = pairs(t) return type(f), s == t, c end)
run("yield itself", function() return (setmetatable({}, { __index = function(_, k) return coroutine.yield(k) end }).name) end)
local function proxy(handler) return setmetatable({}, { __index = handler }) end
run("proxy", function() return proxy(function(_, k) return coroutine.yield(k) end).name end)
run("callable metamethod", function()
  local c = setmetatable({}, { __call = function(self, a, b) return coroutine.yield("called", b) end })
  return setmetatable({}, { __add = c }) + 7
end)
local Chain = setmetatable({}, { __index = function(_, k) return coroutine.yield("chain " .. k) end })
Chain.__index = Chain
run("chain", function() local o = setmetatable({ a = 1 }, Chain) return o.a, o.b end)
local assigned = {}
function assigned.__index(_, k) return coroutine.yield("assigned " .. k) end
rawset(assigned, "__call", function(_, k) return coroutine.yield("raw " .. k) end)
assigned["__unm"] = function() return coroutine.yield("minus") end
run("assigned", function() local o = setmetatable({}, assigned) return o.x, o(2), -o end)
--## errors around operations that wait
local t = setmetatable({}, { __index = function(_, k) return coroutine.yield(k) end, __add = function() coroutine.yield() error("inside") end })
local function run(f)
  local co = coroutine.wrap(f)
  local result = table.pack(co())
  while result[1] ~= "end" do result = table.pack(co(result[1])) end
  print(table.unpack(result, 2, result.n))
end
run(function() return "end", pcall(function() local q = setmetatable({}, {}) return q + t.x end) end)
run(function() return "end", pcall(function() local z return z.field + t.x end) end)
run(function() return "end", pcall(function() local z return t.x, z.field end) end)
run(function() return "end", pcall(function() return t + 1 end) end)
run(function() return "end", pcall(function() return t < t end) end)
run(function() return "end", pcall(function() return t .. "x" end) end)
run(function() return "end", pcall(function() return t.name() end) end)
run(function() return "end", pcall(function() local a = {} a.b = t.name a[nil] = 1 end) end)
print(pcall(function() return t.x end))
print(select(2, pcall(t.x)))
--## what the library does cannot wait
local t = setmetatable({}, { __index = function(_, k) return coroutine.yield(k) end, __lt = function() return coroutine.yield() end })
local function run(f) print(coroutine.resume(coroutine.create(f))) end
run(function() return pcall(table.sort, { 3, 1, 2 }, function(x, y) return t < t end) end)
run(function() return pcall(table.sort, { 3, 1, 2 }, function(x, y) return t.x < y end) end)
run(function() return pcall(table.sort, { t, t, t }) end)
run(function() return pcall(string.gsub, "abc", "%w", t) end)
run(function() return pcall(string.gsub, "abc", "%w", function(c) return t[c] end) end)
run(function() return pcall(tostring, setmetatable({}, { __tostring = function() coroutine.yield(1) end })) end)
run(function() return pcall(function() for i, v in ipairs(t) do print(i, v) end end) end)
run(function() return pcall(table.concat, t) end)
local plain = setmetatable({}, { __index = function(_, k) if k == "wait" then coroutine.yield() end return 2 end })
local list = { 3, 1, 2 }
table.sort(list, function(x, y) return x * plain.factor < y * plain.factor end)
print(table.concat(list, " "))
--## __close that waits
local function new(name)
  return setmetatable({}, { __close = function(_, e) coroutine.yield("closing " .. name, e) end })
end
local function run(f)
  local co = coroutine.create(f)
  repeat print(coroutine.resume(co)) until coroutine.status(co) == "dead"
  print(coroutine.close(co))
end
run(function() do local x <close> = new("x") coroutine.yield("in") end return "after" end)
run(function() local a <close> = new("a") local b <close> = new("b") return "value" end)
run(function()
  for i = 1, 3 do
    local x <close> = new(i)
    if i == 2 then break end
  end
  return "out"
end)
run(function() local x <close> = new("x") goto done ::done:: return 1 end)
run(function()
  return pcall(function()
    local x <close> = setmetatable({}, { __close = function(_, e) coroutine.yield("closing", e) error("second", 0) end })
    error("first")
  end)
end)
run(function()
  return xpcall(function() local x <close> = new("x") error("oops", 0) end, function(m) return "handled " .. m end)
end)
run(function()
  for i in function(_, c) c = (c or 0) + 1 if c < 3 then return c end end, nil, nil, new("loop") do coroutine.yield(i) end
  return "end"
end)
run(function()
  local co = coroutine.create(function() local x <close> = new("inner") coroutine.yield("in") end)
  coroutine.resume(co)
  return coroutine.close(co)
end)
run(function() local x <close> = 1 end)
run(function() return pcall(function() local x <close> = new("x") getmetatable(x).__close = nil end) end)
--## an error that ends a coroutine leaves its variables to coroutine.close
local function new(name)
  return setmetatable({}, { __close = function(_, e) print("closing", name, e) if name == "bad" then error("bad close", 0) end end })
end
local co = coroutine.create(function()
  local a <close> = new("a")
  local b <close> = new("bad")
  local c <close> = new("c")
  error("oops")
end)
print(coroutine.resume(co))
print(coroutine.status(co), "after")
print(coroutine.close(co))
print(coroutine.close(co))
local wrapped = coroutine.wrap(function() local a <close> = new("wrapped") error("oops") end)
print(pcall(wrapped))
local never = coroutine.create(function() local a <close> = new("never") error("oops") end)
print(coroutine.resume(never))
local inner = coroutine.create(function()
  print(pcall(function() local a <close> = new("protected") error("oops") end))
  local a <close> = new("outside")
  local nested = coroutine.create(function() local n <close> = new("nested") error("deep") end)
  print(coroutine.resume(nested))
  print(coroutine.close(nested))
end)
print(coroutine.resume(inner))
print(xpcall(function()
  local co = coroutine.create(function() local x <close> = new("x") error("in coroutine") end)
  print(coroutine.resume(co))
  print(coroutine.close(co))
end, function(m) return "handled " .. m end))
--## tracebacks through functions that wait
local t = setmetatable({}, { __index = function(_, k) coroutine.yield() return (debug.traceback("here"):gsub("\n%s*%[C.*", "")) end })
local co = coroutine.create(function()
  local v = t.x
  return v
end)
coroutine.resume(co)
print(coroutine.resume(co))
