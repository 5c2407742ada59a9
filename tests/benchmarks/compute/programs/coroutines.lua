-- Coroutines: a pipeline of generators, permutations, and tasks that take turns.
local size = ...

local function numbers(limit)
  return coroutine.wrap(function()
    for i = 1, limit do coroutine.yield(i) end
  end)
end

local function multiples(source, factor)
  return coroutine.wrap(function()
    for n in source do
      if n % factor == 0 then coroutine.yield(n) end
    end
  end)
end

local function permute(list, count)
  if count == 0 then
    coroutine.yield(list)
    return
  end
  for i = 1, count do
    list[i], list[count] = list[count], list[i]
    permute(list, count - 1)
    list[i], list[count] = list[count], list[i]
  end
end

local function task(name, steps, log)
  return coroutine.create(function()
    for step = 1, steps do
      log[#log + 1] = name .. step
      coroutine.yield()
    end
  end)
end

local total = 0
for n in multiples(multiples(numbers(size), 2), 3) do total = total + n end

local count = 0
for list in coroutine.wrap(function() permute({ 1, 2, 3, 4, 5, 6 }, 6) end) do
  if list[1] < list[6] then count = count + 1 end
end

local log, tasks = {}, {}
for i = 1, 10 do tasks[i] = task("task" .. i .. ":", size // 50, log) end
while #tasks > 0 do
  for i = #tasks, 1, -1 do
    coroutine.resume(tasks[i])
    if coroutine.status(tasks[i]) == "dead" then table.remove(tasks, i) end
  end
end
return total + count + #log
