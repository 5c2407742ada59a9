--## classes: missing, extra and spread arguments
local Point = {}
Point.__index = Point
function Point.new(x, y, name) return setmetatable({x = x, y = y, name = name}, Point) end
function Point:moved(dx, dy) return Point.new(self.x + dx, self.y + (dy or 0), self.name) end
function Point:both() return self.x, self.y end
function Point:last(...) return select("#", ...), (select(-1, ...)) end
function Point:nothing() end
local p = Point.new(1, 2)
print(p.name, p:moved(3).x, p:moved(3, 4, 5, 6).y, p:moved(p:both()).y, Point.new(p:both()).y)
print(p:both())
print((p:both()), p:last(1, 2, p:both()))
print(p:nothing(), (p:nothing()))
print(p:nothing())
print(select("#", p:nothing()), select("#", (p:nothing())), type(p:nothing() == nil))
local t = {p:both(), p:both()}
print(#t, p.missing, p:moved(0.5).x)
local a, b, c = p:both()
print(a, b, c)
--## classes: errors carry names and lines
local Thing = {}
Thing.__index = Thing
function Thing.new(v) return setmetatable({v = v}, Thing) end
function Thing:add(n) return self.v + n end
function Thing:bad() return self:missing() end
local one = Thing.new(1)
local none = Thing.new()
local nothing
local function try(f, ...) print(pcall(f, ...)) end
try(function() return one:add() end)
try(function() return one:add({}) end)
try(function() return one:add("x") end)
try(function() return one:add(true) end)
try(function() return none:add(1) end)
try(function() return one:bad() end)
try(function() return one.v.w.x end)
try(function() return one.lost.w end)
try(function() return nothing:add(1) end)
try(function() nothing.v = 1 end)
try(function() return one + 1 end)
try(function() return one < one end)
try(function() return one .. "x" end)
try(function() return #one, -one end)
try(function() one[nil] = 1 end)
print(one:add("2"), one:add(2.5))
--## classes: inheritance and methods of the same name
local Base = {}
Base.__index = Base
function Base.new(name) return setmetatable({name = name}, Base) end
function Base:speak() return "base " .. self.name end
function Base:loud() return self:speak():upper() .. "!" end
local Derived = setmetatable({}, {__index = Base})
Derived.__index = Derived
function Derived.new(name, age)
  local self = Base.new(name)
  setmetatable(self, Derived)
  self.age = age
  return self
end
function Derived:speak() return "derived " .. Base.speak(self) .. " " .. self.age end
local x, y = Base.new("x"), Derived.new("y", 3)
print(x:speak(), y:speak(), x:loud(), y:loud(), x.age, y.age)
y.speak = function(self, extra) return "own " .. self.name .. tostring(extra) end
print(y:speak(), y:loud(), x:loud())
y.speak = nil
print(y:loud())
x.name = 5
print(x:speak(), x.name + 1)
--## classes: a method that is assigned later, and one that is replaced
local Machine = {}
Machine.__index = Machine
function Machine.new() return setmetatable({count = 0}, Machine) end
function Machine:run() return self:step() end
local m = Machine.new()
print(pcall(m.run, m))
print(pcall(function() return m:run() end))
function Machine:step() self.count = self.count + 1 return self.count end
print(m:run(), m:run())
function Machine:step(by) self.count = self.count .. tostring(by) return self.count, 2 end
print(m:run())
Machine.step = nil
print(pcall(function() return m:run() end))
--## classes: before the metatable is set
local Node = {}
Node.__index = Node
function Node:hello() return "hello " .. tostring(self.id) end
local raw = {id = 1}
print(pcall(function() return raw:hello() end))
setmetatable(raw, Node)
print(raw:hello())
setmetatable(raw, nil)
print(pcall(function() return raw:hello() end))
print(raw.hello)
--## classes: metamethods
local Vector = {}
Vector.__index = Vector
local function vector(x, y) return setmetatable({x = x, y = y}, Vector) end
function Vector.__add(a, b)
  if type(a) == "number" then return vector(a + b.x, a + b.y) end
  if type(b) == "number" then return vector(a.x + b, a.y + b) end
  return vector(a.x + b.x, a.y + b.y)
end
function Vector.__unm(a, again) return vector(-a.x, -a.y, rawequal(a, again)) end
function Vector.__eq(a, b) return a.x == b.x and a.y == b.y end
function Vector.__lt(a, b) return a.x < b.x end
function Vector.__le(a, b) return not (b < a) end
function Vector.__len(a) return a.x .. "" end
function Vector.__concat(a, b)
  return (type(a) == "table" and a.x or a) .. "~" .. (type(b) == "table" and b.x or b)
end
function Vector.__tostring(v) return "(" .. v.x .. ", " .. v.y .. ")" end
function Vector.__mul(a, k) return a.x * k, "dropped" end
function Vector.__div() end
local u, v = vector(1, 2), vector(3, 4)
print(u + v, u + 1, 1 + u, -u, u == vector(1, 2), u ~= v, u == 1)
print(u < v, u > v, u <= v, u >= v, #u, #v + 1, u .. v, u .. 5, "a" .. u .. v .. "b")
print(tostring(u), string.format("%s|%s", u, v), u * 2, u / 2, type(u * 1.5))
print(select("#", u / 2), (u * 2) + 1, pcall(function() return u % 2 end))
local list = {v, u, vector(2, 0)}
table.sort(list)
print(list[1], list[2], list[3])
table.sort(list, function(a, b) return a > b end)
print(list[1], list[2], list[3])
local sum = 0
for i = 1, 3 do sum = sum + list[i] end
print(sum)
--## classes: seen by code that is not compiled with them
local Account = {}
Account.__index = Account
function Account.new(balance) return setmetatable({balance = balance}, Account) end
function Account:deposit(amount) self.balance = self.balance + amount return self.balance end
local acc = Account.new(10)
rawset(acc, "balance", "20")
print(acc:deposit(1))
rawset(Account, "deposit", function(self, amount, more) return amount, more end)
print(acc:deposit(1, 2))
for name in pairs(Account) do if name == "new" then Account[name] = nil end end
print(pcall(function() return Account.new(1) end))
getmetatable(acc).deposit = function() return "replaced" end
print(acc:deposit())
--## classes: functions behind __index and __newindex, calls
local log = {}
local Proxy = setmetatable({}, {
  __index = function(t, k) log[#log + 1] = k return k .. "?" end,
  __newindex = function(t, k, v) rawset(t, k, v * 2) end,
  __call = function(self, a, b) return self.size, a, b end,
})
Proxy.size = 4
print(Proxy.size, Proxy.other, Proxy(1, 2), #log)
local Chain = setmetatable({}, {__index = setmetatable({deep = true}, {__index = Proxy})})
print(Chain.deep == 1, Chain.deep, Chain.size, Chain.more, #log)
--## classes: fields with unknown names
local Bag = {}
Bag.__index = Bag
function Bag.new(fields)
  local bag = setmetatable({}, Bag)
  for k, v in pairs(fields) do bag[k] = v end
  return bag
end
function Bag:get(k) return self[k] end
local bag = Bag.new({a = 1, get = false, list = {1, 2}})
print(pcall(function() return bag:get("a") end))
print(Bag.get(bag, "list")[2], Bag.get(bag, "nothing"), Bag.get(bag, "new") == Bag.new)
--## functions as values: comparators, callbacks, closures in tables
local function apply(f, ...) return f(...) end
local function twice(f, x) return f(f(x)) end
print(apply(function(a, b) return b, a end, 1, 2))
print(twice(function(x) return x .. "!" end, "hey"), twice(function(x, y) return x, y end, 1))
local words = {"pear", "fig", "banana"}
table.sort(words, function(a, b, c) return #a < #b and c == nil end)
print(table.concat(words, " "))
table.sort(words, function(a) return a == "banana" end)
local handlers = {
  one = function(x) return x end,
  two = function(x, y) return x, y end,
  none = function() end,
  self = function(self, n) return self.one(n) end,
}
print(handlers.one(1, 2), handlers.two(1), handlers.none(1))
print(handlers:self(7), (handlers.two(1, 2)), handlers.none() == nil)
for _, name in ipairs({"one", "two", "none"}) do print(name, handlers[name](3, 4)) end
local queue = {}
for i = 1, 3 do queue[i] = function(n) return i * (n or 10) end end
print(queue[1](), queue[2](5), queue[3](5, 6))
local function counter()
  local n = 0
  return { up = function(by) n = n + (by or 1) return n end, get = function() return n end }
end
local c1, c2 = counter(), counter()
c1.up() c1.up(5) c2.up(0.5)
print(c1.get(), c2.get())
local recursive
recursive = function(n) if n == 0 then return 0 end return 1 + recursive(n - 1) end
print(recursive(10), pcall(recursive, "x"))
print(string.gsub("abc", "%w", function(c, d) return c:upper() .. tostring(d) end))
print(pcall(function(f) return f(1) end, function(x, y) return x, y end))
--## functions as values: a function that is both called and given away
local function shown(x, y) return type(x) .. type(y) end
print(shown(1), shown("a", nil), select(2, pcall(shown, {}, true, 3)))
local kept = {}
kept.shown = shown
print(kept.shown(), kept.shown(nil, 1), kept:shown())
--## tables as keys
local key = {name = "key", flag = true}
local set = {[key] = {inner = true}}
for k, v in pairs(set) do print(k.name, k.flag == 1, v.inner == 1, v.inner) end
for k in pairs({[key] = 1}) do k.name = 5 end
print(key.name == "key", key.name + 1)
--## fixed methods: called before they are there
local Early = {}
Early.__index = Early
function Early.new() return setmetatable({n = 1}, Early) end
local function use() return pcall(function() return Early.new():later() end) end
print(use())
function Early:later() return "later " .. self.n end
print(use())
print(Early.new():later())
--## fixed methods: mutual recursion, and a method called by an earlier one
local Walk = {}
Walk.__index = Walk
function Walk.new(n) local self = {} setmetatable(self, Walk) self.n = n return self end
function Walk:even() if self.n == 0 then return true end self.n = self.n - 1 return self:odd() end
function Walk:odd() if self.n == 0 then return false end self.n = self.n - 1 return self:even() end
function Walk:pair(a, b) return b, a end
function Walk:swap(...) return self:pair(...) end
function Walk:nothing() end
function Walk.count(...) return select("#", ...) end
print(Walk.new(10):even(), Walk.new(7):even(), Walk.new(3):swap(1, 2))
local walk = Walk.new(2)
print(walk:swap(walk:swap(1, 2)), (walk:swap(5)), walk:nothing(), Walk.count(walk:nothing()), Walk.count(walk:swap(1, 2, 3)))
print(Walk.count(), Walk.count(nil, nil), walk.pair(1, 2, 3))
local list = {Walk.new(1), Walk.new(2), nil, Walk.new(4)}
for i = 1, 4 do print(pcall(function() return list[i]:even() end)) end
local maybe = #list > 10 and walk or nil
print(pcall(function() return maybe:even() end))
print(pcall(function() return walk:pair() + 1 end), pcall(function() return walk:odd() .. "" end))
print(pcall(function() local w = Walk.new("x") return w:even() end))
--## fixed methods: classes made more than once, and by a condition
local function class(word)
  local C = {}
  C.__index = C
  function C.new() return setmetatable({}, C) end
  function C:say() return word end
  return C
end
local A, B = class("a"), class("b")
print(A.new():say(), B.new():say(), A.say(), B.new().say())
local One, Two = {}, {}
One.__index, Two.__index = One, Two
function One:name() return "one" end
function Two:name() return "two" end
local function pick(flag) return setmetatable({}, flag and One or Two) end
print(pick(true):name(), pick(false):name())
local Odd = {}
function Odd:name() return "odd" end
local odd = setmetatable({}, Odd)
print(pcall(function() return odd:name() end))
Odd.__index = Odd
print(odd:name())
if #arg == 0 then function Odd:name() return "changed" end end
print(odd:name())
for i = 1, 2 do
  local Loop = {}
  Loop.__index = Loop
  function Loop:get() return i end
  local o = setmetatable({}, Loop)
  print(o:get())
end
--## fixed methods: what instances hide
local Shape = {}
Shape.__index = Shape
function Shape.new(kind) return setmetatable({kind = kind}, Shape) end
function Shape:area() return 0 end
function Shape:describe() return self.kind .. " " .. self:area() end
local plain, square = Shape.new("plain"), Shape.new("square")
print(plain:describe(), square:describe())
function square:area() return 16 end
print(plain:describe(), square:describe(), square.area == Shape.area)
local Circle = setmetatable({}, {__index = Shape})
Circle.__index = Circle
function Circle.new(r) local c = setmetatable(Shape.new("circle"), Circle) c.r = r return c end
function Circle:area() return self.r * self.r * 3 end
print(Circle.new(2):describe(), plain:area(), Circle.new(1):area(), Circle.describe(plain))
local Other = setmetatable({}, Circle)
print(Other.area == Circle.area, pcall(function() return Other:area() end))
--## fixed methods: a class and its instance are one
local Single = {count = 0}
function Single:up(by) self.count = self.count + (by or 1) return self end
function Single.get() return Single.count end
print(Single:up():up(2).count, Single.get(), Single:up(0.5).get())
local again = 0
::top::
again = again + 1
if again < 3 then goto top end
print(Single:up(again).count)
--## fixed methods: a metatable that is taken away
local Gone = {}
Gone.__index = Gone
function Gone.new(n) return setmetatable({n = n}, Gone) end
function Gone:get() return self.n end
local kept, gone = Gone.new(1), Gone.new(2)
print(kept:get(), gone:get())
setmetatable(gone, nil)
print(kept:get(), pcall(function() return gone:get() end))
