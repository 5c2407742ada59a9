-- A worker for each region, made by a loop in a function, with what the loop knows then.
local function charge(input) return "charged " .. input end

local handles = {}
local function main()
  -- Regions differ in their limits.
  for number, region in ipairs({ { name = "eu", limit = 5 }, { name = "us", limit = 9 } }) do
    local queue = (env.get("QUEUE") or "") .. region.name
    local count = 0
    handles[number] = temporal.worker({
      url = env.get("TEMPORAL_ADDRESS") or "localhost:7233",
      task_queue = queue,
      max_concurrent_activities = region.limit,
      activities = { charge = charge, where = function(input) return input .. queue:sub(-2) end },
      workflows = {
        Order = function(ctx, input)
          count = count + 1
          ctx:sleep(0.01)
          local where = ctx:execute_activity("where", number)
          return { region.name, where, ctx:execute_activity("charge", input), count }
        end,
      },
    })
  end
end
main()
