-- Arrays: prime numbers, running sums, a product of matrices, and reversing in place.
local size = ...

local function primes(limit)
  local composite, found = {}, {}
  for n = 2, limit do
    if not composite[n] then
      found[#found + 1] = n
      for multiple = n * n, limit, n do composite[multiple] = true end
    end
  end
  return found
end

local function running_sums(values)
  local sums, total = {}, 0
  for i, value in ipairs(values) do
    total = total + value
    sums[i] = total
  end
  return sums
end

local function matrix(n, seed)
  local rows = {}
  for i = 1, n do
    local row = {}
    for j = 1, n do row[j] = (i * seed + j) % 10 end
    rows[i] = row
  end
  return rows
end

local function multiply(a, b)
  local n, product = #a, {}
  for i = 1, n do
    local row, left = {}, a[i]
    for j = 1, n do
      local sum = 0
      for k = 1, n do sum = sum + left[k] * b[k][j] end
      row[j] = sum
    end
    product[i] = row
  end
  return product
end

local function reverse(values)
  local low, high = 1, #values
  while low < high do
    values[low], values[high] = values[high], values[low]
    low, high = low + 1, high - 1
  end
end

local found = primes(size)
local sums = running_sums(found)
reverse(sums)
local n = size // 3000
local product = multiply(matrix(n, 3), matrix(n, 7))
local trace = 0
for i = 1, n do trace = trace + product[i][i] end
return sums[1] + #found + trace
