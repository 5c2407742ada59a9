-- Functions of a workflow that its side effects call, and that it calls itself: outside of it they read the real clock and log.
local function moment() return time() end

local function told(name)
  log.info(name, { at = moment() })
  print(name)
  return { math.type(os.time()), math.random(3) <= 3, #os.date("%Y"), os.clock() >= 0 }
end

temporal.worker({
  url = "localhost:7233",
  task_queue = "helped",
  activities = { echo = function(input) return input end },
  workflows = {
    Helped = function(ctx)
      local before = ctx:now()
      ctx:execute_activity("echo", 1)
      local first = ctx:side_effect(moment)
      local second = ctx:side_effect(function() return moment() end)
      return {
        in_order = before < first and first <= second,
        inside = ctx:side_effect(function() return told("side effect") end),
        own = told("workflow"),
        same = moment() == ctx:now(),
      }
    end,
  },
})
