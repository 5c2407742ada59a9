-- Names, queue and address of an environment: known when the worker starts, not when it is compiled.
local config = require("named_config")
local STAGE = env.get("STAGE_OF_TEST") or "dev" -- assay: ignore[AY301] a deployment has one stage
local PREFIX = STAGE:upper() .. "_"

local function charge(input) return "charged " .. input end

local activities = { [PREFIX .. "ship"] = function(input) return STAGE .. " shipped " .. input end }
activities[PREFIX .. "charge"] = charge
activities[config.owner .. "-refund"] = function(input) return "refunded " .. charge(input) end

local workflows = {}
workflows[PREFIX .. "Order"] = function(ctx, input)
  local charged = ctx:execute_activity(STAGE:upper() .. "_charge", input)
  ctx:sleep(0.01)
  return { charged, ctx:execute_activity(STAGE:upper() .. "_ship", input) }
end
-- A workflow that is not bound to a stage gets the name as input.
workflows[config.owner .. "-" .. STAGE .. "-Refund"] = function(ctx, input)
  return ctx:execute_activity(input.name, input.id)
end
workflows["Con" .. "stant"] = function(ctx, input) return STAGE end

temporal.worker({
  url = env.get("TEMPORAL_ADDRESS") or "localhost:7233",
  task_queue = STAGE .. "-orders",
  activities = activities,
  workflows = workflows,
})
