-- Recursion as deep as real Lua allows, and deeper: in an activity, in a workflow, and in workflow code that waits at the bottom.
local function sum(n)
  if n == 0 then return 0 end
  return n + sum(n - 1)
end

local function endless(n)
  return 1 + endless(n + 1)
end

local function deep_wait(ctx, n)
  if n == 0 then
    ctx:sleep(0.01)
    return 0
  end
  return 1 + deep_wait(ctx, n - 1)
end

local function count(n, found)
  if n == 0 then return found end
  return count(n - 1, found + 1)
end

temporal.worker({
  url = "localhost:7233",
  task_queue = "depth",
  activities = {
    sum = function(n) return { sum = sum(n), message = select(2, pcall(endless, 1)), count = count(400000, 0) } end,
  },
  workflows = {
    -- Fails, in one task: looking at each of its frames would take longer than a task is given.
    Runaway = function(ctx)
      local function down(n)
        if n < 0 then ctx:sleep(1) end
        return 1 + down(n + 1)
      end
      return down(1)
    end,

    Depth = function(ctx, input)
      local activity = ctx:execute_activity("sum", 150000)
      local ok, message = pcall(endless, 1)
      return {
        activity = activity,
        sum = sum(150000),
        waited = deep_wait(ctx, 100000),
        message = message,
        inside = coroutine.wrap(function() return sum(150000) end)(),
      }
    end,
  },
})
