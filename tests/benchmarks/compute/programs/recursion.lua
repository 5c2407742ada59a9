-- Recursion: Fibonacci numbers, Takeuchi's function and the towers of Hanoi.
local size = ...

local function fibonacci(n)
  if n < 2 then return n end
  return fibonacci(n - 1) + fibonacci(n - 2)
end

local function takeuchi(x, y, z)
  if y >= x then return z end
  return takeuchi(takeuchi(x - 1, y, z), takeuchi(y - 1, z, x), takeuchi(z - 1, x, y))
end

local moves = 0

local function hanoi(discs, from, to, spare)
  if discs == 0 then return end
  hanoi(discs - 1, from, spare, to)
  moves = moves + 1
  hanoi(discs - 1, spare, to, from)
end

hanoi(size // 2, "left", "right", "middle")
return fibonacci(size) + takeuchi(size - 6, size // 2, 0) + moves
