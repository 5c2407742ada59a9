-- Which of the workers runs, the environment says: tests/temporal/test_conditional_workers.py sets ROLE.
local ROLE = env.get("ROLE") or "all"

local function echo(input) return input end

local approver
-- Approves, and nothing else.
if ROLE == "approver" or ROLE == "all" then
  -- The approver.
  approver = temporal.worker({
    url = env.get("TEMPORAL_ADDRESS") or "localhost:7233",
    task_queue = (env.get("STAGE") or "dev") .. "-approvals",
    -- Few.
    max_concurrent_activities = 3,
    activities = { approve = function(input) return { by = ROLE, input = input } end },
  })
elseif ROLE == "builder" then
  local activities = {}
  function activities.build(input) return echo(input) end
  temporal.worker({ url = env.get("TEMPORAL_ADDRESS"), task_queue = env.get("QUEUE"), activities = activities, workflows = {
    Build = function(ctx, input)
      return ctx:execute_activity("build", input)
    end,
  } })
else
  error("ROLE must be approver or builder")
end
