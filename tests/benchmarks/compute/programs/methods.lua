-- Method calls: classes with inheritance and operators.
local size = ...

local Account = {}
Account.__index = Account

function Account.new(owner, balance)
  return setmetatable({ owner = owner, balance = balance, entries = 0 }, Account)
end

function Account:deposit(amount)
  self.balance = self.balance + amount
  self.entries = self.entries + 1
end

function Account:withdraw(amount)
  if amount > self.balance then return false end
  self.balance = self.balance - amount
  self.entries = self.entries + 1
  return true
end

local Savings = setmetatable({}, { __index = Account })
Savings.__index = Savings

function Savings.new(owner, balance, rate)
  local account = setmetatable(Account.new(owner, balance), Savings)
  account.rate = rate
  return account
end

function Savings:add_interest()
  self:deposit(self.balance * self.rate // 100)
end

local Vector = {}
Vector.__index = Vector

function Vector.new(x, y) return setmetatable({ x = x, y = y }, Vector) end
function Vector.__add(a, b) return Vector.new(a.x + b.x, a.y + b.y) end
function Vector.__eq(a, b) return a.x == b.x and a.y == b.y end
function Vector:dot(other) return self.x * other.x + self.y * other.y end

local Stack = {}
Stack.__index = Stack

function Stack.new() return setmetatable({ items = {}, size = 0 }, Stack) end

function Stack:push(item)
  self.size = self.size + 1
  self.items[self.size] = item
end

function Stack:pop()
  local item = self.items[self.size]
  self.items[self.size] = nil
  self.size = self.size - 1
  return item
end

local first, second = Account.new("ann", 100), Savings.new("bob", 1000, 2)
local refused = 0
for i = 1, size do
  first:deposit(i % 7)
  if not first:withdraw(i % 11) then refused = refused + 1 end
  second:withdraw(i % 5)
  second:add_interest()
  if second.balance > 100000 then second:withdraw(90000) end
end

local sum, step = Vector.new(0, 0), Vector.new(1, 2)
for _ = 1, size do sum = sum + step end

local stack = Stack.new()
for i = 1, size do
  stack:push(i)
  if i % 3 == 0 then stack:pop() end
end

local same = sum == Vector.new(size, 2 * size) and 1 or 0
return first.balance + second.balance + first.entries + refused + sum:dot(step) + stack:pop() + same
