-- The workflow of the chaos run: does the steps it was given, in their order, and returns what came of each.
local ACTIVITY = {
  -- A killed worker's activity is tried again after this.
  start_to_close_timeout = 3,
  retry_policy = { initial_interval = 0.1, maximum_interval = 0.5 },
}

local steps = {}

function steps.activity(ctx, step)
  return ctx:execute_activity("double", { value = step.value }, ACTIVITY).value
end

function steps.timer(ctx, step)
  ctx:sleep(step.seconds)
  return "slept"
end

function steps.signal(ctx, step)
  return ctx:wait_signal(step.name)
end

-- A child of the same kind, with a walk of its own.
function steps.child(ctx, step)
  return ctx:execute_child_workflow("Walk", { steps = step.steps }, { task_timeout = 2 })
end

-- Activities side by side, and a timer that is still running when they are done.
function steps.futures(ctx, step)
  local timer, futures = ctx:start_timer(3600), {}
  for number, value in ipairs(step.values) do
    futures[number] = ctx:start_activity("double", { value = value }, ACTIVITY)
  end
  local sum = 0
  for _, found in ipairs(ctx:all(futures)) do sum = sum + found.value end
  timer:cancel()
  return sum
end

-- The recorded value goes into an activity as well: result, marker and activity input must be one and the same.
local function side_effect(ctx)
  local id = ctx:side_effect(function() return crypto.random(16) end)
  return ctx:execute_activity("keep", id, ACTIVITY)
end

function steps.failure(ctx, step)
  local ok, err = pcall(ctx.execute_activity, ctx, "refuse", { what = step.what }, {
    start_to_close_timeout = 3,
    retry_policy = { initial_interval = 0.1, non_retryable_errors = { "REFUSED" } },
  })
  return err.type .. " " .. err.message
end

local function walk(ctx, input)
  local trace, done = {}, 0
  ctx:register_query("done", function() return done end)
  for index, step in ipairs(input.steps) do
    if step.kind == "side_effect" then
      trace[index] = side_effect(ctx)
    else
      trace[index] = steps[step.kind](ctx, step)
    end
    done = index
  end
  return trace
end

temporal.worker({
  url = "localhost:7233",
  task_queue = "walks",
  activities = {
    double = function(input) return { value = input.value * 2 } end,
    keep = function(input) return input end,
    refuse = function(input) error({ type = "REFUSED", message = "no " .. input.what }) end,
  },
  workflows = { Walk = walk },
})
