--## logic: and with or, whose middle may be nil or false
local conditions = { ok = true, name = "n", nothing = nil, no = false, zero = 0 }
local function field(k) return conditions[k] end
print(field("ok") and field("name") or "default")
print(field("ok") and field("no") or "default")
print(field("no") and field("name") or "default")
print(field("zero") and field("nothing") or field("name"))
print(field("ok") and field("zero") and field("name") or "default")
local x = field("name") or field("zero")
print(x, (field("no") or field("nothing")) and 1 or 2)
print(field("ok") and true or false, field("no") and true or "none", field("zero") and nil or "else", field("zero") and false or field("nothing"))
print((field("ok") or field("no")) and field("name") or "d", (field("ok") and (field("no") or field("zero"))) or 5)
for _, k in ipairs({ "ok", "name", "no" }) do
  local a = field(k) and not field("no") and field(k) or nil
  print(k, a, field(k) and a or k, a and k and field("nothing") or a)
end
--## logic: receivers of calls in the arguments of calls
local s = { schedules = { create = function(self, x) return self, x end, list = function(self) return { 1, get = function(me) return me end } end } }
local t = {}
local unused, also = { { 1 } }, { a = {} }
local called = { a = print("called") }
function t.get(self) return s end
print(s.schedules:create(t:get().schedules:list():get()) == s.schedules, t:get().schedules:list()[1])
print(select(2, s.schedules:create(t:get().schedules:list():get()[1])), select(2, t:get().schedules:create(s.schedules:create(7))) == s.schedules)
