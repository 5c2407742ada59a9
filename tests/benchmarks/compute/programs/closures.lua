-- Closures: counters, higher-order functions, composition and memoization.
local size = ...

local function counter()
  local count = 0
  return function(step)
    count = count + step
    return count
  end
end

local function map(list, f)
  local mapped = {}
  for i, value in ipairs(list) do mapped[i] = f(value) end
  return mapped
end

local function filter(list, keep)
  local kept = {}
  for _, value in ipairs(list) do
    if keep(value) then kept[#kept + 1] = value end
  end
  return kept
end

local function reduce(list, f, initial)
  local result = initial
  for _, value in ipairs(list) do result = f(result, value) end
  return result
end

local function compose(f, g)
  return function(x) return f(g(x)) end
end

local function memoize(f)
  local known = {}
  return function(n)
    local value = known[n]
    if value == nil then
      value = f(n)
      known[n] = value
    end
    return value
  end
end

local list = {}
for i = 1, size do list[i] = i end

local next_id = counter()
for i = 1, size do next_id(i % 3) end

local transform = compose(function(x) return x + 1 end, function(x) return x * 2 end)
local total = reduce(
  filter(map(list, transform), function(x) return x % 3 == 0 end),
  function(sum, x) return sum + x end, 0)

local collatz
collatz = memoize(function(n)
  if n == 1 then return 0 end
  if n % 2 == 0 then return 1 + collatz(n // 2) end
  return 1 + collatz(3 * n + 1)
end)

local longest = 0
for n = 1, size // 10 do
  local steps = collatz(n)
  if steps > longest then longest = steps end
end
return next_id(0) + total + longest
