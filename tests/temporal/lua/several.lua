-- Two workers in one process, on queues whose names are computed at start-up.
local address = env.get("TEMPORAL_ADDRESS") or "localhost:7233"
local prefix = env.get("QUEUE") or ""
local kept = 0

local function echo(input)
  return input
end

-- The worker of the orders.
local orders = temporal.worker({
  url = address,
  task_queue = prefix .. "orders",
  activities = {
    echo = echo,
    charge = function(input) return "charged " .. input end,
    -- What both workers share is of one process.
    keep = function() kept = kept + 1; return kept end,
  },
  workflows = {
    Order = function(ctx, input)
      return {
        ctx:execute_activity("charge", input.item),
        ctx:execute_child_workflow("Ship", input.item, { task_queue = input.shipping }),
        ctx:execute_activity("charge", input.item, { task_queue = input.shipping }),
        ctx:execute_activity("echo", "x"),
        ctx:side_effect(function() return "once" end),
      }
    end,
    Same = function() return "orders" end,
  },
})

-- The worker of the parcels.
temporal.worker({
  url = address,
  namespace = "default",
  task_queue = prefix .. "shipping",
  max_concurrent_activities = 5,
  activities = { echo = echo, charge = function(input) return "posted " .. input end },
  workflows = {
    Ship = function(ctx, input) return ctx:execute_activity("charge", input) end,
    Same = function(ctx) return ctx:execute_activity("echo", "shipping") end,
  },
})
